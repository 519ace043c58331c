"""Reports of health: one a station, the last one, on every kind of database; and what the disk check asks the store."""

from node.store import Store
from node.store.reports import ReportRecord
from tests.node.store.conftest import START, Place, digest

FACTS = {"station": "13102510500001", "findings": [["disk_full", "bad", {"free_mib": 3}]], "at": "2026-11-22T03:04:05Z"}


def test_a_report_takes_the_place_of_the_stations_earlier_one(store: Store) -> None:
    assert store.reports.get("13102510500001") is None and store.reports.all() == []
    store.reports.put(ReportRecord("13102510500001", START, FACTS))
    store.reports.put(ReportRecord("13102510520101", START, {"findings": []}))
    later = ReportRecord("13102510500001", START.replace(hour=5), FACTS | {"findings": []})
    store.reports.put(later)
    assert store.reports.get("13102510500001") == later
    assert [record.station for record in store.reports.all()] == ["13102510500001", "13102510520101"]


def test_reports_outlive_a_restart(place: Place) -> None:
    record = ReportRecord("13102510500001", START, FACTS)
    place.open().reports.put(record)
    assert place.open().reports.get("13102510500001") == record


def test_what_is_whole_here_is_counted_in_bytes(store: Store) -> None:
    assert store.enclosures.bytes_here() == 0
    store.enclosures.put_whole(digest(b"x" * 700), b"x" * 700)
    store.enclosures.expect(digest(b"y"), 50)
    assert store.enclosures.bytes_here() == 700


def test_a_sound_database_finds_nothing_wrong_in_either_way(store: Store) -> None:
    assert store.check() == store.check(quick=True) == []

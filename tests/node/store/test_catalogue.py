"""The catalogue as it is kept, in every database."""

from datetime import UTC, datetime, timedelta

from node.store.catalogue import (
    APPLIED,
    CALENDAR,
    CALENDAR_IN_FORCE,
    PACKAGE,
    WAITING,
    ContentRecord,
    ImportRecord,
    ReleaseRecord,
    ShelfVersionRecord,
)
from tests.node.store.conftest import Place

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def version(package: str, standing: str, place: int = 0) -> ShelfVersionRecord:
    return ShelfVersionRecord("gaoling", package, place, standing, "gljt", LATER)


def test_releases_are_kept_once_and_counted_when_in_force(place: Place) -> None:
    kept = place.open().catalogue
    assert (kept.number(), kept.newest()) == (0, None)
    for number in (1, 2, 3):
        assert kept.put_release(ReleaseRecord(f"r{number}", number, WAITING, b"data", AT))
    assert not kept.put_release(ReleaseRecord("r1", 9, APPLIED, b"other", LATER))
    kept.set_applied("r1")
    kept.set_applied("r2")
    assert kept.number() == 2 and kept.newest() == kept.release("r2") == ReleaseRecord("r2", 2, APPLIED, b"data", AT)
    assert kept.applied_digests() == ["r1", "r2"] and [row.number for row in kept.applied(after=1)] == [2]
    assert [row.digest for row in kept.waiting()] == ["r3"]
    kept.drop_release("r3")
    assert kept.waiting() == [] and kept.release("r3") is None


def test_contents_are_named_by_what_they_are(place: Place) -> None:
    store = place.open()
    kept = store.catalogue
    assert kept.put_content(ContentRecord("p", PACKAGE, b"package", "gaoling", {"id": "gaoling"}))
    assert not kept.put_content(ContentRecord("p", PACKAGE, b"other"))
    kept.put_content(ContentRecord("q", PACKAGE, b"of a newer program"))
    kept.put_content(ContentRecord("c", CALENDAR, b"calendar"))
    assert (kept.content("p"), kept.content("c"), kept.content("c", CALENDAR)) == (b"package", None, b"calendar")
    assert kept.held(["p", "c", "x"]) == {"p", "c"} and (kept.item_of("p"), kept.item_of("x")) == ("gaoling", None)
    assert kept.unread() == ["q"]
    kept.set_entry("q", "dibao", {"id": "dibao"})
    assert kept.unread() == [] and kept.item_of("q") == "dibao"
    assert [kept.names(one) for one in "pqc"] == [False, False, False]
    kept.put_item("gaoling", False, [version("p", "current")], AT)
    kept.put_import(ImportRecord("dibao", "q", "db", AT, "示例"))
    store.meta.set(CALENDAR_IN_FORCE, "c")
    assert [kept.names(one) for one in "pqc"] == [True, True, True]
    kept.drop_content("p")
    assert kept.content("p") is None


def test_the_shelf_keeps_since_when_each_version_stands_as_it_does(place: Place) -> None:
    kept = place.open().catalogue
    kept.put_content(ContentRecord("a", PACKAGE, b"a", "gaoling", {"id": "gaoling"}))
    kept.put_item("gaoling", False, [version("a", "current"), version("b", "fillable", 1)], AT)
    assert kept.current_entries() == [({"id": "gaoling"}, "gljt")] and kept.entry_of_item("gaoling") == {"id": "gaoling"}
    assert kept.closed("gaoling") == (False, AT) and kept.closed("dibao") is None
    kept.put_item("gaoling", True, [version("b", "fillable"), version("a", "withdrawn", 1)], LATER)
    assert [(one.package, one.standing, one.since) for one in kept.versions()] == [("b", "fillable", AT), ("a", "withdrawn", LATER)]
    assert kept.version("gaoling", "x") is None and kept.current_entries() == []
    assert kept.closed("gaoling") == (True, LATER) and kept.items() == {"gaoling": True}
    kept.put_item("gaoling", True, [], LATER + timedelta(days=1))
    assert kept.closed("gaoling") == (True, LATER) and kept.versions() == []


def test_an_import_takes_the_place_of_the_one_before(place: Place) -> None:
    kept = place.open().catalogue
    kept.put_import(ImportRecord("gaoling", "a", "", AT, "示例"))
    second = ImportRecord("gaoling", "b", "gljt", LATER, "别人")
    kept.put_import(second)
    assert kept.imports() == [second]
    kept.drop_import("gaoling")
    assert kept.imports() == []

"""Health reports: what is told when, what is believed of whom, and what hostile ones can do: nothing."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.clock import to_text
from node.upkeep.checks.clock import offset
from node.upkeep.findings import Finding, Grade
from node.upkeep.report import Report, ReportError, kept_report, read_report
from sync.exchange import MAX_REPORT_BYTES
from tests.fakes import START
from tests.founding import founded_county
from tests.journeys.world import World

COUNTY, TOWNSHIP = "13102500000001", "13102510500001"
GOOD: Mapping[str, Any] = {
    "station": TOWNSHIP,
    "at": "2026-11-22T01:00:00Z",
    "program": "0.1.0",
    "findings": [["disk_room", "good", {"free_mib": 9}]],
}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo's county, suite p256."""
    return founded_county(tmp_path_factory, "p256")


@pytest.fixture
def world(founded: Path, tmp_path: Path) -> Iterator[World]:
    """A county of one's own."""
    made = World(tmp_path / "world", founded)
    yield made
    made.close()


def village_of(world: World, name: str = "village1") -> str:
    return world.nodes[name].station.station


def report_of(about: str, **change: Any) -> bytes:
    return json.dumps({**GOOD, "station": about, **change}).encode()


def told(world: World, name: str) -> list[dict[str, Any]]:
    """What a station would tell its parent now."""
    return [json.loads(data) for data in world.nodes[name].reports.to_tell(1 << 20)]


def test_a_report_reads_back_as_it_was_written() -> None:
    findings = (Finding("disk_full", Grade.BAD, {"free_mib": 3, "at": "2026-11-22T01:00:00Z"}), Finding("queue_empty"))
    report = Report(TOWNSHIP, START, "0.1.0", findings, START)
    assert read_report(report.to_bytes()) == report == kept_report(report.facts())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"station": "1310251050000"}, "station"),
        ({"station": 13102510500001}, "station"),
        ({"at": "yesterday"}, "at"),
        ({"at": "9999-99-99T00:00:00Z"}, "at"),
        ({"at": "9999-12-31T23:59:59Z"}, "at"),
        ({"heard": "0001-01-01T00:00:00Z"}, "heard"),
        ({"program": "<script>"}, "program"),
        ({"program": "1" * 41}, "program"),
        ({"heard": 5}, "heard"),
        ({"findings": {}}, "findings"),
        ({"findings": [["a", "good", {}]] * 49}, "findings"),
        ({"findings": [["a", "good"]]}, "finding"),
        ({"findings": [["../a", "good", {}]]}, "finding"),
        ({"findings": [["a", "splendid", {}]]}, "finding"),
        ({"findings": [["a", ["good"], {}]]}, "finding"),
        ({"findings": [["a", "bad", {"name": "张三"}]]}, "fact"),
        ({"findings": [["a", "bad", {"x": "<b>"}]]}, "fact"),
        ({"findings": [["a", "bad", {"x": 10**16}]]}, "fact"),
        ({"findings": [["a", "bad", {"x": True}]]}, "fact"),
        ({"findings": [["a", "bad", {"x": None}]]}, "fact"),
        ({"findings": [["a", "bad", {"{x}": 1}]]}, "fact"),
        ({"findings": [["a", "bad", {str(n): 1 for n in range(9)}]]}, "finding"),
    ],
)
def test_what_is_not_in_the_form_of_a_report_is_none(change: dict[str, Any], why: str) -> None:
    with pytest.raises(ReportError) as caught:
        read_report(report_of(TOWNSHIP, **change))
    assert caught.value.why == why


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{}", b"\xff", b'{"station": NaN}', b"[" * 5000, b" " * (MAX_REPORT_BYTES + 1)])
def test_other_bytes_are_no_report(data: bytes) -> None:
    with pytest.raises(ReportError):
        read_report(data)


VALUES = st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(st.binary(max_size=200) | VALUES)
def test_no_bytes_bring_anything_but_a_report_or_its_refusal(value: Any) -> None:
    data = value if isinstance(value, bytes) else json.dumps({**GOOD, "findings": [["a", "bad", value]]}).encode()
    with suppress(ReportError):
        read_report(data)


def test_a_report_that_is_too_long_is_none_however_good_it_is() -> None:
    data = report_of(TOWNSHIP)
    assert read_report(data + b" " * (MAX_REPORT_BYTES - len(data))).station == TOWNSHIP
    with pytest.raises(ReportError) as caught:
        read_report(data + b" " * (MAX_REPORT_BYTES - len(data) + 1))
    assert caught.value.why == "too_large"


def test_members_of_a_newer_station_are_passed_over() -> None:
    assert read_report(report_of(TOWNSHIP, mood="fine")).station == TOWNSHIP


# making and telling


def test_a_stations_own_report_is_small_and_has_no_name_of_a_person_or_path_in_it(world: World) -> None:
    node = world.nodes["village1"]
    node.reports.make(START)
    data = node.reports.to_tell(1 << 20)[0]
    assert len(data) < 2500
    assert read_report(data).station == village_of(world)
    assert data.isascii() and str(world.place).encode() not in data
    assert not any(person.name.encode() in data for person in node.store.people.all())


def test_a_report_is_kept_anew_after_an_hour_or_when_something_changed(world: World) -> None:
    node = world.nodes["village1"]
    stamps = []
    for minutes in (0, 10, 10, 45, 10):
        world.clock.move(minutes=minutes)
        node.reports.make(world.clock.now())
        record = node.store.reports.get(village_of(world))
        assert record is not None
        stamps.append((record.received_at - START).total_seconds() / 60)
    assert stamps == [0, 0, 0, 65, 65]
    node.store.link.failed(world.clock.now(), "unreachable")
    node.reports.make(world.clock.now())
    record = node.store.reports.get(village_of(world))
    assert record is not None and any(code == "line_down" for code, _, _ in record.facts["findings"])


def test_what_was_told_is_not_told_again_and_a_broken_line_tells_it_once_more(world: World) -> None:
    node = world.nodes["village1"]
    node.reports.make(START)
    world.weather.down.add("village1")
    world.carry("village1")
    assert len(told(world, "village1")) == 1
    world.weather.down.clear()
    world.carry("village1")
    assert told(world, "village1") == []
    assert world.nodes["township"].store.reports.get(village_of(world)) is not None


def test_reports_that_do_not_fit_go_with_the_next_exchange(world: World) -> None:
    node = world.nodes["township"]
    node.reports.make(START)
    for name in ("village1", "village2"):
        node.reports.take([report_of(village_of(world, name))], village_of(world, name))
    everything = node.reports.to_tell(1 << 20)
    first = node.reports.to_tell(len(everything[0]) + len(everything[1]) + 1)
    assert first == everything[:2]
    node.reports.told(first, None, 0.0)
    rest = node.reports.to_tell(1 << 20)
    assert rest == everything[2:]
    node.reports.told(rest, None, 0.0)
    assert node.reports.to_tell(1 << 20) == []


def test_the_answer_to_a_report_tells_how_far_the_clock_is_from_the_parents(world: World) -> None:
    node = world.nodes["village1"]
    node.reports.make(START)
    node.reports.told(node.reports.to_tell(1 << 20), "2026-11-22T01:20:00Z", 4.0)
    measured = offset(node.store)
    assert measured is not None and (measured.seconds, measured.at) == (1202, to_text(START))


@pytest.mark.parametrize("said", ["2026-13-45T99:00:00Z", "0000-00-00T00:00:00Z"])
def test_a_parent_that_says_no_time_changes_nothing(world: World, said: str) -> None:
    node = world.nodes["village1"]
    node.reports.told([], said, 0.0)
    assert offset(node.store) is None


# believing


def test_a_child_is_believed_of_itself_and_of_those_below_it_only(world: World) -> None:
    county, township = world.nodes["county"], world.nodes["township"]
    one, two = village_of(world), village_of(world, "village2")
    township.reports.take([report_of(one), report_of(two), report_of(TOWNSHIP), report_of(COUNTY), report_of("99999999999999")], one)
    assert [record.station for record in township.store.reports.all()] == [one]
    county.reports.take([report_of(TOWNSHIP), report_of(two), report_of(COUNTY)], TOWNSHIP)
    assert [record.station for record in county.store.reports.all()] == [TOWNSHIP, two]


def test_bad_reports_among_good_ones_are_passed_over_and_no_more_than_so_many_are_read(world: World) -> None:
    county = world.nodes["county"]
    county.reports.take([b"", b"{}", b"\x00" * 100, report_of(TOWNSHIP)], TOWNSHIP)
    assert [record.station for record in county.store.reports.all()] == [TOWNSHIP]
    county.reports.take([*[b"{}"] * 64, report_of(village_of(world))], TOWNSHIP)
    assert len(county.store.reports.all()) == 1


def test_a_child_cannot_say_that_it_was_heard_at_another_time(world: World) -> None:
    county = world.nodes["county"]
    village = village_of(world)
    county.reports.take([report_of(TOWNSHIP, heard="2020-01-01T00:00:00Z"), report_of(village, heard="2030-01-01T00:00:00Z")], TOWNSHIP)
    assert {record.facts["heard"] for record in county.store.reports.all()} == {to_text(START)}


def test_a_station_that_was_replaced_is_not_heard_any_more(world: World) -> None:
    node = world.nodes["township"]
    village = village_of(world)
    node.reports.take([report_of(village)], village)
    record = node.store.stations.get(village)
    assert record is not None
    node.store.stations.put(type(record)(**{**vars(record), "successor": village[:-2] + "02"}))
    node.store.stations.put(type(record)(**{**vars(record), "station": village[:-2] + "02"}))
    node.register._refresh()
    assert [one["station"] for one in told(world, "township")] == []

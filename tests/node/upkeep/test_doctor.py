"""The doctor: each check finds what was really broken, says nothing when nothing is, and no trouble of one check hides another."""

import ast
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from node.casework.calendar_document import Calendar
from node.casework.calendars import Calendars, shipped_calendar
from node.casework.deadlines import Year
from node.clock import to_text
from node.config import ListenSettings, ParentSettings, load_config, write_config
from node.enrolment.founding import Above, NewPerson, NewStation, enrol_person, found_station
from node.enrolment.issuing import OWN
from node.enrolment.office import opened
from node.roles import Tier
from node.store.records import ParcelRecord
from node.upkeep.checks import clock as clock_checks
from node.upkeep.checks import disk as disk_checks
from node.upkeep.doctor import CHECKS
from node.upkeep.findings import Grade
from node.upkeep.machine import Memory, WindowsMemory, memory
from node.web.health_text import tell
from node.web.wording.health import CHECKS as CHECK_WORDS
from node.web.wording.health import HEALTH
from signing.algorithms import suite
from signing.certificates import parse_certificate
from signing.issuing import issue_revocations
from signing.revocations import Revocation
from tests.fakes import START, SetClock
from tests.node.upkeep.patients import Patient

BAD, NOTE, GOOD = Grade.BAD, Grade.NOTE, Grade.GOOD
ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX systems")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county with a township and a village that has an agent; suite gm."""
    place = tmp_path_factory.mktemp("patients")
    clock = SetClock()
    county, township, village = place / "county", place / "township", place / "village"
    found_station(county, NewStation("示例县", Tier.COUNTY, "131025000000", suite="gm"), None, clock)
    found_station(township, NewStation("示例镇", Tier.TOWNSHIP, "131025105000"), Above(county, county), clock)
    found_station(village, NewStation("示例一村", Tier.VILLAGE, "131025105201"), Above(township, county), clock)
    person = NewPerson("agent", "示例代办员", ("agent",), "xiancheng-1694-nan", "739164")
    enrol_person(village, person, Above(township, county), clock)
    config = load_config(village)
    write_config(village, replace(config, parent=ParentSettings("http://10.0.0.1:8600")))
    return place


@pytest.fixture
def make(founded: Path, tmp_path: Path) -> Callable[[str], Patient]:
    def copy(name: str) -> Patient:
        shutil.copytree(founded / name, tmp_path / name)
        return Patient(tmp_path / name)

    return copy


@pytest.fixture
def village(make: Callable[[str], Patient]) -> Patient:
    """A village in good health: it heard from its parent just now, clocks agree, it was looked at and backed up."""
    patient = make("village")
    with patient.store() as store:
        store.link.heard(START)
        clock_checks.keep_offset(store, START, START, 0.2)
        backup = {"at": to_text(START), "path": "somewhere", "size": 1000, "verified": True, "error": None}
        store.meta.set("backup_last", json.dumps(backup))
    with patient.doctor() as (doctor, _book):
        doctor.do_rounds(START)
    return patient


def test_a_healthy_village_has_nothing_to_do_and_every_check_speaks(village: Patient) -> None:
    assert village.grades() == {}
    assert len(village.examined()) >= len(CHECKS) - 3


def test_a_healthy_county_in_november_lacks_only_a_backup_and_the_next_years_calendar(make: Callable[[str], Patient]) -> None:
    county = make("county")
    with county.doctor() as (doctor, _book):
        doctor.do_rounds(START)
    assert county.grades() == {"backup_never": NOTE, "calendar_next_year": NOTE}


# the road


def test_a_line_that_went_down_is_a_note_and_after_three_days_bad(village: Patient) -> None:
    village.clock.move(minutes=1)
    with village.store() as store:
        store.link.failed(village.clock.now(), "unreachable")
    assert village.grades() == {"line_down": NOTE}
    assert village.examined()["line_down"].facts["why"] == "unreachable"
    village.clock.move(days=3)
    assert village.grades()["line_down_long"] == BAD


def test_a_line_that_is_up_but_not_used_means_that_the_program_does_not_run(village: Patient) -> None:
    village.clock.move(minutes=20)
    assert village.grades() == {"line_not_used": NOTE}


def test_a_village_without_an_address_of_its_parent_goes_by_hand(village: Patient) -> None:
    write_config(village.place, replace(load_config(village.place), parent=ParentSettings()))
    assert village.grades() == {"line_by_hand": NOTE}


@pytest.mark.parametrize(("days", "found"), [(0, {}), (2, {"queue_old": NOTE}), (8, {"queue_stuck": BAD})])
def test_what_waits_for_long_is_told_the_louder_the_longer(village: Patient, days: int, found: dict[str, Grade]) -> None:
    with village.store() as store:
        parcel = ParcelRecord("sm3:" + "0" * 64, b"x" * 100, "13102510520101", "letters", False, START, START)
        store.outbox.put(parcel)
        store.outbox.queue(parcel.parcel_id, "13102510500001", START - timedelta(days=days))
    assert village.grades() == found
    code = next(iter(found), "queue_waits")
    assert village.examined()[code].facts["count"] == 1


def test_what_the_parent_refused_is_bad(village: Patient) -> None:
    with village.store() as store:
        parcel = ParcelRecord("sm3:" + "0" * 64, b"x", "13102510520101", "letters", False, START, START)
        store.outbox.put(parcel)
        store.outbox.queue(parcel.parcel_id, "13102510500001", START)
        store.outbox.mark_refused("13102510500001", [(parcel.parcel_id, "signature")], START)
    assert village.grades() == {"refused": BAD}


# the clock


@pytest.mark.parametrize(
    ("seconds", "found"),
    [(60, {}), (-60, {}), (300, {"clock_behind": NOTE}), (-300, {"clock_ahead": NOTE}), (660, {"clock_behind": BAD}),
     (-90_000, {"clock_ahead": BAD})],
)  # fmt: skip
def test_the_offset_to_the_parents_clock_is_graded_by_its_size(village: Patient, seconds: int, found: dict[str, Grade]) -> None:
    with village.store() as store:
        clock_checks.keep_offset(store, START + timedelta(seconds=seconds), START, 0.0)
    assert village.grades() == found


def test_the_parents_time_is_compared_with_the_middle_of_the_call(village: Patient) -> None:
    with village.store() as store:
        clock_checks.keep_offset(store, START - timedelta(seconds=10), START, 20.0)
        measured = clock_checks.offset(store)
    assert measured is not None and measured.seconds == 0


def test_a_comparison_a_week_old_says_little(village: Patient) -> None:
    village.clock.move(days=8)
    assert village.grades()["clock_compared_long_ago"] == NOTE


def test_a_clock_that_was_set_back_is_found_and_forgiven_when_the_parent_agrees_with_it(village: Patient) -> None:
    with village.doctor() as (doctor, _book):
        village.clock.move(days=400)
        doctor.do_rounds(village.clock.now())
        village.clock.move(days=-400, hours=1)
        doctor.do_rounds(village.clock.now())
    assert village.grades()["clock_went_back"] == BAD
    with village.store() as store:
        clock_checks.keep_offset(store, village.clock.now(), village.clock.now(), 0.0)
    assert "clock_went_back" not in village.grades()


def test_a_clock_of_another_decade_is_outside_the_stations_own_certificate(village: Patient) -> None:
    village.clock.at = datetime(2009, 1, 1, tzinfo=UTC)
    assert village.grades()["clock_outside_certificate"] == BAD


def test_what_another_program_left_in_place_of_the_offset_is_no_offset(village: Patient) -> None:
    with village.store() as store:
        store.meta.set(clock_checks.OFFSET, '{"seconds": 1, "at": "2026-11-22T01:00:00Z", "more": 2}')
    assert village.grades() == {"clock_not_compared": NOTE}


# the machine


@pytest.mark.parametrize(("left_mib", "found"), [(199, {"disk_full": BAD}), (900, {"disk_low": NOTE}), (3000, {})])
def test_a_disk_that_runs_full_is_found(village: Patient, left_mib: int, found: dict[str, Grade]) -> None:
    village.free = lambda folder: left_mib << 20
    assert village.grades() == found


def test_little_memory_is_a_note_and_a_machine_that_does_not_tell_is_none(village: Patient) -> None:
    village.memory = lambda: Memory(2 << 30, 100 << 20)
    assert village.grades() == {"memory_low": NOTE}
    village.memory = lambda: None
    assert "memory" not in village.examined()


def test_memory_is_read_from_what_linux_writes_and_from_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "meminfo"
    file.write_text("MemTotal:        2000 kB\nMemFree: 1 kB\nMemAvailable:    1000 kB\nHugePages_Total:       0\n", encoding="ascii")
    assert memory(file, None) == Memory(2_048_000, 1_024_000)
    file.write_text("MemTotal: many kB\n", encoding="ascii")
    assert memory(file, None) is None and memory(tmp_path / "none", None) is None


def test_memory_is_asked_of_windows_by_its_own_call(tmp_path: Path) -> None:
    class Kernel:
        class kernel32:  # noqa: N801  # the name that Windows gives it
            @staticmethod
            def GlobalMemoryStatusEx(place: object) -> int:  # noqa: N802
                status: WindowsMemory = place._obj  # type: ignore[attr-defined]
                assert status.length == 64
                status.total, status.available = 4 << 30, 1 << 30
                return 1

    assert memory(tmp_path / "none", Kernel) == Memory(4 << 30, 1 << 30)


@ON_POSIX
@pytest.mark.parametrize("name", [".", "keys", "keys/station_sign.key", "yizhan.db", "machine.secret"])
def test_a_folder_or_file_that_others_can_read_is_found(village: Patient, name: str) -> None:
    (village.place / name).chmod(0o755)
    assert village.grades() == {"folder_open": BAD}
    assert village.examined()["folder_open"].facts == {"count": 1}


def test_on_windows_modes_mean_nothing_and_are_not_looked_at(village: Patient) -> None:
    with village.doctor() as (doctor, _book):
        assert disk_checks.modes(doctor._subject(), "nt") == ()


# the database


def test_a_damaged_page_of_the_database_is_found_by_the_rounds(village: Patient) -> None:
    with village.store() as store:
        for number in range(300):
            store.meta.set(f"filler {number}", "x" * 500)
    data = bytearray(village.folder.database.read_bytes())
    assert len(data) > 40 * 4096
    middle = len(data) // 2
    data[middle : middle + 8192] = bytes(8192)
    village.folder.database.write_bytes(data)
    village.clock.move(days=1)
    with village.doctor() as (doctor, _book):
        doctor.do_rounds(village.clock.now())
        codes = {finding.code: finding.grade for finding in doctor.examine()}
    assert codes["database_damaged"] is BAD


def test_the_database_is_looked_at_once_a_day(village: Patient) -> None:
    for hours, looked in ((23, START), (2, START + timedelta(hours=25))):
        village.clock.move(hours=hours)
        with village.doctor() as (doctor, _book):
            doctor.do_rounds(village.clock.now())
        assert village.examined()["database"].facts["at"] == to_text(looked)


def test_a_database_that_cannot_be_read_in_one_check_does_not_hide_the_others(village: Patient) -> None:
    with village.store() as store:
        store._connection.run("DROP TABLE letters")
    found = village.examined()
    assert found["database_unreadable"].facts == {"check": "not_taken"}
    assert "disk_room" in found and "certificates" in found


# the backup


@pytest.mark.parametrize(
    ("change", "days", "found"),
    [
        ({"error": "disk_full"}, 0, {"backup_failed": BAD}),
        ({"verified": False}, 0, {"backup_unverified": BAD}),
        ({"usb_error": "disk_full"}, 0, {"backup_no_copy": NOTE}),
        ({}, 9, {"backup_old": NOTE}),
        ({}, 31, {"backup_old": BAD}),
    ],
)
def test_a_backup_that_failed_was_not_read_back_or_is_old_is_found(
    village: Patient, change: dict[str, object], days: int, found: dict[str, Grade]
) -> None:
    with village.store() as store:
        last = {"at": to_text(START - timedelta(days=days)), "path": "x", "size": 1, "verified": True, "error": None}
        store.meta.set("backup_last", json.dumps(last | change))
    assert village.grades() == found


@pytest.mark.parametrize("kept", ["", "[1]", "{", '{"at": 5}'])
def test_a_station_of_three_weeks_without_a_backup_is_bad_whatever_lies_in_its_place(village: Patient, kept: str) -> None:
    village.clock.move(days=21)
    with village.store() as store:
        store.meta.set("backup_last", kept)
    assert village.grades()["backup_never"] == BAD


# keys and certificates


@pytest.mark.parametrize(
    ("days_left", "code", "grade"),
    [(50, "certificate_ends", NOTE), (10, "certificate_ends_soon", BAD), (-1, "certificate_ended", BAD)],
)
def test_a_station_certificate_that_ends_is_told_in_time(village: Patient, days_left: int, code: str, grade: Grade) -> None:
    with village.doctor() as (doctor, _book):
        own = doctor._subject().own("station_sign")
        assert own is not None
        village.clock.at = own.not_after - timedelta(days=days_left)
        found = [(one.code, one.grade, one.facts.get("usage")) for one in doctor.examine() if one.code.startswith("certificate")]
    assert (code, grade, "station_sign") in found and (code, grade, "station_encrypt") in found


def test_peoples_certificates_are_counted_and_never_named(village: Patient) -> None:
    with village.doctor() as (doctor, _book):
        village.clock.at = START + timedelta(days=3 * 365 - 30)
        found = {one.code: one for one in doctor.examine()}
    assert found["people_ends"].grade is NOTE and found["people_ends"].facts["count"] == 1
    assert set(found["people_ends"].facts) == {"count", "until"}


@pytest.mark.parametrize("name", ["station_sign", "station_encrypt"])
def test_a_key_file_that_is_gone_damaged_or_another_machines_is_found(village: Patient, name: str) -> None:
    path = village.folder.keys / f"{name}.key"
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    assert village.grades() == {"key_damaged": BAD}
    path.unlink()
    assert village.grades() == {"key_missing": BAD}
    assert village.examined()["key_missing"].facts["usage"] == name


def test_another_stations_key_in_the_place_of_ours_is_found(make: Callable[[str], Patient]) -> None:
    county = make("county")
    with county.doctor() as (doctor, _book):
        doctor.do_rounds(START)
    county.folder.station_sign_key.write_bytes(county.folder.station_encrypt_key.read_bytes())
    assert county.examined()["key_damaged"].facts == {"usage": "station_sign", "why": "mismatch"}


def test_a_persons_key_file_that_is_gone_is_counted(village: Patient) -> None:
    with village.store() as store:
        key_name = store.people.all()[0].key_name
    assert key_name is not None
    village.folder.personal_key(key_name).unlink()
    assert village.grades() == {"people_key_missing": BAD}


def test_a_key_on_a_token_whose_library_is_not_set_up_is_told(village: Patient) -> None:
    with village.store() as store:
        store.people.put(replace(store.people.all()[0], key_name="skf:YIZHAN/agent"))
    assert village.grades() == {"people_token_library": BAD}


def test_a_certificate_that_is_not_here_is_found(village: Patient) -> None:
    with village.store() as store:
        store.meta.delete(OWN + "station_encrypt")
    assert village.grades() == {"certificate_missing": BAD}


def test_a_revoked_station_and_a_stale_list_are_found(village: Patient, founded: Path) -> None:
    with opened(founded / "township", SetClock()) as office:
        authority = office.authority()
        with village.store() as store:
            digest = store.meta.get(OWN + "station_sign")
            der = store.certificates.get(str(digest), "certificate")
            assert der is not None
            serial = parse_certificate(office.suite, der).serial
            taken_back = Revocation(serial, START, "key_compromise")
            data = issue_revocations(office.suite, authority, 1, [taken_back], START, START + timedelta(days=1))
            store.certificates.put(office.suite.digest(data), data, "revocations")
    village.clock.move(days=2)
    found = village.grades()
    assert found["certificate_revoked"] == BAD and found["standing_revoked"] == BAD and found["revocations_stale"] == NOTE


# standing, program, address, calendar


@pytest.mark.parametrize("state", ["restored"])
def test_a_station_that_may_not_seal_says_so(village: Patient, state: str) -> None:
    with village.store() as store:
        store.meta.set("standing", state)
    assert village.grades() == {f"standing_{state}": BAD}


def test_pages_in_the_clear_are_a_note(village: Patient) -> None:
    write_config(village.place, replace(load_config(village.place), listen=ListenSettings("10.0.0.2", 8600, plain_lan=True)))
    assert village.grades() == {"address_plain": NOTE}


def test_below_the_county_december_without_the_next_years_calendar_is_only_a_note(village: Patient) -> None:
    for at, code in (
        (datetime(2026, 11, 30, 12, tzinfo=UTC), "calendar"),
        (datetime(2026, 12, 1, 12, tzinfo=UTC), "calendar_ends"),
        (datetime(2026, 12, 31, 17, tzinfo=UTC), "calendar_over"),
    ):
        village.clock.at = at
        assert {one: finding.grade for one, finding in village.examined().items() if one.startswith("calendar")} == {
            code: GOOD if code == "calendar" else NOTE
        }


@pytest.fixture
def county(make: Callable[[str], Patient]) -> Patient:
    return make("county")


def test_from_november_on_the_county_is_told_that_it_must_publish_the_next_year(county: Patient) -> None:
    for at, code, grade in (
        (datetime(2026, 10, 31, 12, tzinfo=UTC), "calendar", GOOD),
        (datetime(2026, 10, 31, 16, tzinfo=UTC), "calendar_next_year", NOTE),
        (datetime(2026, 12, 1, 12, tzinfo=UTC), "calendar_next_year", BAD),
        (datetime(2027, 1, 1, 12, tzinfo=UTC), "calendar_this_year", BAD),
    ):
        county.clock.at = at
        assert {one: finding.grade for one, finding in county.examined().items() if one.startswith("calendar")} == {code: grade}


def test_a_county_that_has_published_the_next_year_is_well(county: Patient) -> None:
    official = Calendar("样例通知", {2027: Year(frozenset({date(2027, 1, 1)}), frozenset(), official=True)})
    with county.store() as store:
        calendars = Calendars(store, suite("gm").digest, shipped_calendar(), county.clock)
        calendars.take(calendars.shipped().with_years(official).to_bytes(), county.clock.now())
    county.clock.at = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert county.examined()["calendar"].facts == {"year": 2026}


# words


def codes_in_source() -> Iterator[tuple[str, str]]:
    """(good, note or bad; code) of every finding that a check can give with a literal code."""
    for file in sorted(Path(clock_checks.__file__).parent.glob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in tuple(Grade) and call.args:
                if isinstance(call.args[0], ast.Constant):
                    yield call.func.id, str(call.args[0].value)


MADE_UP = ("certificate_ends", "certificate_ends_soon", "certificate_ended", "people_ends", "people_ends_soon", "people_ended",
    "seals_ends", "seals_ends_soon", "seals_ended",
           "standing_restored", "standing_superseded", "standing_revoked", "clock_behind", "clock_ahead")  # fmt: skip
"""Codes that a check puts together."""


def test_every_finding_has_its_sentences_and_what_is_not_good_says_what_to_do() -> None:
    found = list(codes_in_source())
    assert len(found) > 40
    assert {code for _, code in found} | set(MADE_UP) <= set(HEALTH)
    silent = {code for grade, code in found if grade != "good" and not HEALTH[code][2]}
    assert silent == set() and all(HEALTH[code][2] for code in MADE_UP)
    assert {name for name, _ in CHECKS} <= set(CHECK_WORDS)


def test_no_finding_of_a_healthy_village_is_told_without_its_facts(village: Patient) -> None:
    for finding in village.examined().values():
        told = tell(finding)
        assert finding.code in HEALTH
        assert "—" not in told.what and "{" not in told.what
        assert told.do == ""

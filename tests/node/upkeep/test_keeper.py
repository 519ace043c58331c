"""The keeper with real processes of a small program: it goes on, tries what was staged, and goes back without losing anything."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from node.upkeep.database_copy import DatabaseCopy
from node.upkeep.keeper import Keeper
from node.upkeep.processes import Child, SystemProcesses
from node.upkeep.versions import Entry, Staged, Versions
from tests.fakes import SetClock
from tests.packaging.fake_program import make_station, put_version

OLD, NEW = "0.1.0-1", "0.2.0-2"
STAGED = Staged(NEW, "0.2.0", 2)


class StopsWhenServed(SystemProcesses):
    """Stops the keeper once a station that answers has been seen, or after so many starts."""

    def __init__(self, versions: Versions, stop: threading.Event, starts: int = 9) -> None:
        super().__init__(versions)
        self._stop_keeper = stop
        self._starts = starts
        self.served: list[str] = []

    def serve(self, name: str) -> Child:
        self.served.append(name)
        child = super().serve(name)
        if name == OLD or len(self.served) >= self._starts:
            for _ in range(100):
                if child.wait(0.05) is not None or self.is_healthy():
                    break
            self._stop_keeper.set()
        return child


class Installed:
    """An installation with an old version in use."""

    def __init__(self, root: Path) -> None:
        self.versions = Versions(root)
        self.database = self.versions.station / "yizhan.db"
        make_station(root)
        put_version(root, OLD)
        self.versions.use(OLD)
        self.versions.note(Entry("0.1.0", 1, "2026-11-01T00:00:00Z", "installed"))
        self.stop = threading.Event()
        self.processes = StopsWhenServed(self.versions, self.stop)

    def stage(self, how: str = "good", schema: int = 1) -> None:
        put_version(self.versions.root, NEW, how, schema)
        self.versions.stage(STAGED)

    def run(self, within_s: float = 20.0) -> int:
        copies = DatabaseCopy(self.versions.station, self.versions.before)
        guard = threading.Timer(30, self.stop.set)
        guard.start()
        try:
            return Keeper(self.versions, copies, self.processes, SetClock(), self.stop, within_s).run()
        finally:
            guard.cancel()

    def stop_once_applied(self) -> None:
        while not self.stop.wait(0.05):
            if self.versions.staged() is None and (self.versions.root / "versions" / NEW).exists():
                self.stop.set()

    def held(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.database.read_text(encoding="utf-8"))
        return found

    def last(self) -> tuple[str, str, str]:
        entry = self.versions.history()[-1]
        return entry.version, entry.result, entry.why


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    # Another program has told every Python of the machine where to look; the small program does not run where it hears of that.
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "foreign"))
    return Installed(tmp_path)


def test_without_anything_staged_the_version_in_use_serves(installed: Installed) -> None:
    assert installed.run() == 0
    assert installed.processes.served == [OLD]


def test_a_version_that_answers_comes_into_use_with_the_database_it_upgraded(installed: Installed) -> None:
    installed.stage(schema=2)
    watcher = threading.Thread(target=installed.stop_once_applied)
    watcher.start()
    assert installed.run() == 0
    watcher.join()
    assert installed.versions.current() == NEW
    assert installed.held() == {"schema": 2, "letters": 7}
    assert installed.last() == ("0.2.0", "applied", "")
    assert installed.versions.staged() is None
    assert {path.name for path in (installed.versions.root / "versions").iterdir()} == {OLD, NEW}


@pytest.mark.parametrize("how", ["starts not", "dies", "mute"])
def test_a_version_that_does_not_start_is_undone_and_the_database_it_upgraded_put_back(installed: Installed, how: str) -> None:
    installed.stage(how, schema=2)
    assert installed.run(within_s=1.0) == 0
    assert installed.versions.current() == OLD
    assert installed.processes.served[-1] == OLD
    assert installed.held() == {"schema": 1, "letters": 7}
    assert installed.last() == ("0.2.0", "undone", "check_start" if how == "starts not" else "unhealthy")
    assert [path.name for path in (installed.versions.root / "versions").iterdir()] == [OLD]


def test_going_back_without_an_upgrade_keeps_what_was_written_meanwhile(installed: Installed) -> None:
    installed.stage("writes")
    installed.run(within_s=1.0)
    assert installed.versions.current() == OLD
    assert installed.held() == {"schema": 1, "letters": 8}


def test_what_a_new_version_has_acknowledged_is_never_taken_back(installed: Installed) -> None:
    installed.stage("writes", schema=2)
    installed.processes._starts = 2
    installed.run(within_s=1.0)
    assert installed.last() == ("0.2.0", "kept_unhealthy", "unhealthy")
    assert installed.versions.current() == NEW
    assert installed.held()["letters"] > 7


def test_a_power_cut_while_the_trial_serves_forbids_the_copy(installed: Installed) -> None:
    installed.stage("dies", schema=2)
    # What the first try left: it had served, and taken in one letter more.
    DatabaseCopy(installed.versions.station, installed.versions.before).save(NEW)
    installed.database.write_text(json.dumps({"schema": 2, "letters": 8}), encoding="utf-8")
    installed.versions.stage(replace(STAGED, tries=1, served=True))
    installed.processes._starts = 2
    installed.run(within_s=1.0)
    assert installed.held() == {"schema": 2, "letters": 8}
    assert installed.last()[1] == "kept_unhealthy"


def test_a_trial_that_cuts_the_power_each_time_is_given_up(installed: Installed) -> None:
    installed.stage("good", schema=2)
    installed.versions.stage(replace(STAGED, tries=2))
    installed.run()
    assert installed.versions.current() == OLD
    assert installed.last() == ("0.2.0", "undone", "interrupted")


def test_a_restore_that_was_cut_short_is_finished_before_anything_opens_the_database(installed: Installed) -> None:
    installed.stage("starts not", schema=2)
    DatabaseCopy(installed.versions.station, installed.versions.before).save(NEW)
    installed.database.write_text("half of it", encoding="utf-8")
    installed.versions.stage(replace(STAGED, tries=1, going_back="check_start", may_restore=True, restoring=True))
    installed.run()
    calls = (installed.versions.root / "calls.txt").read_text(encoding="utf-8").split("\n")
    assert calls[0] == f"{OLD} serve"
    assert installed.held() == {"schema": 1, "letters": 7}


def test_a_copy_of_an_earlier_trial_is_not_taken_for_this_ones(installed: Installed) -> None:
    DatabaseCopy(installed.versions.station, installed.versions.before).save(NEW)
    installed.database.write_text(json.dumps({"schema": 1, "letters": 9}), encoding="utf-8")
    installed.stage("starts not", schema=2)
    installed.run()
    assert installed.held() == {"schema": 1, "letters": 9}


def test_a_station_that_crashes_is_started_again_after_growing_pauses(installed: Installed) -> None:
    put_version(installed.versions.root, "0.1.1-9", "dies")
    installed.versions.use("0.1.1-9")
    installed.processes._starts = 3
    clock_pauses: list[float] = []
    wait = installed.stop.wait

    def without_waiting(timeout: float | None = None) -> bool:
        clock_pauses.append(timeout or 0)
        return wait(0)

    installed.stop.wait = without_waiting  # type: ignore[method-assign]
    installed.run()
    assert installed.processes.served == ["0.1.1-9"] * 3
    assert clock_pauses == [1.0, 2.0]


def test_nothing_installed_is_said_and_not_tried_for_ever(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    stop = threading.Event()
    copies = DatabaseCopy(versions.station, versions.before)
    assert Keeper(versions, copies, SystemProcesses(versions), SetClock(), stop).run() == 2

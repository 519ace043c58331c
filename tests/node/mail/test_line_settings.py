"""What people allow the line to carry: kept, told in the log, and over by itself where it may be forgotten."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from node.config import LinkSettings
from node.errors import RequestError
from node.mail.line_settings import LineSettings
from node.store import Store, open_store
from tests.fakes import SetClock
from tests.node.store.conftest import digest

NIGHT = ("22:00", "06:30")


@pytest.fixture
def clock() -> SetClock:
    """Nine in the morning in the county."""
    return SetClock()


@pytest.fixture
def store(tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    """A store of its own."""
    one = open_store(tmp_path / "node.db", digest=digest, clock=clock)
    yield one
    one.close()


@pytest.fixture
def settings(store: Store, clock: SetClock) -> LineSettings:
    """Settings of a station whose node.toml says nothing."""
    return LineSettings(store, LinkSettings(), clock)


def test_until_somebody_sets_it_the_line_is_as_node_toml_says(store: Store, clock: SetClock) -> None:
    free = LineSettings(store, LinkSettings(), clock)
    assert (free.max_bytes_s(), free.scans_may_go(), free.is_paused()) == (None, True, False)
    bound = LineSettings(store, LinkSettings(64, (time(8), time(10))), clock)
    assert (bound.max_bytes_s(), bound.scans_may_go()) == (8000, False)


def test_a_cap_is_kept_over_a_restart_and_can_be_lifted(settings: LineSettings, store: Store, clock: SetClock) -> None:
    settings.set_limits("agent1", 128, None)
    assert LineSettings(store, LinkSettings(64), clock).max_bytes_s() == 16_000
    assert settings.set_limits("agent1", None, None).max_kbit is None and settings.max_bytes_s() is None


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("21:59:59", False),
        ("22:00:00", True),
        ("23:59:59", True),
        ("00:00:00", True),
        ("06:29:59", True),
        ("06:30:00", False),
        ("12:00:00", False),
    ],
)
def test_quiet_hours_go_over_midnight_in_the_countys_time(settings: LineSettings, clock: SetClock, at: str, quiet: bool) -> None:
    settings.set_limits("agent1", None, NIGHT)
    clock.at = datetime.fromisoformat(f"2026-11-22T{at}+08:00").astimezone(UTC)
    assert settings.scans_may_go() is not quiet


def test_quiet_hours_within_a_day_end_the_same_day(settings: LineSettings, clock: SetClock) -> None:
    settings.set_limits("agent1", None, ("09:00", "11:00"))
    assert settings.is_quiet()
    clock.move(hours=2)
    assert not settings.is_quiet()


@pytest.mark.parametrize(
    ("kbit", "hours", "code"),
    [(7, None, "line_cap"), (1_000_001, None, "line_cap"), (64, ("25:00", "06:00"), "quiet_hours"), (64, ("22:00", ""), "quiet_hours"),
     (64, ("22:00", "22:00"), "quiet_same")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    settings: LineSettings, store: Store, kbit: int, hours: tuple[str, str] | None, code: str
) -> None:
    before = settings.set_limits("agent1", 64, NIGHT)
    with pytest.raises(RequestError) as refused:
        settings.set_limits("agent1", kbit, hours)
    assert refused.value.code == code
    assert settings.plan() == before and [line.what for line in store.audit.page()] == ["line_limits"]


def test_a_pause_of_an_hour_is_over_after_an_hour(settings: LineSettings, clock: SetClock) -> None:
    plan = settings.pause("agent1", "hour")
    assert settings.is_paused() and plan.paused_by == "agent1" and plan.paused_at == clock.now()
    clock.move(minutes=59)
    assert settings.is_paused()
    clock.move(minutes=1)
    assert not settings.is_paused() and settings.plan().paused_by == ""


def test_a_pause_to_the_morning_ends_at_eight_in_the_county(settings: LineSettings, clock: SetClock) -> None:
    assert settings.pause("agent1", "morning").paused_until == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    clock.at = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    assert settings.pause("agent1", "morning").paused_until == datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "at two at night it is the same"


def test_an_open_pause_lasts_until_somebody_ends_it(settings: LineSettings, clock: SetClock) -> None:
    settings.pause("agent1", "open")
    clock.move(days=400)
    assert settings.is_paused()
    settings.go_on("head1")
    assert not settings.is_paused()


def test_a_clock_that_was_far_ahead_does_not_leave_the_line_paused(settings: LineSettings, clock: SetClock) -> None:
    clock.move(days=4000)
    settings.pause("agent1", "hour")
    clock.move(days=-4000)
    assert not settings.is_paused()


def test_a_pause_keeps_the_limits_and_the_limits_keep_a_pause(settings: LineSettings) -> None:
    settings.set_limits("agent1", 64, NIGHT)
    settings.pause("agent1", "open")
    settings.set_limits("agent1", 128, NIGHT)
    assert settings.is_paused() and settings.max_bytes_s() == 16_000
    assert settings.go_on("agent1").quiet_hours == (time(22), time(6, 30))


def test_another_length_of_pause_is_refused(settings: LineSettings) -> None:
    with pytest.raises(RequestError) as refused:
        settings.pause("agent1", "week")
    assert refused.value.code == "pause" and not settings.is_paused()


def test_what_another_process_sets_counts_within_a_second(settings: LineSettings, store: Store, clock: SetClock) -> None:
    assert settings.max_bytes_s() is None
    LineSettings(store, LinkSettings(), clock).set_limits("agent1", 64, None)
    clock.move(seconds=1)
    assert settings.max_bytes_s() == 8000


def test_who_changed_what_stands_in_the_log_and_the_courier_is_woken(settings: LineSettings, store: Store) -> None:
    woken: list[bool] = []
    store.on_queued(lambda: woken.append(True))
    settings.set_limits("agent1", 64, NIGHT)
    settings.pause("head1", "hour")
    settings.go_on("agent1")
    told = [(line.who, line.what, line.about) for line in store.audit.page()]
    assert told == [("agent1", "line_resumed", "line"), ("head1", "line_paused", "line"), ("agent1", "line_limits", "line")]
    assert store.audit.page()[2].detail == {"max_kbit": 64, "quiet_hours": ["22:00", "06:30"]} and len(woken) == 3

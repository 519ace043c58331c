"""A case that is open when the official year comes: counted again at every station, both days kept, nobody late in retrospect."""

from datetime import UTC, datetime

from node.casework.calendar_proposal import propose, read_given
from node.casework.views import CaseView, Deadline
from tests.journeys.world import World
from tests.node.web.browsing import logged_in

TABLE = "日期,类型,名称\n2027-01-01,放假,元旦\n2027-01-04,放假,元旦\n2027-01-05,放假,元旦\n2027-01-09,上班,元旦调休\n"
"""An invented notice: two more days off in January, and a Saturday worked."""
EARLIER = TABLE.replace("2027-01-04,放假", "2026-12-27,上班").replace("2027-01-05,放假", "2026-12-26,上班")
"""Another: a weekend of December is worked."""


def publish(world: World, text: str = TABLE) -> None:
    """What the county's page does."""
    node = world.nodes["county"]
    before = node.calendars.newest().calendar
    proposal = propose(before, node.calendars.shipped(), read_given(text.encode(), before, "样例通知", official=True))
    node.publisher.publish_calendar(proposal.after.to_bytes(), "样例通知", "示例管理员")
    node.cataloguing.sender.send(world.clock.now())


def accepted(world: World, at: datetime) -> str:
    """A case that the township accepted at that moment, with seven working days for it."""
    number = world.submitted()
    world.settle()
    world.clock.at = at
    world.act("reviewer", number, "accepted")
    world.settle()
    return number


def deadline(world: World, name: str, number: str) -> Deadline:
    view: CaseView = world.node_of(name).desk.case(world.person(name), number)
    assert view.line.deadline is not None
    return view.line.deadline


def told(found: Deadline) -> tuple[str, bool, str, list[tuple[str, str, bool]]]:
    moves = [(one.was.isoformat(), one.now.isoformat(), one.kept) for one in found.moves]
    return found.due_on.isoformat(), found.provisional, found.card, moves


def test_the_official_year_moves_an_open_case_at_every_station_and_both_days_are_shown(world: World) -> None:
    number = accepted(world, datetime(2026, 12, 28, 2, tzinfo=UTC))
    for name in ("agent1", "reviewer"):
        assert told(deadline(world, name, number)) == ("2027-01-07", True, "none", [])
    world.clock.move(days=1)
    publish(world)
    world.settle()
    for name in ("agent1", "reviewer"):
        assert told(deadline(world, name, number)) == ("2027-01-09", False, "none", [("2027-01-07", "2027-01-09", False)])
    page = logged_in(world, "reviewer").get(f"/cases/{number}").text
    assert "原定2027年1月7日，按正式日历改为2027年1月9日" in page
    body = logged_in(world, "agent1").api("GET", f"/cases/{number}").get_json()
    version = world.nodes["village1"].calendars.newest().version
    assert body["deadline_moves"] == [{"was": "2027-01-07", "now": "2027-01-09", "on": "2026-12-29", "calendar": version, "kept": False}]
    assert (body["deadline"], body["deadline_provisional"]) == ("2027-01-09", False)


def test_a_township_that_hears_late_of_an_earlier_day_is_not_late_in_retrospect(world: World) -> None:
    number = accepted(world, datetime(2026, 12, 21, 2, tzinfo=UTC))
    world.weather.down.add("township")
    world.clock.move(days=1)
    publish(world, EARLIER)
    world.clock.at = datetime(2026, 12, 30, 2, tzinfo=UTC)
    assert told(deadline(world, "reviewer", number)) == ("2026-12-30", False, "yellow", [])
    world.weather.down.clear()
    world.settle()
    assert told(deadline(world, "reviewer", number)) == ("2026-12-30", False, "yellow", [("2026-12-30", "2026-12-28", True)])
    assert "仍按原定的2026年12月30日，不算超期" in logged_in(world, "reviewer").get(f"/cases/{number}").text
    world.clock.move(days=1)
    assert told(deadline(world, "reviewer", number))[2] == "red"

"""How the line does: only what was acknowledged is done, what was set aside is not left, and an estimate is honest or none."""

from datetime import timedelta
from pathlib import Path

from tests.journeys.world import ORDER, World


def previews_there(county: World) -> int:
    """Let two of the previews come to the township as if the line had ended then; their bytes."""
    village, township = county.nodes["village1"], county.nodes["township"]
    ids = village.store.enclosures.to_send(township.station.station, 2)
    sizes = []
    for enclosure_id in ids:
        data = village.store.enclosures.read(enclosure_id)
        township.store.enclosures.write_piece(enclosure_id, 0, data)
        village.store.enclosures.held_by(township.station.station, enclosure_id)
        sizes.append(len(data))
    return sum(sizes)


def test_on_a_dead_line_all_is_left_and_no_time_is_named(county: World) -> None:
    county.weather.down = set(ORDER)
    county.submitted()
    desk = county.nodes["village1"].road
    county.carry("village1")
    view = desk.line()
    assert view.left_bytes > 0 and (view.done_bytes, view.seconds_left, view.why) == (0, None, "unreachable")
    assert view.left_bytes == view.status.bytes_waiting


def test_what_is_acknowledged_is_done_and_not_left_also_after_a_restart(county: World) -> None:
    county.nodes["village1"].road.pace.set_limits("agent1", None, ("00:00", "23:59"))
    county.submitted()
    county.settle()
    before = county.nodes["village1"].road.line()
    size = previews_there(county)
    after = county.start("village1").road.line()
    assert (after.left_bytes, after.done_bytes) == (before.left_bytes - size, size) and size > 0
    assert after.seconds_left is None, "quiet hours: nobody knows"


def test_the_strip_counts_no_bytes_of_a_file_that_are_there_already(county: World) -> None:
    county.weather.down = set(ORDER)
    county.submitted()
    village, township = county.nodes["village1"], county.nodes["township"].station
    assert village.courier is not None
    before = village.desk.status().bytes_waiting
    (begun,) = village.store.enclosures.to_send(township.station, 1)

    village.courier.progress.known(begun, True, 700)

    assert village.desk.status().bytes_waiting == village.road.line().left_bytes == before - 700


def test_a_receipt_on_a_stick_is_a_word_from_above(county: World, tmp_path: Path) -> None:
    county.weather.down = {"village1"}
    village, township = county.nodes["village1"], county.nodes["township"]
    here, above = village.station.station, township.station.station
    county.submitted()
    village.bundles.write_to(tmp_path / "up", above)
    assert [village.road.hops()[0].heard_at, village.desk.status().last_heard] == [None, None]
    county.clock.move(hours=30)
    township.bundles.read_from(tmp_path / "up")
    township.bundles.write_to(tmp_path / "down", here)
    signed = county.clock.now()
    county.clock.move(hours=5)

    village.bundles.read_from(tmp_path / "down")

    assert village.road.hops()[0].heard_at == village.desk.status().last_heard == signed
    number = county.submitted()
    assert [(one.case_number, one.last_heard) for one in village.queue.items().items] == [(number, signed)]
    village.store.link.heard(county.clock.now())
    assert village.desk.status().last_heard == county.clock.now(), "the line, when it has heard later"
    county.clock.move(hours=-20)
    assert village.desk.status().last_heard == signed + timedelta(hours=5), "a receipt out of the future says nothing"


def test_what_was_set_aside_is_not_left(county: World) -> None:
    county.weather.down = set(ORDER)
    county.submitted()
    desk, person = county.nodes["village1"].road, county.person("agent1")
    one = desk.line().left_bytes
    county.submitted()
    item = desk.queue.items().items[-1]
    desk.queue.set_aside(person, item.item_id, "示例")
    assert abs(desk.line().left_bytes - one) < 200
    desk.queue.take_up(person, item.item_id)
    assert desk.line().left_bytes > 1.5 * one


def test_when_all_is_there_nothing_is_left_and_the_stations_above_were_heard_of(county: World) -> None:
    county.submitted()
    county.settle()
    view = county.nodes["village1"].road.line()
    assert (view.left_bytes, view.seconds_left) == (0, None)
    assert [(hop.tier, hop.is_parent, hop.heard_at) for hop in view.hops] == [
        ("township", True, county.clock.now()), ("county", False, county.clock.now()),
    ]  # fmt: skip
    assert county.nodes["county"].road.hops() == () and not county.nodes["county"].road.has_line


def test_a_line_that_never_was_up_has_heard_of_nobody(county: World) -> None:
    assert [hop.heard_at for hop in county.nodes["village1"].road.hops()] == [None, None]

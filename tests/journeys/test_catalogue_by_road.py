"""The county's catalogue goes down the road: published once, relayed, applied in order; what is forged, mixed or rolled back is refused."""

from tests.journeys.publishing import numbers, package, publish, send
from tests.journeys.world import World


def test_what_the_county_publishes_is_on_the_shelf_everywhere_after_one_round(world: World) -> None:
    made = publish(world.nodes["county"], package(charge="不收费（新版）"))
    send(world)
    world.carry("township", "village1")
    assert numbers(world) == {"county": 1, "township": 1, "village1": 1, "village2": 0}
    catalogue = world.nodes["village1"].desk
    digest, form = catalogue.item("gaoling")
    assert form.charge == "不收费（新版）" and digest == made.release.changes[0].package

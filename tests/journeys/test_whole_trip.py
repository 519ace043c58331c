"""One sealed case goes village → township → county and back."""

from collections.abc import Callable

import pytest

from tests.journeys.world import World


@pytest.mark.parametrize("suite", ["gm", "p256"])
def test_a_case_goes_up_is_decided_and_comes_back(make_world: Callable[..., World], suite: str) -> None:
    world = make_world(suite)
    number = world.submitted("gaoling")
    world.settle()
    assert world.states(number) == {"village1": "submitted", "township": "submitted", "county": "submitted"}

    world.act("reviewer", number, "accepted")
    world.act("reviewer", number, "forwarded", note="符合条件")
    world.settle()
    assert world.states(number) == {"village1": "forwarded", "township": "forwarded", "county": "forwarded"}

    world.act("approver", number, "approved", note="准予")
    world.settle()
    assert world.states(number)["village1"] == "approved"

    world.act("agent1", number, "delivered", receiver="示例甲本人")
    world.act("agent1", number, "closed")
    world.settle()
    assert set(world.states(number).values()) == {"closed"}
    kinds = ["submitted", "accepted", "forwarded", "approved", "delivered", "closed"]
    assert world.letters(number) == {name: [(kind, "admitted") for kind in kinds] for name in ("county", "township", "village1")}

"""Plans and looks as they travel: what a page may ask for, and what is refused."""

from typing import Any

import pytest

from node.errors import MaterialError
from node.scanning.shot import Finding, Look, Plan

SQUARE = [[10, 20], [110, 20.5], [110, 160], [10, 160]]

WRONG: dict[str, dict[str, Any]] = {
    "three corners": {"corners": SQUARE[:3]},
    "a corner of three figures": {"corners": [[1, 2, 3], *SQUARE[1:]]},
    "a corner of words": {"corners": [["1", "2"], *SQUARE[1:]]},
    "a corner nowhere": {"corners": [[float("nan"), 2], *SQUARE[1:]]},
    "a corner far away": {"corners": [[-1e9, 2], *SQUARE[1:]]},
    "a corner that is true": {"corners": [[True, 2], *SQUARE[1:]]},
    "the wrong way round": {"corners": SQUARE[::-1]},
    "crossed": {"corners": [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]},
    "all in one place": {"corners": [SQUARE[0]] * 4},
    "bent inwards": {"corners": [SQUARE[0], SQUARE[1], [20, 30], SQUARE[3]]},
    "corners in words": {"corners": "abcd"},
    "an eighth of a turn": {"turn": 45},
    "a turn in words": {"turn": "90"},
    "a turn that is false": {"turn": False},
    "an unknown colour": {"colour": "sepia"},
    "a colour of figures": {"colour": ["grey"]},
    "too bright": {"brightness": 51},
    "half bright": {"brightness": 0.5},
    "an unknown paper": {"paper": "a0"},
}


def test_a_plan_comes_back_as_it_was_told() -> None:
    told = {"corners": SQUARE, "turn": 270, "colour": "bw", "brightness": -50, "paper": "id_card"}
    plan = Plan.from_json(told)
    assert plan.corners == ((10.0, 20.0), (110.0, 20.5), (110.0, 160.0), (10.0, 160.0))
    assert plan.to_json() == told
    assert Plan.from_json(plan.to_json()) == plan


def test_a_plan_that_says_nothing_is_the_whole_picture_in_colour() -> None:
    assert Plan.from_json({}) == Plan() == Plan(None, 0, "colour", 0, "a4")
    assert Plan.from_json({"corners": None}) == Plan()


@pytest.mark.parametrize("name", WRONG)
def test_a_plan_that_cannot_be_followed_is_refused_by_its_member(name: str) -> None:
    with pytest.raises(MaterialError) as refused:
        Plan.from_json(WRONG[name])
    assert refused.value.code == "plan"
    assert refused.value.facts == {"given": next(iter(WRONG[name]))}


def test_a_look_comes_back_as_it_was_told() -> None:
    sheet = ((1.0, 2.0), (30.5, 2.0), (30.0, 40.0), (1.0, 41.0))
    look = Look(640, 480, (sheet,), 0.9, (Finding("glare", {"share": 0.2}),), 150)
    assert Look.from_json(look.to_json()) == look

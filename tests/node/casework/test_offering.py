"""Which items a station offers."""

import json
from typing import Any

import pytest

from forms.entries import entry_of
from forms.schema import Form
from node.casework.offering import check_offered, is_special_network
from node.errors import NotAllowedError
from node.roles import Tier
from tests.items import newest

NOTE = newest("village_note").read_bytes()
"""An item with something to do at the village alone."""
SPECIAL = {"system": "示例专网", "where": "示例派出所", "guidance": ["带身份证"]}


def form(**more: Any) -> Form:
    """That item, saying something more of itself."""
    raw = json.loads(NOTE)
    return Form.from_bytes(json.dumps({**raw, "more": {**raw["more"], **more}}, ensure_ascii=False).encode())


def refusal(one: Form, tier: Tier) -> str | None:
    try:
        check_offered(one, tier)
    except NotAllowedError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({}, [None, "tier_may_not_accept", "tier_may_not_accept"]),
        ({"accepts": ["township", "county"]}, ["tier_may_not_accept", None, None]),
        ({"accepts": []}, ["tier_may_not_accept"] * 3),
        ({"special_network": SPECIAL}, ["special_network"] * 3),
        ({"special_network": SPECIAL, "accepts": ["village"]}, ["special_network"] * 3),
    ],
)
def test_an_item_is_taken_in_by_the_tiers_it_names_or_that_have_something_to_do(more: dict[str, Any], refused: list[str | None]) -> None:
    assert [refusal(form(**more), tier) for tier in Tier] == refused


def test_the_list_and_the_form_say_the_same_of_who_takes_an_item_in() -> None:
    told: list[dict[str, Any]] = [{}, {"accepts": ["county"]}, {"accepts": []}, {"special_network": SPECIAL}]
    for more in told:
        one = form(**more)
        entry = entry_of(one, "sm3:00")
        assert entry.special_network == is_special_network(one)
        taken_in = {str(tier) for tier in Tier if refusal(one, tier) is None}
        assert taken_in == (set() if entry.special_network else set(entry.accepts)), more

"""Which seals a letter should bear, by the item's words, the tier and the act."""

from dataclasses import dataclass
from typing import Any, cast

import pytest

from forms.schema import Form
from node.casework.case import Event
from node.casework.seal_rules import approval_on_paper, fits, is_named, wanted_at
from node.roles import Tier


@dataclass(frozen=True)
class Item:
    """As much of a form as the rules look at."""

    tiers: dict[str, Any]


def item(village: str | None = None, township: str | None = None, county: str | None = None) -> Form:
    texts = {"village": village, "township": township, "county": county}
    return cast(Form, Item({tier: {"seal": text} for tier, text in texts.items()}))


@pytest.mark.parametrize(
    ("tier", "event", "wanted"),
    [
        (Tier.VILLAGE, Event.SUBMITTED, "service"),
        (Tier.VILLAGE, Event.APPROVED, "service"),
        (Tier.VILLAGE, Event.DELIVERED, None),
        (Tier.VILLAGE, Event.WITHDRAWN, None),
        (Tier.TOWNSHIP, Event.ACCEPTED, "unit"),
        (Tier.TOWNSHIP, Event.NOT_ACCEPTED, "unit"),
        (Tier.TOWNSHIP, Event.FORWARDED, "unit"),
        (Tier.TOWNSHIP, Event.RETURNED, None),
        (Tier.COUNTY, Event.APPROVED, "approval"),
        (Tier.COUNTY, Event.RETURNED, None),
        (Tier.COUNTY, None, None),
    ],
)
def test_what_an_act_calls_for(tier: Tier, event: Event | None, wanted: str | None) -> None:
    form = item("村便民服务专用章+代办员电子签名", "乡镇业务章", "县行政审批专用章")
    assert wanted_at(form, tier, event) == wanted


def test_at_the_county_alone_the_approval_seal_and_the_units_stand_in_for_one_another() -> None:
    form = item("村民委员会公章", "乡镇人民政府公章", "县民政局公章")
    approval = {tier: fits(form, tier, "00000000000000-approval-1", "另一枚") for tier in Tier}
    assert approval == {Tier.VILLAGE: False, Tier.TOWNSHIP: False, Tier.COUNTY: True}
    assert fits(item(county="县行政审批专用章"), Tier.COUNTY, "00000000000000-unit-1", "另一枚")
    assert not fits(form, Tier.COUNTY, "00000000000000-service-1", "另一枚")
    assert not fits(item(), Tier.COUNTY, "00000000000000-unit-1", "另一枚")


def test_a_seal_whose_name_is_in_the_text_is_the_one_meant_whatever_its_kind() -> None:
    form = item(township="乡镇公共就业服务专用章")
    assert is_named(form, Tier.TOWNSHIP, "公共就业服务专用章（样章）") and not is_named(form, Tier.TOWNSHIP, "（样章）")
    assert fits(form, Tier.TOWNSHIP, "00000000000000-service-1", "公共就业服务专用章")
    assert not fits(form, Tier.TOWNSHIP, "00000000000000-service-1", "便民服务专用章")


def test_an_approval_on_paper_names_who_approved() -> None:
    assert approval_on_paper({"seal_approval": {"by": "示例", "paper": True}}) == "示例"
    for body in ({}, {"seal_approval": None}, {"seal_approval": "示例"}, {"seal_approval": {"by": 1}}):
        assert approval_on_paper(cast(dict[str, Any], body)) == ""


def test_at_a_village_no_other_kind_passes_for_the_committees_by_its_name() -> None:
    form = item(village="村民委员会公章")
    assert fits(form, Tier.VILLAGE, "00000000000000-unit-1", "村民委员会公章")
    assert not fits(form, Tier.VILLAGE, "00000000000000-service-1", "村民委员会公章")

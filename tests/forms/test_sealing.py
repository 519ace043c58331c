"""What an item's words say of the seal at a tier."""

import pytest

from forms.sealing import seal_text, seal_wanted


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("村便民服务专用章+代办员电子签名", "service"),
        ("县行政审批专用章", "approval"),
        ("村民委员会公章+负责人签名", "unit"),
        ("乡镇公共就业服务专用章", "unit"),
        ("市场监管所章", "unit"),
        ("村(居)委会意见+代办员签名", None),
        ("代办员电子签名", None),
        ("", None),
        (None, None),
        (["章"], None),
    ],
)
def test_the_kind_of_seal_is_read_from_the_text(text: object, kind: str | None) -> None:
    assert seal_wanted({"village": {"seal": text}}, "village") == kind


def test_a_tier_without_an_entry_wants_none() -> None:
    cases: tuple[dict[str, object], ...] = ({}, {"village": None}, {"village": {}}, {"decides": "village"})
    for tiers in cases:
        assert seal_wanted(tiers, "village") is None and seal_text(tiers, "village") == ""

"""Notices of acceptance as pages."""

from dataclasses import replace
from datetime import date

from node.documents.acceptance import Acceptance, acceptance_layout
from node.scanning.qr import qr_code
from tests.node.documents.samples import NUMBER, ORGANS, facts_of, form_of

QR = qr_code(NUMBER)
ACCEPTANCE = Acceptance(facts_of(form_of("gaoling")), ORGANS[1], date(2026, 11, 22), date(2026, 11, 20), "SL2026-000123", 3, 20)


def said(acceptance: Acceptance) -> str:
    return acceptance_layout(acceptance, QR).texts().replace("\n", "")


def test_a_notice_says_to_whom_what_under_which_number_what_came_and_until_when() -> None:
    text, layout = said(ACCEPTANCE), acceptance_layout(ACCEPTANCE, QR)
    assert layout.title == "受理通知书" and layout.kind == "acceptance" and [one.tier for one in layout.seals] == ["township"]
    asked = f"2026年11月20日在示例村提出的“{ACCEPTANCE.facts.item_name}”"
    for told in (NUMBER, "示例甲：", asked, "受理号：SL2026-000123。", "申请材料：3页。"):
        assert told in text
    assert "自受理之日起20个工作日" in text and "示例镇便民服务中心2026年11月22日" in text


def test_what_is_not_promised_or_has_not_come_is_not_claimed() -> None:
    assert "承诺时限" not in said(replace(ACCEPTANCE, workdays=None))
    assert "申请材料：无。" in said(replace(ACCEPTANCE, pages=0))
    assert "自村级登记之日起20个工作日" in said(replace(ACCEPTANCE, clock="village_registration"))

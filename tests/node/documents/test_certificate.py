"""Identifiers of electronic certificates, and the sheet that shows one."""

from dataclasses import replace
from datetime import date

import pytest

from forms.codes import certificate_id
from node.documents.certificate import certificate_layout, certificate_members, granted, read_certificate
from node.documents.facts import Organ
from node.scanning.qr import qr_code
from tests.node.documents.samples import NUMBER, facts_of, form_of

USCC = "11340202003011960J"
DAY = date(2026, 11, 22)


def test_an_approval_of_a_certificate_gives_an_identifier_with_its_check() -> None:
    members = certificate_members(form_of("small_catering"), NUMBER, USCC, DAY)
    assert members is not None
    parts = certificate_id(members["id"])
    assert parts is not None and (parts.kind, parts.issuer, parts.serial) == (USCC + "000", USCC, NUMBER) and parts.check_agrees
    assert members["name"] == "小餐饮登记证" and members["valid_to"] == "2029-11-21"
    assert granted(form_of("small_catering"), NUMBER, USCC, DAY) == {"certificate": members}


def test_the_items_own_type_and_body_count_where_they_are_given() -> None:
    form = form_of("small_catering")
    numbered = replace(form, result={**form.result, "type": "017"})
    assert certificate_members(numbered, NUMBER, USCC, DAY)["id"].startswith(f"1.2.156.3005.2.{USCC}017.{USCC}.")  # type: ignore[index]
    whole = replace(form, result={**form.result, "type": "113416020031661969022"})
    assert certificate_members(whole, NUMBER, USCC, DAY)["id"].startswith(f"1.2.156.3005.2.113416020031661969022.{USCC}.")  # type: ignore[index]
    assert USCC in str(certificate_members(form_of("food_workshop"), NUMBER, "", DAY)), "the body in the item's code"


def test_without_a_certificate_or_a_body_nothing_is_given() -> None:
    assert certificate_members(form_of("gaoling"), NUMBER, USCC, DAY) is None
    assert certificate_members(form_of("small_catering"), NUMBER, "", DAY) is None
    assert granted(form_of("gaoling"), NUMBER, USCC, DAY) == {}


@pytest.mark.parametrize(
    "member",
    ["x", None, {}, {"id": "1.2.3", "name": "证"}, {"id": 5, "name": "证"}, {"name": "证"}],
    ids=["text", "none", "empty", "no id of the standard", "number", "no id"],
)
def test_what_is_no_certificate_is_none(member: object) -> None:
    assert read_certificate({"certificate": member}) is None


def test_a_day_that_is_none_makes_it_none() -> None:
    members = certificate_members(form_of("small_catering"), NUMBER, USCC, DAY) or {}
    assert read_certificate({"certificate": {**members, "valid_to": "2029-02-31"}}) is None


def test_the_sheet_shows_what_the_letter_says() -> None:
    form = form_of("small_catering")
    given = read_certificate(granted(form, NUMBER, USCC, DAY))
    assert given is not None
    layout = certificate_layout(given, facts_of(form, "示例堃旸"), Organ("county", "示例县行政审批局"), qr_code(NUMBER))
    said = layout.texts()
    assert all(one in said for one in ("示例堃旸", "小餐饮登记证", "电子证照", "2026年11月22日", "2029年11月21日", given.id[:40]))
    assert [one.tier for one in layout.seals] == ["county"]


def test_a_leap_days_certificate_ends_before_the_same_day() -> None:
    members = certificate_members(form_of("small_catering"), NUMBER, USCC, date(2028, 2, 29)) or {}
    assert members["valid_to"] == "2031-02-27"

"""What a letter says of papers is read back as it was written, and nothing else is taken for it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from node.paperwork.codes import code_of
from node.paperwork.members import are_members, read_members, state_on, write_members
from node.paperwork.values import NO_PAPERS, CardLine, CasePapers, MandateLine, SignedLine, TickLine

AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
MANDATE = MandateLine("示例甲", ("file",), TODAY, date(2027, 5, 21), "示例邻居", "signature", "standing", "sm3:00", ("sm3:aa",))
CARD = CardLine(AT, ("name", "id_no"), ("birth",), expired=True)
PAPERS = CasePapers(
    MANDATE, (TickLine("mat_id", "示例代办员甲", AT),), SignedLine("pad", "sm3:bb", AT, True), "备-0007-3", AT, (CARD,)
)  # fmt: skip


def test_what_is_written_is_read_back() -> None:
    body = {"answers": {}, "first_contact_at": "2026-11-22T01:00:00Z", **write_members(PAPERS)}
    assert read_members(body, "sm3:bb", TODAY) == PAPERS
    assert are_members(body)


def test_a_body_without_papers_says_nothing_of_them() -> None:
    assert write_members(NO_PAPERS) == {}
    assert read_members({"answers": {}}, "sm3:bb", TODAY) == NO_PAPERS


def test_what_stands_on_a_card_is_in_no_letter() -> None:
    card = replace(CARD, against={"birth": "1944-03-12"}, differs=(), expired=False)
    assert write_members(CasePapers(cards=(card,))) == {"card_read": [{"at": "2026-11-22T01:00:00Z", "fields": ["name", "id_no"]}]}


def test_what_a_newer_station_says_of_a_card_is_carried_and_means_nothing_here() -> None:
    body = {"card_read": [{"at": "2026-11-22T01:00:00Z", "fields": ["name"], "checked": "online"}]}
    assert are_members(body) and read_members(body, "", TODAY).cards == (CardLine(AT, ("name",)),)


@pytest.mark.parametrize("state", ["unscanned", "early", "expired", "revoked"])
def test_only_a_mandate_that_stands_is_sealed(state: str) -> None:
    assert "mandate" not in write_members(replace(PAPERS, mandate=replace(MANDATE, state=state)))


def test_a_signature_under_other_answers_does_not_agree() -> None:
    signed = read_members(write_members(PAPERS), "sm3:cc", TODAY).signed
    assert signed is not None and not signed.agrees


def test_a_mandate_is_judged_by_the_day_on_which_it_is_looked_at() -> None:
    days = [date(2026, 11, 21), TODAY, date(2027, 5, 21), date(2027, 5, 22)]
    assert [state_on(TODAY, date(2027, 5, 21), day) for day in days] == ["early", "standing", "standing", "expired"]


SAID = write_members(PAPERS)["mandate"]
READ = {"at": "2026-11-22T01:00:00Z", "fields": ["name"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"mandate": []}, {"mandate": {**SAID, "from": "22.11.2026"}}, {"mandate": {**SAID, "powers": "file"}},
        {"mandate": {**SAID, "witness": 7}}, {"originals": {}}, {"originals": [{"material": "mat_id", "by": "x"}]},
        {"originals": [{"material": "a", "by": "b", "at": "today"}]},
        {"originals": [{"material": "a", "by": "b" * 201, "at": "2026-11-22T01:00:00Z"}]},
        {"signed": {"by": "pad", "answers": "sm3:bb", "at": None}},
        {"signed": {"by": "pad", "answers": "sm3:bb", "at": "9999-12-31T23:59:59Z"}},
        {"signed": {"by": "pad", "answers": "sm3:zz", "at": "2026-11-22T01:00:00Z"}}, {"mandate": {**SAID, "content": "sm3:zz"}},
        {"card_read": {}}, {"card_read": [7]}, {"card_read": [{"fields": []}]}, {"card_read": [{"at": "today", "fields": []}]},
        {"card_read": [{**READ, "fields": "name"}]}, {"card_read": [{**READ, "fields": ["x"] * 51}]},
        {"card_read": [{**READ, "differs": [7]}]}, {"card_read": [{**READ, "expired": "no"}]}, {"card_read": [READ] * 21},
        {"card_read": [{**READ, "fields": ["x" * 201]}]},
        {"mandate": {**SAID, "page": ""}}, {"signed": "pad"}, {"standby": 7}, {"standby": "x" * 201},
    ],
    ids=lambda one: "-".join(one),
)  # fmt: skip
def test_anything_else_is_no_body(wrong: dict[str, Any]) -> None:
    assert not are_members(wrong)
    assert read_members(wrong, "sm3:bb", TODAY) == NO_PAPERS


def test_a_short_code_is_the_beginning_of_a_digest_in_letters_that_do_not_look_alike() -> None:
    assert code_of("sm3:" + "0" * 64) == "0000-0000"
    assert code_of("sm3:ffffffffff" + "0" * 54) == "ZZZZ-ZZZZ"
    assert code_of("sm3:0000000001" + "f" * 54) == "0000-0001"
    assert not set("ILOU") & set(code_of("sm3:8d3f9a1c07" + "0" * 54))

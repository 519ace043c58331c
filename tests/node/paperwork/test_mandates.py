"""A mandate: what it may say, who may witness it, when it stands."""

from dataclasses import replace
from datetime import date

import pytest

from forms.errors import AnswerError
from node.config import PolicySettings
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.paperwork.mandates import Terms
from tests.node.paperwork.conftest import TERMS, Counter

WRONG = {
    "mandate_principal": replace(TERMS, principal="甲"),
    "mandate_principal_id": replace(TERMS, principal_id="没有"),
    "mandate_powers": replace(TERMS, powers=("money",)),
    "mandate_term": replace(TERMS, ends=date(2027, 11, 24)),
    "witness_needed": replace(TERMS, witness=" "),
    "witness_phone": replace(TERMS, witness_phone="12345"),
    "witness_is_principal": replace(TERMS, witness="示 例 甲"),
    "witness_is_agent": replace(TERMS, witness="示例　代办员甲"),
}


def refusal(counter: Counter, terms: Terms) -> str:
    with pytest.raises(RequestError) as refused:
        counter.papers.make_mandate(counter.agent, counter.number, terms)
    return refused.value.code


def test_what_cannot_stand_on_a_mandate_is_refused_by_name(counter: Counter) -> None:
    assert {code: refusal(counter, terms) for code, terms in WRONG.items()} == {code: code for code in WRONG}
    assert refusal(counter, replace(TERMS, begins=date(2026, 1, 1), ends=date(2026, 11, 21))) == "mandate_term"
    assert counter.papers.mandate(counter.agent, counter.number) is None


def test_the_proposal_is_the_applicant_for_half_a_year_and_never_money(counter: Counter) -> None:
    proposal = counter.papers.proposal(counter.agent, counter.number)
    assert (proposal.principal, proposal.principal_id, proposal.powers) == (
        "示例甲",
        "131025194403122017",
        ("file", "supplement", "collect"),
    )
    assert (proposal.begins, proposal.ends) == (date(2026, 11, 22), date(2027, 5, 21))


def test_a_mandate_stands_once_it_is_scanned_back_until_its_term_is_over_or_it_is_revoked(counter: Counter) -> None:
    def state() -> str:
        found = counter.papers.mandate(counter.agent, counter.number)
        assert found is not None
        return found.state

    with pytest.raises(RequestError, match="mandate_first"):
        counter.attach("mandate", "a scan of nothing")
    counter.papers.make_mandate(counter.agent, counter.number, replace(TERMS, witness="示例邻居乙"))
    assert state() == "unscanned"
    counter.mandate()
    assert state() == "standing" and refusal(counter, TERMS) == "mandate_stands"
    counter.desk.detach(counter.agent, counter.number, "mandate", 1)
    assert state() == "unscanned"
    counter.attach("mandate", "mandate of 示例甲")
    clock = counter.county.clock
    clock.move(days=180)
    assert state() == "standing"
    clock.move(days=1)
    assert state() == "expired"
    clock.move(days=-181)
    gone = counter.papers.revoke_mandate(counter.agent, counter.number, "申请人自己来办")
    assert (gone.state, gone.revoked_at, state()) == ("revoked", clock.now(), "revoked")
    with pytest.raises(NotFoundError):
        counter.papers.revoke_mandate(counter.agent, counter.number, "再撤销一次")
    with pytest.raises(RequestError, match="mandate_first"):
        counter.attach("mandate", "too late", 2)
    assert counter.papers.make_mandate(counter.agent, counter.number, TERMS).number == 2 and state() == "unscanned"


@pytest.mark.parametrize("name", ["示例-代办员甲", "示例‧代办员甲", "示例代办员（甲）", "示例代办员甲\ufe00", "示例\u3164代办员甲"])
def test_points_and_marks_that_nobody_sees_make_no_witness_of_an_agent(counter: Counter, name: str) -> None:
    assert refusal(counter, replace(TERMS, witness=name)) == "witness_is_agent"


def test_the_scan_of_an_earlier_mandate_bears_no_later_one(counter: Counter) -> None:
    def again(terms: Terms) -> str:
        counter.papers.make_mandate(counter.agent, counter.number, terms)
        with pytest.raises(RequestError, match="mandate_old_page"):
            counter.mandate(terms)
        found = counter.papers.mandate(counter.agent, counter.number)
        assert found is not None
        return f"{found.number} {found.state}"

    counter.mandate()
    counter.papers.revoke_mandate(counter.agent, counter.number, "写错了")
    counter.desk.detach(counter.agent, counter.number, "mandate", 1)
    assert again(replace(TERMS, ends=date(2027, 5, 1))) == "2 unscanned"
    counter.attach("mandate", "the second")
    counter.desk.detach(counter.agent, counter.number, "mandate", 1)
    assert again(TERMS) == "3 unscanned", "what was signed is not written anew under its scan"


def test_who_looks_above_sees_the_mandate_and_the_scan_is_no_unknown_material(whole: Counter) -> None:
    whole.mandate()
    whole.sign("one")
    whole.county.act("agent1", whole.number, "submitted")
    whole.county.settle()
    seen = whole.county.nodes["township"].desk.case(whole.county.person("reviewer"), whole.number)
    assert not seen.line.flagged and seen.material_problems == ()
    mandate = seen.papers.mandate
    assert mandate is not None
    assert (mandate.state, mandate.principal, mandate.witness, mandate.signed) == ("standing", "示例甲", "示例邻居", "fingerprint")
    assert (mandate.principal_id, mandate.witness_phone) == ("", "")
    assert mandate.pages == tuple(one.plain_digest for one in seen.attachments if one.material == "mandate")
    whole.papers.revoke_mandate(whole.agent, whole.number, "自己来办")
    kept = whole.view.papers.mandate
    assert kept is not None and kept.state == "revoked", "the station that was told knows it"


def test_a_mandate_without_its_scan_among_the_pages_is_only_claimed(whole: Counter) -> None:
    whole.mandate()
    whole.sign("one")
    county = whole.county
    county.act("agent1", whole.number, "submitted")
    county.settle()
    proposal = whole.papers.proposal(whole.agent, whole.number)
    assert (proposal.principal, proposal.principal_id) == ("示例甲", ""), "a sealed case shows no number that was not asked for"
    seen = county.nodes["township"].desk.case(county.person("reviewer"), whole.number)
    scan = next(one for one in seen.attachments if one.material == "mandate")
    county.act("agent1", whole.number, "erased", text="误传", enclosure=scan.enclosure_id)
    county.settle()
    told = county.nodes["township"].desk.case(county.person("reviewer"), whole.number).papers.mandate
    assert told is not None and (told.state, told.pages) == ("unscanned", ())


def test_a_mandate_that_was_forgotten_goes_up_with_a_supplement(whole: Counter) -> None:
    whole.sign("one")
    county = whole.county
    county.act("agent1", whole.number, "submitted")
    whole.mandate()
    county.act("agent1", whole.number, "supplement", text="补交委托书")
    county.settle()
    seen = county.nodes["county"].desk.case(county.person("approver"), whole.number)
    assert seen.papers.mandate is not None and seen.papers.mandate.witness == "示例邻居"
    assert seen.papers.signed is not None and seen.papers.signed.agrees


def test_where_the_policy_asks_for_it_nothing_goes_up_without_a_mandate_that_stands(counter: Counter) -> None:
    counter.sign("one")
    assert counter.problems == []
    counter.require(PolicySettings(mandate="required"))
    assert counter.problems == [("mandate_missing", "mandate")]
    with pytest.raises(AnswerError):
        counter.county.act("agent1", counter.number, "submitted")
    counter.mandate(replace(TERMS, powers=("supplement",)))
    assert counter.problems == [("mandate_power", "mandate")]
    counter.papers.revoke_mandate(counter.agent, counter.number, "写错了")
    assert counter.problems == [("mandate_revoked", "mandate")]
    counter.papers.make_mandate(counter.agent, counter.number, TERMS)
    counter.attach("mandate", "the second", 2)
    assert counter.problems == []
    counter.county.clock.move(days=181)
    assert ("mandate_expired", "mandate") in counter.problems


def test_where_the_policy_asks_for_it_who_fetches_for_the_applicant_needs_the_power(whole: Counter) -> None:
    county = whole.county
    whole.mandate(replace(TERMS, powers=("file",)))
    whole.sign("one")
    county.act("agent1", whole.number, "submitted")
    county.settle()
    whole.require(PolicySettings(mandate="required"))
    whole.attach("mat_bank", "a second page", 2)
    with pytest.raises(NotAllowedError, match="mandate_power"):
        county.act("agent1", whole.number, "supplement", text="补交")
    county.approve(whole.number)
    with pytest.raises(NotAllowedError, match="mandate_power"):
        county.act("agent1", whole.number, "delivered", receiver="示例 代办员甲")
    assert county.act("agent1", whole.number, "delivered", receiver="示例甲").line.state == "delivered"

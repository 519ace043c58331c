"""Papers as JSON of the API; times in UTC, days in ISO form."""

from typing import Any

from node.clock import to_text
from node.paperwork.codes import code_of
from node.paperwork.desk import FormToSign
from node.paperwork.values import CardLine, CasePapers, MandateLine, SignedLine, TickLine


def papers_json(papers: CasePapers) -> dict[str, Any]:
    """All papers of a case; the principal's number and the witness's telephone are left out."""
    mandate = {} if papers.mandate is None else mandate_json(papers.mandate)
    return {
        "mandate": {name: one for name, one in mandate.items() if name not in ("principal_id", "witness_phone")} or None,
        "originals": [tick_json(one) for one in papers.originals],
        "signed": None if papers.signed is None else signed_json(papers.signed),
        "standby": papers.standby or None,
        "first_contact_at": to_text(papers.first_contact_at) if papers.first_contact_at else None,
        "cards": [card_line_json(one) for one in papers.cards],
    }


def card_line_json(card: CardLine) -> dict[str, Any]:
    """Which answers a card that was read says too, and which it says otherwise; what stands on it is left out."""
    return {"at": to_text(card.at), "fields": list(card.fields), "differs": list(card.differs), "expired": card.expired}


def mandate_json(mandate: MandateLine) -> dict[str, Any]:
    """A mandate with all that its paper says."""
    return {
        "state": mandate.state,
        "principal": mandate.principal,
        "principal_id": mandate.principal_id,
        "powers": list(mandate.powers),
        "from": mandate.begins.isoformat(),
        "until": mandate.ends.isoformat(),
        "witness": mandate.witness,
        "witness_phone": mandate.witness_phone,
        "signed": mandate.signed,
        "content": mandate.content,
        "code": code_of(mandate.content),
        "pages": list(mandate.pages),
        "revoked_at": to_text(mandate.revoked_at) if mandate.revoked_at else None,
        "reason": mandate.reason,
    }


def tick_json(tick: TickLine) -> dict[str, Any]:
    """Who held which material against its original, and when."""
    return {"material": tick.material, "by": tick.by, "at": to_text(tick.at)}


def signed_json(signed: SignedLine) -> dict[str, Any]:
    """The applicant's signature; `agrees` says whether it is under the case's answers."""
    code = code_of(signed.answers)
    return {"by": signed.way, "answers": signed.answers, "code": code, "at": to_text(signed.at), "agrees": signed.agrees}


def form_to_sign_json(form: FormToSign) -> dict[str, Any]:
    """What would be signed now."""
    return {"answers": form.digest, "code": form.code, "ready": form.is_ready}

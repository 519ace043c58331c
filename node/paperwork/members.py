"""The members that papers have in a letter's body: written, read and checked. `docs/formats.md` has them field by field. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from node.clock import from_text, to_text
from node.paperwork.values import NO_PAPERS, STANDING, CardLine, CasePapers, MandateLine, SignedLine, TickLine

MOST_ORIGINALS = 200
MOST_CARDS = 20
MOST_CARD_FIELDS = 50
LONGEST = 200
"""Characters of any text in these members."""

YEARS = range(1970, 2100)
"""A time outside of them is none, as for a letter's own time."""

_DIGEST = re.compile(r"[a-z0-9]+:[0-9a-f]+")
_MANDATE = ("principal", "from", "until", "witness", "signed", "page", "content")


def write_members(papers: CasePapers) -> dict[str, Any]:
    """The members of a submission; a mandate that does not stand is none."""
    body: dict[str, Any] = {}
    if papers.mandate is not None and papers.mandate.state == STANDING:
        body["mandate"] = write_mandate(papers.mandate)
    if papers.originals:
        body["originals"] = [{"material": one.material, "by": one.by, "at": to_text(one.at)} for one in papers.originals]
    if papers.signed is not None:
        body["signed"] = {"by": papers.signed.way, "answers": papers.signed.answers, "at": to_text(papers.signed.at)}
    if papers.standby:
        body["standby"] = papers.standby
    if papers.cards:
        body["card_read"] = [_write_card(one) for one in papers.cards]
    return body


def _write_card(card: CardLine) -> dict[str, Any]:
    """What was read stays at the village: the letter says which answers agree with it."""
    differs = {"differs": list(card.differs)} if card.differs else {}
    return {"at": to_text(card.at), "fields": list(card.fields), **differs, **({"expired": True} if card.expired else {})}


def write_mandate(mandate: MandateLine) -> dict[str, Any]:
    """A mandate as a letter says it: the principal's number and the witness's telephone stay on the paper."""
    return {
        "principal": mandate.principal,
        "powers": list(mandate.powers),
        "from": mandate.begins.isoformat(),
        "until": mandate.ends.isoformat(),
        "witness": mandate.witness,
        "signed": mandate.signed,
        "page": mandate.pages[0] if mandate.pages else "",
        "content": mandate.content,
    }


def read_members(body: Mapping[str, Any], answers: str, today: date) -> CasePapers:
    """The papers that a body names; `answers` is the digest of the case's answers, `today` the day on which the mandate is judged."""
    if not are_members(body):
        return NO_PAPERS
    mandate, signed = body.get("mandate"), body.get("signed")
    contact = body.get("first_contact_at")
    return CasePapers(
        mandate=None if mandate is None else read_mandate(mandate, today),
        originals=tuple(TickLine(one["material"], one["by"], from_text(one["at"])) for one in body.get("originals", ())),
        signed=None
        if signed is None
        else SignedLine(signed["by"], signed["answers"], from_text(signed["at"]), signed["answers"] == answers),
        standby=body.get("standby", ""),
        first_contact_at=_moment(contact),
        cards=tuple(_read_card(one) for one in body.get("card_read", ())),
    )


def _read_card(member: Mapping[str, Any]) -> CardLine:
    differs = tuple(member.get("differs", ()))
    return CardLine(from_text(member["at"]), tuple(member["fields"]), differs, bool(member.get("expired", False)))


def read_mandate(member: Mapping[str, Any], today: date) -> MandateLine:
    """A mandate as a letter says it, as it stands on a day."""
    line = MandateLine(
        principal=member["principal"],
        powers=tuple(member["powers"]),
        begins=date.fromisoformat(member["from"]),
        ends=date.fromisoformat(member["until"]),
        witness=member["witness"],
        signed=member["signed"],
        state=STANDING,
        content=member["content"],
        pages=(member["page"],),
    )
    return replace(line, state=state_on(line.begins, line.ends, today))


def state_on(begins: date, ends: date, today: date) -> str:
    """`early`, `standing` or `expired`."""
    return "early" if today < begins else STANDING if today <= ends else "expired"


def are_members(body: Mapping[str, Any]) -> bool:
    """Whether the members that are there are what the format says."""
    originals = body.get("originals", [])
    return (
        ("mandate" not in body or _is_mandate(body["mandate"]))
        and isinstance(originals, list)
        and len(originals) <= MOST_ORIGINALS
        and all(_are_texts(one, ("material", "by", "at")) and _moment(one["at"]) is not None for one in originals)
        and ("signed" not in body or _is_signed(body["signed"]))
        and ("seal_approval" not in body or _is_seal_approval(body["seal_approval"]))
        and isinstance(body.get("standby", ""), str)
        and len(body.get("standby", "")) <= LONGEST
        and _are_cards(body.get("card_read", []))
    )


def _are_cards(cards: object) -> bool:
    return isinstance(cards, list) and len(cards) <= MOST_CARDS and all(map(_is_card, cards))


def _is_card(card: object) -> bool:
    if not isinstance(card, dict) or not _are_texts(card, ("at",)) or _moment(card["at"]) is None:
        return False
    lists = (card.get("fields"), card.get("differs", []))
    named = all(isinstance(one, list) and len(one) <= MOST_CARD_FIELDS and all(map(_is_text, one)) for one in lists)
    return named and isinstance(card.get("expired", False), bool)


def _is_seal_approval(member: object) -> bool:
    return _are_texts(member, ("by",)) and isinstance(member, dict) and member.get("paper") is True


def _is_signed(signed: object) -> bool:
    if not isinstance(signed, dict) or not _are_texts(signed, ("by", "answers", "at")):
        return False
    return _moment(signed["at"]) is not None and _DIGEST.fullmatch(signed["answers"]) is not None


def _is_mandate(mandate: object) -> bool:
    if not isinstance(mandate, dict) or not _are_texts(mandate, _MANDATE):
        return False
    powers = mandate.get("powers")
    listed = isinstance(powers, list) and len(powers) <= 20 and all(isinstance(one, str) and len(one) <= LONGEST for one in powers)
    digests = all(_DIGEST.fullmatch(mandate[name]) for name in ("page", "content"))
    return listed and digests and all(_is_day(mandate[name]) for name in ("from", "until"))


def _are_texts(member: object, names: tuple[str, ...]) -> bool:
    return isinstance(member, dict) and all(_is_text(member.get(name)) for name in names)


def _is_text(one: object) -> bool:
    return isinstance(one, str) and len(one) <= LONGEST


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _moment(text: object) -> datetime | None:
    try:
        moment = from_text(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.year in YEARS else None

"""Identity cards on the filling page: read with a button, shown beside what is typed, taken field by field."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forms.fields import IMAGE_KINDS
from forms.persons import fields_of, part_of
from forms.schema import Field, Form
from node.capture.card_desk import CardDesk, Reading
from node.casework.desk import Desk
from node.paperwork.card import LASTING, Card
from node.web.filling import Filled, page_of_field
from node.web.masking import masked
from node.web.parts import Parts
from node.web.posted import read_version
from node.web.security import person_here, policy
from node.web.wording.card import LASTING as LASTING_WORD
from node.web.wording.card import MEMBERS, PERIOD

GO = "card:"
"""Of a filling page's button that reads a card: the field that asks for the number of whose card it is follows."""
PERSONS_PHOTO = "person.photo"


@dataclass(frozen=True)
class CardRow:
    """A field that the card answers, in words: what stands on the card and what is typed; `state` is `same`, `filled` or `other`."""

    field: str
    label: str
    card: str
    typed: str
    state: str


@dataclass(frozen=True)
class CardPanel:
    """A card as the page shows it; its number is masked. `slots` are the fields that want a photograph: id and name."""

    id_field: str
    said: tuple[tuple[str, str], ...]
    period: str
    expired: bool
    photo: bool
    spoilt: bool
    rows: tuple[CardRow, ...]
    slots: tuple[tuple[str, str], ...]

    @property
    def asks(self) -> bool:
        """Whether there is something to choose."""
        return any(one.state == "other" for one in self.rows)


def panel_of(state: Filled, reading: Reading, filled: Sequence[str] = (), *, spoilt: bool = False) -> CardPanel:
    """A card that was read, beside what is typed; `filled` are the fields that were filled just now, `spoilt` is said of its photograph."""
    card = reading.card
    rows = (
        CardRow(
            one.field.id,
            one.field.label,
            _told(state, one.field, one.value),
            _told(state, one.field, one.typed) if one.typed else "",
            "other" if not one.is_same else "filled" if one.field.id in filled else "same",
        )
        for one in reading.answers
    )
    return CardPanel(
        id_field=reading.id_field,
        said=_said(card),
        period=_period(card),
        expired=reading.expired,
        photo=reading.photo,
        spoilt=spoilt,
        rows=tuple(rows),
        slots=_slots(state.form, reading.id_field),
    )


def _said(card: Card) -> tuple[tuple[str, str], ...]:
    said = card.to_json() | {"number": masked("id", card.number)}
    return tuple((word, said[name]) for name, word in MEMBERS.items() if said[name])


def _period(card: Card) -> str:
    ends = LASTING_WORD if card.ends == LASTING else card.ends
    return PERIOD.format(begins=card.begins or "—", ends=ends) if ends else ""


def _told(state: Filled, field: Field, value: object) -> str:
    text = state.name_of(field, value)
    return masked("id", text) if field.kind == "id_no" else text


def _slots(form: Form, id_field: str) -> tuple[tuple[str, str], ...]:
    """Where this person's photograph may go: their own slot, else every slot of the form for a photograph."""
    wanted = [one for one in form.fields() if one.kind in IMAGE_KINDS and one.kind != "signature"]
    own = {one.id for one in fields_of(form, part_of(form.field(id_field))) if one.common_key == PERSONS_PHOTO}
    return tuple((one.id, one.label) for one in wanted if not own or one.id in own)


def add_cards(pages: Blueprint, parts: Parts) -> None:
    """Routes of cards; the reading itself is a button of the filling page."""
    desk, cards = parts.desk, parts.cards
    _add_changes(pages, desk, cards)

    @pages.get("/cases/<number>/card/<field>/photo")
    @policy("agent")
    def card_photo(number: str, field: str) -> Response:
        return Response(cards.photo(person_here(), number, field), content_type="image/jpeg")


def _add_changes(pages: Blueprint, desk: Desk, cards: CardDesk) -> None:
    def back(number: str, field: str) -> AnyResponse:
        step = page_of_field(desk.form_of(number), field)
        return redirect(url_for("agent.fill_in", number=number, step=step, card=field, _anchor="card"), 303)

    @pages.post("/cases/<number>/card/<field>/take")
    @policy("agent")
    def card_take(number: str, field: str) -> AnyResponse:
        wanted = request.form.getlist("take")
        if wanted:
            cards.take(person_here(), number, read_version(request.form), field, wanted)
        return back(number, field)

    @pages.post("/cases/<number>/card/<field>/photo")
    @policy("agent")
    def card_use_photo(number: str, field: str) -> AnyResponse:
        slot = request.form.get("slot", "")
        cards.use_photo(person_here(), number, field, slot)
        return redirect(url_for("capture.scan", number=number, material=slot), 303)

    @pages.post("/cases/<number>/card/<field>/forget")
    @policy("agent")
    def card_forget(number: str, field: str) -> AnyResponse:
        cards.forget(person_here(), number, field)
        return redirect(url_for("agent.fill_in", number=number, step=page_of_field(desk.form_of(number), field)), 303)

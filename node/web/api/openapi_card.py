"""The description of the API's calls for identity cards, as part of `openapi.py`."""

from typing import Any

from node.setting_values import CARD_MEMBERS
from node.web.api.openapi_words import COUNT, FLAG, MAYBE_TEXT, NUMBER, TEXT, call, members, named, several, write

_FIELD = {"name": "field", "in": "path", "required": True, "schema": TEXT}
_CARD = {
    **members(**{name: TEXT for name in CARD_MEMBERS if name != "photo"}),
    "description": "what stands on the card, empty where the reader did not say it; the number is masked, `ends` is `long` for no last day",
}
_READING: dict[str, Any] = {
    **dict.fromkeys(("field", "read_at"), TEXT),
    "card": _CARD,
    **dict.fromkeys(("expired", "photo"), FLAG),
    "same": several(TEXT),
    "differs": several(members(field=TEXT, label=TEXT, card=TEXT, typed=MAYBE_TEXT)),
}


def card_paths() -> dict[str, Any]:
    """The calls."""
    case = "/api/v1/cases/{number}"
    whose = {**TEXT, "description": "the field that asks for the number of whose card it is; without it the form's only one"}
    read = {"type": "object", "properties": {"version": COUNT, "field": whose}, "required": ["version"]}
    photo = call("The photograph of a card", {}, NUMBER, _FIELD)
    photo["responses"]["200"]["content"] = {"image/jpeg": {}}
    use = write("Put the photograph on the tray", named("Shot"), NUMBER, _FIELD, body=members(material=TEXT), status="201")
    return {
        f"{case}/card": {
            "post": write("Read the card on the reader; empty fields are filled, nothing typed is changed",
                          members(**_READING, version=COUNT, filled=several(TEXT), photo_spoilt=FLAG), NUMBER, body=read),
            "get": call("The cards that were read", members(reader=FLAG, readings=several(members(**_READING))), NUMBER),
        },
        f"{case}/card/{{field}}": {"delete": write("Forget a card; what was filled in stays", {}, NUMBER, _FIELD, status="204")},
        f"{case}/card/{{field}}/take": {
            "post": write("Put what stands on the card into these fields", members(version=COUNT), NUMBER, _FIELD,
                          body=members(version=COUNT, fields=several(TEXT))),
        },
        f"{case}/card/{{field}}/photo": {"get": photo, "post": use},
    }  # fmt: skip

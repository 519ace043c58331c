"""The description of the API's calls for papers at the counter, as part of `openapi.py`."""

from typing import Any

from node.paperwork.values import POWERS, SIGNED
from node.web.api.openapi_words import COUNT, DAY, FLAG, MATERIAL, MAYBE_ANY, MAYBE_TEXT, NUMBER, TEXT, call, members, several, write

_TERMS = {
    "principal": TEXT,
    "principal_id": TEXT,
    "powers": several({"enum": list(POWERS)}),
    "from": DAY,
    "until": {**DAY, "description": "at most a year later"},
    "witness": {**TEXT, "description": "nobody who is an agent of this station"},
    "witness_phone": TEXT,
}


def paper_paths() -> dict[str, Any]:
    """The calls."""
    case = "/api/v1/cases/{number}"
    answers = {"name": "answers", "in": "query", "required": True, "schema": TEXT, "description": "`answers` of the GET: what was shown"}
    picture = {"required": True, "content": {"application/octet-stream": {}}}
    terms = {**members(**_TERMS), "properties": {**_TERMS, "signed": {"enum": list(SIGNED), "default": SIGNED[0]}}}
    return {
        f"{case}/mandate": {
            "get": call("The last mandate, or null", members(mandate=MAYBE_ANY), NUMBER),
            "put": write("Write a mandate, to be printed; its scan goes up as material `mandate`", members(mandate=MAYBE_ANY), NUMBER,
                         body=terms),
        },
        f"{case}/mandate/revocation": {
            "post": write("The applicant takes the mandate back", members(mandate=MAYBE_ANY), NUMBER, body=members(reason=TEXT)),
        },
        f"{case}/originals/{{material}}": {
            "put": write("The caller has held the material against its original", _TICK, NUMBER, MATERIAL),
            "delete": write("Take that back", {}, NUMBER, MATERIAL),
        },
        f"{case}/signature": {
            "get": call("What would be signed now: digest and short code of the answers", _TO_SIGN, NUMBER),
            "put": {**write("The applicant's signature, a picture, under the answers shown", _SIGNED, NUMBER, answers),
                    "requestBody": picture},
        },
        f"{case}/printed": {"post": write("The form is printed now, to be signed on paper", _TO_SIGN, NUMBER)},
        "/api/v1/standby": {
            "get": call("Standby receipts, newest first", members(receipts=_RECEIPTS)),
            "post": write("Register so many new ones, to be printed", members(receipts=_RECEIPTS), body=members(count=COUNT),
                          status="201"),
        },
        "/api/v1/standby/void": {"post": write("One is lost or spoilt", _RECEIPT, body=members(code=TEXT, reason=TEXT))},
    }  # fmt: skip


_TICK = members(material=TEXT, by=TEXT, at=TEXT)
_TO_SIGN = members(answers=TEXT, code=TEXT, ready=FLAG)
_SIGNED = members(by=TEXT, answers=TEXT, code=TEXT, at=TEXT, agrees=FLAG)
_RECEIPT = members(code=TEXT, state=TEXT, printed_at=TEXT, case_number=MAYBE_TEXT, written_at=MAYBE_TEXT, reason=MAYBE_TEXT)
_RECEIPTS = several(_RECEIPT)

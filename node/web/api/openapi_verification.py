"""The description of the API's calls for verification, as part of `openapi.py`."""

from typing import Any

from node.web.api.openapi_words import ANY, FLAG, NUMBER, TEXT, call, members, several, write

_STEP = members(number={"type": "integer"}, name=TEXT, verdict=TEXT, evidence=ANY, message=TEXT)
_SEAL = members(
    signer=TEXT, organ=TEXT, tier=TEXT, kind=TEXT, seal_name=TEXT, event=TEXT, verdict=TEXT, proof=TEXT, time_claimed=ANY,
    time_proven=several(ANY), steps=several(_STEP),
)  # fmt: skip
_FINDING = members(
    file=TEXT, kind=TEXT, case=TEXT, verdict=TEXT, message=TEXT, root_pinned=FLAG, seals=several(_SEAL), problems=several(ANY),
    documents=several(ANY), facts=ANY,
)  # fmt: skip


def verification_paths() -> dict[str, Any]:
    """The calls."""
    name = {"name": "file", "in": "query", "required": False, "schema": TEXT, "description": "its name, to be told with the finding"}
    body = {"required": True, "content": {"application/octet-stream": {}}}
    told = "Verify an export, a sealed PDF or OFD, a seal (.esl) or a seal signature (.ses); at most 64 MiB, nothing is kept"
    return {
        "/api/v1/verify": {"post": {**write(told, _FINDING, name), "requestBody": body}},
        "/api/v1/cases/{number}/verify": {"get": call("Verify a case of this station by its own export", _FINDING, NUMBER)},
    }

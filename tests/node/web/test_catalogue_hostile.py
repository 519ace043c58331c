"""A published item whose every text is markup: no page, print or API of any station lets it through as such."""

import json
from collections.abc import Callable
from typing import Any

from node.casework.calendars import shipped_calendar
from tests.items import newest
from tests.journeys.publishing import publish, send
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, body_of

MARKUP = "\"'><script>x9()</script><img src=x onerror=x9()>{{7*191}}"
TEXTS = {"name", "label", "hint", "title", "message", "text", "guidance", "where", "role", "seal", "sample", "clause", "note", "charge"}


def marked(value: Any, member: str = "") -> Any:
    """The same with markup after every text that a person reads."""
    if isinstance(value, dict):
        return {name: one if name in ("sample", "parameters") else marked(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [marked(one, member) for one in value]
    return value + MARKUP if isinstance(value, str) and member in TEXTS else value


def test_markup_in_the_texts_of_an_item_is_shown_as_text_everywhere(county: World, browse: Callable[[str], Browsing]) -> None:
    package = marked(json.loads(newest("gaoling").read_bytes()))
    made = publish(county.nodes["county"], json.dumps(package, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    send(county)
    county.settle()
    digest, form = county.nodes["village1"].desk.item("gaoling")
    assert MARKUP in form.name and made.release.changes[0].package == digest
    agent, admin = browse("agent1"), browse("admin")
    started = agent.post("/items/gaoling/start", {})
    case = started.headers["Location"].removesuffix("/fill/1")
    pages = [
        *((agent, f"{case}{part}") for part in ("", "/fill/1", "/fill/1?sample=1", "/materials", "/mandate", "/upgrade")),
        *(
            (agent, path)
            for path in ("/items", "/items?q=高龄", "/items/gaoling", *(f"/items/gaoling/{one}" for one in ("notice", "blank", "sample")))
        ),
        *((admin, path) for path in ("/catalogue", "/catalogue/items/gaoling", f"/catalogue/items/gaoling/{digest}/preview")),
        *(
            (admin, path)
            for path in ("/catalogue/releases", "/catalogue/releases/1", "/catalogue/confirm?act=withdraw&item=gaoling&reason=x")
        ),
    ]
    for who, path in pages:
        answer = who.get(path)
        assert answer.status_code in (200, 302, 303), (path, answer.status_code)
        assert "<script>x9" not in answer.text and "<img src=x" not in answer.text and "1337" not in answer.text, path


HALF = "\ud800"
CALENDAR = shipped_calendar().decode()


NONSENSE: list[tuple[str, Any]] = [
        ("/calendar/publish", {"document": HALF, "number": 1, "reason": "示例"}),
        ("/calendar/publish", {"document": CALENDAR + " ", "number": 1, "reason": "示例"}),
        ("/calendar/publish", {"document": CALENDAR.replace("2026-01-01", "2026-01-32"), "number": 1, "reason": "示例"}),
        ("/calendar/publish", {"document": "[" * 100_000, "number": 1, "reason": "示例"}),
        ("/calendar/publish", {"document": CALENDAR, "number": 2**70, "reason": "示例"}),
        ("/calendar/publish", {"document": [], "number": "1", "reason": None}),
        ("/catalogue/withdraw", {"item": HALF, "number": 1, "reason": "示例"}),
        ("/catalogue/withdraw", {"item": "\0", "number": 1, "reason": "示例"}),
        ("/catalogue/withdraw", {"item": "../gaoling", "number": 1, "reason": "示例"}),
        ("/catalogue/withdraw", {"item": "gaoling", "package": HALF, "number": 1, "reason": "示例"}),
        ("/catalogue/withdraw", {"item": "gaoling", "number": 1, "reason": HALF}),
        ("/catalogue/withdraw", {"item": "gaoling", "number": 1, "reason": "示" * 100_000}),
        ("/catalogue/withdraw", {"item": "gaoling", "number": True, "reason": "示例"}),
        ("/catalogue/withdraw", {"item": "gaoling", "number": -1, "reason": "示例"}),
        ("/catalogue/publish", {"item": "gaoling", "package": "sm3:00", "number": 1, "reason": "示例"}),
        ("/catalogue/publish", []),
]  # fmt: skip
NO_FILES = [b'{"a":' * 900 + b"1" + b"}" * 900, b"\xff\xfe\0", b"\0" * 1000, b"PK\x03\x04", b'{"format":NaN}']


def test_a_body_or_file_that_makes_no_sense_is_refused_in_words(county: World, browse: Callable[[str], Browsing]) -> None:
    admin = browse("admin")
    for path, body in NONSENSE:
        answer = admin.api("POST", path, data=json.dumps(body).encode())
        assert 400 <= answer.status_code < 500 and body_of(answer)["message"], (path, str(body)[:200], answer.text)
    for path in ("/calendar/look", "/catalogue/import"):
        for data in NO_FILES:
            answer = admin.api("POST", path, data=data)
            assert answer.status_code == 422 and body_of(answer)["faults"], (path, data[:20], answer.text)
    assert county.nodes["county"].publisher.head().number == 0


def test_nobody_but_an_officer_of_the_county_has_the_catalogue_or_calendar(browse: Callable[[str], Browsing]) -> None:
    for browser in map(browse, ("agent1", "townadmin", "approver", "supervisor")):
        for path in ("/catalogue", "/catalogue/releases", "/catalogue/confirm", "/calendar", "/api/v1/catalogue", "/api/v1/calendar"):
            assert browser.get(path).status_code in (403, 404), path
        for path in ("/catalogue/import", "/catalogue/withdraw", "/catalogue/publish", "/calendar/look", "/calendar/publish"):
            assert browser.api("POST", path, {}).status_code in (403, 404), path

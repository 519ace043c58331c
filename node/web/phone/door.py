"""What a telephone can reach: its page, with three files that belong to it, and four calls. A small application of its own.

Nothing else of the station is here. Order of a request: host, policy, size, origin, proof; as in `node/web/security.py`, and stricter.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, g, jsonify, render_template, request, send_file
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_cookie

from node.capture.door import Doorway
from node.capture.phone import Pairing, SentNow
from node.clock import Clock
from node.enrolment.door import Turns
from node.errors import NotAllowedError, RequestError
from node.scanning.limits import MAX_INPUT_BYTES
from node.web.phone.shapes import sent_json
from node.web.refusals import FAMILIES, Log, place_of, status_of
from node.web.security import HEADERS, SAFE_METHODS, InMemoryRequest
from node.web.wording import error_text, http_text
from node.web.wording import phone as words

COOKIE = "yizhan_phone"
PROOF = "X-Yizhan-Phone"
"""A header that no page of another site can send here."""
TRIES_OF_ONE, TRIES_OF_ALL = 10, 60
"""Tokens shown in a minute, from one address and together."""
MOST_BYTES = MAX_INPUT_BYTES + 64 * 1024
TOKEN_BYTES = 1024
FILES = {"door.js": "phone/door.js", "door.css": "phone/door.css", "icon.svg": "icon.svg"}
PHONE_HEADERS = {
    **{name: value for name, value in HEADERS.items() if not name.startswith("Cross-Origin")},
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
}
"""As on the other pages; what a browser only heeds on addresses that it calls secure is left out."""
_NAME = re.compile(r"[0-9a-z]{8,40}")
_SHOTS = re.compile(r"/p/([0-9a-f]{16})/shots/[0-9a-z]{8,40}")
_STATUS = {"host": 400, "policy": 404, "phone_turns": 429}
V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """What a route asks of its caller: whether it must hold a pairing, and how large its body may be."""

    paired: bool
    body_bytes: int = 0


class PhoneApp(Flask):
    """Flask with requests whose uploads stay in memory."""

    request_class = InMemoryRequest


def phone_app(door: Doorway, clock: Clock, log: Log) -> Flask:
    """The application behind the scanning door."""
    app = PhoneApp(__name__, static_folder=None, template_folder=str(_here() / "templates"))
    app.config.update(MAX_CONTENT_LENGTH=TOKEN_BYTES, PROPAGATE_EXCEPTIONS=False)
    app.json = DefaultJSONProvider(app)
    app.json.ensure_ascii = False
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _add_page(app)
    _add_calls(app, door, Turns(clock, TRIES_OF_ONE, TRIES_OF_ALL))
    app.before_request(lambda: _check(app, door))
    app.after_request(_dress)
    _answer_errors(app, log)
    return app


def may_send(door: Doorway, path: str, cookies: str) -> bool:
    """Whether who asks for this path with this Cookie header may send a picture: asked before any of it is read."""
    found = _SHOTS.fullmatch(path)
    return found is not None and door.pairings.held(found[1], parse_cookie(cookies).get(COOKIE, "")) is not None


def _asks(*, paired: bool = False, body_bytes: int = 0) -> Callable[[V], V]:
    """Give a view its rule; goes under the route decorators. A view without one answers nobody."""

    def given(view: V) -> V:
        view.__dict__["rule"] = Rule(paired, body_bytes)
        return view

    return given


def _add_page(app: Flask) -> None:
    @app.get("/")
    @app.get("/p/<pairing_id>/", endpoint="paired")
    @_asks()
    def page(pairing_id: str = "") -> str:
        return render_template("phone/shoot.html", says=words.SAYS, most=MAX_INPUT_BYTES)

    @app.get("/<any('door.js', 'door.css', 'icon.svg'):name>")
    @_asks()
    def file(name: str) -> Response:
        return send_file(_here() / "static" / FILES[name])


def _add_calls(app: Flask, door: Doorway, turns: Turns) -> None:
    pairings = door.pairings

    @app.post("/redeem")
    @_asks(body_bytes=TOKEN_BYTES)
    def redeem() -> Response:
        if not turns.take(request.remote_addr or ""):
            raise NotAllowedError("phone_turns")
        body = request.get_json(force=True, silent=True)
        token = body.get("token") if isinstance(body, dict) else None
        pairing = pairings.redeem(token if isinstance(token, str) else "")
        answer = jsonify(pairing=pairing.id)
        answer.set_cookie(COOKIE, pairing.secret, httponly=True, samesite="Strict", path=f"/p/{pairing.id}/")
        return answer

    @app.get("/p/<pairing_id>/shots")
    @_asks(paired=True)
    def shots(pairing_id: str) -> Response:
        pairing: Pairing = g.pairing
        return jsonify(slot=pairing.slot, left_s=pairings.seconds_left(pairing), shots=[_told(one) for one in pairings.shots(pairing)])

    @app.post("/p/<pairing_id>/shots/<name>")
    @_asks(paired=True, body_bytes=MOST_BYTES)
    def send(pairing_id: str, name: str) -> Response:
        if not _NAME.fullmatch(name):
            raise RequestError("phone_name")
        return jsonify(_told(pairings.take(g.pairing, name, request.get_data(cache=False))))

    @app.post("/p/<pairing_id>/done")
    @_asks(paired=True)
    def done(pairing_id: str) -> Response:
        pairings.done(g.pairing)
        return jsonify(done=True)


def _check(app: Flask, door: Doorway) -> None:
    """Refuse what the route does not allow.

    Raises:
        NotAllowedError: `host`, `policy`, `origin`, `csrf` or `phone_over`.
    """
    g.pairing = None
    if request.host not in door.hosts():
        raise NotAllowedError("host")
    if request.endpoint is None:
        return
    rule = vars(app.view_functions[request.endpoint]).get("rule")
    if not isinstance(rule, Rule) or request.method == "OPTIONS":
        raise NotAllowedError("policy")
    request.max_content_length = rule.body_bytes
    if request.method not in SAFE_METHODS:
        _check_same_site()
    if rule.paired:
        g.pairing = door.pairings.of(str((request.view_args or {})["pairing_id"]), request.cookies.get(COOKIE, ""))


def _check_same_site() -> None:
    if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
        raise NotAllowedError("origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise NotAllowedError("origin")
    if request.headers.get(PROOF) != "1":
        raise NotAllowedError("csrf")


def _dress(response: Response) -> Response:
    for name, value in PHONE_HEADERS.items():
        response.headers[name] = value
    return response


def _answer_errors(app: Flask, log: Log) -> None:
    """Every refusal in words, as JSON; nothing of what was sent goes to the log."""

    def refuse(error: Exception) -> Response:
        code = str(getattr(error, "code", ""))
        return _refusal(_STATUS.get(code) or status_of(error), code, error_text(error))

    def http(error: HTTPException) -> Response:
        status = error.code or 500
        return _refusal(status, f"http_{status}", http_text(status))

    def bug(error: Exception) -> Response:
        log("bug", {"kind": type(error).__name__, "place": place_of(error), "endpoint": request.endpoint or ""})
        return _refusal(500, "http_500", http_text(500))

    for family in FAMILIES:
        app.register_error_handler(family, refuse)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, bug)


def _refusal(status: int, code: str, message: str) -> Response:
    answer = jsonify(code=code, message=message)
    answer.status_code = status
    return answer


def _told(sent: SentNow) -> Mapping[str, Any]:
    return sent_json(sent)


def _here() -> Path:
    return Path(__file__).parent.parent

"""Who may call which route, and what every answer carries. A route without a policy is refused to everybody.

Order of a request: host, policy, size, origin, session, role, CSRF. Source: docs/threats, OWASP ASVS 4 (V3, V4, V13, V14).
"""

import hmac
import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from node.errors import LoginError, MaterialError, NotAllowedError, RequestError
from node.scanning.limits import MAX_INPUT_BYTES
from node.staff.people import Person, Session
from node.web.parts import Parts

FORM_BYTES = 512 * 1024
JSON_BYTES = 1024 * 1024
UPLOAD_BYTES = MAX_INPUT_BYTES + 64 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
PEER_HEADERS = {"X-Content-Type-Options": "nosniff"}
V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Policy:
    """What a route asks of its caller.

    `roles` empty: any person who is logged in. `csrf` is what proves that the call came from our page: `session` (the
    session's token), `login` (the login page's own cookie), `json` (a content type no foreign form can send), or `own` (the
    peers' door, which knows no cookies).

    `room` is where calls wait that need a child process to work on a picture: one of `ROOMS`, or empty. Whoever finds it full is sent away
    at once, so that pictures never hold the threads that all other pages need.
    """

    login: bool = True
    roles: frozenset[str] = frozenset()
    csrf: str = "session"
    body_bytes: int = FORM_BYTES
    room: str = ""


PICTURES, FRAMES = "pictures", "frames"
ROOMS = {PICTURES: 6, FRAMES: 2}
"""How many calls of each kind may be under way: a browser has six at once; a live frame that comes late is worth nothing."""
HELD_THREADS = sum(ROOMS.values())
"""So many threads may be held by pictures; the server has as many more."""
STATIC = Policy(login=False)
DOOR = Policy(login=False, csrf="own", body_bytes=4 * 1024 * 1024)


def policy(*roles: str, login: bool = True, csrf: str = "session", body_bytes: int = FORM_BYTES, room: str = "") -> Callable[[V], V]:
    """Give a view its policy; goes under the route decorators. What is uploaded is worked on as a picture, whatever it is."""
    room = room or (PICTURES if body_bytes == UPLOAD_BYTES else "")

    def given(view: V) -> V:
        view.__dict__["policy"] = Policy(login, frozenset(roles), csrf, body_bytes, room)
        return view

    return given


def policy_of(app: Flask, endpoint: str, door: str | None) -> Policy | None:
    """The policy of an endpoint, None when it has none."""
    if endpoint == "static":
        return STATIC
    if door and endpoint.split(".")[0] == door:
        return DOOR
    found = vars(app.view_functions[endpoint]).get("policy")
    return found if isinstance(found, Policy) else None


def person_here() -> Person:
    """Who is logged in, in a view whose policy asks for a login."""
    person: Person = g.session.person
    return person


class InMemoryRequest(Request):
    """A request whose uploads never touch the disk: scans are personal data and temporary files are not encrypted."""

    def _get_file_stream(self, *_args: Any, **_kwargs: Any) -> BytesIO:
        return BytesIO()


class Guard:
    """Checks each request before its view runs and dresses each answer afterwards."""

    def __init__(self, app: Flask, parts: Parts) -> None:
        self._app = app
        self._parts = parts
        self._door = parts.door.name if parts.door else None
        self.cookie = f"yizhan_{parts.station.id}"
        self.login_cookie = f"{self.cookie}_login"
        self.desk_cookie = f"{self.cookie}_desk"
        self._rooms = {room: BoundedSemaphore(places) for room, places in ROOMS.items()}
        app.before_request(self.check)
        app.after_request(self.dress)
        app.teardown_request(self._leave)

    def check(self) -> None:
        """Refuse what the route's policy does not allow.

        Raises:
            NotAllowedError: `host`, `policy`, `origin`, `role` or `csrf`.
            LoginError: `needed`.
            MaterialError: `too_large`.
            RequestError: `pictures_busy`, there is no place to wait for a picture.
        """
        g.session = None
        if request.endpoint is None:
            _check_host(self._parts.host_names)
            return
        rule = policy_of(self._app, request.endpoint, self._door)
        if rule is None:
            raise NotAllowedError("policy")
        if rule is not DOOR:
            _check_host(self._parts.host_names)
        _bound_body(rule)
        if request.method not in SAFE_METHODS and rule.csrf != "own":
            _check_origin()
        g.session = self._session()
        if rule.login:
            _check_person(rule, g.session)
        if request.method not in SAFE_METHODS:
            self._check_csrf(rule)
        self._enter(rule)

    def _enter(self, rule: Policy) -> None:
        room = self._rooms.get(rule.room)
        if room is not None:
            if not room.acquire(blocking=False):
                raise RequestError("pictures_busy")
            g.place = room

    def _leave(self, _error: BaseException | None) -> None:
        place = g.pop("place", None)
        if place is not None:
            place.release()

    def _session(self) -> Session | None:
        token = request.cookies.get(self.cookie, "")
        return self._parts.people.session(token) if token else None

    def _check_csrf(self, rule: Policy) -> None:
        if rule.csrf == "own":
            return
        if rule.csrf == "json":
            if not request.is_json:
                raise NotAllowedError("csrf")
            return
        wanted = request.cookies.get(self.login_cookie, "") if rule.csrf == "login" else (g.session.csrf if g.session else "")
        given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
        if not wanted or not hmac.compare_digest(wanted.encode(), given.encode()):
            raise NotAllowedError("csrf")

    def dress(self, response: Response) -> Response:
        """Add the security headers; nothing personal may be kept by a browser or a proxy."""
        # Between stations each byte counts, and there is no browser to tell: there an answer carries the least.
        is_peer = request.blueprint == "peer"
        is_bare = is_peer and "Content-Type" not in response.headers
        for name, value in ({} if is_bare else PEER_HEADERS if is_peer else HEADERS).items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static" and not (is_peer and request.method in ("POST", "PUT")):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def let_in(self, response: AnyResponse, token: str) -> None:
        """Set the session's cookie and drop the login page's."""
        self._set(response, self.cookie, token)
        response.delete_cookie(self.login_cookie, path="/")

    def let_out(self, response: AnyResponse) -> None:
        """Drop the session's cookie."""
        response.delete_cookie(self.cookie, path="/", httponly=True, samesite="Strict")

    def keep_desk(self, response: AnyResponse, token: str) -> None:
        """Set the cookie by which this browser's locked people are found again."""
        self._set(response, self.desk_cookie, token)

    def new_login_token(self, response: Response, token: str) -> None:
        """Give the login page the cookie that its form must match."""
        self._set(response, self.login_cookie, token)

    def _set(self, response: AnyResponse, name: str, value: str) -> None:
        response.set_cookie(name, value, httponly=True, samesite="Strict", path="/", secure=request.is_secure)


def new_token() -> str:
    """A secret that nobody can guess."""
    return secrets.token_urlsafe(32)


def _check_person(rule: Policy, session: Session | None) -> None:
    if session is None:
        raise LoginError("needed")
    if rule.roles and not rule.roles.intersection(session.person.roles):
        raise NotAllowedError("role")


def _bound_body(rule: Policy) -> None:
    request.max_content_length = rule.body_bytes
    request.max_form_memory_size = rule.body_bytes
    if rule.body_bytes == UPLOAD_BYTES and (request.content_length or 0) > UPLOAD_BYTES:
        raise MaterialError("too_large", size_bytes=request.content_length, limit_bytes=MAX_INPUT_BYTES)


def _check_host(names: tuple[str, ...]) -> None:
    """An address or one of our names: another name that resolves to this machine is a rebinding attack."""
    host = (urlsplit(f"//{request.host}").hostname or "").lower()
    if host == "localhost" or host in {name.lower() for name in names}:
        return
    try:
        ipaddress.ip_address(host)
    except ValueError as error:
        raise NotAllowedError("host") from error


def _netloc(url: str) -> str | None:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return None


def _check_origin() -> None:
    origin = request.headers.get("Origin")
    if origin is not None and _netloc(origin) != request.host:
        raise NotAllowedError("origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowedError("origin")

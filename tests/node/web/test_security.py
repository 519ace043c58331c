"""Every route has its policy, every write its proof, every answer its headers."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from node.web.security import SAFE_METHODS, STATIC, InMemoryRequest, Policy, policy_of
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, app_of, body_of

ARGUMENTS = {"number": "1122-01", "item_id": "gaoling", "material": "mat_id", "kind": "receipt", "name": "evaluate.js",
             "step": 1, "page": 1, "sheet": 1, "filename": "site.css", "station_id": "13102510500001", "enclosure_id": "sm3:00",
             "invitation_id": "00", "digest": "00", "day": "2026-11-22", "ending": "pdf",
             "key_name": "seal-00", "trip_id": "00", "named": "00", "code": 1, "parcel_id": "sm3:00", "shot": "00", "job": "00",
             "field": "id_no"}  # fmt: skip
OPEN_TO_ALL = {"static", "shared.login", "shared.log_in", "shared.rules", "api.healthz", "api.openapi", "api.login",
               "switching.choose", "switching.come_in", "switching.setup", "switching.set_up"}  # fmt: skip


def rules(app: Flask) -> Iterator[tuple[Rule, Policy]]:
    for rule in app.url_map.iter_rules():
        found = policy_of(app, rule.endpoint, "peer")
        assert found is not None, f"{rule} has no policy"
        yield rule, found


def path_of(app: Flask, rule: Rule) -> str:
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(rule.endpoint, {name: ARGUMENTS[name] for name in rule.arguments})
    return str(path)


def writes(app: Flask) -> Iterator[tuple[str, str, Policy]]:
    for rule, found in rules(app):
        for method in sorted((rule.methods or set()) - SAFE_METHODS):
            if found.csrf != "own":
                yield method, path_of(app, rule), found


def test_every_route_has_a_policy(county: World) -> None:
    assert sum(1 for _ in rules(app_of(county.nodes["village1"].app))) > 40


def test_only_these_routes_need_no_login(county: World) -> None:
    app = app_of(county.nodes["village1"].app)
    found = {rule.endpoint for rule, one in rules(app) if not one.login and not rule.endpoint.startswith("peer.")}
    assert found == OPEN_TO_ALL


def test_a_route_without_a_policy_is_refused_to_everybody(county: World) -> None:
    app = app_of(county.nodes["village1"].app)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 403 and "secret" not in answer.text


def test_every_write_without_a_token_is_refused(county: World, browse: Callable[[str], Browsing]) -> None:
    app = app_of(county.nodes["village1"].app)
    logged_in = browse("agent1").client
    for method, path, found in writes(app):
        client = logged_in if found.csrf == "session" else app.test_client()
        answer = client.open(path, method=method)
        assert answer.status_code == 403, f"{method} {path}"


def test_every_write_with_a_wrong_token_is_refused(county: World, browse: Callable[[str], Browsing]) -> None:
    client = browse("agent1").client
    for method, path, found in writes(app_of(county.nodes["village1"].app)):
        if found.csrf == "session":
            assert client.open(path, method=method, headers={"X-CSRF-Token": "x"}).status_code == 403, f"{method} {path}"


def test_every_page_asks_a_stranger_to_log_in(county: World) -> None:
    app = app_of(county.nodes["village1"].app)
    for rule, found in rules(app):
        if found.login and "GET" in (rule.methods or set()):
            answer = app.test_client().get(path := path_of(app, rule))
            wanted = 401 if path.startswith("/api/") or path.endswith(".json") else 303
            assert answer.status_code == wanted, path


def test_every_answer_carries_the_security_headers(county: World, browse: Callable[[str], Browsing]) -> None:
    app = app_of(county.nodes["village1"].app)
    client = browse("agent1").client
    pages = [rule for rule, found in rules(app) if "GET" in (rule.methods or set()) and found.csrf != "own"]
    for path in [*(path_of(app, rule) for rule in pages), "/no-such-page"]:
        headers = client.get(path).headers
        csp = headers["Content-Security-Policy"]
        assert "default-src 'none'" in csp and "frame-ancestors 'none'" in csp and "unsafe" not in csp, path
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"], path
        assert "no-" in headers["Cache-Control"] or path.startswith("/static/"), path


@pytest.mark.parametrize("host", ["evil.example", "village.evil.example:8600", "127.0.0.1.evil.example"])
def test_a_foreign_host_name_is_refused(county: World, host: str) -> None:
    client = app_of(county.nodes["village1"].app).test_client()
    assert client.get("/login", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost:8600", "127.0.0.1:8602", "[::1]:8600", "192.168.1.20"])
def test_addresses_and_localhost_are_let_in(county: World, host: str) -> None:
    assert app_of(county.nodes["village1"].app).test_client().get("/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_write_from_another_site_is_refused_even_with_the_token(browse: Callable[[str], Browsing], headers: dict[str, str]) -> None:
    agent = browse("agent1")
    answer = agent.client.post("/items/gaoling/start", data={"csrf": agent.csrf}, headers=headers)
    assert answer.status_code == 403


def test_the_cookie_is_named_after_the_station_and_closed_to_scripts(county: World) -> None:
    client = app_of(county.nodes["village1"].app).test_client()
    cookie = client.post("/api/v1/login", json={"name": "agent1", "password": "qinghe-7315-du"}).headers["Set-Cookie"]
    assert cookie.startswith(f"yizhan_{county.nodes['village1'].station.station}=")
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie


def test_a_login_form_of_another_site_is_refused(county: World) -> None:
    client = app_of(county.nodes["village1"].app).test_client()
    answer = client.post("/login", data={"name": "agent1", "password": "qinghe-7315-du", "csrf": "guess"})
    assert answer.status_code == 403


def test_a_role_may_not_call_another_roles_route(browse: Callable[[str], Browsing]) -> None:
    assert browse("reviewer").post("/items/gaoling/start").status_code == 403


def test_after_logout_the_cookie_opens_nothing(county: World, browse: Callable[[str], Browsing]) -> None:
    agent = browse("agent1")
    name = f"yizhan_{county.nodes['village1'].station.station}"
    cookie = agent.client.get_cookie(name)
    assert cookie and agent.post("/logout").status_code == 303
    agent.client.set_cookie(name, cookie.value)
    assert agent.get("/api/v1/status").status_code == 401


def test_a_body_beyond_the_bound_is_refused_in_words(browse: Callable[[str], Browsing]) -> None:
    agent = browse("agent1")
    answer = agent.api("PATCH", "/cases/1122-01/answers", data=b"x" * (2 << 20))
    assert answer.status_code == 413 and "太大" in body_of(answer)["message"]


def test_uploads_never_touch_the_disk() -> None:
    stream = InMemoryRequest({})._get_file_stream(10**9, "image/jpeg")
    assert type(stream).__name__ == "BytesIO"


def test_static_files_need_no_login() -> None:
    assert STATIC.login is False


def test_a_bug_shows_no_traceback(county: World, browse: Callable[[str], Browsing], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(county.nodes["village1"].desk, "status", lambda: 1 / 0)
    answer = browse("agent1").get("/api/v1/status")
    assert answer.status_code == 500 and "Traceback" not in answer.text and "ZeroDivision" not in answer.text

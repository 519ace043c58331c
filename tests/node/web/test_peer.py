"""The peers' door over HTTP: status codes, bounds, and the same answers as the door itself."""

import base64
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from node.errors import BusyError
from node.web.peer import peer_blueprint
from sync.chunks import MAX_PIECE_BYTES
from sync.exchange import MAX_EXCHANGE_BYTES, Letterbag
from sync.sessions import door_message
from tests.sync.fakes import TOWN, VILLAGE, FakeClock, Station, digest, parcel, sign

SCAN = bytes(range(256)) * 300
SCAN_URL = f"/peer/v1/enclosures/{digest(SCAN)}"


@pytest.fixture
def town() -> Station:
    return Station(TOWN, FakeClock())


def app_of(town: Station) -> Flask:
    app = Flask(__name__)
    app.register_blueprint(peer_blueprint(town.door))
    return app


@pytest.fixture
def client(town: Station) -> FlaskClient:
    return app_of(town).test_client()


def session_of(client: FlaskClient, **changes: Any) -> TestResponse:
    challenge = json_of(client.post("/peer/v1/hello", json={"station": VILLAGE}))["challenge"]
    signature = base64.b64encode(sign(door_message(challenge, VILLAGE, TOWN))).decode()
    asked = {"challenge": challenge, "station": VILLAGE, "signer": digest(VILLAGE.encode()), "signature": signature}
    return client.post("/peer/v1/session", json=asked | changes)


def json_of(response: TestResponse) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(response.data)
    return value


@pytest.fixture
def headers(client: FlaskClient) -> dict[str, str]:
    return {"Authorization": f"Bearer {json_of(session_of(client))['token']}"}


def test_hello_tells_who_answers(client: FlaskClient) -> None:
    assert json_of(client.post("/peer/v1/hello", json={"station": VILLAGE}))["station"] == TOWN


def test_a_session_lasts_an_hour(client: FlaskClient) -> None:
    response = session_of(client)
    assert (response.status_code, json_of(response)["expires_s"]) == (200, 3600)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"signature": base64.b64encode(bytes(32)).decode()}, 403, "not_admitted"),
        ({"signature": "?"}, 400, "bad_request"),
        ({"signature": None}, 400, "bad_request"),
        ({"station": "1" * 14}, 403, "not_admitted"),
        ({"challenge": "\ud800"}, 400, "bad_request"),
        ({"signer": "sm3:x"}, 400, "bad_request"),
    ],
)
def test_whoever_cannot_prove_itself_is_not_let_in(client: FlaskClient, changes: dict[str, Any], status: int, code: str) -> None:
    response = session_of(client, **changes)
    assert (response.status_code, json_of(response)) == (status, {"error": code})


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"station":1}', b"[" * 4000, b"\xff", b" " * 5000])
def test_a_hello_that_is_no_hello_is_refused(client: FlaskClient, body: bytes) -> None:
    assert client.post("/peer/v1/hello", data=body).status_code in (400, 413)


def test_every_call_but_hello_and_session_needs_a_token(client: FlaskClient) -> None:
    calls = [
        ("POST", "/peer/v1/exchange"),
        ("GET", SCAN_URL),
        ("PUT", f"{SCAN_URL}?offset=0"),
        ("GET", f"{SCAN_URL}/piece?offset=0&length=1"),
    ]
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        for method, url in calls:
            response = client.open(url, method=method, data=b"x" if method != "GET" else None, headers=headers)
            assert (response.status_code, json_of(response)) == (401, {"error": "no_session"})


@pytest.mark.parametrize("path", ["packed", "folded"])
def test_nothing_is_unpacked_for_a_stranger(town: Station, path: str) -> None:
    app = Flask(__name__)
    app.register_blueprint(peer_blueprint(town.door, digest=digest))
    client, body = app.test_client(), b"not to be unpacked"
    for headers in ({}, {"Authorization": "Bearer x"}):
        response = client.post(f"/peer/v1/{path}", data=body, headers=headers)
        assert (response.status_code, json_of(response)) == (401, {"error": "no_session"})
    known = {"Authorization": f"Bearer {json_of(session_of(client))['token']}"}
    assert client.post(f"/peer/v1/{path}", data=body, headers=known).status_code == 422


def test_nothing_to_say_is_an_answer_without_a_body_that_keeps_the_connection(client: FlaskClient, headers: dict[str, str]) -> None:
    response = client.post("/peer/v1/exchange", data=Letterbag(down_bytes=4096).to_bytes(), headers=headers)
    assert (response.status_code, response.data) == (200, b"")
    assert "Content-Type" not in response.headers


def test_parcels_go_up_and_down_in_one_exchange(client: FlaskClient, headers: dict[str, str], town: Station) -> None:
    down = parcel(9, TOWN, (VILLAGE,))
    town.outbox.queue(VILLAGE, down)
    up = parcel(1)
    response = client.post("/peer/v1/exchange", data=Letterbag(parcels=(up,), down_bytes=4096).to_bytes(), headers=headers)
    bag = Letterbag.from_bytes(response.data)
    assert (response.status_code, bag.parcels, len(bag.receipts)) == (200, (down,), 1)
    assert town.receiver.admitted == [digest(up)]


def test_an_enclosure_goes_up_and_comes_back_in_pieces(client: FlaskClient, headers: dict[str, str], town: Station) -> None:
    town.shelf.expect(digest(SCAN), len(SCAN))
    assert json_of(client.get(SCAN_URL, headers=headers)) == {"size": len(SCAN), "missing": [[0, len(SCAN)]]}
    first = client.put(f"{SCAN_URL}?offset=0", data=SCAN[:60_000], headers=headers)
    assert json_of(first) == {"size": len(SCAN), "missing": [[60_000, len(SCAN) - 60_000]]}
    assert client.get(f"{SCAN_URL}/piece?offset=0&length=10", headers=headers).status_code == 409
    last = client.put(f"{SCAN_URL}?offset=60000", data=SCAN[60_000:], headers=headers)
    assert json_of(last)["missing"] == []
    assert client.get(f"{SCAN_URL}/piece?offset=100&length=200", headers=headers).data == SCAN[100:300]


def test_an_enclosure_that_nothing_names_is_unknown(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get(SCAN_URL, headers=headers).status_code == 404
    assert client.put(f"{SCAN_URL}?offset=0", data=b"x", headers=headers).status_code == 409


@pytest.mark.parametrize("offset", ["", "x", "-1", "1e3", "٣", "9" * 13])
def test_an_offset_that_is_no_number_is_refused(client: FlaskClient, headers: dict[str, str], town: Station, offset: str) -> None:
    town.shelf.expect(digest(SCAN), len(SCAN))
    assert client.put(SCAN_URL, query_string={"offset": offset}, data=b"x", headers=headers).status_code == 400


def test_bodies_are_bounded(client: FlaskClient, headers: dict[str, str], town: Station) -> None:
    town.shelf.expect(digest(SCAN), len(SCAN))
    assert client.put(f"{SCAN_URL}?offset=0", data=bytes(MAX_PIECE_BYTES + 1), headers=headers).status_code == 413
    assert client.post("/peer/v1/exchange", data=bytes(MAX_EXCHANGE_BYTES + 1), headers=headers).status_code == 413
    assert town.shelf.writes == []


def test_trouble_in_the_store_asks_to_come_later(client: FlaskClient, headers: dict[str, str], town: Station) -> None:
    def locked(next_hop: str, limit_bytes: int, limit_count: int = 64) -> list[Any]:
        raise BusyError("database is locked")

    town.outbox.due = locked  # type: ignore[method-assign]  # the box is in trouble
    response = client.post("/peer/v1/exchange", data=Letterbag(down_bytes=4096).to_bytes(), headers=headers)
    assert (response.status_code, json_of(response)) == (503, {"error": "busy"})


@given(st.binary(max_size=300))
def test_no_bytes_make_the_door_stumble(body: bytes) -> None:
    client = app_of(Station(TOWN, FakeClock())).test_client()
    headers = {"Authorization": f"Bearer {json_of(session_of(client))['token']}"}
    for method, url in (
        ("POST", "/peer/v1/exchange"),
        ("POST", "/peer/v1/packed"),
        ("POST", "/peer/v1/hello"),
        ("POST", "/peer/v1/session"),
        ("PUT", f"{SCAN_URL}?offset=0"),
    ):
        assert client.open(url, method=method, data=body, headers=headers).status_code < 500

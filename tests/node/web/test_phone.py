"""Shots by telephone, over real sockets: what the agent's page and API say, and that the door shows nobody anything else."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.scanning.shot import Finding, Look
from node.web.phone.door import TRIES_OF_ONE, phone_app
from node.web.wording.phone import ENDS, SLOW_S
from tests.journeys.world import World, picture
from tests.node.paperwork.conftest import Villages, with_plain_pictures
from tests.node.web.browsing import Browsing, app_of, body_of, logged_in
from tests.node.web.telephone import ROOM, Telephone, into_a_room

SIZE = (360, 240)
OTHER_ROOM = "10.0.0.5"


class Case:
    """The agent's browser at one draft, and what a telephone is shown there."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.agent: Browsing = logged_in(world, "agent1")
        self.number: str = body_of(self.agent.api("POST", "/cases", {"item": "gaoling"}))["case_number"]

    def api(self, method: str, path: str = "", body: Any = None, material: str = "mat_bank") -> Any:
        return self.agent.api(method, f"/cases/{self.number}/phone/{material}{path}", body)

    def opened(self, material: str = "mat_bank") -> Telephone:
        answer = self.api("POST", material=material)
        assert answer.status_code == 201, answer.text
        return Telephone(body_of(answer)["url"])

    def paired(self, material: str = "mat_bank") -> Telephone:
        telephone = self.opened(material)
        assert telephone.redeem().status == 200
        return telephone

    def page(self, material: str = "mat_bank") -> str:
        return str(self.agent.get(f"/cases/{self.number}/phone/{material}").text)

    def tray(self) -> list[tuple[str, str, str]]:
        rows = self.world.nodes["village1"].store.shots.of_case(self.number)
        return [(one.shot, one.material, one.source) for one in rows]

    def end(self) -> None:
        door = self.world.nodes["village1"].counter.phone
        door.pairings.clear()
        door.sweep()


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[World]:
    """One village in one room; every test has a draft of its own."""
    world = with_plain_pictures(Villages(tmp_path_factory.mktemp("phone") / "village", founded_county, "village1"))
    into_a_room(world.nodes["village1"], ROOM, OTHER_ROOM)
    yield world
    world.close()


@pytest.fixture
def case(village: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    look = lambda picture, wanted, quick: Look(*SIZE, (), 0.0, (Finding("glare", {}), Finding("upside_down", {})), None)  # noqa: E731
    monkeypatch.setattr(village.nodes["village1"].counter.capture.tray, "_look", look)
    one = Case(village)
    yield one
    one.end()
    village.clock.move(minutes=2)  # tries are counted by the minute


def is_shut(telephone: Telephone) -> bool:
    try:
        telephone.call("GET", "/")
    except ConnectionRefusedError:
        return True
    return False


def test_from_the_code_to_a_shot_on_the_tray_and_the_door_is_shut_again(village: World, case: Case) -> None:
    assert "显示二维码" in case.page() and "code.svg" not in case.page()
    back = case.agent.post(f"/cases/{case.number}/phone/mat_bank")
    assert back.status_code == 303
    assert re.search(r"code\.svg\?v=[0-9a-f]{16}", case.page()) and "还可以拍 10 分钟" in case.page()
    assert case.agent.get(f"/cases/{case.number}/phone/mat_bank/code.svg").text.startswith("<svg")
    (told,) = body_of(case.api("GET"))["pairings"]
    telephone = Telephone(told["url"])
    page = telephone.call("GET", "/")
    assert page.status == 200 and "拍照".encode() in page.data and case.number.encode() not in page.data
    assert telephone.redeem().told == {"pairing": told["pairing"]}
    begun = telephone.shots().told
    assert begun["slot"] in case.page() and begun["shots"] == [] and begun["left_s"] == 600
    sent = telephone.send("aaaaaaaa", picture("a", SIZE))
    assert sent.told["state"] == "arrived" and sent.told["again"] is True and len(sent.told["messages"]) == 2
    assert "反光" in sent.told["messages"][0] and "在电脑上转正" in sent.told["messages"][1]
    assert [(material, source) for _, material, source in case.tray()] == [("mat_bank", "phone")]
    assert case.tray()[0][0] in case.page() and "1 部手机已连上" in case.page() and "code.svg" not in case.page()
    assert f"/cases/{case.number}/scan/mat_bank" in case.page()
    assert telephone.call("POST", f"{telephone.base}done").told == {"done": True}
    assert telephone.shots().code == "phone_over"
    village.nodes["village1"].counter.phone.sweep()
    assert is_shut(telephone)
    assert ENDS["done"] in case.page() and case.tray()[0][0] in case.page()
    assert body_of(case.api("GET")) == {"pairings": [], "addresses": [ROOM, OTHER_ROOM], "ended": "done"}


def test_a_code_is_good_once_and_a_photograph_of_it_is_worth_nothing_afterwards(case: Case) -> None:
    telephone = case.opened()
    assert len(telephone.token) == 43
    other = Telephone(telephone.url)
    assert telephone.redeem().status == 200
    refused = other.redeem()
    assert (refused.status, refused.code) == (403, "phone_token") and "二维码" in refused.told["message"]
    assert "Set-Cookie" not in refused.headers
    assert body_of(case.api("GET"))["pairings"][0]["url"] is None
    assert case.agent.get(f"/cases/{case.number}/phone/mat_bank/code.svg").status_code == 404


def test_the_cookie_is_closed_to_scripts_and_good_for_its_pairing_alone(case: Case) -> None:
    telephone, other = case.opened(), case.paired("mat_id")
    said = telephone.redeem()
    assert re.fullmatch(rf"yizhan_phone=[\w-]{{43}}; HttpOnly; Path={telephone.base}; SameSite=Strict", said.headers["Set-Cookie"])
    telephone.base, mine = other.base, telephone.base
    assert telephone.shots().code == telephone.send("aaaaaaaa", b"x").code == "phone_over"
    assert telephone.call("POST", f"{telephone.base}done").code == "phone_over"
    telephone.base = mine
    assert telephone.shots().status == other.shots().status == 200 and case.tray() == []


def test_without_the_cookie_nothing_is_shown_and_nothing_large_is_read(case: Case) -> None:
    telephone = case.paired()
    telephone.send("aaaaaaaa", picture("a", SIZE))
    telephone.cookie = ""
    assert telephone.shots().code == "phone_over" and telephone.send("bbbbbbbb", b"small").code == "phone_over"
    assert telephone.call("POST", f"{telephone.base}done").code == "phone_over"
    for path in (f"{telephone.base}shots/bbbbbbbb", "/redeem", f"{telephone.base}done", "/p/../shots/bbbbbbbb"):
        large = telephone.call("POST", path, bytes(8 << 10))
        assert large.status == 400 and not large.data.startswith(b"{") and len(case.tray()) == 1, path


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://{ROOM}"},
        {"X_Yizhan_Phone": ""},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "none"},
    ],
    ids=["site", "sandbox", "port", "header", "cross", "typed"],
)
def test_a_page_of_another_site_can_make_the_telephone_do_nothing(case: Case, headers: dict[str, str]) -> None:
    telephone = case.paired()
    waiting = case.opened("mat_id")
    assert waiting.redeem(**headers).status == 403 and waiting.redeem().status == 200, "the token was not used up"
    assert telephone.send("aaaaaaaa", picture("a", SIZE), **headers).status == 403
    assert telephone.call("POST", f"{telephone.base}done", None, **headers).status == 403
    assert telephone.call("OPTIONS", f"{telephone.base}shots/aaaaaaaa").status in (403, 404)
    assert telephone.shots().told["shots"] == [] and case.tray() == []


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "127.0.0.1:{port}", f"{ROOM}", f"{ROOM}:1", "192.168.7.7.evil.example:{port}"]
)
def test_the_door_answers_only_to_the_address_that_was_shown(case: Case, host: str) -> None:
    telephone = case.paired()
    asked = host.format(port=telephone.host.partition(":")[2])
    for method, path in (("GET", "/"), ("GET", "/door.js"), ("GET", f"{telephone.base}shots"), ("POST", "/redeem"), ("GET", "/no-such")):
        origin = f"http://{asked}" if method == "POST" else ""
        said = telephone.call(method, path, None, Host=asked, Origin=origin)
        assert (said.status, said.code) == (400, "host"), path


def test_nothing_else_of_the_station_is_behind_the_door(village: World, case: Case) -> None:
    telephone = case.paired()
    login = case.agent.client.get_cookie(f"yizhan_{village.nodes['village1'].station.station}")
    assert login is not None
    telephone.cookie += f"; {login.key}={login.value}"  # even with the agent's own login
    app = app_of(village.nodes["village1"].app)
    paths = {re.sub(r"<[^>]+>", "1122-01", rule.rule) for rule in app.url_map.iter_rules()} - {"/"}
    assert len(paths) > 150
    for path in sorted(paths):
        said = telephone.call("GET", path)
        assert (said.status, said.code) == (404, "http_404"), path
    for path in ("/static/phone/door.js", "/../site.css", "/%2e%2e/base.html", "/door.js/../site.css", "//evil.example/",
                 "/p/../../etc/passwd", "/p/0000000000000000/shots", "/p/%2e%2e%2f/shots", "/templates/phone/shoot.html"):  # fmt: skip
        assert telephone.call("GET", path).status in (403, 404), path


def test_a_route_that_nobody_gave_a_rule_answers_nobody(village: World, case: Case) -> None:
    telephone, node = case.paired(), village.nodes["village1"]
    app = phone_app(node.counter.phone, village.clock, lambda event, facts: None)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = app.test_client().get("/forgotten", headers={"Host": telephone.host})
    assert answer.status_code == 404 and "secret" not in answer.text


def test_it_has_only_these_ways_in(village: World, case: Case) -> None:
    telephone = case.paired()
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT"):
        assert telephone.call(method, "/redeem").status in (404, 405, 400)
    for name in ("a" * 7, "a" * 41, "AAAAAAAA", "..%2f..%2fx", "a" * 8 + "%00", "a" * 8 + "%0a"):
        assert telephone.send(name, picture("a", SIZE)).status in (400, 404), name
    assert case.tray() == []
    files = {name: telephone.call("GET", f"/{name}") for name in ("door.js", "door.css", "icon.svg")}
    assert all(one.status == 200 and len(one.data) > 100 for one in files.values())
    for said in (*files.values(), telephone.call("GET", "/"), telephone.shots(), telephone.call("GET", "/none"), telephone.redeem("x")):
        policy = said.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert said.headers["X-Content-Type-Options"] == "nosniff" and said.headers["X-Frame-Options"] == "DENY"
        assert said.headers["Cache-Control"] == "no-store" and "Server" not in said.headers


def test_its_script_is_one_that_old_browsers_read(case: Case) -> None:
    script = re.sub(r"/\*.*?\*/|//[^\n]*|'[^'\n]*'", "", case.opened().call("GET", "/door.js").data.decode(), flags=re.DOTALL)
    assert (
        re.findall(
            r"=>|`|\b(?:let|const|class|async|await|import)\b|\.\.\.|\?\.|\*\*|\b(?:fetch|Promise|Object\.assign)\b|\.includes\(", script
        )
        == []
    )


def test_tokens_cannot_be_tried_at_will(village: World, case: Case) -> None:
    telephone = case.opened()
    codes = [telephone.redeem("x" * 43).code for _ in range(TRIES_OF_ONE + 5)]
    assert codes == ["phone_token"] * TRIES_OF_ONE + ["phone_turns"] * 5
    assert telephone.redeem().status == 429, "not even the right one"
    village.clock.move(minutes=1)
    assert telephone.redeem().status == 200


def test_odd_bodies_are_refused_and_use_nothing_up(case: Case) -> None:
    telephone = case.opened()
    for body in (b"", b"{", b"[]", b'{"token": 7}', b'{"token": null}', b"\xff\xfe", b'{"token": "\\ud800"}', b"[" * 900):
        assert telephone.call("POST", "/redeem", body).code == "phone_token"
    assert telephone.call("POST", "/redeem", b'{"token": "' + b"x" * 2000 + b'"}').status == 413
    assert telephone.redeem().status == 200


def test_what_cannot_be_kept_is_told_in_the_stations_words_and_a_pairing_goes_on(case: Case) -> None:
    telephone = case.paired()
    for raw, code in ((b"hello", "unknown_kind"), (b"", "empty"), (b"%PDF-1.7", "shot_pdf")):
        said = telephone.send("aaaaaaaa", raw)
        assert (said.status, said.code) == (422, code) and len(said.told["message"]) > 4
    assert telephone.send("aaaaaaaa", picture("a", SIZE)).status == 200 and len(case.tray()) == 1


def test_the_same_shot_sent_twice_is_on_the_tray_once(case: Case) -> None:
    telephone, raw = case.paired(), picture("a", SIZE)
    assert telephone.send("aaaaaaaa", raw).told == telephone.send("aaaaaaaa", raw).told
    assert len(case.tray()) == 1 and len(telephone.shots().told["shots"]) == 1


def test_two_telephones_see_each_their_own(case: Case) -> None:
    one, other = case.paired(), case.paired()
    one.send("aaaaaaaa", picture("a", SIZE))
    other.send("bbbbbbbb", picture("b", SIZE))
    assert [shot["name"] for shot in one.shots().told["shots"]] == ["aaaaaaaa"]
    assert [shot["name"] for shot in other.shots().told["shots"]] == ["bbbbbbbb"]
    assert "2 部手机已连上" in case.page() and len(case.tray()) == 2
    one.call("POST", f"{one.base}done")
    assert other.shots().status == 200


def test_the_time_is_over_for_the_telephone_and_the_page_says_so(village: World, case: Case) -> None:
    telephone, late = case.paired(), case.opened("mat_id")
    village.clock.move(seconds=SLOW_S)
    assert "Windows" in case.page("mat_id"), "what may be wrong when no telephone comes"
    village.clock.move(minutes=8)
    assert body_of(case.api("POST", "/renew"))["pairings"][0]["left_s"] == 600
    village.clock.move(minutes=2)
    assert telephone.shots().status == 200 and late.redeem().code == "phone_token"
    village.clock.move(minutes=8)
    assert telephone.send("aaaaaaaa", b"small").code == "phone_over" and case.tray() == []
    village.nodes["village1"].counter.phone.sweep()
    assert is_shut(telephone) and ENDS["over"] in case.page()


@pytest.mark.parametrize("way", ["logout", "disabled"])
def test_the_agents_login_ends_in_the_middle_and_what_arrived_stays(village: World, case: Case, way: str) -> None:
    telephone, node = case.paired(), village.nodes["village1"]
    telephone.send("aaaaaaaa", picture("a", SIZE))
    if way == "logout":
        case.agent.post("/logout")
    else:
        node.people.disable("agent1")
    assert telephone.send("bbbbbbbb", b"small").code == "phone_over"
    node.counter.phone.sweep()
    assert is_shut(telephone) and len(case.tray()) == 1
    if way == "disabled":
        node.people.enable("agent1")
        return
    case.agent = logged_in(village, "agent1")
    assert case.tray()[0][0] in case.page() and "显示二维码" in case.page()


def test_another_login_of_the_same_agent_has_its_own_pairings(village: World, case: Case) -> None:
    telephone, other = case.paired(), logged_in(village, "agent1")
    assert body_of(other.api("GET", f"/cases/{case.number}/phone/mat_bank"))["pairings"] == []
    other.api("DELETE", f"/cases/{case.number}/phone/mat_bank")
    assert telephone.shots().status == 200
    assert case.api("DELETE").status_code == 204 and telephone.shots().code == "phone_over"


def test_neither_token_nor_secret_is_in_any_log_or_address(
    village: World, case: Case, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    telephone = case.opened()
    case.page()
    telephone.call("GET", "/")
    telephone.redeem("wrong")
    telephone.redeem()
    telephone.send("aaaaaaaa", b"no picture")
    telephone.send("aaaaaaaa", picture("a", SIZE))
    secret = telephone.cookie.partition("=")[2]
    out, err = capfd.readouterr()
    written = caplog.text + out + err + " ".join(telephone.lines) + case.page()
    assert telephone.token not in written and secret not in written and len(secret) == 43
    audit = json.dumps([str(one) for one in village.nodes["village1"].store.audit.page(limit=500)], default=str)
    assert "phone_came" in audit and telephone.token not in audit and secret not in audit


def test_a_mistake_of_ours_is_logged_by_its_place_and_told_in_words(
    village: World, case: Case, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    telephone = case.paired()

    def breaks(*_: object) -> None:
        raise ZeroDivisionError("秘密")

    monkeypatch.setattr(village.nodes["village1"].counter.phone.pairings, "take", breaks)
    said = telephone.send("aaaaaaaa", picture("a", SIZE))
    assert (said.status, said.code) == (500, "http_500") and "秘密" not in caplog.text and "ZeroDivisionError" in caplog.text


def test_the_agent_chooses_among_several_networks_and_is_told_when_there_is_none(village: World, case: Case) -> None:
    assert f'value="{OTHER_ROOM}"' in case.page()
    case.agent.post(f"/cases/{case.number}/phone/mat_bank", address=OTHER_ROOM)
    assert body_of(case.api("GET"))["pairings"][0]["address"] == OTHER_ROOM
    wrong = case.agent.post(f"/cases/{case.number}/phone/mat_bank", address="8.8.8.8")
    assert wrong.status_code == 400 and "8.8.8.8" in wrong.text
    case.end()
    door = village.nodes["village1"].counter.phone
    known, door._addresses = door._addresses, lambda: ()
    try:
        refused = case.agent.post(f"/cases/{case.number}/phone/mat_bank")
        assert refused.status_code == 400 and "没有连局域网" in refused.text
        assert "没有连局域网" in case.page() and "显示二维码" not in case.page()
        assert body_of(case.api("POST"))["code"] == "phone_lan"
    finally:
        door._addresses = known


def test_an_unknown_slot_and_a_case_that_is_not_open_are_refused(village: World, case: Case) -> None:
    assert case.agent.get(f"/cases/{case.number}/phone/nothing").status_code == 404
    assert case.api("POST", material="nothing").status_code == 404
    head = logged_in(village, "head1")
    assert head.get(f"/cases/{case.number}/phone/mat_bank").status_code == 403
    assert village.nodes["village1"].counter.phone.hosts() == frozenset()


def test_the_live_part_is_sent_again_only_when_something_changed(case: Case) -> None:
    live = f"/cases/{case.number}/phone/mat_bank/live"
    telephone = case.paired()
    first = case.agent.get(live)
    tag = first.headers["ETag"]
    assert first.status_code == 200 and case.agent.get(live, headers={"If-None-Match": tag}).status_code == 304
    telephone.send("aaaaaaaa", picture("a", SIZE))
    changed = case.agent.get(live, headers={"If-None-Match": tag})
    assert changed.status_code == 200 and case.tray()[0][0] in changed.text and "反光" in changed.text


def test_every_call_is_described(case: Case) -> None:
    told = json.loads(case.agent.get("/api/v1/openapi.json").data)
    for rule in case.agent.client.application.url_map.iter_rules():
        if rule.endpoint.startswith("phone_api."):
            path = rule.rule.replace("<", "{").replace(">", "}")
            assert {method.lower() for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}} <= set(told["paths"][path]), path
    assert set(body_of(case.api("POST"))) == set(told["components"]["schemas"]["Pairing"]["properties"])


def test_the_station_starts_again_in_the_middle(village: World, case: Case) -> None:
    telephone = case.paired()
    telephone.send("aaaaaaaa", picture("a", SIZE))
    node = village.start("village1")
    assert is_shut(telephone) and len(case.tray()) == 1
    into_a_room(node, ROOM, OTHER_ROOM)
    node.counter.phone._port = int(telephone.host.partition(":")[2])
    again = Case(village)
    again.opened()
    assert telephone.shots().code == "phone_over", "a port that was set is the same after a restart, and the telephone is told"
    again.number = case.number
    assert case.tray()[0][0] in again.page()

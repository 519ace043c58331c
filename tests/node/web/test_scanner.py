"""The page and the API of scanners: a real eSCL device and SANE's test backend behind a village's pages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.capture.scanners.escl import Escl
from node.capture.scanners.escl_line import Times
from node.scanning.shot import Finding, Look
from node.web.wording import scanners as words
from tests.journeys.world import World
from tests.node.paperwork.conftest import Villages
from tests.node.web.browsing import Browsing, body_of, logged_in
from tests.tools.escl_device import NAME, EsclDevice, listening, page
from tests.tools.sane_test import DEVICE, SHEETS, sane_config

SIZE = (240, 340)
PAGES = tuple(page(f"web {number}", SIZE) for number in range(1, 4))


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[World]:
    """One village; every test has a draft of its own."""
    world = Villages(tmp_path_factory.mktemp("scanner") / "village", founded_county, "village1")
    yield world
    world.close()


@pytest.fixture(scope="module")
def sane(tmp_path_factory: pytest.TempPathFactory) -> str:
    return sane_config(tmp_path_factory.mktemp("sane") / "sane")


class Room:
    """The agent's browser at one draft, with a network scanner and a local one."""

    def __init__(self, village: World, device: EsclDevice, address: str, codes: list[str]) -> None:
        self.village, self.device, self.address, self.codes = village, device, address, codes
        self.browsing: Browsing = logged_in(village, "agent1")
        self.number: str = body_of(self.browsing.api("POST", "/cases", {"item": "gaoling"}))["case_number"]

    @property
    def path(self) -> str:
        return f"/cases/{self.number}/scanner/mat_bank"

    @property
    def desk(self) -> Any:
        return self.village.nodes["village1"].counter.capture.scanners

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return self.browsing.api(method, path, body)

    def look(self) -> Any:
        """All scanners, when the search is over."""
        self.call("POST", "/scanners/look")
        self.desk.list.wait(20)
        return body_of(self.call("GET", "/scanners"))

    def scan(self, scanner: str = "", **wish: Any) -> Any:
        body = {"material": "mat_bank", "scanner": scanner or f"escl:{self.address}", **wish}
        return self.call("POST", f"/cases/{self.number}/scans", body)

    def done(self, begun: Any) -> Any:
        assert begun.status_code == 201, begun.text
        job = body_of(begun)["job"]
        self.desk.jobs.wait(job, 30)
        return body_of(self.call("GET", f"/cases/{self.number}/scans/{job}"))

    def shots(self) -> list[Any]:
        return list(body_of(self.call("GET", f"/cases/{self.number}/shots"))["shots"])


@pytest.fixture
def room(village: World, sane: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    codes: list[str] = []
    look = lambda picture, wanted, quick: Look(*SIZE, (), 0.0, tuple(Finding(one, {}) for one in codes), None)  # noqa: E731
    capture = village.nodes["village1"].counter.capture
    monkeypatch.setattr(capture.tray, "_look", look)
    monkeypatch.setattr(capture.keeping, "_judge", lambda picture, plan: ())
    monkeypatch.setenv("SANE_CONFIG_DIR", sane)
    desk, device = capture.scanners, EsclDevice(PAGES, page("glass", SIZE))
    times = Times(connect=1.0, answer=1.0, quiet=0.5, page=2.0, grace=0.5, again=0.02, busy=0.06)
    monkeypatch.setitem(desk.jobs._ways, "escl", Escl(desk.addresses.all, times))
    with listening(device) as address:
        room = Room(village, device, address, codes)
        assert room.call("POST", "/scanners", {"address": address}).status_code == 201
        room.desk.list.wait(20)
        yield room
        room.desk.jobs.close()
        room.call("DELETE", f"/scanners?address={address}")
        room.desk.list.wait(20)


def test_scanners_of_both_kinds_are_listed_by_name(room: Room) -> None:
    told = room.look()
    assert (told["is_looking"], told["has_local"], told["addresses"]) == (False, True, [room.address])
    assert [(one["scanner"], one["name"], one["sources"], one["problem"]) for one in told["scanners"]] == [
        (f"escl:{room.address}", f"{NAME}（127.0.0.1）", ["flatbed", "feeder"], None),
        (f"sane:{DEVICE}", "Noname frontend-tester", ["flatbed", "feeder"], None),
    ]
    text = room.browsing.get(room.path).text
    assert NAME in text and "Noname frontend-tester" in text
    assert all(word in text for word in (*words.SOURCES.values(), *words.COLOURS.values()))


def test_the_feeder_of_a_network_scanner_fills_a_slot(room: Room) -> None:
    done = room.done(room.scan(source="feeder", colour="grey", dpi=150))
    assert (done["state"], done["pages"], done["code"], done["message"]) == ("done", 3, None, "扫完了，这次扫到 3 页。")
    shots = room.shots()
    assert [(one["source"], one["material"], one["plan"]["colour"], one["plan"]["corners"]) for one in shots] == [
        ("scanner", "mat_bank", "grey", None)
    ] * 3
    assert room.device.settings[0]["XResolution"] == "150"
    kept = room.done(room.call("POST", f"/cases/{room.number}/scans/keep", {"material": "mat_bank"}))
    assert (kept["kind"], kept["state"], kept["pages"], kept["left"], kept["message"]) == ("keep", "done", 3, 0, "已保存 3 页。")
    assert [one["page"] for one in room.shots()] == [1, 2, 3]
    taken = body_of(room.call("GET", f"/cases/{room.number}"))["materials"]
    assert [(one["page"], one["taken"]["by"]) for one in taken] == [(1, "scanner"), (2, "scanner"), (3, "scanner")]


def test_the_feeder_of_a_local_scanner_fills_a_slot(room: Room) -> None:
    room.look()
    done = room.done(room.scan(f"sane:{DEVICE}", source="feeder", colour="grey", dpi=75))
    # The test backend's sheets are all alike, and one picture is one shot.
    assert (done["state"], done["pages"], done["same"]) == ("done", SHEETS, SHEETS - 1)
    assert len(room.shots()) == 1 and "一模一样" in done["message"]


def test_the_page_scans_shows_and_keeps_without_scripts(room: Room) -> None:
    room.codes.append("dark")
    fields = {"device": f"escl:{room.address}", "source": "feeder", "colour": "colour", "dpi": "200"}
    posted = room.browsing.post(room.path, fields)
    assert posted.status_code == 303 and posted.location.endswith(room.path)
    room.desk.jobs.wait(room.desk.jobs.of_slot(room.village.person("agent1"), room.number, "mat_bank").id, 20)
    text = room.browsing.get(room.path).text
    assert "扫完了，这次扫到 3 页。" in text and "太暗" in text and text.count("<img src=") == 3
    assert room.browsing.post(f"{room.path}/keep").status_code == 303
    text = room.browsing.get(room.path).text
    assert "有 3 页没有存" in text and [one["page"] for one in room.shots()] == [None] * 3


@pytest.mark.parametrize(
    ("fault", "words_told"), [("jam", "卡纸"), ("hatch", "盖子"), ("cut", "断了"), ("silent", "没有动静"), ("gone", "自己停下")]
)
def test_what_goes_wrong_in_the_middle_is_told_in_words_and_pages_stay(room: Room, fault: str, words_told: str) -> None:
    room.device.fault, room.device.at = fault, 2
    done = room.done(room.scan(source="feeder"))
    assert (done["state"], done["pages"]) == ("failed", 1) and words_told in done["message"]
    assert len(room.shots()) == 1
    text = room.browsing.get(room.path).text
    assert words_told in text and "没有扫完，这次扫到 1 页" in text


def test_a_job_is_cancelled_by_the_page_and_what_came_stays(room: Room) -> None:
    room.device.fault, room.device.at = "silent", 2
    room.desk.jobs._ways["escl"]._times = Times()
    job = body_of(room.scan(source="feeder"))["job"]
    while not room.shots():
        room.desk.jobs.wait(job, 0.02)
    live = room.browsing.get(f"{room.path}/live")
    assert "正在扫第 2 页" in live.text and 'data-busy="1"' in live.text
    assert room.browsing.get(f"{room.path}/live", headers={"If-None-Match": live.headers["ETag"]}).status_code == 304
    assert room.browsing.post(f"{room.path}/stop", {"job": job}).status_code == 303
    room.desk.jobs.wait(job, 10)
    assert "已取消，这次扫到 1 页。" in room.browsing.get(room.path).text and len(room.shots()) == 1
    assert len(room.device.asked("DELETE")) == 1
    stopped = body_of(room.call("DELETE", f"/cases/{room.number}/scans/{job}"))
    assert stopped["state"] == "cancelled"


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"scanner": "escl:http://127.0.0.1:9/eSCL"}, 404, None), ({"scanner": "sane:; touch x"}, 404, None),
        ({"material": "nothing"}, 404, None), ({"dpi": 6000}, 400, "scanner_wish"), ({"dpi": "two"}, 400, "scanner_wish"),
        ({"source": ["feeder"]}, 400, "scanner_wish"), ({"source": "duplex"}, 400, "scanner_source"), ({"material": 7}, 400, "bad"),
        ({"scanner": None}, 400, "missing"),
    ],
    ids=map(str, range(9)),
)  # fmt: skip
def test_a_wrong_call_begins_nothing(room: Room, wish: dict[str, Any], status: int, code: str | None) -> None:
    body = {"material": "mat_bank", "scanner": f"escl:{room.address}", **wish}
    answer = room.call("POST", f"/cases/{room.number}/scans", body)
    assert answer.status_code == status, answer.text
    assert code is None or body_of(answer)["code"] == code
    assert "{" not in body_of(answer)["message"]
    assert room.device.asked("POST") == []


@pytest.mark.parametrize("address", ["8.8.8.8", "http://scanner.example/eSCL", "http://10.0.0.1@8.8.8.8/", "file:///etc/passwd"])
def test_an_address_that_is_not_near_by_is_neither_remembered_nor_called(room: Room, address: str) -> None:
    before = body_of(room.call("GET", "/scanners"))["addresses"]
    refused = room.call("POST", "/scanners", {"address": address})
    assert (refused.status_code, body_of(refused)["code"]) == (400, "scanner_address")
    page = room.browsing.post("/scanners", {"address": address})
    assert page.status_code == 400 and words.ERRORS["RequestError", "scanner_address"] in page.text
    assert body_of(room.call("GET", "/scanners"))["addresses"] == before


def test_an_address_is_added_and_removed_on_its_page(room: Room) -> None:
    assert room.browsing.post("/scanners", {"address": "127.0.0.1:9"}).status_code == 303
    room.desk.list.wait(20)
    text = room.browsing.get("/scanners").text
    assert "http://127.0.0.1:9/eSCL" in text and "连不上扫描仪" in text and NAME in text
    assert room.browsing.post("/scanners/remove", {"address": "http://127.0.0.1:9/eSCL"}).status_code == 303
    assert "http://127.0.0.1:9/eSCL" not in [*body_of(room.call("GET", "/scanners"))["addresses"]]


@pytest.mark.parametrize(
    ("back", "is_shown"), [("/cases/1122-01/scanner/mat_id", True), ("//scanner.example/cases", False), ("/logout", False)]
)
def test_the_way_back_leads_to_a_slot_and_nowhere_else(room: Room, back: str, is_shown: bool) -> None:
    assert (f'href="{back}"' in room.browsing.get(f"/scanners?back={back}").text) is is_shown
    posted = room.browsing.post("/scanners/look", {"back": back})
    assert posted.status_code == 303 and posted.location.split("?")[0] == "/scanners"


def test_only_an_agent_scans_and_only_with_the_pages_token(room: Room) -> None:
    head, stranger = logged_in(room.village, "head1"), room.browsing.client.application.test_client()
    for method, path in (
        ("GET", f"/api/v1/cases/{room.number}/scans/x"), ("POST", f"/api/v1/cases/{room.number}/scans"), ("GET", "/api/v1/scanners"),
        ("POST", f"/api/v1/cases/{room.number}/scans/keep"), ("POST", "/api/v1/scanners"), ("DELETE", "/api/v1/scanners"),
        ("POST", "/api/v1/scanners/look"), ("DELETE", f"/api/v1/cases/{room.number}/scans/x"), ("GET", room.path), ("POST", room.path),
        ("POST", f"{room.path}/stop"), ("POST", f"{room.path}/keep"), ("POST", f"{room.path}/look"), ("GET", f"{room.path}/live"),
    ):  # fmt: skip
        assert head.client.open(path, method=method, headers={"X-CSRF-Token": head.csrf}, json={}).status_code == 403, path
        assert stranger.open(path, method=method).status_code in (303, 401), path
        if method != "GET":
            assert room.browsing.client.open(path, method=method).status_code == 403, path


def test_where_the_program_is_missing_the_page_says_what_to_do(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert words.NO_LOCAL in room.browsing.get(room.path).text and words.NO_LOCAL in room.browsing.get("/scanners").text


def test_every_call_is_described(room: Room) -> None:
    told = json.loads(room.browsing.get("/api/v1/openapi.json").data)
    for rule in room.browsing.client.application.url_map.iter_rules():
        if rule.endpoint.startswith("scanner_api."):
            path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
            assert {method.lower() for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}} <= set(told["paths"][path]), path

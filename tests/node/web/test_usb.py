"""The page U盘 and its API: what it lists, what it writes and reads, what it says of trouble, and who may be there."""

import os
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from node.mail.bundles import identity_of
from node.mail.usb_desk import Job
from node.upkeep.drives import Drive
from sync.bundle_writing import Load, write_bundle
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, app_of, body_of

MIB = 1 << 20


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "UPAN").mkdir()
    return tmp_path / "UPAN"


@pytest.fixture
def world(county: World, stick: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A county whose lines are dead, with one stick that is in every machine."""
    county.weather.down = {"village1", "village2", "township"}
    plug(county, [Drive(stick, "UPAN", 900 * MIB)])
    yield county


def plug(county: World, drives: list[Drive]) -> None:
    for node in county.nodes.values():
        node.usb._drives = lambda: drives


def report_of(who: Browsing, path: str, **fields: str) -> str:
    answer = who.post(path, fields, follow=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def read_all(who: Browsing, stick: Path) -> str:
    """Read the newest bundle for here, as a person does by the list."""
    listed = who.get("/usb").text
    found = re.search(r'name="file" value="([^"]+)"><button class="slim nowrap(?: main)?">读入', listed)
    assert found, listed
    return report_of(who, "/usb/in", place=str(stick), file=found[1])


def test_a_case_goes_up_and_its_receipt_comes_back_by_page_alone(world: World, browse: Callable[[str], Browsing], stick: Path) -> None:
    number = world.submitted()
    agent, reviewer = browse("agent1"), browse("reviewer")
    first = agent.get("/usb").text
    assert "U盘 UPAN（空 900.0 MB）" in first and "插着的U盘里没有U盘包" in first and "（上级）：待发 1 份" in first
    town = world.nodes["township"].station.station

    shown = agent.post("/usb/preview", to=town, place=str(stick), most="").text
    assert "里面有材料 1 件" in shown and "影像" in shown and "写入U盘" in shown
    assert list(stick.iterdir()) == []
    told = report_of(agent, "/usb/out", to=town, place=str(stick))
    assert "读回来核对过了。可以拔U盘了。" in told and "请把U盘带到" in told
    (file,) = stick.iterdir()
    assert re.fullmatch(r"示例一村便民服务室到.+_\d{8}-\d{6}\.yzb", file.name)
    assert "不用读" in agent.get("/usb").text

    told = read_all(reviewer, stick)
    assert "全部收下了。" in told and "材料包 1 个、影像 8 个" in told and "写到这个U盘" in told
    assert "全部都是以前收过的" in read_all(reviewer, stick)
    village = world.nodes["village1"].station.station
    report_of(reviewer, "/usb/out", to=village, place=str(stick))
    file.unlink()
    told = read_all(agent, stick)
    assert "对方已经收到本站以前送去的材料" in told
    assert world.nodes["village1"].desk.case(world.person("agent1"), number).roads.state == "stored"
    assert world.nodes["village1"].store.enclosures.to_send(town, 100) == []
    assert "只有回执，不急" in agent.post("/usb/preview", to=town, place=str(stick)).text


def test_the_report_survives_a_reload_and_is_listed(world: World, browse: Callable[[str], Browsing], stick: Path) -> None:
    world.submitted()
    agent = browse("agent1")
    town = world.nodes["township"].station.station
    answer = agent.post("/usb/out", to=town, place=str(stick))
    assert answer.status_code == 303
    for _ in range(2):
        assert "可以拔U盘了" in agent.get(answer.headers["Location"]).text
    assert answer.headers["Location"] in agent.get("/usb").text
    world.start("village1")
    assert [one.is_done for one in world.nodes["village1"].usb.trips.latest()] == [True]


def test_where_no_drive_is_found_the_browser_fetches_and_hands_over(world: World, browse: Callable[[str], Browsing]) -> None:
    plug(world, [])
    number = world.submitted()
    agent, reviewer = browse("agent1"), browse("reviewer")
    assert "没有找到U盘" in agent.get("/usb").text
    town = world.nodes["township"].station.station
    shown = report_of(agent, "/usb/out", to=town, place="")
    link = re.search(r'href="(/usb/trips/[0-9a-f]+/file)"', shown)
    assert link and "请在下面下载" in shown
    fetched = agent.get(link[1])
    assert fetched.data.startswith(b"yizhan bundle 1\n") and "attachment" in fetched.headers["Content-Disposition"]
    assert "filename*=UTF-8''%E7%A4%BA" in fetched.headers["Content-Disposition"]

    told = upload(reviewer, fetched.data)
    assert "全部收下了。" in told and "做成文件下载" in told
    assert world.states(number)["township"] == "submitted"
    assert not list((world.place / "township" / "usb").iterdir())


def upload(who: Browsing, data: bytes, name: str = "带来的.yzb") -> str:
    answer = who.client.post("/usb/upload", data={"csrf": who.csrf, "file": (BytesIO(data), name)}, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_only_the_newest_files_wait_for_a_browser(world: World, browse: Callable[[str], Browsing]) -> None:
    world.submitted()
    agent, town = browse("agent1"), world.nodes["township"].station.station
    for _ in range(5):
        report_of(agent, "/usb/out", to=town, place="")
    assert len(list((world.place / "village1" / "usb").glob("*.yzb"))) == 4


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "请先选择文件"), (b"something else", "这不是U盘包"), (b"yizhan bundle 1\nmanifest 9\n{", "U盘包坏了")],
    ids=["nothing", "another", "cut"],
)
def test_what_is_no_bundle_is_refused_in_words(world: World, browse: Callable[[str], Browsing], data: bytes, words: str) -> None:
    agent = browse("agent1")
    answer = agent.client.post("/usb/upload", data={"csrf": agent.csrf, "file": (BytesIO(data), "x.yzb")}, follow_redirects=True)
    assert words in answer.text


def test_a_cut_bundle_is_seen_in_the_list_and_told_in_the_report(world: World, browse: Callable[[str], Browsing], stick: Path) -> None:
    world.submitted()
    agent, reviewer = browse("agent1"), browse("reviewer")
    report_of(agent, "/usb/out", to=world.nodes["township"].station.station, place=str(stick))
    (file,) = stick.iterdir()
    file.write_bytes(file.read_bytes()[:-60_000])
    assert "文件不完整" in reviewer.get("/usb").text
    told = read_all(reviewer, stick)
    assert "没有全部收下" in told and ("少了" in told or "坏了" in told) and "再写一次U盘" in told


def test_a_list_of_junk_names_it_and_reads_nothing(world: World, browse: Callable[[str], Browsing], stick: Path, tmp_path: Path) -> None:
    (stick / "junk.yzb").write_bytes(b"junk")
    (stick / "photo.jpg").write_bytes(b"junk")
    (stick / "folder").mkdir()
    (stick / "folder" / "more.yzb").write_bytes(b"junk")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "other.yzb").write_bytes(b"junk")
    (stick / "link.yzb").symlink_to(tmp_path / "elsewhere" / "other.yzb")
    (stick / "way").symlink_to(tmp_path / "elsewhere")
    text = browse("agent1").get("/usb").text
    assert text.count("不是U盘包") == 2 and "photo" not in text and "link.yzb" not in text
    for name in ("../../village1/yizhan.db", "link.yzb", "way/other.yzb", "/etc/hostname"):
        answer = browse("agent1").post("/usb/in", place=str(stick), file=name)
        assert answer.status_code == 400 and "找不到这个文件" in answer.text
    assert browse("agent1").post("/usb/in", place="/etc", file="hostname").status_code == 400


def test_a_stick_that_may_not_be_written_to_is_said_so_and_read_all_the_same(
    world: World, browse: Callable[[str], Browsing], stick: Path
) -> None:
    world.submitted()
    report_of(browse("agent1"), "/usb/out", to=world.nodes["township"].station.station, place=str(stick))
    plug(world, [Drive(stick, "UPAN", 900 * MIB, read_only=True)])
    text = browse("reviewer").get("/usb").text
    assert "只能读、不能写" in text and 'type="radio" name="place" value="' + str(stick) not in text
    assert "全部收下了。" in read_all(browse("reviewer"), stick)


def test_a_stick_that_was_pulled_out_is_told_and_nothing_counts_as_handed_over(
    world: World, browse: Callable[[str], Browsing], stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, agent, town = world.submitted(), browse("agent1"), world.nodes["township"].station.station
    sync = os.fsync

    def pulled(handle: int) -> None:
        sync(handle)
        stick.rename(stick.with_name("away"))

    monkeypatch.setattr(os, "fsync", pulled)
    node = world.nodes["village1"]
    # The database syncs by itself: only the stick's file is synced by Python here.
    told = report_of(agent, "/usb/out", to=town, place=str(stick))
    monkeypatch.undo()
    assert "U盘不在了" in told
    assert node.desk.case(world.person("agent1"), number).roads.state == "queued"
    answer = agent.post("/usb/out", to=town, place="/nowhere")
    assert answer.status_code == 400 and "找不到这个U盘了" in answer.text


def test_a_stick_without_room_is_told_before_and_after(world: World, browse: Callable[[str], Browsing], stick: Path) -> None:
    world.submitted()
    agent, town = browse("agent1"), world.nodes["township"].station.station
    world.nodes["village1"].usb._most = lambda place, max_mib: 15_000  # type: ignore[method-assign]  # a stick that is nearly full
    assert "一个也装不下" in agent.post("/usb/preview", to=town, place=str(stick)).text
    assert "一个也装不下" in report_of(agent, "/usb/out", to=town, place=str(stick))
    world.nodes["village1"].usb._most = lambda place, max_mib: 60_000  # type: ignore[method-assign]  # letters fit, scans do not
    assert "装不下的：影像" in agent.post("/usb/preview", to=town, place=str(stick)).text
    assert "请换一个U盘再写一次" in report_of(agent, "/usb/out", to=town, place=str(stick))


def test_one_stick_is_worked_at_a_time(world: World, browse: Callable[[str], Browsing], stick: Path) -> None:
    agent, town = browse("agent1"), world.nodes["township"].station.station
    desk = world.nodes["village1"].usb

    desk._job = Job("out", "UPAN")
    assert "正在写U盘包（UPAN）" in agent.get("/usb").text
    answer = agent.post("/usb/out", to=town, place=str(stick))
    assert answer.status_code == 400 and "正在读写另一个U盘" in answer.text
    desk._job = None


def test_a_forged_parcel_is_told_in_words_and_the_rest_is_taken(world: World, browse: Callable[[str], Browsing], stick: Path) -> None:
    """Whoever may write a stick cannot write what another station says."""
    world.submitted()
    village, carrier = world.nodes["village1"], world.nodes["village2"]
    good = village.bundles.preview().choice.load.parcels[0]
    forged = good[:-1] + bytes((good[-1] ^ 1,))
    identity = identity_of(carrier.station, carrier.store)
    write_bundle(stick / "x.yzb", identity, "2026-11-22T01:00:00Z", carrier.station.suite.digest, Load((), [forged, good]))
    told = read_all(browse("reviewer"), stick)
    assert "拒收 1 个" in told and "签名不对 1 个" in told and "请把这一页拍给技术人员" in told
    assert "材料包 1 个" in told


def test_others_bundles_are_passed_on_or_left_alone_with_their_place_named(
    world: World, browse: Callable[[str], Browsing], stick: Path
) -> None:
    number = world.submitted()
    report_of(browse("agent1"), "/usb/out", to=world.nodes["township"].station.station, place=str(stick))
    other = browse("agent2")
    listed = other.get("/usb").text
    assert "代收转送" in listed and "示例一村便民服务室" in listed
    (file,) = stick.iterdir()
    told = report_of(other, "/usb/in", place=str(stick), file=file.name)
    assert "全部收下了。" in told
    assert "都经过示例镇便民服务中心" in told and "请来的人把U盘带回去" not in told
    assert "village2" not in world.states(number)

    read_all(browse("reviewer"), stick)
    file.unlink()
    report_of(browse("reviewer"), "/usb/out", to=world.nodes["village1"].station.station, place=str(stick))
    (answer,) = stick.iterdir()
    told = report_of(other, "/usb/in", place=str(stick), file=answer.name)
    assert "不是给这里的" in told and "请把U盘带到：示例一村便民服务室" in told


def test_people_who_carry_nothing_do_not_get_there(world: World, browse: Callable[[str], Browsing]) -> None:
    watcher = browse("supervisor")
    assert watcher.get("/usb").status_code == 403 and "/usb" not in watcher.get("/").text
    assert watcher.post("/usb/out", to="", place="").status_code == 403
    assert watcher.api("GET", "/usb").status_code == 403
    agent = browse("agent1")
    assert agent.client.post("/usb/out", data={"to": "", "place": ""}).status_code == 403


def test_who_only_learns_moves_no_real_mail(world: World, stick: Path) -> None:
    world.submitted()
    node = world.nodes["village1"]
    node.people.add("learner", "示例学员", ("agent",), "jifang-9482-cun", practice=True)
    learner = Browsing(app_of(node.app).test_client(), "learner", "jifang-9482-cun", "")
    assert "U盘</a>" not in learner.get("/").text
    town = world.nodes["township"].station.station
    for path in ("preview", "out"):
        answer = learner.post(f"/usb/{path}", to=town, place=str(stick))
        assert answer.status_code == 403 and "只供学习" in answer.text
    assert learner.api("POST", "/usb/out", {"to": town, "place": str(stick)}).status_code == 403
    assert list(stick.iterdir()) == []


@pytest.mark.parametrize("most", ["0", "-1", "many", "99999"])
def test_a_size_that_is_none_is_refused_in_words(world: World, browse: Callable[[str], Browsing], stick: Path, most: str) -> None:
    answer = browse("agent1").post("/usb/preview", to=world.nodes["township"].station.station, place=str(stick), most=most)
    assert answer.status_code == 400 and "请填 1 到 1024" in answer.text


def test_the_api_does_what_the_page_does(world: World, browse: Callable[[str], Browsing], stick: Path) -> None:
    world.submitted()
    agent, reviewer = browse("agent1"), browse("reviewer")
    told = body_of(agent.api("GET", "/usb"))
    assert [one["name"] for one in told["drives"]] == ["UPAN"] and told["found"] == [] and told["neighbours"][0]["is_parent"]
    asked = {"to": told["neighbours"][0]["station"], "place": str(stick)}
    preview = body_of(agent.api("POST", "/usb/preview", asked | {"most_mib": "100"}))
    assert (preview["letters"], preview["parcels"], preview["enclosures"], preview["left_bytes"]) == (1, 1, 8, 0)
    made = agent.api("POST", "/usb/out", asked)
    trip = body_of(made)
    assert made.status_code == 201 and trip["is_done"] and trip["outcome"]["size_bytes"] <= preview["size_bytes"]

    (found,) = body_of(reviewer.api("GET", "/usb"))["found"]
    assert found["look"]["is_for_here"] and not found["look"]["is_short"]
    taken = body_of(reviewer.api("POST", "/usb/in", {"place": found["place"], "file": found["file"]}))
    assert taken["is_whole"] and taken["outcome"]["new_enclosures"] == 8 and taken["answer_to"]
    back = body_of(reviewer.api("POST", "/usb/out", {"to": taken["answer_to"]}))
    data = reviewer.get(f"/api/v1/usb/trips/{back['trip_id']}/file").data
    learned = body_of(agent.api("POST", "/usb/upload?file=back.yzb", data=data))
    assert learned["outcome"]["receipts"] >= 1 and learned["outcome"]["learned"] == 8
    assert body_of(agent.api("GET", f"/usb/trips/{learned['trip_id']}"))["message"]
    assert agent.api("POST", "/usb/out", {"to": "99999999999999"}).status_code == 400
    assert agent.api("GET", "/usb/trips/none").status_code == 404

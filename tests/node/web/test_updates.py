"""The page of updates: what lies on a drive, taken and refused; an installed station with the real pages."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from node.assemble import Node, assemble
from node.upkeep.drives import Drive
from node.upkeep.releases import RELEASE, SIGNATURE, sign_release
from node.upkeep.versions import Entry, Versions
from tests.fakes import SetClock
from tests.journeys.updating import installed as in_use
from tests.journeys.updating import update_file
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, app_of
from tests.packaging.fake_program import make_stick, pip_wheel

PASSWORD = "jifang-9482-cun"


@dataclass
class Installed:
    """A village that the installer put there, its technician's browser, and what is on the drive."""

    node: Node
    versions: Versions
    admin: Browsing
    drive: Path
    county: World

    def put(self, sequence: int, *, signed: bool = True) -> None:
        """An update on the drive."""
        place = self.drive / f"yizhan-{sequence}"
        release = make_stick(place, pip_wheel(self.drive.parent), "0.2.0", sequence)
        station = self.county.nodes["county"].station
        data = release.to_bytes()
        (place / RELEASE).write_bytes(data)
        if signed:
            (place / SIGNATURE).write_bytes(sign_release(data, station.signer, station.trust.path(station.signer.certificate)))


@pytest.fixture
def installed(county: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installed]:
    county.nodes.pop("village1").close()
    versions = Versions(tmp_path / "yizhan")
    shutil.copytree(county.place / "village1", versions.station)
    versions.use("0.1.0-10")
    versions.note(Entry("0.1.0", 10, "2026-11-01T00:00:00Z", "installed"))
    drive = tmp_path / "drive"
    drive.mkdir()
    monkeypatch.setattr("node.upkeep.update_desk.removable_drives", lambda: [Drive(drive, "UPAN", 1 << 30)])
    node = assemble(versions.station, SetClock())
    node.people.add("technician", "示例管理员", ("admin",), PASSWORD)
    yield Installed(node, versions, Browsing(app_of(node.app).test_client(), "technician", PASSWORD, ""), drive, county)
    node.close()


def test_without_a_drive_the_page_says_what_to_bring(installed: Installed) -> None:
    text = installed.admin.get("/station/updates").text
    assert "现在的版本：0.1.0" in text
    assert "没有找到更新" in text
    assert '<button class="main" name="update"' not in text


def test_what_may_be_taken_has_a_button_and_the_rest_says_why_not(installed: Installed) -> None:
    installed.put(20)
    installed.put(9)
    installed.put(30, signed=False)
    text = installed.admin.get("/station/updates").text
    assert 'value="UPAN/yizhan-20"' in text
    assert 'value="UPAN/yizhan-9"' not in text and "不比现在的 0.1.0 新" in text
    assert 'value="UPAN/yizhan-30"' not in text and "没有县里的签名" in text


def test_an_update_is_made_ready_and_told_and_who_asked_is_remembered(installed: Installed) -> None:
    installed.put(20)
    answer = installed.admin.post("/station/updates", {"update": "UPAN/yizhan-20"})
    assert answer.status_code == 303
    thread = next(one for one in threading.enumerate() if one.name == "update")
    thread.join(60)
    staged = installed.versions.staged()
    assert staged is not None and staged.name == "0.2.0-20"
    assert "0.2.0 已备好" in installed.admin.get("/station/updates").text
    assert ("technician", "update_begun") in [(line.who, line.what) for line in installed.node.store.audit.page()]


def test_an_update_that_went_from_the_drive_is_told(installed: Installed) -> None:
    answer = installed.admin.post("/station/updates", {"update": "UPAN/gone"})
    assert answer.status_code == 400 and "没有找到这个更新文件" in answer.text


def test_what_became_of_earlier_ones_is_told_in_words(installed: Installed) -> None:
    installed.versions.note(Entry("0.2.0", 20, "2026-11-02T00:00:00Z", "undone", "check_start"))
    text = installed.admin.get("/station/updates").text
    assert "没有换上，仍用原来的版本：新版本不能装配本站" in text


def test_only_the_technician_gets_there(county: World, browse: Callable[[str], Browsing]) -> None:
    for name in ("agent1", "reviewer", "approver"):
        assert browse(name).get("/station/updates").status_code == 403
        assert browse(name).post("/station/updates", {"update": "x"}).status_code == 403


def test_a_station_that_was_not_installed_says_so(county: World, browse: Callable[[str], Browsing]) -> None:
    assert "不是用安装U盘装的" in browse("admin").get("/station/updates").text


@pytest.fixture
def stick_at_county(county: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A drive in the county's machine, with an update file that it has signed."""
    path = update_file(county, 20)
    place = county.place / "drive"
    place.mkdir()
    shutil.copyfile(path, place / "new.yzu")
    monkeypatch.setattr("node.upkeep.update_desk.removable_drives", lambda: [Drive(place, "UPAN", 1 << 30)])
    county.start("county")
    return place


def test_a_countys_technician_sends_an_update_to_all_stations(
    county: World, stick_at_county: Path, browse: Callable[[str], Browsing]
) -> None:
    page = browse("admin")
    assert 'value="UPAN/new.yzu">发给全县：0.2.0' in page.get("/station/updates").text
    assert page.post("/station/updates/publish", {"update": "UPAN/new.yzu"}).status_code == 303
    assert "还有 3 个站点等着发出" in page.get("/station/updates").text
    county.nodes["county"].updating.publisher.send(county.clock.now())
    assert "已发往全部站点" in page.get("/station/updates").text
    assert ("admin", "update_published") in [(line.who, line.what) for line in county.nodes["county"].store.audit.page()]


def test_what_may_not_be_sent_says_why(county: World, stick_at_county: Path, browse: Callable[[str], Browsing]) -> None:
    (stick_at_county / "broken.yzu").write_bytes(b"not a zip")
    text = browse("admin").get("/station/updates").text
    assert "这不是更新包" in text and 'value="UPAN/broken.yzu"' not in text
    assert browse("admin").post("/station/updates/publish", {"update": "UPAN/gone.yzu"}).status_code == 400


def test_a_village_can_send_nothing(installed: Installed) -> None:
    installed.put(20)
    assert "发给全县" not in installed.admin.get("/station/updates").text
    shutil.copyfile(update_file(installed.county, 20), installed.drive / "new.yzu")
    answer = installed.admin.post("/station/updates/publish", {"update": "UPAN/new.yzu"})
    assert answer.status_code == 400, answer.text
    assert "只有县级站点" in answer.text


def test_an_update_from_the_road_is_told_and_taken(county: World) -> None:
    in_use(county, "village1")
    publisher = county.nodes["county"].updating.publisher
    publisher.publish(update_file(county, 20), "admin")
    publisher.send(county.clock.now())
    county.settle()
    node = county.nodes["village1"]
    node.updating.arrivals.look(county.clock.now())
    node.people.add("technician", "示例管理员", ("admin",), PASSWORD)
    page = Browsing(app_of(node.app).test_client(), "technician", PASSWORD, "")
    text = page.get("/station/updates").text
    assert "新版本已从线路收到" in text and 'value="road">更新到 0.2.0' in text
    assert page.post("/station/updates", {"update": "road"}).status_code == 303
    node.updating.desk.wait()
    assert ("technician", "update_begun") in [(line.who, line.what) for line in node.store.audit.page()]

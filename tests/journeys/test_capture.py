"""A page that was kept though the gate had found something: whoever decides by it sees what the agent saw."""

import pytest

from node.capture.keeping import Side, Wish
from node.casework.letter import read_frame
from node.casework.taken import Taken
from node.errors import QualityError
from node.scanning.shot import Finding, Look, Plan
from tests.journeys.world import World, picture
from tests.node.web.browsing import body_of, logged_in

NOTE = "证件旧了，只能拍成这样"


def test_township_and_county_see_the_marks_that_the_village_kept_a_page_with(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    village, agent = world.nodes["village1"], world.person("agent1")
    capture, number = village.counter.capture, world.filled().line.case_number
    found = (Finding("glare", {}), Finding("from_a_newer_station", {}))
    monkeypatch.setattr(capture.tray, "_look", lambda picture, wanted, quick: Look(360, 240, (), 0.0, found, None))
    shot = capture.tray.take(agent, number, "mat_bank", "camera", picture("bank card", (360, 240))).record.shot
    wish = Wish(Side(shot, Plan()), page=1)
    with pytest.raises(QualityError):
        capture.keeping.keep(agent, number, wish)
    capture.keeping.keep(agent, number, Wish(wish.front, page=1, note=NOTE, anyway=True))
    taken = Taken("camera", ("glare", "from_a_newer_station"), NOTE)
    world.act("agent1", number, "submitted")
    world.settle()
    for name in ("reviewer", "approver"):
        if name == "approver":
            world.act("reviewer", number, "accepted")
            world.act("reviewer", number, "forwarded")
            world.settle()
        pages = world.node_of(name).desk.case(world.person(name), number).attachments
        assert [one.taken for one in pages if one.material == "mat_bank"] == [taken]
        assert {one.taken for one in pages if one.material != "mat_bank"} == {None}
        browsing = logged_in(world, name)
        page = browsing.get(f"/cases/{number}").text
        assert "反光" in page and "from_a_newer_station" in page and NOTE in page
        (told,) = (one["taken"] for one in body_of(browsing.api("GET", f"/cases/{number}"))["materials"] if one["taken"])
        assert told["quality"] == list(taken.quality) and told["note"] == NOTE and told["messages"][1] == "from_a_newer_station"
        assert body_of(browsing.api("GET", f"/cases/{number}/shots"))["code"] == "role"


def test_a_village_that_stands_in_for_another_finds_the_marks_in_the_letter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    village, agent = world.nodes["village1"], world.person("agent1")
    capture, number = village.counter.capture, world.filled().line.case_number
    monkeypatch.setattr(capture.tray, "_look", lambda picture, wanted, quick: Look(360, 240, (), 0.0, (Finding("dark", {}),), None))
    shot = capture.tray.take(agent, number, "mat_bank", "scanner", picture("bank card", (360, 240))).record.shot
    capture.keeping.keep(agent, number, Wish(Side(shot, Plan()), page=1, note=NOTE, anyway=True))
    world.act("agent1", number, "submitted")
    world.settle()
    world.act("reviewer", number, "returned", reason="银行卡看不清")
    world.settle()
    store = village.store
    with store.transaction():
        store.drafts.delete(number)
        for row in store.materials.list(number):
            store.materials.delete(number, row.material, row.page)
    village.desk.attach(agent, number, "mat_bank", 2, picture("its other side"))
    pages = village.desk.case(agent, number).attachments
    assert [one.page for one in pages if one.material == "mat_bank"] == [1, 2], "what was submitted is there, though nobody had looked yet"
    assert [one.taken for one in pages if one.taken] == [Taken("scanner", ("dark",), NOTE)]
    world.act("agent1", number, "submitted")
    last = read_frame(store.letters.of_case(number)[-1].frame, village.station.suite.digest).letter
    assert [one.taken for one in last.enclosures if one.taken] == [Taken("scanner", ("dark",), NOTE)]

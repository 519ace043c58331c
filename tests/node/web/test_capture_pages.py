"""The scanning page without a browser: what each slot wants and has, what works without JavaScript, and who gets the camera."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from forms.capture import Want, want_of_material
from forms.schema import Material
from node.casework.taken import Taken
from node.casework.views import Attachment
from node.web.capture.slots import ScanSlot, first_of, next_after, ways_there
from node.web.materials import Slot
from tests.journeys.world import World, picture
from tests.node.paperwork.conftest import Villages
from tests.node.scanning import files
from tests.node.web.browsing import Browsing, body_of, logged_in


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[World]:
    """One village; every test has a draft of its own."""
    world = Villages(tmp_path_factory.mktemp("scanpages") / "village", founded_county, "village1")
    yield world
    world.close()


@pytest.fixture
def agent(village: World) -> Browsing:
    return logged_in(village, "agent1")


@pytest.fixture
def number(agent: Browsing) -> str:
    """A fresh draft."""
    return str(body_of(agent.api("POST", "/cases", {"item": "gaoling"}))["case_number"])


def page_of(number: int, taken: Taken | None = None) -> Attachment:
    return Attachment("m", number, "sm3:00", "sm3:00", 1000, "image/jpeg", True, True, taken)


def slot_of(*pages: Attachment, missing: bool = False, marked: bool = False, single: bool = False, slot_id: str = "m") -> Slot:
    return Slot(slot_id, "材料", "", "always", single, pages, ("缺",) if missing else (), ("重拍",) if marked else ())


SHEETS = Want("pages", "a4")
BOOKLET = want_of_material(Material("m", "居民户口簿", "原件", "always", "none", ""))
CARD = want_of_material(Material("m", "居民身份证", "原件", "always", "none", "", capture="高拍正反面"))


@pytest.mark.parametrize(
    ("slot", "want", "state", "is_wanted", "left"),
    [
        (slot_of(missing=True), SHEETS, "lacks", True, ()),
        (slot_of(), SHEETS, "may", False, ()),
        (slot_of(page_of(1)), SHEETS, "has", False, ()),
        (slot_of(page_of(1), marked=True), SHEETS, "marked", True, ()),
        (slot_of(page_of(1, Taken("camera", ("glare",), "只有这一张"))), SHEETS, "heed", False, ()),
        (slot_of(missing=True), BOOKLET, "lacks", True, ("首页", "本人页")),
        (slot_of(page_of(1)), BOOKLET, "has", True, ("本人页",)),
        (slot_of(page_of(1), page_of(2)), BOOKLET, "has", False, ()),
        (slot_of(missing=True), CARD, "lacks", True, ("正面", "反面")),
        (slot_of(page_of(1)), CARD, "has", False, ()),
    ],
    ids=["empty", "optional", "full", "marked", "warned", "booklet0", "booklet1", "booklet2", "card0", "card1"],
)
def test_a_slot_says_what_it_has_and_what_it_still_wants(
    slot: Slot, want: Want, state: str, is_wanted: bool, left: tuple[str, ...]
) -> None:
    one = ScanSlot(slot, want)
    assert (one.state, one.is_wanted, one.parts_left) == (state, is_wanted, left)


def test_one_goes_on_to_the_next_slot_that_wants_something_round_and_never_to_the_same() -> None:
    slots = tuple(
        ScanSlot(slot_of(*pages, missing=not pages, slot_id=name), SHEETS) for name, *pages in (("a",), ("b", page_of(1)), ("c",))
    )
    assert (first_of(slots), next_after(slots, 0), next_after(slots, 2)) == (slots[0], slots[2], slots[0])
    assert next_after(slots[:2], 0) is None and first_of(()) is None and first_of(slots[1:2]) == slots[1]


def test_pages_are_called_by_the_parts_that_the_slot_asks_for() -> None:
    booklet, card = ScanSlot(slot_of(), BOOKLET), ScanSlot(slot_of(), CARD)
    assert [booklet.part_of(page) for page in (1, 2, 3)] == ["首页", "本人页", ""]
    assert card.part_of(1) == "" and card.is_one and "反面" in card.wants


def test_another_way_is_offered_only_where_the_station_has_its_page() -> None:
    one = ScanSlot(slot_of(), SHEETS)
    assert ways_there(["/cases/<number>/phone/<material>"], one, "7") == {"phone": "/cases/7/phone/m"}
    assert ways_there(["/cases/<number>"], one, "7") == {}


def test_scanning_begins_at_the_first_slot_that_lacks_something(village: World, agent: Browsing, number: str) -> None:
    begun = agent.get(f"/cases/{number}/scan")
    assert (begun.status_code, begun.headers["Location"]) == (303, f"/cases/{number}/scan/photo")
    page = agent.get(f"/cases/{number}/scan/photo")
    assert 'data-ratio="0.71' in page.text and re.search(r"\d+×\d+ 点", page.text)
    village.nodes["village1"].desk.attach(village.person("agent1"), number, "photo", 1, picture("face", (300, 400)))
    assert agent.get(f"/cases/{number}/scan").headers["Location"].endswith("/scan/sign_image")


def test_only_the_scanning_page_is_given_the_camera(agent: Browsing, number: str) -> None:
    policies = [agent.get(f"/cases/{number}/{path}").headers["Permissions-Policy"] for path in ("scan/mat_id", "materials")]
    assert "camera=(self)" in policies[0] and "camera=()" in policies[1]
    assert all("microphone=()" in one for one in policies)


def test_the_list_says_what_each_slot_wants_has_and_what_waits(agent: Browsing, number: str) -> None:
    taken = agent.api("PUT", f"/cases/{number}/shots?material=mat_bank&source=phone", data=picture("wait", (300, 200)))
    assert taken.status_code == 201
    page = agent.get(f"/cases/{number}/scan/mat_id").text
    assert "要：正面和反面，放在一页上" in page and "要：首页、本人页" in page and "待处理 1 张" in page
    assert page.count('aria-current="true"') == 1 and 'data-kind="card"' in page
    assert f'href="/cases/{number}/scan/mat_id"' in agent.get(f"/cases/{number}/materials").text
    assert f'href="/cases/{number}/scan"' in agent.get(f"/cases/{number}/fill/1").text


def test_files_are_added_and_pages_put_in_order_without_javascript(village: World, agent: Browsing, number: str) -> None:
    place = f"/cases/{number}/scan/mat_hukou"
    for page in (1, 2):
        data = (BytesIO(picture(f"page {page}")), "a.jpg")
        assert agent.post(place, {"page": str(page), "file": data}).status_code == 303
    before = digests(village, number)
    text = agent.get(place).text
    assert "首页 · " in text and "本人页 · " in text and "前移" in text and "后移" in text
    assert agent.post(f"{place}/order", {"page": "2", "by": "-1"}).status_code == 303
    assert digests(village, number) == before[::-1]
    for named, by in (("1", "-1"), ("2", "1"), ("7", "1"), ("x", "-1")):
        assert agent.post(f"{place}/order", {"page": named, "by": by}).status_code == 303
    assert digests(village, number) == before[::-1], "what is first or last already, or not there, moves nothing"


def test_a_file_that_cannot_be_kept_is_told_on_the_page_and_changes_nothing(village: World, agent: Browsing, number: str) -> None:
    answer = agent.post(f"/cases/{number}/scan/mat_bank", {"page": "1", "file": (BytesIO(b"GIF89a nothing"), "a.gif")})
    assert answer.status_code == 422 and 'role="alert"' in answer.text and "camera=(self)" in answer.headers["Permissions-Policy"]
    assert digests(village, number, "mat_bank") == []


def test_a_slot_that_is_not_there_and_people_who_fill_in_nothing_get_no_page(village: World, agent: Browsing, number: str) -> None:
    assert agent.get(f"/cases/{number}/scan/nothing").status_code == 404
    assert agent.get(f"/cases/{number}/scan/mandate").status_code == 404
    head = logged_in(village, "head1")
    assert head.get(f"/cases/{number}/scan").status_code == head.get(f"/cases/{number}/scan/mat_id").status_code == 403


def test_a_case_that_went_up_is_scanned_for_no_more(village: World, agent: Browsing) -> None:
    number = village.submitted()
    for path in ("scan", "scan/mat_id"):
        assert agent.get(f"/cases/{number}/{path}").headers["Location"] == f"/cases/{number}"


def test_kept_pages_stand_beside_the_fields_in_the_order_of_the_form(village: World, agent: Browsing, number: str) -> None:
    assert "扫描件对照" not in agent.get(f"/cases/{number}/fill/1").text
    desk, person = village.nodes["village1"].desk, village.person("agent1")
    desk.attach(person, number, "mat_bank", 1, files.pdf(2))
    desk.attach(person, number, "mat_id", 1, picture("id"))
    page = agent.get(f"/cases/{number}/fill/2").text
    assert re.findall(r'data-show="([^"]*)"', page) == [f"/cases/{number}/materials/{one}/1/sheets/1" for one in ("mat_id", "mat_bank")]
    assert f'data-sheets="/cases/{number}/materials/mat_bank/1/sheets.json"' in page


def digests(village: World, number: str, material: str = "mat_hukou") -> list[str]:
    rows = village.nodes["village1"].store.materials.list(number)
    return [row.plain_digest for row in sorted(rows, key=lambda row: row.page) if row.material == material]

"""The page 核验: by upload, by case, by QR code; what it says, and that hostile files get an answer in words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from node.documents.marks import mark_text
from node.evidence.codes import OLDER, OTHER, SAME, UNKNOWN, UNREADABLE
from node.web.wording import verification as words
from tests.journeys.world import World
from tests.node.web.browsing import Browsing, body_of, logged_in
from tests.node.web.chromium import DESK, PHONE, is_good, log_in, new_window
from tests.node.web.conftest import listening


@dataclass(frozen=True)
class Settled:
    """A county whose township has a case, and the export of that."""

    world: World
    number: str
    data: bytes

    def browse(self, name: str) -> Browsing:
        return logged_in(self.world, name)


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[Settled]:
    """Made once: nothing here changes it."""
    world = World(tmp_path_factory.mktemp("verify") / "county", founded_county)
    number = world.submitted()
    world.settle()
    yield Settled(world, number, world.nodes["township"].exports.to_bytes(number))
    world.close()


def uploaded(who: Browsing, data: bytes, name: str = "case.zip") -> tuple[int, str]:
    answer = who.post("/verify", file=(BytesIO(data), name), content_type="multipart/form-data")
    return answer.status_code, answer.text


def test_a_file_is_verified_and_each_seal_is_told_with_twelve_steps(settled: Settled) -> None:
    number, data = settled.number, settled.data
    for name in ("agent1", "reviewer", "approver"):
        status, page = uploaded(settled.browse(name), data)
        assert status == 200
        assert "可信。" in page and number in page
        seals = page.count("看十二步核验")
        assert seals == page.count('class="verify"') == 2
        assert page.count("<li><span") == 12 * seals
        assert "由收件站点签过名的回执证明" in page
    assert not re.search(r"1\d{5}(19|20)\d{8}", page.replace(number, "")), "no full identity number"


def test_a_seals_picture_is_shown_and_may_do_nothing(settled: Settled) -> None:
    reviewer = settled.browse("reviewer")
    pictures = re.findall(r"/verify/pictures/[0-9a-f]+", uploaded(reviewer, settled.data)[1])
    assert len(pictures) == 2
    for path in pictures:
        answer = reviewer.get(path)
        assert answer.status_code == 200 and answer.content_type.startswith("image/")
        assert answer.content_type == "image/png" or "sandbox" in answer.headers["Content-Security-Policy"]
    assert reviewer.get("/verify/pictures/00").status_code == 404


def test_a_case_of_this_station_is_verified_where_it_stands(settled: Settled) -> None:
    number = settled.number
    reviewer = settled.browse("reviewer")
    assert f'href="/cases/{number}/verify"' in reviewer.get(f"/cases/{number}").text
    assert "可信。" in reviewer.get(f"/cases/{number}/verify").text
    assert f'href="/cases/{number}/verify"' in settled.browse("agent1").get(f"/cases/{number}").text


@pytest.mark.parametrize(
    "data",
    [b"", b"plain", b"PK\x03\x04rubbish", b"%PDF-1.7\nrubbish", b"\x30\x84\xff\xff\xff\xff", b"\x30\x00", bytes(range(256)) * 40],
    ids=["empty", "text", "zip", "pdf", "length", "sequence", "bytes"],
)
def test_hostile_files_get_an_answer_in_words(settled: Settled, data: bytes) -> None:
    status, page = uploaded(settled.browse("reviewer"), data, "../<script>.zip")
    assert status in (200, 400)
    assert "<script>." not in page
    assert "有问题。" in page if status == 200 else 'role="alert"' in page


def test_a_file_above_the_limit_is_not_read(settled: Settled) -> None:
    status, page = uploaded(settled.browse("reviewer"), bytes((64 << 20) + (1 << 17)))
    assert status == 413 or "太大" in page


def test_the_page_needs_a_login_and_its_forms_a_token(settled: Settled) -> None:
    reviewer = settled.browse("reviewer")
    assert reviewer.client.post("/verify", data={"file": (BytesIO(b"x"), "x")}).status_code == 403
    reviewer.client.delete_cookie("yizhan_13102510500001")
    assert reviewer.get("/verify").status_code == 303


def test_the_text_of_a_printed_code_is_held_against_the_case(settled: Settled) -> None:
    world, number = settled.world, settled.number
    reviewer = settled.browse("reviewer")
    township = world.nodes["township"]
    digest = township.desk.papers.form_to_sign(world.person("reviewer"), number).digest
    package = township.desk.case(world.person("reviewer"), number).package
    good = mark_text(number, "form", package, digest)
    for code, state in (
        ("nonsense", "unreadable"),
        (good.replace(number, "1310251052010126112299990"), "unknown"),
        (good[:-1] + ("0" if good[-1] != "0" else "1"), "other"),
        (good.replace(package.partition(":")[2][:12], "0" * 12), "other"),
        (mark_text(number, "result", package, digest), "unknown"),
        (good, "same"),
        (f"  {good} ", "same"),
    ):
        page = reviewer.post("/verify/code", code=code).text
        assert words.CODES[state] in page
        assert (f'href="/cases/{number}"' in page) == (state in ("same", "other"))
    assert set(words.CODES) == set(words.CODE_TONES) == {SAME, OLDER, OTHER, UNKNOWN, UNREADABLE}


def test_who_may_see_no_case_learns_from_a_made_up_code_not_which_cases_there_are(settled: Settled) -> None:
    township, number = settled.world.nodes["township"], settled.number
    view = township.desk.case(settled.world.person("reviewer"), number)
    good = mark_text(number, "form", view.package, township.desk.papers.form_to_sign(settled.world.person("reviewer"), number).digest)
    made_up = f"{number} form 000000000000 {good.split()[-1][:-4]}0000"
    for name, state in (("reviewer", OTHER), ("townadmin", UNKNOWN)):
        who = settled.browse(name)
        page = who.post("/verify/code", code=made_up).text
        assert words.CODES[state] in page and words.CODES[SAME] in who.post("/verify/code", code=good).text


def test_a_bare_case_number_leads_to_the_case_and_proves_nothing(settled: Settled) -> None:
    reviewer = settled.browse("reviewer")
    page = reviewer.post("/verify/code", code=f" {settled.number} ").text
    assert words.NUMBER_ONLY in page and f'href="/cases/{settled.number}"' in page
    page = reviewer.post("/verify/code", code="1310251052010126112299990").text
    assert words.NUMBER_UNKNOWN in page and 'href="/cases/13' not in page


def test_the_api_says_the_same_as_the_page(settled: Settled) -> None:
    number, data = settled.number, settled.data
    reviewer = settled.browse("reviewer")
    found = body_of(reviewer.api("POST", "/verify?file=case.zip", data=data))
    assert (found["verdict"], found["file"], found["case"]) == ("valid", "case.zip", number)
    assert found["message"].startswith("可信：")
    assert [len(seal["steps"]) for seal in found["seals"]] == [12, 12]
    assert all(step["message"] for seal in found["seals"] for step in seal["steps"])
    assert body_of(reviewer.api("GET", f"/cases/{number}/verify"))["verdict"] == "valid"
    refused = reviewer.api("POST", "/verify", data=b"plain")
    assert (refused.status_code, body_of(refused)["code"]) == (400, "verify_unknown_kind")
    broken = body_of(reviewer.api("POST", "/verify", data=data.replace(b"enclosures/", b"enclosurez/")))
    assert broken["verdict"] == "invalid" and broken["problems"][0]["message"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_file_is_picked_in_chromium_and_the_finding_read(
    settled: Settled, browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    world, data = settled.world, settled.data
    complaints: list[str] = []
    file = tmp_path / "case.zip"
    file.write_bytes(data)
    with listening(world.nodes["township"]) as place:
        page = log_in(new_window(browser, place, size, complaints), "reviewer")
        page.goto("/verify")
        is_good(page)
        page.set_input_files("#file", str(file))
        page.get_by_role("button", name="开始核验").click()
        page.get_by_role("heading", name="核验结果").wait_for()
        page.get_by_text("看十二步核验").first.click()
        assert page.get_by_text("有权用这枚章").first.is_visible()
        assert page.evaluate("[...document.querySelectorAll('img.stamp')].every(one => one.naturalWidth > 0)")
        is_good(page)
    assert complaints == []

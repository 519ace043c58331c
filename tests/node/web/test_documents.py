"""Documents of a case by pages and API: which there are, as PDF and OFD, with seals or without."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import ofdkit
import pypdfium2
import pytest

from node.documents.carried import carried
from node.documents.desk import PRINT
from node.documents.sealing import Documents, Prepared
from node.evidence.grounds import Dated
from node.evidence.standing import FAULTY, KEPT, SEALED, UNVERIFIED, Standing, StationGrounds
from node.seals.cabinet import OpenSeal
from node.seals.status import StatusBook
from node.staff.keyring import OpenKey
from node.web.wording import documents as words
from signing.cms import parse_cms
from signing.packages import write_package
from tests.fakes import SetClock
from tests.journeys.world import World, picture
from tests.node.web.browsing import Browsing, body_of, logged_in

ITEM = "small_catering"
ID_NO = "131025199202172184"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, founded_county: Path) -> Iterator[tuple[World, str]]:
    """A county whose acts seal documents, and a case that went all the way."""
    world = World(tmp_path_factory.mktemp("documents") / "county", founded_county, documents=True)
    number = world.submitted(ITEM)
    world.settle()
    world.approve(number)
    yield world, number
    world.close()


def text_of(pdf: bytes) -> str:
    """All text of a PDF."""
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)).replace("\r\n", "")


def looks(world: World, name: str, number: str) -> int:
    """How often somebody's looking at whole numbers of the case is in the log."""
    entries = world.node_of(name).store.audit.page(limit=500)
    return sum(1 for one in entries if (one.what, one.who, one.about) == ("revealed", name, number))


def test_every_document_of_a_decided_case_is_listed_and_opens_as_pdf_and_ofd(sealed: tuple[World, str]) -> None:
    world, number = sealed
    person = logged_in(world, "approver")
    listed = body_of(person.api("GET", f"/cases/{number}/documents"))["documents"]
    sealed_here = {"form": True, "receipt": False, "acceptance": True, "result": True, "certificate": True}
    assert {one["kind"]: one["sealed"] for one in listed} == sealed_here
    for one in listed:
        pdf = person.api("GET", f"/cases/{number}/documents/{one['kind']}")
        ofd = person.api("GET", f"/cases/{number}/documents/{one['kind']}?format=ofd")
        assert (pdf.content_type, ofd.content_type) == ("application/pdf", "application/ofd")
        assert number in text_of(pdf.data) and number in ofdkit.extract_text(ofd.data), one
        assert (b"/Type/Sig" in pdf.data.replace(b" ", b"")) == one["sealed"]
        assert person.get(f"/cases/{number}/documents/{one['kind']}.pdf").data == pdf.data


def test_the_certificate_has_its_number_in_the_letter_on_the_page_and_on_paper(sealed: tuple[World, str]) -> None:
    world, number = sealed
    agent = logged_in(world, "agent1")
    listed = body_of(agent.api("GET", f"/cases/{number}/documents"))["documents"]
    given = next(one["number"] for one in listed if one["kind"] == "certificate")
    result = body_of(agent.api("GET", f"/cases/{number}"))["result"]
    assert result["certificate"]["id"] == given and re.fullmatch(r"1\.2\.156\.3005\.2\.11131025999000005J000\..*", given)
    page = agent.get(f"/cases/{number}").text
    assert given in page and "有电子印章" in page and "打印件，无电子印章" in page
    assert given in text_of(agent.get(f"/cases/{number}/documents/certificate.pdf").data)


def test_no_address_and_no_name_of_a_file_says_anything_of_a_person(sealed: tuple[World, str]) -> None:
    world, number = sealed
    agent = logged_in(world, "agent1")
    answer = agent.get(f"/cases/{number}/documents/form.ofd")
    assert (
        answer.headers["Content-Disposition"] == "attachment; filename=form.ofd" and answer.headers["Cache-Control"] == "private, no-store"
    )
    links = re.findall(r'href="(/cases/[^"]*/documents/[^"]*)"', agent.get(f"/cases/{number}").text)
    assert len(links) == 15 and all(re.fullmatch(rf"/cases/{number}/documents/[a-z]+\.(pdf|ofd)", one) for one in links)


def test_who_opens_the_sealed_form_of_a_case_in_other_hands_is_in_the_log(sealed: tuple[World, str]) -> None:
    world, number = sealed
    before = looks(world, "reviewer", number)
    reviewer = logged_in(world, "reviewer")
    assert ID_NO in text_of(reviewer.get(f"/cases/{number}/documents/form.pdf").data)
    assert looks(world, "reviewer", number) == before + 1
    assert ID_NO not in text_of(reviewer.get(f"/cases/{number}/documents/result.pdf").data)
    assert looks(world, "reviewer", number) == before + 1


def test_a_print_hides_whole_numbers_from_who_does_not_hold_the_case(county: World) -> None:
    number = county.submitted(ITEM)
    county.settle()
    agent, reviewer = logged_in(county, "agent1"), logged_in(county, "reviewer")
    assert ID_NO in text_of(reviewer.get(f"/cases/{number}/documents/form.pdf").data), "who holds it"
    said = text_of(agent.get(f"/cases/{number}/documents/form.pdf").data)
    assert ID_NO not in said and "131025********2184" in said
    assert "sealed" in body_of(agent.api("GET", f"/cases/{number}/documents"))["documents"][0]
    assert [one["kind"] for one in body_of(agent.api("GET", f"/cases/{number}/documents"))["documents"]] == ["form", "receipt"]


def test_a_notice_of_acceptance_without_seals_counts_the_pages_that_had_come_by_then(county: World) -> None:
    number, agent = county.submitted(ITEM), county.person("agent1")
    county.settle()
    county.act("reviewer", number, "accepted")
    county.settle()
    here = logged_in(county, "agent1")
    assert f"/cases/{number}/documents/acceptance.pdf" in here.get(f"/cases/{number}").text
    said = text_of(here.get(f"/cases/{number}/documents/acceptance.pdf").data)
    desk = county.nodes["village1"].desk
    came = desk.case(agent, number).attachments
    assert f"申请材料：{len(came)}页。" in said and states_for(county, "agent1", number)["acceptance"] == "print"
    desk.attach(agent, number, came[0].material, 2, picture("second page"))
    county.act("agent1", number, "supplement", text="户口簿第二页")
    assert len(desk.case(agent, number).attachments) == len(came) + 1
    assert text_of(here.get(f"/cases/{number}/documents/acceptance.pdf").data) == said


def test_while_a_returned_case_is_put_right_its_form_is_the_new_one(sealed: tuple[World, str]) -> None:
    world, _number = sealed
    number = world.submitted(ITEM)
    world.settle()
    world.act("reviewer", number, "returned", reason="请补正")
    world.settle()
    agent = logged_in(world, "agent1")
    version = body_of(agent.api("GET", f"/cases/{number}"))["version"]
    agent.api("PATCH", f"/cases/{number}/answers", {"version": version, "answers": {"name": "示例新名"}})
    assert "示例新名" in text_of(agent.get(f"/cases/{number}/documents/form.pdf").data)
    listed = {one["kind"]: one["sealed"] for one in body_of(agent.api("GET", f"/cases/{number}/documents"))["documents"]}
    assert listed == {"form": False, "receipt": False, "notice": False}


@pytest.mark.parametrize("kind", ["acceptance", "result", "certificate", "notice", "nothing", "form.exe"])
def test_what_is_not_there_is_not_found(sealed: tuple[World, str], kind: str) -> None:
    world, _number = sealed
    draft = world.filled().line.case_number
    agent: Browsing = logged_in(world, "agent1")
    assert agent.api("GET", f"/cases/{draft}/documents/{kind}").status_code == 404
    assert agent.api("GET", f"/cases/{draft}/documents/form?format=doc").status_code == 404


def test_a_name_that_no_font_has_is_told_with_its_characters(sealed: tuple[World, str]) -> None:
    world, _number = sealed
    case = world.filled(ITEM)
    agent = logged_in(world, "agent1")
    number = case.line.case_number
    agent.api("PATCH", f"/cases/{number}/answers", {"version": case.version, "answers": {"name": "示例𬱖"}})
    for answer in (agent.api("GET", f"/cases/{number}/documents/form"), agent.get(f"/cases/{number}/documents/form.pdf")):
        assert answer.status_code == 400 and "字库里没有这些字：𬱖" in answer.text


class Breaker(Documents):
    """The program of a village that spoils the form's signature for ordinary readers after sealing."""

    def seal(self, prepared: Prepared, persons: Sequence[OpenKey], unit: OpenSeal, at: datetime) -> bytes:
        parts = carried(super().seal(prepared, persons, unit, at))
        pdf, begins = parts["form.pdf"], parts["form.pdf"].rindex(b"/Contents<") + len(b"/Contents<")
        digits = bytes.fromhex(pdf[begins : pdf.index(b">", begins)].decode())
        cms = parse_cms(digits[: int.from_bytes(digits[2:4], "big") + 4])
        spoilt = digits.replace(cms.signature, cms.signature[:-1] + bytes((cms.signature[-1] ^ 1,)), 1).hex().encode()
        return write_package({**parts, "form.pdf": pdf[:begins] + spoilt + pdf[begins + len(spoilt) :]}, packed=True)


def states_for(world: World, login: str, number: str) -> dict[str, str]:
    """How somebody is told that each document stands."""
    listed = body_of(logged_in(world, login).api("GET", f"/cases/{number}/documents"))["documents"]
    assert all(one["sealed"] == (one["state"] == "sealed") for one in listed)
    return {one["kind"]: one["state"] for one in listed}


def test_a_document_is_called_sealed_only_where_its_seals_were_judged_and_stand(sealed: tuple[World, str]) -> None:
    world, decided = sealed
    for login in ("agent1", "reviewer", "approver"):
        states = states_for(world, login, decided)
        assert states.pop("receipt") == "print"
        assert states == dict.fromkeys(("form", "acceptance", "result", "certificate"), "sealed")
    number = world.submitted(ITEM)
    assert states_for(world, "agent1", number)["form"] == "sealed"  # though nobody else has received it yet


def test_a_document_with_a_seal_that_does_not_stand_says_so_and_leads_to_verification(sealed: tuple[World, str]) -> None:
    world, _ = sealed
    program = world.nodes["village1"].sealed
    program.__class__ = Breaker
    try:
        number = world.submitted(ITEM)
    finally:
        program.__class__ = Documents
    world.settle()
    assert states_for(world, "reviewer", number)["form"] == "faulty"
    page = logged_in(world, "reviewer").get(f"/cases/{number}").text
    card = page[page.index('id="documents"') :]
    assert "电子印章有问题" in card and ">有电子印章<" not in card and f'href="/cases/{number}/verify"' in card


def test_every_way_in_which_a_document_can_stand_has_words() -> None:
    assert set(words.STATES) == {PRINT, SEALED, UNVERIFIED, FAULTY} and set(words.ASK) == {UNVERIFIED, FAULTY}


class Asked:
    """No proof of any time, and how often one was asked for."""

    def __init__(self) -> None:
        self.times = 0

    def of(self, part: bytes, at: datetime, hints: Iterable[str]) -> Dated | None:
        self.times += 1
        return None


def test_a_document_is_judged_once_in_a_while_and_not_with_every_page(sealed: tuple[World, str]) -> None:
    world, number = sealed
    node, times, clock = world.nodes["county"], Asked(), SetClock(world.clock.now())
    standing = Standing(
        StationGrounds(node.station, node.store, StatusBook(node.store, node.station.suite, node.station.trust), times, clock)
    )
    files = node.sealed.assemble(number)
    for name, data in files.items():
        assert standing.of(name, data) == "sealed"
    once = times.times
    assert once > 0 and {standing.of(name, data) for name, data in files.items()} == {"sealed"} and times.times == once
    assert standing.of("form.pdf", files["form.pdf"] + b" ") == "faulty"
    clock.move(minutes=KEPT.total_seconds() / 60)
    assert {standing.of(name, data) for name, data in files.items()} == {"sealed"} and times.times == 2 * once

"""Sealed documents from the village to the county and back: the same files at every station, good for us and for other programs."""

import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import ofdkit
import pytest

from node.assemble import Node
from node.casework.contents import Contents
from node.casework.letter import EnclosureEntry, Letter, read_frame
from node.documents import sealing
from node.documents.carried import carried
from node.documents.layout import Layout, QrCode
from node.documents.naming import day_text
from node.documents.sealing import Documents, Prepared
from node.drawing.process import DrawingProcess
from node.paperwork.values import DOCUMENTS
from node.seals.cabinet import OpenSeal
from node.staff.keyring import OpenKey
from node.store.records import CaseRecord
from signing.ofd import read_ofd
from signing.packages import write_package
from signing.pdf import read_pdf
from signing.seal import parse_signature
from tests.journeys.world import World
from tests.node.documents.samples import form_of

KINDS = ("form.pdf", "form.ofd", "acceptance.pdf", "acceptance.ofd", "result.pdf", "result.ofd")
STATIONS = ("village1", "township", "county")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, founded: Callable[[str], Path]) -> Iterator[World]:
    """A county of suite gm whose acts seal documents."""
    made = World(tmp_path_factory.mktemp("documents") / "world", founded("gm"), documents=True)
    yield made
    made.close()


@pytest.fixture(scope="module")
def decided(world: World) -> str:
    """The number of a case that went all the way up and was approved."""
    number = world.submitted()
    world.settle()
    world.approve(number)
    return number


def letters_of(node: Node, number: str) -> list[Letter]:
    """The letters of the case that this station has, as they came."""
    return [read_frame(row.frame, node.station.suite.digest).letter for row in node.store.letters.of_case(number)]


def enclosure(node: Node, number: str, event: str) -> EnclosureEntry | None:
    """The documents that a letter of the case carries."""
    letters = [one for one in letters_of(node, number) if one.kind == event]
    return next((entry for one in letters for entry in one.enclosures if entry.material == DOCUMENTS), None)


def opened(node: Node, number: str, event: str) -> bytes:
    entry = enclosure(node, number, event)
    assert entry is not None
    return Contents(node.station, node.store).open(entry)


def record_of(node: Node, number: str) -> CaseRecord:
    record = node.store.cases.get(number)
    assert record is not None
    return record


def parts(node: Node, number: str, event: str) -> Mapping[str, bytes]:
    return carried(opened(node, number, event))


def of_acceptance(names: Mapping[str, bytes]) -> bool:
    """Whether these parts are a notice of acceptance and nothing else."""
    return {name.partition("/")[0] for name in names} == {"acceptance.pdf", "acceptance.ofd"}


def test_the_village_has_the_sealed_notice_of_acceptance_and_the_decision_does_not_take_its_place(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, village, agent = world.submitted(), world.nodes["village1"], world.person("agent1")
    world.settle()
    township, code, codes = world.nodes["township"], DrawingProcess.qr, list[str]()
    ahead = township.desk.documents_ahead(world.person("reviewer"), number)
    assert ahead is not None and set(ahead.before) == {"form"}, "no number is known before the key is open"

    def noted(drawing: DrawingProcess, text: str) -> QrCode:
        codes.append(text)
        return code(drawing, text)

    monkeypatch.setattr(DrawingProcess, "qr", noted)
    world.act("reviewer", number, "accepted")
    world.settle()
    early = {name: data for name, data in village.sealed.assemble(number).items() if name.startswith("acceptance.")}
    said = text_of(early["acceptance.ofd"]).replace("\n", "")
    accepted = next(one for one in letters_of(village, number) if one.kind == "accepted")
    pages, limits = len(village.desk.case(agent, number).attachments), form_of(accepted.item_id).limits
    assert pages and limits["promised_workdays"]
    for told in ("受理通知书", "示例甲", day_text(accepted.checked_on), f"受理号：{accepted.body['acceptance_number']}。"):
        assert told in said
    assert f"申请材料：{pages}页" in said and f"{limits['promised_workdays']}个工作日" in said
    (revision,) = read_pdf(village.station.suite, early["acceptance.pdf"]).revisions
    seals = [parse_signature(village.station.suite, one.signature).seal.seal_id.split("-")[:2] for one in revision.seals]
    assert seals == [[township.station.station, "person"], [township.station.station, "unit"]]
    (mark,) = (one for one in codes if " acceptance " in one)
    assert village.proving.verification.codes.look(mark).state == "same"
    world.act("reviewer", number, "forwarded")
    world.settle()
    world.act("approver", number, "approved")
    world.settle()
    files = village.sealed.assemble(number)
    assert {name: files[name] for name in early} == early and set(files) == set(KINDS)


def test_every_station_has_the_same_documents(world: World, decided: str) -> None:
    files = [world.nodes[name].sealed.assemble(decided) for name in STATIONS]
    assert set(files[0]) == set(KINDS)
    assert files[0] == files[1] == files[2]
    assert world.nodes["village2"].sealed.assemble(decided) == {}


def test_each_tier_has_put_its_seals_under_the_form_once(world: World, decided: str) -> None:
    node = world.nodes["village1"]
    suite, files = node.station.suite, node.sealed.assemble(decided)
    reading = read_pdf(suite, files["form.pdf"])
    named = [[parse_signature(suite, one.signature).seal.seal_id.split("-")[:2] for one in each.seals] for each in reading.revisions]
    village, township, county = (world.nodes[name].station.station for name in STATIONS)
    assert named == [
        [[village, "person"], [village, "service"]],
        [[township, "person"], [township, "unit"]],
        [[county, "person"], [county, "unit"]],
    ]
    assert [one.cms.code for one in reading.revisions] == ["", "", ""]
    assert all(one.place is not None for each in reading.revisions for one in each.seals)
    signs = read_ofd(suite, files["form.ofd"]).signs
    assert [parse_signature(suite, one.seal.signature).seal.seal_id.split("-")[:2] for one in signs] == [
        one for act in named for one in act
    ]
    assert len(read_pdf(suite, files["result.pdf"]).revisions) == 1 and len(read_ofd(suite, files["result.ofd"]).signs) == 2
    assert len(files["form.pdf"]) <= 60_000 and len(files["result.pdf"]) < 30_000


def test_a_letter_carries_only_what_its_act_added(world: World, decided: str) -> None:
    node = world.nodes["county"]
    whole = node.sealed.assemble(decided)["form.pdf"]
    first, second, third = (parts(node, decided, event) for event in ("submitted", "accepted", "approved"))
    assert first["form.pdf"] + second["form.pdf+2"] + third["form.pdf+3"] == whole
    of_form = {name for name in second if not name.startswith(("acceptance.ofd/", "form.ofd/Doc_0/Signs/"))}
    assert of_form == {"form.pdf+2", "acceptance.pdf"}
    assert {name.partition("/")[0] for name in third} == {"form.pdf+3", "form.ofd", "result.pdf", "result.ofd"}
    assert enclosure(node, decided, "forwarded") is None


def test_the_documents_are_no_page_of_the_case(world: World, decided: str) -> None:
    for name in STATIONS:
        view = world.nodes[name].desk.case(world.person("reviewer"), decided)
        assert DOCUMENTS not in {one.material for one in view.attachments}


@pytest.mark.parametrize("name", ["village1", "township", "county"])
def test_documents_ride_behind_all_scans_at_every_station(world: World, decided: str, name: str) -> None:
    node = world.nodes[name]
    for letter in letters_of(node, decided):
        for entry in letter.enclosures:
            known = node.store.enclosures.get(entry.enclosure_id)
            assert known is not None and (known.rank == "late") == (entry.material == DOCUMENTS)


def test_pdfsig_and_another_reader_of_ofd_agree(world: World, decided: str, tmp_path: Path) -> None:
    files = world.nodes["village1"].sealed.assemble(decided)
    for name in ("form", "acceptance", "result"):
        (tmp_path / f"{name}.pdf").write_bytes(files[f"{name}.pdf"])
        done = subprocess.run(["pdfsig", "-nocert", str(tmp_path / f"{name}.pdf")], capture_output=True, check=False, timeout=60, text=True)
        count = 3 if name == "form" else 1
        assert done.stdout.count("Signature Validation: Signature is Valid.") == count == len(re.findall("Signature #", done.stdout))
        (tmp_path / f"{name}.ofd").write_bytes(files[f"{name}.ofd"])
        with ofdkit.open(str(tmp_path / f"{name}.ofd")) as document:
            assert decided in document.text() and "示例甲" in document.text()


@pytest.mark.parametrize("kind", KINDS)
def test_the_station_verifies_its_documents(world: World, decided: str, kind: str) -> None:
    for name in STATIONS:
        node = world.nodes[name]
        found = node.verification.verify(kind, node.sealed.assemble(decided)[kind])
        assert found.problems == () and found.verdict == "valid", (name, found.problems, [one.to_json() for one in found.seals])


class Forger(Documents):
    """The program of a village that seals another form than the one that its letter tells of."""

    def prepare(self, record: CaseRecord, letter: Letter, shown: str = "", *, keep: bool = True) -> Prepared:
        answers = {**letter.body["answers"], "name": "示例乙"}
        return super().prepare(record, replace(letter, body={**letter.body, "answers": answers}), shown + "forged", keep=keep)


def test_a_tier_above_does_not_seal_pages_that_the_letter_does_not_tell(world: World) -> None:
    sealed = world.nodes["village1"].sealed
    sealed.__class__ = Forger
    try:
        number = world.submitted()
    finally:
        sealed.__class__ = Documents
    world.settle()
    township = world.nodes["township"]
    assert "示例乙" in text_of(township.sealed.assemble(number)["form.ofd"])
    accepted = replace(letters_of(township, number)[0], kind="accepted")
    prepared = township.sealed.prepare(record_of(township, number), accepted)
    assert prepared.problems == {"form": "other_pages"} and not prepared
    world.act("reviewer", number, "accepted")
    assert of_acceptance(parts(township, number, "accepted"))


class Vandal(Documents):
    """The program of a village that carries what breaks other programs."""

    def seal(self, prepared: Prepared, persons: Sequence[OpenKey], unit: OpenSeal, at: datetime) -> bytes:
        parts = carried(super().seal(prepared, persons, unit, at))
        parts["form.ofd/Doc_0/Document.xml"] = b"<!DOCTYPE a><a/>"
        return write_package({**parts, "form.pdf": b"%PDF-1.7 /OpenAction"}, packed=True)


def test_what_cannot_be_read_is_given_to_nobody(world: World) -> None:
    sealed = world.nodes["village1"].sealed
    sealed.__class__ = Vandal
    try:
        number = world.submitted()
    finally:
        sealed.__class__ = Documents
    world.settle()
    township = world.nodes["township"]
    assert township.sealed.assemble(number) == {}
    accepted = replace(letters_of(township, number)[0], kind="accepted")
    assert township.sealed.prepare(record_of(township, number), accepted).problems == {"form": "unreadable"}
    world.act("reviewer", number, "accepted")
    assert township.desk.case(world.person("reviewer"), number).line.state == "accepted"


def text_of(ofd: bytes) -> str:
    return ofdkit.open(BytesIO(ofd)).text()  # type: ignore[no-any-return]  # it has no types


def test_a_tier_above_leaves_a_form_alone_that_has_not_come(world: World) -> None:
    number = world.submitted()
    world.settle()
    township = world.nodes["township"]
    entry = enclosure(township, number, "submitted")
    assert entry is not None
    township.store.enclosures.drop_key(entry.enclosure_id)
    assert township.sealed.assemble(number) == {}
    world.act("reviewer", number, "accepted")
    assert of_acceptance(parts(township, number, "accepted"))
    prepared = township.sealed.prepare(record_of(township, number), replace(letters_of(township, number)[0], kind="forwarded"))
    assert prepared.problems == {"form": "not_here"}


def test_a_character_that_no_font_has_is_told_and_stops_nothing(world: World) -> None:
    node, person = world.nodes["village1"], world.person("agent1")
    case = world.filled()
    number, version = case.line.case_number, case.version
    assert version is not None
    node.desk.save_answers(person, number, version, {**case.answers, "live_addr": "示例村𬱖巷一号"})
    world.act("agent1", number, "submitted")
    assert enclosure(node, number, "submitted") is None and node.sealed.assemble(number) == {}
    prepared = node.sealed.prepare(record_of(node, number), letters_of(node, number)[0], "once more")
    assert prepared.problems == {"form": "glyph"} and prepared.characters == "𬱖" and not prepared


def test_pages_that_were_shown_are_not_drawn_again(world: World, decided: str) -> None:
    node = world.nodes["village1"]
    record, letter = record_of(node, decided), letters_of(node, decided)[0]
    once = node.sealed.prepare(record, letter, "seen")
    again = node.sealed.prepare(record, letter, "seen")
    assert once.before["form"].pdf is again.before["form"].pdf
    assert node.sealed.prepare(record, letter, "other").before["form"].pdf is not once.before["form"].pdf


def test_an_act_uses_up_what_its_page_made_and_pushes_nobody_elses_out(world: World, decided: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_REMEMBERED", 1)
    node = world.nodes["village1"]
    record, letter = record_of(node, decided), letters_of(node, decided)[0]

    def form(shown: str, *, keep: bool) -> bytes:
        return node.sealed.prepare(record, letter, shown, keep=keep).before["form"].pdf

    seen = form("a page", keep=True)
    form("an act whose page is forgotten", keep=False)
    assert form("a page", keep=True) is seen
    assert form("a page", keep=False) is seen
    assert form("a page", keep=True) is not seen


def test_others_write_while_an_act_has_its_documents_drawn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the API, without the check page: the drawing takes its time, and nobody waits for it but the one who acts."""
    node, draw, opened_meanwhile = world.nodes["village1"], DrawingProcess.render_pdf, list[str]()
    open_case = partial(node.desk.open_case, world.person("agent1"), "gaoling")

    def slowly(drawing: DrawingProcess, layout: Layout) -> bytes:
        other = threading.Thread(target=lambda: opened_meanwhile.append(open_case().line.case_number))
        other.start()
        other.join(20)
        assert opened_meanwhile
        return draw(drawing, layout)

    number = world.filled().line.case_number
    monkeypatch.setattr(DrawingProcess, "render_pdf", slowly)
    world.act("agent1", number, "submitted")
    assert enclosure(node, number, "submitted") is not None and node.store.cases.get(opened_meanwhile[0]) is not None


def test_in_suite_p256_the_organs_own_key_signs_for_everybody(tmp_path: Path, founded: Callable[[str], Path]) -> None:
    made = World(tmp_path / "world", founded("p256"), documents=True)
    try:
        number = made.submitted()
        made.settle()
        made.approve(number)
        node = made.nodes["village1"]
        files = node.sealed.assemble(number)
        for revision in read_pdf(node.station.suite, files["form.pdf"]).revisions:
            unit = parse_signature(node.station.suite, revision.seals[-1].signature)
            assert revision.cms.code == "" and revision.cms.signer.der == unit.signer.der
            assert [one.usage for one in revision.cms.chain] == ["authority"]
        assert {node.verification.verify(name, data).verdict for name, data in files.items()} == {"valid"}
        assert len(files["form.pdf"]) <= 60_000
        (tmp_path / "form.pdf").write_bytes(files["form.pdf"])
        done = subprocess.run(["pdfsig", "-nocert", str(tmp_path / "form.pdf")], capture_output=True, check=False, timeout=60, text=True)
        assert done.stdout.count("Signature is Valid.") == 3
    finally:
        made.close()

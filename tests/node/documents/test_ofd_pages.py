"""OFD files of a layout, read back by a program of somebody else."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import ofdkit

from node.documents.facts import SignaturePicture
from node.documents.form import form_layout
from node.documents.ofd_pages import ofd_files
from node.scanning.qr import qr_code
from signing.ofd import new_ofd
from tests.node.documents.samples import NAMES, NUMBER, paper_of
from tests.node.scanning.files import encoded, picture

QR = qr_code(NUMBER)


def test_the_text_title_and_pages_are_read_back() -> None:
    layout = form_layout(paper_of("homestead", f"示例{NAMES}"), QR)
    with ofdkit.open(new_ofd(ofd_files(layout))) as document:
        text = document.text()
        info = document.info
        assert len(document.pages) == len(layout.pages) == 2
    assert info.title == layout.title and info.subject == NUMBER
    for one in (f"示例{NAMES}", "131025199011112170", "家庭成员", NUMBER, "我已看过（或听代办员念过）"):
        assert one in text, one


def test_signs_of_xml_in_an_answer_are_only_signs() -> None:
    paper = paper_of()
    said = "<b>&amp;\"'</b>"
    files = ofd_files(form_layout(replace(paper, answers={**paper.answers, "live_addr": said}), QR))
    assert said in ofdkit.extract_text(new_ofd(files))


def test_a_signature_is_carried_once_and_every_part_is_xml() -> None:
    data = encoded(picture(300, 100))
    files = ofd_files(form_layout(replace(paper_of(), signature=SignaturePicture("image/jpeg", data, 3.0)), QR))
    assert [name for name, part in files.items() if part == data] == ["Doc_0/Res/picture_2.jpg"]
    things = [one for name, part in files.items() if name.endswith("Content.xml") for one in ET.fromstring(part).iter()]
    ids = [one.get("ID") for one in things if one.get("ID")]
    assert len(ids) == len(set(ids)) > 50


def test_the_same_layout_gives_the_same_files() -> None:
    assert ofd_files(form_layout(paper_of(), QR)) == ofd_files(form_layout(paper_of(), QR))

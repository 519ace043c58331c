"""The child that draws: what comes out of it, and that the node itself stays light."""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from node.documents.facts import SignaturePicture
from node.documents.form import form_layout
from node.documents.layout import QrCode
from node.documents.notices import slip_layout
from node.documents.result import result_layout
from node.drawing.fonts import lacking
from node.drawing.process import DrawingProcess
from node.drawing.specs import person_spec, unit_spec
from node.errors import DrawingError, GlyphError
from node.scanning.qr import qr_code
from node.slips import Slip
from tests.node.documents.samples import NAMES, NUMBER, decision_of, paper_of
from tests.node.scanning.files import encoded, picture

QR: QrCode = qr_code(NUMBER)
NEVER_ANSWERS = (sys.executable, "-c", "import sys; sys.stdin.buffer.read()")
DIES = (sys.executable, "-c", "import sys; sys.stdin.buffer.read(4); sys.exit(1)")


def text_of(pdf: bytes) -> str:
    """All text of a PDF, line ends left out."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return "".join(pages).replace("\r", "").replace("\n", "")


def test_a_form_is_a_readable_pdf_with_everyday_given_names(drawing: DrawingProcess) -> None:
    pdf = drawing.render_pdf(form_layout(paper_of("homestead", f"示例{NAMES}"), QR))
    said = text_of(pdf)
    assert f"示例{NAMES}" in said and NUMBER in said and "核对码" in said and "“农村宅基地" in said
    assert len(pypdfium2.PdfDocument(pdf)) == 2


def test_the_same_pages_give_the_same_bytes_and_no_time_is_in_them(drawing: DrawingProcess) -> None:
    layout = form_layout(paper_of(), QR)
    first = drawing.render_pdf(layout)
    drawing.render_pdf(result_layout(decision_of(), QR))
    assert drawing.render_pdf(layout) == first and b"CreationDate" not in first and b"ModDate" not in first


def test_a_character_that_no_font_has_is_named_and_nothing_is_drawn(drawing: DrawingProcess) -> None:
    with pytest.raises(GlyphError) as refused:
        drawing.render_pdf(form_layout(paper_of(applicant="示例𬱖𠅤甲𬱖"), QR))
    assert refused.value.characters == "𬱖𠅤"
    assert lacking(f"Ab 9-“”——…①《》。{NAMES}𬱖\u2603") == "𬱖☃"


def test_a_long_slip_goes_on_to_further_pages_and_a_practice_one_is_marked(drawing: DrawingProcess) -> None:
    slip = Slip("接收回执", "不是受理通知", (("办件编号", NUMBER),), ("一" * 3000,), (("经办人", "示例代办员甲"),), NUMBER, "练习")
    document = drawing.render_pdf(slip_layout(slip, QR, "receipt", NUMBER))
    said = text_of(document)
    assert said.count("一") == 3000 and "经办人：示例代办员甲" in said and said.count("练习") == len(pypdfium2.PdfDocument(document)) > 1


def test_a_printed_code_is_black_modules_on_white(drawing: DrawingProcess) -> None:
    layout = result_layout(decision_of(), drawing.qr(NUMBER))
    assert drawing.qr(NUMBER) == QR
    drawn = pypdfium2.PdfDocument(drawing.render_pdf(layout))[0].render(scale=4).to_pil().convert("L")
    side = 26 / 25.4 * 72 * 4 / QR.size
    left, top = 166 / 25.4 * 72 * 4, 14 / 25.4 * 72 * 4
    dark = {(x + i, y) for x, y, length in QR.runs for i in range(length)}
    for x in range(QR.size):
        for y in range(QR.size):
            assert (drawn.getpixel((left + (x + 0.5) * side, top + (y + 0.5) * side)) < 128) == ((x, y) in dark)


def test_a_signature_from_the_pad_is_drawn_into_the_form(drawing: DrawingProcess) -> None:
    data = encoded(picture(300, 100))
    pdf = drawing.render_pdf(form_layout(replace(paper_of(), signature=SignaturePicture("image/jpeg", data, 3.0)), QR))
    assert b"/Subtype /Image" in pdf


def test_pictures_of_seals_come_with_their_size(drawing: DrawingProcess) -> None:
    unit, person = drawing.seal_picture(unit_spec("示例镇人民政府", 38)), drawing.seal_picture(person_spec("示例甲"))
    assert (unit.media, unit.width_mm, unit.height_mm, person.width_mm) == ("PNG", 38, 38, 20)
    assert Image.open(BytesIO(unit.data)).size == (224, 224)
    assert drawing.clean_picture(unit.data, 38, 38).width_mm == 38
    with pytest.raises(DrawingError) as refused:
        drawing.clean_picture(b"<svg/>", 38, 38)
    assert refused.value.code == "picture_kind"


@pytest.mark.parametrize(("command", "code"), [(NEVER_ANSWERS, "drawing_slow"), (DIES, "drawing_failed")], ids=["hangs", "dies"])
def test_a_child_that_hangs_or_dies_is_told_of(command: tuple[str, ...], code: str) -> None:
    process = DrawingProcess(timeout_s=0.5, command=command)
    with pytest.raises(DrawingError) as refused:
        process.qr(NUMBER)
    assert refused.value.code == code
    process.close()


def test_the_node_itself_never_loads_what_draws() -> None:
    asked = (
        "import sys, node.drawing.process, node.documents.desk, signing.ofd; "
        "print([name for name in sys.modules if name.split('.')[0] in ('PIL', 'reportlab', 'qrcode', 'pypdfium2')])"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"

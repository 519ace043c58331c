"""Printed slips, and the QR code on them."""

import pypdfium2

from node.scanning.qr import qr_code
from node.slips import QrCode, Slip, slip_pdf

NUMBER = "1310251052010126112200078"
SLIP = Slip("接收回执", "不是受理通知", (("办件编号", NUMBER),), ("一" * 3000,), (("经办人", "示例代办员甲"),), NUMBER)


def test_a_picture_of_a_code_draws_its_dark_modules_on_white() -> None:
    svg = QrCode(9, ((2, 2, 5), (3, 4, 1))).svg()
    assert 'viewBox="0 0 9 9"' in svg and 'fill="#fff"' in svg and 'd="M2 2h5v1h-5zM3 4h1v1h-1z"' in svg


def test_a_slip_is_a_readable_pdf_that_says_what_it_says() -> None:
    document = pypdfium2.PdfDocument(slip_pdf(SLIP, qr_code(NUMBER)))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert all(part in text for part in ("接收回执", "不是受理通知", NUMBER, "经办人:示例代办员甲"))


def test_a_long_slip_goes_on_to_further_pages() -> None:
    document = pypdfium2.PdfDocument(slip_pdf(SLIP, qr_code(NUMBER)))
    whole = "".join(page.get_textpage().get_text_range() for page in document)
    assert len(document) > 1 and whole.count("一") == 3000

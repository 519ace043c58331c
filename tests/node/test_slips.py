"""QR codes and printed slips."""

import pypdfium2

from node.slips import Slip, qr_code, slip_pdf

SLIP = Slip("接收回执", "不是受理通知", (("办件编号", "1310251052010126112200078"),), ("一" * 3000,), "1310251052010126112200078")


def test_a_qr_path_draws_the_modules_of_the_code() -> None:
    code = qr_code("1310251052010126112200078")
    cells = {(x, y) for x, y, length in _runs(code.path) for x in range(x, x + length)}
    corner = {(x, y) for x in range(2, 9) for y in (2, 8)}
    assert corner <= cells and (0, 0) not in cells and max(x for x, _ in cells) < code.size


def test_a_slip_is_a_readable_pdf_that_says_what_it_says() -> None:
    document = pypdfium2.PdfDocument(slip_pdf(SLIP))
    text = document[0].get_textpage().get_text_range()
    assert "接收回执" in text and "不是受理通知" in text and "1310251052010126112200078" in text


def test_a_long_slip_goes_on_to_further_pages() -> None:
    document = pypdfium2.PdfDocument(slip_pdf(SLIP))
    whole = "".join(page.get_textpage().get_text_range() for page in document)
    assert len(document) > 1 and whole.count("一") == 3000


def _runs(path: str) -> list[tuple[int, int, int]]:
    found = []
    for piece in path.split("M")[1:]:
        start, _, rest = piece.partition("h")
        x, y = start.split(" ")
        found.append((int(x), int(y), int(rest.partition("v")[0])))
    return found

"""The layout of a document as values."""

from node.documents.layout import QrCode


def test_a_picture_of_a_code_draws_its_dark_modules_on_white() -> None:
    svg = QrCode(9, ((2, 2, 5), (3, 4, 1))).svg()
    assert 'viewBox="0 0 9 9"' in svg and 'fill="#fff"' in svg and 'd="M2 2h5v1h-5zM3 4h1v1h-1z"' in svg

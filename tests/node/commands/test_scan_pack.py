"""`scan pack`: pictures in, one PDF of pages out."""

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from node.cli import main
from tests.node.scanning.developing.sheets import seen, sheet
from tests.node.scanning.files import encoded


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shots")
    (folder / "page.jpg").write_bytes(
        encoded(seen(sheet((620, 877)), ((90.0, 60.0), (690.0, 70.0), (680.0, 930.0), (80.0, 920.0)), (800, 1000)))
    )
    (folder / "card.jpg").write_bytes(encoded(Image.new("RGB", (856, 540), (200, 220, 230))))
    (folder / "none.jpg").write_bytes(b"MZ" + bytes(99))
    return folder


def sizes_mm(file: Path) -> list[tuple[float, float]]:
    with pypdfium2.PdfDocument(file) as document:
        return [(page.get_width() / 72 * 25.4, page.get_height() / 72 * 25.4) for page in document]


def test_each_picture_becomes_a_page(shots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "pages.pdf"
    assert main(["scan", "pack", str(shots / "page.jpg"), str(shots / "page.jpg"), "--out", str(out), "--colour", "bw"]) == 0
    assert len(sizes_mm(out)) == 2
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == ["第 1 页", "第 2 页"]


def test_the_sides_of_a_card_come_on_one_a4(shots: Path, tmp_path: Path) -> None:
    out = tmp_path / "card.pdf"
    assert main(["scan", "pack", str(shots / "card.jpg"), str(shots / "card.jpg"), "--out", str(out), "--card"]) == 0
    assert sizes_mm(out) == [pytest.approx((210, 297), abs=0.3)]


@pytest.mark.parametrize("name", ["none.jpg", "missing.jpg"])
def test_a_file_that_cannot_be_opened_is_named_and_nothing_is_written(
    shots: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    out = tmp_path / "pages.pdf"
    assert main(["scan", "pack", str(shots / "page.jpg"), str(shots / name), "--out", str(out)]) == 2
    assert name in capsys.readouterr().err and not out.exists()

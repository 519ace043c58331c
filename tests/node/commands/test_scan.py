"""`scan find`: corners for each picture, words for each file that is none; without a station and without OpenCV."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from node.cli import main
from tests.node.scanning.finding.photographs import Quad, as_jpeg, desk, jaccard, with_card

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="module")
def card(folder: Path) -> tuple[Path, Quad]:
    image = desk(1280, 960, (40, 88, 66))
    corners = with_card(image, (620, 500), 700, -6)
    (folder / "card.jpg").write_bytes(as_jpeg(image))
    return folder / "card.jpg", corners


def test_each_picture_has_its_corners_score_and_time(card: tuple[Path, Quad], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "find", str(card[0]), str(card[0]), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["file"] for one in told] == [str(card[0])] * 2
    for one in told:
        assert set(one) == {"file", "corners", "score", "quality", "ms"}
        assert jaccard(one["corners"], card[1]) > 0.98
        assert 0.5 < one["score"] <= 1
        assert one["ms"] > 0


def test_where_no_page_lies_there_are_no_corners(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "desk.jpg").write_bytes(as_jpeg(desk(1280, 960, (150, 104, 62))))
    assert main(["scan", "find", str(folder / "desk.jpg"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)[0]
    assert told["corners"] is None
    assert told["score"] == 0


def test_a_file_that_is_no_picture_is_told_in_words_among_the_others(
    card: tuple[Path, Quad], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "letter.txt").write_text("hello")
    (folder / "broken.jpg").write_bytes(card[0].read_bytes()[:9000])
    names = [str(folder / "nowhere.jpg"), str(folder / "letter.txt"), str(folder / "broken.jpg"), str(card[0])]
    assert main(["scan", "find", *names, "--json"]) == 2
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert [one["corners"] is None for one in told] == [True, True, True, False]
    assert ["文件打不开" in told[0]["error"], "只能上传照片" in told[1]["error"], "已损坏" in told[2]["error"]] == [True] * 3
    assert "error" not in told[3]
    assert err.count("\n") == 3


def test_without_json_a_line_for_each_picture(card: tuple[Path, Quad], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "find", str(card[0])]) == 0
    file, corners, _quality = capsys.readouterr().out.rstrip("\n").split("\t")
    assert file == str(card[0])
    assert jaccard([[float(figure) for figure in corner.split(",")] for corner in corners.split()], card[1]) > 0.98


def test_a_picture_that_lies_on_its_side_is_told_upright(card: tuple[Path, Quad], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    (folder / "aside.jpg").write_bytes(as_jpeg(Image.open(card[0]).transpose(Image.Transpose.ROTATE_270), exif=exif))
    assert main(["scan", "find", str(folder / "aside.jpg"), "--json"]) == 0
    assert jaccard(json.loads(capsys.readouterr().out)[0]["corners"], card[1]) > 0.98


def test_without_opencv_it_says_how_to_install_it_and_gives_no_corners(card: tuple[Path, Quad], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['cv2'] = None\n")
    done = subprocess.run(
        [sys.executable, "run_node.py", "scan", "find", str(card[0]), "--json"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0
    assert json.loads(done.stdout)[0]["corners"] is None
    assert "requirements-scan.txt" in done.stderr

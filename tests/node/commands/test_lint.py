"""`catalogue lint FILE`: a package is looked at without a station."""

import json
from pathlib import Path

import pytest

from node.cli import main
from tests.forms.engines import SHIPPED


def test_a_package_that_may_be_published_passes_with_exit_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue", "lint", str(SHIPPED[0])]) == 0
    assert "检查通过" in capsys.readouterr().out


def test_what_must_be_put_right_is_told_with_its_place_and_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = json.loads(SHIPPED[0].read_bytes())
    package["materials"][0]["name"] = "其他材料"
    file = tmp_path / "item.json"
    file.write_text(json.dumps(package), encoding="utf-8")
    assert main(["catalogue", "lint", str(file)]) == 2
    told = capsys.readouterr().out
    assert "必须改" in told and "“mat_form”" in told and "请写出材料的具体名称" in told

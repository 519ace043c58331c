"""A few good photographs of pages, near overhead and from the hand, with their true corners."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.tools import make_scans
from tests.tools.spoil import Photo

SEED = "63"


def _photographs(folder: Path, profile: str, *kinds: str) -> dict[str, Photo]:
    make_scans.main(["--out", str(folder), "--n", str(len(kinds)), "--seed", SEED, "--profile", profile, "--kinds", ",".join(kinds)])
    told: list[dict[str, Any]] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    photos = {}
    for one in told:
        first, second, third, fourth = ((float(x), float(y)) for x, y in one["corners"])
        with Image.open(folder / one["file"]) as image:
            photos[f"{profile} {one['kind']}"] = Photo(
                image.convert("RGB"), (first, second, third, fourth), (one["page_mm"][0], one["page_mm"][1]), one["kind"]
            )
    return photos


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Photo]:
    """By profile and kind; nobody changes them."""
    near = _photographs(tmp_path_factory.mktemp("doccam"), "doccam", "letter", "form", "idfront")
    return near | _photographs(tmp_path_factory.mktemp("phone"), "phone", "letter", "receipt")

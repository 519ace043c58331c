"""Where files are."""

from pathlib import Path

import pytest

from node.folder import StationFolder


@pytest.mark.parametrize("name", ["", "../root", "a/b", "a.b", "c:x"])
def test_a_key_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        StationFolder(Path("x")).personal_key(name)


def test_all_files_lie_inside_the_folder() -> None:
    folder = StationFolder(Path("x"))
    places = [getattr(folder, name) for name, member in vars(StationFolder).items() if isinstance(member, property)]
    assert len(places) == len(set(places)) >= 11
    assert all(place.is_relative_to("x") for place in [*places, folder.personal_key("person-1a")])

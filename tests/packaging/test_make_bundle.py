"""Choosing packages for systems that are not this one, and the lists of a bundle."""

import hashlib
import json
from pathlib import Path

import pytest

from make_bundle import PLATFORMS, known_files, package_of, pinned, pins_for, wheel_options, write_update
from node.errors import RequestError
from node.upkeep.releases import RELEASE, read_release
from node.upkeep.sources import check_all, opened
from tests.packaging.fake_program import make_stick, pip_wheel

LINUX, ARM, WINDOWS = PLATFORMS


def test_wheels_are_asked_for_by_the_tags_of_the_other_system() -> None:
    assert wheel_options(WINDOWS, "3.13") == [
        "--only-binary", ":all:", "--platform", "win_amd64", "--python-version", "313", "--implementation", "cp",
        "--abi", "cp313", "--abi", "abi3", "--abi", "none",
    ]  # fmt: skip
    assert "manylinux2014_aarch64" in wheel_options(ARM, "3.11")


def test_no_wheel_needs_a_newer_glibc_than_the_oldest_system_has() -> None:
    assert max(int(tag.split("_")[2]) for tag in LINUX.tags if tag.startswith("manylinux_")) == 28


def test_pins_are_those_of_what_lies_there_with_the_program_last() -> None:
    wheels = [
        "flask-3.1.3-py3-none-any.whl",
        "argon2_cffi-25.1.0-py3-none-any.whl",
        "pip-26.3-py3-none-any.whl",
        "colorama-0.4.6-py3-none-any.whl",
    ]
    assert pins_for(wheels, pinned("constraints.txt"), "0.1.0") == (
        "argon2-cffi==25.1.0", "Flask==3.1.3", "colorama==0.4.6 ; sys_platform == 'win32'", "yizhan==0.1.0",
    )  # fmt: skip


def test_every_requirement_of_a_station_can_become_a_pin() -> None:
    wheels = [line.replace("-", "_").replace("==", "-") + "-py3-none-any.whl" for line in pinned("requirements.txt")]
    assert len(pins_for(wheels, pinned("constraints.txt"), "1")) == len(wheels) + 1


def test_names_of_packages_are_compared_as_the_index_does() -> None:
    assert package_of("charset_normalizer-3.5.2-cp311-cp311-win_amd64.whl") == "charset-normalizer"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    make_stick(tmp_path / "usb", pip_wheel(tmp_path), "0.1.0", 1)
    return tmp_path / "usb"


def test_the_list_names_every_file_with_its_digest_and_nothing_that_people_put_there(stick: Path) -> None:
    release = read_release((stick / RELEASE).read_bytes())
    assert {"install.py", "install.sh", "安装.cmd", "先读我.txt", "installer/run.py"} <= {one.name for one in release.files}
    for one in release.files:
        assert hashlib.sha256((stick / one.name).read_bytes()).hexdigest() == one.sha256
    (stick / "invitations" / "a.invitation").write_text("later", encoding="utf-8")
    with opened(stick) as source:
        check_all(source, release, whole=True)
        (stick / "install.sh").unlink()
        with pytest.raises(RequestError, match="update_damaged"):
            check_all(source, release, whole=True)


def test_the_checksums_are_those_that_every_system_reads(stick: Path) -> None:
    lines = (stick / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert f"{hashlib.sha256((stick / RELEASE).read_bytes()).hexdigest()}  {RELEASE}" in lines


def test_an_update_leaves_out_what_the_version_before_has_but_never_the_program(tmp_path: Path, stick: Path) -> None:
    release = read_release((stick / RELEASE).read_bytes())
    known = known_files(stick / RELEASE)
    assert known == {one["name"] for one in json.loads((stick / RELEASE).read_bytes())["files"]}
    write_update(stick, release, tmp_path / "u.yzu", known)
    with opened(tmp_path / "u.yzu") as source:
        assert source.names() == {RELEASE, "wheels/yizhan-0.1.0-py3-none-any.whl"}

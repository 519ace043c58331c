"""Staging an update: what is refused changes nothing; what is taken is a version of its own, made of real environments."""

import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from make_bundle import write_update
from node.errors import RequestError
from node.upkeep.environment import make_environment
from node.upkeep.releases import RELEASE, SIGNATURE, Release, sign_release
from node.upkeep.updates import Updates, installation_of
from node.upkeep.versions import Entry, Staged, Versions
from tests.fakes import SetClock
from tests.packaging.county_station import signing
from tests.packaging.fake_program import make_station, make_stick, pip_wheel

OLD = "0.1.0-10"


@pytest.fixture(scope="module")
def pip_from(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pip_wheel(tmp_path_factory.mktemp("pip"))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, pip_from: Path) -> Path:
    """An installation made once: version 0.1.0, with a package that updates need not bring."""
    place = tmp_path_factory.mktemp("first")
    release = make_stick(place / "stick", pip_from, "0.1.0", 10)
    root = place / "installed"
    make_station(root)
    versions = Versions(root)
    make_environment(versions.folder(OLD), place / "stick" / "wheels", pip_from, pins(release), base=sys.executable)
    versions.use(OLD)
    versions.note(Entry("0.1.0", 10, "2026-11-01T00:00:00Z", "installed"))
    shutil.copyfile(pip_from, versions.pip)
    return root


def pins(release: Release) -> tuple[str, ...]:
    return release.pins


@pytest.fixture
def root(tmp_path: Path, first: Path) -> Path:
    # Copied with its links: an environment's interpreter is one.
    shutil.copytree(first, tmp_path / "installed", symlinks=True)
    return tmp_path / "installed"


@pytest.fixture
def stick(tmp_path: Path, pip_from: Path) -> Callable[..., tuple[Path, Release]]:
    """A signed bundle folder of a version."""

    def make(version: str = "0.2.0", sequence: int = 20, **changes: object) -> tuple[Path, Release]:
        place = tmp_path / f"stick-{sequence}"
        release = replace(make_stick(place, pip_from, version, sequence, schema=2), **changes)  # type: ignore[arg-type]
        (place / RELEASE).write_bytes(release.to_bytes())
        by = signing()
        (place / SIGNATURE).write_bytes(sign_release(release.to_bytes(), by.signer, by.made.trust().path(by.signer.certificate)))
        return place, release

    return make


def updates(root: Path, free: int = 1 << 40, back_up: Callable[[], None] | None = None) -> Updates:
    by = signing()
    return Updates(installation_of(root / "station"), by.suite, by.trust(), SetClock(), free=lambda _: free, back_up=back_up)


def tree(root: Path) -> dict[str, int]:
    return {path.relative_to(root).as_posix(): path.lstat().st_size for path in root.rglob("*")}


def refusal(root: Path, path: Path, **options: object) -> str:
    """The code of the refusal, which must have changed nothing."""
    before = tree(root)
    with pytest.raises(RequestError) as refused:
        updates(root, **options).stage(path)  # type: ignore[arg-type]
    assert tree(root) == before
    return refused.value.code


def test_a_signed_newer_version_is_laid_beside_the_one_in_use(root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    backups: list[str] = []
    place, _ = stick()
    updates(root, back_up=lambda: backups.append("made")).stage(place)
    versions = Versions(root)
    staged = versions.staged()
    assert staged is not None
    assert (staged.name, versions.current(), backups) == ("0.2.0-20", OLD, ["made"])
    made = (versions.folder(staged.name) / "lib").rglob("run_node.py")
    assert 'SCHEMA, NAME = "good", 2' in next(made).read_text(encoding="utf-8").replace("'", '"')


def test_an_update_file_brings_only_what_is_new(tmp_path: Path, root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    place, release = stick()
    file = tmp_path / "u.yzu"
    write_update(place, release, file, frozenset(one.name for one in release.files))
    with zipfile.ZipFile(file) as archive:
        assert [name for name in archive.namelist() if name.endswith(".whl")] == ["wheels/yizhan-0.2.0-py3-none-any.whl"]
    updates(root).stage(file)
    packages = {path.name for path in Versions(root).folder("0.2.0-20").rglob("*.dist-info")}
    assert packages == {"yizhan-0.2.0.dist-info", "sqlcipher3-0.6.4.dist-info"}


def test_the_same_version_built_again_replaces_the_program(root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    place, _ = stick("0.1.0", 11)
    updates(root).stage(place)
    program = next(Versions(root).folder("0.1.0-11").rglob("run_node.py"))
    assert "0.1.0-11" in program.read_text(encoding="utf-8")


@pytest.mark.parametrize("sequence", [9, 10])
def test_a_rollback_is_refused_and_so_is_the_same_again(root: Path, stick: Callable[..., tuple[Path, Release]], sequence: int) -> None:
    assert refusal(root, stick(sequence=sequence)[0]) == "update_older"


def test_a_version_that_was_undone_may_be_tried_again(root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    Versions(root).note(Entry("0.2.0", 20, "2026-11-02T00:00:00Z", "undone", "unhealthy"))
    assert updates(root).check(stick()[0]).sequence == 20


def test_a_version_for_a_later_one_is_refused(root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    assert refusal(root, stick(least="0.1.1")[0]) == "update_least"


def test_a_bundle_without_signature_is_refused(root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    place, _ = stick()
    (place / SIGNATURE).unlink()
    assert refusal(root, place) == "update_unsigned"


def test_a_changed_list_is_refused(root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    place, release = stick()
    (place / RELEASE).write_bytes(replace(release, sequence=99).to_bytes())
    assert refusal(root, place) == "update_signature"


@pytest.mark.parametrize("change", [b"more", b""])
def test_a_changed_package_is_refused(root: Path, stick: Callable[..., tuple[Path, Release]], change: bytes) -> None:
    place, _ = stick()
    wheel = next((place / "wheels").glob("yizhan-*"))
    wheel.write_bytes(wheel.read_bytes() + change if change else b"x")
    assert refusal(root, place) == "update_damaged"


def test_a_package_that_the_list_does_not_name_is_not_looked_at(root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    place, _ = stick()
    wheel = next((place / "wheels").glob("yizhan-*"))
    # A build number would win over the real one.
    shutil.copyfile(place / "install.py", wheel.with_name("yizhan-0.2.0-9-py3-none-any.whl"))
    updates(root).stage(place)
    assert Versions(root).staged() is not None


def test_an_update_without_a_package_for_this_system_is_refused(root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    place, release = stick()
    more = replace(release, pins=("cffi==2.1.1", *release.pins))
    by = signing()
    (place / RELEASE).write_bytes(more.to_bytes())
    (place / SIGNATURE).write_bytes(sign_release(more.to_bytes(), by.signer, by.made.trust().path(by.signer.certificate)))
    assert refusal(root, place) == "update_platform"


def test_too_little_room_is_refused_before_anything_is_written(root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    assert refusal(root, stick()[0], free=1 << 20) == "update_disk"


def test_a_backup_that_fails_stops_the_update(root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    def fail() -> None:
        raise RequestError("disk_full")

    assert refusal(root, stick()[0], back_up=fail) == "disk_full"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip" * 100])
def test_what_is_no_update_file_is_refused(tmp_path: Path, root: Path, data: bytes) -> None:
    (tmp_path / "x.yzu").write_bytes(data)
    assert refusal(root, tmp_path / "x.yzu") == "update_form"


def test_an_update_file_cut_short_is_refused(tmp_path: Path, root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    place, release = stick()
    file = tmp_path / "u.yzu"
    write_update(place, release, file, frozenset())
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert refusal(root, file) == "update_form"


def test_a_second_update_waits_for_the_first(root: Path, stick: Callable[..., tuple[Path, Release]]) -> None:
    Versions(root).stage(Staged("0.2.0-20", "0.2.0", 20))
    assert refusal(root, stick(sequence=21)[0]) == "update_waits"


def test_a_program_that_was_not_installed_is_not_updated(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="update_not_installed"):
        installation_of(tmp_path / "station")

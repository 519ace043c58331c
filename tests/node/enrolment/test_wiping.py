"""Destroying files: overwritten before they go, one that resists keeps none of the others."""

import secrets
from pathlib import Path

import pytest

from node.config import Config, DatabaseSettings, load_config
from node.enrolment.wiping import MARKER, Wiper, check_not_wiped, destroy
from node.errors import NotAllowedError
from node.folder import StationFolder


def test_a_destroyed_files_blocks_hold_nothing_of_it(tmp_path: Path) -> None:
    path, kept = tmp_path / "key", tmp_path / "same-blocks"
    secret = secrets.token_bytes(3000)
    path.write_bytes(secret)
    kept.hardlink_to(path)
    destroy(path)
    assert not path.exists()
    left = kept.read_bytes()
    assert len(left) == len(secret)
    assert not any(left[at : at + 16] == secret[at : at + 16] for at in range(0, 2984, 16))


@pytest.fixture
def folder(places: Path) -> StationFolder:
    return StationFolder(places / "village")


def wiper_of(folder: StationFolder, *, encrypted: bool = True) -> Wiper:
    settings = load_config(folder.root)
    return Wiper(folder, Config(settings.station, database=DatabaseSettings(encrypted=encrypted)))


def test_the_machine_secret_goes_first(folder: StationFolder) -> None:
    gone: list[str] = []
    Wiper(folder, load_config(folder.root), lambda path: gone.append(path.name)).go_on()
    assert gone[0] == "machine.secret"
    assert {"station_sign.key", "station_encrypt.key", "database.box"} <= set(gone)


def test_a_file_that_resists_keeps_none_of_the_others(folder: StationFolder) -> None:
    def stubborn(path: Path) -> None:
        if path.name == "station_encrypt.key":
            raise PermissionError(path.name)
        destroy(path)

    with pytest.raises(PermissionError):
        Wiper(folder, load_config(folder.root), stubborn).go_on()
    assert [path.name for path in folder.keys.iterdir()] == ["station_encrypt.key"]


def test_a_database_in_the_clear_goes_too_and_an_encrypted_one_stays_as_noise(folder: StationFolder) -> None:
    wiper_of(folder).go_on()
    assert folder.database.exists()
    wiper_of(folder, encrypted=False).go_on()
    assert not folder.database.exists()


def test_only_a_marker_says_that_a_station_was_wiped(folder: StationFolder) -> None:
    config = load_config(folder.root)
    check_not_wiped(folder, config)
    assert folder.machine_secret.exists()
    (folder.root / MARKER).write_bytes(b"{}")
    with pytest.raises(NotAllowedError) as refused:
        check_not_wiped(folder, config)
    assert refused.value.code == "station_wiped"
    assert not folder.machine_secret.exists() and list(folder.keys.iterdir()) == []

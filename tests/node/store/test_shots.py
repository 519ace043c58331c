"""Shots: a row with its key, and a file that is there before it and after it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from node.errors import DiskFullError, StoreError
from node.store import Store
from node.store.records.shots import ShotRecord
from tests.node.store.conftest import START, Place, digest
from tests.node.store.samples import CASE

CIPHER = b"as ciphertext" * 999


def kept(store: Store, name: str = "a", case_number: str = CASE, data: bytes = CIPHER) -> ShotRecord:
    file_id = store.shots.write(data + name.encode())
    shot = ShotRecord(
        name, case_number, "id_card", "camera", START, "li", file_id, bytes(range(16)), "sm3:p", 1234, 640, 480,
        {"quality": [], "score": 0.5}, {"corners": [[0.5, 1.0]], "turn": 90},
    )  # fmt: skip
    store.shots.add(shot)
    return shot


def files(place: Place) -> list[Path]:
    return sorted(path for path in (place.folder / "shots").rglob("*") if path.is_file())


def test_what_was_kept_is_there_after_a_restart(place: Place) -> None:
    store = place.open()
    one, other = kept(store), kept(store, "b")
    kept(store, "c", "another case")
    store = place.open()
    assert store.shots.get("a") == one and store.shots.get("nothing") is None
    assert store.shots.of_case(CASE) == [one, other] and store.shots.read(one) == CIPHER + b"a"
    assert set(store.shots.cases()) == {CASE, "another case"} and store.shots.bytes_here() == 3 * 1234
    assert sorted(store.shots.file_ids()) == sorted("sha256:" + path.name for path in files(place))


def test_what_is_removed_goes_with_its_file_and_only_when_that_is_kept(store: Store, place: Place) -> None:
    one, other = kept(store), kept(store, "b")
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.shots.forget(CASE)
        raise ZeroDivisionError
    assert store.shots.of_case(CASE) == [one, other] and len(files(place)) == 2
    store.shots.remove([one])
    assert store.shots.of_case(CASE) == [other] and [path.name for path in files(place)] == [other.file_id.partition(":")[2]]
    store.shots.forget(CASE)
    assert files(place) == [] and store.shots.bytes_here() == 0


def test_a_file_that_no_row_names_goes_when_it_is_old_and_no_other(store: Store, place: Place) -> None:
    one = kept(store)
    stray = store.shots.write(b"nobody names this")
    for path in files(place):
        os.utime(path, (0, START.timestamp()))
    assert store.shots.sweep(START) == 0
    assert store.shots.sweep(START + timedelta(seconds=1)) == 1
    assert store.shots.file(stray) is None and store.shots.file(one.file_id) == CIPHER + b"a"


def test_a_file_that_is_gone_or_changed_is_not_taken_for_the_shot(store: Store, place: Place) -> None:
    one = kept(store)
    files(place)[0].write_bytes(CIPHER)
    with pytest.raises(StoreError):
        store.shots.read(one)
    assert store.shots.file(one.file_id) is None
    store.shots.drop(one.file_id)
    store.shots.drop(one.file_id)
    with pytest.raises(StoreError):
        store.shots.read(one)
    store.shots.drop_rows([one.file_id])
    assert store.shots.of_case(CASE) == []


def test_no_shot_takes_the_last_of_the_disk(place: Place) -> None:
    store = place.open(floor_bytes=1000)
    kept(store)
    place.free = lambda folder: 1000
    store = place.open(floor_bytes=1000)
    with pytest.raises(DiskFullError):
        store.shots.write(b"x")
    assert len(files(place)) == 1


def test_the_id_of_a_shots_file_is_the_digest_of_its_ciphertext(store: Store) -> None:
    assert store.shots.write(b"x") == digest(b"x")

"""Machine marks tell a copied folder, and a disk in another machine, from the station's own place."""

import shutil
from pathlib import Path

import pytest

from node.store import Store, open_store
from node.succession.marks import MachineMarks, network_cards
from signing.algorithms import suite


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "station.db", digest=suite("p256").digest)


def marks(store: Store, secret: Path, *cards: str) -> MachineMarks:
    return MachineMarks(store, secret, lambda: frozenset(cards))


def test_the_first_look_makes_the_marks_and_later_ones_know_the_place(store: Store, tmp_path: Path) -> None:
    secret = tmp_path / "machine.secret"
    secret.write_bytes(b"x" * 32)
    assert not marks(store, secret, "a").are_others()
    assert not marks(store, secret, "a").are_others()


def test_a_copied_secret_is_another_place(store: Store, tmp_path: Path) -> None:
    secret, copy = tmp_path / "machine.secret", tmp_path / "copy.secret"
    secret.write_bytes(b"x" * 32)
    marks(store, secret, "a").remember()
    shutil.copy2(secret, copy)
    assert marks(store, copy, "a").are_others()


@pytest.mark.parametrize(
    ("before", "now", "is_other"),
    [
        (("a", "b"), ("b",), False),
        (("a",), ("a", "c"), False),
        (("a",), ("c",), True),
        (("a",), (), False),
        ((), ("c",), False),
    ],
)
def test_a_disk_in_a_machine_without_any_of_its_network_cards_is_elsewhere(
    store: Store, tmp_path: Path, before: tuple[str, ...], now: tuple[str, ...], is_other: bool
) -> None:
    secret = tmp_path / "machine.secret"
    secret.write_bytes(b"x" * 32)
    marks(store, secret, *before).remember()
    assert marks(store, secret, *now).are_others() is is_other


def test_only_real_network_cards_count_and_only_as_digests(tmp_path: Path) -> None:
    for name, address, is_real in (("eth0", "00:11:22:33:44:55", True), ("br0", "00:11:22:33:44:66", False), ("lo", "", False)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "address").write_text(address + "\n")
        if is_real:
            (tmp_path / name / "device").mkdir()
    (card,) = network_cards(tmp_path)
    assert len(card) == 16
    assert network_cards(tmp_path / "nowhere") == frozenset()

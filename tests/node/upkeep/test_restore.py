"""A station comes back whole, as it was, and knows that it was restored; what is not its own sound backup is refused and leaves nothing."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from node.assemble import Node
from node.errors import ConfigError, RequestError
from node.succession.standing import RESTORED
from node.upkeep.archive import CONTEXT, ArchiveWriter, Header, check_outside, read_header
from node.upkeep.restore import RESTORED_FROM, restore
from signing.canonical import canonical_bytes
from signing.errors import RecoveryCodeError, SigningError
from signing.recovery import new_code
from tests.fakes import SetClock

NOT_CARRIED = {"sessions", "leases", "login_attempts"}


def backed_up(node: Node, path: Path) -> str:
    """Make a backup; its recovery code."""
    code = node.backups.backup.keys.renew("test")
    node.backups.backup.write(path)
    return code


def everything(node: Node) -> dict[str, list[tuple[object, ...]]]:
    with node.store.dump.everything() as tables:
        return {table.name: sorted(table.rows, key=repr) for table in tables}


def small(node: Node, path: Path) -> str:
    """A backup of little more than its settings, so that each byte can be tried; its code."""
    with node.store.transaction():
        for table in ("letters", "certificates", "cases", "drafts", "audit"):
            node.store.dump._connection.run(f"DELETE FROM {table}")
    for scan in node.backups.backup._folder.enclosures.rglob("*"):
        if scan.is_file():
            scan.unlink()
    return backed_up(node, path)


@pytest.mark.parametrize("suite", ["gm", "p256"])
def test_every_row_key_and_scan_is_as_it_was(suite: str, open_village: Callable[..., Node], tmp_path: Path) -> None:
    node = open_village(suite)
    code = backed_up(node, tmp_path / "a.backup")
    report = restore(tmp_path / "a.backup", tmp_path / "back", code, SetClock())
    was = everything(node)
    old, new = tmp_path / f"village-{suite}", tmp_path / "back"
    for path in old.rglob("*"):
        if path.is_file() and not path.name.startswith("yizhan.db"):
            assert (new / path.relative_to(old)).read_bytes() == path.read_bytes()
    node.close()
    back = open_village(place=new)
    now = everything(back)
    assert (report.station, report.missing) == (node.station.station, 0)
    assert report.rows > 0 and len(was["letters"]) == 1 and len(was["drafts"]) == 2
    for name in was.keys() - {"meta", "audit"}:
        assert now[name] == was[name], name
    assert set(was["audit"]) < set(now["audit"])
    added = {"standing": RESTORED, "standing_why": "backup", RESTORED_FROM: report.made_at}
    assert {str(name): value for name, value in now["meta"]} == {str(name): value for name, value in was["meta"]} | added
    assert back.standing.state() == RESTORED
    assert back.store.check() == [] and back.store.audit.first_broken() is None


def test_logins_do_not_come_back(village: Node, open_village: Callable[..., Node], tmp_path: Path) -> None:
    village.store._connection.run("INSERT INTO leases VALUES ('x', 'y', '2026-11-22T01:00:00Z')")
    code = backed_up(village, tmp_path / "a.backup")
    restore(tmp_path / "a.backup", tmp_path / "back", code, SetClock())
    back = open_village(place=tmp_path / "back")
    for table in NOT_CARRIED:
        assert back.store._connection.run(f"SELECT count(*) FROM {table}")[0][0] == 0


def test_the_folder_must_be_empty(village: Node, tmp_path: Path) -> None:
    code = backed_up(village, tmp_path / "a.backup")
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / "mine").write_text("mine")
    with pytest.raises(RequestError, match="restore_not_empty"):
        restore(tmp_path / "a.backup", tmp_path / "back", code, SetClock())
    (tmp_path / "back" / "mine").unlink()
    restore(tmp_path / "a.backup", tmp_path / "back", code, SetClock())
    assert (tmp_path / "back" / "node.toml").is_file()


@pytest.mark.parametrize(("code", "why"), [("nonsense", "form"), (new_code()[:-1] + "?", "form"), (new_code(), "wrong")], ids=range(3))
def test_another_code_opens_nothing(code: str, why: str, village: Node, tmp_path: Path) -> None:
    backed_up(village, tmp_path / "a.backup")
    with pytest.raises(RecoveryCodeError, match=why):
        restore(tmp_path / "a.backup", tmp_path / "back", code, SetClock())
    assert not (tmp_path / "back").exists()


def test_a_new_code_opens_new_backups_and_the_old_one_the_old(village: Node, tmp_path: Path) -> None:
    first = backed_up(village, tmp_path / "first.backup")
    second = backed_up(village, tmp_path / "second.backup")
    restore(tmp_path / "first.backup", tmp_path / "back1", first, SetClock())
    restore(tmp_path / "second.backup", tmp_path / "back2", second, SetClock())
    with pytest.raises(RecoveryCodeError, match="wrong"):
        restore(tmp_path / "first.backup", tmp_path / "back3", second, SetClock())


@pytest.mark.parametrize("suite", ["gm", "p256"])
def test_every_flipped_byte_is_refused_before_anything_is_restored(suite: str, open_village: Callable[..., Node], tmp_path: Path) -> None:
    small(open_village(suite), tmp_path / "a.backup")
    data = (tmp_path / "a.backup").read_bytes()
    changed = tmp_path / "changed"
    changed.write_bytes(data)
    head = len(read_header(changed).to_bytes())
    # The header and the end byte by byte; of the ciphertext between them some: the digest is of all of it.
    places = [*range(head), *range(head, len(data) - 300, 397), *range(len(data) - 300, len(data))]
    with changed.open("r+b", buffering=0) as file:
        for place in places:
            file.seek(place)
            file.write(bytes((data[place] ^ 1,)))
            with pytest.raises((RequestError, SigningError)):
                check_outside(changed)
            file.seek(place)
            file.write(data[place : place + 1])
    check_outside(changed)


def test_a_file_cut_anywhere_or_with_more_behind_it_is_refused(village: Node, tmp_path: Path) -> None:
    small(village, tmp_path / "a.backup")
    data = (tmp_path / "a.backup").read_bytes()
    for length in [*range(0, len(data), 331), *range(len(data) - 40, len(data))]:
        (tmp_path / "cut").write_bytes(data[:length])
        with pytest.raises(RequestError):
            check_outside(tmp_path / "cut")
    (tmp_path / "more").write_bytes(data + b"\n")
    with pytest.raises(RequestError, match="backup_damaged"):
        check_outside(tmp_path / "more")


def test_a_damaged_backup_leaves_no_folder(village: Node, tmp_path: Path) -> None:
    code = backed_up(village, tmp_path / "a.backup")
    data = bytearray((tmp_path / "a.backup").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "a.backup").write_bytes(data)
    with pytest.raises(RequestError, match="backup_damaged"):
        restore(tmp_path / "a.backup", tmp_path / "back", code, SetClock())
    assert not list(tmp_path.glob("back*"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "backup_not_one"),
        (b"yizhan bundle 1\n{}", "backup_not_one"),
        (b"yizhan backup 2\n{}\n", "backup_newer"),
        (CONTEXT, "backup_damaged"),
    ],
)
def test_what_is_no_backup_is_said_to_be_none(data: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(RequestError, match=code):
        restore(tmp_path / "a", tmp_path / "back", new_code(), SetClock())


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="backup_unreadable"):
        restore(tmp_path / "a", tmp_path / "back", new_code(), SetClock())


def forged(node: Node, path: Path, by: Node) -> None:
    """A backup encrypted for the first village's key by somebody who read it off a stolen one, signed by another station."""
    header, key = node.backups.backup._header()
    signer = by.station.signer
    certificates = tuple(one.der for one in by.station.trust.path(signer.certificate))
    header = replace(header, station=by.station.station, signer=signer.certificate.digest, certificates=certificates)
    with path.open("wb") as file:
        archive = ArchiveWriter(file, node.station.suite, header, key)
        archive.record("about", canonical_bytes({"program": "", "schema": 2}))
        archive.finish(signer)


def test_a_backup_of_another_station_under_this_ones_key_is_refused(
    village: Node, open_village: Callable[..., Node], tmp_path: Path, villages: Callable[[str], Path]
) -> None:
    code = backed_up(village, tmp_path / "a.backup")
    shutil.copytree(villages("p256").parent / "village2", tmp_path / "other")
    forged(village, tmp_path / "forged", by=open_village(place=tmp_path / "other"))
    with pytest.raises(RequestError, match="backup_signature"):
        restore(tmp_path / "forged", tmp_path / "back", code, SetClock())
    assert not list(tmp_path.glob("back*"))


def test_a_header_of_a_foreign_suite_opens_nothing(open_village: Callable[..., Node], tmp_path: Path) -> None:
    code = backed_up(open_village("p256"), tmp_path / "a.backup")
    header = replace(read_header(tmp_path / "a.backup"), suite="gm")
    rest = (tmp_path / "a.backup").read_bytes()[len(header.to_bytes()) + 2 :]
    (tmp_path / "b.backup").write_bytes(header.to_bytes() + rest)
    with pytest.raises(SigningError):
        restore(tmp_path / "b.backup", tmp_path / "back", code, SetClock())


def written(node: Node, path: Path, *records: tuple[str, object]) -> str:
    """A backup with any content, signed and sealed as it should be; its code."""
    code = node.backups.backup.keys.renew("test")
    header, key = node.backups.backup._header()
    assert isinstance(header, Header)
    with path.open("wb") as file:
        archive = ArchiveWriter(file, node.station.suite, header, key)
        for kind, value in records:
            archive.record(kind, value if isinstance(value, bytes) else canonical_bytes(value))
        archive.finish(node.station.signer)
    return code


ABOUT = ("about", {"program": "1", "schema": 2})


@pytest.mark.parametrize(
    "records",
    [
        [],
        [ABOUT, ("file", {"path": "../outside", "size": 0})],
        [ABOUT, ("file", {"path": "/etc/x", "size": 0})],
        [ABOUT, ("file", {"path": "keys/..", "size": 0})],
        [ABOUT, ("file", {"path": "enclosures/ab/" + "c" * 64, "size": 0})],
        [ABOUT, ("file", {"path": "node.toml", "size": 9}), ("data", b"ten bytes!")],
        [ABOUT, ("file", {"path": "node.toml", "size": 9}), ("end", {})],
        [ABOUT, ("file", {"path": "node.toml"})],
        [ABOUT, ("file", b"not json")],
    ],
)
def test_even_a_signed_backup_writes_only_what_backups_hold(records: list[tuple[str, object]], village: Node, tmp_path: Path) -> None:
    code = written(village, tmp_path / "a", *records)
    with pytest.raises(RequestError, match="backup_damaged"):
        restore(tmp_path / "a", tmp_path / "back", code, SetClock())
    assert not list(tmp_path.glob("back*")) and not (tmp_path / "outside").exists()


def test_a_backup_of_a_newer_program_asks_for_that_program(village: Node, tmp_path: Path) -> None:
    code = written(village, tmp_path / "a", ("about", {"program": "9", "schema": 99}))
    with pytest.raises(RequestError, match="backup_newer"):
        restore(tmp_path / "a", tmp_path / "back", code, SetClock())


def test_a_backup_without_settings_leaves_nothing(village: Node, tmp_path: Path) -> None:
    code = written(village, tmp_path / "a", ABOUT)
    with pytest.raises(ConfigError):
        restore(tmp_path / "a", tmp_path / "back", code, SetClock())
    assert not list(tmp_path.glob("back*"))


def test_a_scan_that_did_not_come_along_is_asked_for_again(village: Node, open_village: Callable[..., Node], tmp_path: Path) -> None:
    scan = next(path for path in (tmp_path / "village-p256" / "enclosures").rglob("*") if path.is_file())
    scan.unlink()
    code = backed_up(village, tmp_path / "a.backup")
    report = restore(tmp_path / "a.backup", tmp_path / "back", code, SetClock())
    assert report.missing == 1
    back = open_village(place=tmp_path / "back")
    record = back.store.enclosures.get(f"sha256:{scan.name}")
    assert record is not None and record.state == "expected"


def test_one_that_is_stopped_in_the_middle_leaves_nothing(village: Node, tmp_path: Path) -> None:
    code = backed_up(village, tmp_path / "a.backup")

    def stop(_step: str, done: int, _total: int) -> None:
        if done == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "a.backup", tmp_path / "back", code, SetClock(), progress=stop)
    assert not list(tmp_path.glob("back*"))

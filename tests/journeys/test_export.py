"""One exported file checks out on another machine with only the county's root, and nothing that was changed does."""

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from node.errors import NotFoundError, RequestError
from node.evidence.grounds import Grounds
from node.evidence.verification import verify_file
from node.mail.receipts import ReceiptBook
from node.store.records import PendingArrival, RoadMark
from tests.founding import founded_county
from tests.journeys.world import World

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def decided(world: World) -> tuple[World, str]:
    number = world.submitted()
    world.settle()
    world.approve(number, note="准予")
    return world, number


def grounds_of(world: World) -> Grounds:
    return Grounds((world.place / "county" / "root.der").read_bytes(), world.clock.now())


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


@pytest.mark.parametrize("at", ["village1", "township", "county"])
def test_an_export_of_any_station_is_valid_with_the_countys_root(decided: tuple[World, str], tmp_path: Path, at: str) -> None:
    world, number = decided
    path = tmp_path / "case.zip"
    world.nodes[at].exports.write(number, path)
    found = verify_file(path, grounds_of(world))
    assert found.problems == ()
    assert [(one.event, one.tier) for one in found.seals if one.kind == "person"] == [
        ("submitted", "village"),
        ("accepted", "township"),
        ("forwarded", "township"),
        ("approved", "county"),
    ]
    assert {one.kind for one in found.seals} >= {"person", "service", "unit"}
    assert {one.report.verdict for one in found.seals} <= {"valid", "undetermined"}
    assert found.seals[0].report.verdict == "valid"
    assert found.verdict in ("valid", "undetermined")
    shown = found.to_json()
    assert [step["number"] for step in shown["seals"][0]["steps"]] == list(range(1, 13))
    json.dumps(shown)


def test_a_receipt_of_the_letters_own_station_proves_no_time(world: World, tmp_path: Path) -> None:
    number = world.submitted()
    node, early = world.nodes["village1"], world.clock.now() - timedelta(minutes=5)
    letter_id, me = node.store.letters.of_case(number)[0].letter_id, node.station.station
    with node.store.transaction():
        own = ReceiptBook(node.station, node.store).arrived([PendingArrival(letter_id, "admitted", None, ())], early)
        node.store.letters.mark_many([RoadMark(letter_id, me, "arrived", early, "admitted", own.receipt_id)])
    path = tmp_path / "case.zip"
    node.exports.write(number, path)
    with zipfile.ZipFile(path) as archive:
        assert own.data in {archive.read(name) for name in archive.namelist()}
    assert {one.time_proven for one in verify_file(path, grounds_of(world)).seals} == {(None, None)}
    world.settle()
    node.exports.write(number, path)
    (earliest, latest) = verify_file(path, grounds_of(world)).seals[0].time_proven
    assert earliest is None and latest == world.clock.now()


def test_without_the_countys_root_the_verdict_is_undetermined(decided: tuple[World, str], tmp_path: Path) -> None:
    world, number = decided
    path = tmp_path / "case.zip"
    world.nodes["county"].exports.write(number, path)
    assert verify_file(path, Grounds(None, NOW)).verdict == "undetermined"


def test_an_export_under_another_countys_root_is_invalid(
    decided: tuple[World, str], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world, number = decided
    path = tmp_path / "case.zip"
    world.nodes["county"].exports.write(number, path)
    elsewhere = founded_county(tmp_path_factory, "gm", "-elsewhere")
    assert verify_file(path, Grounds((elsewhere / "county" / "root.der").read_bytes(), NOW)).verdict == "invalid"


@pytest.mark.parametrize("part", ["letters/0001", "enclosures/", "package", "seals/0001-1", "receipts/", "certificates/"])
def test_any_part_changed_is_named(decided: tuple[World, str], tmp_path: Path, part: str) -> None:
    world, number = decided
    path = tmp_path / "case.zip"
    world.nodes["county"].exports.write(number, path)

    def change(name: str, data: bytes) -> bytes:
        return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:] if name.startswith(part) else data

    found = verify_file(rewritten(path, tmp_path / "changed.zip", change), grounds_of(world))
    assert found.verdict == "invalid"
    assert any(code == "part" and name.startswith(part) for code, name in found.problems)


def test_a_letter_left_out_breaks_the_chain(decided: tuple[World, str], tmp_path: Path) -> None:
    world, number = decided
    path = tmp_path / "case.zip"
    world.nodes["county"].exports.write(number, path)
    left_out = "letters/0002.letter"

    def change(name: str, data: bytes) -> bytes | None:
        if name == "export.json":
            index = json.loads(data)
            del index["files"][left_out]
            return json.dumps(index).encode()
        return None if name == left_out else data

    found = verify_file(rewritten(path, tmp_path / "changed.zip", change), grounds_of(world))
    assert found.verdict == "invalid"
    assert "chain" in {code for code, _ in found.problems}


def test_a_case_whose_scans_have_not_arrived_is_not_exported_in_part(world: World, tmp_path: Path) -> None:
    number = world.submitted()
    data = world.nodes["village1"].outgoing.due(world.nodes["township"].station.station, 1 << 30)[0].data
    world.nodes["township"].mailroom.take_in([data], world.nodes["village1"].station.station, "bundle")
    path = tmp_path / "case.zip"
    with pytest.raises(NotFoundError):
        world.nodes["township"].exports.write(number, path)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"plain text"])
def test_what_is_no_export_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(RequestError) as refused:
        verify_file(path, Grounds(None, NOW))
    assert refused.value.code == "verify_unknown_kind"


@pytest.mark.parametrize("name", ["../evil.json", "/etc/evil.json", "C:evil.json", "letters/../../x.json"])
def test_a_zip_with_a_dangerous_name_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("export.json", "{}")
        archive.writestr(name, "x")
    with pytest.raises(RequestError):
        verify_file(path, Grounds(None, NOW))

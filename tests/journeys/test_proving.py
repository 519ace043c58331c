"""A decided case with its documents is proven on a machine that has nothing but the county's root, and at a station by what that knows."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from node.evidence.desk import VerificationDesk
from node.evidence.findings import FileFinding
from node.evidence.grounds import Grounds
from node.evidence.verification import verify_data
from tests import founding
from tests.journeys.world import World

DOCUMENTS = ["acceptance.ofd", "acceptance.pdf", "form.ofd", "form.pdf", "result.ofd", "result.pdf"]


@dataclass(frozen=True)
class Decided:
    """A county in which one case went all the way, its number, its export from the county, and the documents in it."""

    world: World
    number: str
    export: bytes
    documents: dict[str, bytes]

    @property
    def root(self) -> bytes:
        return (self.world.place / "county" / "root.der").read_bytes()

    def proven(self, name: str, data: bytes) -> FileFinding:
        return verify_data(name, data, Grounds(self.root, self.world.clock.now()))


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Decided]:
    """Made once: nothing here changes it."""
    world = World(tmp_path_factory.mktemp("proving") / "w", founding.founded_county(tmp_path_factory, "gm"), documents=True)
    number = world.submitted()
    world.settle()
    world.approve(number, note="准予")
    stop_a_seal_of_village2(world)
    export = world.nodes["county"].exports.to_bytes(number)
    with zipfile.ZipFile(BytesIO(export)) as archive:
        documents = {name.partition("/")[2]: archive.read(name) for name in archive.namelist() if name.startswith("documents/")}
    yield Decided(world, number, export, documents)
    world.close()


def stop_a_seal_of_village2(world: World) -> None:
    """So that there is a register, which speaks against a seal that this case does not have."""
    county, officer = world.nodes["county"], world.person("keyofficer")
    village2 = world.nodes["village2"].station.station
    line = next(one for one in county.seals.register.lines() if (one.seal_id or "").startswith(village2))
    county.seals.register.change(line.seal_id or "", "stopped", county.seals.opened(officer, world.pin(officer.name)), "示例")


def test_the_export_holds_the_documents_the_register_and_every_seal_stands(decided: Decided) -> None:
    found = decided.proven("case.zip", decided.export)
    assert (found.problems, found.verdict) == ((), "valid")
    assert int(found.facts["register"]) >= 1
    assert sorted(one.file for one in found.documents) == DOCUMENTS
    for inside in found.documents:
        assert (inside.problems, inside.verdict, inside.case) == ((), "valid", decided.number)
        assert {one.proof for one in inside.seals} == {"receipts"}
        tiers = [one.tier for one in inside.seals if one.kind == "person"]
        sealed_by = {"form": ["village", "township", "county"], "acceptance": ["township"], "result": ["county"]}
        assert tiers == sealed_by[inside.file.partition(".")[0]]


def test_an_auditor_with_only_the_root_gets_the_same_verdict_in_a_folder_of_his_own(decided: Decided, tmp_path: Path) -> None:
    (tmp_path / "case.zip").write_bytes(decided.export)
    (tmp_path / "root.der").write_bytes(decided.root)
    code = "import sys; from node.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "verify", "case.zip", "--trust", "root.der"]
    there = {"cwd": tmp_path, "capture_output": True, "text": True, "env": {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""}}
    told = subprocess.run([*command, "--json"], check=False, **there)  # type: ignore[call-overload]  # the same place for both calls
    assert (told.returncode, json.loads(told.stdout)["verdict"]) == (0, "valid"), told.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.zip", "root.der"]


def test_the_bare_documents_leave_him_nothing_open_but_the_time(decided: Decided, tmp_path: Path) -> None:
    """They bring the authorities between the root and the signers; when they were sealed only receipts can prove."""
    (tmp_path / "root.der").write_bytes(decided.root)
    for name in DOCUMENTS:
        (tmp_path / name).write_bytes(decided.documents[name])
    code = (
        "import json, sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from node.evidence.grounds import Grounds; from node.evidence.verification import verify_file\n"
        "grounds = Grounds(Path('root.der').read_bytes(), datetime.fromisoformat(sys.argv[1]))\n"
        "print(json.dumps({name: verify_file(Path(name), grounds).to_json() for name in sys.argv[2:]}))"
    )
    there = {"cwd": tmp_path, "capture_output": True, "text": True, "env": {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""}}
    now = decided.world.clock.now().isoformat()
    told = subprocess.run([sys.executable, "-c", code, now, *DOCUMENTS], check=False, **there)  # type: ignore[call-overload]  # as above
    assert told.returncode == 0, told.stderr
    for found in json.loads(told.stdout).values():
        steps = [step for seal in found["seals"] for step in seal["steps"]]
        unsure = {step["evidence"]["code"] for step in steps if step["verdict"] not in ("valid", "not_applicable")}
        assert (found["verdict"], found["problems"], unsure) == ("undetermined", [], {"unproven"})


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("at", ["village1", "township", "county"])
def test_a_document_alone_is_dated_by_the_station_that_knows_its_case(decided: Decided, name: str, at: str) -> None:
    found = desk_of(decided, at).verify(name, decided.documents[name])
    assert (found.problems, found.verdict, found.case) == ((), "valid", decided.number)
    assert {one.proof for one in found.seals} == {"station"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_station_that_does_not_know_the_case_cannot_say_when(decided: Decided, name: str) -> None:
    found = desk_of(decided, "village2").verify(name, decided.documents[name])
    assert (found.problems, found.verdict) == ((), "undetermined")
    unsure = {step.code for one in found.seals for step in one.report.steps if step.verdict == "undetermined"}
    assert unsure == {"unproven"}


def test_a_document_with_other_bytes_is_not_dated_by_the_case_that_it_names(decided: Decided) -> None:
    other = decided.documents["form.pdf"].replace(b"%yizhan seal begins", b"%yizhan seal_begins", 1)
    found = desk_of(decided, "county").verify("form.pdf", other)
    assert found.verdict == "invalid" and found.seals == ()


def desk_of(decided: Decided, station: str) -> VerificationDesk:
    """The desk behind that station's page."""
    return decided.world.nodes[station].verification

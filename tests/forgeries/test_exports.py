import pytest

from node.evidence.findings import FileFinding
from node.evidence.grounds import Grounds
from node.evidence.verification import verify_data
from tests.forgeries.cases import honest_acts, written
from tests.forgeries.county import DAY, NOW, SUITES, County, foreign_county, honest_county
from tests.forgeries.table import TABLE, Fault, Forgery

BOTH = pytest.mark.parametrize("name", SUITES)


def found_in(county: County, data: bytes) -> FileFinding:
    return verify_data("case.zip", data, Grounds(county.certificates["root"].der, NOW + 2 * DAY))


def faults_of(finding: FileFinding) -> list[Fault]:
    """Every step that is not valid, by letter and number of the seal under it."""
    faults: list[Fault] = []
    count: dict[str, int] = {}
    for seal in finding.seals:
        count[seal.event] = count.get(seal.event, 0) + 1
        faults += [(seal.event, count[seal.event], step.number, step.code) for step in seal.report.steps
                   if step.verdict in ("invalid", "undetermined")]  # fmt: skip
    return faults


@BOTH
def test_the_honest_case_is_valid_in_every_step(name: str) -> None:
    county = honest_county(name)
    found = found_in(county, written(county, honest_acts()).zipped())
    assert (faults_of(found), found.problems, found.verdict) == ([], (), "valid")
    assert [seal.kind for seal in found.seals] == ["person", "service", "person", "unit", "person", "unit", "person", "approval"]


@BOTH
@pytest.mark.parametrize("forged", [pytest.param(one, id=one.says.replace(" ", "_")) for one in TABLE])
def test_a_forgery_is_refused_at_its_step_for_its_reason_and_nothing_else_is_blamed(name: str, forged: Forgery) -> None:
    found = found_in(honest_county(name), forged.make(honest_county(name).copy()))
    assert sorted(faults_of(found)) == sorted(forged.faults)
    assert {code for code, _ in found.problems} == forged.problems
    assert found.verdict == ("undetermined" if forged.undetermined else "invalid")


@BOTH
def test_the_whole_case_of_another_county_is_refused(name: str) -> None:
    foreign, mine = foreign_county(name), honest_county(name)
    found = verify_data("case.zip", written(mine, honest_acts()).zipped(), Grounds(foreign.certificates["root"].der, NOW))
    assert found.verdict == "invalid"
    assert {(6, "foreign_root"), (7, "foreign_root")} <= {(step, code) for _, _, step, code in faults_of(found)}


def test_there_are_many_and_each_has_its_own_name() -> None:
    assert len(TABLE) >= 45
    assert len({one.says for one in TABLE}) == len(TABLE)

"""`people villages|code|practice|leave` on a station's folder, as a technician types them."""

import re
from pathlib import Path

import pytest

from node.cli import DONE, KEY_OR_SEAL, USER_MUST_ACT, main
from node.clock import SystemClock
from node.enrolment.founding import Above, NewPerson, NewStation, enrol_person, found_station
from node.roles import Tier

PIN, PASSWORD = "739164", "qinghe-7315-du"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county, a township and a village with two agents; the tests go on from each other's state as a day does."""
    root, clock = tmp_path_factory.mktemp("commands"), SystemClock()
    found_station(root / "county", NewStation("示例县", Tier.COUNTY, "131025000000", suite="p256"), None, clock)
    found_station(root / "township", NewStation("示例镇", Tier.TOWNSHIP, "131025105000"), Above(root / "county", root / "county"), clock)
    above = Above(root / "township", root / "county")
    found_station(root / "village", NewStation("示例一村", Tier.VILLAGE, "131025105201"), above, clock)
    enrol_person(root / "village", NewPerson("agent1", "示例代办员甲", ("agent",), PASSWORD, PIN), above, clock)
    enrol_person(root / "village", NewPerson("agent2", "示例代办员乙", ("agent",), PASSWORD, None), above, clock)
    (root / "pin").write_text(PIN)
    (root / "wrong").write_text("000001")
    return root


def run(place: Path, command: str, *arguments: str) -> int:
    return main(["people", command, str(place / "village"), *arguments])


def village(place: Path, pin: str = "pin", *, division: str = "131025105202", with_parent: bool = True) -> list[str]:
    under = ["--under", str(place / "township"), "--county", str(place / "county")] if with_parent else []
    return ["agent1", "--division", division, "--village", "示例二村", "--pin-file", str(place / pin), *under]


def test_a_village_is_added_at_once_beside_the_parent_and_then_listed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(place, "villages", *village(place, "wrong")) == KEY_OR_SEAL
    assert run(place, "villages", *village(place, division="131025106202")) == USER_MUST_ACT
    assert run(place, "villages", *village(place)) == DONE
    capsys.readouterr()
    assert run(place, "villages", "agent1") == DONE
    told = capsys.readouterr().out
    assert "131025105201\t示例一村" in told and "131025105202\t示例二村" in told


def test_without_the_parent_a_village_is_asked_for(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(place, "villages", *village(place, division="131025105203", with_parent=False)) == DONE
    assert "已向上级申请" in capsys.readouterr().out
    run(place, "villages", "agent1")
    assert "131025105203" not in capsys.readouterr().out


def test_who_practises_is_added_with_a_code_that_is_shown_once(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(place, "practice", "lianxi", "--display-name", "示例练习员") == DONE
    first = re.search(r"\d{4}-\d{4}-\d{4}", capsys.readouterr().out)
    assert run(place, "code", "lianxi") == DONE
    second = re.search(r"\d{4}-\d{4}-\d{4}", capsys.readouterr().out)
    assert first and second and first.group() != second.group()
    assert run(place, "list") == DONE
    assert second.group() not in capsys.readouterr().out
    assert run(place, "code", "nobody") == USER_MUST_ACT


def test_leaving_is_listed_first_and_done_when_confirmed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(place, "leave", "agent1", "--to", "agent2") == DONE
    told = capsys.readouterr().out
    assert "证书 2 张" in told and "还没有移交" in told
    assert run(place, "leave", "agent1", "--to", "lianxi", "--confirm") == USER_MUST_ACT
    assert run(place, "leave", "agent1", "--to", "agent2", "--confirm") == DONE
    assert "已移交给 示例代办员乙" in capsys.readouterr().out
    assert run(place, "leave", "agent1", "--to", "agent2", "--confirm") == USER_MUST_ACT
    assert "已经停用" in capsys.readouterr().err
    assert not [path for path in (place / "village" / "keys").iterdir() if path.name.startswith("person-")]

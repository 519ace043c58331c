"""A village PC dies: its folder is gone, a backup and the paper with the code are left."""

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from node.cli import main
from node.errors import NotAllowedError
from tests.journeys.world import World


def snapshot(world: World, name: str, numbers: list[str]) -> dict[str, object]:
    """What an agent would miss."""
    node = world.nodes[name]
    cases = {number: node.desk.case(world.person("agent1"), number) for number in numbers}
    return {
        "states": {number: view.line.state for number, view in cases.items()},
        "answers": {number: dict(view.answers) for number, view in cases.items()},
        "letters": {number: world.letters(number).get(name) for number in numbers},
        "waiting": [one.parcel_id for one in node.outgoing.waiting_parcels()],
        "people": node.store.people.all(),
        "scans": {
            page.enclosure_id: node.store.enclosures.read(page.enclosure_id)
            for number in numbers
            for page in node.store.materials.list(number)
        },
        "seals": node.seals.cabinet.all(),
        "certificates": [one.digest for one in node.store.certificates.all("certificate")],
    }


@pytest.mark.parametrize("suite", ["gm", "p256"])
def test_drafts_letters_scans_people_and_keys_come_back_and_nothing_is_sealed_yet(
    suite: str, make_world: Callable[..., World], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = make_world(suite)
    sent = world.submitted()
    world.settle()
    world.weather.down.add("village1")
    queued = world.submitted()
    draft = world.filled().line.case_number
    numbers = [sent, queued, draft]
    was = snapshot(world, "village1", numbers)
    place, stick, paper = world.place / "village1", str(tmp_path / "stick.backup"), tmp_path / "code"

    assert main(["backup", str(place), stick, "--recovery-code-file", str(paper)]) == 0
    assert "已读回核对" in capsys.readouterr().out
    assert stat.S_IMODE(paper.stat().st_mode) == 0o600
    world.nodes.pop("village1").close()
    shutil.rmtree(place)
    assert main(["restore", stick, str(place), "--recovery-code-file", str(paper)]) == 0
    assert "新编号" in capsys.readouterr().out

    world.start("village1")
    assert snapshot(world, "village1", numbers) == was
    node = world.nodes["village1"]
    assert (node.standing.state(), node.standing.why()) == ("restored", "backup")
    view = node.desk.case(world.person("agent1"), draft)
    assert view.version is not None
    node.desk.save_answers(world.person("agent1"), draft, view.version, {})
    with pytest.raises(NotAllowedError, match="standing_restored"):
        world.act("agent1", draft, "submitted")
    head = node.keyring.open(world.person("head1"), world.pin("head1"))
    assert all(node.seals.cabinet.open(one, head) for one in node.seals.cabinet.all())
    with pytest.raises(NotAllowedError, match="standing_restored"):
        node.seals.asking.ask(head, "unit", "示例一村村民委员会")


def test_the_commands_say_what_is_wrong(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, stick = str(world.place / "village1"), str(tmp_path / "a.backup")
    assert main(["backup", place, stick]) == 0
    shown = capsys.readouterr().out
    assert "只显示这一次" in shown
    assert main(["backup", place, stick]) == 2
    assert "不覆盖" in capsys.readouterr().err
    assert main(["backup", place, str(tmp_path / "b.backup"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["missing"] == 0 and found["size_bytes"] == (tmp_path / "b.backup").stat().st_size
    (tmp_path / "code").write_text("ABCD")
    assert main(["restore", stick, str(tmp_path / "back"), "--recovery-code-file", str(tmp_path / "code")]) == 3
    assert "8 组" in capsys.readouterr().err
    (tmp_path / "code").write_text(next(line for line in shown.splitlines() if line.count("-") == 7))
    assert main(["restore", stick, place, "--recovery-code-file", str(tmp_path / "code")]) == 2
    assert "不是空的" in capsys.readouterr().err
    assert main(["restore", stick, str(tmp_path / "back"), "--recovery-code-file", str(tmp_path / "code")]) == 0


def test_a_code_file_that_exists_is_not_overwritten_and_the_code_not_lost(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "code").write_text("mine")
    place, stick = str(world.place / "village1"), str(tmp_path / "a.backup")
    assert main(["backup", place, stick, "--recovery-code-file", str(tmp_path / "code")]) == 2
    assert "只显示这一次" in capsys.readouterr().out and (tmp_path / "code").read_text() == "mine"
    assert main(["backup", place, stick]) == 0
    assert "恢复码" not in capsys.readouterr().out

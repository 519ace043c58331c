"""An ID number is in clear on no disk: not of a station that only relays, nor in any file, log or temporary file of any station."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.world import World

CANARY = "130684195203120013"
NAME = "示例甲金丝雀"


def files_below(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())


def holders(folder: Path, *words: str) -> list[str]:
    wanted = [form for word in words for form in (word.encode(), word.encode("utf-16-le"))]
    return [str(path) for path in files_below(folder) if any(form in path.read_bytes() for form in wanted)]


def file_canary(world: World) -> str:
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    case = world.filled("gaoling")
    number, version = case.line.case_number, case.version
    assert version is not None
    changes = {"id_no": CANARY, "birth": "1940-01-01", "gender": "男", "name": NAME, "bank_holder": NAME}
    born = {"id_no": "130684194011050028"}
    _, _problems = desk.save_answers(agent, number, version, {**changes, **born, "contact_name": CANARY, "note": None})
    desk.save_answers(agent, number, version + 1, {"contact_name": None, "live_addr": f"示例街1号 {CANARY}"})
    world.act("agent1", number, "submitted")
    return number


def test_no_file_of_any_station_holds_an_id_number_in_clear(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    caplog.set_level(logging.DEBUG)
    stick = tmp_path / "stick.yzb"
    world.weather.down = {"village1"}
    number = file_canary(world)
    world.nodes["village1"].bundles.write_to(stick)
    world.nodes["village2"].bundles.read_from(stick)
    world.settle()
    world.act("reviewer", number, "returned", reason="请核对", marks=())
    assert world.nodes["county"].desk.case(world.person("approver"), number).answers["live_addr"].endswith(CANARY)
    assert len(list(files_below(world.place))) > 60
    assert holders(world.place, CANARY, NAME) == []
    assert holders(temporary, CANARY, NAME) == []
    assert CANARY.encode() not in stick.read_bytes()
    assert CANARY not in caplog.text and NAME not in caplog.text


def test_a_station_that_only_relays_cannot_read_what_it_carries(world: World, tmp_path: Path) -> None:
    stick = tmp_path / "stick.yzb"
    number = file_canary(world)
    world.nodes["village1"].bundles.write_to(stick)
    relay = world.nodes["village2"]
    relay.bundles.read_from(stick)
    assert relay.store.letters.of_case(number) == []
    assert relay.store.cases.get(number) is None
    parcels = relay.outgoing.due(world.nodes["township"].station.station, 1 << 30)
    assert len(parcels) == 1
    assert CANARY.encode() not in parcels[0].data
    assert relay.store.enclosures.key(relay.store.enclosures.to_send(world.nodes["township"].station.station, 1)[0]) is None

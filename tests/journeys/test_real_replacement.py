"""Stations die, come back out of old backups, are replaced and are stolen, as real processes with the real command line, under load."""

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.county import County, wait_for
from bench.ground import filled_at, submit_at
from bench.ground import pin as pin_of
from bench.kills import Acknowledged, Client
from bench.visitor import BROKEN, RefusedError, Visitor, picture
from node.assemble import assemble
from node.clock import SystemClock
from node.commands.demo import HOST, RUN_NODE
from node.commands.demo_county import PEOPLE, STATIONS
from node.config import ListenSettings, ParentSettings, load_config, write_config
from node.enrolment.office import opened
from node.succession.marks import MachineMarks
from node.web.wording.certificates import REASONS
from tests.founding import prepared_demo

ITEM = "pension_enrol"
ALL = tuple(station.folder for station in STATIONS)
VILLAGE1, VILLAGE2, TOWNSHIP = "13102510520101", "13102510520201", "13102510500001"
SOON_S = 120.0
"""Nothing here takes as long; it only ends a run in which something never comes."""

LOOK_EVERY_S = 0.25
LOAD_PAUSE_S = 1.0


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county that nobody has used."""
    return prepared_demo(tmp_path_factory)


@pytest.fixture
def county(tmp_path: Path, founded: Path) -> Iterator[County]:
    """A running county of four stations; none of its processes is left behind."""
    with County(tmp_path / "county", founded) as running:
        running.start(*ALL)
        running.wait_up(*ALL)
        yield running


def run_node(*words: object, gives: int = 0) -> str:
    """One command in a process of its own; what it says."""
    command = [sys.executable, str(RUN_NODE), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SOON_S, cwd=RUN_NODE.parent, stdin=subprocess.DEVNULL)
    assert done.returncode == gives, done.stdout + done.stderr
    return done.stdout + done.stderr


def logged_in(county: County, person: str) -> Visitor:
    """Somebody of the demo at their desk."""
    return again(county.visitor(person))


def again(visitor: Visitor) -> Visitor:
    """Somebody logs in (anew, at a station that was started anew)."""
    visitor.close()
    visitor.log_in()
    return visitor


def page(visitor: Visitor, path: str) -> str:
    """The text of a page; empty while the station does not answer. Under a new number a station asks everybody to log in anew."""
    try:
        status, _, body = visitor.send("GET", path, None, {})
        if status == 303:
            visitor.log_in()
            status, _, body = visitor.send("GET", path, None, {})
    except (RefusedError, *BROKEN):
        return ""
    return body.decode() if status == 200 else ""


def case(visitor: Visitor, number: str) -> dict[str, Any]:
    """A case as the station has it; empty while it has none, or does not answer."""
    try:
        found: dict[str, Any] = visitor.get(f"/api/v1/cases/{number}")
    except (RefusedError, *BROKEN):
        return {}
    return found


def letters(visitor: Visitor, number: str) -> list[tuple[str, str, str, str]]:
    """What a station shows of a case's letters: id, event, outcome and how far it has come."""
    rows = visitor.get(f"/api/v1/cases/{number}/letters")["letters"]
    return [(one["id"], one["event"], one["outcome"], one["road"]) for one in rows]


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until it holds."""
    assert wait_for(lambda: bool(holds()), SOON_S, LOOK_EVERY_S), what


def shows(visitors: Iterable[Visitor], number: str, state: str) -> None:
    """Wait until all of them see the case in this state."""
    for visitor in visitors:
        until(lambda: case(visitor, number).get("state") == state, f"{number} is not {state} for {visitor.name}")  # noqa: B023


def submitted(agent: Visitor) -> str:
    """A case that is sealed; its number."""
    number = agent.filled(ITEM, picture(agent.name))
    agent.act(number, "submitted")
    return number


def accepted(reviewer: Visitor, number: str) -> None:
    """The reviewer accepts as soon as the scans are whole at the township."""

    def is_whole() -> bool:
        pages = case(reviewer, number).get("materials", ())
        return bool(pages) and all(one["whole"] for one in pages)

    until(is_whole, f"the scans of {number} have not come")
    reviewer.act(number, "accepted")


def confirmed(county: County, at: str, code: str) -> None:
    """The person at the parent finds the request with the code that they were told, and grants it; the parent goes on running."""

    def is_there() -> bool:
        return code in {one["code"] for one in json.loads(run_node("requests", "list", county.place(at), "--json"))}

    until(is_there, f"{code} has not come to the {at}")
    run_node("requests", "confirm", county.place(at), code)


@contextmanager
def load(county: County, person: str) -> Iterator[Acknowledged]:
    """An agent who goes on submitting; at the end all that was acknowledged has come to the county, and nothing was refused."""
    told, stop = Acknowledged(), threading.Event()
    client = Client(county.visitor(person), told, stop, person, LOAD_PAUSE_S)
    client.start()
    try:
        yield told
    finally:
        stop.set()
        client.join()
    assert client.refusals == []
    assert told.numbers
    approver = logged_in(county, "approver")
    until(lambda: all(case(approver, number) for number in told.numbers), "not all of the load has come to the county")


def check_everything(county: County, names: Iterable[str] = ALL) -> None:
    """Ends the county. Every letter is there once and admitted, nothing is forked, and a case is the same all along its path."""
    county.stop()
    seen: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in names:
        node = county.opened(name)
        try:
            assert list(node.store.check()) == [], name
            assert node.store.audit.first_broken() is None, name
            assert set(node.store.letters.outcomes()) <= {"admitted"}, name
            for record in node.store.cases.page(limit=10_000):
                told = sorted(row.letter_id for row in node.store.letters.of_case(record.case_number))
                assert not record.forked, (name, record.case_number)
                assert len(set(told)) == len(told)
                if told:
                    seen.setdefault(record.case_number, {})[name] = (record.state, *told)
        finally:
            node.close()
    for number, found in seen.items():
        village = "village1" if number.startswith(VILLAGE1[:12]) else "village2"
        assert set(found) == {village, "township", "county"} & set(names), number
        assert len(set(found.values())) == 1, (number, found)


def test_a_village_out_of_an_old_backup_gets_its_next_number_and_what_it_had_sealed_since(county: County, tmp_path: Path) -> None:
    stick, paper, place = tmp_path / "stick.backup", tmp_path / "paper", county.place("village2")
    agent, reviewer, approver = (logged_in(county, one) for one in ("agent2", "reviewer", "approver"))
    with load(county, "agent1"):
        early = submitted(agent)
        shows([approver], early, "submitted")
        run_node("backup", place, stick, "--recovery-code-file", paper)
        late = submitted(agent)
        shows([approver], late, "submitted")
        until(lambda: letters(agent, late)[0][3] == "arrived", "the village has not heard that its letter came")
        before = {number: (case(agent, number)["state"], letters(agent, number)) for number in (early, late)}
        county.stop("township")
        lost = submitted(agent)
        assert case(agent, lost)["state"] == "submitted"
        county.kill("village2")
        shutil.rmtree(place)
        county.start("township")
        county.wait_up("township")

        assert "新编号" in run_node("restore", stick, place, "--recovery-code-file", paper)
        county.start("village2")
        county.wait_up("village2")
        again(agent)
        shown = page(agent, "/station/number")
        assert VILLAGE2 in shown
        assert "要先换一个新的站点编号" in shown
        with pytest.raises(RefusedError) as refused:
            agent.open_case(ITEM)
        assert refused.value.code == "standing_restored"
        assert case(agent, early)["state"] == "submitted"
        assert case(agent, late) == {}

        (code,) = re.findall(r"\b\d{3}-\d{3}\b", shown)
        confirmed(county, "township", code)
        until(lambda: "本站编号正常" in page(agent, "/station/number"), "the village was not filled again")
        assert "13102510520202" in page(agent, "/station/number")
        assert county.processes["village2"].poll() is None

        after = {number: (case(agent, number)["state"], letters(agent, number)) for number in (early, late)}
        assert after == before
        assert case(agent, lost) == {}
        assert lost not in page(agent, "/cases")
        assert case(approver, lost) == {}

        fresh = submitted(agent)
        assert fresh.startswith("13102510520202")
        shows([reviewer, approver], fresh, "submitted")
        until(lambda: case(reviewer, late).get("mine"), "the reviewer does not have the case")
        reviewer.act(late, "returned", reason="示例：请补正。")
        shows([agent, approver], late, "returned")
        agent.act(late, "submitted")
        shows([reviewer, approver], late, "submitted")
    check_everything(county)


def test_a_township_out_of_an_old_backup_learns_what_it_had_sealed_since(county: County, tmp_path: Path) -> None:
    stick, paper, place = tmp_path / "stick.backup", tmp_path / "paper", county.place("township")
    agent, reviewer, approver = (logged_in(county, one) for one in ("agent1", "reviewer", "approver"))
    with load(county, "agent2"):
        early = submitted(agent)
        shows([reviewer, approver], early, "submitted")
        run_node("backup", place, stick, "--recovery-code-file", paper)
        accepted(reviewer, early)
        shows([agent, approver], early, "accepted")
        late = submitted(agent)
        shows([reviewer, approver], late, "submitted")
        county.kill("township")
        shutil.rmtree(place)

        run_node("restore", stick, place, "--recovery-code-file", paper)
        county.start("township")
        county.wait_up("township")
        again(reviewer)
        shown = page(reviewer, "/station/number")
        assert "要先换一个新的站点编号" in shown
        assert case(reviewer, early)["state"] == "submitted"
        with pytest.raises(RefusedError) as refused:
            reviewer.act(early, "accepted")
        assert refused.value.code == "standing_restored"
        (code,) = re.findall(r"\b\d{3}-\d{3}\b", shown)
        confirmed(county, "county", code)
        until(lambda: "本站编号正常" in page(reviewer, "/station/number"), "the township was not filled again")
        assert "13102510500002" in page(reviewer, "/station/number")

        everybody = (agent, reviewer, approver)
        shows(everybody, early, "accepted")
        shows(everybody, late, "submitted")
        reviewer.act(early, "forwarded")
        accepted(reviewer, late)
        shows(everybody, early, "forwarded")
        shows(everybody, late, "accepted")
    check_everything(county)


def test_a_dead_township_is_replaced_while_the_county_goes_on_deciding(county: County, tmp_path: Path) -> None:
    place, invitation = county.place("township"), tmp_path / "township.invitation"
    people = {name: logged_in(county, name) for name in ("agent1", "agent2", "reviewer", "approver")}
    agent1, agent2, reviewer, approver = people.values()
    above, below = submitted(agent1), submitted(agent2)
    shows([approver], above, "submitted")
    shows([approver], below, "submitted")
    # What follows is known only above the township, or only below it, when it dies.
    county.stop("village1")
    accepted(reviewer, above)
    reviewer.act(above, "forwarded")
    shows([approver], above, "forwarded")
    county.stop("county")
    accepted(reviewer, below)
    shows([agent2], below, "accepted")
    late = submitted(agent2)
    shows([reviewer], late, "submitted")
    county.kill("township")
    shutil.rmtree(place)
    county.start("county", "village1")
    county.wait_up("county", "village1")
    pids = {name: county.pid(name) for name in ("county", "village1", "village2")}
    again(agent1)
    again(approver)
    assert case(agent1, above)["state"] == "submitted"
    with load(county, "agent2"):
        unsent = submitted(agent1)
        approver.act(above, "approved")

        settings = next(one for one in STATIONS if one.folder == "township")
        wanted = ("--tier", "township", "--name", settings.name, "--division", settings.division, "--replaces", TOWNSHIP)
        address = ("--parent-url", f"http://{HOST}:{county.ports['county']}")
        run_node("invite", county.place("county"), *wanted, *address, "--out", invitation)
        joined(county, place, invitation)
        add_person(county, tmp_path, "reviewer")
        county.change("township", lambda config: replace(config, listen=ListenSettings(HOST, county.ports["township"])))
        county.start("township")
        county.wait_up("township")
        again(reviewer)

        for number, state in ((above, "approved"), (below, "accepted"), (unsent, "submitted"), (late, "submitted")):
            shows([agent2 if number in (below, late) else agent1, reviewer, approver], number, state)
        until(lambda: "本站编号正常" in page(reviewer, "/station/number"), "the township was not filled again")
        assert "13102510500002" in page(reviewer, "/station/number")
        assert {name: county.pid(name) for name in pids} == pids
        assert all(county.processes[name].poll() is None for name in ALL)
        for number in (unsent, late):
            accepted(reviewer, number)
        reviewer.act(below, "forwarded")
        shows([agent1, approver], unsent, "accepted")
        shows([agent2, approver], late, "accepted")
        shows([agent2, approver], below, "forwarded")
    check_everything(county)


def joined(county: County, place: Path, invitation: Path) -> None:
    """A new machine asks over the network, is confirmed at the county, and becomes a station."""
    command = [sys.executable, str(RUN_NODE), "join", str(place), "--invitation", str(invitation)]
    asking = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=RUN_NODE.parent)
    try:
        assert asking.stdout is not None
        said = iter(asking.stdout.readline, "")
        code = next(found[0] for line in said if (found := re.findall(r"\b\d{3}-\d{3}\b", line)))
        confirmed(county, "county", code)
        rest = asking.communicate(timeout=SOON_S)[0]
        assert asking.returncode == 0, rest
        assert "安装验收单" in rest
    finally:
        asking.kill()
        asking.communicate()


def add_person(county: County, place: Path, name: str, role: str = "") -> None:
    """Somebody of the demo at the township, with a new key from the county."""
    person = next(one for one in PEOPLE if one.name == name)
    password, pin = place / "password", place / "pin"
    password.write_text(person.password + "\n", encoding="utf-8")
    pin.write_text(person.pin + "\n", encoding="utf-8")
    who = (county.place("township"), person.name, "--display-name", person.display_name, "--role", role or str(person.role))
    run_node("people", "add", *who, "--under", county.place("county"), "--password-file", password, "--pin-file", pin)


def test_a_stolen_village_loses_its_keys_at_the_next_contact_and_what_a_thief_seals_is_refused(county: County, tmp_path: Path) -> None:
    place, copy, stick = county.place("village1"), county.place("thief"), tmp_path / "thief.bundle"
    agent, reviewer, approver = (logged_in(county, one) for one in ("agent1", "reviewer", "approver"))
    earlier = submitted(agent)
    shows([reviewer, approver], earlier, "submitted")
    county.stop("village1")
    shutil.copytree(place, copy)
    county.start("village1")
    county.wait_up("village1")

    said = run_node("keys", "revoke", county.place("township"), "--station", VILLAGE1, "--with-people", "--reason", "key_compromise")
    assert "吊销" in said
    village = county.processes["village1"]
    until(lambda: village.poll() is not None, "the stolen station goes on")
    assert village.returncode == 2
    assert "本站密钥已被报失" in county.log("village1")
    assert [path for path in (place / "keys").iterdir() if path.is_file()] == []
    assert "本站密钥已被报失" in run_node("serve", place, gives=2)

    add_person(county, tmp_path, "admin")
    admin = next(one for one in PEOPLE if one.name == "admin")
    watching = again(Visitor(HOST, county.ports["township"], admin.name, admin.password, admin.pin))
    why = f"起，{REASONS['key_compromise']}"
    until(lambda: page(watching, "/certificates?show=all").count(why) >= 3, "the township does not show what was taken back")
    forged = sealed_by_a_thief(copy)
    run_node("bundle-out", copy, stick)
    run_node("bundle-in", county.place("township"), stick, gives=4)
    assert case(reviewer, forged) == {}
    run_node("carry", copy, gives=2)
    assert [path for path in (copy / "keys").iterdir() if path.is_file()] == []
    # What was sealed before stands, and goes on.
    accepted(reviewer, earlier)
    shows([approver], earlier, "accepted")
    assert case(approver, forged) == {}
    del county.processes["village1"]
    check_everything(county, ("county", "township", "village2"))


def sealed_by_a_thief(copy: Path) -> str:
    """The copy believes that it is the machine it was, and has no line: a case is sealed there."""
    with opened(copy, SystemClock()) as office:
        MachineMarks(office.store, office.folder.machine_secret).remember()
    settings = load_config(copy)
    write_config(copy, replace(settings, parent=ParentSettings(None)))
    node = assemble(copy, SystemClock())
    try:
        number = filled_at(node, picture("thief"))
        submit_at(node, number, pin=pin_of("agent1"))
    finally:
        node.close()
    write_config(copy, settings)
    return number

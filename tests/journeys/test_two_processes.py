"""A command decides while the pages run: two processes of one station, and the one that runs on learns what the other one did."""

from collections.abc import Iterator
from contextlib import contextmanager

from node.assemble import Node, assemble
from tests.journeys.replacing import go_on, put_back, replaced, saved
from tests.journeys.world import World


@contextmanager
def another_process(world: World, name: str) -> Iterator[Node]:
    """The same station once more, as a command has it."""
    node = assemble(world.place / name, world.clock)
    try:
        yield node
    finally:
        node.close()


def test_a_village_that_a_command_gave_its_number_is_filled_by_the_process_that_runs(world: World) -> None:
    sent, late = world.submitted(), world.submitted()
    world.settle()
    village = put_back(world, "village1", saved(world, "village1"))
    with another_process(world, "township") as command:
        registrar = command.reception.registrar
        answer = registrar.confirm(registrar.take(village.numbers.renumbering.ask().data).digest, "run-node")
    village.numbers.renumbering.take(answer)
    new = world.start("village1").station.station

    township = world.nodes["township"]
    assert new not in township.station.directory
    world.act("reviewer", late, "accepted")
    township.chores.run_due(all_of_them=True, without=("certificates",))
    assert township.store.meta.get("refills_planned") == f'["{new}"]'
    township.chores.run_due(all_of_them=True)
    assert new in township.station.directory
    assert {one.to for one in township.outgoing.waiting_parcels()} <= {new, world.nodes["county"].station.station}
    go_on(world)

    assert set(world.states(sent).values()) == {"submitted"}
    assert set(world.states(late).values()) == {"accepted"}
    assert len(world.states(late)) == len(world.states(sent)) == 3
    assert world.nodes["village1"].numbers.awaited_names() == []


def test_a_parent_that_a_command_learnt_of_makes_the_process_that_runs_start_anew(world: World) -> None:
    world.submitted()
    world.settle()
    new = replaced(world, "township", "county")
    village = world.nodes["village1"]
    with another_process(world, "village1") as command:
        command.mailroom.learn([row.der for row in new.store.certificates.all("certificate")], issuers_first=False)
    assert not village.restart.is_set()
    village.chores.run_due(all_of_them=True)
    assert village.restart.is_set()
    assert village.station.directory.parent_of(village.station.station) == new.station.station

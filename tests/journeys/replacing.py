"""Stations of a `World` that are copied, put back, cloned, renumbered and filled again."""

import gc
import shutil
from collections.abc import Sequence
from pathlib import Path

from node.assemble import Node
from node.commands.demo_county import PEOPLE
from node.enrolment.founding import Above, NewPerson, enrol_person
from node.enrolment.invitations import Wanted
from node.enrolment.issuing import Issuer, IssuingKeys
from node.enrolment.joining import begin, finish
from node.enrolment.notices import Notices
from node.enrolment.office import opened
from node.enrolment.registrar import Registrar
from node.folder import StationFolder
from node.mail.dispatch import Dispatch
from node.mail.receipts import ReceiptBook
from node.succession.marks import MachineMarks
from signing.certificates import Certificate
from tests.journeys.world import World


def registrar(world: World, name: str) -> Registrar:
    """Who decides on requests at a station."""
    node = world.nodes[name]
    keys = IssuingKeys(StationFolder(world.place / name), node.station.suite, node.store)
    notices = Notices(node.station, node.store, Dispatch(node.station, node.store, ReceiptBook(node.station, node.store)))

    def tell(certificates: Sequence[Certificate], seals: Sequence[bytes]) -> None:
        notices.tell_issued(certificates, world.clock.now(), seals)

    return Registrar(node.station, node.store, node.register, Issuer(keys), world.clock, tell)


def renumber(world: World, name: str, parent: str) -> Node:
    """The station asks, the parent confirms, the station takes the answer and starts again under its next number."""
    node, office = world.nodes[name], registrar(world, parent)
    asked = office.take(node.numbers.renumbering.ask().data)
    node.numbers.renumbering.take(office.confirm(asked.digest, "admin"))
    assert node.restart.is_set()
    return world.start(name)


def go_on(world: World) -> None:
    """Carry, refill and do every chore until a whole round stirs nothing; stations that ask for it are started again."""
    for _ in range(8):
        stirred = [restart(world), world.carry(), restart(world)]
        for node in world.nodes.values():
            node.chores.run_due(all_of_them=True)
        stirred.append(world.settle())
        if not any(stirred) and not asking(world):
            return


def restart(world: World) -> bool:
    """Put the stations together anew that ask for it, as `serve` does; whether any did."""
    wanted = asking(world)
    for name in wanted:
        world.start(name)
    return bool(wanted)


def asking(world: World) -> list[str]:
    """The stations that ask to be started again."""
    return [name for name, node in world.nodes.items() if node.restart.is_set()]


def saved(world: World, name: str) -> Path:
    """A copy of a station's folder as it is now."""
    stop(world, name)
    place = world.place.parent / f"saved-{name}-{len(list(world.place.parent.iterdir()))}"
    shutil.copytree(world.place / name, place)
    world.start(name)
    return place


def put_back(world: World, name: str, place: Path) -> Node:
    """The old copy stands where the station was."""
    stop(world, name)
    # The copy is made while the old one is there: a disk may give the place of a file that is gone to the next one.
    beside = world.place / f"{name}-beside"
    shutil.copytree(place, beside)
    shutil.rmtree(world.place / name)
    beside.rename(world.place / name)
    return world.start(name)


def stop(world: World, name: str) -> None:
    """Stop a station; its courier's hands end and close their files."""
    courier = world.nodes[name].courier
    hands = courier._hands if courier is not None else None
    world.nodes[name].close()
    for thread in hands._threads if hands is not None else ():
        thread.join(5)
    gc.collect()


def cloned_unnoticed(world: World, name: str, place: Path) -> Node:
    """The copy runs on the same machine, from the same place on the disk as far as it can tell: only its numbers give it away."""
    stop(world, name)
    shutil.rmtree(world.place / name)
    shutil.copytree(place, world.place / name)
    with opened(world.place / name, world.clock) as office:
        MachineMarks(office.store, office.folder.machine_secret).remember()
    return world.start(name)


def replaced(world: World, name: str, parent: str) -> Node:
    """The machine is dead and nothing of it is left: a new one joins with an invitation that says whose place it takes.

    People get new keys there, under their old names.
    """
    stop(world, name)
    old, settings = world.nodes[name].station, world.nodes[name].config.station
    shutil.rmtree(world.place / name)
    place, office = world.place / name, world.nodes[parent].reception
    wanted = Wanted(settings.name, str(settings.tier), settings.division, replaces=old.station)
    (invited,) = office.inviting.invite([wanted], "admin")
    asked = begin(place, invited.data, world.clock)
    answer = office.registrar.confirm(office.registrar.take(asked.request).digest, "admin")
    finish(place, answer, world.clock, f"http://{parent}.invalid")
    above = Above(world.place / parent, world.place / "county")
    for person in PEOPLE:
        if person.station == name:
            new = NewPerson(person.name, person.display_name, (str(person.role),), person.password, person.pin or None)
            enrol_person(place, new, above, world.clock)
    return world.start(name)


def clone(world: World, name: str, copy: str) -> Node:
    """A second machine with the same disk, which thinks that it is the first."""
    shutil.copytree(saved(world, name), world.place / copy)
    with opened(world.place / copy, world.clock) as office:
        MachineMarks(office.store, office.folder.machine_secret).remember()
    return world.start(copy)

"""The pages of a station, given everything that they call."""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from node.assembly.certifying import Certifying
from node.assembly.counter import Counter
from node.assembly.keeping import Keeping
from node.assembly.opening import Opening
from node.assembly.post import welcome
from node.enrolment.door import EnrolDoor, Turns
from node.evidence.desk import VerificationDesk
from node.mail.road_desk import RoadDesk
from node.mail.usb_desk import UsbDesk
from node.scanning.intake import IntakeProcess
from node.staff.acting import Acting
from node.staff.key_desk import KeyDesk
from node.succession.numbers import Numbers
from node.upkeep.health import Health
from node.web.app import create_app
from node.web.parts import CountyPages, Parts, Station
from node.web.peer import peer_blueprint
from sync.door import Door

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""What a server calls."""

log = logging.getLogger("node.pages")


def app_of(
    opening: Opening,
    counter: Counter,
    verification: VerificationDesk,
    intake: IntakeProcess,
    door: Door,
    road: RoadDesk,
    usb: UsbDesk,
    keeping: Keeping,
    certifying: Certifying,
    numbers: Numbers,
    county: CountyPages | None,
) -> WsgiApp:
    """The application of a station."""
    station, store, clock = opening.station, opening.store, opening.clock
    is_welcome = welcome(station, store)
    divisions = tuple((entry.station[:12], entry.name) for entry in station.directory.entries())
    return create_app(
        Parts(
            desk=counter.desk,
            people=counter.people,
            keyring=counter.keyring,
            kinship=counter.kinship,
            batches=counter.batches,
            use_lists=counter.use_lists,
            images=intake,
            tray=counter.capture.tray,
            keeping=counter.capture.keeping,
            scanners=counter.capture.scanners,
            cards=counter.capture.cards,
            phone=counter.phone,
            documents=counter.documents,
            verification=verification,
            clock=clock,
            station=Station(station.station, station.name, station.tier.value, divisions),
            roster=counter.roster,
            unlocking=counter.unlocking,
            leaving=counter.leaving,
            backups=keeping.backups,
            health=Health(station.station, keeping.reports, store, station, clock, lambda one: not is_welcome(one)),
            host_names=opening.config.listen.host_names,
            reception=certifying.reception,
            bureau=certifying.bureau,
            key_desk=KeyDesk(opening.holders, certifying.bureau, Acting(station, store), counter.people, clock, certifying.seals.cabinet),
            updates=keeping.updating.desk,
            numbers=numbers,
            county=county,
            seals=certifying.seals,
            road=road,
            usb=usb,
            paper=counter.paper,
            door=peer_blueprint(door, EnrolDoor(certifying.reception.registrar, Turns(clock)), station.suite.digest),
            log=_log,
        )
    )


def _log(event: str, facts: Mapping[str, str]) -> None:
    """Events of the pages: kinds and places, never values. A programmer's mistake is an error, the rest is for the curious."""
    level = logging.ERROR if event == "bug" else logging.INFO
    log.log(level, "%s %s", event, " ".join(f"{name}={value}" for name, value in facts.items()))

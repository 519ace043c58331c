"""A county of suite p256 that is founded once, and copies of it whose county station invites and decides."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from node.enrolment.founding import Above, NewStation, found_station
from node.enrolment.invitations import Inviting
from node.enrolment.issuing import Issuer
from node.enrolment.office import Office, opened
from node.enrolment.registrar import Registrar
from node.roles import Tier
from node.station import Station
from node.store import Store
from node.store.records.enrolment import RequestRecord
from node.succession.register import Register
from signing.certificates import Certificate
from signing.trust import TrustStore
from tests.fakes import SetClock

COUNTY, TOWNSHIP, VILLAGE = "131025000000", "131025105000", "131025105201"


@dataclass
class Desk:
    """One opened station with what was told by it."""

    office: Office
    clock: SetClock
    station: Station
    trust: TrustStore
    register: Register
    inviting: Inviting
    registrar: Registrar
    issued: list[tuple[Sequence[Certificate], Sequence[bytes]]]
    decided: list[tuple[RequestRecord, bytes]]

    @property
    def store(self) -> Store:
        return self.office.store


def desk_of(office: Office, clock: SetClock) -> Desk:
    trust, register = office.register()
    station = office.station(trust, register)
    issued: list[tuple[Sequence[Certificate], Sequence[bytes]]] = []
    decided: list[tuple[RequestRecord, bytes]] = []
    registrar = Registrar(
        station,
        office.store,
        register,
        Issuer(office.keys),
        clock,
        lambda certificates, seals: issued.append((certificates, seals)),
        on_decided=lambda request, answer: decided.append((request, answer)),
    )
    return Desk(office, clock, station, trust, register, Inviting(station, office.store, clock), registrar, issued, decided)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders `county`, `township` and `village`, and `other`: the root of another county."""
    folder = tmp_path_factory.mktemp("enrolment")
    county, township = folder / "county", folder / "township"
    found_station(county, NewStation("示例县", Tier.COUNTY, COUNTY, suite="p256"), None, SetClock())
    found_station(township, NewStation("示例镇", Tier.TOWNSHIP, TOWNSHIP), Above(county, county), SetClock())
    found_station(folder / "village", NewStation("示例一村", Tier.VILLAGE, VILLAGE), Above(township, county), SetClock())
    found_station(folder / "other", NewStation("示例别县", Tier.COUNTY, COUNTY, suite="p256"), None, SetClock())
    return folder


@pytest.fixture
def places(founded: Path, tmp_path: Path) -> Path:
    """A copy of those folders of one's own."""
    shutil.copytree(founded, tmp_path / "places")
    return tmp_path / "places"


@pytest.fixture
def open_desk(places: Path) -> Iterator[Callable[[str], Desk]]:
    """Open the desk of one of those stations."""
    with ExitStack() as stack:
        yield lambda name: desk_of(stack.enter_context(opened(places / name, SetClock())), SetClock())


@pytest.fixture
def county(open_desk: Callable[[str], Desk]) -> Desk:
    """The county's desk."""
    return open_desk("county")


@pytest.fixture
def township(open_desk: Callable[[str], Desk]) -> Desk:
    """The township's desk."""
    return open_desk("township")

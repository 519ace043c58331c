"""A station's folder, opened: its settings, what it remembers, whom it trusts, and who it is."""

from dataclasses import dataclass
from pathlib import Path

from node.clock import Clock
from node.config import Config, load_config
from node.enrolment.joining import check_not_joining
from node.enrolment.office import identify, open_store_of, open_trust
from node.enrolment.wiping import check_not_wiped
from node.folder import StationFolder
from node.staff.holders import Holders
from node.staff.tokens import Tokens
from node.station import Station
from node.store import Store
from node.succession.register import Register
from signing.algorithms import Suite
from signing.algorithms import suite as suite_of
from signing.trust import TrustStore


@dataclass(frozen=True)
class Opening:
    """What every other part is given."""

    folder: StationFolder
    config: Config
    suite: Suite
    store: Store
    trust: TrustStore
    register: Register
    station: Station
    clock: Clock
    holders: Holders


def open_station(place: Path, clock: Clock) -> Opening:
    """The station in a folder.

    Raises:
        ConfigError, StoreError, SigningError: something in the folder cannot be used.
        NotAllowedError, EnrolmentError: it has not joined yet, or was wiped.
    """
    check_not_joining(place)
    folder, config = StationFolder(place), load_config(place)
    check_not_wiped(folder, config)
    suite = suite_of(config.station.suite)
    store = open_store_of(folder, config, clock)
    trust = open_trust(folder, suite, store)
    register = Register(store, trust)
    holders = Holders(folder, suite, store, Tokens(config.keys, suite))
    return Opening(folder, config, suite, store, trust, register, identify(folder, config, store, trust, register), clock, holders)

"""A station's folder opened without its pages and its courier: settings, store, keys, whom it trusts and who there is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from node.clock import Clock
from node.config import Config, load_config, write_config
from node.enrolment.issuing import OWN, IssuingKeys
from node.folder import StationFolder
from node.roles import Tier
from node.staff.keyring import database_key, unattended_key, unattended_signer
from node.station import Station
from node.store import Store, open_store
from node.succession.register import Register
from signing.algorithms import PrivateKey, Suite
from signing.algorithms import suite as suite_of
from signing.certificates import Certificate
from signing.keys import Signer
from signing.trust import TrustStore

# What `urllib.request` does, without the memory that it takes.
if sys.platform == "win32":
    from nturl2path import url2pathname
else:
    from urllib.parse import unquote as url2pathname


class Office:
    """A station's folder, opened to enrol: its settings, its store, and the keys it certifies and makes seals with."""

    def __init__(self, place: Path, clock: Clock) -> None:
        self.folder = StationFolder(place)
        self.config = load_config(place)
        self.suite = suite_of(self.config.station.suite)
        self.store = open_store_of(self.folder, self.config, clock)
        self.keys = IssuingKeys(self.folder, self.suite, self.store)

    def authority(self) -> Signer:
        """Who signs certificates here. Raises: NotAllowedError, KeyFileError."""
        return self.keys.authority()

    def seal_maker(self) -> Signer:
        """Who makes electronic seals here. Raises: NotAllowedError, KeyFileError."""
        return self.keys.seal_maker()

    def keep(self, *certificates: Certificate) -> None:
        """Keep certificates."""
        for certificate in certificates:
            self.store.certificates.put(certificate.digest, certificate.der, "certificate")

    def keep_own(self, certificate: Certificate) -> None:
        """Keep a certificate and remember it as this station's own of its usage."""
        self.keep(certificate)
        self.store.meta.set(OWN + certificate.usage, certificate.digest)

    def register(self) -> tuple[TrustStore, Register]:
        """Whom this station trusts, and who there is by their certificates.

        Raises:
            OSError, SigningError: `root.der` is missing or no root.
        """
        trust = open_trust(self.folder, self.suite, self.store)
        return trust, Register(self.store, trust)

    def station(self, trust: TrustStore, register: Register) -> Station:
        """This station with its keys.

        Raises:
            NotAllowedError: it has no certificates yet.
            SigningError: its keys cannot be used.
        """
        self.keys.own_certificate("station_sign")
        return identify(self.folder, self.config, self.store, trust, register)


def identify(folder: StationFolder, config: Config, store: Store, trust: TrustStore, register: Register) -> Station:
    """Who the station in this folder is: what its own certificate says, with the keys of that number.

    Raises:
        SigningError: it has no certificate, or its keys cannot be used.
    """
    suite = suite_of(config.station.suite)
    certificate = trust.get(store.meta.get(OWN + "station_sign") or "")
    number = certificate.station
    if number != config.station.id:
        # A new number was given and the power went before the settings were written: the certificate says who this is.
        write_config(folder.root, replace(config, station=replace(config.station, id=number)))
    station = Station(
        station=number,
        name=config.station.name,
        tier=Tier(config.station.tier),
        suite=suite,
        trust=trust,
        stations=register,
        signer=unattended_signer(folder, suite, folder.key_of("station_sign", number), certificate.der),
        encryption_key=unattended_key(folder, suite, folder.key_of("station_encrypt", number)),
        uscc=config.station.uscc or "",
    )
    return replace(station, earlier_keys=_earlier_keys(folder, station))


def _earlier_keys(folder: StationFolder, station: Station) -> dict[str, PrivateKey]:
    """What opens mail for the numbers that this station had itself; of one that it replaces on another machine there is no key."""
    current = folder.key_of("station_encrypt", station.station)
    paths = {number: folder.key_of("station_encrypt", number) for number in station.numbers[1:]}
    return {number: unattended_key(folder, station.suite, path) for number, path in paths.items() if path.exists() and path != current}


@contextmanager
def opened(place: Path, clock: Clock) -> Iterator[Office]:
    """An office, closed at the end.

    Raises:
        ConfigError, StoreError, SigningError: the folder holds no usable station.
    """
    office = Office(place, clock)
    try:
        yield office
    finally:
        office.store.close()


def open_store_of(folder: StationFolder, config: Config, clock: Clock) -> Store:
    """The store of a station, with its key where it is encrypted.

    Raises:
        StoreError, KeyFileError, DecryptionError: it does not open.
    """
    encrypted = config.database.encrypted and config.database.url is None
    return open_store(
        config.database.url or folder.database,
        database_key(folder) if encrypted else None,
        digest=suite_of(config.station.suite).digest,
        enclosures=enclosure_folder(folder, config),
        shots=folder.shots,
        clock=clock,
        floor_bytes=config.limits.free_disk_mib << 20,
    )


def open_trust(folder: StationFolder, suite: Suite, store: Store) -> TrustStore:
    """Whom a station trusts: its root, and every authority and revocation list that is here, so that issuers are found by key.

    Raises:
        OSError, SigningError: `root.der` is missing or no root.
    """
    trust = TrustStore(suite, folder.root_certificate.read_bytes(), lambda digest: store.certificates.get(digest, "certificate"))
    for record in store.certificates.all("certificate"):
        trust.add(record.der)
    for record in store.certificates.all("revocations"):
        trust.add_revocations(record.der, is_kept=True)
    return trust


def enclosure_folder(folder: StationFolder, config: Config) -> Path:
    """Where enclosures lie: in the station's folder, or where `enclosures.url` says."""
    if config.enclosures.url is None:
        return folder.enclosures
    return Path(url2pathname(urlsplit(config.enclosures.url).path))

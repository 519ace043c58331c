"""Enrolment (入网) on one machine: makes stations with their keys and certificates, and people with theirs.

Who certifies: the county its own people and station and those of its townships; a township those of its villages. The county
makes every electronic seal (制章). The folders of the stations above must be at hand, as they are in the demo and in tests.
"""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from node.clock import Clock
from node.config import DIVISION_DIGITS, Config, StationSettings, load_config, write_config
from node.errors import NotAllowedError, RequestError
from node.folder import StationFolder
from node.roles import Tier
from node.staff.keyring import SEAL_OF, database_key, unattended_signer
from node.staff.passwords import check_pin
from node.staff.people import People, Person
from node.store import Store, open_store
from node.store.records import StationRecord
from signing.algorithms import Suite
from signing.algorithms import suite as suite_of
from signing.certificates import Certificate, CertificateProfile, parse_certificate
from signing.issuing import Enrolled, enrol
from signing.keys import Signer, box, create_key_file, machine_secret
from signing.seal import make_seal
from signing.seal_image import Picture, name_sample, round_sample

YEARS = {"root": 20, "authority": 10, "seal_maker": 10, "station_sign": 5, "station_encrypt": 5, "organ": 5, "person": 3}
BACKDATED = timedelta(days=1)
"""Certificates begin a day early: the clocks of other stations may be behind."""

AUTHORITY, MAKER, OWN = "authority", "seal_maker", "own:"
"""In `store.meta`: digests of this station's own certificates, `own:<usage>`."""


@dataclass(frozen=True)
class NewStation:
    """A station to be made. `suite` None is the parent's, or `gm` at a county. `number` is the station number of its division."""

    name: str
    tier: Tier
    division: str
    number: str = "01"
    suite: str | None = None


@dataclass(frozen=True)
class NewPerson:
    """A person to be added; without a `pin` there is no key, and the person can log in but not seal."""

    name: str
    display_name: str
    roles: tuple[str, ...]
    password: str
    pin: str | None


@dataclass(frozen=True)
class Above:
    """The folders of the station that certifies, and of the county, which makes seals; the same for a township."""

    parent: Path
    county: Path


class Office:
    """A station's folder, opened to enrol: its settings, its store, and the keys it certifies and makes seals with."""

    def __init__(self, place: Path, clock: Clock) -> None:
        self.folder = StationFolder(place)
        self.config = load_config(place)
        self.suite = suite_of(self.config.station.suite)
        self.store = open_store_of(self.folder, self.config, clock)

    def own_certificate(self, usage: str) -> Certificate:
        """This station's certificate of a usage.

        Raises:
            NotAllowedError: `no_authority`, it has none.
        """
        digest = self.store.meta.get(OWN + usage)
        der = None if digest is None else self.store.certificates.get(digest, "certificate")
        if der is None:
            raise NotAllowedError("no_authority")
        return parse_certificate(self.suite, der)

    def authority(self) -> Signer:
        """Who signs certificates here.

        Raises:
            NotAllowedError: nobody.
            KeyFileError: the key file cannot be used.
        """
        return unattended_signer(self.folder, self.suite, self.folder.authority_key, self.own_certificate(AUTHORITY).der)

    def seal_maker(self) -> Signer:
        """Who makes electronic seals here.

        Raises:
            NotAllowedError: nobody.
            KeyFileError: the key file cannot be used.
        """
        return unattended_signer(self.folder, self.suite, self.folder.seal_maker_key, self.own_certificate(MAKER).der)

    def keep(self, *certificates: Certificate) -> None:
        """Keep certificates."""
        for certificate in certificates:
            self.store.certificates.put(certificate.digest, certificate.der, "certificate")

    def keep_own(self, certificate: Certificate) -> None:
        """Keep a certificate and remember it as this station's own of its usage."""
        self.keep(certificate)
        self.store.meta.set(OWN + certificate.usage, certificate.digest)


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
        enclosures=_enclosure_folder(folder, config),
        clock=clock,
        floor_bytes=config.limits.free_disk_mib << 20,
    )


def _enclosure_folder(folder: StationFolder, config: Config) -> Path:
    """Where enclosures lie: in the station's folder, or where `enclosures.url` says."""
    if config.enclosures.url is None:
        return folder.enclosures
    return Path(url2pathname(urlsplit(config.enclosures.url).path))


def found_station(place: Path, new: NewStation, above: Above | None, clock: Clock) -> str:
    """Make a station in an empty or new folder, whole or not at all; its id.

    Raises:
        RequestError: the folder is not empty, the division does not fit, or a parent is missing or not of this county.
        NotAllowedError: the station above may not certify.
    """
    _check_new(place, new, above)
    existed = place.exists()
    try:
        return _found(StationFolder(place), new, above, clock)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        if existed:
            place.mkdir()
        raise


def enrol_person(place: Path, new: NewPerson, above: Above | None, clock: Clock) -> Person:
    """Make an account and, with a PIN, a key, a certificate and a personal seal (个人印章).

    Raises:
        RequestError: a name, password, PIN or role will not do.
        NotAllowedError: the station above may not certify.
    """
    if new.pin is not None:
        check_pin(new.pin)
    with opened(place, clock) as office:
        people = People(office.store, clock, office.config.station.tier, office.config.policy)
        people.check_new(new.name, new.display_name, new.roles, new.password)
        key = None if new.pin is None else _make_personal_key(office, new, new.pin, above, clock)
        return people.add(new.name, new.display_name, new.roles, new.password, key)


def _check_new(place: Path, new: NewStation, above: Above | None) -> None:
    digits = DIVISION_DIGITS[new.tier]
    fits = new.division.isascii() and new.division.isdigit() and len(new.division) == 12
    if not fits or new.division[digits:] != "0" * (12 - digits):
        raise RequestError("division", division=new.division)
    if not 1 <= len(new.name) <= 64 or not new.name.isprintable() or not new.name.strip():
        raise RequestError("station_name_bad")
    if place.exists() and any(place.iterdir()):
        raise RequestError("station_there", dir=place)
    if (above is None) != (new.tier is Tier.COUNTY):
        raise RequestError("under_needed" if above is None else "under_unwanted")
    if above is not None:
        _check_above(new, load_config(above.parent).station)


def _check_above(new: NewStation, parent: StationSettings) -> None:
    right_tier = parent.tier is (Tier.COUNTY if new.tier is Tier.TOWNSHIP else Tier.TOWNSHIP)
    if not right_tier or not new.division.startswith(parent.division[: DIVISION_DIGITS[parent.tier]]):
        raise RequestError("under_wrong", division=new.division)
    if new.suite not in (None, parent.suite):
        raise RequestError("suite_wrong", suite=parent.suite)


def _found(folder: StationFolder, new: NewStation, above: Above | None, clock: Clock) -> str:
    folder.make()
    secret = machine_secret(folder.machine_secret)
    folder.database_key.write_bytes(box(secret, secrets.token_bytes(32)))
    os.chmod(folder.database_key, 0o600)
    settings = StationSettings(new.name, new.tier, new.division, new.division + new.number, new.suite or _suite_of(above))
    # Written first, so that the folder opens as a station from here on; a failure takes the whole folder away.
    write_config(folder.root, Config(settings))
    with opened(folder.root, clock) as office:
        if above is None:
            _found_county(office, secret, clock.now())
            _give_station_keys(office, office.authority(), office.seal_maker(), secret, clock.now(), None)
            return settings.id
        with opened(above.parent, clock) as parent, opened(above.county, clock) as county:
            _copy_path(office, parent)
            if new.tier is Tier.TOWNSHIP:
                _certify(office, parent.authority(), AUTHORITY, folder.authority_key, secret, clock.now())
            parent_id = parent.config.station.id
            _give_station_keys(office, parent.authority(), county.seal_maker(), secret, clock.now(), parent_id)
            for higher in (parent, county) if above.parent != above.county else (parent,):
                _tell(office, higher)
    return settings.id


def _suite_of(above: Above | None) -> str:
    return "gm" if above is None else load_config(above.parent).station.suite


def _found_county(office: Office, secret: bytes, now: datetime) -> None:
    """Root, authority and seal maker. The root's key can be put away: only a new authority needs it."""
    folder = office.folder
    root = _certify(office, None, "root", folder.root_key, secret, now)
    folder.root_certificate.write_bytes(root.der)
    root_signer = unattended_signer(folder, office.suite, folder.root_key, root.der)
    _certify(office, root_signer, AUTHORITY, folder.authority_key, secret, now)
    _certify(office, office.authority(), MAKER, folder.seal_maker_key, secret, now)


def _give_station_keys(office: Office, authority: Signer, maker: Signer, secret: bytes, now: datetime, parent: str | None) -> None:
    """The station's two keys, its entry in the directory, and the unit's seal (单位印章)."""
    folder, station = office.folder, office.config.station
    sign = _certify(office, authority, "station_sign", folder.station_sign_key, secret, now)
    encrypt = _certify(office, authority, "station_encrypt", folder.station_encrypt_key, secret, now)
    record = StationRecord(station.id, station.name, str(station.tier), parent, None, sign.digest, encrypt.digest)
    office.store.stations.put(record)
    organ = _certify(office, authority, "organ", folder.organ_key, secret, now)
    seal_name = f"{station.name}专用章（样章）"
    _make_seal(office, maker, organ, f"{station.id}-organ-1", seal_name, "organ", round_sample(station.name), now)


def _certify(office: Office, issuer: Signer | None, usage: str, path: Path, secret: bytes, now: datetime) -> Certificate:
    """A new key of this station that opens unattended, and its certificate, kept as the station's own."""
    station = office.config.station
    profile = CertificateProfile(usage=usage, station=station.id, division=station.division, tier=str(station.tier), name=station.name)
    enrolled = _enrol(office.suite, issuer, profile, now)
    create_key_file(path, office.suite, enrolled.private, None, secret)
    office.keep_own(enrolled.certificate)
    return enrolled.certificate


def _enrol(suite: Suite, issuer: Signer | None, profile: CertificateProfile, now: datetime) -> Enrolled:
    begin = now.replace(microsecond=0) - BACKDATED
    return enrol(suite, issuer, profile, begin, begin + timedelta(days=365 * YEARS[profile.usage]))


def _make_personal_key(office: Office, new: NewPerson, pin: str, above: Above | None, clock: Clock) -> tuple[str, str]:
    """A key file with its certificate and seal: name of the file, digest of the certificate. Nobody's until the account names them."""
    station = office.config.station
    profile = CertificateProfile(
        usage="person",
        station=station.id,
        division=station.division,
        tier=str(station.tier),
        name=new.display_name.strip(),
        roles=tuple(sorted(set(new.roles))),
    )
    with _certifier(office, above, clock) as (authority, maker):
        enrolled = _enrol(office.suite, authority, profile, clock.now())
        certificate = enrolled.certificate
        office.keep(certificate)
        seal_id, seal_name = f"{station.id}-person-{secrets.token_hex(4)}", f"{profile.name}（样章）"
        _make_seal(office, maker, certificate, seal_id, seal_name, "person", name_sample(profile.name), clock.now())
    key_name = f"person-{secrets.token_hex(6)}"
    create_key_file(office.folder.personal_key(key_name), office.suite, enrolled.private, pin, machine_secret(office.folder.machine_secret))
    return key_name, certificate.digest


@contextmanager
def _certifier(office: Office, above: Above | None, clock: Clock) -> Iterator[tuple[Signer, Signer]]:
    """The authority that certifies this station's people, and the seal maker."""
    if above is None:
        yield office.authority(), office.seal_maker()
        return
    with opened(above.parent, clock) as parent, opened(above.county, clock) as county:
        yield parent.authority(), county.seal_maker()


def _make_seal(
    office: Office, maker: Signer, holder: Certificate, seal_id: str, name: str, kind: str, picture: Picture, now: datetime
) -> None:
    """An electronic seal (电子印章) that one certificate's holder may use, kept in the register."""
    created_at = now.replace(microsecond=0)
    seal = make_seal(
        office.suite,
        maker,
        seal_id=seal_id,
        name=name,
        kind=kind,
        holders=[holder],
        picture=picture,
        created_at=created_at,
        valid_from=holder.not_before,
        valid_to=holder.not_after,
    )
    digest = office.suite.digest(seal)
    office.store.certificates.put(digest, seal, "seal")
    office.store.meta.set(SEAL_OF + holder.digest, digest)


def _copy_path(office: Office, parent: Office) -> None:
    """What a new station must know of those above: the root, their certificates and their entries in the directory."""
    office.folder.root_certificate.write_bytes(parent.folder.root_certificate.read_bytes())
    above = set(_path_from(parent))
    for station in parent.store.stations.all():
        if station.station in above:
            office.store.stations.put(station)
    office.keep(*(one for one in _certificates(parent) if one.usage != "person" and one.station in above))


def _tell(office: Office, higher: Office) -> None:
    """Let a station above know the new one."""
    entry = office.store.stations.get(office.config.station.id)
    if entry is None:
        raise RuntimeError("the station was just made")
    with higher.store.transaction():
        higher.store.stations.put(entry)
        higher.keep(*(one for one in _certificates(office) if one.station == entry.station and one.usage != "person"))


def _path_from(office: Office) -> Iterable[str]:
    at: str | None = office.config.station.id
    while at is not None:
        yield at
        entry = office.store.stations.get(at)
        at = None if entry is None else entry.parent


def _certificates(office: Office) -> list[Certificate]:
    return [parse_certificate(office.suite, record.der) for record in office.store.certificates.all("certificate")]

"""Founding (建站) on one machine: a county makes itself; a lower station is invited, asks, is confirmed and joins in one go.

The folders of the stations above must be at hand, as they are in the demo and in tests. The certificates are issued as for a station
that joins from afar; only the carrying and the comparing of codes are left out.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from node.clock import Clock
from node.config import DIVISION_DIGITS, Config, StationSettings, load_config, write_config
from node.enrolment.asking import NewKey, ask_for_person, take_certificates
from node.enrolment.invitations import Inviting, Wanted
from node.enrolment.issuing import AUTHORITY, MAKER, Issuer, validity
from node.enrolment.joining import begin, finish
from node.enrolment.office import Office, opened
from node.enrolment.registrar import Registrar
from node.errors import NodeError, RequestError
from node.folder import StationFolder
from node.roles import Tier
from node.seals.samples import DrawName, sample_for
from node.staff.keyring import unattended_signer
from node.staff.passwords import check_pin
from node.staff.people import People, Person
from signing.algorithms import PrivateKey
from signing.certificates import Certificate, CertificateProfile
from signing.issuing import enrol
from signing.keys import Signer, box, create_key_file, machine_secret

BY_HAND = "init"
"""Who confirmed, in the audit log, where both stations are on one machine."""


@dataclass(frozen=True)
class NewStation:
    """A station to be made. `suite` None is the parent's, or `gm` at a county. `number` is a county's own station number."""

    name: str
    tier: Tier
    division: str
    number: str = "01"
    suite: str | None = None


@dataclass(frozen=True)
class NewPerson:
    """A person to be added; without a `pin` there is no key, and the person can log in but not seal.

    `division` is the village that the person acts for, empty for the station's own: one machine may serve several village rooms.
    """

    name: str
    display_name: str
    roles: tuple[str, ...]
    password: str
    pin: str | None
    division: str = ""


@dataclass(frozen=True)
class Above:
    """The folders of the station that certifies, and of the county, which knows everybody; the same for a township."""

    parent: Path
    county: Path


def found_station(place: Path, new: NewStation, above: Above | None, clock: Clock) -> str:
    """Make a station in an empty or new folder, whole or not at all; its id.

    Raises:
        RequestError: the folder is not empty, the division does not fit, or a parent is missing or not of this county.
        NotAllowedError: the station above may not certify.
    """
    _check_new(place, new, above)
    existed = place.exists()
    try:
        if above is None:
            return _found_county(StationFolder(place), new, clock)
        return _join(StationFolder(place), new, above, clock)
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
    return enrol_with_key(place, new, above, clock)[0]


def enrol_with_key(
    place: Path, new: NewPerson, above: Above | None, clock: Clock, draw_name: DrawName = sample_for
) -> tuple[Person, PrivateKey | None]:
    """As `enrol_person`; the new key too, for what has to be done with it at once, such as the first seals of an example.

    Raises:
        RequestError, NotAllowedError: as `enrol_person`.
    """
    if new.pin is not None:
        check_pin(new.pin)
    with opened(place, clock) as office:
        people = People(office.store, clock, office.config.station.tier, office.config.policy)
        people.check_new(new.name, new.display_name, new.roles, new.password)
        private = None if new.pin is None else office.suite.generate()
        key = None if private is None or new.pin is None else _make_personal_key(office, new, private, new.pin, above, clock, draw_name)
        return people.add(new.name, new.display_name, new.roles, new.password, key), private


@contextmanager
def registrar_of(office: Office, clock: Clock, draw_name: DrawName = sample_for) -> Iterator[tuple[Registrar, Inviting]]:
    """Who decides and who invites at the station of an opened folder; the other stations are told by hand.

    Raises:
        NodeError, SigningError: it cannot certify.
    """
    trust, register = office.register()
    station = office.station(trust, register)
    issuer = Issuer(office.keys, draw_name)
    yield Registrar(station, office.store, register, issuer, clock), Inviting(station, office.store, clock)


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


def _found_county(folder: StationFolder, new: NewStation, clock: Clock) -> str:
    """Root, authority, seal maker, and the station's keys. The root's key can be put away: only a new authority needs it."""
    folder.make()
    secret = machine_secret(folder.machine_secret)
    folder.database_key.write_bytes(box(secret, secrets.token_bytes(32)))
    os.chmod(folder.database_key, 0o600)
    settings = StationSettings(new.name, new.tier, new.division, new.division + new.number, new.suite or "gm")
    write_config(folder.root, Config(settings))
    with opened(folder.root, clock) as office:
        now = clock.now()
        root = _certify(office, None, "root", folder.root_key, secret, now)
        folder.root_certificate.write_bytes(root.der)
        root_signer = unattended_signer(folder, office.suite, folder.root_key, root.der)
        _certify(office, root_signer, AUTHORITY, folder.authority_key, secret, now)
        authority = office.keys.authority()
        _certify(office, authority, MAKER, folder.seal_maker_key, secret, now)
        sign = _certify(office, authority, "station_sign", folder.station_sign_key, secret, now)
        encrypt = _certify(office, authority, "station_encrypt", folder.station_encrypt_key, secret, now)
        _, register = office.register()
        register.learn((sign, encrypt))
    return settings.id


def _join(folder: StationFolder, new: NewStation, above: Above, clock: Clock) -> str:
    with opened(above.parent, clock) as parent, opened(above.county, clock) as county, registrar_of(parent, clock) as (registrar, inviting):
        (invited,) = inviting.invite([Wanted(new.name, new.tier, new.division)], BY_HAND)
        try:
            taken = registrar.take(begin(folder.root, invited.data, clock).request)
            station = finish(folder.root, registrar.confirm(taken.digest, BY_HAND), clock)
            with opened(folder.root, clock) as office:
                for higher in (parent, county) if above.parent != above.county else (parent,):
                    _tell(office, higher)
        except BaseException:
            with suppress(NodeError):
                inviting.withdraw(invited.invitation_id, BY_HAND)
            raise
    return station


def _certify(office: Office, issuer: Signer | None, usage: str, path: Path, secret: bytes, now: datetime) -> Certificate:
    """A new key of this station that opens unattended, and its certificate, kept as the station's own."""
    station = office.config.station
    profile = CertificateProfile(usage=usage, station=station.id, division=station.division, tier=str(station.tier), name=station.name)
    enrolled = enrol(office.suite, issuer, profile, *validity(usage, now))
    create_key_file(path, office.suite, enrolled.private, None, secret)
    office.keep_own(enrolled.certificate)
    return enrolled.certificate


def _make_personal_key(
    office: Office, new: NewPerson, private: PrivateKey, pin: str, above: Above | None, clock: Clock, draw_name: DrawName
) -> tuple[str, str]:
    """A key file with its certificate and seal: name of the file, digest of the certificate. Nobody's until the account names them."""
    settings = office.config.station
    trust, register = office.register()
    station = office.station(trust, register)
    name, roles, divisions = new.display_name.strip(), tuple(sorted(set(new.roles))), (new.division or settings.division,)
    key = NewKey(new.name, name, roles, divisions, private.public, lambda message: office.suite.sign(private, message))
    request = ask_for_person(station, key, clock)
    with (
        opened(office.folder.root if above is None else above.parent, clock) as parent,
        registrar_of(parent, clock, draw_name) as (registrar, _),
    ):
        taken = registrar.take(request)
        answer = registrar.confirm(taken.digest, BY_HAND)
    (certificate,) = take_certificates(station, office.store, register, answer, taken.digest)
    key_name = f"person-{secrets.token_hex(6)}"
    create_key_file(office.folder.personal_key(key_name), office.suite, private, pin, machine_secret(office.folder.machine_secret))
    return key_name, certificate.digest


def _tell(office: Office, higher: Office) -> None:
    """Let a station above know the new one."""
    station = office.config.station.id
    trust, register = higher.register()
    certificates = [trust.add(record.der) for record in office.store.certificates.all("certificate")]
    theirs = [one for one in certificates if one.station == station and one.usage != "person"]
    with higher.store.transaction():
        higher.keep(*theirs)
        register.learn(theirs)

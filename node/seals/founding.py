"""Seals of an example county, made on one machine where the keys of all are at hand: nothing is asked for, carried or confirmed.

What comes out is what the long way brings. Unless told otherwise the pictures are samples: no child process is started.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from node.clock import Clock
from node.enrolment.document_root import DocumentRoot
from node.enrolment.issuing import Issuer, unit_seal, validity
from node.enrolment.office import Office, opened
from node.seals.cabinet import HELD
from node.seals.making import MADE, SAMPLE, CertifyDocument
from node.seals.register import IN_USE
from node.seals.samples import DrawName, unit_sample_for
from node.staff.holders import machine_secret_of
from node.store.records.seals import HeldSealRecord, SealEventRecord, SealRecord
from signing.algorithms import PrivateKey
from signing.algorithms import suite as suite_of
from signing.certificates import Certificate, CertificateProfile
from signing.custody import DOCUMENT_SUITE, SealKeys, add_custodian, create_seal_key
from signing.keys import Signer
from signing.seal import Seal, parse_seal
from signing.seal_image import Picture

REASON = "示例数据"


@dataclass(frozen=True)
class NewSeal:
    """A seal to be made: where, of which kind, the name on it, and its custodians by login name."""

    place: Path
    kind: str
    name: str
    custodians: tuple[str, ...]


def found_seals(
    county: Path,
    officer: str,
    seals: Sequence[NewSeal],
    keys: Mapping[str, PrivateKey],
    clock: Clock,
    draw: DrawName = unit_sample_for,
) -> None:
    """Make these seals in the name of the county's key officer. `keys` are people's own keys by login name, `draw` makes a name's picture.

    Raises:
        NodeError, SigningError: one of them cannot be made.
    """
    with opened(county, clock) as above, above.store.transaction():
        certify_document = DocumentRoot(above.folder, above.config.station).certify
        drawn = [(one, draw(one.name)) for one in seals]
        for place in dict.fromkeys(one.place for one in seals):
            theirs = [(one, picture) for one, picture in drawn if one.place == place]
            if place == county:
                _found(above, above, officer, theirs, keys, clock.now(), certify_document)
            else:
                with opened(place, clock) as office:
                    _found(office, above, officer, theirs, keys, clock.now(), certify_document)


def _found(
    office: Office,
    county: Office,
    officer: str,
    seals: Sequence[tuple[NewSeal, Picture]],
    keys: Mapping[str, PrivateKey],
    now: datetime,
    certify_document: CertifyDocument,
) -> None:
    settings, issuer, maker = office.config.station, Issuer(county.keys), county.keys.seal_maker()
    with office.store.transaction():
        for new, picture in seals:
            profile = CertificateProfile(
                usage="organ", station=settings.id, division=settings.division, tier=str(settings.tier), name=new.name
            )
            key_name, pair = _make_keys(office, new, keys)
            (certificate,) = issuer.certify([(profile, pair.organ.public)], now)
            seal = _make_seal(county, maker, certificate, (new, picture), now)
            documents: Sequence[bytes] = ()
            if pair.document is not None:
                documents = certify_document(profile, pair.document.public, *validity("organ", now))
            for keeper in {office, county}:
                keeper.keep(certificate)
                keeper.store.certificates.put(seal.digest, seal.der, "seal")
            _enter(county, new, _name_of(office, new), certificate, seal, officer)
            _hold(office, new, key_name, certificate, seal, documents)


def _make_keys(office: Office, new: NewSeal, keys: Mapping[str, PrivateKey]) -> tuple[str, SealKeys]:
    suite, key_name, secret = office.suite, f"seal-{secrets.token_hex(6)}", machine_secret_of(office.folder)
    pair = SealKeys(suite.generate(), None if suite.name == DOCUMENT_SUITE else suite_of(DOCUMENT_SUITE).generate())
    path = office.folder.personal_key(key_name)
    first, *others = (keys[name] for name in new.custodians)
    create_seal_key(path, suite, pair, first, secret)
    for other in others:
        add_custodian(path, suite, first, other, secret)
    return key_name, pair


def _make_seal(county: Office, maker: Signer, certificate: Certificate, drawn: tuple[NewSeal, Picture], now: datetime) -> Seal:
    new, picture = drawn
    seal_id = f"{certificate.station}-{new.kind}-1"
    made = unit_seal(county.suite, maker, certificate, seal_id, f"{new.name}{SAMPLE}", picture, now)
    return parse_seal(county.suite, made)


def _name_of(office: Office, new: NewSeal) -> str:
    record = office.store.people.get(new.custodians[0])
    return "" if record is None else record.display_name


def _enter(county: Office, new: NewSeal, asked_by: str, certificate: Certificate, seal: Seal, officer: str) -> None:
    """The line in the county's register, and how it came about."""
    at = seal.created_at
    county.store.seals.put(
        SealRecord(
            request=seal.digest,
            station=certificate.station,
            division=certificate.division,
            kind=new.kind,
            name=seal.name,
            asked_at=at,
            asked_by=asked_by,
            remark=REASON,
            replaces=None,
            state=IN_USE,
            since=at,
            media=seal.picture.media,
            picture=seal.picture.data,
            width_mm=seal.picture.width_mm,
            height_mm=seal.picture.height_mm,
            by=officer,
            reason=REASON,
            seal_id=seal.seal_id,
            seal=seal.digest,
            certificate=certificate.digest,
            valid_to=seal.valid_to,
        )
    )
    for state in (MADE, IN_USE):
        county.store.seals.note(SealEventRecord(request=seal.digest, at=at, since=at, by=officer, state=state, reason=REASON))


def _hold(office: Office, new: NewSeal, key_name: str, certificate: Certificate, seal: Seal, documents: Sequence[bytes]) -> None:
    """The seal in the station's cabinet."""
    office.store.held_seals.put(
        HeldSealRecord(
            key_name=key_name,
            request=seal.digest,
            division=certificate.division,
            kind=new.kind,
            name=new.name,
            holder="file",
            key_id=certificate.key_id,
            asked_at=seal.created_at,
            asked_by=new.custodians[0],
            sent_at=seal.created_at,
            replaces=None,
            state=HELD,
            data=b"",
            seal_id=seal.seal_id,
            seal=seal.digest,
            certificate=certificate.digest,
            documents=tuple(base64.b64encode(one).decode() for one in documents),
        )
    )

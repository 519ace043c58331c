"""Issuing: the keys with which this station certifies and makes seals (制章), and what it makes with them.

Who certifies: the county its own people and station and those of its townships; a township those of its villages. A unit's seal
(单位印章) is the county's to make; a personal one (个人印章) also the township's for its villages.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from node.errors import NotAllowedError
from node.folder import StationFolder
from node.seals.samples import DrawName, sample_for
from node.staff.keyring import unattended_signer
from node.store import Store
from node.succession import standing
from signing.algorithms import Suite
from signing.certificates import Certificate, CertificateProfile, parse_certificate
from signing.issuing import issue
from signing.keys import Signer
from signing.seal import make_seal
from signing.seal_image import Picture

YEARS = {"root": 20, "authority": 10, "seal_maker": 10, "station_sign": 5, "station_encrypt": 5, "organ": 5, "person": 3}
BACKDATED = timedelta(days=1)
"""Certificates begin a day early: the clocks of other stations may be behind."""

AUTHORITY, MAKER, OWN = "authority", "seal_maker", "own:"
"""In `store.meta`: digests of this station's own certificates, `own:<usage>`."""


def validity(usage: str, now: datetime) -> tuple[datetime, datetime]:
    """From when to when a certificate of a usage is good that is made now."""
    begin = now.replace(microsecond=0) - BACKDATED
    return begin, begin + timedelta(days=365 * YEARS[usage])


class IssuingKeys:
    """This station's own certificates, and the keys of its authority and its seal maker, opened when they are used."""

    def __init__(self, folder: StationFolder, suite: Suite, store: Store) -> None:
        self.suite = suite
        self._folder = folder
        self._store = store

    def own_certificate(self, usage: str) -> Certificate:
        """This station's certificate of a usage.

        Raises:
            NotAllowedError: `no_authority`, it has none.
        """
        digest = self._store.meta.get(OWN + usage)
        der = None if digest is None else self._store.certificates.get(digest, "certificate")
        if der is None:
            raise NotAllowedError("no_authority")
        return parse_certificate(self.suite, der)

    def has(self, usage: str) -> bool:
        """Whether this station has a certificate of a usage."""
        return self._store.meta.get(OWN + usage) is not None

    def authority(self, *, for_itself: bool = False) -> Signer:
        """Who signs certificates here; an old copy only its own next number (`for_itself`), since it would give others' numbers again.

        Raises:
            NotAllowedError: nobody; `standing_restored`.
            KeyFileError: the key file cannot be used.
        """
        if not for_itself and self._store.meta.get(standing.META) == standing.RESTORED:
            raise NotAllowedError(f"standing_{standing.RESTORED}")
        return self._signer(AUTHORITY)

    def seal_maker(self) -> Signer:
        """Who makes electronic seals here.

        Raises:
            NotAllowedError: nobody.
            KeyFileError: the key file cannot be used.
        """
        return self._signer(MAKER)

    def _signer(self, usage: str) -> Signer:
        certificate = self.own_certificate(usage)
        return unattended_signer(self._folder, self.suite, self._folder.key_of(usage, certificate.station), certificate.der)


class Issuer:
    """Makes certificates and seals with the keys of this station; `draw_name` makes the pictures of personal seals."""

    def __init__(self, keys: IssuingKeys, draw_name: DrawName = sample_for) -> None:
        self._keys = keys
        self._draw_name = draw_name
        self._suite = keys.suite

    def check(self) -> None:
        """Return when this station has an authority.

        Raises:
            NotAllowedError: it has none.
        """
        self._keys.own_certificate(AUTHORITY)

    def certify(
        self, wanted: Sequence[tuple[CertificateProfile, bytes]], now: datetime, *, for_itself: bool = False
    ) -> tuple[Certificate, ...]:
        """Certificates for public keys, of these profiles.

        Raises:
            NotAllowedError: no authority here, or it is an old copy.
            CertificateError: it may not certify one of them.
            KeyFileError: its key file cannot be used.
        """
        authority = self._keys.authority(for_itself=for_itself)
        return tuple(self._certify(authority, profile, public, now) for profile, public in wanted)

    def _certify(self, authority: Signer, profile: CertificateProfile, public: bytes, now: datetime) -> Certificate:
        begin, end = validity(profile.usage, now)
        # Nothing outlives its authority; what does would be of no use.
        end = max(begin, min(end, authority.certificate.not_after))
        return parse_certificate(self._suite, issue(self._suite, authority, public, profile, begin, end))

    def personal_seals(self, holders: Sequence[Certificate], now: datetime) -> tuple[bytes, ...]:
        """A personal seal for each holder of a `person` certificate, DER.

        Raises:
            NotAllowedError: no seal maker here.
            SealError: it may not make one of them.
            KeyFileError: its key file cannot be used.
        """
        if not holders:
            return ()
        maker = self._keys.seal_maker()
        return tuple(personal_seal(self._suite, maker, holder, self._draw_name(holder.name), now) for holder in holders)


def personal_seal(suite: Suite, maker: Signer, holder: Certificate, picture: Picture, now: datetime) -> bytes:
    """The personal seal of one `person` certificate, marked 样章."""
    seal_id = f"{holder.station}-person-{secrets.token_hex(4)}"
    return _seal(suite, maker, holder, seal_id, f"{holder.name}（样章）", "person", picture, now)


def unit_seal(suite: Suite, maker: Signer, holder: Certificate, seal_id: str, name: str, picture: Picture, now: datetime) -> bytes:
    """The unit seal of an `organ` certificate."""
    return _seal(suite, maker, holder, seal_id, name, "organ", picture, now)


def _seal(suite: Suite, maker: Signer, holder: Certificate, seal_id: str, name: str, kind: str, picture: Picture, now: datetime) -> bytes:
    return make_seal(
        suite,
        maker,
        seal_id=seal_id,
        name=name,
        kind=kind,
        holders=[holder],
        picture=picture,
        created_at=now.replace(microsecond=0),
        valid_from=holder.not_before,
        valid_to=holder.not_after,
    )

"""Certificates: X.509 v3 with one private extension that says who the holder is among the stations of a county.

`parse_certificate` reads and checks the form only; whether to believe it is `trust.TrustStore.path`'s to say.

Source: RFC 5280 (4.1, 4.2), GM/T 0015-2012 (SM2 in X.509).
"""

from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache

from signing import der
from signing.algorithms import Suite
from signing.canonical import parse_canonical
from signing.errors import MalformedError

PROFILE_OID = der.oid("2.25.313732811847346029838520263372414187520")
BASIC_CONSTRAINTS, KEY_USAGE = der.oid("2.5.29.19"), der.oid("2.5.29.15")
SUBJECT_KEY_ID, AUTHORITY_KEY_ID = der.oid("2.5.29.14"), der.oid("2.5.29.35")
_WHAT = "certificate"
_REMEMBERED = 128

TIERS = ("village", "township", "county")
"""From the lowest up."""

PREFIX_DIGITS = {"county": 6, "township": 9, "village": 12}
"""How many digits of a division code (区划代码) a tier fixes; the rest are zeros."""

_OFFICERS = frozenset({"admin", "key_officer"})
ROLES = {
    "village": _OFFICERS | {"agent", "village_head"},
    "township": _OFFICERS | {"reviewer", "leader"},
    "county": _OFFICERS | {"approver", "supervisor"},
}
"""The roles that a person of each tier may be certified for."""

KEY_USAGES = {
    # usage: (first octet of the X.509 bit string, its unused bits). Source: RFC 5280, 4.2.1.3
    "root": (0x06, 1),  # keyCertSign, cRLSign
    "authority": (0x06, 1),
    "station_sign": (0x80, 7),  # digitalSignature
    "station_encrypt": (0x28, 3),  # keyEncipherment, keyAgreement
    "person": (0xC0, 6),  # digitalSignature, contentCommitment
    "seal_maker": (0x80, 7),
    "organ": (0xC0, 6),
}
"""What each kind of certificate is for; each certificate is of one kind."""

AUTHORITIES = frozenset({"root", "authority"})
_TIERS_OF_USAGE = {"root": ("county",), "authority": ("township", "county")}
_ONE_STATION = frozenset({"station_sign", "station_encrypt", "person"})


@dataclass(frozen=True, kw_only=True)
class CertificateProfile:
    """Who a key is: its use, its station (14 digits, or empty where it is no one station's), division (12 digits), tier, roles, name.

    `replaces` is the station whose place this one takes, empty where there is none; only a `station_sign` certificate says so.
    """

    usage: str
    division: str
    tier: str
    name: str
    station: str = ""
    roles: tuple[str, ...] = ()
    replaces: str = ""

    def __post_init__(self) -> None:
        # One spelling of the same set of roles, whatever order they were named in.
        object.__setattr__(self, "roles", tuple(sorted(set(self.roles))))

    def fault(self) -> str | None:
        """Why no certificate may say this, or `None`."""
        if self.usage not in KEY_USAGES:
            return "usage"
        if self.tier not in _TIERS_OF_USAGE.get(self.usage, TIERS):
            return "tier"
        if not _is_division(self.division, self.tier):
            return "division"
        if not self._station_fits():
            return "station"
        if self.roles and (self.usage != "person" or not ROLES[self.tier].issuperset(self.roles)):
            return "roles"
        if self.replaces and not self._replaces_fits():
            return "replaces"
        return None if 1 <= len(self.name) <= 64 and self.name.isprintable() else "name"

    def _station_fits(self) -> bool:
        if self.station == "":
            return self.usage not in _ONE_STATION
        # A person of one village may act for another of the same township, on the machine where that person sits.
        away = self.usage == "person" and self.tier == "village" and self.station[9:12] != "000"
        shared = PREFIX_DIGITS["township"] if away else 12
        return len(self.station) == 14 and _is_digits(self.station) and self.station.startswith(self.division[:shared])

    def _replaces_fits(self) -> bool:
        """Only a station takes a place, and only of an earlier number of its own division."""
        earlier = len(self.replaces) == 14 and _is_digits(self.replaces) and self.replaces < self.station
        return self.usage == "station_sign" and earlier and self.replaces.startswith(self.division)

    def covers(self, subject: "CertificateProfile") -> bool:
        """Whether `subject` lies under this division and not above this tier."""
        prefix = self.division[: PREFIX_DIGITS[self.tier]]
        return subject.division.startswith(prefix) and TIERS.index(subject.tier) <= TIERS.index(self.tier)

    def nesting_fault(self, subject: "CertificateProfile") -> str | None:
        """Why this issuer may not certify `subject`, or `None`.

        An authority certifies another one only of a lower tier, so no path has more than four certificates; that a township never makes
        a county role follows from the tier.
        """
        if self.usage not in AUTHORITIES:
            return "issuer_usage"
        if subject.usage == "root" or (subject.usage == "authority" and self.usage != "root" and subject.tier == self.tier):
            return "authority_not_allowed"
        return None if self.covers(subject) else "outside_issuer"


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_division(code: str, tier: str) -> bool:
    fixed = PREFIX_DIGITS[tier]
    if len(code) != 12 or not _is_digits(code) or code[fixed:].strip("0"):
        return False
    return tier == "county" or code[fixed - 3 : fixed] != "000"


@dataclass(frozen=True, kw_only=True)
class Certificate(CertificateProfile):
    """A certificate as it came and what it says. Nothing in it is believed before a path proves it."""

    der: bytes = field(repr=False)
    digest: str
    serial: int
    subject: bytes = field(repr=False)
    issuer: bytes = field(repr=False)
    not_before: datetime
    not_after: datetime
    public_key: bytes = field(repr=False)
    key_id: str
    issuer_key_id: str
    tbs: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @property
    def profile(self) -> CertificateProfile:
        """What it says of its holder, to say it again in another certificate."""
        return CertificateProfile(**{each.name: getattr(self, each.name) for each in fields(CertificateProfile)})

    @property
    def known_as(self) -> tuple[str, str]:
        """The two names under which an `UnknownSignerError` may have asked for this: its digest, and `key:` with its key identifier."""
        return self.digest, f"key:{self.key_id}"


def key_id_of(suite: Suite, public_key: bytes) -> str:
    """40 hex that name a key: the digest of its point, cut to 160 bits. Source: RFC 7093, 2, method 1, with the suite's digest."""
    return suite.hash(public_key[-65:])[:20].hex()


def path_length(profile: CertificateProfile) -> int:
    """How many authorities may follow an authority of this profile: root, county, township, holder is the longest path."""
    return 2 if profile.usage == "root" else TIERS.index(profile.tier) - 1


def basic_constraints(profile: CertificateProfile) -> bytes:
    """The value of that extension for this profile."""
    if profile.usage not in AUTHORITIES:
        return der.sequence()
    return der.sequence(der.boolean(True), der.integer(path_length(profile)))


def key_usage(profile: CertificateProfile) -> bytes:
    """The value of that extension for this profile."""
    octet, unused = KEY_USAGES[profile.usage]
    return der.bits(bytes((octet,)), unused)


@lru_cache(maxsize=_REMEMBERED)
def parse_certificate(suite: Suite, data: bytes) -> Certificate:
    """The certificate in `data` (not trusted), its form checked, its signature not yet. The last ones are remembered.

    Raises:
        MalformedError: not a certificate of this suite in our profile.
    """
    outer = der.Reader(_WHAT, data)
    whole = outer.enter()
    outer.done()
    tbs = whole.slice(der.SEQUENCE)
    algorithm = whole.slice(der.SEQUENCE)
    signature = whole.bits()
    whole.done()
    if algorithm != der.sequence(suite.signature_oid):
        raise whole.fault("signature algorithm")
    return _parse_tbs(suite, data, tbs, algorithm, signature)


def _parse_tbs(suite: Suite, data: bytes, tbs: bytes, algorithm: bytes, signature: bytes) -> Certificate:
    reader = der.Reader(_WHAT, tbs).enter()
    version = reader.enter(0xA0)
    if version.integer() != 2 or version.more:
        raise reader.fault("version")
    serial = reader.integer()
    if not 0 < serial < 2**159 or reader.slice(der.SEQUENCE) != algorithm:
        raise reader.fault("serial or algorithm")
    issuer = reader.slice(der.SEQUENCE)
    validity = reader.enter()
    not_before, not_after = validity.x509_time(), validity.x509_time()
    validity.done()
    subject = reader.slice(der.SEQUENCE)
    public_key = reader.slice(der.SEQUENCE)
    suite.check_public(public_key)
    extensions = read_extensions(reader.enter(0xA3), _KNOWN)
    reader.done()
    profile = _parse_profile(extensions[PROFILE_OID])
    key_id = key_id_of(suite, public_key)
    if not_after < not_before or _read_key_id(extensions[SUBJECT_KEY_ID], der.OCTET_STRING) != key_id:
        raise reader.fault("validity or key identifier")
    if extensions[BASIC_CONSTRAINTS] != basic_constraints(profile) or extensions[KEY_USAGE] != key_usage(profile):
        raise reader.fault("not what its usage asks for")
    return Certificate(
        usage=profile.usage,
        division=profile.division,
        tier=profile.tier,
        name=profile.name,
        station=profile.station,
        roles=profile.roles,
        replaces=profile.replaces,
        der=data,
        digest=suite.digest(data),
        serial=serial,
        subject=subject,
        issuer=issuer,
        not_before=not_before,
        not_after=not_after,
        public_key=public_key,
        key_id=key_id,
        issuer_key_id=read_authority_key_id(extensions[AUTHORITY_KEY_ID]),
        tbs=tbs,
        signature=signature,
    )


_KNOWN = {BASIC_CONSTRAINTS: True, KEY_USAGE: True, SUBJECT_KEY_ID: False, AUTHORITY_KEY_ID: False, PROFILE_OID: False}
"""Extensions that every certificate has: whether they are critical."""


def read_extensions(tagged: der.Reader, known: dict[bytes, bool]) -> dict[bytes, bytes]:
    """The values of the `known` extensions (all must be there, marked critical or not as said); others only if not critical.

    Raises:
        MalformedError: missing, twice, or critical and not known.
    """
    found: dict[bytes, bytes] = {}
    seen: set[bytes] = set()
    extensions = tagged.enter()
    tagged.done()
    for extension in extensions.each(der.SEQUENCE):
        name = extension.oid()
        critical = extension.next_tag() == der.BOOLEAN
        if critical and not extension.boolean():
            raise tagged.fault("default written out")
        value = extension.octets()
        extension.done()
        if name in seen or critical != known.get(name, False):
            raise tagged.fault("extension twice or critical")
        seen.add(name)
        if name in known:
            found[name] = value
    if found.keys() != known.keys():
        raise tagged.fault("extension missing")
    return found


def _read_key_id(value: bytes, tag: int) -> str:
    reader = der.Reader("key identifier", value)
    key_id = reader.contents(tag)
    reader.done()
    return key_id.hex()


def read_authority_key_id(value: bytes) -> str:
    """The key identifier inside an authority key identifier extension that has nothing else.

    Raises:
        MalformedError: anything else.
    """
    outer = der.Reader("key identifier", value)
    inner = outer.contents(der.SEQUENCE)
    outer.done()
    return _read_key_id(inner, 0x80)


def _parse_profile(value: bytes) -> CertificateProfile:
    reader = der.Reader(_WHAT, value)
    members = parse_canonical(reader.text(der.UTF8).encode())
    reader.done()
    try:
        profile = CertificateProfile(
            usage=members["usage"],
            division=members["division"],
            tier=members["tier"],
            name=members["name"],
            station=members["station"],
            roles=tuple(members["roles"]),
            replaces=members.get("replaces", ""),
        )
        if "replaces" in members and not profile.replaces:
            raise MalformedError(_WHAT, "profile")
        texts = (profile.usage, profile.replaces, profile.division, profile.tier, profile.name, profile.station, *profile.roles)
        if not all(isinstance(text, str) for text in texts):
            raise MalformedError(_WHAT, "profile")
        fault = profile.fault() if list(profile.roles) == members["roles"] else "roles"
    except (KeyError, TypeError) as error:
        raise MalformedError(_WHAT, "profile") from error
    if fault:
        raise MalformedError(_WHAT, f"profile: {fault}")
    return profile

"""Papers of a case as pages show them and letters carry them: frozen values, no rules, no wording."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

MANDATE = "mandate"
"""The reserved material id under which the scan of a mandate goes; no item's package has to name it."""

SEAL_APPROVAL = "seal_approval"
"""Likewise for the scan of the village head's approval on paper of the use of the committee's seal (纸质用印审批)."""

RESERVED = frozenset({MANDATE, SEAL_APPROVAL})
"""Material ids under which every case may have pages beside its item's."""

DOCUMENTS = "documents"
"""The reserved material id under which a letter carries the sealed documents (文书): never a page, and nobody waits for it."""

POWERS = ("file", "supplement", "collect")
"""What may be done in the applicant's name: hand in (递交), complete (补正), collect the result (代领). Never money."""

SIGNED = ("signature", "fingerprint")
"""How a mandate is signed: by hand, or by a fingerprint (捺印) of who cannot write."""

PAD, PAPER = "pad", "paper"
"""Where the applicant signed the application: on the pad (手写板), or on the printed form."""

STANDING = "standing"


@dataclass(frozen=True)
class MandateLine:
    """A mandate (代办委托书): who lets the station do what, from when to when, and before whom it was signed.

    `state` is `unscanned`, `early`, `standing`, `expired` or `revoked`. `content` is the digest of what the paper says, `pages` are the
    digests of its scans. Of a letter, `principal_id`, `witness_phone` and what was revoked are not known.
    """

    principal: str
    powers: tuple[str, ...]
    begins: date
    ends: date
    witness: str
    signed: str
    state: str
    content: str
    pages: tuple[str, ...] = ()
    principal_id: str = ""
    witness_phone: str = ""
    number: int = 1
    made_at: datetime | None = None
    revoked_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True)
class TickLine:
    """Who held a material's pages against the original (原件核验), and when; `by` is a name."""

    material: str
    by: str
    at: datetime


@dataclass(frozen=True)
class SignedLine:
    """The applicant's signature: `way` is `pad` or `paper`, `answers` the digest of what was signed.

    `agrees` says whether that is what the case holds.
    """

    way: str
    answers: str
    at: datetime
    agrees: bool


@dataclass(frozen=True)
class CardLine:
    """An identity card that was read (读卡核验): `fields` say what it says, `differs` something else. `expired` says that it had run out.

    `against` is what stands on the card in place of what differs; of a letter it is not known.
    """

    at: datetime
    fields: tuple[str, ...]
    differs: tuple[str, ...] = ()
    expired: bool = False
    against: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CasePapers:
    """All papers of a case. `standby` is the code of the receipt it was entered from, `first_contact_at` when the applicant first came."""

    mandate: MandateLine | None = None
    originals: tuple[TickLine, ...] = ()
    signed: SignedLine | None = None
    standby: str = ""
    first_contact_at: datetime | None = None
    cards: tuple[CardLine, ...] = ()

    def is_from_card(self, name: str) -> bool:
        """Whether the answer to a field is what a card said."""
        return any(name in one.fields for one in self.cards)

    def unlike_card(self, name: str) -> CardLine | None:
        """The card that says something else than the answer to a field, or None."""
        return next((one for one in self.cards if name in one.differs), None)

    def tick(self, material: str) -> TickLine | None:
        """The tick of a material, or None."""
        return next((one for one in self.originals if one.material == material), None)


NO_PAPERS = CasePapers()

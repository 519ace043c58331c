"""What stands at the head of every document of a case: frozen values, gathered by whoever makes one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Organ:
    """A station on the case's path: its tier and its name."""

    tier: str
    name: str


@dataclass(frozen=True)
class CaseFacts:
    """Which case it is. `package` is the digest of the item version, `organs` the stations on its path from the village up."""

    case_number: str
    short_number: str
    item_name: str
    package: str
    applicant: str
    origin_name: str
    village_name: str
    organs: tuple[Organ, ...]
    practice: bool = False

    @property
    def version(self) -> str:
        """The first twelve digits of the item version's digest."""
        return self.package.partition(":")[2][:12]


@dataclass(frozen=True)
class SignaturePicture:
    """The applicant's signature from the pad: the picture, and its size in pixels' proportion (width through height)."""

    media: str
    data: bytes
    proportion: float = 3.0

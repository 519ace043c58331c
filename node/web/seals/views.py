"""Lines of the register and seals of the station, in words, for the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from node.enrolment.documents import check_code
from node.seals.cabinet import ENDS_SOON_DAYS, HeldSeal
from node.seals.desk import SealDesk
from node.seals.register import STEPS
from node.station import Station
from node.store.records.seals import HeldSealRecord, SealRecord
from node.web.local_time import day_text, local
from node.web.wording import seals as words_of


@dataclass(frozen=True)
class Line:
    """A line of the register. `ends` is why somebody must look at it soon, empty when nothing must."""

    request: str
    code: str
    name: str
    kind: str
    station_name: str
    station: str
    state: str
    since: datetime
    seal_id: str
    until: str
    ends: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class OwnSeal:
    """A seal of this station; `keepers` are key id and name of each custodian, `is_mine` whether the person who looks is one."""

    held: HeldSeal
    until: str
    ends: str
    keepers: tuple[tuple[str, str], ...]
    is_mine: bool
    may_keep: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """A seal that was asked for and has not come."""

    row: HeldSealRecord
    code: str


def line_of(record: SealRecord, station: Station, now: datetime) -> Line:
    """A line of the register in words."""
    is_open = record.state in STEPS
    return Line(
        request=record.request,
        code=check_code(record.request) if record.state == "wanted" else "",
        name=record.name,
        kind=record.kind,
        station_name=station.name_of(record.station),
        station=record.station,
        state=record.state,
        since=record.since,
        seal_id=record.seal_id or "",
        until=day_of(record.valid_to),
        ends=ends_text(record.valid_to, now) if is_open else "",
        steps=STEPS.get(record.state, ()),
    )


def asked_of(desk: SealDesk) -> Sequence[Asked]:
    """What this station waits for, and what was refused last."""
    return [Asked(row, check_code(row.request)) for row in desk.asking.pending()]


def day_of(moment: datetime | None) -> str:
    """A day in words; empty for none."""
    return "" if moment is None else day_text(local(moment).date())


def ends_text(valid_to: datetime | None, now: datetime) -> str:
    """What is said of a seal that ends soon, or has ended; empty for the others."""
    if valid_to is None or (valid_to - now).days > ENDS_SOON_DAYS:
        return ""
    return words_of.ENDED if valid_to < now else words_of.ENDS_IN.format(days=(valid_to - now).days)

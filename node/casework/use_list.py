"""The list of uses of seals (用印清单): per day, who used which seal for which case, and who has read it (已阅)."""

from dataclasses import dataclass
from datetime import date, datetime

from node.clock import Clock
from node.errors import NotAllowedError, RequestError
from node.roles import Role
from node.staff.people import Person
from node.store import Store
from node.store.records import AuditRecord
from node.store.records.sealing import SealUseRecord

READERS = frozenset({Role.VILLAGE_HEAD, Role.LEADER, Role.APPROVER, Role.KEY_OFFICER})
"""Who may see the list."""

TICKING = frozenset({Role.VILLAGE_HEAD, Role.LEADER, Role.APPROVER})
"""Whose 已阅 counts: who answers for the seals."""

READ = "seal_list_read"
MOST_DAYS = 60


@dataclass(frozen=True)
class Reading:
    """Somebody (`person` by login) has read a day's list, when it had so many lines."""

    person: str
    by: str
    at: datetime
    uses: int


@dataclass(frozen=True)
class DayLine:
    """A day on which seals were used: how often, and whether all of it was read, as `UseLists.days` says by whom."""

    day: str
    uses: int
    read: bool


class UseLists:
    """Lists of one station."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def days(self, by: Person) -> tuple[DayLine, ...]:
        """The last days on which a seal was used, newest first.

        For who answers for seals, a day is read once that person has read it: nobody's tick stands for another's.
        For others it is read once anybody has.

        Raises:
            NotAllowedError: `role`.
        """
        _check_reader(by)
        days = self._store.seal_uses.days(MOST_DAYS)
        return tuple(DayLine(day, uses, _is_read(by, uses, self._readings(day))) for day, uses in days.items())

    def of_day(self, by: Person, day: str) -> tuple[tuple[SealUseRecord, ...], tuple[Reading, ...]]:
        """The uses of a day, and who read them.

        Raises:
            NotAllowedError: `role`.
            RequestError: `day` no day.
        """
        _check_reader(by)
        _check_day(day)
        return tuple(self._store.seal_uses.of_day(day)), self._readings(day)

    def may_tick(self, by: Person, day: str) -> bool:
        """Whether the person's 已阅 counts, and is not there yet for all of the day."""
        uses = len(self._store.seal_uses.of_day(day))
        return uses > 0 and not TICKING.isdisjoint(by.roles) and not _is_read(by, uses, self._readings(day))

    def tick(self, by: Person, day: str, uses: int) -> None:
        """Write down that the person has read the day's list as it was with so many lines.

        Raises:
            NotAllowedError: `role`.
            RequestError: `day` no day, or there are other lines by now.
        """
        if TICKING.isdisjoint(by.roles):
            raise NotAllowedError("role")
        _check_day(day)
        with self._store.transaction():
            if uses < 1 or len(self._store.seal_uses.of_day(day)) != uses:
                raise RequestError("uses_changed")
            line = AuditRecord(self._clock.now(), by.name, READ, _about(day), {"uses": uses, "name": by.display_name})
            self._store.audit.append(line)

    def _readings(self, day: str) -> tuple[Reading, ...]:
        lines = self._store.audit.page(about=_about(day))
        return tuple(Reading(one.who, str(one.detail["name"]), one.at, int(one.detail["uses"])) for one in lines if one.what == READ)


def _is_read(by: Person, uses: int, readings: tuple[Reading, ...]) -> bool:
    count = [one for one in readings if TICKING.isdisjoint(by.roles) or one.person == by.name]
    return any(one.uses >= uses for one in count)


def _about(day: str) -> str:
    return f"seal_uses:{day}"


def _check_reader(by: Person) -> None:
    if READERS.isdisjoint(by.roles):
        raise NotAllowedError("role")


def _check_day(day: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise RequestError("day") from error

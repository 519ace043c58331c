"""A year's notice as a clerk types it: a table (CSV) of `date,kind,name`. All faults of a file are told at once, by row."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from node.casework.calendar_document import MAX_DAYS, MAX_NAME, YEARS, Calendar
from node.casework.deadlines import Year
from node.errors import CalendarError, Fault
from node.typed_table import Shape, TableError, read_typed_table

SHAPE = Shape(
    {"date": ("date", "日期"), "kind": ("kind", "类型"), "name": ("name", "名称")}, ("date", "kind"), max_bytes=256 * 1024, max_rows=1000
)

OFF, WORKED = "off", "worked"
KINDS: Mapping[str, str] = {
    "放假": OFF, "休": OFF, "休息": OFF, "节假日": OFF, "holiday": OFF, "off": OFF,
    "上班": WORKED, "班": WORKED, "调休上班": WORKED, "补班": WORKED, "workday": WORKED, "work": WORKED,
}  # fmt: skip
_DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")


@dataclass(frozen=True)
class _Row:
    number: int
    day: date
    kind: str
    name: str


def read_table(data: bytes, before: Calendar, source: str, *, official: bool) -> Calendar:
    """The years that a file lays down, see `node.typed_table`.

    Each year in the file is laid down whole. Only December days before the first such year are added to what `before` says of
    the year before: a notice for a year may move working days around its New Year.

    Raises:
        CalendarError: the file, or some of its rows, cannot be used.
    """
    try:
        table = read_typed_table(data, SHAPE)
    except TableError as error:
        raise CalendarError(error.faults) from error
    faults: list[Fault] = []
    rows = [*_read(table, faults)]
    faults += _faults_together(rows)
    if not rows and not faults:
        faults.append(Fault(0, "", "empty"))
    if faults:
        raise CalendarError(sorted(faults, key=lambda one: one.row))
    return Calendar(source, dict(_years(rows, before, official)))


def _years(rows: Sequence[_Row], before: Calendar, official: bool) -> Iterator[tuple[int, Year]]:
    numbers = sorted({row.day.year for row in rows})
    for number in numbers:
        own = [row for row in rows if row.day.year == number]
        off = frozenset(row.day for row in own if row.kind == OFF)
        worked = frozenset(row.day for row in own if row.kind == WORKED)
        names = {row.day: row.name for row in own if row.name}
        known = before.years.get(number)
        is_tail = number == numbers[0] and number + 1 in numbers and all(row.day.month == 12 for row in own)
        if is_tail and known is not None:
            all_off, all_worked = (known.holidays - worked) | off, (known.makeup_workdays - off) | worked
            kept = {day: name for day, name in known.names.items() if day in all_off | all_worked}
            yield number, Year(all_off, all_worked, known.official, kept | names)
        else:
            yield number, Year(off, worked, official and not is_tail, names)


def _read(table: Sequence[tuple[int, Mapping[str, str]]], faults: list[Fault]) -> Iterator[_Row]:
    for number, cells in table:
        found = [*_row_faults(number, cells)]
        faults += found
        day = _day(cells["date"])
        if day is not None and not found:
            yield _Row(number, day, KINDS[cells["kind"].lower()], cells.get("name", ""))


def _row_faults(number: int, cells: Mapping[str, str]) -> Iterator[Fault]:
    day = _day(cells["date"])
    if day is None:
        yield Fault(number, "date", "date" if cells["date"] else "missing", {"given": cells["date"][:20]})
    elif day.year not in YEARS:
        yield Fault(number, "date", "year", {"given": cells["date"][:20]})
    kind = KINDS.get(cells["kind"].lower())
    if kind is None:
        yield Fault(number, "kind", "kind" if cells["kind"] else "missing", {"given": cells["kind"][:20]})
    elif day is not None and kind == WORKED and day.weekday() < 5:
        yield Fault(number, "date", "not_weekend", {"given": day.isoformat()})
    name = cells.get("name", "")
    if len(name) > MAX_NAME or (name and not name.isprintable()):
        yield Fault(number, "name", "name", {"given": name[:20]})


def _faults_together(rows: Sequence[_Row]) -> Iterator[Fault]:
    """Days that are told twice, and years with more days than a notice can have."""
    first: dict[date, int] = {}
    for row in rows:
        if row.day in first:
            yield Fault(row.number, "date", "twice", {"given": row.day.isoformat(), "other": first[row.day]})
        first.setdefault(row.day, row.number)
    for (year, _), count in Counter((row.day.year, row.kind) for row in rows).items():
        if count > MAX_DAYS:
            yield Fault(0, "date", "too_many", {"given": str(year)})


def _day(text: str) -> date | None:
    """The day in one of the forms that spreadsheets write: 2027-1-1, 2027/1/1, 2027.1.1, 2027年1月1日."""
    found = _DAY.fullmatch(text) if text.isprintable() else None
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None

"""A county's list of stations as a table (CSV), as people keep it in a spreadsheet. All faults of a file are told at once."""

from collections.abc import Iterator, Mapping, Sequence

from node.enrolment.invitations import Wanted
from node.errors import Fault, StationsError
from node.typed_table import Shape, TableError, read_typed_table

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("站点名称", "name"),
    "tier": ("层级", "tier"),
    "division": ("区划代码", "division"),
    "parent_division": ("上级区划代码", "parent_division"),
    "parent_url": ("上级网址", "parent_url"),
}
"""What a column is called in the first line."""

NEEDED = ("name", "tier", "division")
MAX_BYTES = 2 * 1024 * 1024
SHAPE = Shape(COLUMNS, NEEDED, MAX_BYTES, max_rows=5000)
TIER_WORDS: Mapping[str, str] = {
    "village": "village", "村": "village", "村级": "village", "社区": "village",
    "township": "township", "镇": "township", "乡": "township", "乡镇": "township", "街道": "township", "乡镇级": "township",
    "county": "county", "县": "county", "县级": "county",
}  # fmt: skip


def read_stations(data: bytes) -> tuple[tuple[Wanted, ...], tuple[Fault, ...]]:
    """The stations of a file, see `node.typed_table`, and what is wrong with lines.

    What a readable line says is judged by `Inviting.invite`, which is given the faults too and tells all at once.

    Raises:
        StationsError: the file as a whole cannot be read.
    """
    try:
        table = read_typed_table(data, SHAPE)
    except TableError as error:
        raise StationsError(error.faults) from error
    faults: list[Fault] = []
    wanted = tuple(_wanted(table, faults))
    if not wanted and not faults:
        raise StationsError([Fault(0, "", "empty")])
    return wanted, tuple(faults)


def _wanted(table: Sequence[tuple[int, Mapping[str, str]]], faults: list[Fault]) -> Iterator[Wanted]:
    for number, cells in table:
        row_faults = [*_faults(number, cells)]
        faults += row_faults
        if not row_faults:
            yield Wanted(
                name=cells["name"],
                tier=TIER_WORDS[cells["tier"].lower()],
                division=cells["division"],
                parent=cells.get("parent_division") or None,
                parent_url=(cells.get("parent_url") or "").rstrip("/") or None,
                row=number,
            )


def _faults(number: int, cells: Mapping[str, str]) -> Iterator[Fault]:
    for name in NEEDED:
        if not cells[name]:
            yield Fault(number, name, "missing")
    if cells["tier"] and cells["tier"].lower() not in TIER_WORDS:
        yield Fault(number, "tier", "tier_word", {"given": cells["tier"][:20]})
    for name in ("division", "parent_division"):
        code = cells.get(name, "")
        if "E+" in code.upper():
            yield Fault(number, name, "scientific", {"given": code[:20]})
        elif code and not (code.isascii() and code.isdigit() and len(code) == 12):
            yield Fault(number, name, "digits", {"given": code[:20]})

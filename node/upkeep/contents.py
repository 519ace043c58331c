"""The inside of a backup: rows of all tables as of one moment, and files. One form, whatever database they come from or go to."""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from node.errors import RequestError
from node.store.dump import Row, TableRows, Value
from node.upkeep.archive import ArchiveReader, ArchiveWriter
from signing.canonical import canonical_bytes
from sync.records import Record

BATCH_BYTES = 256 * 1024
MAX_BATCH_BYTES = 32 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
FAST = 1
"""The level of compression: most of what could be saved, at a tenth of the time."""

SMALL = ("node.toml", "root.der", "machine.secret")
FILE_PATH = re.compile(
    r"node\.toml|root\.der|machine\.secret|keys/[A-Za-z0-9][A-Za-z0-9._-]{0,99}|(?:enclosures|shots)/([0-9a-f]{2})/\1[0-9a-f]{62}"
)
"""The files that a backup may hold, and that a restore will write."""


def write_table(archive: ArchiveWriter, table: TableRows) -> int:
    """Add a table; how many rows it has."""
    archive.record("table", canonical_bytes({"name": table.name, "columns": list(table.columns)}))
    count, batch, size = 0, list[str](), 0
    for row in table.rows:
        batch.append(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_octets_as_list))
        count, size = count + 1, size + len(batch[-1])
        if size >= BATCH_BYTES:
            _write_batch(archive, batch)
            batch, size = [], 0
    if batch:
        _write_batch(archive, batch)
    return count


def write_file(archive: ArchiveWriter, path: str, size_bytes: int, pieces: Iterable[bytes]) -> None:
    """Add a file.

    Raises:
        ValueError: a path that no restore would write, or another size than was said.
    """
    if not FILE_PATH.fullmatch(path):
        raise ValueError(path)
    archive.record("file", canonical_bytes({"path": path, "size": size_bytes}))
    left = size_bytes
    for piece in pieces:
        archive.record("data", piece)
        left -= len(piece)
    if left:
        raise ValueError(path)


def rows_of(archive: ArchiveReader) -> Iterator[Row]:
    """The rows of the table whose record was just read.

    Raises:
        RequestError: `backup_damaged`.
    """
    while record := archive.next("rows"):
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(record.data, MAX_BATCH_BYTES)
            rows = [json.loads(line) for line in text.split(b"\n")]
        except (zlib.error, ValueError) as error:
            raise RequestError("backup_damaged") from error
        if not unpacker.eof:
            raise RequestError("backup_damaged")
        yield from (tuple(_value(value) for value in row) for row in rows)


def pieces_of(archive: ArchiveReader, size_bytes: int) -> Iterator[bytes]:
    """The bytes of the file whose record was just read.

    Raises:
        RequestError: `backup_damaged`.
    """
    left = size_bytes
    while left > 0:
        record = archive.next("data")
        if record is None or not 0 < len(record.data) <= left:
            raise RequestError("backup_damaged")
        left -= len(record.data)
        yield record.data


def members_of(record: Record | None, *names: str) -> tuple[Any, ...]:
    """The members of a record of JSON, in this order.

    Raises:
        RequestError: `backup_damaged`.
    """
    try:
        value = json.loads(record.data if record else b"")
        return tuple(value[name] for name in names)
    except (ValueError, KeyError, TypeError) as error:
        raise RequestError("backup_damaged") from error


def _write_batch(archive: ArchiveWriter, lines: list[str]) -> None:
    archive.record("rows", zlib.compress("\n".join(lines).encode("utf-8"), FAST))


def _octets_as_list(value: bytes) -> list[str]:
    """Octets are the only values that JSON lacks; a list of one text stands for them, since no value is a list."""
    return [base64.b64encode(value).decode("ascii")]


def _value(value: Any) -> Value:
    found: Value = base64.b64decode(value[0]) if isinstance(value, list) else value
    return found

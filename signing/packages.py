"""Zip packages, written one way and read strictly: what one program sees in a package, every program sees.

Refused: a file twice, bytes between or around files, a directory that says other than the files' own heads, encryption, any compression
but deflate, names that leave the package, and what unpacks to more than allowed.

Source: PKWARE APPNOTE 6.3.10, 4.3 and 4.4.
"""

import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from signing.errors import DocumentError

_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_STORED, _DEFLATED = 0, 8
_VERSION, _DAY = 20, 0x21
_UTF8_NAME = 0x800
_NAME = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9_.+-]*(?:/[A-Za-z0-9_+-][A-Za-z0-9_.+-]*)*")
_LONGEST_NAME = 200
_MOST_FILES = 2000


@dataclass(frozen=True)
class PackedFile:
    """A file as a package holds it: deflated, or as it is where that is no shorter."""

    data: bytes = field(repr=False)
    body: bytes = field(repr=False)
    method: int


NOTHING_READY: Mapping[str, PackedFile] = MappingProxyType({})
"""No file was packed before."""


def pack_file(data: bytes) -> PackedFile:
    """The file packed, before it is known what else is in the package."""
    body = _deflated(data)
    is_better = len(body) < len(data) and not _has_idle_bits(body, data)
    return PackedFile(data, body, _DEFLATED) if is_better else PackedFile(data, data, _STORED)


def write_package(files: Mapping[str, bytes], *, packed: bool, ready: Mapping[str, PackedFile] = NOTHING_READY) -> bytes:
    """A zip of these files in this order; the same files give the same bytes where they are not `packed` (deflated).

    `ready` are files that were packed before; of a name whose file has changed since it says nothing.

    Raises:
        DocumentError: `package_name`, a file's name.
    """
    out, directory = bytearray(), bytearray()
    for name, data in files.items():
        _check_name(name)
        one = ready.get(name) if packed else PackedFile(data, data, _STORED)
        one = one if one is not None and one.data == data else pack_file(data)
        common = (_VERSION, 0, one.method, 0, _DAY, zlib.crc32(data), len(one.body), len(data), len(name), 0)
        directory += _CENTRAL.pack(_CENTRAL_MARK, _VERSION, *common, 0, 0, 0, 0, len(out)) + name.encode()
        out += _LOCAL.pack(_LOCAL_MARK, *common) + name.encode() + one.body
    end = _END.pack(_END_MARK, 0, 0, len(files), len(files), len(directory), len(out), 0)
    return bytes(out + directory + end)


def read_package(data: bytes, most_bytes: int) -> dict[str, bytes]:
    """The files of a zip (not trusted), in its order; `most_bytes` is what they may unpack to.

    Raises:
        DocumentError: `package`, not in the form above; `package_name`; `package_size`.
    """
    start = len(data) - _END.size
    if start < 0:
        raise DocumentError("package", "short")
    mark, disk, first_disk, here, count, size, begins, comment = _END.unpack_from(data, start)
    if mark != _END_MARK or disk or first_disk or here != count or comment or count > _MOST_FILES or begins + size != start:
        raise DocumentError("package", "end")
    files: dict[str, bytes] = {}
    at, place, left = 0, begins, most_bytes
    for _ in range(count):
        name, place, at = _read_file(data, at, place, start, left, files)
        left -= len(files[name])
    if at != begins or place != start:
        raise DocumentError("package", "bytes that belong to no file")
    return files


def _read_file(data: bytes, at: int, place: int, end: int, left: int, files: dict[str, bytes]) -> tuple[str, int, int]:
    """Read the next file into `files`; its name, where the next entry of the directory is and where the next file."""
    if place + _CENTRAL.size > end or at + _LOCAL.size > end:
        raise DocumentError("package", "directory")
    mark, made_by, *common, comment, disk, inside, outside, offset = _CENTRAL.unpack_from(data, place)
    local_mark, *local = _LOCAL.unpack_from(data, at)
    _, flags, method, _, _, check, packed, size, length, extra = common
    if (mark, local_mark) != (_CENTRAL_MARK, _LOCAL_MARK) or local != common or offset != at or extra:
        raise DocumentError("package", "directory")
    if made_by != _VERSION or comment or disk or inside or outside:
        # Nothing of what another system would make of it: a link, a folder, a file that may be run.
        raise DocumentError("package", "directory")
    raw, again = data[place + _CENTRAL.size :][:length], data[at + _LOCAL.size :][:length]
    name = _check_name(raw.decode("ascii", "replace"))
    if raw != again or name in files or flags & ~_UTF8_NAME or size > left:
        raise DocumentError("package_size" if size > left else "package", name)
    begins = at + _LOCAL.size + length
    body = data[begins : begins + packed]
    files[name] = _unpacked(method, body, size, name)
    if zlib.crc32(files[name]) != check:
        raise DocumentError("package", name)
    return name, place + _CENTRAL.size + length, begins + packed


def _unpacked(method: int, body: bytes, size: int, name: str) -> bytes:
    if method == _STORED:
        data, whole = body, True
    elif method == _DEFLATED:
        unpacker = zlib.decompressobj(-15)
        try:
            data = unpacker.decompress(body, size + 1)
        except zlib.error as error:
            raise DocumentError("package", name) from error
        whole = unpacker.eof and not unpacker.unused_data and not _has_idle_bits(body, data)
    else:
        raise DocumentError("package", name)
    if not whole or len(data) != size:
        raise DocumentError("package", name)
    return data


def _has_idle_bits(body: bytes, data: bytes) -> bool:
    """Whether the last octet has bits set that mean nothing: without them there is one octet less that can be changed unseen."""
    last = body[-1]
    if last == 0:
        return False
    unpacker = zlib.decompressobj(-15)
    try:
        without = unpacker.decompress(body[:-1] + bytes((last ^ 1 << last.bit_length() - 1,)), len(data) + 1)
    except zlib.error:
        return False
    return unpacker.eof and without == data


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _check_name(name: str) -> str:
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise DocumentError("package_name", name[:_LONGEST_NAME])
    return name

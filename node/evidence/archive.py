"""The parts of an export: a zip whose every part its index names, read without unpacking anything to disk."""

import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

from node.errors import RequestError
from signing.algorithms import Suite
from signing.algorithms import suite as suite_of

INDEX = "export.json"
MAX_FILE_BYTES = 512 << 20
MAX_PARTS, MAX_INDEX_BYTES = 5000, 2 << 20
PART_NAME = re.compile(r"(?:[a-z]+/)?[0-9a-z-]+\.[a-z]{3,8}")
NOT_A_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, ValueError, RuntimeError, OSError)


@dataclass(frozen=True)
class Archive:
    """An export opened: its parts by name, and those whose bytes are not what the index says."""

    case: str
    suite: Suite
    parts: Mapping[str, bytes] = field(repr=False)
    changed: tuple[str, ...]

    def of(self, folder: str, suffix: str = "") -> dict[str, bytes]:
        """The parts of a folder, by name."""
        found = ((name, data) for name, data in self.parts.items() if name.startswith(f"{folder}/") and name.endswith(suffix))
        return dict(sorted(found))


def open_archive(data: bytes, name: str, most_bytes: int = MAX_FILE_BYTES) -> Archive:
    """The export in `data` (not trusted).

    Raises:
        RequestError: `verify_unknown_kind`, it is none, or unpacks to more than `most_bytes`.
    """
    parts = _parts(data, name, most_bytes)
    try:
        index = json.loads(parts[INDEX])
        algorithms = suite_of(index["suite"])
        listed = {str(part): digest for part, digest in dict(index["files"]).items()}
        case = str(index.get("case", ""))[:40]
        if len(listed) > MAX_PARTS:
            raise ValueError(len(listed))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RequestError("verify_unknown_kind", file=name) from error
    wrong = [part for part in sorted(set(listed) | (set(parts) - {INDEX})) if not _is_listed(part, parts, listed, algorithms)]
    return Archive(case, algorithms, parts, tuple(wrong))


def _is_listed(part: str, parts: Mapping[str, bytes], listed: Mapping[str, object], algorithms: Suite) -> bool:
    return part in parts and listed.get(part) == algorithms.digest(parts[part])


def _parts(data: bytes, name: str, most_bytes: int) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
            names = [info.filename for info in infos]
            good = all(map(PART_NAME.fullmatch, names)) and len(set(names)) == len(names)
            if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > most_bytes or not good or INDEX not in names:
                raise RequestError("verify_unknown_kind", file=name)
            if archive.getinfo(INDEX).file_size > MAX_INDEX_BYTES:
                raise RequestError("verify_unknown_kind", file=name)
            return {info.filename: archive.read(info) for info in infos}
    except NOT_A_ZIP as error:
        raise RequestError("verify_unknown_kind", file=name) from error

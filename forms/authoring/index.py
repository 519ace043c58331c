"""Writes the index of a folder of items (`index.json`), from which a shelf is listed without reading a form."""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

from forms.authoring.pinyin import initials
from forms.entries import entry_of
from forms.schema import Form
from forms.shipped import FORMAT, INDEX, ITEMS, package_files

ALGORITHMS = ("sha256", "sm3")


def index_bytes(folder: Path, initials_of: Callable[[str], str]) -> bytes:
    """The index of the packages in `folder`: of each its file, its digests and its entry, initials by the item's name.

    Raises:
        SchemaError: one of them is no package.
    """
    lines = []
    for path in package_files(folder):
        data = path.read_bytes()
        form = Form.from_bytes(data)
        own = form.more.get("pinyin")
        entry = entry_of(form, "", str(own) if own else initials_of(form.name)).to_json()
        del entry["digest"]
        digests = {name: hashlib.new(name, data).hexdigest() for name in ALGORITHMS}
        lines.append({"file": path.relative_to(folder).as_posix(), **digests, "entry": entry | {"digest": ""}})
    text = ",\n".join(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for line in lines)
    return f'{{"format":"{FORMAT}","items":[\n{text}\n]}}\n'.encode()


def write_index(folder: Path) -> None:
    """Write the index of the packages in `folder` beside them.

    Raises:
        SchemaError: one of them is no package.
    """
    (folder / INDEX).write_bytes(index_bytes(folder, initials))


if __name__ == "__main__":
    write_index(Path(sys.argv[1]) if len(sys.argv) > 1 else ITEMS)

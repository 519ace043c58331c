"""Writes the workbooks that are kept beside the items: `python -m forms.authoring.workbook ITEMS_DIR OUT_DIR ITEM …`."""

import sys
from pathlib import Path

from forms.authoring.workbook.write import write_workbook


def main(arguments: list[str]) -> int:
    """Write the newest version of each item as a workbook."""
    if len(arguments) < 3:
        sys.stderr.write("workbook ITEMS_DIR OUT_DIR ITEM ...\n")
        return 2
    for item in arguments[2:]:
        newest = max((Path(arguments[0]) / item).glob("*.json"), key=lambda path: int(path.stem))
        target = Path(arguments[1]) / f"{item}.xlsx"
        target.write_bytes(write_workbook(newest.read_bytes()))
        sys.stdout.write(f"{target}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

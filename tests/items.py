"""The items that come with the program, as files."""

from pathlib import Path

import forms

ITEMS = Path(forms.__file__).parent / "items"


def newest(item: str) -> Path:
    """The file of an item's newest version."""
    return max((ITEMS / item).glob("*.json"), key=lambda path: int(path.stem))


def newest_of_all() -> list[Path]:
    """The file of every item's newest version, by item id."""
    return [newest(folder.name) for folder in sorted(ITEMS.iterdir()) if folder.is_dir()]

"""Which service items exist, in which versions; a case keeps the version it was opened with."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from forms.errors import UnknownItemError
from forms.schema import Form

_ITEMS = Path(__file__).parent / "items"


class Catalogue:
    """Form packages by item and by digest; of one item, a later package is newer than those before it."""

    def __init__(self, packages: Iterable[bytes], digest: Callable[[bytes], str]) -> None:
        """Take the packages in, oldest version of an item first; `digest` names a package by its bytes.

        Raises:
            SchemaError: one of them is not a package.
        """
        self._digest = digest
        self._versions: dict[str, dict[str, Form]] = {}
        for package in packages:
            self.add(package)

    def add(self, package: bytes) -> tuple[str, Form]:
        """Take one more package in, as the newest of its item; one that is known changes nothing. Its digest and form.

        Raises:
            SchemaError: it is not a package.
        """
        name = self._digest(package)
        for versions in self._versions.values():
            if name in versions:
                return name, versions[name]
        form = Form.from_bytes(package)
        self._versions.setdefault(form.id, {})[name] = form
        return name, form

    def items(self) -> tuple[Form, ...]:
        """The newest form of every item, by item id."""
        return tuple(self.newest(item_id)[1] for item_id in sorted(self._versions))

    def form(self, item_id: str, package_digest: str) -> Form:
        """That version of that item.

        Raises:
            UnknownItemError: not here.
        """
        form = self._versions.get(item_id, {}).get(package_digest)
        if form is None:
            raise UnknownItemError(item_id, package_digest)
        return form

    def newest(self, item_id: str) -> tuple[str, Form]:
        """(digest, form) of the item's newest version.

        Raises:
            UnknownItemError: no such item.
        """
        versions = self._versions.get(item_id)
        if not versions:
            raise UnknownItemError(item_id)
        return next(reversed(versions.items()))


def load_shipped(folder: Path = _ITEMS) -> Iterator[bytes]:
    """The packages that come with the program, each item's oldest version first (`<item>/<number>.json`)."""
    for item in sorted(path for path in folder.iterdir() if path.is_dir()):
        for path in sorted(item.glob("*.json"), key=lambda one: int(one.stem)):
            yield path.read_bytes()

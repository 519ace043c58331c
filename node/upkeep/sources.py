"""Where a release is read from: a bundle folder, or an update file, which is a ZIP of the same files."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

from node.errors import RequestError
from node.upkeep.releases import (
    MAX_RELEASE_BYTES,
    MAX_SIGNATURE_BYTES,
    RELEASE,
    SIGNATURE,
    Release,
    ReleaseFile,
    check_signature,
    read_release,
)
from signing.algorithms import Suite
from signing.trust import TrustStore

BLOCK_BYTES = 1 << 20


class Source(Protocol):
    """Files by name."""

    def names(self) -> frozenset[str]:
        """Which files are there."""
        ...

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """One of them."""
        ...


class FolderSource:
    """A bundle folder, as on a USB stick."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def names(self) -> frozenset[str]:
        """Which files are there."""
        return frozenset(path.relative_to(self._place).as_posix() for path in self._place.rglob("*") if path.is_file())

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """One of them."""
        return (self._place / name).open("rb")


class ZipSource:
    """An update file, opened."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def names(self) -> frozenset[str]:
        """Which files are there."""
        return frozenset(one.filename for one in self._archive.infolist() if not one.is_dir())

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """One of them."""
        return self._archive.open(name)


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The release at `path`, a folder or a file.

    Raises:
        RequestError: `update_form`, it is neither; `update_damaged`, it cannot be read to its end.
    """
    try:
        if path.is_dir():
            yield FolderSource(path)
            return
        with zipfile.ZipFile(path) as archive:
            yield ZipSource(archive)
    except zipfile.BadZipFile as error:
        raise RequestError("update_form", what="zip") from error
    except (EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        # What a hostile or torn ZIP makes the reader raise.
        raise RequestError("update_damaged", name=path.name) from error


def read_papers(source: Source) -> tuple[bytes, bytes | None]:
    """`bundle.json`, and `bundle.sig` when there is one.

    Raises:
        RequestError: `update_form`, there is no `bundle.json`, or one is too long.
    """
    names = source.names()
    if RELEASE not in names:
        raise RequestError("update_form", what=RELEASE)
    return _read(source, RELEASE, MAX_RELEASE_BYTES), _read(source, SIGNATURE, MAX_SIGNATURE_BYTES) if SIGNATURE in names else None


def signed_release(source: Source, suite: Suite, trust: TrustStore) -> Release:
    """The release of a source, signed by the county's station; its files are still to be looked at.

    Raises:
        RequestError: `update_form`, `update_unsigned` or `update_signature`.
    """
    data, signature = read_papers(source)
    release = read_release(data)
    if signature is None:
        raise RequestError("update_unsigned")
    check_signature(suite, trust, data, signature, release.made_at)
    return release


def check_file(source: Source, file: ReleaseFile, to: Path | None = None) -> None:
    """Compare one file with what the release says of it; with `to`, copy it there as well.

    Raises:
        RequestError: `update_damaged`, it is another.
    """
    digest, size = hashlib.sha256(), 0
    with source.open(file.name) as reader:
        writer = None if to is None else to.open("wb")
        try:
            while size <= file.size_bytes and (block := reader.read(BLOCK_BYTES)):
                digest.update(block)
                size += len(block)
                if writer is not None:
                    writer.write(block)
        finally:
            if writer is not None:
                writer.close()
    if size != file.size_bytes or digest.hexdigest() != file.sha256:
        raise RequestError("update_damaged", name=file.name)


def check_all(source: Source, release: Release, *, whole: bool) -> None:
    """Compare every file with the release; `whole` when none may be missing.

    Raises:
        RequestError: `update_damaged`, one is another, or missing.
    """
    names = source.names()
    for file in release.files:
        if file.name in names:
            check_file(source, file)
        elif whole:
            raise RequestError("update_damaged", name=file.name)


def _read(source: Source, name: str, most: int) -> bytes:
    with source.open(name) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise RequestError("update_form", what=name)
    return data

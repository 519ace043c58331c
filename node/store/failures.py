"""What goes wrong below the store, in our words: errors of drivers and of the file system, turned into `StoreError`s."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from peewee import PeeweeException

from node.errors import BusyError, CorruptError, DiskFullError, StoreError

DRIVERS = ("sqlite3", "sqlcipher3", "psycopg")

# What drivers say, lower case; the first that is found anywhere in the chain of exceptions decides.
SIGNS: tuple[tuple[type[StoreError], tuple[str, ...]], ...] = (
    (DiskFullError, ("database or disk is full", "no space left on device", "cannot rollback", "could not extend file", "disk full")),
    (BusyError, ("database is locked", "table is locked", "lock timeout", "could not obtain lock", "deadlock detected")),
    (CorruptError, ("not a database", "malformed", "file is encrypted", "checksum", "invalid page")),
)


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it came from."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def translate(error: BaseException) -> StoreError:
    """What an error of a driver or of the file system means here."""
    causes = list(chain(error))
    if any(isinstance(cause, OSError) and cause.errno == errno.ENOSPC for cause in causes):
        return DiskFullError(str(error))
    said = " ".join(str(cause) for cause in causes).lower()
    for family, signs in SIGNS:
        if any(sign in said for sign in signs):
            return family(str(error))
    return StoreError(str(error))


def from_driver(error: BaseException) -> bool:
    """Is this an error of peewee or of a driver that peewee did not wrap (rows are fetched lazily)?"""
    return isinstance(error, PeeweeException) or type(error).__module__.partition(".")[0] in DRIVERS


@contextmanager
def translated() -> Iterator[None]:
    """Turns errors of the driver and of the file system into `StoreError`s.

    Raises:
        StoreError: what went wrong.
    """
    try:
        yield
    except OSError as error:
        raise translate(error) from error
    except Exception as error:
        if not from_driver(error):
            raise
        raise translate(error) from error

"""Files that a person names on the command line."""

from pathlib import Path

from node.errors import RequestError

LARGEST_FILE = 16 * 1024 * 1024


def read_file(name: str) -> bytes:
    """A whole file, unless it is larger than any of ours.

    Raises:
        RequestError: it cannot be read.
    """
    try:
        with Path(name).open("rb") as file:
            return file.read(LARGEST_FILE)
    except OSError as error:
        raise RequestError("file_missing", name=name) from error

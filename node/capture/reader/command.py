"""The vendor's SDK behind a small command that prints JSON and ends. No shell reads the command; its output is bounded, and its time."""

import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import IO

from node.capture.reader.answer import read_answer
from node.capture.reader.interface import LARGEST_ANSWER, PATIENCE_S, ReadCard
from node.errors import RequestError

_NO_WINDOW = int(getattr(subprocess, "CREATE_NO_WINDOW", 0))  # Windows would flash a console


class ReaderCommand:
    """A reader behind a command: the program and its arguments."""

    def __init__(self, command: Sequence[str], names: Mapping[str, str], patience_s: float = PATIENCE_S) -> None:
        self._command = tuple(command)
        self._names = names
        self._patience_s = patience_s

    def read(self) -> ReadCard:
        """See `CardReader.read`. How the command ends says nothing, what it printed does."""
        return read_answer(self._printed(), self._names)

    def _printed(self) -> bytes:
        try:
            child = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, creationflags=_NO_WINDOW
            )
        except (OSError, ValueError) as error:
            raise RequestError("card_unreachable") from error
        assert child.stdout is not None
        said: list[bytes] = []
        # A program that the command started may hold the pipe open after its end: nobody waits for that longer than for the command.
        hearing = threading.Thread(target=_hear, args=(child.stdout, said), daemon=True)
        hearing.start()
        hearing.join(self._patience_s)
        in_time = tuple(said)  # its end, which is next, would make an answer of what had not come
        child.kill()
        child.wait()
        if not in_time:
            raise RequestError("card_silent")
        return in_time[0]


def _hear(pipe: IO[bytes], said: list[bytes]) -> None:
    with pipe:
        said.append(pipe.read(LARGEST_ANSWER + 1))

"""HTTP calls to one scanner: no redirect, no proxy, bounded bodies, and an end to every wait.

Python's own client and not `requests`: a job that is cancelled must be able to close the socket under a call that waits for the device,
and a page that drips in must be told from one that comes, for which each read is counted.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic
from urllib.parse import urlsplit

from node.capture.scanners.values import Watch
from node.errors import ScannerError

MOST_XML = 256 * 1024
READ_BYTES = 64 * 1024


@dataclass(frozen=True)
class Times:
    """How long is waited, in seconds: for a connection; for a short answer; for the next bytes of a page, and for all of it.

    A page that has begun must come at `pace` bytes a second after `grace`.
    """

    connect: float = 4.0
    answer: float = 15.0
    quiet: float = 90.0
    page: float = 600.0
    grace: float = 20.0
    pace: int = 8 * 1024
    again: float = 1.0
    busy: float = 20.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: bytes


class EsclLine:
    """Calls at `address`, which was checked before. Each has a connection of its own: many devices know no other.

    Raises, all calls:
        ScannerError: `unreachable`, `slow`, `lost` in the middle, `page_large` or, of a short answer, `not_scanner`.
        StoppedError: the watch said so; a call that waits is broken off.
    """

    def __init__(self, address: str, times: Times, watch: Watch) -> None:
        parts = urlsplit(address)
        self._host, self._port, self._root = parts.hostname or "", parts.port or 80, parts.path
        self._times = times
        self._watch = watch

    @property
    def root(self) -> str:
        """The path under which the scanner's calls are."""
        return self._root

    def ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        """A short call."""
        return self._call(method, path, body, MOST_XML, self._times.answer, self._times.answer, self._watch)

    def ask_anyway(self, method: str, path: str) -> None:
        """A short call that is made even by a job that was stopped, and whose failing is no matter."""
        with suppress(ScannerError):
            self._call(method, path, b"", MOST_XML, self._times.connect, self._times.connect, Watch())

    def page(self, path: str, most: int) -> Answer:
        """A call that waits for the device and brings a page."""
        return self._call("GET", path, b"", most, self._times.quiet, self._times.page, self._watch)

    def _call(self, method: str, path: str, body: bytes, most: int, quiet_s: float, all_s: float, watch: Watch) -> Answer:
        watch.check()
        connection = HTTPConnection(self._host, self._port, timeout=self._times.connect)
        try:
            _connect(connection)
            with _ending(connection, all_s, watch) as overrun:
                try:
                    connection.sock.settimeout(quiet_s)
                    headers = {"Content-Type": "text/xml", "Connection": "close"} if body else {"Connection": "close"}
                    connection.request(method, path, body=body or None, headers=headers)
                    response = connection.getresponse()
                    answer = Answer(response.status, response.getheader("Location", ""), self._body(response, most, watch))
                except TimeoutError as error:
                    watch.check()
                    raise ScannerError("slow") from error
                except (OSError, HTTPException, ValueError) as error:
                    watch.check()
                    raise ScannerError("slow" if overrun.is_set() else "lost") from error
                if overrun.is_set():  # what was cut off can look like an end
                    raise ScannerError("slow")
                return answer
        finally:
            connection.close()

    def _body(self, response: HTTPResponse, most: int, watch: Watch) -> bytes:
        whole, begun, parts, size = response.length, monotonic(), [], 0
        while part := response.read1(READ_BYTES):
            watch.check()
            parts.append(part)
            size += len(part)
            if size > most:
                raise ScannerError("page_large" if most > MOST_XML else "not_scanner", most=most >> 20)
            if monotonic() - begun > self._times.grace + size / self._times.pace:
                raise ScannerError("slow")
            if most > MOST_XML:
                watch.tell(min(99, size * 100 // whole) if whole else None)
        watch.check()
        if whole is not None and size < whole:
            raise ScannerError("lost")
        return b"".join(parts)


def path_below(location: str) -> str:
    """The path of a `Location`. Whatever host it names, it is asked for at the address that was checked: so an answer leads nowhere else.

    Raises:
        ScannerError: `bad_answer` there is none, or it is no path.
    """
    try:
        path = urlsplit(location).path.rstrip("/")
    except ValueError as error:
        raise ScannerError("bad_answer") from error
    is_plain = path.isascii() and path.isprintable() and " " not in path
    if not path.startswith("/") or len(path) > 300 or not is_plain:
        raise ScannerError("bad_answer")
    return path


def _connect(connection: HTTPConnection) -> None:
    try:
        connection.connect()
    except OSError as error:
        raise ScannerError("unreachable") from error


@contextmanager
def _ending(connection: HTTPConnection, all_s: float, watch: Watch) -> Iterator[threading.Event]:
    """While this lasts, the line is cut when it is stopped, or after so many seconds, which then is told."""
    overrun, line = threading.Event(), connection.sock

    def too_late() -> None:
        overrun.set()
        _cut(line)

    alarm = threading.Timer(all_s, too_late)
    alarm.daemon = True
    with watch.aborting(_cutting(line)):
        alarm.start()
        try:
            yield overrun
        finally:
            alarm.cancel()


def _cutting(line: socket.socket) -> Callable[[], None]:
    return lambda: _cut(line)


def _cut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)

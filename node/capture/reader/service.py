"""The vendor's service on this computer: one GET to a loopback address. No proxy is asked, no redirect followed.

`http.client` and no more: what a browser or a session would add (proxies of the environment, cookies, redirects) must not happen here.
"""

import http.client
import socket
import threading
from collections.abc import Mapping
from urllib.parse import urlsplit

from node.capture.reader.answer import read_answer
from node.capture.reader.interface import LARGEST_ANSWER, PATIENCE_S, ReadCard
from node.errors import RequestError

BY_NAME = "localhost"
LOOPBACK = "127.0.0.1"
"""What the name stands for: a hosts file must not send the question elsewhere."""
HTTP_PORT = 80


class LocalService:
    """A reader behind a web service on this computer; `address` is one that `setting_values.loopback_url` has let through."""

    def __init__(self, address: str, names: Mapping[str, str], patience_s: float = PATIENCE_S) -> None:
        self._address = urlsplit(address)
        self._names = names
        self._patience_s = patience_s

    def read(self) -> ReadCard:
        """See `CardReader.read`."""
        return read_answer(self._asked(), self._names)

    def _asked(self) -> bytes:
        host = self._address.hostname or LOOPBACK
        line = http.client.HTTPConnection(LOOPBACK if host == BY_NAME else host, self._address.port or HTTP_PORT, timeout=self._patience_s)
        overrun = threading.Event()
        try:
            line.connect()
        except OSError as error:
            raise RequestError("card_unreachable") from error
        alarm = threading.Timer(self._patience_s, _hang_up, (line.sock, overrun))
        alarm.daemon = True
        alarm.start()
        try:
            answer = self._answer(line)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RequestError("card_silent" if overrun.is_set() or isinstance(error, TimeoutError) else "card_answer") from error
        finally:
            alarm.cancel()
            line.close()
        if overrun.is_set():  # what was cut off may look whole
            raise RequestError("card_silent")
        return answer

    def _answer(self, line: http.client.HTTPConnection) -> bytes:
        query = f"?{self._address.query}" if self._address.query else ""
        line.request("GET", (self._address.path or "/") + query, headers={"Accept": "application/json, */*"})
        answer = line.getresponse()
        if answer.status != http.client.OK:
            raise RequestError("card_answer")
        return answer.read(LARGEST_ANSWER + 1)


def _hang_up(line: socket.socket, overrun: threading.Event) -> None:
    """Time is up: whatever waits for the line gets no more of it."""
    overrun.set()
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was first

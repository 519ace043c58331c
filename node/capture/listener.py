"""The socket of the scanning door: opened while the station runs, closed for good with the last pairing.

Beside `node/serve.py` the only place that knows the server's library: that one runs for as long as the station, this one for minutes, and
before it reads more than a few bytes of somebody it asks whether they may send them.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError

from node.errors import RequestError

SMALL_BYTES = 4 * 1024
"""What anybody may send."""
CONNECTIONS = 24
THREADS = 3
HEADER_BYTES = 16 * 1024
SILENT_S = 20
"""A caller that says nothing for so long is let go."""
LOOK_EVERY_S = 1.0
ENDS_WITHIN_S = 10.0

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
MaySend = Callable[[str, str], bool]
"""Whether who asks for this path, with this Cookie header, may send a large body."""


class Listener:
    """Answers on one address until it is closed; `port` is the one that it got."""

    def __init__(self, app: WsgiApp, host: str, port: int, most_bytes: int, may_send: MaySend) -> None:
        try:
            self._server = _server(app, host, port, most_bytes)
        except OSError as error:
            raise RequestError("phone_port", address=host, port=port) from error
        self._server.channel_class = _channel(may_send)
        self.port = int(self._server.effective_port)
        self._stop = threading.Event()
        self._shut = threading.Event()
        self._bell = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="phone door", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close the socket: nobody gets in any more when this returns. Connections end when what is being answered is answered."""
        with self._bell:
            if not self._stop.is_set():
                self._stop.set()
                self._server.pull_trigger()
        self._shut.wait(ENDS_WITHIN_S)

    def join(self) -> None:
        """Wait for the last connection's end."""
        self._thread.join(ENDS_WITHIN_S)

    def _run(self) -> None:
        server = self._server
        try:
            while not self._stop.is_set():
                server.asyncore.loop(timeout=LOOK_EVERY_S, map=server._map, use_poll=True, count=1)
        finally:
            self._end()

    def _end(self) -> None:
        server = self._server
        server.asyncore.dispatcher.close(server)
        self._shut.set()
        # Who still works rings the loop's bell when he is done, by the number of a file: nobody may, once that number is another's.
        while server.task_dispatcher.threads:
            server.task_dispatcher.shutdown()
        for channel in list(server.active_channels.values()):
            channel.handle_write()
            if channel.connected:
                channel.handle_close()
        with self._bell:
            server.trigger.close()


def _server(app: WsgiApp, host: str, port: int, most_bytes: int) -> Any:
    return create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        max_request_header_size=HEADER_BYTES,
        max_request_body_size=most_bytes,
        # Pictures never touch the disk in the clear.
        inbuf_overflow=most_bytes + 1,
        connection_limit=CONNECTIONS,
        channel_timeout=SILENT_S,
        cleanup_interval=SILENT_S // 4,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=True,
    )


def _channel(may_send: MaySend) -> type[Any]:
    """Connections whose large bodies are refused by their headers alone: what is read is held in memory."""

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            is_large = self.chunked or self.content_length > SMALL_BYTES
            if is_large and not may_send(self.path, self.headers.get("COOKIE", "")):
                self.body_rcv = None
                raise ParsingError("not allowed")

    class Channel(HTTPChannel):  # type: ignore[misc]
        parser_class = Parser

    return Channel

"""Run a station: pages and the peers' door by waitress, and the courier beside them, until told to stop."""

import argparse
import ipaddress
import logging
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from waitress import create_server

from node.assemble import Node, assemble
from node.clock import SystemClock
from node.commands.wording import say
from node.config import ListenSettings
from node.errors import NotAllowedError, RequestError
from node.memory import use_few_heaps
from node.web.security import HELD_THREADS

COURIER_STOPS_WITHIN_S = 20
LOOK_FOR_RESTART_S = 0.5
ANSWER_MIB = 64
"""No answer is as large as this."""


def run(arguments: argparse.Namespace) -> int:
    """`serve DIR`: until Ctrl-C or SIGTERM."""
    while True:
        node = assemble(Path(arguments.dir), SystemClock())
        try:
            serve(node, *listen_address(arguments.listen, node.config.listen), say_started=print)
        finally:
            node.close()
        if not node.restart.is_set():
            return 0


def listen_address(asked: str | None, settings: ListenSettings) -> tuple[str, int]:
    """Host and port to bind: what was asked, else the settings.

    Raises:
        RequestError: `asked` is not HOST:PORT.
        NotAllowedError: other machines could read it in the clear, and no setting allows that.
    """
    host, port = (settings.host, settings.port) if asked is None else _split(asked)
    if not is_loopback(host) and not (settings.plain_lan or settings.behind_proxy):
        raise NotAllowedError("plain_lan")
    return host, port


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what is bound to `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(node: Node, host: str, port: int, say_started: Callable[[str], None]) -> None:
    """Answer on host and port and carry, until a signal to stop; then finish what runs.

    Raises:
        RequestError: the address is taken or not of this machine.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    use_few_heaps()
    server = _server(node, host, port)
    stop = threading.Event()
    threads = _start_threads(node, stop)
    try:
        signal.signal(signal.SIGTERM, _stopper(node))
        say_started(say("serving", name=node.config.station.name, url=f"http://{_in_url(host)}:{port}/"))
        if not is_loopback(host) and not node.config.listen.behind_proxy:
            say_started(say("plain_lan_warning"))
        sys.stdout.flush()
        server.run()
    except SystemExit:
        # Told to stop, or to start anew, before the server's loop had begun.
        server.task_dispatcher.shutdown()
    finally:
        stop.set()
        node.wake.set()
        node.door.rope.close()
        server.close()
        _hang_up(server)
        for thread in threads:
            thread.join(COURIER_STOPS_WITHIN_S)


def _start_threads(node: Node, stop: threading.Event) -> list[threading.Thread]:
    """The threads beside the pages: chores; the courier, except at a county, which is called and never calls; who waits for a restart."""
    threads = [threading.Thread(target=node.chores.run_until, args=(stop,), name="chores")]
    if node.courier is not None:
        threads.append(threading.Thread(target=node.courier.run, args=(stop, node.wake), name="courier"))
    threads.append(threading.Thread(target=_end_for_restart, args=(node, stop), name="restart"))
    for thread in threads:
        thread.start()
    return threads


def _end_for_restart(node: Node, stop: threading.Event) -> None:
    """End the server's loop, as a signal would, when the station is to be put together anew."""
    while not stop.is_set():
        if node.restart.wait(LOOK_FOR_RESTART_S):
            signal.raise_signal(signal.SIGTERM)
            return


def _server(node: Node, host: str, port: int) -> Any:
    limits = node.config.limits
    try:
        return create_server(
            node.app,
            host=host,
            port=port,
            # Who waits at the bell, or for a picture, holds a thread: there are as many more.
            threads=limits.threads + node.door.rope.places + HELD_THREADS,
            ident=None,
            max_request_body_size=limits.request_mib << 20,
            # Larger bodies would be spooled to temporary files, in clear: what people upload never touches the disk so.
            inbuf_overflow=(limits.request_mib << 20) + 1,
            outbuf_overflow=ANSWER_MIB << 20,
            connection_limit=limits.connections,
            # select() ends at 1024 descriptors: slow callers would starve the rest.
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=True,
            **_proxy(node.config.listen),
        )
    except OSError as error:
        raise RequestError("port_taken", address=f"{host}:{port}") from error


def _hang_up(server: Any) -> None:
    """Give what is ready, and close what browsers keep open: after a restart in this process nobody would ever answer there."""
    for channel in list(getattr(server, "active_channels", {}).values()):
        channel.handle_write()
        if channel.connected:
            channel.handle_close()


def _proxy(settings: ListenSettings) -> dict[str, Any]:
    if not settings.behind_proxy:
        return {}
    headers = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}
    return {"trusted_proxy": "127.0.0.1", "trusted_proxy_count": 1, "trusted_proxy_headers": headers}


def _stopper(node: Node) -> Callable[[int, FrameType | None], None]:
    """What a signal does: whoever waits at the bell is sent away, or the server would wait for them; then the server ends."""

    def stop_now(_signal: int, _frame: FrameType | None) -> None:
        node.door.rope.close()
        raise SystemExit(0)

    return stop_now


def _split(asked: str) -> tuple[str, int]:
    host, _, port = asked.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise RequestError("listen", listen=asked)
    return host, int(port)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host

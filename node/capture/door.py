"""The scanning door (拍照门): what a telephone in the room can reach of this station, and only while a pairing is there."""

import logging
import threading
from collections.abc import Callable

from node.capture.lan import Addresses
from node.capture.listener import Listener
from node.capture.phone import Pairing, Pairings
from node.errors import RequestError
from node.staff.people import Session

SWEEP_EVERY_S = 1.0
ENDS_WITHIN_S = 15.0
USUAL_PORT = 80


log = logging.getLogger(__name__)
Listen = Callable[["Doorway", str, int], Listener]
"""Opens a socket on an address and port (0: a free one)."""


class Doorway:
    """Opens a socket with the first pairing of an address, and closes it with the last. `forget` lets go what a thread holds open."""

    def __init__(self, pairings: Pairings, listen: Listen, addresses: Addresses, port: int, forget: Callable[[], None]) -> None:
        self.pairings = pairings
        self._listen = listen
        self._addresses = addresses
        self._port = port
        self._forget = forget
        self._lock = threading.Lock()
        self._open: dict[str, Listener] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def addresses(self) -> tuple[str, ...]:
        """The addresses of this machine at which a telephone may reach it."""
        return self._addresses()

    def hosts(self) -> frozenset[str]:
        """What a telephone calls this station by now: `address:port`."""
        return frozenset(_host(address, one.port) for address, one in dict(self._open).items())

    def open(self, session: Session, number: str, material: str, slot: str, address: str | None = None) -> Pairing:
        """A new pairing, with the door open at an address; without one at the likeliest.

        Raises:
            RequestError: `phone_lan` the machine is in no network; `phone_address` it is not one of its own; `phone_port`; `phone_many`.
            NotAllowedError, NotFoundError: as `Pairings.open`.
        """
        known = self.addresses()
        if not known:
            raise RequestError("phone_lan")
        chosen = address or known[0]
        if chosen not in known:
            raise RequestError("phone_address", address=chosen[:40])
        with self._lock:
            made = self.pairings.open(session, number, material, slot, chosen)
            try:
                if chosen not in self._open:
                    self._open[chosen] = self._listen(self, chosen, self._port)
            except RequestError:
                self.pairings.drop(made)
                raise
            self._watch()
        return made

    def url(self, pairing: Pairing) -> str:
        """The address of the telephone's page, with the token where no request ever carries it; empty when the door is closed."""
        found = dict(self._open).get(pairing.address)
        return f"http://{_host(pairing.address, found.port)}/#{pairing.token}" if found and pairing.is_waiting else ""

    def sweep(self) -> bool:
        """Close what nobody may come to any more; whether any of it is still open."""
        with self._lock:
            needed = self.pairings.sweep()
            for address in [one for one in self._open if one not in needed]:
                self._open.pop(address).close()
            if not self._open:
                self._thread = None
            return bool(self._open)

    def close(self) -> None:
        """End everything: the station stops."""
        self._stop.set()
        self.pairings.clear()
        thread, open_now = self._thread, tuple(self._open.values())
        self.sweep()
        for one in open_now:
            one.join()
        if thread is not None:
            thread.join(ENDS_WITHIN_S)

    def _watch(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="phone door's end", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(SWEEP_EVERY_S):
            try:
                if not self.sweep():
                    break
            except Exception as error:
                # An open door is looked after, whatever happens.
                log.error("phone door: %s", type(error).__name__)
        self._forget()


def _host(address: str, port: int) -> str:
    """As browsers say it: the usual port is left out."""
    return address if port == USUAL_PORT else f"{address}:{port}"

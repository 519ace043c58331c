"""The scanning door of a station: closed, and with no application behind it, until an agent asks for it."""

import logging
from collections.abc import Mapping
from functools import cache

from node.assembly.opening import Opening
from node.capture.door import Doorway
from node.capture.lan import lan_addresses
from node.capture.listener import Listener, WsgiApp
from node.capture.phone import Pairings
from node.capture.tray import Tray
from node.staff.people import People
from node.web.phone.door import MOST_BYTES, may_send, phone_app

log = logging.getLogger("node.phone")


def doorway_of(opening: Opening, tray: Tray, people: People) -> Doorway:
    """The door, with the pairings that open it."""
    settings = opening.config.scanning
    pairings = Pairings(tray, opening.clock, settings.phone_minutes, people.stands, opening.store.audit.append)
    people.on_logout(pairings.logged_out)

    @cache
    def app_behind(door: Doorway) -> WsgiApp:
        return phone_app(door, opening.clock, _log)

    def listen(door: Doorway, host: str, port: int) -> Listener:
        return Listener(app_behind(door), host, port, MOST_BYTES, lambda path, cookies: may_send(door, path, cookies))

    return Doorway(pairings, listen, lan_addresses, settings.phone_port, opening.store.close)


def _log(event: str, facts: Mapping[str, str]) -> None:
    log.error("%s %s", event, " ".join(f"{name}={value}" for name, value in facts.items()))

"""The machine's own addresses on a room's network (局域网), as a telephone beside it could reach them."""

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import AddressValueError, IPv4Address, IPv4Network

# Source: RFC 1918. Others that `ipaddress` calls private (documentation, benchmarks, carriers) are no room's network: 198.18.0.0/15 is
# what some proxies give themselves.
ROOMS = (IPv4Network("192.168.0.0/16"), IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"))
"""The usual one first: the last is mostly that of virtual machines."""

Addresses = Callable[[], tuple[str, ...]]
"""Tells the addresses of this machine as they are now, the likeliest first."""


def lan_addresses() -> tuple[str, ...]:
    """The IPv4 addresses of this machine that lie in a room's network; empty where it is in none."""
    return in_rooms([*_of_routes(), *_of_name()])


def in_rooms(found: Iterable[str]) -> tuple[str, ...]:
    """Those of the addresses that are a room's, each once, in the order of `ROOMS`."""
    ranked = {address: rank for address in found if (rank := _rank(address)) is not None}
    return tuple(sorted(ranked, key=lambda address: ranked[address]))


def _rank(address: str) -> int | None:
    with suppress(AddressValueError):
        known = IPv4Address(address)
        return next((rank for rank, room in enumerate(ROOMS) if known in room), None)
    return None


def _of_routes() -> list[str]:
    """From which address a packet would leave for each room's network and for elsewhere; none is sent."""
    found = []
    for target in [*(str(room[-2]) for room in ROOMS), "223.5.5.5"]:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((target, 9))
            found.append(str(probe.getsockname()[0]))
    return found


def _of_name() -> list[str]:
    """The addresses of the machine's own name: on Windows those of all its networks."""
    with suppress(OSError):
        return [str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return []

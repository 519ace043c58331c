"""Values of settings: what `node.toml` may hold, read with care. Each raises `ValueError` for a value that cannot be used."""

import ipaddress
import re
from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from urllib.parse import urlsplit

from forms.checks import is_credit_code
from node.roles import Tier

SUITES = ("gm", "p256")
CARD_MEMBERS = ("name", "sex", "nation", "birth", "address", "number", "office", "begins", "ends", "photo")
"""What an ID card reader may say of a card, by our names."""
_NEAR = "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 ::1/128 fc00::/7 fe80::/10"
NEAR = tuple(map(ipaddress.ip_network, _NEAR.split()))
"""Networks in which a scanner may be: this machine, private and link-local ones. No name, for names lead anywhere."""
SCANNER_PATH = re.compile(r"(/[A-Za-z0-9_-]{1,32}){1,3}")


def text(value: Any) -> str:
    """A text that says something and can be printed."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError(value)
    return value


def flag(value: Any) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def number(low: int, high: int) -> Callable[[Any], int]:
    """A whole number within these bounds."""

    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(value)
        return value

    return read


def digits(count: int) -> Callable[[Any], str]:
    """So many digits."""

    def read(value: Any) -> str:
        if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == count):
            raise ValueError(value)
        return value

    return read


def suite(value: Any) -> str:
    """A suite of algorithms."""
    if value not in SUITES:
        raise ValueError(value)
    return str(value)


def credit_code(value: Any) -> str:
    """A unified social credit code."""
    if not isinstance(value, str) or not is_credit_code(value):
        raise ValueError(value)
    return value


def asked(value: Any) -> str:
    """Whether something is only offered, or required."""
    if value not in ("offered", "required"):
        raise ValueError(value)
    return str(value)


def tier(value: Any) -> Tier:
    """A tier."""
    return Tier(text(value))


def url(*schemes: str) -> Callable[[Any], str]:
    """An address of one of these schemes."""

    def read(value: Any) -> str:
        parts = urlsplit(text(value))
        if parts.scheme not in schemes or not (parts.netloc or parts.path):
            raise ValueError(value)
        return str(value).rstrip("/")

    return read


def names(value: Any) -> tuple[str, ...]:
    """A list of names."""
    if not isinstance(value, list):
        raise ValueError(value)
    return tuple(text(name) for name in value)


def hours(value: Any) -> tuple[time, time]:
    """Two times of day, from and to."""
    start, _, end = text(value).partition("-")
    return time.fromisoformat(start.strip()), time.fromisoformat(end.strip())


def moment_of_day(value: Any) -> time:
    """A time of day."""
    return datetime.strptime(text(value), "%H:%M").time()


def width(value: Any) -> int:
    """Bits of a vendor's ULONG."""
    if value not in (32, 64) or isinstance(value, bool):
        raise ValueError(value)
    return int(value)


def folder_name(value: Any) -> str:
    """The name of a folder, without a path."""
    if set(text(value)) & set('/\\:*?"<>|') or value.strip(". ") != value:
        raise ValueError(value)
    return str(value)


def one_of(*known: str) -> Callable[[Any], str]:
    """One of these words."""

    def read(value: Any) -> str:
        if value not in known:
            raise ValueError(value)
        return str(value)

    return read


def scanner_address(value: Any) -> str:
    """The address of a scanner near by, such as `http://192.168.1.9/eSCL`; `192.168.1.9` alone is enough."""
    given = text(value).strip()
    parts = urlsplit(given if "://" in given else f"http://{given}")
    if parts.scheme != "http" or set(given) & set("@%?#\\"):
        raise ValueError(value)
    host = ipaddress.ip_address(parts.hostname or "")
    if not any(host in network for network in NEAR if network.version == host.version):
        raise ValueError(value)
    path = parts.path.rstrip("/") or "/eSCL"
    if not SCANNER_PATH.fullmatch(path) or not 0 < (parts.port or 80) < 65536:
        raise ValueError(value)
    name = f"[{host}]" if host.version == 6 else str(host)
    return f"http://{name}{'' if parts.port in (None, 80) else f':{parts.port}'}{path}"


def scanner_addresses(value: Any) -> tuple[str, ...]:
    """A list of them."""
    return tuple(dict.fromkeys(scanner_address(one) for one in names(value)))


def loopback_url(value: Any) -> str:
    """An address of this very machine: what it answers with is a person's card, and no name leads it elsewhere."""
    parts = urlsplit(text(value))
    if parts.scheme != "http" or set(value) & set(" @#\\") or not value.isascii() or not 0 < (parts.port or 80) < 65536:
        raise ValueError(value)
    if parts.hostname != "localhost" and not ipaddress.ip_address(parts.hostname or "").is_loopback:
        raise ValueError(value)
    return str(value)


def card_members(value: Any) -> tuple[tuple[str, str], ...]:
    """By the names of ours, those that a reader gives to what is on a card."""
    if not isinstance(value, dict) or not set(value) <= set(CARD_MEMBERS):
        raise ValueError(value)
    return tuple((name, text(one)) for name, one in value.items())

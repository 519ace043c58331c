"""`DIR/node.toml` as one frozen value. An unknown key or a bad value stops the start with its name."""

import json
import os
import tomllib
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from datetime import time
from pathlib import Path
from typing import Any

from node.errors import ConfigError
from node.roles import Tier
from node.setting_values import (
    asked,
    card_members,
    credit_code,
    digits,
    flag,
    folder_name,
    hours,
    loopback_url,
    moment_of_day,
    names,
    number,
    one_of,
    scanner_addresses,
    suite,
    text,
    tier,
    url,
    width,
)

FILE_NAME = "node.toml"
DIVISION_DIGITS = {Tier.COUNTY: 6, Tier.TOWNSHIP: 9, Tier.VILLAGE: 12}
"""How many digits of a division code say which division it is; the rest are zeros."""


@dataclass(frozen=True)
class StationSettings:
    """Who this station is. `id` is the division code and a two-digit station number; the parent gives it.

    `uscc` is the unified social credit code of the unit that decides here; the certificates that it gives are numbered with it.
    """

    name: str
    tier: Tier
    division: str
    id: str
    suite: str = "gm"
    uscc: str | None = None


@dataclass(frozen=True)
class ParentSettings:
    """The next station up; None at a county."""

    url: str | None = None


@dataclass(frozen=True)
class ListenSettings:
    """Where pages and the peers' door are.

    Beyond loopback, either `behind_proxy` (a front server ends TLS) or `plain_lan` must be on. `host_names` are the further
    names by which browsers may call this station.
    """

    host: str = "127.0.0.1"
    port: int = 8600
    plain_lan: bool = False
    behind_proxy: bool = False
    host_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class DatabaseSettings:
    """`url` None is an SQLite file in DIR. `encrypted` is of that file: on unless said otherwise."""

    url: str | None = None
    encrypted: bool = True


@dataclass(frozen=True)
class EnclosureSettings:
    """`url` None is files in DIR."""

    url: str | None = None


@dataclass(frozen=True)
class LinkSettings:
    """What the line upward bears. `max_kbit` None is no limit; `quiet_hours` are (from, to), local time, no enclosures then."""

    max_kbit: int | None = None
    quiet_hours: tuple[time, time] | None = None


@dataclass(frozen=True)
class PolicySettings:
    """How long an unlocked key and a login last, and whether passwords must mix kinds of characters (等保).

    `mandate` and `originals` are `offered` or `required`: whether a case may go up without a standing mandate, or with an original
    that nobody has ticked. `unit_seal` likewise: whether a letter may go with a person's signature alone where the item asks for the seal
    of a unit. `sealed_documents` says whether an act also seals a PDF and an OFD.
    """

    key_minutes: int = 10
    key_uses: int = 30
    idle_minutes: int = 30
    session_hours: int = 12
    password_mix: bool = False
    mandate: str = "offered"
    originals: str = "offered"
    unit_seal: str = "offered"
    sealed_documents: bool = True


@dataclass(frozen=True)
class LimitSettings:
    """Bounds of one request, of open connections, and the disk space that is left alone.

    `village_mib` and `village_parcels` bound what one station below may have lying here that has not gone on or is not whole.

    Pages have smaller bounds of their own and answer in words; a request past `request_mib` is cut off by the server.
    """

    request_mib: int = 64
    connections: int = 1000
    threads: int = 4
    free_disk_mib: int = 200
    village_mib: int = 2048
    village_parcels: int = 5000


@dataclass(frozen=True)
class BackupSettings:
    """The daily backup: `folder` None is `backups` in DIR; `at` county time; `usb` a folder to look for on USB disks, for a second copy."""

    folder: str | None = None
    at: time = time(12, 30)
    keep: int = 7
    usb: str | None = None


@dataclass(frozen=True)
class UpdateSettings:
    """Updates that came down the road: whether they are applied without being asked, in `hours` (from, to), county time."""

    automatic: bool = False
    hours: tuple[time, time] = (time(12), time(14))


@dataclass(frozen=True)
class KeySettings:
    """Libraries of the tokens (UKey) that people's keys may be on; None is none. `skf_long` is the width of the vendor's ULONG."""

    pkcs11: str | None = None
    skf: str | None = None
    skf_long: int = 32


@dataclass(frozen=True)
class ScanningSettings:
    """Pictures that pages are made of: how long the original (原图) of a kept page stays, and how large a page may be.

    `originals` is `until_submitted`, `days` (then for `originals_days` after it was taken) or `never` (only until the page is kept).
    `escl` are the addresses of network scanners. A telephone may send pictures for `phone_minutes`, at `phone_port` (0: a free one).
    `reader` is the ID card reader's service on this computer, `reader_command` a command in place of it; `reader_fields` are the names
    that its answers give to what is on a card, where those are not ours.
    """

    originals: str = "until_submitted"
    originals_days: int = 30
    page_kib: int = 150
    escl: tuple[str, ...] = ()
    phone_minutes: int = 10
    phone_port: int = 0
    reader: str | None = None
    reader_command: tuple[str, ...] = ()
    reader_fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Config:
    """All settings of a station."""

    station: StationSettings
    parent: ParentSettings = field(default_factory=ParentSettings)
    listen: ListenSettings = field(default_factory=ListenSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    enclosures: EnclosureSettings = field(default_factory=EnclosureSettings)
    link: LinkSettings = field(default_factory=LinkSettings)
    policy: PolicySettings = field(default_factory=PolicySettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    updates: UpdateSettings = field(default_factory=UpdateSettings)
    keys: KeySettings = field(default_factory=KeySettings)
    scanning: ScanningSettings = field(default_factory=ScanningSettings)


def load_config(folder: Path) -> Config:
    """The settings of the station in `folder`.

    Raises:
        ConfigError: there is no such file, it is not TOML, or one setting is unknown, missing or bad.
    """
    try:
        text = (folder / FILE_NAME).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ConfigError(FILE_NAME, "missing") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(FILE_NAME, "bad") from error
    return parse_config(text)


def parse_config(text: str) -> Config:
    """The settings that TOML text holds.

    Raises:
        ConfigError: as `load_config`.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(FILE_NAME, "bad") from error
    for name in data:
        if name not in READERS:
            raise ConfigError(name, "unknown")
    config = Config(**{name: _section(name, data.get(name, {})) for name in READERS})
    _check_station(config.station)
    if config.scanning.reader is not None and config.scanning.reader_command:
        raise ConfigError("scanning.reader_command", "bad")  # a counter has one reader
    return config


def write_config(folder: Path, config: Config) -> None:
    """Write `node.toml`, whole or not at all; settings at their default are left out."""
    target = folder / FILE_NAME
    draft = target.with_suffix(".tmp")
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        file.write(to_toml(config))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)


def to_toml(config: Config) -> str:
    """The text that `parse_config` reads back to an equal value."""
    blocks = []
    for name in READERS:
        section = getattr(config, name)
        lines = [
            f"{item.name} = {_value_text(value)}"
            for item in fields(section)
            if (value := getattr(section, item.name)) is not None and (name == "station" or value != item.default)
        ]
        if lines:
            blocks.append("\n".join([f"[{name}]", *lines]) + "\n")
    return "\n".join(blocks)


def _section(name: str, table: Any) -> Any:
    kind = SECTIONS[name]
    if not isinstance(table, dict):
        raise ConfigError(name, "bad")
    given: dict[str, Any] = {}
    for key, value in table.items():
        reader = READERS[name].get(key)
        if reader is None:
            raise ConfigError(f"{name}.{key}", "unknown")
        try:
            given[key] = reader(value)
        except ValueError as error:
            raise ConfigError(f"{name}.{key}", "bad") from error
    for item in fields(kind):
        if item.name not in given and item.default is MISSING:
            raise ConfigError(f"{name}.{item.name}", "missing")
    return kind(**given)


def _check_station(station: StationSettings) -> None:
    digits = DIVISION_DIGITS[station.tier]
    if station.division[digits:] != "0" * (12 - digits):
        raise ConfigError("station.division", "bad")
    if station.id[:12] != station.division:
        raise ConfigError("station.id", "bad")


def _value_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, time):
        return json.dumps(value.strftime("%H:%M"))
    if isinstance(value, tuple) and all(isinstance(part, time) for part in value) and value:
        return json.dumps("-".join(part.strftime("%H:%M") for part in value))
    if isinstance(value, tuple) and all(isinstance(part, tuple) for part in value) and value:
        return "{ " + ", ".join(f"{name} = {json.dumps(said, ensure_ascii=False)}" for name, said in value) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(json.dumps(part, ensure_ascii=False) for part in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)


SECTIONS: dict[str, type[Any]] = {
    "station": StationSettings,
    "parent": ParentSettings,
    "listen": ListenSettings,
    "database": DatabaseSettings,
    "enclosures": EnclosureSettings,
    "link": LinkSettings,
    "policy": PolicySettings,
    "limits": LimitSettings,
    "backup": BackupSettings,
    "updates": UpdateSettings,
    "keys": KeySettings,
    "scanning": ScanningSettings,
}

READERS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "station": {"name": text, "tier": tier, "division": digits(12), "id": digits(14), "suite": suite, "uscc": credit_code},
    "parent": {"url": url("http", "https")},
    "listen": {"host": text, "port": number(1, 65535), "plain_lan": flag, "behind_proxy": flag, "host_names": names},
    "database": {"url": url("sqlite", "postgresql"), "encrypted": flag},
    "enclosures": {"url": url("file")},
    "link": {"max_kbit": number(1, 10_000_000), "quiet_hours": hours},
    "policy": {
        "key_minutes": number(0, 480),
        "key_uses": number(1, 1000),
        "idle_minutes": number(1, 480),
        "session_hours": number(1, 24),
        "password_mix": flag,
        "mandate": asked,
        "originals": asked,
        "unit_seal": asked,
        "sealed_documents": flag,
    },
    "limits": {
        "request_mib": number(1, 1024),
        "connections": number(10, 100_000),
        "threads": number(1, 64),
        "free_disk_mib": number(0, 1_000_000),
        "village_mib": number(1, 1_000_000),
        "village_parcels": number(1, 1_000_000),
    },
    "backup": {"folder": text, "at": moment_of_day, "keep": number(1, 1000), "usb": folder_name},
    "updates": {"automatic": flag, "hours": hours},
    "keys": {"pkcs11": text, "skf": text, "skf_long": width},
    "scanning": {
        "originals": one_of("until_submitted", "days", "never"),
        "originals_days": number(1, 3650),
        "page_kib": number(60, 1000),
        "escl": scanner_addresses,
        "phone_minutes": number(1, 60),
        "phone_port": number(0, 65535),
        "reader": loopback_url,
        "reader_command": names,
        "reader_fields": card_members,
    },
}

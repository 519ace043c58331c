"""node.toml."""

import re
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from node.config import (
    READERS,
    BackupSettings,
    Config,
    LinkSettings,
    ListenSettings,
    ParentSettings,
    StationSettings,
    load_config,
    parse_config,
    to_toml,
    write_config,
)
from node.errors import ConfigError
from node.roles import Tier

VILLAGE = StationSettings(name="示例一村", tier=Tier.VILLAGE, division="131025105201", id="13102510520101")
STATION = '[station]\nname = "示例一村"\ntier = "village"\ndivision = "131025105201"\nid = "13102510520101"\n'


def test_the_shortest_file_is_a_station_on_loopback_with_an_encrypted_database() -> None:
    config = parse_config(STATION)
    assert config == Config(VILLAGE)
    assert (config.listen.host, config.listen.port, config.database.encrypted, config.station.suite) == ("127.0.0.1", 8600, True, "gm")


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    config = replace(
        Config(VILLAGE),
        parent=ParentSettings("http://127.0.0.1:8601"),
        listen=ListenSettings(port=8602, plain_lan=True, host_names=("yizhan.cun", '怪"名\\')),
        link=LinkSettings(max_kbit=256, quiet_hours=(time(22), time(6, 30))),
    )
    write_config(tmp_path, config)
    assert load_config(tmp_path) == config
    assert [path.name for path in tmp_path.iterdir()] == ["node.toml"]


def test_defaults_are_not_written() -> None:
    assert to_toml(Config(VILLAGE)) == STATION.replace('id = "13102510520101"\n', 'id = "13102510520101"\nsuite = "gm"\n')


@pytest.mark.parametrize(
    ("more", "name", "code"),
    [
        ("[listen]\nhots = 1\n", "listen.hots", "unknown"),
        ("[lissten]\n", "lissten", "unknown"),
        ("[listen]\nport = 70000\n", "listen.port", "bad"),
        ("[listen]\nport = true\n", "listen.port", "bad"),
        ('[listen]\nplain_lan = "yes"\n', "listen.plain_lan", "bad"),
        ("[listen]\nhost_names = [1]\n", "listen.host_names", "bad"),
        ('[parent]\nurl = "ftp://x"\n', "parent.url", "bad"),
        ('[database]\nurl = "mysql://x"\n', "database.url", "bad"),
        ('[link]\nquiet_hours = "22 to 6"\n', "link.quiet_hours", "bad"),
        ("[policy]\nkey_uses = 0\n", "policy.key_uses", "bad"),
        ("[keys]\nskf_long = 16\n", "keys.skf_long", "bad"),
        ("[keys]\nskf_long = true\n", "keys.skf_long", "bad"),
        ("[keys]\nskf = 1\n", "keys.skf", "bad"),
        ("[limits]\nthreads = 0\n", "limits.threads", "bad"),
        ("[limits\n", "node.toml", "bad"),
    ],
)
def test_an_unknown_key_or_a_bad_value_is_named(more: str, name: str, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(STATION + more)
    assert (caught.value.name, caught.value.code) == (name, code)


@pytest.mark.parametrize("key", ["name", "tier", "division", "id"])
def test_a_missing_setting_is_named(key: str) -> None:
    text = "\n".join(line for line in STATION.splitlines() if not line.startswith(key))
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    assert (caught.value.name, caught.value.code) == (f"station.{key}", "missing")


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ('"village"', '"township"', "station.division"),
        ("13102510520101", "13102510520201", "station.id"),
        ('"131025105201"', '"13102510520１"', "station.division"),
        ('"village"', '"province"', "station.tier"),
        ('"示例一村"', '""', "station.name"),
    ],
)
def test_a_station_that_cannot_be_is_refused(old: str, new: str, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(STATION.replace(old, new))
    assert (caught.value.name, caught.value.code) == (name, "bad")


def test_the_daily_backup_is_set_and_written_back() -> None:
    config = parse_config(STATION + '[backup]\nfolder = "kept"\nat = "06:05"\nkeep = 3\nusb = "驿站备份"\n')
    assert config.backup == BackupSettings("kept", time(6, 5), 3, "驿站备份")
    assert 'at = "06:05"' in to_toml(config) and parse_config(to_toml(config)) == config
    assert parse_config(STATION).backup.at == time(12, 30)


@pytest.mark.parametrize(
    "line", ['at = "25:00"', 'at = "6"', "at = 6", "keep = 0", 'usb = "a/b"', 'usb = ".."', 'usb = "C:"', 'folder = ""']
)
def test_a_backup_setting_that_cannot_be_is_named(line: str) -> None:
    with pytest.raises(ConfigError, match=f"backup.{line.split()[0]}"):
        parse_config(f"{STATION}[backup]\n{line}\n")


def test_a_folder_without_a_station_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert (caught.value.name, caught.value.code) == ("node.toml", "missing")


def test_every_setting_is_documented_and_no_other() -> None:
    text = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    table = text.split("## Files")[0]
    told = {
        name for row in table.splitlines() if row.startswith("| `") for name in re.findall(r"`([a-z_]+\.[a-z_0-9]+)`", row.split("|")[1])
    }
    assert told == {f"{section}.{key}" for section, keys in READERS.items() for key in keys}


READER = """[scanning]
reader = "http://127.0.0.1:8989/read?callback=f"
[scanning.reader_fields]
name = "partyName"
number = "data.certNumber"
"""


def test_a_card_reader_is_set_with_its_names_and_written_back() -> None:
    config = parse_config(STATION + READER)
    assert config.scanning.reader == "http://127.0.0.1:8989/read?callback=f"
    assert config.scanning.reader_fields == (("name", "partyName"), ("number", "data.certNumber"))
    assert parse_config(to_toml(config)) == config
    config = parse_config(STATION + '[scanning]\nreader_command = ["C:/读卡/read.exe", "--json"]\n')
    assert config.scanning.reader_command == ("C:/读卡/read.exe", "--json") and parse_config(to_toml(config)) == config


@pytest.mark.parametrize("address", ["http://localhost:9/x", "http://127.0.0.2/", "http://[::1]:80/x"])
def test_a_card_reader_is_on_this_very_machine(address: str) -> None:
    assert parse_config(f'{STATION}[scanning]\nreader = "{address}"\n').scanning.reader == address


@pytest.mark.parametrize(
    "line",
    [
        'reader = "http://192.168.1.2/x"', 'reader = "https://127.0.0.1/"', 'reader = "http://127.0.0.1@10.0.0.1/"',
        'reader = "http://localhost.example/"', 'reader = "http://127.1/"', 'reader = "http://0.0.0.0/"', 'reader = "127.0.0.1"',
        'reader = "http://127.0.0.1:99999/"', "reader = 1", 'reader_command = "read.exe"', 'reader_command = [""]',
        'reader_fields = ["name"]', 'reader_fields = { pin = "x" }', "reader_fields = { name = 1 }",
        'reader_command = ["x"]\nreader = "http://127.0.0.1/"',
    ],
)  # fmt: skip
def test_a_card_reader_that_cannot_be_is_named(line: str) -> None:
    with pytest.raises(ConfigError, match=f"scanning.{line.split()[0]}"):
        parse_config(f"{STATION}[scanning]\n{line}\n")

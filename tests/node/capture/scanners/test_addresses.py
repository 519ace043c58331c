"""Only addresses near by are remembered, and only those are ever called."""

import pytest

from node.capture.scanners.addresses import MOST_ADDRESSES, Addresses
from node.config import parse_config, to_toml
from node.errors import ConfigError, RequestError
from tests.node.capture.conftest import Bench

STATION = '[station]\nname = "示例"\ntier = "village"\ndivision = "131025101203"\nid = "13102510120301"\n'
FAR = (
    "8.8.8.8", "http://203.0.113.9/eSCL", "printer.local", "localhost", "https://192.168.1.9/eSCL", "ftp://10.0.0.1/eSCL",
    "http://10.0.0.1@203.0.113.9/", "http://192.168.1.9/eSCL?a=1", "http://192.168.1.9/../etc", "http://192.168.1.9:0x50/eSCL",
    "::ffff:8.8.8.8", "http://[::ffff:8.8.8.8]/eSCL", "http://[fe80::1%25eth0]/eSCL", "0177.0.0.1", "2130706433", "100.64.0.1", "0.0.0.0",
    "http://192.168.1.9/eSCL\r\nHost: x", "", "http:///eSCL", "http://192.168.1.9:99999/", "http://224.0.0.251/", "http://192.168.1.9\\@8.8.8.8/",
)  # fmt: skip


@pytest.fixture
def book(bench: Bench) -> Addresses:
    bench.store.meta.delete("scanner_addresses")
    return Addresses(bench.store, ("http://10.9.9.9/eSCL",), bench.node.clock)


@pytest.mark.parametrize("text", FAR, ids=map(str, range(len(FAR))))
def test_what_is_not_near_by_is_refused(bench: Bench, book: Addresses, text: str) -> None:
    with pytest.raises(RequestError) as caught:
        book.add(bench.agent, text)
    assert caught.value.code == "scanner_address" and book.typed() == ()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.168.1.9", "http://192.168.1.9/eSCL"), (" http://192.168.1.9/eSCL/ ", "http://192.168.1.9/eSCL"),
        ("172.31.0.1:8080", "http://172.31.0.1:8080/eSCL"), ("http://127.0.0.1:60000/eSCL", "http://127.0.0.1:60000/eSCL"),
        ("169.254.7.8", "http://169.254.7.8/eSCL"), ("http://[fd00::7]/eSCL", "http://[fd00::7]/eSCL"),
        ("http://[fe80::7]:80", "http://[fe80::7]/eSCL"), ("http://10.1.2.3/scanner/eSCL", "http://10.1.2.3/scanner/eSCL"),
    ],
    ids=map(str, range(8)),
)  # fmt: skip
def test_what_is_near_by_is_remembered_in_full(bench: Bench, book: Addresses, text: str, address: str) -> None:
    assert book.add(bench.agent, text) == address
    assert book.all() == ("http://10.9.9.9/eSCL", address)
    assert bench.store.audit.page(limit=1)[0].what == "scanner_added"


def test_an_address_is_kept_once_and_forgotten_but_not_one_of_the_settings(bench: Bench, book: Addresses) -> None:
    for text in ("192.168.1.9", "http://192.168.1.9/eSCL", "10.9.9.9"):
        book.add(bench.agent, text)
    assert book.typed() == ("http://192.168.1.9/eSCL",)
    book.remove(bench.agent, "http://10.9.9.9/eSCL")
    book.remove(bench.agent, "http://192.168.1.9/eSCL")
    assert book.all() == ("http://10.9.9.9/eSCL",)


def test_there_is_an_end_to_how_many_are_remembered(bench: Bench, book: Addresses) -> None:
    for number in range(MOST_ADDRESSES):
        book.add(bench.agent, f"10.0.1.{number}")
    with pytest.raises(RequestError) as caught:
        book.add(bench.agent, "10.0.2.1")
    assert caught.value.code == "scanners_full"


def test_the_settings_take_the_same_addresses_and_no_other() -> None:
    config = parse_config(STATION + '[scanning]\nescl = ["192.168.1.9", "http://192.168.1.9/eSCL"]\n')
    assert config.scanning.escl == ("http://192.168.1.9/eSCL",)
    assert parse_config(to_toml(config)) == config
    with pytest.raises(ConfigError) as caught:
        parse_config(STATION + '[scanning]\nescl = ["http://scanner.example/eSCL"]\n')
    assert caught.value.name == "scanning.escl"

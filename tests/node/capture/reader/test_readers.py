"""Both kinds of reader, against a real service and a real command: one card, in time and bounds, and nothing asked of anybody else."""

import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from node.capture.reader.command import ReaderCommand
from node.capture.reader.interface import CardReader
from node.capture.reader.service import LocalService
from node.errors import RequestError
from tests.tools.card_reader import FIELDS, NUMBER, Service, photo

SOON_S = 0.4
STUB = (sys.executable, "-S", "-m", "tests.tools.card_reader", "print", "--way")


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """The reader as a web service."""
    one = Service()
    yield one
    one.close()


def code_of(reader: CardReader) -> str:
    with pytest.raises(RequestError) as refused:
        reader.read()
    return refused.value.code


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def test_a_service_is_asked_once_with_the_query_of_its_address(service: Service) -> None:
    service.way, service.asked = "jsonp", []
    found = LocalService(f"{service.address}?callback=callback_1", FIELDS).read()
    assert (found.card.number, found.photo) == (NUMBER, photo())
    assert service.asked == ["/read?callback=callback_1"]


def test_the_name_of_this_machine_is_its_loopback_address_whatever_a_hosts_file_says(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.way, asked = "good", socket.getaddrinfo

    def other(host: str, *more: Any, **kinds: Any) -> Any:
        return asked("127.0.0.99" if host == "localhost" else host, *more, **kinds)

    monkeypatch.setattr(socket, "getaddrinfo", other)
    assert LocalService(service.address.replace("127.0.0.1", "localhost"), FIELDS).read().card.number == NUMBER


def test_no_proxy_of_the_environment_is_asked(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.way = "good"
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert LocalService(service.address, FIELDS).read().card.number == NUMBER


def test_a_redirect_is_not_followed(service: Service) -> None:
    service.way, service.asked = "moved", []
    assert code_of(LocalService(service.address, FIELDS)) == "card_answer"
    assert service.asked == ["/read"]


@pytest.mark.parametrize("way", ["silent", "drip"])
def test_a_service_that_does_not_come_to_an_end_is_left_in_time(service: Service, way: str) -> None:
    service.way = way
    assert code_of(LocalService(service.address, FIELDS, SOON_S)) == "card_silent"


def test_a_service_that_says_too_much_is_not_read_to_its_end(service: Service) -> None:
    service.way = "flood"
    assert code_of(LocalService(service.address, FIELDS, 5)) == "card_too_large"


def test_a_service_that_is_not_there_is_said_to_be_so() -> None:
    assert code_of(LocalService(f"http://127.0.0.1:{free_port()}/", FIELDS)) == "card_unreachable"


def test_what_does_not_speak_http_is_not_understood() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_babble, args=(door,), daemon=True).start()
        assert code_of(LocalService(f"http://127.0.0.1:{door.getsockname()[1]}/", FIELDS)) == "card_answer"


def _babble(door: socket.socket) -> None:
    line, _ = door.accept()
    with line:
        line.sendall(b"\x00\x01garbage\r\n\r\n")


def test_a_command_prints_the_card() -> None:
    found = ReaderCommand((*STUB, "gbk"), FIELDS).read()
    assert (found.card.name, found.photo) == ("示例甲", photo())


def test_no_shell_reads_the_command() -> None:
    script = "import json, sys; print(json.dumps({'name': sys.argv[1], 'number': '1'}))"
    assert ReaderCommand((sys.executable, "-S", "-c", script, "$(id) | `id` %PATH% > x"), {}).read().card.name == "$(id) | `id` %PATH% > x"


@pytest.mark.parametrize(("way", "code"), [("huge", "card_too_large"), ("empty", "card_none")])
def test_a_command_that_prints_no_card_is_refused(way: str, code: str) -> None:
    assert code_of(ReaderCommand((*STUB, way), FIELDS)) == code


def test_a_command_that_prints_nothing_is_ended_in_time() -> None:
    assert code_of(ReaderCommand((*STUB, "silent"), FIELDS, SOON_S)) == "card_silent"


def test_a_command_whose_own_child_keeps_the_pipe_open_is_left_in_time() -> None:
    script = "import subprocess, sys; subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(3)'])"
    assert code_of(ReaderCommand((sys.executable, "-S", "-c", script), FIELDS, SOON_S)) == "card_silent"


def test_a_command_that_is_not_there_is_said_to_be_so() -> None:
    assert code_of(ReaderCommand(("/nowhere/示例-reader",), FIELDS)) == "card_unreachable"

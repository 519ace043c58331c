"""Which reader a counter has follows from its settings."""

import sys

from node.capture.reader.choice import reader_of
from node.capture.reader.command import ReaderCommand
from node.capture.reader.service import LocalService
from node.config import ScanningSettings
from tests.tools.card_reader import FIELDS, NUMBER


def test_a_counter_has_no_reader_unless_one_is_set() -> None:
    assert reader_of(ScanningSettings()) is None


def test_a_service_or_a_command_is_asked_with_the_names_of_the_settings() -> None:
    assert isinstance(reader_of(ScanningSettings(reader="http://127.0.0.1:9/")), LocalService)
    command = (sys.executable, "-S", "-m", "tests.tools.card_reader", "print")
    reader = reader_of(ScanningSettings(reader_command=command, reader_fields=tuple(FIELDS.items())))
    assert isinstance(reader, ReaderCommand) and reader.read().card.number == NUMBER

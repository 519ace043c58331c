"""Which reader the settings name."""

from node.capture.reader.command import ReaderCommand
from node.capture.reader.interface import CardReader
from node.capture.reader.service import LocalService
from node.config import ScanningSettings


def reader_of(settings: ScanningSettings) -> CardReader | None:
    """The reader of this counter, or None where there is none."""
    names = dict(settings.reader_fields)
    if settings.reader is not None:
        return LocalService(settings.reader, names)
    return ReaderCommand(settings.reader_command, names) if settings.reader_command else None

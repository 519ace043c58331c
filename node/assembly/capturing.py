"""Capture, joined: the tray, what makes pages of its shots, and the policy that lets originals go."""

from dataclasses import dataclass

from node.assembly.opening import Opening
from node.capture.card_desk import CardDesk
from node.capture.keeping import Keeping
from node.capture.originals import Originals
from node.capture.reader.choice import reader_of
from node.capture.scanners.addresses import Addresses
from node.capture.scanners.desk import ScannerDesk, scanner_desk
from node.capture.tray import Tray
from node.casework.attaching import Attaching
from node.casework.casebook import Casebook
from node.casework.drafts import Drafts
from node.scanning.finding.eyes import Eyes
from node.scanning.intake import IntakeProcess


@dataclass(frozen=True)
class Capture:
    """What takes pages in at the counter; `eyes` have a child process of their own."""

    eyes: Eyes
    tray: Tray
    keeping: Keeping
    originals: Originals
    cards: CardDesk
    scanners: ScannerDesk


def capture_of(opening: Opening, casebook: Casebook, drafts: Drafts, attaching: Attaching, intake: IntakeProcess) -> Capture:
    """The same of a station."""
    station, store, settings, eyes = opening.station, opening.store, opening.config.scanning, Eyes()
    tray = Tray(station, store, drafts, attaching, casebook, opening.clock, eyes.look, intake)
    keeping = Keeping(tray, attaching, casebook, eyes.judge, intake, store, settings)
    cards = CardDesk(store, drafts, casebook, opening.clock, reader_of(settings), intake, tray)
    addresses = Addresses(store, settings.escl, opening.clock)
    scanners = scanner_desk(addresses, tray, keeping, store.close_thread)
    return Capture(eyes, tray, keeping, Originals(station, store, settings), cards, scanners)

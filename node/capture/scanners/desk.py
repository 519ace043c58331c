"""The desk for scanners: which there are, at which addresses, and what is scanned now."""

from collections.abc import Callable
from dataclasses import dataclass

from node.capture.keeping import Keeping
from node.capture.scanners.addresses import Addresses
from node.capture.scanners.escl import ESCL, Escl
from node.capture.scanners.jobs import Job, ScanJobs
from node.capture.scanners.listing import Listing, ScannerList
from node.capture.scanners.sane import Sane
from node.capture.scanners.sane_options import SANE
from node.capture.scanners.values import ScanWish, Way
from node.capture.tray import Tray
from node.errors import NotFoundError
from node.staff.people import Person


@dataclass(frozen=True)
class ScannerDesk:
    """Everything that people do with scanners."""

    addresses: Addresses
    list: ScannerList
    jobs: ScanJobs

    def listing(self) -> Listing:
        """The scanners that are known, after a moment for those that answer at once."""
        self.list.look()
        self.list.wait()
        return self.list.now()

    def add(self, who: Person, text: str) -> str:
        """Remember an address and look for what is there.

        Raises:
            RequestError: as `Addresses.add`.
        """
        address = self.addresses.add(who, text)
        self.list.look(again=True)
        return address

    def remove(self, who: Person, address: str) -> None:
        """Forget an address."""
        self.addresses.remove(who, address)
        self.list.look(again=True)

    def scan(self, person: Person, number: str, material: str, device_id: str, wish: ScanWish) -> Job:
        """Begin to scan with a device of the list.

        Raises:
            NotFoundError: `scanner` the list has none of this id.
            NodeError: as `ScanJobs.scan`.
        """
        device = self.list.get(device_id)
        if device is None:
            raise NotFoundError("scanner", device_id)
        return self.jobs.scan(person, number, material, device, wish)

    def close(self) -> None:
        """End what is under way."""
        self.jobs.close()


def scanner_desk(addresses: Addresses, tray: Tray, keeping: Keeping, done: Callable[[], None]) -> ScannerDesk:
    """The desk with the ways that there are; `done` ends what a thread holds open."""
    sane = Sane()
    ways: dict[str, Way] = {ESCL: Escl(addresses.all), SANE: sane}
    return ScannerDesk(addresses, ScannerList(tuple(ways.values()), lambda: sane.is_there, done), ScanJobs(ways, tray, keeping, done))

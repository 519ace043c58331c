"""Network scanners by eSCL (AirScan) over plain http, at addresses near by that somebody has set.

Source: Mopria Alliance, eSCL Technical Specification 2.97: jobs, NextDocument, status codes.
"""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from node.capture.scanners.escl_line import Answer, EsclLine, Times, path_below
from node.capture.scanners.escl_xml import Capabilities, cause_of, read_capabilities, settings
from node.capture.scanners.values import FLATBED, MOST_PAGE_BYTES, MOST_PAGES, Device, ScanWish, Watch, checked_page
from node.errors import RequestError, ScannerError

ESCL = "escl"
AT_A_TIME = 8
"""Addresses that are asked together: those that are off take their time."""
NO_MORE, GONE, LATER, CONFLICT = 404, 410, 503, 409


class Escl:
    """Scanners at the `addresses`, each checked before."""

    def __init__(self, addresses: Callable[[], Sequence[str]], times: Times | None = None) -> None:
        self._addresses = addresses
        self._times = times or Times()

    @property
    def is_there(self) -> bool:
        """It takes nothing but a network."""
        return True

    def devices(self) -> list[Device]:
        """One for each address; what does not answer is listed with its problem, so that somebody switches it on."""
        with ThreadPoolExecutor(AT_A_TIME) as asking:
            return list(asking.map(self.device, self._addresses()))

    def device(self, address: str) -> Device:
        """What is at an address."""
        place = address.removeprefix("http://")
        try:
            found = self._capabilities(EsclLine(address, self._times, Watch()))
        except ScannerError as error:
            return Device(ESCL, address, place, problem=error.code)
        has_colour = any("RGB24" in caps.modes for caps in found.sources.values())
        return Device(ESCL, address, f"{found.name or place}（{urlsplit(address).hostname}）", tuple(found.sources), has_colour)

    def pages(self, device: Device, wish: ScanWish, watch: Watch) -> Generator[bytes, None, None]:
        """Scan; see `Way.pages`."""
        line = EsclLine(device.place, self._times, watch)
        capabilities = self._capabilities(line)
        if wish.source not in capabilities.sources:
            raise RequestError("scanner_source")
        self._check_ready(line, wish)
        job = self._begin(line, wish, capabilities, watch)
        is_over = False
        try:
            count = 0
            while (page := self._next(line, job, wish, count, watch)) is not None:
                count += 1
                watch.tell(None)
                yield checked_page(page)
                if wish.source == FLATBED:
                    return
                if count >= MOST_PAGES:
                    raise ScannerError("endless", most=MOST_PAGES)
            is_over = True
        finally:
            if not is_over:
                line.ask_anyway("DELETE", job)

    def _capabilities(self, line: EsclLine) -> Capabilities:
        answer = line.ask("GET", f"{line.root}/ScannerCapabilities")
        if answer.status == LATER:
            raise ScannerError("busy")
        if answer.status != 200:
            raise ScannerError("not_scanner")
        return read_capabilities(answer.body)

    def _check_ready(self, line: EsclLine, wish: ScanWish) -> None:
        cause = self._cause(line, wish.source, at_start=True)
        # A device that is about to sleep, or has just ended a job, says that it works; whether it takes a job, the call itself will tell.
        if cause and cause != "busy":
            raise ScannerError(cause)

    def _status(self, line: EsclLine) -> bytes:
        answer = line.ask("GET", f"{line.root}/ScannerStatus")
        return answer.body if answer.status == 200 else b""

    def _begin(self, line: EsclLine, wish: ScanWish, capabilities: Capabilities, watch: Watch) -> str:
        order, waited = settings(wish, capabilities), 0.0
        while (answer := line.ask("POST", f"{line.root}/ScanJobs", order)).status == LATER:
            if waited >= self._times.busy:
                raise ScannerError(self._cause(line, wish.source, at_start=True) or "busy")
            watch.wait(self._times.again)
            waited += self._times.again
        if answer.status == 201:
            return path_below(answer.location)
        raise ScannerError(self._cause(line, wish.source, at_start=True) or ("refused" if answer.status == CONFLICT else "bad_answer"))

    def _next(self, line: EsclLine, job: str, wish: ScanWish, count: int, watch: Watch) -> bytes | None:
        """The next page; None when there are no more."""
        waited = 0.0
        while (answer := line.page(f"{job}/NextDocument", MOST_PAGE_BYTES)).status == LATER:
            if waited >= self._times.quiet:
                raise ScannerError(self._cause(line, wish.source, at_start=False) or "slow")
            watch.wait(self._times.again)
            waited += self._times.again
        if answer.status == 200:
            return answer.body
        self._ended(line, answer, wish, count)
        return None

    def _ended(self, line: EsclLine, answer: Answer, wish: ScanWish, count: int) -> None:
        """Nothing, when a job has come to its end as it should.

        Raises:
            ScannerError: it has not.
        """
        cause = self._cause(line, wish.source, at_start=count == 0)
        if cause and cause != "busy":
            raise ScannerError(cause)
        if answer.status != NO_MORE:
            raise ScannerError("aborted" if answer.status == GONE else "bad_answer")
        if count == 0:
            raise ScannerError("nothing")

    def _cause(self, line: EsclLine, source: str, *, at_start: bool) -> str:
        status = self._status(line)
        return cause_of(status, source, at_start=at_start) if status else ""

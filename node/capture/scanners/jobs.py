"""Jobs: what is scanned now. Each runs in a thread of its own and puts every page on the tray the moment it is whole.

A job goes on when its page is closed. A restart ends it; what lies on the tray stays. A slot remembers its last job while the station runs.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace

from node.capture.keeping import Keeping, Side, Wish
from node.capture.scanners.values import SOURCES, Device, ScanWish, StoppedError, Watch, Way
from node.capture.tray import SCANNER, Tray, TrayShot
from node.errors import NodeError, NotFoundError, QualityError, RequestError, ScannerError
from node.scanning.shot import COLOURS
from node.staff.people import Person

LEAST_DPI, MOST_DPI = 75, 600
MOST_JOBS = 2
"""At a time: each decodes its pages, beside what people do."""
REMEMBERED = 50
ENDS_WITHIN_S = 8.0
RUNNING, DONE, CANCELLED, FAILED = "running", "done", "cancelled", "failed"
SCAN, KEEP = "scan", "keep"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """How a job stands: `scan` brings pages to the tray, `keep` makes pages of what lies there.

    `count` is how many came or were kept, `same` how many were on the tray before; `left` were not kept: the gate finds fault with them.
    `percent` is of the present page, None when nobody can say. `error` is why it failed.
    """

    id: str
    kind: str
    case_number: str
    material: str
    device: str = ""
    state: str = RUNNING
    count: int = 0
    same: int = 0
    left: int = 0
    percent: int | None = None
    is_stopping: bool = False
    error: NodeError | None = None

    @property
    def is_running(self) -> bool:
        """Whether more may come."""
        return self.state == RUNNING


@dataclass
class _Run:
    job: Job
    device: str
    watch: Watch
    thread: threading.Thread | None = None


class ScanJobs:
    """Begins, shows and ends jobs; safe for threads. `done` ends what a thread holds open."""

    def __init__(self, ways: Mapping[str, Way], tray: Tray, keeping: Keeping, done: Callable[[], None]) -> None:
        self._ways = dict(ways)
        self._tray = tray
        self._keeping = keeping
        self._done = done
        self._guard = threading.Lock()
        self._runs: dict[tuple[str, str], _Run] = {}
        self._last: tuple[str, ScanWish] = ("", ScanWish())

    def scan(self, person: Person, number: str, material: str, device: Device, wish: ScanWish) -> Job:
        """Begin to scan for a slot.

        Raises:
            RequestError: `scanner_wish`, `scanner_source`; `scanner_in_use` here, `scanner_many` at a time, `scanner_slot` has a job.
            ScannerError: what was wrong with the device when it was listed.
            NotAllowedError, NotFoundError: as of the tray.
        """
        self._tray.want(person, number, material)
        case_number = self._tray.opened(person, number).case_number
        if wish.source not in SOURCES or wish.colour not in COLOURS or not LEAST_DPI <= wish.dpi <= MOST_DPI:
            raise RequestError("scanner_wish")
        if device.problem:
            raise ScannerError(device.problem)
        if wish.source not in device.sources:
            raise RequestError("scanner_source")
        begun = Job(secrets.token_hex(8), SCAN, case_number, material, device.name)
        job = self._begin(begun, device.id, lambda run: self._scan(run, person, device, wish))
        with self._guard:
            self._last = device.id, wish
        return job

    def keep(self, person: Person, number: str, material: str) -> Job:
        """Begin to make pages of all shots of a slot that a scanner brought, as they are proposed.

        Raises:
            RequestError: `scanner_slot` has a job.
            NotAllowedError, NotFoundError: as of the tray.
        """
        self._tray.want(person, number, material)
        case_number = self._tray.opened(person, number).case_number
        job = Job(secrets.token_hex(8), KEEP, case_number, material)
        return self._begin(job, "", lambda run: self._keep(run, person))

    def last(self) -> tuple[str, ScanWish]:
        """The device and the wish of this station's latest scan, since the next is mostly alike. Before the first: none, and as usual."""
        with self._guard:
            return self._last

    def of_slot(self, person: Person, number: str, material: str) -> Job | None:
        """The last job of a slot.

        Raises:
            NotAllowedError, CaseNotFoundError: as of the tray.
        """
        case_number = self._tray.opened(person, number).case_number
        with self._guard:
            run = self._runs.get((case_number, material))
            return run.job if run else None

    def get(self, person: Person, number: str, job_id: str) -> Job:
        """A job of a case.

        Raises:
            NotFoundError: `scan_job`.
        """
        return self._run(person, number, job_id).job

    def stop(self, person: Person, number: str, job_id: str) -> Job:
        """Cancel a job; what came before stays. One that has ended stays as it is.

        Raises:
            NotFoundError: `scan_job`.
        """
        run = self._run(person, number, job_id)
        self._change(run, lambda job: replace(job, is_stopping=job.is_running))
        run.watch.stop()
        return run.job

    def wait(self, job_id: str, seconds: float) -> None:
        """Return when a job has ended, or after so many seconds."""
        with self._guard:
            threads = [run.thread for run in self._runs.values() if run.job.id == job_id]
        for thread in threads:
            if thread is not None:
                thread.join(seconds)

    def close(self) -> None:
        """End all jobs, within bounds."""
        with self._guard:
            runs = [run for run in self._runs.values() if run.job.is_running]
        for run in runs:
            run.watch.stop()
        for run in runs:
            self.wait(run.job.id, ENDS_WITHIN_S)

    def _run(self, person: Person, number: str, job_id: str) -> _Run:
        case_number = self._tray.opened(person, number).case_number
        with self._guard:
            for run in self._runs.values():
                if (run.job.id, run.job.case_number) == (job_id, case_number):
                    return run
        raise NotFoundError("scan_job", job_id)

    def _begin(self, job: Job, device_id: str, work: Callable[[_Run], None]) -> Job:
        run = _Run(job, device_id, Watch())
        run.watch = Watch(lambda percent: self._change(run, lambda one: replace(one, percent=percent)))
        with self._guard:
            running = [one for one in self._runs.values() if one.job.is_running]
            if any((one.job.case_number, one.job.material) == (job.case_number, job.material) for one in running):
                raise RequestError("scanner_slot")
            if device_id and any(one.device == device_id for one in running):
                raise RequestError("scanner_in_use")
            if job.kind == SCAN and sum(one.job.kind == SCAN for one in running) >= MOST_JOBS:
                raise RequestError("scanner_many", most=MOST_JOBS)
            self._runs.pop((job.case_number, job.material), None)
            self._runs[job.case_number, job.material] = run
            self._forget()
        thread = threading.Thread(target=self._work, args=(run, work), name="scanner", daemon=True)
        try:
            thread.start()
        except BaseException:
            # Nothing is under way: whoever tries again must not be told that something is.
            self._change(run, lambda one: replace(one, state=FAILED, error=ScannerError("failed")))
            raise
        run.thread = thread
        return run.job

    def _forget(self) -> None:
        over = [slot for slot, run in self._runs.items() if not run.job.is_running]
        for slot in over[: max(0, len(self._runs) - REMEMBERED)]:
            del self._runs[slot]

    def _work(self, run: _Run, work: Callable[[_Run], None]) -> None:
        state, why = DONE, None
        try:
            work(run)
        except StoppedError:
            state = CANCELLED
        except NodeError as error:
            state, why = FAILED, error
        except Exception:
            log.exception("a scanning job broke")
            state, why = FAILED, ScannerError("failed")
        finally:
            self._change(run, lambda job: replace(job, state=state, error=why, percent=None, is_stopping=False))
            self._done()

    def _scan(self, run: _Run, person: Person, device: Device, wish: ScanWish) -> None:
        job = run.job
        known = {one.record.shot for one in self._tray.shots(person, job.case_number, job.material)}
        with closing(self._ways[device.way].pages(device, wish, run.watch)) as pages:
            for page in pages:
                shot = self._tray.take(person, job.case_number, job.material, SCANNER, page, wish.colour)
                self._count(run, is_same=shot.record.shot in known)
                known.add(shot.record.shot)

    def _keep(self, run: _Run, person: Person) -> None:
        job = run.job
        for shot in waiting(self._tray.shots(person, job.case_number, job.material)):
            run.watch.check()
            try:
                self._keeping.keep(person, job.case_number, Wish(Side(shot.record.shot, shot.plan)))
            except QualityError:
                self._change(run, lambda one: replace(one, left=one.left + 1))
            else:
                self._change(run, lambda one: replace(one, count=one.count + 1))

    def _count(self, run: _Run, is_same: bool) -> None:
        self._change(run, lambda one: replace(one, count=one.count + 1, same=one.same + is_same))

    def _change(self, run: _Run, change: Callable[[Job], Job]) -> None:
        with self._guard:
            run.job = change(run.job)


def waiting(shots: tuple[TrayShot, ...]) -> tuple[TrayShot, ...]:
    """Those that a scanner brought and no page was made of yet."""
    return tuple(one for one in shots if one.page is None and one.record.source == SCANNER)

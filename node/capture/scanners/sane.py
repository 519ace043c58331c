"""Scanners at this machine by SANE, through the program `scanimage`: a child process without a shell, ended with its job.

A page comes as a file, in a folder of memory where the system has one, for this user alone; it is read and removed as soon as it is whole.
"""

import os
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from node.capture.scanners.sane_options import CODES, LISTED, NO_DOCS, Options, order, read_devices, read_options
from node.capture.scanners.values import MOST_PAGE_BYTES, MOST_PAGES, Device, ScanWish, Watch, checked_page
from node.errors import RequestError, ScannerError

PROGRAM = "scanimage"
IN_MEMORY = Path("/dev/shm")
FOLDER = "yizhan-scan-"
LEFT_S = 3600
"""A folder that is older than a new one by so much was left by a program that was killed."""
PROGRESS = re.compile(rb"Progress: (\d{1,3})")
LINES_END = re.compile(rb"[\r\n]")
MOST_TOLD = 256 * 1024
"""Of a listing."""
_NO_WINDOW = int(getattr(subprocess, "CREATE_NO_WINDOW", 0))


@dataclass(frozen=True)
class Times:
    """How long is waited, in seconds: for the listing, for a device's options, for the next sign of a job, and for its end."""

    listing: float = 45.0
    options: float = 20.0
    sign: float = 120.0
    end: float = 5.0


class Sane:
    """Scanners that SANE knows."""

    def __init__(self, times: Times | None = None) -> None:
        self._times = times or Times()
        self._options: dict[str, Options] = {}

    @property
    def is_there(self) -> bool:
        """Whether the program is installed."""
        return shutil.which(PROGRAM) is not None

    def devices(self) -> list[Device]:
        """Those that are plugged in, or announce themselves to SANE."""
        if not self.is_there:
            return []
        try:
            found = read_devices(_told(["-f", LISTED], self._times.listing))
        except ScannerError:
            return []
        return [self._looked_at(device) for device in found]

    def pages(self, device: Device, wish: ScanWish, watch: Watch) -> Generator[bytes, None, None]:
        """Scan; see `Way.pages`."""
        options = self._options.get(device.place) or read_options(_told(["-d", device.place, "-A"], self._times.options))
        if wish.source not in options.sources:
            raise RequestError("scanner_source")
        where = IN_MEMORY if IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) else None
        with tempfile.TemporaryDirectory(prefix=FOLDER, dir=where) as folder:
            _sweep(Path(folder))
            job = _Job(order(device, options, wish, str(Path(folder) / "%d.jpg")), Path(folder), watch, self._times)
            try:
                yield from job.pages()
            finally:
                job.end()

    def _looked_at(self, device: Device) -> Device:
        options = self._options.get(device.place)  # a device that scans just now is not to be opened a second time
        if options is None:
            try:
                options = read_options(_told(["-d", device.place, "-A"], self._times.options))
            except ScannerError as error:
                return replace(device, problem=error.code)
            self._options[device.place] = options
        return replace(device, sources=tuple(options.sources), has_colour="colour" in options.colours or not options.colours)


class _Job:
    """One run of the program. What it says comes by two threads into one queue: `page`, `sign` of life, `out`/`err` at a pipe's end."""

    def __init__(self, arguments: list[str], folder: Path, watch: Watch, times: Times) -> None:
        self._folder = folder
        self._watch = watch
        self._times = times
        self._said: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
        self._child = _started(arguments)
        assert self._child.stdout is not None and self._child.stderr is not None
        for hear, pipe in ((self._hear_pages, self._child.stdout), (self._hear_progress, self._child.stderr)):
            threading.Thread(target=hear, args=(pipe,), daemon=True).start()

    def pages(self) -> Iterator[bytes]:
        count, open_pipes = 0, {"out", "err"}
        with self._watch.aborting(lambda: self._said.put(("stop", b""))):
            while open_pipes:
                what, told = self._next()
                if what == "page":
                    count += 1
                    self._watch.tell(None)
                    yield self._page(told)
                elif what == "sign":
                    self._watch.tell(int(told))
                    self._check_size()
                open_pipes.discard(what)
        self._check_end(count)

    def end(self) -> None:
        """Ask it to cancel, as by Ctrl-C, so that a sheet that is half in is ejected; kill it when it does not listen."""
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGINT)
            try:
                self._child.wait(self._times.end)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()

    def _next(self) -> tuple[str, bytes]:
        self._watch.check()
        try:
            found = self._said.get(timeout=self._times.sign)
        except queue.Empty as error:
            raise ScannerError("slow") from error
        self._watch.check()
        return found

    def _page(self, told: bytes) -> bytes:
        path = self._folder / Path(os.fsdecode(told)).name
        try:
            if path.stat().st_size > MOST_PAGE_BYTES:
                raise ScannerError("page_large", most=MOST_PAGE_BYTES >> 20)
            page = path.read_bytes()
            path.unlink()
        except OSError as error:
            raise ScannerError("lost") from error
        return checked_page(page)

    def _check_size(self) -> None:
        """A page that never ends must not fill the memory."""
        with suppress(OSError):
            if any(one.stat().st_size > MOST_PAGE_BYTES for one in self._folder.iterdir()):
                raise ScannerError("page_large", most=MOST_PAGE_BYTES >> 20)

    def _check_end(self, count: int) -> None:
        try:
            code = self._child.wait(self._times.end)
        except subprocess.TimeoutExpired as error:
            raise ScannerError("slow") from error
        if count >= MOST_PAGES:
            raise ScannerError("endless", most=MOST_PAGES)
        if code and not (code == NO_DOCS and count):
            raise ScannerError(CODES.get(code, "unreachable" if code == 1 else "aborted"))
        if not count:
            raise ScannerError("no_paper")

    def _hear_pages(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                self._said.put(("page", line.rstrip(b"\r\n")))
        self._said.put(("out", b""))

    def _hear_progress(self, pipe: IO[bytes]) -> None:
        rest, last = b"", b""
        with pipe:
            while part := os.read(pipe.fileno(), 4096):
                *lines, rest = LINES_END.split(rest[-200:] + part)
                found = [one[1] for line in lines if (one := PROGRESS.match(line)) is not None]
                if found and found[-1] != last:
                    last = found[-1]
                    self._said.put(("sign", last))
        self._said.put(("err", b""))


def _sweep(folder: Path) -> None:
    for other in folder.parent.glob(f"{FOLDER}*"):
        with suppress(OSError):
            if folder.stat().st_mtime - other.stat().st_mtime > LEFT_S:
                shutil.rmtree(other, ignore_errors=True)


def _started(arguments: list[str]) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            [shutil.which(PROGRAM) or PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C"}, creationflags=_NO_WINDOW,
        )  # fmt: skip
    except OSError as error:
        raise ScannerError("unreachable") from error


def _told(arguments: list[str], most_s: float) -> str:
    """What the program prints when it is asked something.

    Raises:
        ScannerError: it does not run, breaks off, or takes too long.
    """
    child = _started(arguments)
    try:
        told, _ = child.communicate(timeout=most_s)
    except subprocess.TimeoutExpired as error:
        child.kill()
        child.communicate()
        raise ScannerError("slow") from error
    if child.returncode:
        raise ScannerError(CODES.get(child.returncode, "unreachable"))
    return told[:MOST_TOLD].decode("utf-8", "replace")

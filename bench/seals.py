"""Signing and verifying: SM2 beside `openssl speed`, and all seals of a case that went through three tiers.

SM2 is measured in nine rounds, each of `openssl speed` (20 octets) and then of ours (1 KiB), on one core, in seconds of CPU; the figure
is the median of the rounds' ratios.
`cold` reads and proves every certificate, list and seal anew; the digests of scans, which grow with the scans, are no part of it.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

from bench import three_tiers
from bench.ground import Ground
from bench.table import Row, best
from signing.algorithms import suite

ROUNDS, SECONDS = 9, 1.0
MESSAGE = b"x" * 1024


class Rates(NamedTuple):
    """Operations in a second."""

    signs: float
    verifies: float


def measure(ground: Ground) -> Iterator[Row]:
    with one_core():
        yield from _beside_openssl()
        for name in ("gm", "p256"):
            yield from _three_tiers(name)


@contextmanager
def one_core() -> Iterator[None]:
    """Keep to one core, children too, where the system lets us."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _beside_openssl() -> Iterator[Row]:
    if not shutil.which("openssl"):
        yield Row("SM2 beside openssl speed", "≥ 85 %", "", "no openssl here")
        return
    rounds = [(_openssl(), _ours()) for _ in range(ROUNDS)]
    for what, place in (("sign", 0), ("verify", 1)):
        ratio = median(ours[place] / theirs[place] for theirs, ours in rounds)
        theirs, ours = (median(each[side][place] for each in rounds) for side in (0, 1))
        yield Row(f"SM2 {what}, a second, of openssl speed", "≥ 85 %", f"openssl {theirs:.0f}", f"{ours:.0f}: {ratio:.0%}")


def _openssl() -> Rates:
    """Source: OpenSSL manual, openssl-speed, -mr: `+F7:0:bits:name:signs:verifies` a second."""
    command = ["openssl", "speed", "-seconds", str(round(SECONDS)), "-mr", "sm2"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    last = next(line for line in said.splitlines() if line.startswith("+F7:"))
    signs, verifies = last.split(":")[-2:]
    return Rates(float(signs), float(verifies))


def _ours() -> Rates:
    gm = suite("gm")
    private = gm.generate()
    signature = gm.sign(private, MESSAGE)
    return Rates(_rate(lambda: gm.sign(private, MESSAGE)), _rate(lambda: gm.verify(private.public, MESSAGE, signature)))


def _rate(work: Callable[[], object]) -> float:
    """In seconds of CPU, as `openssl speed` counts them: then it matters little what else the machine does."""
    done, began, took = 0, process_time(), 0.0
    while took < SECONDS:
        for _ in range(50):
            work()
        done, took = done + 50, process_time() - began
    return done / took


def _three_tiers(name: str) -> Iterator[Row]:
    case = three_tiers.make(name)
    trust = case.trust()
    case.verify(trust)
    known = best(lambda: _timed(lambda: case.verify(trust)), 50)

    def cold() -> None:
        case.forget()
        case.verify(case.trust())

    targets = ("≤ 6 ms", "≤ 16 ms") if name == "gm" else ("", "")
    yield Row(f"six seals of three tiers, certificates known, {name}", targets[0], "–", f"{known * 1000:.1f} ms")
    yield Row(f"  the same, cold, {name}", targets[1], "–", f"{best(lambda: _timed(cold), 30) * 1000:.1f} ms")


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began

"""Health reports (健康报告): what a station says of itself to its parent, and what it believes of those below.

A report holds codes, numbers and times; whoever reads it writes the sentences. It is not signed: it is believed only of the station that
brings it and of those below that one, it decides nothing, and nothing in it is ever shown but as a number, a time or a known word.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from node.clock import Clock, from_text, to_text
from node.station import Stations
from node.store import Store
from node.store.reports import ReportRecord
from node.upkeep.checks.clock import keep_offset
from node.upkeep.doctor import Doctor
from node.upkeep.findings import RANK, Fact, Finding, Grade
from node.version import VERSION
from sync.errors import RecordError
from sync.exchange import MAX_REPORT_BYTES
from sync.records import json_bytes, read_json

AT_LEAST_EVERY = timedelta(hours=1)
MAX_REPORTS = 64
MAX_FINDINGS, MAX_FACTS, MAX_NUMBER = 48, 8, 10**15
GRADES = {str(grade): grade for grade in Grade}
FIRST_YEAR, LAST_YEAR = 1970, 9000
"""The ends of the calendar cannot be told in another zone."""
_STATION = re.compile(r"[0-9]{14}")
_WORD = re.compile(r"[a-z0-9_]{1,40}")
_TEXT = re.compile(r"[0-9A-Za-z:._+-]{0,40}")
log = logging.getLogger(__name__)


class ReportError(Exception):
    """What came is no report; `why` says what is wrong with it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Report:
    """How a station said it was at `at` on its own clock. `heard` is when its parent got this, where it went on from there."""

    station: str
    at: datetime
    program: str
    findings: tuple[Finding, ...]
    heard: datetime | None = None

    @cached_property
    def grade(self) -> Grade:
        """That of the worst finding."""
        return min((finding.grade for finding in self.findings), key=RANK.__getitem__, default=Grade.GOOD)

    def of_grade(self, grade: Grade) -> tuple[Finding, ...]:
        """The findings of one grade."""
        return tuple(finding for finding in self.findings if finding.grade is grade)

    def facts(self) -> dict[str, Any]:
        """The members of its JSON."""
        found: dict[str, Any] = {
            "station": self.station,
            "at": to_text(self.at),
            "program": self.program,
            "findings": [[finding.code, str(finding.grade), dict(finding.facts)] for finding in self.findings],
        }
        return found if self.heard is None else found | {"heard": to_text(self.heard)}

    def to_bytes(self) -> bytes:
        """Its JSON."""
        return json_bytes(self.facts())


def read_report(data: bytes) -> Report:
    """The report in bytes from outside. Members that are not known are passed over: a newer station may say more.

    Raises:
        ReportError: anything that is not in its form or bounds.
    """
    if len(data) > MAX_REPORT_BYTES:
        raise ReportError("too_large")
    try:
        value = read_json(data, canonical=False)
    except RecordError as error:
        raise ReportError("json") from error
    if not isinstance(value, dict):
        raise ReportError("json")
    findings = value.get("findings")
    if not isinstance(findings, list) or len(findings) > MAX_FINDINGS:
        raise ReportError("findings")
    return Report(
        station=_text(value, "station", _STATION),
        at=_time(value, "at"),
        program=_text(value, "program", _TEXT),
        findings=tuple(_finding(one) for one in findings),
        heard=_time(value, "heard") if "heard" in value else None,
    )


def _finding(value: Any) -> Finding:
    if not isinstance(value, list) or len(value) != 3 or not isinstance(value[2], dict) or len(value[2]) > MAX_FACTS:
        raise ReportError("finding")
    code, grade, facts = value
    if not isinstance(code, str) or not _WORD.fullmatch(code) or grade not in tuple(Grade):
        raise ReportError("finding")
    return Finding(code, Grade(grade), {_name(name): _fact(fact) for name, fact in facts.items()})


def _name(name: str) -> str:
    if not _WORD.fullmatch(name):
        raise ReportError("fact")
    return name


def _fact(value: Any) -> Fact:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_NUMBER:
        return value
    if isinstance(value, str) and _TEXT.fullmatch(value):
        return value
    raise ReportError("fact")


def _text(value: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not form.fullmatch(text):
        raise ReportError(name)
    return text


def _time(value: Mapping[str, Any], name: str) -> datetime:
    try:
        moment = from_text(str(value.get(name)))
    except ValueError as error:
        raise ReportError(name) from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ReportError(name)
    return moment


def kept_report(facts: Mapping[str, Any]) -> Report:
    """A report as this station kept it after reading or making it."""
    findings = tuple(Finding(code, GRADES[grade], facts) for code, grade, facts in facts["findings"])
    at, heard = datetime.fromisoformat(facts["at"]), facts.get("heard")
    return Report(facts["station"], at, facts["program"], findings, datetime.fromisoformat(heard) if heard else None)


class ReportBook:
    """This station's report, made anew now and then, and those of the stations below, passed on; implements `sync.boxes.Reports`.

    What the parent has heard is known in memory only: after a restart it hears everything once more.
    """

    def __init__(self, me: str, doctor: Doctor, store: Store, stations: Stations, clock: Clock) -> None:
        self._me = me
        self._doctor = doctor
        self._store = store
        self._stations = stations
        self._clock = clock
        self._told: dict[str, bytes] = {}
        self._telling: dict[bytes, str] = {}

    def examine(self) -> Report:
        """How this station is now."""
        return Report(self._me, self._clock.now(), VERSION, self._doctor.examine())

    def make(self, now: datetime) -> None:
        """Do the rounds, and keep a report when something has changed, or when the last one is an hour old."""
        self._doctor.do_rounds(now)
        report = self.examine()
        before = self._store.reports.get(self._me)
        is_fresh = before is not None and timedelta() <= now - before.received_at < AT_LEAST_EVERY
        if before is None or not is_fresh or _outline(report.facts()) != _outline(before.facts):
            self._store.reports.put(ReportRecord(self._me, now, report.facts()))

    def to_tell(self, limit_bytes: int) -> list[bytes]:
        """Reports that the parent has not heard, the own one first; the rest go next time."""
        chosen: list[bytes] = []
        self._telling.clear()
        for record in sorted(self._store.reports.all(), key=lambda one: (one.station != self._me, one.received_at, one.station)):
            data = json_bytes(dict(record.facts))
            if self._told.get(record.station) == data or not self._is_below(record.station, self._me):
                continue
            limit_bytes -= len(data)
            if limit_bytes < 0:
                break
            self._telling[data] = record.station
            chosen.append(data)
        return chosen

    def told(self, reports: Sequence[bytes], parent_time: str | None, took_s: float) -> None:
        """Not to be told again. How far this clock is from the parent's is kept, for people to see."""
        for data in reports:
            if (station := self._telling.pop(data, None)) is not None:
                self._told[station] = data
        try:
            if parent_time is not None:
                keep_offset(self._store, from_text(parent_time), self._clock.now(), took_s)
        except (ValueError, OverflowError):
            log.warning("the parent says a time that is none")

    def take(self, reports: Sequence[bytes], came_from: str) -> None:
        """Keep what a child says of itself and of the stations below it; of anybody else, or in another form, it is passed over."""
        now = self._clock.now()
        with self._store.transaction():
            for data in reports[:MAX_REPORTS]:
                try:
                    report = read_report(data)
                except ReportError as error:
                    log.warning("a report that %s brought was passed over: %s", came_from, error.why)
                    continue
                if self._is_below(report.station, came_from):
                    heard = now if report.heard is None or report.station == came_from else min(report.heard, now)
                    self._store.reports.put(ReportRecord(report.station, now, replace(report, heard=heard).facts()))

    def _is_below(self, station: str, above: str) -> bool:
        """Whether `station` stands today and is `above` or below it."""
        directory = self._stations.directory
        return directory.current(station) == station and above in directory.path_of(station)


def _outline(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(code, grade) for code, grade, _ in facts["findings"]]

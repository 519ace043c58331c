"""Turns findings into the sentences of the health table; what is not known here is told by its code alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from node.clock import from_text, to_text
from node.upkeep.findings import RANK, Fact, Finding, Grade
from node.upkeep.report import FIRST_YEAR, LAST_YEAR, Report
from node.web.local_time import moment_text
from node.web.wording import size_text
from node.web.wording.health import CHECKS, DURATIONS, GRADES, HEALTH, OTHER, SUMMARY, USAGES, WHYS

MIB = 1024 * 1024
MOST_QR_CODES = 8
"""Codes of each grade in the picture; more would make its squares too small to photograph."""


@dataclass(frozen=True)
class Told:
    """A finding in words; `do` is empty where there is nothing to do."""

    grade: Grade
    label: str
    what: str
    do: str


class _Facts(dict[str, str]):
    """Facts in words; one that a finding does not have reads as a dash."""

    def __missing__(self, name: str) -> str:
        return "—"


def tell(finding: Finding) -> Told:
    """A finding in words."""
    label, what, do = HEALTH.get(finding.code, HEALTH[""])
    facts = _Facts({name: _fact_text(name, value) for name, value in finding.facts.items()}, code=finding.code)
    return Told(finding.grade, label, what.format_map(facts), do.format_map(facts))


def tell_all(report: Report) -> tuple[Told, ...]:
    """All findings of a report in words, the worst first."""
    return tuple(tell(finding) for finding in sorted(report.findings, key=lambda one: RANK[one.grade]))


def summary(report: Report) -> str:
    """How the station is, in one sentence."""
    return SUMMARY[report.grade].format(count=len(report.of_grade(Grade.BAD)))


def grade_word(grade: str) -> str:
    """正常, 留意, 要处理."""
    return GRADES.get(grade, GRADES["note"])


def labels(report: Report, grade: Grade) -> str:
    """What is wrong in a few words, for a list."""
    return "、".join(dict.fromkeys(tell(finding).label for finding in report.of_grade(grade)))


def qr_text(report: Report) -> str:
    """What a technician photographs: station, program, time, and codes of what is wrong with their times and numbers."""
    bad = [_compact(finding) for finding in report.of_grade(Grade.BAD)[:MOST_QR_CODES]]
    notes = [finding.code for finding in report.of_grade(Grade.NOTE)[:MOST_QR_CODES]]
    return ";".join(["YZ1", report.station, report.program, to_text(report.at), "bad=" + ",".join(bad), "note=" + ",".join(notes)])


def _compact(finding: Finding) -> str:
    facts = [str(value) for value in finding.facts.values()]
    return "/".join([finding.code, *facts])


def mib_text(mib: Fact | None) -> str:
    """`850 MB`, `12.3 GB`, or a dash."""
    if not isinstance(mib, int):
        return "—"
    return f"{mib / 1024:.1f} GB" if mib >= 1024 else f"{mib} MB"


def time_of(fact: Fact | None) -> datetime | None:
    """The time that a fact is; None when it is none."""
    try:
        moment = from_text(str(fact))
    except ValueError:
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _duration(value: Fact) -> str:
    seconds = value if isinstance(value, int) else 0
    for size, text in DURATIONS:
        if seconds >= size:
            return text.format(count=seconds // size)
    return DURATIONS[-1][1].format(count=0)


def _moment(value: Fact) -> str:
    return moment_text(time_of(value))


def _word(table: Mapping[str, str]) -> Callable[[Fact], str]:
    return lambda value: table.get(str(value), OTHER)


_TEXTS: Mapping[str, Callable[[Fact], str]] = {
    **dict.fromkeys(("at", "since", "until", "heard", "last", "now"), _moment),
    **dict.fromkeys(("free_mib", "reserve_mib", "enclosures_mib", "database_mib", "available_mib", "total_mib"), mib_text),
    "seconds": _duration,
    "size_bytes": lambda value: size_text(value) if isinstance(value, int) else "—",
    "usage": _word(USAGES),
    "check": _word(CHECKS),
    "why": _word(WHYS),
}
"""By name of a fact: how it reads."""


def _fact_text(name: str, value: Fact) -> str:
    return _TEXTS.get(name, str)(value)

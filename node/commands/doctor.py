"""`doctor`: looks a station over and says in Chinese what is wrong and what to do. Nothing personal is in it."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms.shipped import Shipped
from node.casework.calendars import Calendars, shipped_calendar
from node.catalogue.shelf import CountyShelf
from node.clock import SystemClock, to_text
from node.commands.wording import say_error
from node.config import load_config
from node.enrolment.joining import is_joining
from node.enrolment.office import open_store_of, open_trust
from node.enrolment.wiping import Wiper
from node.errors import BusyError, ConfigError, NodeError, StoreError
from node.folder import StationFolder
from node.store import Store
from node.succession.register import Register
from node.upkeep.doctor import Doctor
from node.upkeep.findings import Finding, Grade, bad
from node.upkeep.report import Report, ReportBook
from node.web.health_text import grade_word, summary, tell_all
from node.web.local_time import moment_text
from node.web.wording.health import DOCTOR, HEALTH
from signing.algorithms import suite as suite_of
from signing.errors import SigningError

DONE, USER_MUST_ACT, SOMETHING_WAITS = 0, 2, 4


@dataclass(frozen=True)
class _Opened:
    name: str
    store: Store
    doctor: Doctor
    book: ReportBook


class _ShutError(Exception):
    """The station cannot be opened far enough to be examined."""

    def __init__(self, code: str, why: Exception | None = None) -> None:
        super().__init__(code)
        self.finding = bad(code)
        self.why = "" if why is None else say_error(why)


def run(arguments: argparse.Namespace) -> int:
    """`doctor DIR [--json]`: exit code 0, or 4 when something is to be done, or 2 when the station does not open at all."""
    try:
        opened = _open(Path(arguments.dir))
    except _ShutError as shut:
        _print_shut(shut, arguments.json)
        return USER_MUST_ACT
    try:
        opened.doctor.look_at_database(whole=True)
        report = opened.book.examine()
    except StoreError:
        _print_shut(_ShutError("database_closed"), arguments.json)
        return USER_MUST_ACT
    finally:
        opened.store.close()
    _print_report(report, opened.name, arguments.json)
    return SOMETHING_WAITS if report.grade is Grade.BAD else DONE


def _open(place: Path) -> _Opened:
    """The station as far as the doctor needs it: no key of its own is opened, and nothing that is missing is made."""
    folder, clock = StationFolder(place), SystemClock()
    if is_joining(place):
        raise _ShutError("joining")
    try:
        config = load_config(place)
    except ConfigError as error:
        raise _ShutError("config_bad", error) from error
    if Wiper(folder, config).is_marked():
        raise _ShutError("wiped")
    if config.database.url is None and not folder.database.exists():
        raise _ShutError("database_missing")
    try:
        store = open_store_of(folder, config, clock)
    except SigningError as error:
        raise _ShutError("database_key") from error
    except StoreError as error:
        raise _ShutError("database_busy" if isinstance(error, BusyError) else "database_closed") from error
    try:
        suite = suite_of(config.station.suite)
        trust = open_trust(folder, suite, store)
        register, shelf = Register(store, trust), CountyShelf(store, Shipped(suite.digest))
    except (OSError, SigningError, NodeError) as error:
        store.close()
        raise _ShutError("database_closed" if isinstance(error, NodeError) else "root_bad") from error
    calendars = Calendars(store, suite.digest, shipped_calendar(), clock)
    doctor = Doctor(folder, config, store, trust, register, lambda: len(tuple(shelf.current())), calendars, clock)
    return _Opened(config.station.name, store, doctor, ReportBook(config.station.id, doctor, store, register, clock))


def _print_report(report: Report, name: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.facts() | {"grade": str(report.grade)}, ensure_ascii=False))
        return
    print(DOCTOR["head"].format(name=name, station=report.station, at=moment_text(report.at)))
    for one in tell_all(report):
        print(DOCTOR["line"].format(grade=grade_word(one.grade), label=one.label, what=one.what))
        if one.do:
            print(DOCTOR["do"].format(do=one.do))
    print(summary(report))


def _print_shut(shut: _ShutError, as_json: bool) -> None:
    finding: Finding = shut.finding
    if as_json:
        found: dict[str, Any] = {"at": to_text(SystemClock().now()), "findings": [[finding.code, str(finding.grade), {}]], "grade": "bad"}
        print(json.dumps(found, ensure_ascii=False))
        return
    label, what, do = HEALTH[finding.code]
    print(DOCTOR["line"].format(grade=grade_word(finding.grade), label=label, what=what.format(why=shut.why)))
    print(DOCTOR["do"].format(do=do))

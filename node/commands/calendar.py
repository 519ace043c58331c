"""`calendar import|list`: a county publishes the working days of a year; any station says which calendars it has had."""

import argparse
import json

from node.casework.calendar_document import Calendar, status_of
from node.casework.calendar_proposal import Proposal, propose, read_given
from node.casework.calendars import Kept
from node.clock import to_text
from node.commands.enrolment import BY
from node.commands.files import read_file
from node.commands.opened import opened_node
from node.commands.wording import say
from node.enrolment.fields import LONGEST_REASON
from node.errors import RequestError
from node.web.wording.catalogue import CALENDAR_BY, CALENDAR_STATES, change_lines, days_text

DONE = 0


def import_file(arguments: argparse.Namespace) -> int:
    """`calendar import DIR FILE --reason TEXT`: check a file, say what it changes, and publish it unless `--check`.

    A calendar document says itself what it rests on; that is the reason when none is given.

    Raises:
        CalendarError: the file has faults.
        RequestError: `reason_needed`, or it may not be published; nothing has changed.
    """
    data = read_file(arguments.file)
    with opened_node(arguments.dir) as node:
        before = node.calendars.newest().calendar
        given = read_given(data, before, arguments.reason or "", official=not arguments.provisional)
        proposal = propose(before, node.calendars.shipped(), given)
        if arguments.check:
            print(say("calendar_checked"))
            _print_changes(proposal)
            return DONE
        reason = (arguments.reason or given.source)[:LONGEST_REASON].strip()
        if not reason:
            raise RequestError("reason_needed")
        proposal.check(replace=arguments.replace)
        published = node.publisher.publish_calendar(proposal.after.to_bytes(), reason, BY)
        node.cataloguing.sender.send(node.clock.now())
    print(say("calendar_published", number=published[-1].release.number))
    _print_changes(proposal)
    return DONE


def list_all(arguments: argparse.Namespace) -> int:
    """`calendar list DIR [--json]`: the years of the calendar in force, and every calendar that this station has had."""
    with opened_node(arguments.dir) as node:
        newest, kept = node.calendars.newest(), node.calendars.all()
    if arguments.json:
        told = {"calendar": json.loads(newest.calendar.to_bytes()), "kept": [_kept_json(one) for one in kept]}
        print(json.dumps(told, ensure_ascii=False))
        return DONE
    _print_years(newest.calendar)
    for one in kept:
        at = to_text(one.at) if one.at else ""
        print(say("calendar_kept", at=at, by=CALENDAR_BY[one.by], version=one.version))
    return DONE


def _print_years(calendar: Calendar) -> None:
    print(say("calendar_source", source=calendar.source))
    for number, year in sorted(calendar.years.items()):
        state = CALENDAR_STATES[status_of(year)]
        print(say("calendar_year", year=number, state=state, off=len(year.holidays), worked=len(year.makeup_workdays)))


def _print_changes(proposal: Proposal) -> None:
    for change in proposal.changes:
        for line in change_lines(change):
            print(say("calendar_change", line=line))
    for number, days in proposal.forgotten.items():
        print(say("calendar_forgotten", year=number, days=days_text(days)))


def _kept_json(one: Kept) -> dict[str, str | None]:
    return {
        "version": one.version,
        "by": one.by,
        "at": to_text(one.at) if one.at else None,
        "taken_at": to_text(one.taken_at) if one.taken_at else None,
    }

"""`invite`, `join`, `requests list|confirm|refuse|answer`: new stations, over the network or by files."""

import argparse
import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from node.assemble import assemble
from node.clock import SystemClock, to_text
from node.commands.files import read_file
from node.commands.opened import opened_node
from node.commands.wording import SENTENCES, say
from node.enrolment.documents import check_code
from node.enrolment.invitation_files import file_name, zipped
from node.enrolment.invitations import DAYS, Wanted
from node.enrolment.joining import Begun, begin, begun, finish, is_joining, root_digest
from node.enrolment.stations_csv import read_stations
from node.errors import EnrolmentError, Fault, RequestError
from node.store.files import write_file
from node.web.acceptance import SHEET, acceptance_html
from node.web.wording.enrolment import REFUSALS, REQUEST_KINDS
from sync.errors import EnrolRefusedError, LinkDownError
from sync.http import HttpWire
from sync.wire import EnrolState

DONE, SOMETHING_WAITS = 0, 4
BY = "run-node"
"""Who decided, in the audit log, where a command did."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 10.0


def invite(arguments: argparse.Namespace) -> int:
    """`invite DIR ...`: one invitation, or those of a whole list."""
    days = DAYS if arguments.days is None else arguments.days
    wanted, faults = _wanted(arguments)
    out = Path(arguments.out)
    is_many = arguments.list is not None
    if out.exists() and (out.is_file() or (not is_many and not out.is_dir())):
        raise RequestError("out_there", file=out)
    with opened_node(arguments.dir) as node:
        made = node.reception.inviting.invite(wanted, BY, days, faults)
    if not is_many:
        target = out / file_name(made[0]) if out.is_dir() else out
        write_file(target, made[0].data)
        print(say("invited_one", name=made[0].name, station=made[0].station, until=to_text(made[0].expires_at)[:10], file=target))
        return DONE
    if out.suffix == ".zip":
        write_file(out, zipped(made))
    else:
        out.mkdir(parents=True, exist_ok=True)
        for record in made:
            write_file(out / file_name(record), record.data)
    print(say("invited_many", number=len(made), until=to_text(made[0].expires_at)[:10], file=out))
    return DONE


def join(arguments: argparse.Namespace) -> int:
    """`join DIR ...`: ask the parent named in an invitation, and take its answer."""
    place, clock = Path(arguments.dir), SystemClock()
    if arguments.answer is not None:
        finish(place, read_file(arguments.answer), clock, arguments.parent_url)
        return _joined(place)
    asked = _begin(place, arguments.invitation)
    print(say("join_root", root=root_digest(asked.invitation)))
    print(say("join_code", code=asked.code))
    if arguments.request is not None:
        target = Path(arguments.request)
        write_file(target, asked.request)
        print(say("join_request_written", file=target, parent=asked.invitation.parent.name, dir=place))
        return DONE
    url = arguments.parent_url or asked.invitation.parent.url
    if url is None:
        raise RequestError("join_no_url")
    print(say("join_waiting", parent=asked.invitation.parent.name, dir=place), flush=True)
    finish(place, wait_for_answer(wire_to(url).enrol, asked.request, threading.Event().wait), clock, url)
    return _joined(place)


def wait_for_answer(enrol: Callable[[bytes], EnrolState], request: bytes, pause: Callable[[float], object]) -> bytes:
    """Ask again and again until the parent has decided; a line that is down is waited for.

    Raises:
        EnrolmentError: the parent does not take the request.
    """
    pause_s, why = FIRST_PAUSE_S, ""
    while True:
        try:
            answer = enrol(request).answer
            why = ""
        except LinkDownError as error:
            answer = None
            if error.why != why:
                print(say("join_line_down", why=SENTENCES.get(f"why_{error.why}", error.why)), flush=True)
            why = error.why
        except EnrolRefusedError as error:
            sentence = REFUSALS.get(error.code, "{code}")
            raise (EnrolmentError("parent_refused", given=error.code) if "{" in sentence else EnrolmentError(error.code)) from error
        if answer is not None:
            return answer
        pause(pause_s)
        pause_s = min(pause_s * 1.5, LONGEST_PAUSE_S)


def list_waiting(arguments: argparse.Namespace) -> int:
    """`requests list DIR [--json]`: what waits for a person."""
    with opened_node(arguments.dir) as node:
        waiting = node.reception.registrar.waiting()
    if arguments.json:
        rows = [{**vars(one), "received_at": to_text(one.received_at)} for one in waiting]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return DONE
    for one in waiting:
        rivals = say("request_rivals", number=one.rivals) if one.rivals else ""
        kind, people, since = REQUEST_KINDS[one.kind], "、".join(one.people), to_text(one.received_at)
        print(say("request_line", code=one.code, kind=kind, name=one.name, station=one.station, people=people, since=since, rivals=rivals))
    if not waiting:
        print(say("requests_none"))
    return DONE


def confirm(arguments: argparse.Namespace) -> int:
    """`requests confirm DIR CODE`: grant the request with this check code, as the asking machine shows it."""
    with opened_node(arguments.dir) as node:
        registrar = node.reception.registrar
        registrar.confirm(registrar.find(arguments.code), BY)
    print(say("request_confirmed", code=arguments.code))
    return DONE


def refuse(arguments: argparse.Namespace) -> int:
    """`requests refuse DIR CODE --reason TEXT`."""
    with opened_node(arguments.dir) as node:
        registrar = node.reception.registrar
        registrar.refuse(registrar.find(arguments.code), BY, arguments.reason)
    print(say("request_refused_done", code=arguments.code))
    return DONE


def answer(arguments: argparse.Namespace) -> int:
    """`requests answer DIR REQUEST ANSWER [--yes]`: take a request file in; with `--yes` grant it; write the answer once there is one."""
    target = Path(arguments.answer)
    if target.exists():
        raise RequestError("out_there", file=target)
    with opened_node(arguments.dir) as node:
        registrar = node.reception.registrar
        taken = registrar.take(read_file(arguments.request))
        record = node.store.requests.get(taken.digest)
        if record is not None:
            shown = {"kind": REQUEST_KINDS[record.kind], "name": record.name, "station": record.station}
            print(say("request_shown", code=check_code(taken.digest), **shown))
        if taken.answer is None and not arguments.yes:
            print(say("request_say_yes"))
            return SOMETHING_WAITS
        write_file(target, taken.answer or registrar.confirm(taken.digest, BY))
    print(say("answer_written", file=target))
    return DONE


def _wanted(arguments: argparse.Namespace) -> tuple[Sequence[Wanted], Sequence[Fault]]:
    one = (arguments.tier, arguments.name, arguments.division)
    if arguments.list is not None and one == (None, None, None) and arguments.replaces is None:
        return read_stations(read_file(arguments.list))
    if arguments.list is not None or None in one:
        raise RequestError("invite_options")
    tier, name, division = one
    return [Wanted(name, tier, division, arguments.replaces, parent_url=arguments.parent_url)], ()


def _begin(place: Path, invitation: str | None) -> Begun:
    if invitation is not None:
        return begin(place, read_file(invitation), SystemClock())
    if not is_joining(place):
        raise RequestError("join_needs_invitation")
    return begun(place)


def wire_to(url: str) -> HttpWire:
    """The wire to a parent's door.

    Raises:
        RequestError: that is no address.
    """
    try:
        return HttpWire(url)
    except ValueError as error:
        raise RequestError("join_no_url") from error


def _joined(place: Path) -> int:
    """Say so, test the station, and write the installation acceptance sheet (安装验收单)."""
    node = assemble(place, SystemClock())
    try:
        if node.courier is not None:
            node.courier.carry_once()
        html = acceptance_html(node.config.station, node.station, node.reports.examine(), node.clock.now())
        print(say("joined", name=node.config.station.name, station=node.config.station.id))
        # Scheduled backups need the code to exist, and now somebody is there to write it down.
        print(say("recovery_code", code=node.backups.backup.keys.renew(BY), station=node.config.station.name))
    finally:
        node.close()
    write_file(place / SHEET, html.encode())
    print(say("join_sheet", file=place / SHEET))
    print(say("first_person", dir=place))
    print(say("next_serve", dir=place))
    return DONE

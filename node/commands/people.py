"""`people …`: accounts of a station, their villages, and leaving. Passwords and PINs come by file or are asked for, never as arguments."""

import argparse
import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from node.assemble import Node, assemble
from node.clock import SystemClock
from node.commands.above import above_of
from node.commands.wording import ROLES, STATES, say
from node.config import load_config
from node.enrolment.founding import NewPerson, enrol_person
from node.enrolment.office import open_store_of
from node.errors import RequestError
from node.folder import StationFolder
from node.roles import Role, Tier
from node.staff.acting import Village
from node.staff.leaving import Handover
from node.staff.passwords import SHORTEST_PASSWORD, SHORTEST_PIN
from node.staff.people import People, Person
from node.staff.villages import appoint, ask
from node.store import Store

BY_COMMAND = Person("", say("by_command"), (str(Role.ADMIN),))
"""Who confirms on the command line: whoever may use this machine."""

SHOWN = ("name", "display_name", "roles", "certificate", "disabled", "practice")
"""What a list tells of an account."""


def add(arguments: argparse.Namespace) -> int:
    """`people add DIR NAME`: an account, and a key where a station that may certify is at hand."""
    folder = Path(arguments.dir)
    above = above_of(arguments)
    certified = above is not None or load_config(folder).station.tier is Tier.COUNTY
    password = _secret(arguments.password_file, "ask_password", SHORTEST_PASSWORD)
    pin = _secret(arguments.pin_file, "ask_pin", SHORTEST_PIN) if certified else None
    new = NewPerson(arguments.name, arguments.display_name, tuple(arguments.role), password, pin, arguments.division)
    person = enrol_person(folder, new, above, SystemClock())
    print(say("person_added", name=person.name, display_name=person.display_name, roles=_role_names(person.roles)))
    if not certified:
        print(say("person_no_key"))
    return 0


def list_all(arguments: argparse.Namespace) -> int:
    """`people list DIR [--json]`."""
    people, store = _open(Path(arguments.dir))
    records = people.records()
    store.close()
    if arguments.json:
        print(json.dumps([{name: getattr(record, name) for name in SHOWN} for record in records], ensure_ascii=False, indent=2))
        return 0
    for record in records:
        key, state = say("has_no_key" if record.certificate is None else "has_key"), say("disabled" if record.disabled else "active")
        roles = _role_names(record.roles)
        print(say("person_line", name=record.name, display_name=record.display_name, roles=roles, key=key, state=state))
    return 0


def set_roles(arguments: argparse.Namespace) -> int:
    """`people roles DIR NAME ROLE...`."""
    people, store = _open(Path(arguments.dir))
    people.set_roles(arguments.name, arguments.role)
    store.close()
    print(say("roles_set", name=arguments.name, roles=_role_names(tuple(arguments.role))))
    return 0


def disable(arguments: argparse.Namespace) -> int:
    """`people disable DIR NAME`."""
    people, store = _open(Path(arguments.dir))
    people.disable(arguments.name)
    store.close()
    print(say("person_disabled", name=arguments.name))
    return 0


def code(arguments: argparse.Namespace) -> int:
    """`people code DIR NAME`: a new set-up code; the password of before and all logins end."""
    people, store = _open(Path(arguments.dir))
    given = people.new_code(arguments.name)
    store.close()
    print(say("setup_code", code=given))
    return 0


def practice(arguments: argparse.Namespace) -> int:
    """`people practice DIR NAME`: somebody who practises, with a set-up code and no key."""
    people, store = _open(Path(arguments.dir))
    person = people.add(arguments.name, arguments.display_name, (str(Role.AGENT),), None, practice=True)
    given = people.new_code(person.name)
    store.close()
    print(say("practice_added", name=person.name, display_name=person.display_name))
    print(say("setup_code", code=given))
    return 0


def villages(arguments: argparse.Namespace) -> int:
    """`people villages DIR NAME [--division CODE12 --village NAME]`: for which villages somebody acts, or one more."""
    folder, name = Path(arguments.dir), arguments.name
    if arguments.division is None:
        with _running(folder) as node:
            for one in node.desk.villages(node.people.person(name)):
                print(say("village_line", division=one.division, name=one.name))
        return 0
    village, above = Village(arguments.division, arguments.village or ""), above_of(arguments)
    pin = _secret(arguments.pin_file, "ask_pin", SHORTEST_PIN)
    if above is not None:
        appoint(folder, name, village, pin, above, SystemClock())
    else:
        with _running(folder) as node:
            request = ask(node.holders, node.station, node.store, name, village, pin, node.clock)
            node.bureau.incoming.ask(request, node.clock.now())
    print(say("village_asked" if above is None else "village_appointed", name=name, village=village.name, division=village.division))
    return 0


def leave(arguments: argparse.Namespace) -> int:
    """`people leave DIR NAME [--to NAME --confirm]`: what somebody has in hand, and with `--confirm` handed over."""
    with _running(Path(arguments.dir)) as node:
        if not arguments.confirm:
            _print_lists(node.leaving.prepare(arguments.name, arguments.to))
            print(say("leaving_next"))
            return 0
        done = node.leaving.confirm(BY_COMMAND, arguments.name, arguments.to or "", arguments.reason)
    _print_lists(done)
    serials = "、".join(one.serial for one in done.certificates) or "—"
    print(say("left_done", successor=done.successor_name, name=done.person_name, serials=serials))
    return 0


def _print_lists(lists: Handover) -> None:
    counts = {"cases": len(lists.cases), "papers": len(lists.papers), "certificates": len(lists.certificates)}
    print(say("leaving_counts", name=lists.person_name, **counts))
    for case in lists.cases:
        state = STATES.get(case.state, case.state)
        due = (case.due_on or "—") + (say("leaving_provisional") if case.provisional else "")
        print(say("leaving_case", short=case.short_number, village=case.village, item=case.item, state=state, due=due))
    for paper in lists.papers:
        print(say("leaving_paper", short=paper.short_number, material=paper.material, pages=paper.pages))
    for one in lists.certificates:
        print(say("leaving_certificate", serial=one.serial, village=one.village, until=one.not_after[:10]))
    if lists.unsealed:
        print(say("leaving_unsealed", villages="、".join(lists.unsealed)))
    if lists.seals:
        print(say("leaving_seals", name=lists.person_name, seals="、".join(lists.seals)))


@contextmanager
def _running(folder: Path) -> Iterator[Node]:
    node = assemble(folder, SystemClock())
    try:
        yield node
    finally:
        node.close()


def _open(folder: Path) -> tuple[People, Store]:
    config = load_config(folder)
    store = open_store_of(StationFolder(folder), config, SystemClock())
    return People(store, SystemClock(), config.station.tier, config.policy), store


def _role_names(roles: tuple[str, ...]) -> str:
    return "、".join(ROLES.get(role, role) for role in roles)


def _secret(file_name: str | None, question: str, least: int) -> str:
    """A secret from the first line of a file, or asked for twice.

    Raises:
        RequestError: the file cannot be read, or the two answers differ.
    """
    if file_name is not None:
        try:
            return Path(file_name).read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise RequestError("file_missing", name=file_name) from error
    answer = getpass.getpass(say(question, least=least))
    if getpass.getpass(say("ask_again")) != answer:
        raise RequestError("two_differ")
    return answer

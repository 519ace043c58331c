"""`people add|list|roles|disable`: accounts of a station. Passwords and PINs come by file or are asked for, never as arguments."""

import argparse
import getpass
import json
from pathlib import Path

from node.clock import SystemClock
from node.commands.above import above_of
from node.commands.wording import ROLES, say
from node.config import load_config
from node.enrolment.founding import NewPerson, enrol_person
from node.enrolment.office import open_store_of
from node.errors import RequestError
from node.folder import StationFolder
from node.roles import Tier
from node.staff.passwords import SHORTEST_PASSWORD, SHORTEST_PIN
from node.staff.people import People
from node.store import Store

SHOWN = ("name", "display_name", "roles", "certificate", "disabled")
"""What a list tells of an account."""


def add(arguments: argparse.Namespace) -> int:
    """`people add DIR NAME`: an account, and a key where a station that may certify is at hand."""
    folder = Path(arguments.dir)
    above = above_of(arguments)
    certified = above is not None or load_config(folder).station.tier is Tier.COUNTY
    password = _secret(arguments.password_file, "ask_password", SHORTEST_PASSWORD)
    pin = _secret(arguments.pin_file, "ask_pin", SHORTEST_PIN) if certified else None
    new = NewPerson(arguments.name, arguments.display_name, tuple(arguments.role), password, pin)
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
        key, state = say("no_key" if record.certificate is None else "has_key"), say("disabled" if record.disabled else "active")
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

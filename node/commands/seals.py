"""`seals list|ask|import|make|state`: unit seals, where they are kept and where they are made. PINs are never arguments."""

import argparse
import getpass
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from node.assemble import Node
from node.clock import COUNTY_ZONE, to_text
from node.commands.files import read_file
from node.commands.opened import opened_node
from node.commands.wording import say
from node.commands.wording_seals import STATE_WORDS
from node.enrolment.documents import check_code, read_request
from node.errors import RequestError
from node.roles import Tier
from node.staff.keyring import OpenKey
from node.store.files import write_file

DONE, SOMETHING_WAITS = 0, 4


def list_all(arguments: argparse.Namespace) -> int:
    """`seals list DIR [--find TEXT] [--json]`: the county's register, or the seals of this station; exit code 4 when one needs a look."""
    with opened_node(arguments.dir) as node:
        rows = _register(node, arguments.find) if node.station.tier is Tier.COUNTY else []
        rows += [row for row in _held(node) if _is_found(row, arguments.find)]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            print(say("seal_line", **row | {"state": STATE_WORDS.get(row["state"], row["state"])}))
    return SOMETHING_WAITS if any(row["state"] in ("wanted", "expired") for row in rows) else DONE


def ask(arguments: argparse.Namespace) -> int:
    """`seals ask DIR PERSON KIND NAME [--token PLACE] [--out FILE] …`: keys here or on a token, and a request to the county."""
    with opened_node(arguments.dir) as node:
        key = _opened(node, arguments.person, arguments.pin_file)
        pin = None if arguments.token is None else _secret(arguments.token_pin_file, say("ask_token_pin"))
        token = None if pin is None else (arguments.token, pin)
        # Whose own key is on a token opens the seal with a PIN of its own.
        slot = _secret(None, say("ask_slot_pin")) if key.custodian is None else None
        data = node.seals.asking.ask(key, arguments.kind, arguments.name, arguments.replaces, arguments.remark, slot, token)
        code = check_code(read_request(data).digest(node.station.suite))
    if arguments.out is not None:
        write_file(_free(arguments.out), data)
    print(say("seal_asked_for", name=arguments.name, code=code))
    return DONE


def take(arguments: argparse.Namespace) -> int:
    """`seals import DIR FILE`: a request at the county; at a station the county's answer or its list of seals."""
    data = read_file(arguments.file)
    with opened_node(arguments.dir) as node:
        print(say(f"seal_file_{node.seals.take_file(data)}"))
    return DONE


def make(arguments: argparse.Namespace) -> int:
    """`seals make DIR SEAL --by OFFICER --reason TEXT [--picture PNG] …`: draw or take a picture, and make the seal that was asked for."""
    picture = None if arguments.picture is None else read_file(arguments.picture)
    with opened_node(arguments.dir) as node:
        line = node.seals.register.get(arguments.seal)
        name = arguments.name or line.name
        officer = _opened(node, arguments.by, arguments.pin_file)
        if picture is None:
            line = node.seals.draw(line.request, name, arguments.centre, arguments.size, arguments.by)
        else:
            line = node.seals.bring(line.request, name, picture, arguments.size, arguments.height or arguments.size, arguments.by)
        seen = node.seals.register.picture_digest(line)
        answer = node.seals.register.make(line.request, officer, arguments.reason, enable=not arguments.later, seen=seen)
        made = node.seals.register.get(line.request)
    if arguments.out is not None:
        write_file(_free(arguments.out), answer)
    print(say("seal_made_now", name=made.name, seal=made.seal_id))
    return DONE


def change(arguments: argparse.Namespace) -> int:
    """`seals state DIR SEAL STATE --by OFFICER --reason TEXT [--since TIME]`: in_use, stopped, lost, replaced; or refused, of a request."""
    with opened_node(arguments.dir) as node:
        officer, register = _opened(node, arguments.by, arguments.pin_file), node.seals.register
        # A check code means a request only while it waits.
        request = register.get(arguments.seal).request
        if arguments.state == "refused":
            answer = register.refuse(request, officer, arguments.reason)
            if arguments.out is not None:
                write_file(_free(arguments.out), answer)
        else:
            register.change(request, arguments.state, officer, arguments.reason, _moment(arguments.since))
        line = register.get(request)
    print(say("seal_changed", name=line.name, state=STATE_WORDS[line.state]))
    return DONE


def _register(node: Node, find: str) -> list[dict[str, Any]]:
    return [
        {
            "place": "register",
            "seal": one.seal_id or check_code(one.request),
            "kind": one.kind,
            "name": one.name,
            "state": one.state,
            "station": one.station,
            "until": "" if one.valid_to is None else to_text(one.valid_to),
            "custodians": "",
            "reason": one.reason,
        }
        for one in node.seals.register.lines(find)
    ]


def _held(node: Node) -> list[dict[str, Any]]:
    rows = [
        {
            "place": "held",
            "seal": one.seal_id,
            "kind": one.kind,
            "name": one.name,
            "state": one.state,
            "station": one.certificate.station,
            "until": to_text(one.valid_to),
            "custodians": " ".join(one.custodians),
            "reason": "",
        }
        for one in node.seals.cabinet.all()
    ]
    return rows + [
        {
            "place": "held",
            "seal": check_code(row.request),
            "kind": row.kind,
            "name": row.name,
            "state": row.state,
            "station": node.station.station,
            "until": "",
            "custodians": row.asked_by,
            "reason": row.reason,
        }
        for row in node.seals.asking.pending()
    ]


def _is_found(row: Mapping[str, str], find: str) -> bool:
    return all(any(word in row[name] for name in ("name", "station", "seal")) for word in find.split())


def _opened(node: Node, name: str, pin_file: str | None) -> OpenKey:
    person = node.people.person(name)
    return node.seals.opened(person, _secret(pin_file, say("ask_seal_pin", name=person.display_name)))


def _secret(file_name: str | None, question: str) -> str:
    if file_name is None:
        return getpass.getpass(question)
    return read_file(file_name).decode(errors="replace").split("\n")[0].rstrip("\r")


def _moment(text: str | None) -> datetime | None:
    """A time as a person types it, in the county's time.

    Raises:
        RequestError: `seal_since`.
    """
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
        return (given if given.tzinfo else given.replace(tzinfo=COUNTY_ZONE)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RequestError("seal_since") from error


def _free(name: str) -> Path:
    path = Path(name)
    if path.exists():
        raise RequestError("out_there", file=path)
    return path

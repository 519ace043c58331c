"""`keys list|new|tokens|request|certify|install|revoke|recertify|pin|unlock|unblock`: certificates and keys. PINs are never arguments."""

import argparse
import getpass
import json
from datetime import UTC, datetime
from pathlib import Path

from node.clock import COUNTY_ZONE, to_text
from node.commands.files import read_file
from node.commands.opened import opened_node
from node.commands.wording import say
from node.enrolment.authority import Held
from node.enrolment.documents import check_code, read_request
from node.enrolment.recertification import CONTEXT as VOUCH
from node.errors import RequestError
from node.seals.cabinet import HeldSeal
from node.staff.passwords import SHORTEST_PIN
from node.staff.unlocking import PASSWORD, PIN, Proof
from node.store.files import write_file

DONE, SOMETHING_WAITS = 0, 4
BY = "run-node"


def list_all(arguments: argparse.Namespace) -> int:
    """`keys list DIR [--json]`: every certificate that is known here, those that end soonest first."""
    with opened_node(arguments.dir) as node:
        rows = [_row(held) for held in node.bureau.authority.known()]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return DONE
    for row in rows:
        print(say("keys_line", **row))
    return DONE


def new(arguments: argparse.Namespace) -> int:
    """`keys new DIR NAME [--holder PLACE] [--old-pin] [--out FILE]`: a key, in a file or on a token; its request goes up or into a file."""
    on_token = arguments.holder is not None
    pin = _secret(arguments.pin_file, "ask_token_pin" if on_token else "ask_pin", twice=not on_token)
    has_old = arguments.old_pin or arguments.old_pin_file is not None
    old = _secret(arguments.old_pin_file, "ask_old_pin") if has_old else None
    with opened_node(arguments.dir) as node:
        kept = node.seals.cabinet.kept_by(arguments.name)
        request = node.bureau.personal_keys.new(arguments.name, pin, arguments.holder, old)
        if kept and old is None:
            _say_seals(arguments.name, kept)
        code = check_code(read_request(request).digest(node.station.suite))
        if arguments.out is None:
            node.bureau.incoming.ask(request, node.clock.now())
            print(say("key_new", name=arguments.name, code=code))
            return DONE
    write_file(_free(arguments.out), request)
    print(say("key_new_file", name=arguments.name, code=code, file=arguments.out))
    return DONE


def _say_seals(name: str, kept: tuple[HeldSeal, ...]) -> None:
    """Which seals the new key opens only when somebody else lets the person in again."""
    print(say("key_new_seals", name=name, seals="、".join(one.name for one in kept)))
    if sole := [one.name for one in kept if one.has_only(name)]:
        print(say("key_new_sole", name=name, seals="、".join(sole)))


def request(arguments: argparse.Namespace) -> int:
    """`keys request DIR OUT [--person NAME]`: the renewal of what ends, or the request of a person's new key, as a file."""
    with opened_node(arguments.dir) as node:
        if arguments.person is None:
            data = node.bureau.renewal.request(node.clock.now())
        else:
            data = node.bureau.personal_keys.request_of(arguments.person)
        code = check_code(read_request(data).digest(node.station.suite))
    write_file(_free(arguments.file), data)
    print(say("key_request", file=arguments.file, code=code))
    return DONE


def certify(arguments: argparse.Namespace) -> int:
    """`keys certify DIR REQUEST [ANSWER] [--yes]`: grant a request; a renewal at once, a new key with `--yes`. Or the county's list."""
    data = read_file(arguments.file)
    with opened_node(arguments.dir) as node:
        if data.startswith(VOUCH):
            number = node.bureau.recertification.take(data, node.clock.now(), BY)
            print(say("key_vouched", number=number))
            return DONE
        taken = node.bureau.registrar.take(data)
        answer = taken.answer
        if answer is None and not arguments.yes:
            print(say("key_waits", code=taken.code))
            return SOMETHING_WAITS
        answer = answer or node.bureau.registrar.confirm(taken.digest, BY)
    target = Path(arguments.answer or f"{arguments.file}.answer")
    write_file(target, answer)
    print(say("key_certified", file=target))
    return DONE


def install(arguments: argparse.Namespace) -> int:
    """`keys install DIR ANSWER`: take what the parent has granted into use."""
    data = read_file(arguments.file)
    with opened_node(arguments.dir) as node:
        granted = node.bureau.incoming.take_answer(data)
    print(say("key_installed" if granted else "key_not_granted"))
    return DONE if granted else SOMETHING_WAITS


def revoke(arguments: argparse.Namespace) -> int:
    """`keys revoke DIR (DIGEST... | --station STATION [--with-people]) --reason REASON [--at TIME]`."""
    with opened_node(arguments.dir) as node:
        authority = node.bureau.authority
        digests = list(arguments.certificate)
        if arguments.station is not None:
            digests += authority.of_station(arguments.station, with_people=arguments.with_people)
        if not digests:
            raise RequestError("revoke_what")
        listed = authority.revoke(digests, arguments.reason, _moment(arguments.at), by=BY)
    print(say("key_revoked_done", number=len(digests), list=listed.number))
    return DONE


def recertify(arguments: argparse.Namespace) -> int:
    """`keys recertify DIR STATION [--out FILE]`: at the county, whom the replacement of a stolen township is to certify again."""
    with opened_node(arguments.dir) as node:
        data = node.bureau.recertification.vouch(arguments.station, node.clock.now(), BY)
    if arguments.out is not None:
        write_file(_free(arguments.out), data)
    print(say("key_recertify", station=arguments.station))
    return DONE


def pin(arguments: argparse.Namespace) -> int:
    """`keys pin DIR NAME`: another PIN."""
    old = _secret(arguments.pin_file, "ask_old_pin")
    fresh = _secret(arguments.new_pin_file, "ask_new_pin", twice=True)
    with opened_node(arguments.dir) as node:
        node.bureau.personal_keys.change_pin(arguments.name, old, fresh)
    print(say("key_pin", name=arguments.name))
    return DONE


def tokens(arguments: argparse.Namespace) -> int:
    """`keys tokens DIR`: the keys that can be seen on the tokens that are plugged in, by the names that `--holder` takes."""
    with opened_node(arguments.dir) as node:
        seen = node.holders.tokens.seen()
    for name in seen:
        print(name)
    if not seen:
        print(say("token_none"))
    return DONE


def unlock(arguments: argparse.Namespace) -> int:
    """`keys unlock DIR NAME --by LOGIN --reason TEXT`: let a locked PIN be tried again."""
    proof = _proof(arguments)
    with opened_node(arguments.dir) as node:
        node.unlocking.unlock(node.people.person(arguments.by), arguments.name, proof, arguments.reason)
    print(say("key_unlocked", name=arguments.name))
    return DONE


def unblock(arguments: argparse.Namespace) -> int:
    """`keys unblock DIR NAME --by LOGIN --reason TEXT`: a new PIN for a token, by its unblock code."""
    proof = _proof(arguments)
    code = _secret(arguments.code_file, "ask_unblock_code")
    fresh = _secret(arguments.new_pin_file, "ask_new_pin", twice=True)
    with opened_node(arguments.dir) as node:
        by = node.people.person(arguments.by)
        node.unlocking.unblock(by, arguments.name, proof, arguments.reason, code, fresh, fresh)
    print(say("key_unblocked", name=arguments.name))
    return DONE


def _proof(arguments: argparse.Namespace) -> Proof:
    if arguments.own_pin or arguments.own_pin_file is not None:
        return Proof(PIN, _secret(arguments.own_pin_file, "ask_own_pin"))
    return Proof(PASSWORD, _secret(arguments.password_file, "ask_own_password"))


def _row(held: Held) -> dict[str, str]:
    certificate = held.certificate
    return {
        "state": held.state,
        "until": to_text(certificate.not_after),
        "usage": certificate.usage,
        "name": certificate.name,
        "station": certificate.station,
        "digest": certificate.digest,
    }


def _moment(text: str | None) -> datetime | None:
    """A time as a person types it, in the county's time.

    Raises:
        RequestError: `revoke_at`.
    """
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise RequestError("revoke_at", given=text) from error
    return (given if given.tzinfo else given.replace(tzinfo=COUNTY_ZONE)).astimezone(UTC)


def _secret(file_name: str | None, question: str, *, twice: bool = False) -> str:
    if file_name is not None:
        return read_file(file_name).decode(errors="replace").split("\n")[0].rstrip("\r")
    answer = getpass.getpass(say(question, least=SHORTEST_PIN))
    if twice and getpass.getpass(say("ask_again")) != answer:
        raise RequestError("two_differ")
    return answer


def _free(name: str) -> Path:
    path = Path(name)
    if path.exists():
        raise RequestError("out_there", file=path)
    return path

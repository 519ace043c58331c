"""`export` and `verify`: a case as one file, and the check of any file on any machine with only the county's root."""

import argparse
import json
from pathlib import Path

from node.assemble import assemble
from node.clock import SystemClock
from node.commands.wording import say
from node.errors import RequestError
from node.evidence.findings import FileFinding, SealFinding
from node.evidence.grounds import Grounds
from node.evidence.verification import verify_file
from node.web.local_time import moment_text
from node.web.wording import EVENTS
from node.web.wording import verification as words

DONE, KEY_OR_SEAL = 0, 3


def export(arguments: argparse.Namespace) -> int:
    """`export DIR CASE FILE`."""
    node = assemble(Path(arguments.dir), SystemClock())
    try:
        size = node.exports.write(arguments.case, Path(arguments.file))
    finally:
        node.close()
    print(say("exported", file=arguments.file, size=size))
    return DONE


def verify(arguments: argparse.Namespace) -> int:
    """`verify FILE... [--trust ROOT] [--json]`: exit code 3 when a file is not valid, or that cannot be determined."""
    grounds = Grounds(_root(arguments.trust), SystemClock().now())
    findings = [verify_file(Path(name), grounds) for name in arguments.files]
    if arguments.json:
        shown = [finding.to_json() for finding in findings]
        print(json.dumps(shown[0] if len(shown) == 1 else shown, ensure_ascii=False))
    else:
        for finding in findings:
            _print_finding(finding)
    return DONE if all(finding.verdict == "valid" for finding in findings) else KEY_OR_SEAL


def _root(trust: str | None) -> bytes | None:
    if trust is None:
        return None
    try:
        return Path(trust).read_bytes()
    except OSError as error:
        raise RequestError("file_missing", name=trust) from error


def _print_finding(finding: FileFinding, indent: str = "") -> None:
    verdict, why = words.top(finding)
    print(indent + say("verified", file=finding.file, kind=words.KINDS[finding.kind], verdict=verdict, why=why))
    for code, what in finding.problems:
        print(indent + say("verified_problem", what=words.problem_text(code, what)))
    for note in words.notes(finding):
        print(indent + say("verified_note", note=note))
    for number, one in enumerate(finding.seals, 1):
        _print_seal(number, one, indent)
    for inside in finding.documents:
        _print_finding(inside, indent + "  ")


def _print_seal(number: int, one: SealFinding, indent: str) -> None:
    at = moment_text(one.time_claimed)
    kind = words.SEAL_KINDS.get(one.kind, one.kind)
    event = EVENTS.get(one.event, one.event)
    print(indent + say("verified_seal", number=number, event=event, kind=kind, name=one.seal_name, signer=one.signer, at=at))
    for step in one.report.steps:
        verdict, name = words.VERDICTS[step.verdict], words.STEP_NAMES[step.name]
        print(indent + say("verified_step", number=step.number, name=name, verdict=verdict, why=words.reason(step)))

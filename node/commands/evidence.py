"""`export` and `verify`: a case as one file, and its check on any machine with only the county's root."""

import argparse
import json
from pathlib import Path

from node.assemble import assemble
from node.clock import SystemClock, to_text
from node.commands.wording import say
from node.errors import RequestError
from node.evidence.verification import FileFinding, verify_file

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
    """`verify FILE... [--trust ROOT] [--json]`: exit code 3 when a file is not valid."""
    root = _root(arguments.trust)
    findings = [verify_file(Path(name), root) for name in arguments.files]
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


def _print_finding(finding: FileFinding) -> None:
    print(say("verified", file=finding.file, verdict=say(f"verdict_{finding.verdict}")))
    if not finding.root_pinned:
        print(say("verify_no_root"))
    for one in finding.seals:
        print(
            say(
                "verified_seal",
                event=one.event,
                signer=one.signer,
                at=to_text(one.time_claimed),
                verdict=say(f"verdict_{one.report.verdict}"),
            )
        )
        for step in one.report.steps:
            verdict = say(f"verdict_{step.verdict}")
            print(say("verified_step", number=step.number, name=say(f"step_{step.name}"), verdict=verdict, code=step.code))
    for code, what in finding.problems:
        print(say("verified_problem", code=code, what=what))

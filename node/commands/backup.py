"""`backup` and `restore`: a station into one encrypted file, and back. The recovery code is shown once, and never an argument."""

import argparse
import json
import os
from pathlib import Path

from node.assemble import assemble
from node.clock import SystemClock
from node.commands.wording import say
from node.errors import RequestError
from node.upkeep.restore import restore as restore_station
from node.version import VERSION

DONE, SOMETHING_WAITS = 0, 4
BY_COMMAND = "command"
LONGEST_CODE_FILE = 1024


def backup(arguments: argparse.Namespace) -> int:
    """`backup DIR FILE [--recovery-code-file F] [--json]`; the first time it makes the recovery code. Exit code 4: scans were missing."""
    node = assemble(Path(arguments.dir), SystemClock())
    try:
        if not node.backups.backup.is_ready():
            _tell_code(node.backups.backup.keys.renew(BY_COMMAND), arguments.recovery_code_file, node.station.name)
        report = node.backups.write_to(Path(arguments.file))
    finally:
        node.close()
    if arguments.json:
        found = {name: value for name, value in vars(report).items() if name != "path"}
        print(json.dumps(found | {"path": str(report.path), "program": VERSION}, ensure_ascii=False))
    else:
        print(
            say(
                "backup_done",
                file=arguments.file,
                size=report.size_bytes,
                rows=report.rows,
                files=report.files,
                scans=report.enclosures,
                seconds=f"{report.seconds:.1f}",
            )
        )
        if report.missing:
            print(say("backup_missing", count=report.missing))
    return SOMETHING_WAITS if report.missing else DONE


def restore(arguments: argparse.Namespace) -> int:
    """`restore FILE DIR [--recovery-code-file F] [--database URL]`: into an empty folder, whole or not at all."""
    code = _asked_code(arguments.recovery_code_file)
    report = restore_station(Path(arguments.file), Path(arguments.dir), code, SystemClock(), arguments.database)
    print(say("restored", name=report.name, station=report.station, made_at=report.made_at, rows=report.rows, files=report.files))
    if report.missing:
        print(say("restored_missing", count=report.missing))
    print(say("restored_next", dir=arguments.dir))
    return DONE


def _tell_code(code: str, file: str | None, station: str) -> None:
    """Show the new code once, or put it into a file that nobody else may read.

    Raises:
        RequestError: `code_file_there`, the file exists.
    """
    if file is None:
        print(say("recovery_code", code=code, station=station), flush=True)
        return
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        # The code counts already and must not be lost: it is shown instead.
        print(say("recovery_code", code=code, station=station), flush=True)
        raise RequestError("code_file_there", name=file) from error
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(code + "\n")
    print(say("recovery_code_in", file=file), flush=True)


def _asked_code(file: str | None) -> str:
    if file is None:
        return input(say("ask_recovery_code"))
    path = Path(file)
    if not path.is_file():
        raise RequestError("file_missing", name=file)
    with path.open(encoding="utf-8", errors="replace") as opened:
        return opened.read(LONGEST_CODE_FILE)

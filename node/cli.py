"""The command line `run-node`: parses a command of the table, runs it, and says what went wrong."""

import argparse
import gc
import importlib
import io
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NoReturn

from forms.errors import FormError
from node.commands.command import Command
from node.commands.table import COMMANDS
from node.commands.wording import say, say_error
from node.commands.wording_usage import usage_text
from node.errors import NodeError
from signing.errors import SigningError
from sync.errors import LinkDownError, SyncError

DONE = 0
USER_MUST_ACT = 2
KEY_OR_SEAL = 3
SOMETHING_WAITS = 4


class Parser(argparse.ArgumentParser):
    """Says in Chinese what is wrong with a command line."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and a sentence."""
        print(say("usage", why=usage_text(message)), file=sys.stderr)
        print(say("usage_hint", command=self.prog.partition(" ")[2]).replace("  ", " "), file=sys.stderr)
        sys.exit(USER_MUST_ACT)


def make_parser(commands: Sequence[Command] = COMMANDS) -> Parser:
    """The parser of a table of commands; a name of two words is a command of a group."""
    parser = Parser(prog="run-node", description="驿站：离线优先的村、镇、县代办站点")
    top = parser.add_subparsers(metavar="COMMAND", required=True)
    groups: dict[str, Any] = {}
    for command in commands:
        group, _, name = command.name.rpartition(" ")
        if group and group not in groups:
            groups[group] = top.add_parser(group, help=group).add_subparsers(metavar="COMMAND", required=True)
        place = groups[group] if group else top
        child = place.add_parser(name, help=command.says, description=command.says)
        for names, options in command.arguments:
            child.add_argument(*names, **options)
        child.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 2 the user must change something, 3 a key or seal, 4 something waits."""
    _print_anything()
    line = sys.argv[1:] if argv is None else list(argv)
    arguments = make_parser(meant(line)).parse_args(line)
    try:
        return _function(arguments.run)(arguments)
    except KeyboardInterrupt:
        return DONE
    except (NodeError, FormError, SigningError, SyncError, OSError) as error:
        print(say_error(error), file=sys.stderr)
        return exit_code(error)


def meant(line: Sequence[str]) -> Sequence[Command]:
    """The command that a line begins with; where there is none, all. A parser of all would stay in memory as long as a station runs."""
    for command in COMMANDS:
        words = command.name.split()
        if list(line[: len(words)]) == words:
            return (command,)
    return COMMANDS


def exit_code(error: Exception) -> int:
    """Who must act on an error, as an exit code."""
    if isinstance(error, SigningError):
        return KEY_OR_SEAL
    if isinstance(error, SyncError):
        return DONE if isinstance(error, LinkDownError) else SOMETHING_WAITS
    return USER_MUST_ACT


def _function(place: str) -> Callable[[argparse.Namespace], int]:
    module, _, name = place.partition(":")
    function: Callable[[argparse.Namespace], int] = getattr(_imported(module), name)
    return function


def _imported(module: str) -> ModuleType:
    """The module of a command. What it brings stays until the end: the collector of garbage need not look through it, now or later."""
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        if not gc.get_freeze_count():
            gc.freeze()
        gc.enable()


def _print_anything() -> None:
    """A console of another code page shows marks instead of stopping the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")

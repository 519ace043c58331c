"""`renumber DIR`: the next number of a station that was restored or copied; over the network, by two files, or by a county itself."""

import argparse
import threading
from pathlib import Path

from node.assemble import Node
from node.commands.enrolment import wait_for_answer, wire_to
from node.commands.files import read_file
from node.commands.opened import opened_node
from node.commands.wording import say
from node.errors import RequestError
from node.store.files import write_file


def renumber(arguments: argparse.Namespace) -> int:
    """Ask for it, or take the answer.

    Raises:
        NotAllowedError: this station needs none.
        EnrolmentError: the parent refused, or the answer is to something else.
    """
    with opened_node(arguments.dir) as node:
        return _renumber(node, arguments)


def _renumber(node: Node, arguments: argparse.Namespace) -> int:
    numbers = node.numbers
    if not numbers.parent_name:
        return _done(numbers.number_itself())
    if arguments.answer is not None:
        return _done(numbers.renumbering.take(read_file(arguments.answer)))
    asked = numbers.renumbering.ask()
    print(say("join_code", code=asked.code))
    if arguments.request is not None:
        write_file(Path(arguments.request), asked.data)
        print(say("renumber_request_written", file=arguments.request, parent=numbers.parent_name, dir=arguments.dir))
        return 0
    if node.config.parent.url is None:
        raise RequestError("join_no_url")
    print(say("join_waiting", parent=numbers.parent_name, dir=arguments.dir), flush=True)
    answer = wait_for_answer(wire_to(node.config.parent.url).enrol, asked.data, threading.Event().wait)
    return _done(numbers.renumbering.take(answer))


def _done(number: str) -> int:
    print(say("renumbered", station=number))
    return 0

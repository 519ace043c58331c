"""`catalogue import|export-workbook`: items come from workbooks into a county, and go out as workbooks to be changed."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from forms.schema import Form
from node.assemble import Node
from node.catalogue import authoring
from node.catalogue.authoring import WorkbookFault
from node.catalogue.item_desk import ItemDesk
from node.commands.enrolment import BY
from node.commands.files import read_file
from node.commands.opened import opened_node
from node.commands.wording import say
from node.errors import RequestError
from node.web.wording.lint import LEVELS, finding_text, place_text
from node.web.wording.workbook import fault_text

DONE, USER_MUST_ACT = 0, 2


def import_files(arguments: argparse.Namespace) -> int:
    """`catalogue import DIR FILE…`: keep the items of the workbooks, to be published; with any fault in any of them nothing is kept.

    Raises:
        RequestError: this is no county, the extra `authoring` is missing, or two files are one item.
    """
    with opened_node(arguments.dir) as node:
        desk = _desk(node)
        files = {name: read_file(name) for name in arguments.file}
        if not _all_fit(files, desk):
            return USER_MUST_ACT
        for data in files.values():
            _take(node, desk, data)
    return DONE


def _desk(node: Node) -> ItemDesk:
    if node.cataloguing.desks is None:
        raise RequestError("catalogue_county")
    return node.cataloguing.desks.items


def _all_fit(files: Mapping[str, bytes], desk: ItemDesk) -> bool:
    """Whether every file gives an item of its own; says everything that is wrong."""
    found: dict[str, str] = {}
    fit = True
    for name, data in files.items():
        package, faults = authoring.read(data, desk.parameters())
        if package is None:
            _print_faults(name, faults)
            fit = False
            continue
        item = Form.from_bytes(package).id
        if item in found:
            raise RequestError("workbook_same_item", item=item, file=name, other=found[item])
        found[item] = name
    return fit


def _print_faults(name: str, faults: tuple[WorkbookFault, ...]) -> None:
    print(say("workbook_faults", file=name, number=len(faults)))
    for one in faults:
        print(f"  {fault_text(one)}")


def _take(node: Node, desk: ItemDesk, data: bytes) -> None:
    entry = desk.take_workbook(data, BY).entry
    if entry is None:
        return
    print(say("workbook_imported", id=entry.id, name=entry.name))
    for one in node.publisher.findings(entry.id):
        print(f"  {LEVELS[one.level]}　{place_text(one.place)}　{finding_text(one)}")


def export(arguments: argparse.Namespace) -> int:
    """`catalogue export-workbook DIR ITEM FILE [--version DIGEST]`: a version as a workbook, the current one when none is named.

    Raises:
        RequestError: this is no county, the extra is missing, the file is there, or no workbook can say what the version says.
        NotFoundError: there is no such item or version.
    """
    target = Path(arguments.file)
    if target.exists():
        raise RequestError("out_there", file=target)
    with opened_node(arguments.dir) as node:
        desk = _desk(node)
        item = desk.item(arguments.item)
        version = arguments.version or (item.current.digest if item.current else item.versions[-1].package)
        data = desk.workbook(item.id, version)
    target.write_bytes(data)
    print(say("workbook_written", name=item.name, file=target))
    return DONE

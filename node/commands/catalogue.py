"""`catalogue publish|withdraw|list|lint`: the county's shelf, changed for all its stations; and what lies on the shelf of any station."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from forms.authoring.lint import Finding, lint_package
from forms.authoring.lint import refused as is_refused
from node.assemble import Node
from node.catalogue.views import Imported, Published, ShelfItem
from node.clock import SystemClock, county_day, to_text
from node.commands.enrolment import BY
from node.commands.opened import opened_node
from node.commands.wording import say
from node.errors import LintError
from node.web.wording.lint import finding_text, place_text

DONE, USER_MUST_ACT = 0, 2


def publish(arguments: argparse.Namespace) -> int:
    """`catalogue publish DIR [ITEM…] --reason TEXT`: what was imported goes to all stations.

    Raises:
        RequestError: it was refused, nothing has changed.
    """
    with opened_node(arguments.dir) as node:
        try:
            made = node.publisher.publish_items(arguments.item, arguments.reason, BY)
        except LintError as error:
            print(say("catalogue_lint_head", item=error.item))
            _print_findings(error.findings)
            raise
        _send(node, made)
    return DONE


def withdraw(arguments: argparse.Namespace) -> int:
    """`catalogue withdraw DIR ITEM [--version DIGEST] --reason TEXT`: a version, or an item with all its versions.

    Raises:
        RequestError: it was refused, nothing has changed.
    """
    with opened_node(arguments.dir) as node:
        if arguments.version is None:
            made = node.publisher.withdraw_item(arguments.item, arguments.reason, BY)
        else:
            made = node.publisher.withdraw_version(arguments.item, arguments.version, arguments.reason, BY)
        _send(node, made)
    return DONE


def lint(arguments: argparse.Namespace) -> int:
    """`catalogue lint DIR [ITEM…]`, or of a package's file: what is wrong with it; 2 when something may not be published.

    Raises:
        RequestError: an item was not imported.
    """
    if Path(arguments.dir).is_file():
        return _lint_file(Path(arguments.dir))
    refused = False
    with opened_node(arguments.dir) as node:
        for item in arguments.item or [one.entry.id for one in node.publisher.imported()]:
            findings = node.publisher.findings(item)
            refused |= any(one.level == "refuse" for one in findings)
            print(say("catalogue_lint_head" if findings else "catalogue_lint_clean", item=item))
            _print_findings(findings)
    return USER_MUST_ACT if refused else DONE


def _lint_file(path: Path) -> int:
    """A package that lies in a file, without a station."""
    findings = lint_package(path.read_bytes(), today=county_day(SystemClock().now()))
    print(say("catalogue_lint_head" if findings else "catalogue_lint_clean", item=path.name))
    _print_findings(findings)
    return USER_MUST_ACT if is_refused(findings) else DONE


def list_all(arguments: argparse.Namespace) -> int:
    """`catalogue list DIR [--json]`: the release in force, each item with its versions, and what is not published yet."""
    with opened_node(arguments.dir) as node:
        head, items, imported = node.publisher.head(), node.publisher.shelf(), node.publisher.imported()
        waiting = [row.number for row in node.store.catalogue.waiting()]
    if arguments.json:
        told = {"number": head.number, "release": head.digest, "waiting": waiting, "items": [_item_json(one) for one in items]}
        print(json.dumps(told | {"imported": [_import_json(one) for one in imported]}, ensure_ascii=False))
        return DONE
    print(say("catalogue_number" if head.number else "catalogue_shipped", number=head.number))
    if waiting:
        print(say("catalogue_waiting", number=waiting[0]))
    for item in items:
        state = say("catalogue_shelved" if item.current else "catalogue_gone")
        print(say("catalogue_item", id=item.id, name=item.name, state=state, versions=len(item.versions)))
    for one in imported:
        code = "same" if one.is_published else "changed" if one.before else "new"
        print(say(f"catalogue_import_{code}", id=one.entry.id, name=one.entry.name, at=to_text(one.imported_at), by=one.imported_by))
    return DONE


def _send(node: Node, made: Iterable[Published]) -> None:
    """Queue the releases at once: the next round of the courier takes them."""
    count = len(node.cataloguing.sender.waiting())
    node.cataloguing.sender.send(node.clock.now())
    for one in made:
        print(say("catalogue_published", number=one.release.number, changes=len(one.release.changes), count=count))


def _print_findings(findings: Iterable[Finding]) -> None:
    for one in findings:
        print(
            say(
                "catalogue_refused" if one.level == "refuse" else "catalogue_warned",
                place=place_text(one.place),
                what=finding_text(one),
            )
        )


def _item_json(item: ShelfItem) -> dict[str, Any]:
    versions = [{"package": one.package, "standing": one.standing} for one in item.versions]
    current = item.current.digest if item.current else None
    return {"id": item.id, "name": item.name, "package": current, "shipped": item.is_shipped, "versions": versions}


def _import_json(one: Imported) -> dict[str, Any]:
    at = to_text(one.imported_at)
    return {"id": one.entry.id, "name": one.entry.name, "package": one.entry.digest, "before": one.before, "at": at, "by": one.imported_by}

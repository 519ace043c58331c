"""`bundle-out`, `bundle-in`, `bundle-look`: mail by USB stick. Exit code 4 when something is damaged, was not taken or does not fit."""

import argparse
import json
from pathlib import Path
from typing import Any

from node.assemble import Node
from node.clock import to_text
from node.commands.opened import opened_node
from node.commands.wording import say
from node.enrolment.wiping import check_not_wiped
from node.errors import RequestError
from node.folder import StationFolder
from node.mail.bundles import Look
from node.upkeep.drives import Drive
from sync.handover import MAX_BUNDLE_BYTES, BundleReport

DONE, SOMETHING_WAITS = 0, 4


def write(arguments: argparse.Namespace) -> int:
    """`bundle-out DIR FILE|--drive [--to STATION] [--max-mib N] [--json]`."""
    most = MAX_BUNDLE_BYTES if arguments.max_mib is None else min(MAX_BUNDLE_BYTES, arguments.max_mib << 20)
    with opened_node(arguments.dir) as node:
        path = _target(node, arguments)
        report = node.bundles.write_to(path, arguments.to, most)
    if arguments.json:
        _print_json(path, report)
    else:
        print(say("bundle_written", file=path, parcels=report.parcels, enclosures=report.enclosures))
        if report.left_bytes:
            print(say("bundle_left", parcels=report.left_parcels, enclosures=report.left_enclosures))
    return SOMETHING_WAITS if report.left_bytes else DONE


def read(arguments: argparse.Namespace) -> int:
    """`bundle-in DIR FILE|--drive [--json]`."""
    whole = True
    with opened_node(arguments.dir) as node:
        for path in _sources(node, arguments):
            report = node.bundles.read_from(path)
            whole = whole and report.is_whole
            check_not_wiped(StationFolder(Path(arguments.dir)), node.config)
            if arguments.json:
                _print_json(path, report)
            else:
                _print_read(node, path, report)
    return DONE if whole else SOMETHING_WAITS


def look(arguments: argparse.Namespace) -> int:
    """`bundle-look DIR FILE|--drive [--json]`: what a bundle says of itself; nothing is taken in."""
    with opened_node(arguments.dir) as node:
        for path in _sources(node, arguments):
            found = node.bundles.look(path)
            if arguments.json:
                print(json.dumps(vars(found) | {"made_at": to_text(found.made_at), "file": str(path)}, ensure_ascii=False))
            else:
                print(say("bundle_looked", file=path, **_look_facts(found)))
                if found.is_short:
                    print(say("bundle_short"))
    return DONE


def _look_facts(found: Look) -> dict[str, Any]:
    facts = {name: getattr(found, name) for name in ("from_name", "receipts", "parcels", "enclosures")}
    return facts | {"to_name": found.to_name or "—", "made_at": to_text(found.made_at), "size": found.size_bytes}


def _target(node: Node, arguments: argparse.Namespace) -> Path:
    if arguments.drive is None:
        return Path(_file(arguments))
    drive = _drive([one for one in node.usb.drives() if not one.read_only], arguments.drive)
    return node.bundles.new_path(drive.place, node.bundles.neighbour(arguments.to))


def _sources(node: Node, arguments: argparse.Namespace) -> list[Path]:
    """The file that was named, or the bundles for here on a drive, the oldest first: what is named early comes early."""
    if arguments.drive is None:
        path = Path(_file(arguments))
        if not path.is_file():
            raise RequestError("file_missing", name=str(path))
        return [path]
    drive = _drive(node.usb.drives(), arguments.drive)
    found = [one for one in node.usb.found() if one.drive == drive and one.look and one.look.is_for_here and not one.look.is_own]
    if not found:
        raise RequestError("bundle_none", drive=drive.name)
    return [drive.place / one.file for one in reversed(found)]


def _drive(drives: list[Drive], name: str) -> Drive:
    """The drive of that name, or the only one there is when none was named."""
    fits = [one for one in drives if name in ("", one.name, str(one.place))]
    if len(fits) != 1:
        raise RequestError("bundle_drive", known="、".join(one.name for one in drives) or "—")
    return fits[0]


def _file(arguments: argparse.Namespace) -> str:
    if arguments.file is None:
        raise RequestError("bundle_where")
    return str(arguments.file)


def _print_json(path: Path, report: BundleReport) -> None:
    found = {
        "file": str(path),
        "parcels": report.parcels,
        "enclosures": report.enclosures,
        "bytes": report.size_bytes,
        "new": report.new,
        "known": report.known,
        "damaged": list(report.damaged),
        "missing": list(report.missing),
        "skipped": list(report.skipped),
        "no_room": list(report.no_room),
        "refused": [{"parcel": one.parcel_id, "why": one.why} for one in report.refused],
        "elsewhere": [{"parcel": one.parcel_id, "to": list(one.readers)} for one in report.elsewhere],
        "receipts": report.receipts,
        "new_enclosures": report.new_enclosures,
        "left_parcels": report.left_parcels,
        "left_enclosures": report.left_enclosures,
    }
    print(json.dumps(found, ensure_ascii=False))


def _print_read(node: Node, path: Path, report: BundleReport) -> None:
    print(say("bundle_read", file=path, new=report.new, known=report.known, enclosures=report.enclosures))
    bad = {name: len(getattr(report, name)) for name in ("damaged", "missing", "skipped", "no_room", "refused")}
    if any(bad.values()):
        print(say("bundle_not_whole", **bad))
    if report.elsewhere:
        names = dict.fromkeys(node.station.name_of(reader) for one in report.elsewhere for reader in one.readers)
        print(say("bundle_elsewhere", count=len(report.elsewhere), to="、".join(names)))

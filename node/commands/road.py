"""`carry`: the road by hand. Exit code 4 when something waits."""

import argparse
import json
from pathlib import Path
from typing import Any

from node.clock import to_text
from node.commands.opened import opened_node
from node.commands.wording import SENTENCES, say
from node.enrolment.wiping import check_not_wiped
from node.folder import StationFolder

DONE, SOMETHING_WAITS = 0, 4


def carry(arguments: argparse.Namespace) -> int:
    """`carry DIR [--json]`: one round of the courier now."""
    with opened_node(arguments.dir) as node:
        # A backup and an update take their time, and `serve` or the commands make them.
        node.chores.run_due(all_of_them=True, without=("backup", "update"))
        report = node.courier.carry_once(by_hand=True) if node.courier else None
        check_not_wiped(StationFolder(Path(arguments.dir)), node.config)
        waiting = [
            {"parcel": one.parcel_id, "to": one.to, "why": one.why, "since": to_text(one.since)} for one in node.outgoing.waiting_parcels()
        ]
        found: dict[str, Any] = {
            "sent": report.sent if report else 0,
            "received": report.received if report else 0,
            "waiting": waiting,
            "set_aside": [row.letter_id for row in node.store.letters.set_aside_list()],
        }
        names = {one.to: node.station.name_of(one.to) for one in node.outgoing.waiting_parcels()}
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        print(say("carried", sent=found["sent"], received=found["received"], waiting=len(waiting), set_aside=len(found["set_aside"])))
        for one in waiting:
            print(say("waiting_line", to=names[str(one["to"])], since=one["since"], why=_why(one["why"])))
    return SOMETHING_WAITS if waiting or found["set_aside"] else DONE


def _why(code: str | None) -> str:
    name = f"why_{code or 'not_tried'}"
    return say(name if name in SENTENCES else "why_other")

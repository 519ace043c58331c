"""Pairings and what telephones have sent, as JSON."""

from typing import Any

from node.capture.door import Doorway
from node.capture.phone import Pairing, SentNow
from node.web.local_time import iso
from node.web.wording.phone import NO_NEED, phone_finding_text


def sent_json(one: SentNow) -> dict[str, Any]:
    """A shot for the telephone that sent it; `again` says that another picture would be better."""
    findings = one.sent.findings
    return {
        "name": one.sent.name,
        "state": one.state,
        "page": one.page,
        "again": any(finding.code not in NO_NEED for finding in findings),
        "messages": [phone_finding_text(finding) for finding in findings],
    }


def pairing_json(door: Doorway, pairing: Pairing) -> dict[str, Any]:
    """A pairing for the agent whose it is; `url` is what the code says, null once a telephone has come."""
    return {
        "pairing": pairing.id,
        "address": pairing.address,
        "url": door.url(pairing) or None,
        "waiting": pairing.is_waiting,
        "ends_at": iso(pairing.ends_at),
        "left_s": door.pairings.seconds_left(pairing),
        "shots": [one.shot for one in pairing.sent],
    }

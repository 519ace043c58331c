"""A receipt made by hand: what somebody on the way forges, or a hasty station signs before it has kept anything."""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime

from node.clock import to_text
from node.mail.receipts import CONTEXT
from node.station import Station
from signing.canonical import canonical_bytes


def stored(station: Station, parcels: Sequence[str], number: int, at: datetime, sign: Callable[[bytes], bytes]) -> bytes:
    """That these parcels are kept at a station, said in its name."""
    fields = {
        "station": station.station,
        "number": number,
        "after": None,
        "at": to_text(at),
        "kind": "stored",
        "signer": station.signer.certificate.digest,
        "parcels": list(parcels),
        "letters": [],
    }
    signed = CONTEXT + canonical_bytes(fields) + b"\n"
    return signed + base64.b64encode(sign(signed)) + b"\n"

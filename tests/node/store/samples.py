"""Records as tests need them; every member can be given."""

from typing import Any

from node.store.records import CaseRecord, LetterRecord, ParcelRecord
from tests.node.store.conftest import START

COUNTY, TOWN, VILLAGE = "13102500000001", "13102510500001", "13102510520101"
CASE = "1310251052010126112200078"


def letter(name: str, **given: Any) -> LetterRecord:
    """A letter whose id is `sm3:<name>`."""
    values: dict[str, Any] = {
        "letter_id": f"sm3:{name}",
        "case_number": CASE,
        "kind": "submitted",
        "origin": VILLAGE,
        "after": None,
        "at": START,
        "received_at": START,
        "frame": f"yizhan letter 1\n{name}\n".encode(),
        "outcome": "admitted",
    }
    return LetterRecord(**values | given)


def case(number: str = CASE, **given: Any) -> CaseRecord:
    """A case at the village's desk."""
    values: dict[str, Any] = {
        "case_number": number,
        "short_number": "1122-07",
        "item_id": "gaoling",
        "package": "sm3:package",
        "origin": VILLAGE,
        "state": "draft",
        "holder_station": VILLAGE,
        "holder_desk": "agent",
        "head": None,
        "opened_at": START,
        "opened_by": "li",
        "updated_at": START,
        "title": "示例甲",
    }
    return CaseRecord(**values | given)


def parcel(name: str, **given: Any) -> ParcelRecord:
    """A parcel whose id is `sm3:<name>`."""
    values: dict[str, Any] = {
        "parcel_id": f"sm3:{name}",
        "data": f"yizhan parcel 1\n{name}".encode(),
        "from_station": VILLAGE,
        "parcel_class": "letters",
        "urgent": False,
        "made_at": START,
        "received_at": START,
    }
    return ParcelRecord(**values | given)

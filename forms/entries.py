"""How an item stands in a list: the few facts that a shelf shows and searches, without its form."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from forms.procedure import accepting_tiers
from forms.schema import Form


@dataclass(frozen=True)
class ItemEntry:
    """One item at one version. `accepts` are the tiers that may take it in; `initials` the pinyin initials of its name (拼音首字母)."""

    id: str
    name: str
    digest: str
    domain: str
    department: str
    case_type: str
    matter_type: str
    charge: str
    promised_workdays: int | None
    legal_workdays: int | None
    material_count: int
    decides: str
    accepts: tuple[str, ...]
    special_network: bool
    status: str
    initials: str = ""

    def to_json(self) -> dict[str, Any]:
        """Its members, for an index or a table."""
        return asdict(self) | {"accepts": list(self.accepts)}


def entry_of(form: Form, digest: str, initials: str = "") -> ItemEntry:
    """The entry of a form whose package is named `digest`."""
    return ItemEntry(
        id=form.id,
        name=form.name,
        digest=digest,
        domain=form.domain,
        department=str(form.department.get("decides", "")),
        case_type=form.case_type,
        matter_type=form.matter_type,
        charge=form.charge,
        promised_workdays=form.limits["promised_workdays"],
        legal_workdays=form.limits["legal_workdays"],
        material_count=len(form.materials),
        decides=form.tiers["decides"],
        accepts=accepting_tiers(form.tiers, form.more),
        special_network=bool(form.more.get("special_network")),
        status=form.status,
        initials=initials,
    )


def read_entry(members: Mapping[str, Any]) -> ItemEntry:
    """The entry that `to_json` wrote; members that are not known are passed over."""
    known = {one.name for one in fields(ItemEntry)}
    found = {name: value for name, value in members.items() if name in known}
    return ItemEntry(**found | {"accepts": tuple(found["accepts"])})

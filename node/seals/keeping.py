"""Which unit seals a station may have, and whose hands they may lie in (保管人); asked at the station, and again at the county."""

from collections.abc import Collection, Mapping

from node.roles import Role, Tier
from signing.seal import UNIT_KINDS

UNIT, SERVICE, APPROVAL = UNIT_KINDS

KINDS_OF: Mapping[str, tuple[str, ...]] = {
    Tier.VILLAGE: (SERVICE, UNIT),
    Tier.TOWNSHIP: (UNIT, SERVICE, APPROVAL),
    Tier.COUNTY: (APPROVAL, UNIT, SERVICE),
}
"""The kinds of unit seals by tier; the usual one first."""

_KEEPERS: Mapping[str, frozenset[str]] = {
    Tier.VILLAGE: frozenset({Role.AGENT, Role.VILLAGE_HEAD}),
    Tier.TOWNSHIP: frozenset({Role.REVIEWER, Role.LEADER}),
    Tier.COUNTY: frozenset({Role.APPROVER}),
}


def may_keep(tier: str, kind: str, roles: Collection[str]) -> bool:
    """Whether a person of these roles may keep such a seal. The village committee's own (村民委员会公章) is its head's alone."""
    if kind not in KINDS_OF[tier]:
        return False
    keepers = frozenset({Role.VILLAGE_HEAD}) if (tier, kind) == (Tier.VILLAGE, UNIT) else _KEEPERS[tier]
    return bool(keepers.intersection(roles))

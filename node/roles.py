"""Tiers of government and the roles (岗位) that people hold at a station of each."""

from enum import StrEnum


class Tier(StrEnum):
    """A level of the road: village 村, township 乡镇, county 县."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"


class Role(StrEnum):
    """What a person may be certified as."""

    AGENT = "agent"
    VILLAGE_HEAD = "village_head"
    REVIEWER = "reviewer"
    LEADER = "leader"
    APPROVER = "approver"
    KEY_OFFICER = "key_officer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


TIERS_OF_ROLE = {
    Role.AGENT: {Tier.VILLAGE},
    Role.VILLAGE_HEAD: {Tier.VILLAGE},
    Role.REVIEWER: {Tier.TOWNSHIP},
    Role.LEADER: {Tier.TOWNSHIP},
    Role.APPROVER: {Tier.COUNTY},
    Role.KEY_OFFICER: set(Tier),
    Role.SUPERVISOR: {Tier.COUNTY},
    Role.ADMIN: set(Tier),
}
"""At which tiers a role may be held; a certificate that says otherwise is refused."""

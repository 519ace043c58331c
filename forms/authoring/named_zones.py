"""Time zones by their IANA names, for rules that are compared with other engines in other zones."""

from zoneinfo import ZoneInfo

from forms.expressions.zones import COUNTY_ZONE, Zone


class UnknownZoneError(ValueError):
    """No zone of that name is known here."""


def zone_of(name: str) -> Zone:
    """The zone of an IANA name.

    Raises:
        UnknownZoneError: this computer knows none of that name.
    """
    if name == COUNTY_ZONE.name:
        return COUNTY_ZONE
    if name == "UTC":
        return Zone(name)
    try:
        return Zone(name, table=ZoneInfo(name))
    except (ValueError, OSError, KeyError) as error:
        raise UnknownZoneError(name) from error

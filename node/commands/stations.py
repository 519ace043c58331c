"""`init`: make a station. A county founds itself; a lower one is made beside its parent, on the same machine."""

import argparse
from pathlib import Path

from node.clock import SystemClock
from node.commands.above import above_of
from node.commands.wording import say
from node.enrolment.founding import NewStation, found_station
from node.errors import RequestError
from node.roles import Tier


def init(arguments: argparse.Namespace) -> int:
    """`init DIR`: a new station.

    Raises:
        RequestError: the folder is not empty, or a lower tier names no parent.
    """
    folder, tier = Path(arguments.dir), Tier(arguments.tier)
    above = above_of(arguments)
    if tier is not Tier.COUNTY and above is None:
        raise RequestError("under_needed")
    new = NewStation(arguments.name, tier, arguments.division, suite=arguments.suite)
    station = found_station(folder, new, above, SystemClock())
    print(say("made_station", name=arguments.name, station=station, dir=folder))
    print(say("first_person", dir=folder))
    print(say("next_serve", dir=folder))
    return 0

"""Updating by itself (自动更新), where the settings say so: what came down the road is applied in quiet hours, once a day at most."""

from datetime import date, datetime, time

from node.clock import county_day, county_hour
from node.config import UpdateSettings
from node.errors import RequestError
from node.upkeep.arrivals import Arrivals
from node.upkeep.update_desk import ROAD, UpdateDesk


class SelfUpdate:
    """Presses the button of the page of updates. `me` is written down as who did it."""

    def __init__(self, desk: UpdateDesk, arrivals: Arrivals, settings: UpdateSettings, me: str) -> None:
        self._desk = desk
        self._arrivals = arrivals
        self._settings = settings
        self._me = me
        self._tried: tuple[date, str] | None = None

    def run(self, now: datetime) -> None:
        """Begin when it is time and there is something that may be taken; a chore. One that was undone is left to people."""
        if not self._settings.automatic or not is_within(self._settings.hours, county_hour(now)):
            return
        path, overview = self._arrivals.ready(), self._desk.overview()
        if path is None or overview is None or overview.waiting is not None:
            return
        this_try = (county_day(now), path.name)
        was_undone = any(not one.in_use and one.sequence == self._arrivals.sequence() for one in overview.history)
        if was_undone or this_try == self._tried:
            return
        self._tried = this_try
        try:
            self._desk.begin(self._me, ROAD)
        except RequestError:
            self._tried = None


def is_within(hours: tuple[time, time], at: time) -> bool:
    """Whether a time of day lies in hours that may go over midnight."""
    start, end = hours
    return start <= at < end if start <= end else at >= start or at < end

"""What people do about the road, for pages and API alike: one item, the line's limits, a pause."""

import unicodedata
from collections.abc import Callable, Mapping

from node.errors import NotAllowedError, RequestError
from node.mail.queue import QueueItem, QueuePage
from node.mail.road_desk import RoadDesk
from node.staff.people import Person
from node.web.road.rows import acts_of

ACTORS = ("agent", "village_head", "reviewer", "approver", "admin")
"""Who may change anything here; everybody else reads."""


def may_act(person: Person) -> bool:
    """Whether this person may change anything here; who practises may not: the line is real."""
    return not person.practice and any(person.has(role) for role in ACTORS)


def items_for(desk: RoadDesk, person: Person, limit: int, after: str | None, query: str) -> QueuePage:
    """What waits, for this person to look at. Who practises sees no real cases, here as anywhere."""
    return QueuePage((), None, 0) if person.practice else desk.queue.items(limit, after, query)


def act_on(desk: RoadDesk, person: Person, item_id: str, act: str, reason: str = "") -> QueueItem:
    """Do one thing with one item; nothing else is touched.

    Raises:
        RequestError: `road_act`, it cannot be done with this item; or what the queue says.
        NotAllowedError: `role`.
        NotFoundError: nothing of it waits any more.
    """
    check_may_act(person)
    queue = desk.queue
    if act not in acts_of(queue.item(item_id)):
        raise RequestError("road_act")
    if act == "set_aside":
        return queue.set_aside(person, item_id, reason)
    acts: Mapping[str, Callable[[Person, str], QueueItem]] = {
        "first": queue.send_first, "not_first": queue.not_first, "retry": queue.retry, "take_up": queue.take_up,
    }  # fmt: skip
    return acts[act](person, item_id)


def set_limits(desk: RoadDesk, person: Person, max_kbit: str | int | None, quiet_hours: tuple[str, str] | None) -> None:
    """Set the cap, a number or its digits, and the quiet hours.

    Raises:
        RequestError: `no_line`, or as `LineSettings.set_limits`.
        NotAllowedError: `role`.
    """
    _check_line(desk, person)
    if isinstance(max_kbit, str):
        text = plain_text(max_kbit)
        # What is no number is told like a number that is too small.
        max_kbit = None if not text else int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    hours = None if quiet_hours is None else (plain_text(quiet_hours[0]), plain_text(quiet_hours[1]))
    desk.pace.set_limits(person.name, max_kbit, hours)


def plain_text(typed: str) -> str:
    """What was typed with a Chinese keyboard, in plain digits and colons: `２２：００` is `22:00`."""
    return unicodedata.normalize("NFKC", typed).strip()


def switch(desk: RoadDesk, person: Person, how_long: str | None) -> None:
    """Pause the line for `how_long`, or go on where that is None.

    Raises:
        RequestError: `no_line`, or `pause`.
        NotAllowedError: `role`.
    """
    _check_line(desk, person)
    if how_long is None:
        desk.pace.go_on(person.name)
    else:
        desk.pace.pause(person.name, how_long)


def carry_now(desk: RoadDesk, person: Person) -> None:
    """Carry at once, though the line is paused.

    Raises:
        RequestError: `no_line`.
        NotAllowedError: `role`.
    """
    _check_line(desk, person)
    desk.carry_now()


def check_may_act(person: Person) -> None:
    """Return when this person may change something here.

    Raises:
        NotAllowedError: `role`.
    """
    if not may_act(person):
        raise NotAllowedError("role")


def _check_line(desk: RoadDesk, person: Person) -> None:
    check_may_act(person)
    if not desk.has_line:
        raise RequestError("no_line")

"""Turns states and times into the plain words of the wording table: the sentence to read aloud, the strip, the road."""

from collections.abc import Mapping
from dataclasses import dataclass

from node.views import CaseView, Deadline, LetterLine, LinkStatus, Road
from node.web import wording
from node.web.local_time import day_text, short_moment

_ENDS = frozenset({"approved", "denied", "not_accepted", "withdrawn", "terminated", "delivered", "closed"})


def sentence(view: CaseView) -> str:
    """Where the case is, since when, its latest day and how old the news is: to read aloud to the villager."""
    line = view.line
    facts = {
        "item": line.item_name,
        "short": line.short_number,
        "origin": view.origin_name,
        "holder": line.holder_station_name,
        "desk": wording.words(wording.DESKS, line.desk),
        "since": short_moment(view.since),
        "reason": (view.reason or "—").rstrip("。"),
    }
    parts = [wording.SENTENCES[_key(view)].format_map(facts)]
    if line.state == "draft":
        return parts[0]
    if line.road == "queued" and line.state == "submitted":
        parts.append(wording.SENTENCES["road_waiting"])
    if line.state not in _ENDS and line.state != "returned":
        parts.append(_deadline_sentence(line.deadline))
    parts.append(wording.SENTENCES["news"].format(news=short_moment(view.news_as_of)))
    return "".join(parts)


def _key(view: CaseView) -> str:
    if view.line.state in wording.SENTENCES:
        return view.line.state
    return "agent" if view.line.desk == "agent" else "window"


def _deadline_sentence(deadline: Deadline | None) -> str:
    if deadline is None:
        return wording.SENTENCES["no_deadline"]
    key = "overdue" if deadline.card == "red" else "deadline"
    provisional = wording.SENTENCES["provisional"] if deadline.provisional else ""
    return wording.SENTENCES[key].format(due=day_text(deadline.due_on), provisional=provisional)


def road_text(road: Road) -> str:
    """How far a paper has come, naming the farthest station that gave a sign of it."""
    if road.state in ("stored", "arrived") and road.stations:
        marks = [(tier, mark) for _name, tier, mark, _at in road.stations]
        arrived = [entry for entry in marks if entry[1] == "arrived"]
        return wording.TIER_ROADS.get((arrived or marks)[-1], wording.words(wording.ROADS, road.state))
    return wording.words(wording.ROADS, road.state)


def line_road_text(state: str, tier: str) -> str:
    """The same for a list, where only the state is known: seen from a station of `tier`, looking up."""
    return wording.UPWARD_ROADS.get((tier, state)) or wording.words(wording.ROADS, state)


@dataclass(frozen=True)
class Strip:
    """The status strip: `tone` is `good`, `bad` or `plain`; `sentences` in order; `counts` for the figures beside them."""

    tone: str
    headline: str
    sentences: tuple[str, ...]
    counts: Mapping[str, int]


def strip(status: LinkStatus) -> Strip:
    """The line, what waits and since when, in plain words."""
    since = short_moment(status.since)
    sentences = []
    if status.link != "none":
        if status.queued:
            sentences.append(
                wording.STRIP["waits"].format(
                    count=status.queued, size=wording.size_text(status.bytes_waiting), oldest=short_moment(status.oldest_waiting)
                )
            )
        else:
            sentences.append(wording.STRIP["nothing_waits"])
        if status.handed_over:
            sentences.append(wording.STRIP["handed_over"].format(count=status.handed_over))
        if status.last_heard:
            sentences.append(wording.STRIP["heard"].format(heard=short_moment(status.last_heard)))
    if status.set_aside:
        sentences.append(wording.STRIP["set_aside"].format(count=status.set_aside))
    tone = {"up": "good", "down": "bad"}.get(status.link, "plain")
    counts = {name: getattr(status, name) for name in ("queued", "handed_over", "stored", "arrived", "set_aside")}
    return Strip(tone, wording.STRIP.get(status.link, "").format(since=since), tuple(sentences), counts)


def latest(letters: tuple[LetterLine, ...], *events: str) -> LetterLine | None:
    """The last letter of one of these events, None when there is none."""
    return next((letter for letter in reversed(letters) if letter.event in events), None)

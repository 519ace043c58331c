"""Turns states and times into the plain words of the wording table: the sentence to read aloud, the strip, the road."""

from collections.abc import Mapping
from dataclasses import dataclass

from node.casework.deadlines import Moved
from node.casework.views import CaseLine, CaseView, LetterLine, LinkStatus, Road
from node.web import wording
from node.web.local_time import day_text, short_moment

TIER_ORDER = ("village", "township", "county")
JOINT = " · "
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
    parts = [wording.SENTENCES[_key(line)].format_map(facts)]
    if line.state == "draft" or line.practice:
        return parts[0]
    if line.state not in _ENDS and line.state != "returned" and line.desk != "head":
        parts.append(_deadline_sentence(line))
    parts.append(wording.SENTENCES["news"].format(news=short_moment(view.news_as_of)))
    return "".join(parts)


def _key(line: CaseLine) -> str:
    if line.practice:
        return "practice"
    if line.desk == "head":
        return "head"
    if line.state in wording.SENTENCES_AWAY and not line.mine:
        return f"{line.state}_away"
    if line.state in wording.SENTENCES:
        return line.state
    if line.road in ("queued", "handed_over") and not line.mine:
        return line.road
    return "agent" if line.desk == "agent" else "window"


def _deadline_sentence(line: CaseLine) -> str:
    """The latest day: of the answer whether it is accepted, then of the decision."""
    if line.deadline is None or (line.state == "submitted" and _key(line) in ("queued", "handed_over")):
        return wording.SENTENCES["no_deadline"]
    key = "overdue" if line.deadline.card == "red" else "deadline"
    if line.deadline.stage == "tell_once":
        key += "_acceptance"
    provisional = wording.SENTENCES["provisional"] if line.deadline.provisional else ""
    said = wording.SENTENCES[key].format(due=day_text(line.deadline.due_on), provisional=provisional)
    return said + "".join(moved_text(one) for one in line.deadline.moves[-1:])


def moved_text(move: Moved) -> str:
    """How another calendar moved a latest day: both days."""
    words = wording.SENTENCES
    calendar = words["calendar_official" if move.official else "calendar_newer"]
    return words["moved_kept" if move.kept else "moved"].format(was=day_text(move.was), now=day_text(move.now), calendar=calendar)


def letter_road_text(letter: LetterLine, here: str) -> str:
    """How far a paper has come: of one made here the farthest mark of each station, of any other that it is here."""
    if letter.station_name != here and letter.road.state != "set_aside":
        return wording.HERE
    return road_text(letter.road)


def road_text(road: Road) -> str:
    """The farthest mark of each station that has given a sign, upwards; else the state alone."""
    best: dict[str, str] = {}
    for _name, tier, mark, _at in road.stations:
        if mark == "arrived" or (mark == "stored" and tier not in best):
            best[tier] = mark
    if road.state not in ("stored", "arrived") or not best:
        return wording.words(wording.ROADS, road.state)
    return JOINT.join(wording.words_of_road(tier, best[tier]) for tier in TIER_ORDER if tier in best)


def line_road_text(line: CaseLine, tier: str) -> str:
    """The same for a list, seen from a station of `tier`; nothing for what is here anyway."""
    if line.road == "draft" or (line.mine and line.road in ("stored", "arrived")):
        return ""
    return wording.UPWARD_ROADS.get((tier, line.road)) or wording.words(wording.ROADS, line.road)


def where_text(line: CaseLine) -> str:
    """Where a case is: here, still here on its way to somebody, or there."""
    if line.mine:
        return wording.WHERE["here"]
    if line.road in wording.WHERE:
        return wording.WHERE[line.road].format(holder=line.holder_station_name)
    return line.holder_station_name or "—"


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
        elif status.bytes_waiting:
            sentences.append(wording.STRIP["scans_wait"].format(size=wording.size_text(status.bytes_waiting)))
        else:
            sentences.append(wording.STRIP["nothing_waits"])
        if status.handed_over:
            sentences.append(wording.STRIP["handed_over"].format(count=status.handed_over))
        if status.last_heard:
            sentences.append(wording.STRIP["heard"].format(heard=short_moment(status.last_heard)))
    tone = {"up": "good", "down": "bad"}.get(status.link, "plain")
    counts = {name: getattr(status, name) for name in ("queued", "handed_over", "stored", "arrived", "set_aside")}
    return Strip(tone, wording.STRIP.get(status.link, "").format(since=since), tuple(sentences), counts)


def latest(letters: tuple[LetterLine, ...], *events: str) -> LetterLine | None:
    """The last letter of one of these events, None when there is none."""
    return next((letter for letter in reversed(letters) if letter.event in events), None)

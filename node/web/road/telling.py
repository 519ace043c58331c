"""Turns how the line does into plain words: how long ago, how long still, why not. Only what can be known is said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.mail.line_settings import LinePlan
from node.mail.road_desk import HopHeard, LineView, PaperWay, ScansAt
from node.web.local_time import short_moment
from node.web.wording import road as words
from node.web.wording import size_text

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400
SOON = timedelta(minutes=2)
"""A clock that is ahead by less than this is not worth a word."""


@dataclass(frozen=True)
class LineTold:
    """The line in words; `state` is a key of the headlines, `percent` of the bar. Empty where there is nothing to say."""

    state: str
    tone: str
    headline: str
    dead: str
    paused: str
    percent: int
    estimate: str
    rate: str
    last_byte: str
    list: str


def line_told(view: LineView, now: datetime, name_of: Callable[[str], str], listed: str = "", *, is_stuck: bool = False) -> LineTold:
    """What the page says of the line; `listed` stands for the items that it shows. `is_stuck`: all that waits was refused or set aside."""
    state = condition(view)
    is_stuck = is_stuck and state in ("moving", "waiting", "idle")
    state = "stuck" if is_stuck else state
    return LineTold(
        state=state,
        tone=words.TONES.get(state, ""),
        headline=words.HEADLINES[state].format(until=quiet_end(view.plan)),
        dead=dead_text(view),
        paused=paused_text(view.plan, name_of),
        percent=percent(view.done_bytes, view.left_bytes),
        estimate=words.ESTIMATES["stuck"] if is_stuck else estimate_text(view),
        rate=rate_text(view.line.rate_up) if view.line else "",
        last_byte=ago_text(view.line.acknowledged_at if view.line else None, now),
        list=listed,
    )


def ago_text(moment: datetime | None, now: datetime) -> str:
    """`刚才`, `3 分钟前`, `2 天前`; of the future that the clocks do not agree."""
    if moment is None:
        return words.HOPS["never"]
    passed = now - moment
    if passed < -SOON:
        return words.AGO["ahead"]
    seconds = int(passed.total_seconds())
    for key, unit in (("days", DAY_S), ("hours", HOUR_S), ("minutes", MINUTE_S)):
        if seconds >= unit:
            return words.AGO[key].format(count=seconds // unit)
    return words.AGO["now"]


def condition(view: LineView) -> str:
    """The state of the line: a key of the headlines."""
    if view.line is None:
        return "none"
    if view.plan.paused_at is not None:
        return "paused"
    if view.status.link != "up":
        return "down" if view.status.link == "down" else "unknown"
    if not view.left_bytes:
        return "idle"
    if view.is_quiet and not view.status.queued:
        return "quiet"
    return "moving" if view.line.rate_up > 0 else "waiting"


def quiet_end(plan: LinePlan) -> str:
    """When scans go again, `06:30`."""
    return f"{plan.quiet_hours[1]:%H:%M}" if plan.quiet_hours else ""


def percent(done: int, left: int) -> int:
    """How much is done; a hundred only when nothing is left."""
    return 100 if not left else min(99, done * 100 // (done + left))


def estimate_text(view: LineView) -> str:
    """How long it still takes by the measured rate, or why nobody can know."""
    if view.seconds_left is not None:
        return duration_text(view.seconds_left)
    if not view.left_bytes:
        return words.ESTIMATES["none"]
    state = "quiet" if view.is_quiet and condition(view) not in ("down", "paused") else condition(view)
    return words.ESTIMATES[state if state in ("down", "paused", "quiet") else "still"].format(until=quiet_end(view.plan))


def duration_text(seconds: float) -> str:
    """`约 12 分钟`: rounded up, so that it is rather done before."""
    if seconds < MINUTE_S:
        return words.ESTIMATES["seconds"]
    for key, unit, most in (("minutes", MINUTE_S, 90 * MINUTE_S), ("hours", HOUR_S, 48 * HOUR_S)):
        if seconds <= most:
            return words.ESTIMATES[key].format(count=-int(-seconds // unit))
    return words.ESTIMATES["days"].format(count=-int(-seconds // DAY_S))


def dead_text(view: LineView) -> str:
    """Since when the line is dead and why; empty while it is not."""
    if view.line is None or view.status.link != "down":
        return ""
    return words.DEAD_SINCE.format(since=short_moment(view.status.since), why=why_text(view.why))


def why_text(code: str | None) -> str:
    """Why something did not go, and who does what."""
    return words.WHYS.get(code or "not_tried", words.WHYS[""])


def paused_text(plan: LinePlan, name_of: Callable[[str], str]) -> str:
    """Who paused the line and how long it lasts; empty while it is not paused."""
    if plan.paused_at is None:
        return ""
    who, at = name_of(plan.paused_by), short_moment(plan.paused_at)
    if plan.paused_until is None:
        return words.PAUSED["open"].format(who=who, at=at)
    return words.PAUSED["until"].format(who=who, at=at, until=short_moment(plan.paused_until))


def heard_text(hop: HopHeard, now: datetime) -> str:
    """When a station above was last heard of."""
    if hop.heard_at is None:
        return words.HOPS["never"]
    key = "heard" if hop.is_parent else "receipt"
    return words.HOPS[key].format(ago=ago_text(hop.heard_at, now), at=short_moment(hop.heard_at))


def rate_text(bytes_s: float) -> str:
    """`12.3 KB`: how much came through in a second."""
    return f"{bytes_s / 1024:.1f} KB" if bytes_s < 1024 * 1024 else size_text(int(bytes_s))


def scans_text(scans: ScansAt) -> str:
    """`预览 3/3 页，原件 1/3 页，还差 0.8 MB`."""
    parts = [words.SCANS["previews"].format(here=scans.previews, total=scans.previews_total)] if scans.previews_total else []
    parts.append(words.SCANS["fulls"].format(here=scans.fulls, total=scans.fulls_total))
    parts.append(words.CASE_SCANS["all"] if scans.is_all else words.SCANS["left"].format(size=size_text(scans.left_bytes)))
    return "，".join(parts)


def way_text(way: PaperWay) -> str:
    """`县城镇已收 11月22日 11:04，示例县还没有消息`: what each other station has said of a paper."""
    if way.letter.road.state == "set_aside":
        return words.STATIONS_MARKS["set_aside"]
    told = [words.STATIONS_MARKS[mark].format(name=name, at=short_moment(at)) for name, mark, at in way.signs if mark != "waits"]
    if not told:
        return words.STATIONS_MARKS["handed_over" if way.letter.road.state == "handed_over" else "queued"]
    return "，".join((*told, *(words.STATIONS_MARKS["waits"].format(name=name) for name, mark, _at in way.signs if mark == "waits")))

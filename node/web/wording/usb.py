"""What the page U盘 says. Every problem says what to do next."""

from collections.abc import Callable
from dataclasses import dataclass

from node.mail.trips import Outcome, Trip
from node.web.wording import error_text, size_text
from sync.errors import BundleError

DOING = {"out": "正在写U盘包", "in": "正在读U盘包"}
STOPPED = "没有做完：站点中途停过。没有写成的U盘包不会留在U盘里，读了一半的再读一次就行，不会重复。"
FAILED = {
    "DiskFullError": "这台电脑的磁盘满了。请清理磁盘后再读一次，已经收下的不会重复。",
    "BusyError": "数据库正忙，没有做完。请过一会儿再做一次，已经收下的不会重复。",
    "bundle_to": "没有这个相邻站点，请回到U盘页重新选择。",
}
BROKEN = "没有做完。请再做一次；还是不行请联系技术人员。"
BAD_FILES = {
    "signature": "不是本县站点写的，或者被改过，不能读。",
    "manifest": "文件坏了，请让对方重新写一次。",
    "not_a_bundle": "不是U盘包。",
    "unreadable": "读不出来，请重新插一次U盘。",
}


REFUSED = {
    "malformed": "格式不对",
    "signature": "签名不对",
    "certificate": "写的站点没有有效证书",
    "waiting_full": "等着核对证书的太多",
    "unknown_maker": "本站还没有写它的站点的证书，先收着，证书到了再打开；对方手里的一份不会删",
    "unreadable": "打不开",
}
"""Why a parcel was refused; the rest is told as its code, for technicians."""


@dataclass(frozen=True)
class Line:
    """One thing that is not in order: what, and what to do."""

    what: str
    to_do: str


@dataclass(frozen=True)
class Told:
    """A trip's report in words; `tone` of its headline."""

    tone: str
    headline: str
    lines: tuple[Line, ...] = ()


def told(trip: Trip, name_of: Callable[[str], str]) -> Told:
    """What became of a bundle."""
    if trip.error:
        return Told("red", failed(trip.error))
    if trip.outcome is None:
        return Told("orange", STOPPED)
    if trip.direction == "out":
        return _told_of_writing(trip, trip.outcome, name_of)
    lines = tuple(_lines(trip.outcome, name_of))
    if lines:
        return Told("orange", "没有全部收下，已经收下的不会丢。", lines)
    if not (trip.outcome.new or trip.outcome.new_enclosures):
        return Told("green", "全部都是以前收过的，没有新的。" if trip.outcome.known else "读完了，里面没有新的办件。")
    return Told("green", "全部收下了。")


def failed(code: str) -> str:
    """Why a bundle could not be written or read at all."""
    return FAILED.get(code) or (error_text(BundleError(code)) if code.islower() else BROKEN)


def bad_file(code: str) -> str:
    """Why a file of a drive cannot be read in."""
    return BAD_FILES.get(code, "读不出来，请重新插一次U盘。")


def amount(parcels: int, enclosures: int) -> str:
    """`材料包 3 个、影像 8 个`."""
    parts = [f"材料包 {parcels} 个" if parcels else "", f"影像 {enclosures} 个" if enclosures else ""]
    return "、".join(part for part in parts if part) or "没有"


def room(size_bytes: int) -> str:
    """`3.0 GB`: the room on a stick."""
    return f"{size_bytes / (1 << 30):.1f} GB" if size_bytes >= 1 << 30 else size_text(size_bytes)


def _told_of_writing(trip: Trip, outcome: Outcome, name_of: Callable[[str], str]) -> Told:
    done = "已经写好，也读回来核对过了。" + ("请在下面下载。" if trip.is_here else "可以拔U盘了。")
    if not (outcome.left_parcels or outcome.left_enclosures):
        return Told("green", done)
    left = f"还有{amount(outcome.left_parcels, outcome.left_enclosures)}（{size_text(outcome.left_bytes)}）装不下。"
    return Told("orange", done, (Line(left, "请换一个U盘再写一次，会接着装剩下的；也可以等对方的回执带回来以后再写。"),))


def _lines(outcome: Outcome, name_of: Callable[[str], str]) -> list[Line]:
    gone = [f"坏了 {outcome.damaged} 个" if outcome.damaged else "", f"少了 {outcome.missing} 个" if outcome.missing else ""]
    lost = "、".join(one for one in gone if one) + (f"，其中影像 {outcome.lost_enclosures} 个。" if outcome.lost_enclosures else "。")
    why = "、".join(f"{REFUSED.get(code, code)} {count} 个" for code, count in outcome.whys.items())
    places = "、".join(name_of(one) for one in outcome.carry_to)
    found = (
        (outcome.is_gone, "读到一半，U盘读不出来了。", "可能拔早了，也可能U盘坏了。请插好再读一次，已经收下的不会重复。"),
        (outcome.damaged or outcome.missing, f"文件不完整：{lost}", _AGAIN),
        (outcome.no_room, f"这台电脑放不下 {outcome.no_room} 个影像，材料都收下了。", "请清理磁盘，再把这个U盘读一次。"),
        (outcome.skipped, f"有 {outcome.skipped} 个影像用不上：它们的材料还没有到。", _FIRST),
        (outcome.refused, f"拒收 {outcome.refused} 个：不是真的或者不合规矩（{why}）。", "请把这一页拍给技术人员。"),
        (outcome.elsewhere, f"有 {outcome.elsewhere} 个不是给这里的，没有动。", f"请把U盘带到：{places}。"),
    )
    return [Line(what, to_do) for is_so, what, to_do in found if is_so]


_FIRST = "请先读前面的U盘，再把这个U盘读一次；不是给本站的包，请把U盘带到收件的站点。"
_AGAIN = "请把回执带回去，让对方再写一次U盘：没有送到的会自动装上，已经收下的不会重复。线路通了也会自动补齐。"

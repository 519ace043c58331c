"""Pages of 站点管理 about health: this station's own, and all those below it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, current_app, g, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from node.succession.numbers import Numbers
from node.succession.standing import ACTIVE
from node.upkeep.findings import Grade
from node.upkeep.health import StationHealth
from node.web import health_text
from node.web.health_text import labels, mib_text, qr_text, summary, tell_all, time_of
from node.web.parts import Parts
from node.web.security import policy, policy_of
from node.web.wording import health as health_words

WATCHERS = ("admin", "key_officer", "supervisor", "leader", "reviewer", "approver")
"""Who sees how the stations below are."""
NUMBER = "/station/number"
"""A page that is needed by a station that may not seal, or is not filled again; others find it from the first page."""
TABS = (
    ("/station", "本站状态"),
    (NUMBER, "站点编号"),
    ("/station/backups", "备份"),
    ("/station/updates", "更新"),
    ("/stations", "下级站点"),
    ("/stations/requests", "待批申请"),
    ("/stations/invitations", "邀请"),
    ("/catalogue", "事项目录"),
    ("/calendar", "工作日历"),
    ("/certificates", "证书"),
    ("/seals", "印章登记册"),
    ("/own-seals", "单位印章"),
    ("/people", "人员"),
    ("/scanners", "扫描仪"),
)
"""Pages of 站点管理 in order; each shows to those whom its own policy lets in."""


@dataclass(frozen=True)
class Row:
    """A station in the list, in words."""

    health: StationHealth
    trouble: str
    line: str
    queue: str
    disk: str
    keys: Any
    backup: Any


def stations_blueprint(parts: Parts) -> Blueprint:
    """Routes of the health pages."""
    pages = Blueprint("stations", __name__)
    _add_own(pages, parts)
    _add_below(pages, parts)
    return pages


def _add_own(pages: Blueprint, parts: Parts) -> None:
    health = parts.health

    @pages.get("/station")
    @policy()
    def own() -> str:
        report = health.own()
        return render_template("station/own.html", report=report, told=tell_all(report), summary=summary(report))

    @pages.get("/station/qr.svg")
    @policy()
    def own_qr() -> AnyResponse:
        answer = make_response(parts.images.qr(qr_text(health.own())).svg())
        answer.content_type = "image/svg+xml"
        return answer


def _add_below(pages: Blueprint, parts: Parts) -> None:
    health = parts.health

    @pages.get("/stations")
    @policy(*WATCHERS)
    def below() -> str:
        found = health.below()
        name, township = request.args.get("q", "").strip(), request.args.get("township", "")
        townships = sorted({(one.station, one.name) for one in found if one.tier == "township"}, key=lambda pair: pair[1])
        shown = [one for one in found if name in one.name + one.station and township in ("", one.station, one.parent)]
        counts = {grade: sum(1 for one in shown if one.grade is grade) for grade in Grade}
        return render_template(
            "station/below.html", rows=[_row(one) for one in shown], counts=counts, townships=townships, q=name, township=township
        )

    @pages.get("/stations/<station_id>")
    @policy(*WATCHERS)
    def one(station_id: str) -> str:
        found = health.of(station_id)
        report = found.report
        return render_template("station/one.html", one=found, report=report, told=tell_all(report) if report else ())


def _row(one: StationHealth) -> Row:
    count = one.fact("queue_", "count")
    return Row(
        health=one,
        trouble=_trouble(one),
        line=health_words.LINE_WORDS.get(one.code("line_") or "", "—"),
        queue="—" if one.report is None else str(count or 0),
        disk=mib_text(one.fact("disk_", "free_mib")),
        keys=time_of(one.fact("certificate", "until")),
        backup=time_of(one.fact("backup", "at")),
    )


def _trouble(one: StationHealth) -> str:
    """What is worst at a station, in one line."""
    if one.is_revoked:
        return health_words.REVOKED
    if one.report is None:
        return health_words.NEVER_HEARD
    return labels(one.report, Grade.BAD) or labels(one.report, Grade.NOTE)


def tabs_of(app: Flask, is_number_wanted: Callable[[], bool]) -> Callable[[], Sequence[tuple[str, str, bool]]]:
    """What the row of tabs shows to whoever is logged in: (path, words, whether it is the page asked for)."""
    routes: dict[str, frozenset[str]] = {}

    def roles(endpoint: str) -> frozenset[str]:
        rule = policy_of(app, endpoint, None)
        return rule.roles if rule else frozenset()

    def tabs() -> Sequence[tuple[str, str, bool]]:
        if not routes:
            endpoints = {rule.rule: rule.endpoint for rule in current_app.url_map.iter_rules() if "GET" in (rule.methods or ())}
            routes.update({path: roles(endpoints[path]) for path, _ in TABS if path in endpoints})
        mine = set(g.session.person.roles)
        hidden = () if is_number_wanted() or request.path == NUMBER else (NUMBER,)
        allowed = [(path, words) for path, words in TABS if path in routes and (not routes[path] or routes[path] & mine)]
        shown = [(path, words) for path, words in allowed if path not in hidden]
        inside = [path for path, _ in shown if request.path == path or request.path.startswith(path + "/")]
        return [(path, words, path == max(inside, key=len, default="")) for path, words in shown]

    return tabs


def globals_of(app: Flask, numbers: Numbers) -> dict[str, Any]:
    """What the templates of 站点管理 call."""

    def is_number_wanted() -> bool:
        return numbers.standing.state() != ACTIVE or bool(numbers.awaited_names())

    return {"station_tabs": tabs_of(app, is_number_wanted), "h": health_text, "wh": health_words}

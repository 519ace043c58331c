"""The installation acceptance sheet (安装验收单): what the self-tests of a new station found, and what a technician ticks by hand."""

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from node.config import StationSettings
from node.station import Station
from node.upkeep.report import Report
from node.web import local_time, wording
from node.web.health_text import grade_word, summary, tell_all

SHEET = "安装验收单.html"
"""The file's name in the station's folder."""


def acceptance_html(settings: StationSettings, station: Station, report: Report, now: datetime) -> str:
    """The sheet as one file to print; it names the station and its parent, and nobody."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "sheets"), autoescape=True, trim_blocks=True)
    parent = station.directory.parent_of(station.station)
    return templates.get_template("acceptance.html").render(
        settings=settings,
        tier=wording.TIERS[str(settings.tier)],
        parent=None if parent is None else f"{station.name_of(parent)}（{parent}）",
        root=station.trust.root.digest,
        at=local_time.moment_text(now),
        summary=summary(report),
        lines=[(grade_word(str(one.grade)), one) for one in tell_all(report)],
    )

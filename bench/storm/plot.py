"""`python -m bench.storm.plot RESULTS SVG`: how time, work and memory grow with the villages, drawn from what storms have left."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

PANEL_W, PANEL_H = 330, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 34, 40
COLOURS = ("#1f5fa8", "#b5482a", "#3b7d3b")
Result = Mapping[str, Any]


@dataclass(frozen=True)
class Curve:
    """One curve of a panel: its name, and the value of one storm."""

    name: str
    value: Callable[[Result], float]


@dataclass(frozen=True)
class Panel:
    """A picture of its own; `line` is a bound that is drawn across."""

    title: str
    curves: Sequence[Curve]
    line: float | None = None


def _county(result: Result, what: str) -> float:
    return float(result["uses"]["county"][what])


def _townships(result: Result, what: str) -> float:
    return max(float(use[what]) for name, use in result["uses"].items() if name.startswith("township"))


PANELS = (
    Panel(
        "seconds until",
        (
            Curve("every village knows all forms to be at the county", lambda one: float(one["took_s"])),
            Curve("all scans are there too", lambda one: float(one["quiet_s"])),
        ),
    ),
    Panel(
        "seconds of CPU",
        (Curve("county", lambda one: _county(one, "cpu_s")), Curve("the busiest township", lambda one: _townships(one, "cpu_s"))),
    ),
    Panel(
        "most memory, MB",
        (Curve("county", lambda one: _county(one, "peak_mb")), Curve("the largest township", lambda one: _townships(one, "peak_mb"))),
        line=250,
    ),
)


def main() -> int:
    """Draw it."""
    results, picture = Path(sys.argv[1]), Path(sys.argv[2])
    picture.write_text(drawn(json.loads(results.read_text(encoding="utf-8"))), encoding="utf-8")
    return 0


def drawn(results: Sequence[Result]) -> str:
    """The picture: one panel beside the other, the number of villages to the right in each."""
    width = PANEL_W * len(PANELS)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {PANEL_H}" font-family="sans-serif" font-size="11">'
    body = [part for at, panel in enumerate(PANELS) for part in _panel(panel, results, at * PANEL_W)]
    return "\n".join([head, f'<rect width="{width}" height="{PANEL_H}" fill="#fff"/>', *body, "</svg>"]) + "\n"


def _panel(panel: Panel, results: Sequence[Result], left: float) -> Iterator[str]:
    sizes = [int(one["villages"]) for one in results]
    most_x = max(sizes)
    values = [curve.value(one) for curve in panel.curves for one in results]
    most_y = _round_up(max([*values, panel.line or 0.0]))

    def x(size: float) -> float:
        return left + LEFT + (PANEL_W - LEFT - RIGHT) * size / most_x

    def y(value: float) -> float:
        return PANEL_H - BOTTOM - (PANEL_H - TOP - BOTTOM) * value / most_y

    yield _text(left + LEFT, 18, panel.title, "start", "bold")
    for step in range(5):
        value = most_y * step / 4
        yield f'<path d="M{x(0):.1f} {y(value):.1f}H{x(most_x):.1f}" stroke="#ddd"/>'
        yield _text(x(0) - 6, y(value) + 4, f"{value:g}", "end")
    for size in sizes:
        yield _text(x(size), PANEL_H - BOTTOM + 16, str(size), "middle")
    yield _text(x(most_x / 2), PANEL_H - 8, "villages", "middle")
    if panel.line is not None:
        yield f'<path d="M{x(0):.1f} {y(panel.line):.1f}H{x(most_x):.1f}" stroke="#888" stroke-dasharray="4 3"/>'
    for at, curve in enumerate(panel.curves):
        points = [(x(size), y(curve.value(one))) for size, one in zip(sizes, results, strict=True)]
        joined = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        yield f'<polyline points="{joined}" fill="none" stroke="{COLOURS[at]}" stroke-width="2"/>'
        yield from (f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3" fill="{COLOURS[at]}"/>' for px, py in points)
        yield _text(x(0) + 6, TOP + 12 + 14 * at, curve.name, "start", colour=COLOURS[at])


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 6, 8, 10 times a power of ten."""
    power = 1.0
    while power * 10 <= value:
        power *= 10
    return next(step * power for step in (1, 2, 3, 4, 6, 8, 10) if step * power >= value)


def _text(x: float, y: float, words: str, anchor: str, weight: str = "normal", colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" fill="{colour}">{escape(words)}</text>'


if __name__ == "__main__":
    sys.exit(main())

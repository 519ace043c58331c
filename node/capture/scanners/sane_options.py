"""What `scanimage` tells of devices and their options, and what it is told for one job.

Source: sane-backends, scanimage(1): `-f`, `-A`, `--batch`; sane/sane.h: status codes, which are its exit codes.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from node.capture.scanners.values import A4_MM, DUPLEX, FEEDER, FLATBED, MOST_PAGES, Device, ScanWish, shown_name

SANE = "sane"
LISTED = "%d\t%v\t%m\t%t%n"
"""One device a line: name, maker, model, kind."""
NOT_FOR_PAPER = ("v4l:",)
"""Cameras, which have a page of their own."""
CODES = {3: "busy", 6: "jam", 7: "no_paper", 8: "cover_open", 9: "lost", 11: "denied"}
"""By exit code."""
NO_DOCS = 7
_OPTION = re.compile(r"^ +(--?[a-z][a-z-]*) ?(.*?)(?: \[([^\]]*)\])?$")


@dataclass(frozen=True)
class Options:
    """What a device lets one choose: sources and colours by our names, resolutions as single ones or a span, and the glass in mm."""

    sources: dict[str, str]
    colours: dict[str, str]
    single: tuple[float, ...]
    span: tuple[float, float] | None
    size: tuple[float | None, float | None]

    def nearest(self, dpi: int) -> str | None:
        """The least resolution of at least so many dots per inch, or the most; None where there is no choice."""
        if self.span is not None:
            return f"{max(self.span[0], min(float(dpi), self.span[1])):g}"
        if not self.single:
            return None
        return f"{min((one for one in self.single if one >= dpi), default=max(self.single)):g}"


def read_devices(text: str) -> list[Device]:
    """The devices of a listing, without those that are no scanners."""
    found = []
    for line in text.splitlines():
        place, _, rest = line.partition("\t")
        parts = rest.split("\t")
        if len(parts) == 3 and place.isprintable() and place and not place.startswith(("-", *NOT_FOR_PAPER)):
            found.append(Device(SANE, place, shown_name(*parts[:2]) or shown_name(place)))
    return found


def read_options(text: str) -> Options:
    """The options of a device, by what `-A` prints."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if (option := _OPTION.match(line)) is not None and option[3] != "inactive":
            found.setdefault(option[1], option[2])
    choices = {name: [one.strip() for one in values.split("|")] for name, values in found.items()}
    single, span = _numbers(found.get("--resolution", ""))
    size = (_most(found.get("-x", "")), _most(found.get("-y", "")))
    return Options(_sources(choices.get("--source", ())), _colours(choices.get("--mode", ())), single, span, size)


def order(device: Device, options: Options, wish: ScanWish, pattern: str) -> list[str]:
    """The arguments for a job whose pages become files named by `pattern`."""
    told = ["-d", device.place, "--format=jpeg", "--progress", f"--batch={pattern}", "--batch-print"]
    told.append(f"--batch-count={1 if wish.source == FLATBED else MOST_PAGES}")
    if name := options.sources.get(wish.source):
        told += ["--source", name]
    if mode := options.colours.get("colour" if wish.colour == "colour" else "grey") or next(iter(options.colours.values()), None):
        told += ["--mode", mode]
    if (dpi := options.nearest(wish.dpi)) is not None:
        told += ["--resolution", dpi]
    for name, whole, most in zip(("-x", "-y"), A4_MM, options.size, strict=True):
        told += [] if most is None else [name, f"{min(whole, most):g}"]
    return told


def _sources(names: Iterable[str]) -> dict[str, str]:
    """By our names; a device without a choice has a glass."""
    found: dict[str, str] = {}
    for name in names:
        low = name.lower()
        is_feeder = "adf" in low or "feeder" in low or "duplex" in low
        found.setdefault(DUPLEX if "duplex" in low else FEEDER if is_feeder else FLATBED, name)
    return found or {FLATBED: ""}


def _colours(names: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        low = name.lower()
        if "color" in low or "colour" in low:
            found.setdefault("colour", name)
        elif "gray" in low or "grey" in low:
            found.setdefault("grey", name)
    return found


def _numbers(told: str) -> tuple[tuple[float, ...], tuple[float, float] | None]:
    """`1..1200dpi (in steps of 1)` is a span, `75|150|300dpi` are single ones."""
    values = re.split(r"[a-z(]", told.strip())[0].strip()
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)", values):
        return (), (float(found[1]), float(found[2]))
    return tuple(float(one) for one in values.split("|") if re.fullmatch(r"\d+(\.\d+)?", one)), None


def _most(told: str) -> float | None:
    _, span = _numbers(told)
    return span[1] if span else None

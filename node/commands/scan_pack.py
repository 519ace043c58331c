"""`scan pack`: photographs become pages as a case would keep them, all in one PDF. Needs no station."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from node.commands.wording import say
from node.errors import MaterialError
from node.scanning.finding.eyes import Eyes
from node.scanning.intake import Cleaned, IntakeProcess
from node.scanning.shot import Plan
from node.web.wording import WARNINGS, error_text

DONE = 0
USER_MUST_ACT = 2
_CARD_SIDES = 2


def pack(arguments: argparse.Namespace) -> int:
    """`scan pack IMAGES… --out FILE`: finds the sheet on each picture, straightens it and writes all pages as one PDF.

    With `--card` the one or two pictures are the sides of an ID card, which come on one sheet at their true size. A picture that cannot be
    opened is told, and nothing is written.
    """
    with closing(Eyes()) as eyes, closing(IntakeProcess()) as intake:
        try:
            pages = list(_pages(eyes, intake, arguments))
            Path(arguments.out).write_bytes(intake.join([page.data for page in pages]))
        except MaterialError as error:
            print(say("scan_file_wrong", file=error.facts.get("file", ""), why=error_text(error)), file=sys.stderr)
            return USER_MUST_ACT
        except OSError as error:
            why = say("scan_unreadable", why=error.strerror or type(error).__name__)
            print(say("scan_file_wrong", file=error.filename or "", why=why), file=sys.stderr)
            return USER_MUST_ACT
    for number, page in enumerate(pages, 1):
        told = "；".join(WARNINGS[warning] for warning in page.warnings)
        print(say("scan_packed", page=number, width=page.width, height=page.height, kib=f"{len(page.data) / 1024:.0f}", warnings=told))
    return DONE


def _pages(eyes: Eyes, intake: IntakeProcess, arguments: argparse.Namespace) -> Iterator[Cleaned]:
    """The pages one after the other.

    Raises:
        MaterialError: one cannot be made; with the fact `file`.
    """
    if arguments.card:
        yield _card(eyes, intake, arguments)
        return
    for file in arguments.images:
        with _naming(file):
            raw = Path(file).read_bytes()
            (plan,) = _plans(eyes, raw, arguments, "page", 1)
            yield intake.develop(raw, plan)


@contextmanager
def _naming(file: str) -> Iterator[None]:
    try:
        yield
    except MaterialError as error:
        error.facts["file"] = file
        raise


def _card(eyes: Eyes, intake: IntakeProcess, arguments: argparse.Namespace) -> Cleaned:
    """Both sides on one picture, or a picture for each."""
    files = arguments.images[:_CARD_SIDES]
    with _naming("、".join(files)):
        first, *others = (Path(file).read_bytes() for file in files)
        if others:
            plans = [_plans(eyes, raw, arguments, "card", 1)[0] for raw in (first, others[0])]
            return intake.card(first, plans[0], others[0], plans[1])
        front, back = _plans(eyes, first, arguments, "card", _CARD_SIDES)
        return intake.card(first, front, first, back)


def _plans(eyes: Eyes, raw: bytes, arguments: argparse.Namespace, wanted: str, count: int) -> Sequence[Plan]:
    """A plan for each of so many sheets on the picture; of the whole picture where no sheet is found."""
    plain = Plan(colour=arguments.colour, paper=arguments.paper)
    sheets = [] if raw.startswith(b"%PDF-") else list(eyes.look(raw, wanted).sheets[:count])
    if count > 1:
        sheets.sort(key=lambda corners: sum(y for _, y in corners))  # the upper one is the front
    found = [replace(plain, corners=corners) for corners in sheets]
    return found + [plain] * (count - len(found))

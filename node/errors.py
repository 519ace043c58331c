"""What a node refuses, sorted by who must act. Errors carry facts; the Chinese sentences are in `web/wording.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class NodeError(Exception):
    """The user must do something else."""


class NotAllowedError(NodeError):
    """This person may not do this here; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CaseNotFoundError(NodeError):
    """No such case at this station, or none that this person may see."""

    def __init__(self, case_number: str) -> None:
        super().__init__(case_number)
        self.case_number = case_number


class NotFoundError(NodeError):
    """No such thing of kind `kind`: `item`, `material`, `person`, `letter`, `document` ..."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} {name}")
        self.kind = kind
        self.name = name


class TransitionError(NodeError):
    """The table has no such row, or the row is another role's, tier's or desk's."""

    def __init__(self, state: str, event: str, code: str) -> None:
        super().__init__(f"{event} in {state}: {code}")
        self.state = state
        self.event = event
        self.code = code


class StaleError(NodeError):
    """Somebody else, or another tab, was first. `code` is `answers`, `head` or `shown`; `facts` hold both sides."""

    def __init__(self, code: str, facts: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.facts = dict(facts)


class MaterialError(NodeError):
    """A file cannot be kept; `code` is `empty`, `too_large`, `too_many_pixels`, `unknown_kind`, `damaged` or `locked_pdf`."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class QualityError(MaterialError):
    """The quality gate finds fault with a picture, and nobody has said that it is to be kept all the same. `findings` are all of it."""

    def __init__(self, findings: Sequence[Any]) -> None:
        super().__init__("quality", codes=[one.code for one in findings])
        self.findings = tuple(findings)


class RequestError(NodeError):
    """What was sent makes no sense; `code` says what, `facts` what to change."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class ScannerError(NodeError):
    """A scanner did not do what it was asked; `code` says why, as far as it tells: `busy`, `jam`, `no_paper`, `cover_open`, `slow` ..."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class EnrolmentError(RequestError):
    """An invitation, request or answer cannot be used; `code` says why, `facts` with what."""


class DrawingError(RequestError):
    """A document or a seal's picture could not be made; `code` says why: `drawing_slow`, `drawing_failed`, `picture_...`, `seal_...`."""


class GlyphError(DrawingError):
    """The fonts lack `characters`, so that what was to be printed or sealed would not show them."""

    def __init__(self, characters: str) -> None:
        super().__init__("glyph", characters=characters)
        self.characters = characters


@dataclass(frozen=True)
class Fault:
    """What is wrong with one line of a list of stations or of a calendar: which line (from 1, 0 for the whole), which column, and why."""

    row: int
    column: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class StationsError(EnrolmentError):
    """A list of stations has faults, and no invitation was made. `faults` are all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("stations_faults", number=len(faults))
        self.faults = tuple(faults)


class CalendarError(RequestError):
    """A work calendar has faults, and nothing of it was kept. `faults` are all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("calendar_faults", number=len(faults))
        self.faults = tuple(faults)


class LintError(RequestError):
    """An item may not be published as it is. `findings` are what the lint says of it, of which at least one refuses."""

    def __init__(self, item: str, findings: Sequence[Any]) -> None:
        super().__init__("catalogue_lint", item=item, number=sum(one.level == "refuse" for one in findings))
        self.item = item
        self.findings = tuple(findings)


class LoginError(NodeError):
    """Not let in; `code` is `wrong` (name or password, never which), `locked` or `busy`."""

    def __init__(self, code: str, wait_s: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.wait_s = wait_s


class ConfigError(NodeError):
    """`node.toml` cannot be used; `name` is the setting, `code` is `unknown`, `missing` or `bad`."""

    def __init__(self, name: str, code: str) -> None:
        super().__init__(f"{name}: {code}")
        self.name = name
        self.code = code


class StoreError(NodeError):
    """The database or the disk would not."""


class DiskFullError(StoreError):
    """No room; nothing was kept of what was tried."""


class BusyError(StoreError):
    """The database stayed locked."""


class CorruptError(StoreError):
    """The database is damaged, was made by a newer program, or does not open with this key."""

"""Case numbers (办件编号) made offline: station, day, serial, check digit; and the short number (短号) to say aloud."""

from dataclasses import dataclass
from datetime import date

from node.errors import RequestError


def check_digit(digits: str) -> str:
    """The digit that completes `digits`. Source: ISO 7064, MOD 11,10 (hybrid system)."""
    product = 10
    for character in digits:
        total = (int(character) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


@dataclass(frozen=True)
class CaseNumber:
    """A case number in its parts: station id (14 digits), day, serial of that day from 1 to 9999."""

    station: str
    day: date
    serial: int

    def __str__(self) -> str:
        """The 25 digits."""
        digits = f"{self.station}{self.day:%y%m%d}{self.serial:04d}"
        return digits + check_digit(digits)

    @property
    def short(self) -> str:
        """`1122-07`: month and day, then the serial; unique per station and year."""
        return f"{self.day.month:02d}{self.day.day:02d}-{self.serial:02d}"


def read_case_number(text: str) -> CaseNumber:
    """The parts of a long case number.

    Raises:
        RequestError: `case_number` not 25 digits, a wrong check digit, or no such day.
    """
    if len(text) != 25 or not (text.isascii() and text.isdigit()) or check_digit(text[:24]) != text[24]:
        raise RequestError("case_number", given=text)
    try:
        day = date(2000 + int(text[14:16]), int(text[16:18]), int(text[18:20]))
    except ValueError as error:
        raise RequestError("case_number", given=text) from error
    return CaseNumber(text[:14], day, int(text[20:24]))

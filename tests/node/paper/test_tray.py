"""The tray: parts of several sheets wait side by side, in any order, and not for ever."""

from datetime import UTC, datetime, timedelta

from node.paper.codes import Part
from node.paper.tray import KEPT_FOR, MOST_SHEETS, Tray

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def part(sheet: int, number: int, of: int = 2) -> Part:
    return Part("parcel", sheet.to_bytes(8, "big"), number, of, b"x")


def test_a_sheet_is_whole_with_its_last_part_and_stays_so_until_it_is_dropped() -> None:
    tray = Tray()
    assert tray.put(part(1, 2), NOW) == (part(1, 2),)
    assert tray.put(part(1, 2), NOW) == (part(1, 2),)
    assert tray.put(part(2, 1), NOW) == (part(2, 1),)
    assert tray.put(part(1, 1), NOW) == (part(1, 1), part(1, 2))
    assert tray.put(part(1, 1), NOW) == (part(1, 1), part(1, 2))
    tray.drop(part(1, 2))
    assert len(tray) == 1
    assert tray.put(part(1, 1), NOW) == (part(1, 1),)


def test_parts_of_the_same_parcel_cut_otherwise_are_not_mixed() -> None:
    tray = Tray()
    tray.put(part(1, 1, of=3), NOW)
    assert tray.put(part(1, 2, of=2), NOW) == (part(1, 2, of=2),)


def test_what_nobody_completes_is_dropped_after_a_while() -> None:
    tray = Tray()
    tray.put(part(1, 1), NOW)
    tray.put(part(2, 1), NOW + KEPT_FOR + timedelta(seconds=1))
    assert len(tray) == 1


def test_the_oldest_sheet_makes_room_when_there_are_too_many() -> None:
    tray = Tray()
    for sheet in range(MOST_SHEETS + 5):
        tray.put(part(sheet, 1), NOW + timedelta(seconds=sheet))
    assert len(tray) == MOST_SHEETS
    assert len(tray.put(part(0, 2), NOW + timedelta(seconds=99))) == 1

"""Case numbers: made offline, checked by anyone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.casework.case_number import CaseNumber, check_digit, read_case_number
from node.errors import RequestError


def test_the_check_digit_of_the_standards_example() -> None:
    assert check_digit("0794") == "5"  # Source: ISO 7064, example for MOD 11,10


def test_a_number_is_read_back() -> None:
    number = CaseNumber("13102510520101", date(2026, 11, 22), 7)
    assert len(str(number)) == 25
    assert read_case_number(str(number)) == number
    assert number.short == "1122-07"
    assert CaseNumber("13102510520101", date(2026, 11, 22), 123).short == "1122-123"


@given(st.integers(0, 24), st.integers(1, 9), st.integers(1, 9999))
def test_every_single_wrong_digit_is_refused(place: int, shift: int, serial: int) -> None:
    good = str(CaseNumber("13102510520101", date(2026, 11, 22), serial))
    bad = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    with pytest.raises(RequestError):
        read_case_number(bad)


@pytest.mark.parametrize("text", ["", "1122-07", "1" * 24, "１" * 25, "13102510520101261332000" + "78"])
def test_what_is_not_a_case_number_is_refused(text: str) -> None:
    with pytest.raises(RequestError):
        read_case_number(text)

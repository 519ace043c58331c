"""A village and its township on one clock, for every test of carrying."""

import pytest

from tests.sync.fakes import TOWN, VILLAGE, FakeClock, Station


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def village(clock: FakeClock) -> Station:
    return Station(VILLAGE, clock)


@pytest.fixture
def town(clock: FakeClock) -> Station:
    return Station(TOWN, clock)

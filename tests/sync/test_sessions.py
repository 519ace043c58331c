"""Challenges and tokens: good once, for a while, and cheap to give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import DoorError
from sync.sessions import CHALLENGE_S, MAX_SESSIONS_PER_STATION, SESSION_S, Sessions
from tests.sync.fakes import OTHER, VILLAGE, FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sessions(clock: FakeClock) -> Sessions:
    return Sessions(clock.now)


def test_a_challenge_is_good_for_two_minutes(sessions: Sessions, clock: FakeClock) -> None:
    challenge = sessions.challenge(VILLAGE)
    clock.advance(CHALLENGE_S)
    assert sessions.is_good(challenge, VILLAGE)
    clock.advance(1)
    assert not sessions.is_good(challenge, VILLAGE)


def test_a_challenge_is_good_once(sessions: Sessions) -> None:
    challenge = sessions.challenge(VILLAGE)
    sessions.open(challenge, VILLAGE)
    assert not sessions.is_good(challenge, VILLAGE)
    with pytest.raises(DoorError):
        sessions.open(challenge, VILLAGE)


def test_a_challenge_is_good_for_its_station_and_its_door(sessions: Sessions, clock: FakeClock) -> None:
    challenge = sessions.challenge(VILLAGE)
    assert not sessions.is_good(challenge, OTHER)
    assert not Sessions(clock.now).is_good(challenge, VILLAGE)


@given(st.text(max_size=80))
def test_no_invented_challenge_is_good(challenge: str) -> None:
    assert not Sessions(FakeClock().now).is_good(challenge, VILLAGE)


def test_a_longer_life_cannot_be_written_into_a_challenge(sessions: Sessions) -> None:
    nonce, until, proof = sessions.challenge(VILLAGE).split(".")
    assert not sessions.is_good(f"{nonce}.{int(until) + 1}.{proof}", VILLAGE)


def test_a_token_runs_out(sessions: Sessions, clock: FakeClock) -> None:
    session = sessions.open(sessions.challenge(VILLAGE), VILLAGE)
    assert sessions.station(session.token) == VILLAGE
    clock.advance(SESSION_S)
    with pytest.raises(DoorError, match="no_session"):
        sessions.station(session.token)


def test_an_unknown_token_is_nobodys(sessions: Sessions) -> None:
    with pytest.raises(DoorError, match="no_session"):
        sessions.station("")


def test_a_station_keeps_only_its_newest_tokens(sessions: Sessions) -> None:
    tokens = [sessions.open(sessions.challenge(VILLAGE), VILLAGE).token for _ in range(MAX_SESSIONS_PER_STATION + 1)]
    assert len(set(tokens)) == len(tokens)
    with pytest.raises(DoorError):
        sessions.station(tokens[0])
    assert [sessions.station(token) for token in tokens[1:]] == [VILLAGE] * MAX_SESSIONS_PER_STATION

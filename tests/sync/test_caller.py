"""The child's side of a session."""

import threading

import pytest

from sync.caller import Caller
from sync.errors import DoorError, LinkDownError
from sync.exchange import Letterbag
from sync.sessions import SESSION_S
from tests.sync.fakes import OTHER, TOWN, VILLAGE, DoorWire, FakeClock, Station, digest, identity

EMPTY = Letterbag(down_bytes=4096).to_bytes()


@pytest.fixture
def town() -> Station:
    return Station(TOWN, FakeClock())


def test_it_says_hello_once(town: Station) -> None:
    wire = DoorWire(town)
    caller = Caller(wire, identity(), TOWN)
    for _ in range(3):
        assert caller.exchange(EMPTY) is None
    assert wire.calls == ["hello", "session", "exchange", "exchange", "exchange"]


def test_it_says_hello_again_when_the_session_has_run_out(town: Station) -> None:
    wire = DoorWire(town)
    caller = Caller(wire, identity(), TOWN)
    caller.exchange(EMPTY)
    town.clock.advance(SESSION_S)
    assert caller.exchange(EMPTY) is None
    assert wire.calls.count("hello") == 2


def test_several_threads_share_one_hello(town: Station) -> None:
    wire = DoorWire(town)
    caller = Caller(wire, identity(), TOWN)
    threads = [threading.Thread(target=caller.exchange, args=(EMPTY,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert (wire.calls.count("hello"), wire.calls.count("exchange")) == (1, 8)


def test_a_station_that_is_not_believed_is_told_so(town: Station) -> None:
    me = identity()
    liar = Caller(DoorWire(town), type(me)(VILLAGE, me.signer, lambda message: bytes(32)), TOWN)
    with pytest.raises(LinkDownError, match="not_admitted"):
        liar.exchange(EMPTY)


def test_another_station_than_the_parent_is_not_answered(town: Station) -> None:
    with pytest.raises(LinkDownError, match="wrong_station"):
        Caller(DoorWire(town), identity(), OTHER).exchange(EMPTY)


def test_a_no_about_what_was_asked_is_passed_on(town: Station) -> None:
    with pytest.raises(DoorError, match="unknown_enclosure"):
        Caller(DoorWire(town), identity(), TOWN).enclosure(digest(b"x"))


def test_a_piece_of_another_length_is_not_taken(town: Station) -> None:
    enclosure_id = town.shelf.put(bytes(1000))
    short = Caller(DoorWire(town, after=lambda name, answer: answer[:-1]), identity(), TOWN)
    with pytest.raises(LinkDownError, match="bad_answer"):
        short.get_piece(enclosure_id, 0, 1000)

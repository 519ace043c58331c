"""The bell from the caller's side: mail is fetched at once, and where there is no bell, or a bad one, the parent is asked now and then."""

import threading
from collections.abc import Iterator, Sequence

import pytest

from sync.caller import Caller
from sync.courier import Courier
from sync.door import Door
from sync.ear import DEAF_S, Ear
from sync.errors import DoorError, LinkDownError
from sync.sessions import Session
from tests.sync.fakes import TOWN, VILLAGE, DoorWire, FakeClock, Station, courier, identity, parcel, verify


class BellWire(DoorWire):
    """A wire to a door with a bell."""

    is_broken = False

    def session(self, challenge: str, station: str, signer: str, signature: bytes, certificates: Sequence[bytes] = ()) -> Session:
        opened = super().session(challenge, station, signer, signature, certificates)
        return Session(opened.token, opened.expires_s, ("bell",))

    def bell(self, token: str, wait_s: float) -> bool:
        self.calls.append("bell")
        if self.is_broken:
            raise LinkDownError("broken")
        return self.station.door.bell(token, wait_s)


@pytest.fixture
def town(clock: FakeClock) -> Iterator[Station]:
    made = Station(TOWN, clock)
    made.door = Door(TOWN, made.outbox, made.shelf, made.receiver, verify, clock, bell_places=2)
    yield made
    made.door.rope.close()


class Running:
    """A courier in a thread of its own, that would look by itself only after a minute."""

    def __init__(self, carrier: Courier) -> None:
        self.stop, self.wake = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=carrier.run, args=(self.stop, self.wake), daemon=True)
        self.thread.start()

    def end(self) -> None:
        self.stop.set()
        self.wake.set()
        self.thread.join(10)
        assert not self.thread.is_alive()


def test_what_is_queued_at_the_parent_is_fetched_at_once(village: Station, town: Station) -> None:
    waits, came = threading.Event(), threading.Event()
    wait, take_in = town.door.rope.wait, village.receiver.take_in

    def waiting(*args: object) -> bool:
        waits.set()
        return wait(*args)  # type: ignore[arg-type]

    def taking(*args: object) -> object:
        came.set()
        return take_in(*args)  # type: ignore[arg-type]

    town.door.rope.wait = waiting  # type: ignore[method-assign,assignment]  # a bell that tells when somebody waits
    village.receiver.take_in = taking  # type: ignore[method-assign,assignment]  # a mailroom that tells when something comes
    run = Running(courier(village, BellWire(town), poll_s=60.0))
    assert waits.wait(10)
    town.outbox.queue(VILLAGE, parcel(1, TOWN, (VILLAGE,)))
    town.door.rope.ring()
    assert came.wait(10)
    run.end()


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def ear(town: Station, heard: list[str]) -> Ear:
    return Ear(caller_of(town), lambda: heard.append("heard"))


def caller_of(town: Station, wire: DoorWire | None = None) -> Caller:
    caller = Caller(wire or BellWire(town), identity(), TOWN)
    caller.greet()
    return caller


def outcome(ear: Ear) -> bool | None:
    """What the ear says when its call has come back."""
    assert ear.listen(0) is None
    assert ear._thread is not None
    ear._thread.join(10)
    return ear.listen(0)


def test_a_ring_says_go_and_look(ear: Ear, town: Station, heard: list[str]) -> None:
    town.outbox.queue(VILLAGE, parcel(1, TOWN, (VILLAGE,)))
    assert outcome(ear) is True
    assert heard == ["heard"]


def test_a_bell_that_rings_for_nothing_is_left_alone_for_a_while(ear: Ear, town: Station) -> None:
    town.outbox.queue(VILLAGE, parcel(1, TOWN, (VILLAGE,)))
    assert outcome(ear) is True
    ear.carried(moved=False)
    assert ear.listen(DEAF_S / 2) is False
    assert ear.listen(DEAF_S) is None


def test_a_line_that_breaks_under_the_bell_is_looked_at_once_and_the_bell_left_alone(town: Station, heard: list[str]) -> None:
    wire = BellWire(town)
    wire.is_broken = True
    ear = Ear(caller_of(town, wire), lambda: heard.append("heard"))
    assert outcome(ear) is True
    assert ear.listen(1) is False and heard == []


def test_a_door_without_a_bell_is_not_asked_for_one(town: Station) -> None:
    wire = DoorWire(town)
    assert Ear(caller_of(town, wire), lambda: None).listen(0) is False
    assert "bell" not in wire.calls


def test_when_too_many_wait_the_caller_comes_by_instead(town: Station) -> None:
    town.door.rope.places = 0
    wire = BellWire(town)
    ear = Ear(caller_of(town, wire), lambda: None)
    assert outcome(ear) is True
    assert ear.listen(1) is False
    with pytest.raises(DoorError, match="busy"):
        town.door.bell(token_of(town), 0.01)


def token_of(town: Station) -> str:
    caller = caller_of(town)
    assert caller._token is not None
    return caller._token

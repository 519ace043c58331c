"""The door from inside: who is let in, and what it takes and gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.chunks import MAX_PIECE_BYTES
from sync.door import MAX_CERTIFICATE_BYTES, MAX_CERTIFICATES
from sync.errors import DoorError
from sync.exchange import MAX_EXCHANGE_BYTES, Letterbag, Refusal
from sync.sessions import door_message
from tests.sync.fakes import OTHER, TOWN, VILLAGE, FakeClock, Station, digest, parcel, sign

SCAN = bytes(range(256)) * 400


@pytest.fixture
def town() -> Station:
    return Station(TOWN, FakeClock())


def let_in(town: Station, station: str = VILLAGE) -> str:
    greeting = town.door.hello(station)
    signature = sign(door_message(greeting.challenge, station, greeting.station), station)
    return town.door.session(greeting.challenge, station, digest(station.encode()), signature).token


def code_of(town: Station, token: str, enclosure_id: str, offset: int, data: bytes) -> str:
    with pytest.raises(DoorError) as caught:
        town.door.put_piece(token, enclosure_id, offset, data)
    return caught.value.code


def test_a_station_that_proves_itself_is_let_in(town: Station) -> None:
    assert town.door.exchange(let_in(town), Letterbag(down_bytes=4096).to_bytes()) is None


@pytest.mark.parametrize("wrong", ["challenge", "station", "signer", "signature", "door"])
def test_whoever_proves_something_else_is_not(town: Station, wrong: str) -> None:
    challenge = town.door.hello(VILLAGE).challenge
    answering = OTHER if wrong == "door" else TOWN
    signature = sign(door_message(challenge, VILLAGE, answering), VILLAGE)
    if wrong == "signature":
        signature = bytes([signature[0] ^ 1]) + signature[1:]
    given_challenge = town.door.hello(VILLAGE).challenge if wrong == "challenge" else challenge
    station = OTHER if wrong == "station" else VILLAGE
    signer = digest(b"another") if wrong == "signer" else digest(VILLAGE.encode())
    with pytest.raises(DoorError, match="not_admitted"):
        town.door.session(given_challenge, station, signer, signature)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=80), st.binary(max_size=300))
def test_nothing_said_at_the_door_gives_anything_but_a_door_error(challenge: str, station: str, signer: str, signature: bytes) -> None:
    town = Station(TOWN, FakeClock())
    with pytest.raises(DoorError):
        town.door.session(challenge, station, signer, signature)


@given(st.text(max_size=30))
def test_a_station_without_a_station_id_is_not_greeted(station: str) -> None:
    with pytest.raises(DoorError, match="bad_request"):
        Station(TOWN, FakeClock()).door.hello(station)


def test_nothing_is_done_without_a_session(town: Station) -> None:
    enclosure_id = town.shelf.put(SCAN)
    for call in (
        lambda: town.door.exchange("x", b""),
        lambda: town.door.enclosure("x", enclosure_id),
        lambda: town.door.put_piece("x", enclosure_id, 0, b"a"),
        lambda: town.door.get_piece("x", enclosure_id, 0, 1),
    ):
        with pytest.raises(DoorError, match="no_session"):
            call()


def test_what_was_given_stays_queued_until_its_receipt_comes(town: Station) -> None:
    token = let_in(town)
    town.outbox.queue(VILLAGE, parcel(1, TOWN, (VILLAGE,)))
    first = town.door.exchange(token, Letterbag(down_bytes=4096).to_bytes())
    assert first is not None
    assert town.door.exchange(token, Letterbag(down_bytes=4096).to_bytes()) == first
    village = Station(VILLAGE, FakeClock())
    receipts = village.receiver.take_in(Letterbag.from_bytes(first).parcels, TOWN, "network").receipts
    assert town.door.exchange(token, Letterbag(receipts, down_bytes=4096).to_bytes()) is None


def test_a_child_may_refuse(town: Station) -> None:
    token = let_in(town)
    (parcel_id,) = town.outbox.queue(VILLAGE, parcel(1, TOWN, (VILLAGE,)))
    assert town.door.exchange(token, Letterbag(refused=(Refusal(parcel_id, "signature"),)).to_bytes()) is None
    assert town.outbox.refused[VILLAGE] == {parcel_id: "signature"}
    let_in(town)
    assert VILLAGE not in town.outbox.refused


def test_a_child_gets_no_more_than_it_asked_for(town: Station) -> None:
    town.outbox.queue(VILLAGE, *(parcel(number, TOWN, (VILLAGE,), size=900) for number in range(1, 50)))
    answer = town.door.exchange(let_in(town), Letterbag(down_bytes=8000).to_bytes())
    assert answer is not None
    assert 1000 < len(answer) < 8500


def test_a_refused_parcel_is_named_in_the_answer(town: Station) -> None:
    data = parcel(3)
    spoilt = data[:-1] + bytes([data[-1] ^ 1])
    answer = town.door.exchange(let_in(town), Letterbag(parcels=(spoilt, parcel(4))).to_bytes())
    assert answer is not None
    bag = Letterbag.from_bytes(answer)
    assert bag.refused == (Refusal(digest(spoilt), "signature"),)
    assert len(bag.receipts) == 1


def test_an_exchange_that_is_no_records_or_too_large_is_refused(town: Station) -> None:
    token = let_in(town)
    with pytest.raises(DoorError, match="bad_request"):
        town.door.exchange(token, b"parcel 5\nabc")
    with pytest.raises(DoorError, match="too_large"):
        town.door.exchange(token, bytes(MAX_EXCHANGE_BYTES + 1))


def test_a_piece_comes_twice_and_is_kept_once(town: Station) -> None:
    token, enclosure_id = let_in(town), digest(SCAN)
    town.shelf.expect(enclosure_id, len(SCAN))
    first = town.door.put_piece(token, enclosure_id, 0, SCAN[:1000])
    assert town.door.put_piece(token, enclosure_id, 0, SCAN[:1000]) == first
    assert first.missing[0].offset == 1000
    for offset in range(1000, len(SCAN), 30_000):
        state = town.door.put_piece(token, enclosure_id, offset, SCAN[offset : offset + 30_000])
    assert state.missing == ()
    assert (VILLAGE, enclosure_id) in town.shelf.holders
    assert town.door.get_piece(token, enclosure_id, 500, 700) == SCAN[500:1200]


def test_an_enclosure_that_came_wrong_is_missing_again(town: Station) -> None:
    token, enclosure_id = let_in(town), digest(b"abc")
    town.shelf.expect(enclosure_id, 3)
    assert town.door.put_piece(token, enclosure_id, 0, b"abd").missing[0].length == 3
    assert town.door.put_piece(token, enclosure_id, 0, b"abc").missing == ()


def test_pieces_out_of_bounds_are_refused(town: Station) -> None:
    token, enclosure_id = let_in(town), digest(SCAN)
    town.shelf.expect(enclosure_id, len(SCAN))
    assert code_of(town, token, enclosure_id, len(SCAN) - 1, b"ab") == "bad_request"
    assert code_of(town, token, enclosure_id, -1, b"ab") == "bad_request"
    assert code_of(town, token, enclosure_id, 0, b"") == "bad_request"
    assert code_of(town, token, enclosure_id, 0, bytes(MAX_PIECE_BYTES + 1)) == "bad_request"
    assert code_of(town, token, "../etc/passwd", 0, b"ab") == "bad_request"
    assert code_of(town, token, digest(b"another"), 0, b"ab") == "unknown_enclosure"


def test_only_a_whole_enclosure_is_given(town: Station) -> None:
    token, enclosure_id = let_in(town), digest(SCAN)
    town.shelf.expect(enclosure_id, len(SCAN))
    with pytest.raises(DoorError, match="not_whole"):
        town.door.get_piece(token, enclosure_id, 0, 10)


def test_a_caller_that_is_not_known_is_let_in_once_its_certificates_prove_it(town: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[bytes] = []
    monkeypatch.setattr(town.door, "_meet", shown.extend)
    monkeypatch.setattr(town.door, "_verify_station", lambda station, signer, message, signature: b"good" in shown)
    challenge, who = town.door.hello(VILLAGE).challenge, (VILLAGE, digest(b"key"), b"signature")
    for certificates in ((), (b"bad",)):
        with pytest.raises(DoorError, match="not_admitted"):
            town.door.session(challenge, *who, certificates)
    for too_much in ((b"good",) * (MAX_CERTIFICATES + 1), (b"x" * (MAX_CERTIFICATE_BYTES + 1),)):
        with pytest.raises(DoorError, match="bad_request"):
            town.door.session(challenge, *who, too_much)
    assert shown == [b"bad"]
    assert town.door.session(challenge, *who, (b"good",)).token

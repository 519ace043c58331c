"""An authority: what it has issued, and its numbered lists, which other programs read too."""

import subprocess
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from node.enrolment.authority import LIST_LASTS, Authority
from node.enrolment.notices import Notices
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.mail.dispatch import Dispatch
from node.mail.receipts import ReceiptBook
from signing.revocations import parse_revocations
from tests.node.enrolment.conftest import Desk


@pytest.fixture
def judged() -> list[Sequence[bytes]]:
    return []


@pytest.fixture
def authority(township: Desk, judged: list[Sequence[bytes]]) -> Iterator[Authority]:
    store, station = township.store, township.station
    notices = Notices(station, store, Dispatch(station, store, ReceiptBook(station, store)))
    yield Authority(station, store, township.office.keys, notices, township.clock, judged.append)


def keys_of(authority: Authority, station: str) -> dict[str, str]:
    certificates = (held.certificate for held in authority.known() if held.certificate.station == station)
    return {one.usage: one.digest for one in certificates}


VILLAGE = "13102510520101"


def test_it_lists_what_it_issued_and_what_is_its_own(authority: Authority) -> None:
    held = {(one.certificate.usage, one.certificate.station): one for one in authority.known()}
    assert held["station_sign", VILLAGE].is_mine and not held["station_sign", VILLAGE].is_own
    assert held["station_sign", "13102510500001"].is_own and not held["station_sign", "13102510500001"].is_mine
    assert {one.state for one in authority.known()} == {"good"}
    assert not any(one.certificate.usage == "root" for one in authority.known())


def test_a_certificate_is_ending_ended_and_revoked_in_turn(authority: Authority, township: Desk) -> None:
    digest = keys_of(authority, VILLAGE)["station_sign"]
    until = township.trust.get(digest).not_after

    def state() -> str:
        return next(one.state for one in authority.known() if one.certificate.digest == digest)

    township.clock.at = until - timedelta(days=61)
    assert state() == "good"
    township.clock.at = until - timedelta(days=60)
    assert state() == "ending"
    township.clock.at = until + timedelta(seconds=1)
    assert state() == "ended"
    authority.revoke([digest], "superseded", by="test")
    assert state() == "revoked"


def test_each_list_has_the_next_number_and_all_that_was_taken_back_before(
    authority: Authority, township: Desk, judged: list[Sequence[bytes]]
) -> None:
    keys = keys_of(authority, VILLAGE)
    first = authority.revoke([keys["station_sign"]], "key_compromise", by="test")
    township.clock.move(hours=1)
    second = authority.revoke([keys["station_encrypt"]], "superseded", by="test")
    assert [first.number, second.number] == [1, 2]
    assert [one.reason for one in second.revoked].count("key_compromise") == 1 and len(second.revoked) == 2
    assert second.next_update - second.issued_at == LIST_LASTS
    (kept,) = township.store.certificates.all("revocations")
    assert parse_revocations(township.station.suite, kept.der).number == 2
    assert judged == [[first.der], [second.der]]
    assert {row.who for row in township.store.audit.page() if row.what == "certificate_revoked"} == {"test"}


def test_what_was_said_stands_unless_more_is_said(authority: Authority, township: Desk) -> None:
    """A second word moves the time back or says that the key was stolen; it makes nothing milder."""
    digest = keys_of(authority, VILLAGE)["station_sign"]
    township.clock.move(days=2)
    now = township.clock.now()
    authority.revoke([digest], "superseded", now, by="test")
    (entry,) = authority.revoke([digest], "cessation_of_operation", now, by="test").revoked
    assert entry.reason == "superseded"
    (entry,) = authority.revoke([digest], "key_compromise", now - timedelta(days=1), by="test").revoked
    assert (entry.reason, entry.at) == ("key_compromise", now - timedelta(days=1))
    (entry,) = authority.revoke([digest], "superseded", now, by="test").revoked
    assert (entry.reason, entry.at) == ("key_compromise", now - timedelta(days=1))


def test_a_station_goes_with_all_its_keys(authority: Authority) -> None:
    assert set(authority.of_station(VILLAGE)) == {keys_of(authority, VILLAGE)[usage] for usage in ("station_sign", "station_encrypt")}
    authority.revoke(authority.of_station(VILLAGE), "cessation_of_operation", by="test")
    assert authority.of_station(VILLAGE) == ()


def test_what_makes_no_sense_takes_nothing_back(authority: Authority, township: Desk) -> None:
    digest, now = keys_of(authority, VILLAGE)["station_sign"], township.clock.now()
    for wrong in (now + timedelta(hours=1), now - timedelta(days=30)):
        with pytest.raises(RequestError) as refused:
            authority.revoke([digest], "superseded", wrong, by="test")
        assert refused.value.code == "revoke_time"
    with pytest.raises(RequestError):
        authority.revoke([digest], "out of spite", by="test")
    with pytest.raises(NotFoundError):
        authority.revoke(["sha256:" + "0" * 64], "superseded", by="test")
    with pytest.raises(NotAllowedError) as other:
        authority.revoke([keys_of(authority, "13102510500001")["station_sign"]], "superseded", by="test")
    assert other.value.code == "not_issuer"
    assert township.store.certificates.all("revocations") == [] and authority.newest_list() is None


def test_the_list_goes_to_every_neighbour_once(authority: Authority, township: Desk) -> None:
    authority.revoke(authority.of_station(VILLAGE), "superseded", by="test")
    hops = {"13102500000001", VILLAGE}
    due = {hop: township.store.outbox.due(hop, 1 << 30) for hop in hops}
    assert {hop: len(parcels) for hop, parcels in due.items()} == dict.fromkeys(hops, 1)


def test_openssl_reads_the_list_as_it_was_made(authority: Authority, tmp_path: Path) -> None:
    keys = keys_of(authority, VILLAGE)
    authority.revoke([keys["station_sign"]], "key_compromise", by="test")
    listed = authority.revoke([keys["station_encrypt"]], "affiliation_changed", by="test")
    (tmp_path / "list.crl").write_bytes(listed.der)
    command = ["openssl", "crl", "-inform", "DER", "-in", str(tmp_path / "list.crl"), "-noout", "-text"]
    printed = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
    for words in ("Key Compromise", "Affiliation Changed", "X509v3 CRL Number", "Next Update: Feb 20 01:00:00 2027 GMT"):
        assert words in printed
    digits = printed.replace(":", "").upper()
    assert all(f"{entry.serial:X}" in digits for entry in listed.revoked)

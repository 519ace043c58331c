"""The register holds what proven certificates say, and nothing else."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from node.store import Store, open_store
from node.succession.register import Register, Succession
from signing.algorithms import suite
from signing.certificates import Certificate, CertificateProfile
from signing.issuing import enrol, issue_revocations
from signing.keys import FileSigner
from signing.revocations import Revocation
from signing.trust import TrustStore
from tests.signing.county import START, TOWNSHIP, VILLAGE, County, county

FIRST, SECOND, THIRD = f"{VILLAGE}01", f"{VILLAGE}02", f"{VILLAGE}03"
SUITE = suite("p256")
Learn = Callable[..., tuple[str, ...]]


@pytest.fixture
def made() -> County:
    return county("p256")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "station.db", digest=SUITE.digest)


@pytest.fixture
def trust(made: County) -> TrustStore:
    return TrustStore(SUITE, made.certificates["root"].der)


@pytest.fixture
def register(store: Store, trust: TrustStore) -> Register:
    return Register(store, trust)


def station(made: County, number: str, *, replaces: str = "", later: int = 0, name: str = "示例村") -> Certificate:
    profile = CertificateProfile(usage="station_sign", station=number, division=number[:12], tier="village", name=name, replaces=replaces)
    begin = START + timedelta(days=later)
    return enrol(SUITE, made.signer("township"), profile, begin, begin + timedelta(days=300)).certificate


def give(store: Store, trust: TrustStore, certificates: Iterable[Certificate]) -> list[Certificate]:
    kept = list(certificates)
    for one in kept:
        trust.add(one.der)
        store.certificates.put(one.digest, one.der, "certificate")
    return kept


def test_a_station_is_what_its_certificate_says_below_the_station_that_issued_it(
    made: County, store: Store, trust: TrustStore, register: Register
) -> None:
    give(store, trust, [made.certificates["township"]])
    assert register.learn(give(store, trust, [station(made, FIRST)])) == (FIRST,)
    entry = register.directory.entry(FIRST)
    assert entry is not None
    assert (entry.name, entry.tier, entry.parent) == ("示例村", "village", made.certificates["township"].station)


def test_what_no_issuer_proves_enters_nobody_until_the_issuer_comes(
    made: County, store: Store, trust: TrustStore, register: Register
) -> None:
    orphan = give(store, trust, [station(made, FIRST)])
    assert register.learn(orphan) == ()
    assert FIRST not in register.directory
    assert FIRST in register.learn_all(give(store, trust, [made.certificates["township"]]))
    assert FIRST in register.directory


def test_a_newer_certificate_changes_the_name_and_an_older_one_does_not(
    made: County, store: Store, trust: TrustStore, register: Register
) -> None:
    give(store, trust, [made.certificates["township"]])
    old, new = station(made, FIRST, name="旧名"), station(made, FIRST, later=5, name="新名")
    register.learn(give(store, trust, [new]))
    assert register.learn(give(store, trust, [old])) == ()
    entry = register.directory.entry(FIRST)
    assert entry is not None
    assert entry.name == "新名"


def test_a_successor_is_told_once_and_the_first_one_stays(made: County, store: Store, trust: TrustStore, register: Register) -> None:
    told: list[Succession] = []
    register.on_succession(told.append)
    give(store, trust, [made.certificates["township"]])
    second, third = station(made, SECOND, replaces=FIRST), station(made, THIRD, replaces=FIRST, later=9)
    register.learn(give(store, trust, [station(made, FIRST), second]))
    register.learn(give(store, trust, [third]))
    register.learn([second, third])
    assert told == [Succession(FIRST, SECOND)]
    assert register.directory.current(FIRST) == SECOND
    assert Register(store, trust).directory.current(FIRST) == SECOND


def test_a_station_that_was_taken_back_is_entered_when_nothing_is_known_of_it_and_changes_nothing_else(
    made: County, store: Store, trust: TrustStore, register: Register
) -> None:
    give(store, trust, [made.certificates["township"]])
    taken_back, renamed = station(made, SECOND, replaces=FIRST), station(made, FIRST, later=5, name="新名")
    register.learn(give(store, trust, [station(made, FIRST)]))
    revoked = [Revocation(one.serial, START, "key_compromise") for one in (taken_back, renamed)]
    trust.add_revocations(issue_revocations(SUITE, made.signer("township"), 1, revoked, START, START + timedelta(days=90)))
    assert register.learn(give(store, trust, [taken_back, renamed])) == (SECOND, FIRST)
    assert register.directory.current(FIRST) == SECOND
    entry = register.directory.entry(FIRST)
    assert entry is not None
    assert entry.name == "示例村"


def test_what_a_revoked_authority_issued_enters_nobody(made: County, store: Store, trust: TrustStore, register: Register) -> None:
    township = made.certificates["township"]
    give(store, trust, [township])
    revoked = [Revocation(township.serial, START, "key_compromise")]
    trust.add_revocations(issue_revocations(SUITE, made.signer("root"), 1, revoked, START, START + timedelta(days=90)))
    assert register.learn(give(store, trust, [station(made, SECOND, replaces=FIRST)])) == ()
    assert register.directory.current(FIRST) == FIRST


def test_a_township_cannot_say_who_stands_in_a_place_outside_of_it(made: County) -> None:
    other = f"{TOWNSHIP[:6]}999201"
    profile = CertificateProfile(
        usage="station_sign", station=f"{other}02", division=other, tier="village", name="示例", replaces=f"{other}01"
    )
    with pytest.raises(Exception, match="outside_issuer"):
        enrol(SUITE, made.signer("township"), profile, START, START + timedelta(days=30))


def test_an_authority_that_proves_nothing_makes_nobody_read_everything_anew(
    store: Store, trust: TrustStore, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    end, profile = START + timedelta(days=300), CertificateProfile(usage="root", division="131025000000", tier="county", name="示例")
    key, root = enrol(SUITE, None, profile, START, end)
    forged = enrol(SUITE, FileSigner(SUITE, key, root), replace(profile, usage="authority"), START, end).certificate
    give(store, trust, [forged])
    monkeypatch.setattr(register, "rebuild", lambda: pytest.fail("everything was read anew"))
    assert register.learn_all([forged]) == ()


@pytest.mark.parametrize("replaces", ["", f"{TOWNSHIP}01"])
def test_a_township_that_certifies_its_own_station_enters_nobody(
    made: County, store: Store, trust: TrustStore, register: Register, replaces: str
) -> None:
    give(store, trust, [made.certificates["township"]])
    profile = CertificateProfile(
        usage="station_sign", station=f"{TOWNSHIP}02", division=TOWNSHIP, tier="township", name="示例镇", replaces=replaces
    )
    own = enrol(SUITE, made.signer("township"), profile, START, START + timedelta(days=300)).certificate
    assert register.learn(give(store, trust, [own])) == ()
    assert own.station not in register.directory and register.directory.current(f"{TOWNSHIP}01") == f"{TOWNSHIP}01"


def test_a_station_that_is_known_by_its_successor_alone_is_told_of_too(
    made: County, store: Store, trust: TrustStore, register: Register
) -> None:
    give(store, trust, [made.certificates["township"]])
    assert set(register.learn(give(store, trust, [station(made, SECOND, replaces=FIRST)]))) == {FIRST, SECOND}

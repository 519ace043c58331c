"""Founding on one machine: real keys, certificates and stores, in both suites."""

import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from node.commands.demo_county import PEOPLE, SEALS, STATIONS
from node.config import EnclosureSettings, load_config, write_config
from node.enrolment.founding import Above, NewPerson, NewStation, enrol_person, found_station
from node.enrolment.office import opened
from node.errors import NotAllowedError, RequestError
from node.folder import StationFolder
from node.roles import Role, Tier
from node.staff.keyring import SEAL_OF, unattended_key, unattended_signer
from node.store import Store
from signing.algorithms import suite as suite_of
from signing.certificates import parse_certificate
from signing.custody import custodians
from signing.errors import KeyFileError
from signing.seal import parse_seal
from signing.trust import TrustStore
from tests.fakes import START, SetClock
from tests.founding import founded_county

COUNTY = NewStation("示例县", Tier.COUNTY, "131025000000", suite="p256")
TOWNSHIP = NewStation("示例镇", Tier.TOWNSHIP, "131025105000")
VILLAGE = NewStation("示例一村", Tier.VILLAGE, "131025105201")
AGENT = NewPerson("agent1", "示例代办员甲", ("agent",), "qinghe-7315-du", "482913")


@pytest.fixture(scope="module", params=["gm", "p256"])
def county(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(founded_county(tmp_path_factory, request.param), tmp_path_factory.mktemp("demo") / "county"))


@contextmanager
def store_of(place: Path) -> Iterator[tuple[Store, TrustStore]]:
    with opened(place, SetClock()) as office:
        trust = TrustStore(office.suite, office.folder.root_certificate.read_bytes())
        for record in office.store.certificates.all("certificate"):
            trust.add(record.der)
        yield office.store, trust


def test_every_certificate_at_every_station_has_a_path_to_the_one_root(county: Path) -> None:
    roots = {(county / station.folder / "root.der").read_bytes() for station in STATIONS}
    assert len(roots) == 1
    for station in STATIONS:
        with store_of(county / station.folder) as (store, trust):
            certificates = [trust.get(record.digest) for record in store.certificates.all("certificate")]
            assert len(certificates) > 5
            for certificate in certificates:
                assert len(trust.path(certificate, (START, START))) <= 4


def test_each_person_has_a_certificate_of_their_station_tier_and_role_and_a_seal_of_their_own(county: Path) -> None:
    for person in PEOPLE:
        with store_of(county / person.station) as (store, trust):
            record = store.people.get(person.name)
            assert record is not None and (record.certificate is None) is person.practice
            if record.certificate is None:
                continue
            certificate = trust.get(record.certificate)
            assert (certificate.usage, certificate.roles, certificate.name) == ("person", (person.role,), person.display_name)
            digest = store.meta.get(SEAL_OF + certificate.digest)
            assert digest is not None
            der = store.certificates.get(digest, "seal")
            assert der is not None
            seal = parse_seal(suite_of(load_config(county / person.station).station.suite), der)
            assert seal.holders == (certificate.der,) and seal.name.endswith("（样章）")
            maker_tier = "township" if person.station.startswith("village") else "county"
            assert (seal.maker.usage, seal.maker.tier) == ("seal_maker", maker_tier)


def test_each_station_has_its_unit_seals_made_by_the_county_and_no_key_of_one_opens_unattended(county: Path) -> None:
    with store_of(county / "county") as (store, _):
        lines = {line.name: line for line in store.seals.all()}
    for wanted in SEALS:
        with store_of(county / wanted.station) as (store, trust):
            (held,) = (one for one in store.held_seals.all() if (one.kind, one.name) == (wanted.kind, wanted.name))
            seal = parse_seal(suite_of(load_config(county / wanted.station).station.suite), store.certificates.get(held.seal or "") or b"")
            assert (seal.maker.tier, seal.name, seal.picture.media) == ("county", f"{wanted.name}（样章）", "PNG")
            assert (lines[seal.name].state, lines[seal.name].seal) == ("in_use", seal.digest)
            keepers = {trust.get(one.certificate).key_id for one in store.people.all() if one.certificate and one.name in wanted.custodians}
            path = StationFolder(county / wanted.station).personal_key(held.key_name)
            assert set(custodians(path, suite_of(load_config(county / wanted.station).station.suite))) == keepers
    assert not list(county.glob("*/keys/organ*"))


def test_the_station_keys_open_unattended_and_fit_the_directory(county: Path) -> None:
    for station in STATIONS:
        place = StationFolder(county / station.folder)
        with store_of(place.root) as (store, trust):
            config = load_config(place.root)
            suite = suite_of(config.station.suite)
            entry = store.stations.get(config.station.id)
            assert entry is not None and entry.sign_certificate and entry.encrypt_certificate
            signer = unattended_signer(place, suite, place.station_sign_key, trust.get(entry.sign_certificate).der)
            suite.verify(signer.certificate.public_key, b"door", signer.sign(b"door"))
            private = unattended_key(place, suite, place.station_encrypt_key)
            assert (
                suite.unwrap(private, suite.wrap(trust.get(entry.encrypt_certificate).public_key, b"k" * suite.key_bytes))
                == b"k" * suite.key_bytes
            )


def test_each_station_knows_its_own_path_and_what_is_below_it_and_no_more(county: Path) -> None:
    known = {}
    for station in STATIONS:
        with store_of(county / station.folder) as (store, _):
            known[station.folder] = {entry.name for entry in store.stations.all()}
    names = {station.folder: station.name for station in STATIONS}
    everybody = set(names.values())
    assert known["county"] == known["township"] == everybody
    assert known["village1"] == everybody - {names["village2"]}
    assert known["village2"] == everybody - {names["village1"]}


def test_county_and_township_certify_and_make_seals_and_villages_do_not(county: Path) -> None:
    held = {station.folder: {path.stem for path in (county / station.folder / "keys").iterdir()} for station in STATIONS}
    assert {"root", "authority", "seal_maker"} <= held["county"]
    assert {"authority", "seal_maker"} <= held["township"] and "root" not in held["township"]
    assert not {"root", "authority", "seal_maker"} & (held["village1"] | held["village2"])


def test_keys_are_for_the_owner_only(county: Path) -> None:
    places = [StationFolder(county / station.folder) for station in STATIONS]
    files = [path for place in places for path in (place.machine_secret, *place.keys.iterdir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(place.keys.stat().st_mode) for place in places} == {0o700}


def test_a_database_shows_nothing_without_its_key(county: Path) -> None:
    for station in STATIONS:
        for path in (county / station.folder).glob("yizhan.db*"):
            content = path.read_bytes()
            assert b"SQLite format" not in content and "示例".encode() not in content


def test_a_folder_copied_without_the_machine_secret_does_not_open(county: Path) -> None:
    place = StationFolder(county / "village1")
    away = place.machine_secret.rename(county / "away")
    try:
        with pytest.raises(KeyFileError), opened(place.root, SetClock()):
            raise AssertionError("it opened")
        assert not place.machine_secret.exists()
    finally:
        away.rename(place.machine_secret)


def found_three(folder: Path) -> tuple[Path, Path, Path]:
    places = folder / "c", folder / "t", folder / "v"
    found_station(places[0], COUNTY, None, SetClock())
    found_station(places[1], TOWNSHIP, Above(places[0], places[0]), SetClock())
    found_station(places[2], VILLAGE, Above(places[1], places[0]), SetClock())
    return places


def test_a_lower_station_takes_its_parents_suite(tmp_path: Path) -> None:
    county, township, village = found_three(tmp_path)
    assert {load_config(place).station.suite for place in (county, township, village)} == {"p256"}


@pytest.mark.parametrize(
    ("new", "above", "code"),
    [
        (replace(VILLAGE, division="131025106201"), "tc", "under_wrong"),
        (VILLAGE, "cc", "under_wrong"),
        (replace(TOWNSHIP, division="131026105000"), "cc", "under_wrong"),
        (replace(VILLAGE, suite="gm"), "tc", "suite_wrong"),
        (VILLAGE, "", "under_needed"),
        (COUNTY, "cc", "under_unwanted"),
        (replace(COUNTY, division="131025105000"), "", "division"),
        (replace(COUNTY, division="１３１０２５００００００"), "", "division"),
        (replace(COUNTY, name=" "), "", "station_name_bad"),
    ],
)
def test_a_station_that_cannot_be_leaves_nothing(tmp_path: Path, new: NewStation, above: str, code: str) -> None:
    found_three(tmp_path)
    folders = Above(tmp_path / above[0], tmp_path / above[1]) if above else None
    with pytest.raises(RequestError) as caught:
        found_station(tmp_path / "new", new, folders, SetClock())
    assert caught.value.code == code
    assert not (tmp_path / "new").exists()


def test_a_founding_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    county, township, _ = found_three(tmp_path)
    (township / "keys" / "authority.key").unlink()
    with pytest.raises(KeyFileError):
        found_station(tmp_path / "new", replace(VILLAGE, division="131025105202"), Above(township, county), SetClock())
    assert not (tmp_path / "new").exists()
    with store_of(county) as (store, _):
        assert len(store.stations.all()) == 3
    with store_of(township) as (store, _):
        assert store.invitations.all("open") == []


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep")
    with pytest.raises(RequestError) as caught:
        found_station(tmp_path, COUNTY, None, SetClock())
    assert caught.value.code == "station_there"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_person_without_a_pin_has_an_account_and_no_key(tmp_path: Path) -> None:
    _, _, village = found_three(tmp_path)
    enrol_person(village, replace(AGENT, pin=None), None, SetClock())
    with store_of(village) as (store, _):
        record = store.people.get("agent1")
        assert record is not None and (record.key_name, record.certificate) == (None, None)


def test_a_village_cannot_certify_its_own_people(tmp_path: Path) -> None:
    _, _, village = found_three(tmp_path)
    with pytest.raises(NotAllowedError) as caught:
        enrol_person(village, AGENT, None, SetClock())
    assert caught.value.code == "no_authority"
    assert list((village / "keys").glob("person-*")) == []
    with store_of(village) as (store, _):
        assert store.people.all() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [({"pin": "1234"}, "pin_short"), ({"password": "123"}, "password_short"), ({"roles": (str(Role.APPROVER),)}, "role_unknown")],
)
def test_a_person_who_cannot_be_leaves_no_key(tmp_path: Path, change: dict[str, object], code: str) -> None:
    county, township, village = found_three(tmp_path)
    with pytest.raises(RequestError) as caught:
        enrol_person(village, replace(AGENT, **change), Above(township, county), SetClock())  # type: ignore[arg-type]  # one member at a time
    assert caught.value.code == code
    assert list((village / "keys").glob("person-*")) == []


def test_certificates_begin_before_the_clock_that_made_them(tmp_path: Path) -> None:
    found_station(tmp_path / "c", COUNTY, None, SetClock())
    root = parse_certificate(suite_of("p256"), (tmp_path / "c" / "root.der").read_bytes())
    assert root.not_before < START < root.not_after


def test_enclosures_lie_where_the_settings_say(tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "county", tmp_path / "scans"
    found_station(place, NewStation("示例县", Tier.COUNTY, "131025000000"), None, SetClock())
    config = replace(load_config(place), enclosures=EnclosureSettings(elsewhere.as_uri()))
    write_config(place, config)
    with opened(place, SetClock()) as office:
        data = b"ciphertext"
        office.store.enclosures.put_whole(office.suite.digest(data), data)
    assert [path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()] == [data]

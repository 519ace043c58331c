"""Appointing to a further village: one key, one more certificate and seal."""

import pytest

from node.errors import NotAllowedError, RequestError
from node.staff.acting import Village
from node.staff.villages import Filing, appoint, dismiss
from signing.errors import PinError
from signing.seal import parse_seal
from tests.node.staff.conftest import PIN, Place

OTHER = Village("131025105202", "示例二村")


def test_the_person_gets_a_certificate_of_the_same_key_for_the_village_and_a_seal_that_lists_it(small: Place) -> None:
    appoint(small.folder, "agent1", OTHER, PIN, small.above, small.clock)
    keyring, agent = small.village.keyring, small.village.people.person("agent1")
    own, other = keyring.open(agent, PIN), keyring.open(agent, PIN, OTHER.division)
    certificate = other.signer.certificate
    assert (certificate.division, certificate.station, certificate.roles) == (OTHER.division, "13102510520101", ("agent",))
    assert certificate.public_key == own.signer.certificate.public_key
    assert parse_seal(small.village.station.suite, other.seal).holders == (certificate.der,)
    assert small.village.station.trust.path(certificate)


@pytest.mark.parametrize("division", ["131025105201", "131025106202", "131025105000", "13102510520", "１３1025105202", ""])
def test_only_another_village_of_the_township_is_let_pass(small: Place, division: str) -> None:
    with pytest.raises(RequestError) as caught:
        appoint(small.folder, "agent1", Village(division, "示例二村"), PIN, small.above, small.clock)
    assert caught.value.code == "village_wrong"


def test_a_village_has_a_name_and_the_key_is_opened_by_its_pin(small: Place) -> None:
    with pytest.raises(RequestError):
        appoint(small.folder, "agent1", Village(OTHER.division, " "), PIN, small.above, small.clock)
    with pytest.raises(PinError):
        appoint(small.folder, "agent1", OTHER, "000001", small.above, small.clock)
    assert small.village.store.person_certificates.of("agent1") == {}


def test_who_has_no_key_is_not_appointed(small: Place) -> None:
    for name in ("head1", "nobody"):
        with pytest.raises(NotAllowedError):
            appoint(small.folder, name, OTHER, PIN, small.above, small.clock)


def test_who_is_dismissed_stays_dismissed_though_the_certificate_lies_here(small: Place) -> None:
    appoint(small.folder, "agent1", OTHER, PIN, small.above, small.clock)
    store, agent = small.village.store, small.village.people.person("agent1")
    digest = store.person_certificates.get("agent1", OTHER.division)
    assert digest and dismiss(store, "agent1", OTHER.division, small.clock.now()) == digest
    Filing(small.village.station, store).run(small.clock.now())
    assert store.person_certificates.of("agent1") == {}
    with pytest.raises(NotAllowedError) as caught:
        small.village.keyring.open(agent, PIN, OTHER.division)
    assert caught.value.code == "no_seal"
    assert dismiss(store, "agent1", OTHER.division, small.clock.now()) is None

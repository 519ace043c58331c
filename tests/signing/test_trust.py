from datetime import UTC, datetime, timedelta

import pytest

from signing.algorithms import suite
from signing.certificates import Certificate, CertificateProfile, parse_certificate
from signing.errors import BadSignatureError, CertificateError, UnknownSignerError
from signing.issuing import enrol, issue, issue_revocations
from signing.keys import FileSigner
from signing.revocations import Revocation
from signing.trust import TrustStore
from tests.signing.county import COUNTY, END, NOW, PROFILES, START, SUITES, TOWNSHIP, VILLAGE, County, county, with_profile

BOTH = pytest.mark.parametrize("name", SUITES)
DAY = timedelta(days=1)


class Pretender:
    """Signs with one key and shows another's certificate: makes what an honest issuer would refuse to."""

    def __init__(self, made: County, key_of: str, certificate: Certificate) -> None:
        self.certificate = certificate
        self._made, self._key_of = made, key_of

    def sign(self, message: bytes) -> bytes:
        return self._made.suite.sign(self._made.private[self._key_of], message)


def lifted(made: County, who: str, **changes: object) -> Pretender:
    """`who`'s key and names, under a certificate object that claims more, so that `issue` lets it through."""
    certificate = made.certificates[who]
    members = {name: getattr(certificate, name) for name in certificate.__dataclass_fields__}
    return Pretender(made, who, Certificate(**{**members, **changes}))


@BOTH
def test_a_path_leads_to_the_root(name: str) -> None:
    made = county(name)
    trust = made.trust()
    path = trust.path(made.certificates["agent"], (NOW, NOW))
    assert [certificate.usage for certificate in path] == ["person", "authority", "root"]
    assert trust.path(made.certificates["root"]) == (trust.root,)


@BOTH
def test_four_certificates_are_the_longest_path(name: str) -> None:
    made = county(name)
    middle = enrol(
        made.suite, made.signer("root"), CertificateProfile(usage="authority", division=COUNTY, tier="county", name="示例县"), START, END
    )
    lower = enrol(made.suite, FileSigner(made.suite, *middle), PROFILES["township"][1], START, END)
    leaf = enrol(made.suite, FileSigner(made.suite, *lower), PROFILES["agent"][1], START, END)
    trust = made.trust()
    trust.add(lower.certificate.der)
    with pytest.raises(UnknownSignerError) as caught:
        trust.path(leaf.certificate)
    assert caught.value.digest in middle.certificate.known_as
    trust.add(middle.certificate.der)
    assert len(trust.path(leaf.certificate)) == 4


@BOTH
def test_a_missing_issuer_is_waited_for(name: str) -> None:
    made = county(name)
    trust = made.trust("township")
    with pytest.raises(UnknownSignerError) as caught:
        trust.path(made.certificates["agent"])
    assert caught.value.digest in made.certificates["township"].known_as
    trust.add(made.certificates["township"].der)
    assert trust.path(made.certificates["agent"])


@BOTH
def test_a_missing_certificate_is_waited_for_by_its_digest(name: str) -> None:
    made = county(name)
    digest = made.certificates["agent"].digest
    with pytest.raises(UnknownSignerError) as caught:
        made.trust("agent").get(digest)
    assert caught.value.digest == digest


@BOTH
def test_a_certificate_that_was_not_added_is_looked_for(name: str) -> None:
    made = county(name)
    agent, station = made.certificates["agent"], made.certificates["station"]
    shelf = {agent.digest: agent.der, station.digest: agent.der}
    trust = TrustStore(made.suite, made.certificates["root"].der, shelf.get)
    assert trust.get(agent.digest) == agent
    with pytest.raises(UnknownSignerError):
        trust.get(station.digest)


@BOTH
@pytest.mark.parametrize(
    ("at", "code"),
    [
        ((None, None), None),
        ((START, START), None),
        ((END, END), None),
        ((None, END + 60 * DAY), None),
        ((None, END + 61 * DAY), "expired"),
        ((END + 61 * DAY, None), "expired"),
        ((END + 61 * DAY, END + 90 * DAY), "expired"),
        ((NOW, END + 900 * DAY), None),
        ((None, START - DAY), "not_yet_valid"),
        ((START - 9 * DAY, START - DAY), "not_yet_valid"),
        ((START - 9 * DAY, START), None),
    ],
)
def test_validity_is_judged_inside_the_proven_interval(name: str, at: tuple[datetime | None, datetime | None], code: str | None) -> None:
    trust, agent = county(name).trust(), county(name).certificates["agent"]
    if code is None:
        assert trust.path(agent, at)
    else:
        with pytest.raises(CertificateError) as caught:
            trust.path(agent, at)
        assert caught.value.code == code


@BOTH
def test_an_issuer_that_ended_ends_what_it_issued(name: str) -> None:
    made = county(name)
    short = enrol(made.suite, made.signer("root"), PROFILES["township"][1], START, NOW)
    leaf = enrol(made.suite, FileSigner(made.suite, *short), PROFILES["agent"][1], START, END)
    trust = made.trust()
    trust.add(short.certificate.der)
    assert trust.path(leaf.certificate, (NOW, NOW))
    with pytest.raises(CertificateError):
        trust.path(leaf.certificate, (NOW + 61 * DAY, NOW + 61 * DAY))
    renewed = issue(made.suite, made.signer("root"), short.private.public, PROFILES["township"][1], NOW, END)
    trust.add(renewed)
    assert trust.path(leaf.certificate, (NOW + 61 * DAY, NOW + 61 * DAY))


@BOTH
def test_a_township_that_made_an_approver_is_not_believed(name: str) -> None:
    made = county(name)
    liar = lifted(made, "township", division=COUNTY, tier="county")
    forged = made.suite.generate()
    approver = parse_certificate(made.suite, issue(made.suite, liar, forged.public, PROFILES["approver"][1], START, END))
    with pytest.raises(CertificateError) as caught:
        made.trust().path(approver)
    assert caught.value.code == "outside_issuer"


@BOTH
def test_a_township_that_reaches_into_the_next_is_not_believed(name: str) -> None:
    made = county(name)
    liar = lifted(made, "township", division=COUNTY, tier="county")
    profile = with_profile("agent", division="131025106201", station="13102510620101")
    neighbour = parse_certificate(made.suite, issue(made.suite, liar, made.suite.generate().public, profile, START, END))
    with pytest.raises(CertificateError) as caught:
        made.trust().path(neighbour)
    assert caught.value.code == "outside_issuer"


@BOTH
def test_what_a_person_certified_is_not_believed(name: str) -> None:
    made = county(name)
    liar = lifted(made, "agent", usage="authority", tier="township", division=TOWNSHIP)
    leaf = parse_certificate(made.suite, issue(made.suite, liar, made.suite.generate().public, PROFILES["agent"][1], START, END))
    with pytest.raises(UnknownSignerError):
        made.trust().path(leaf)


@BOTH
def test_a_certificate_signed_by_another_key_in_the_townships_name_is_not_believed(name: str) -> None:
    made = county(name)
    forger = Pretender(made, "agent", made.certificates["township"])
    leaf = parse_certificate(made.suite, issue(made.suite, forger, made.suite.generate().public, PROFILES["reviewer"][1], START, END))
    with pytest.raises(CertificateError) as caught:
        made.trust().path(leaf)
    assert caught.value.code == "bad_signature"


@BOTH
def test_another_countys_root_is_foreign(name: str) -> None:
    made = county(name)
    other = enrol(made.suite, None, PROFILES["root"][1], START, END)
    leaf = enrol(made.suite, FileSigner(made.suite, *other), PROFILES["approver"][1], START, END)
    trust = made.trust()
    with pytest.raises(UnknownSignerError):
        trust.path(leaf.certificate)
    trust.add(other.certificate.der)
    for certificate in (leaf.certificate, other.certificate):
        with pytest.raises(CertificateError) as caught:
            trust.path(certificate)
        assert caught.value.code == "foreign_root"


@BOTH
def test_a_forged_authority_does_not_hide_the_real_one(name: str) -> None:
    made = county(name)
    trust = made.trust("township")
    for _ in range(20):
        forger = Pretender(made, "agent", made.certificates["root"])
        trust.add(issue(made.suite, forger, made.private["township"].public, PROFILES["township"][1], START, END))
    trust.add(made.certificates["township"].der)
    assert trust.path(made.certificates["agent"])[1] == made.certificates["township"]


@BOTH
def test_authorities_that_certify_each_other_lead_nowhere(name: str) -> None:
    made = county(name)
    circle = lifted(made, "agent", usage="authority", tier="county", division=COUNTY)
    members = {name: getattr(circle.certificate, name) for name in circle.certificate.__dataclass_fields__}
    itself = Pretender(made, "agent", Certificate(**{**members, "key_id": made.certificates["agent"].key_id}))
    county_like = with_profile("township", tier="county", division=COUNTY)
    trust = made.trust()
    with pytest.raises(CertificateError):
        issue(made.suite, itself, made.private["agent"].public, county_like, START, END)
    trust.add(issue(made.suite, itself, made.private["agent"].public, PROFILES["township"][1], START, END))
    leaf = parse_certificate(made.suite, issue(made.suite, itself, made.suite.generate().public, PROFILES["agent"][1], START, END))
    with pytest.raises((CertificateError, UnknownSignerError)):
        trust.path(leaf)


@BOTH
def test_only_a_root_signed_by_itself_is_pinned(name: str) -> None:
    made = county(name)
    with pytest.raises(CertificateError):
        TrustStore(made.suite, made.certificates["township"].der)
    data = made.certificates["root"].der
    with pytest.raises(BadSignatureError):
        TrustStore(made.suite, data[:-1] + bytes((data[-1] ^ 1,)))


@BOTH
def test_revocation_is_judged_at_the_moment_asked_for(name: str) -> None:
    made = county(name)
    trust, agent = made.trust(), made.certificates["agent"]
    assert trust.revoked_before(agent, END) is None
    made.revoke(trust, "township", "agent", NOW)
    assert trust.revoked_before(agent, NOW - timedelta(seconds=1)) is None
    found = trust.revoked_before(agent, NOW)
    assert found == trust.revoked(agent) == Revocation(agent.serial, NOW, "key_compromise")
    assert trust.revoked_before(made.certificates["reviewer"], END) is None


@BOTH
def test_a_revoked_authority_takes_its_people_with_it(name: str) -> None:
    made = county(name)
    trust = made.trust()
    made.revoke(trust, "root", "township", NOW)
    assert trust.revoked(made.certificates["agent"]) is None
    assert trust.revoked_before(made.certificates["agent"], NOW)
    assert trust.revoked_before(made.certificates["approver"], NOW) is None


@BOTH
def test_lists_are_numbered_and_never_rolled_back(name: str) -> None:
    made = county(name)
    trust, agent, township = made.trust(), made.certificates["agent"], made.signer("township")
    revocation = Revocation(agent.serial, NOW, "key_compromise")
    second = issue_revocations(made.suite, township, 2, [revocation], NOW, NOW + 30 * DAY)
    first = issue_revocations(made.suite, township, 1, [], NOW - DAY, NOW + 30 * DAY)
    third = issue_revocations(made.suite, township, 3, [], NOW + DAY, NOW + 30 * DAY)
    other_second = issue_revocations(made.suite, township, 2, [], NOW, NOW + 30 * DAY)
    assert trust.add_revocations(second)
    assert not trust.add_revocations(first)
    assert not trust.add_revocations(second)
    assert trust.revoked(agent) == revocation
    with pytest.raises(CertificateError) as caught:
        trust.add_revocations(other_second)
    assert caught.value.code == "number_used_twice"
    assert trust.add_revocations(third)
    assert trust.revoked(agent) == revocation
    assert [listed.number for listed in trust.lists()] == [3]


@BOTH
def test_a_list_in_an_authoritys_name_by_another_key_is_refused(name: str) -> None:
    made = county(name)
    trust = made.trust()
    forger = Pretender(made, "agent", made.certificates["township"])
    forged = issue_revocations(made.suite, forger, 9, [], NOW, NOW + DAY)
    with pytest.raises(CertificateError) as caught:
        trust.add_revocations(forged)
    assert caught.value.code == "bad_signature"
    with pytest.raises(UnknownSignerError):
        made.trust("township").add_revocations(forged)


@BOTH
def test_an_authority_revokes_only_what_it_issued(name: str) -> None:
    made = county(name)
    trust = made.trust()
    made.revoke(trust, "township", "approver", NOW)
    assert trust.revoked_before(made.certificates["approver"], NOW) is None


def test_the_sample_county_is_of_this_time() -> None:
    assert START < datetime(2026, 11, 22, tzinfo=UTC) < END
    assert VILLAGE.startswith(TOWNSHIP[:9])
    assert suite("gm") is county("gm").suite


@BOTH
def test_a_key_that_another_authority_certified_again_stands_though_its_authority_was_taken_back(name: str) -> None:
    made = county(name)
    trust, agent = made.trust(), made.certificates["agent"]
    made.revoke(trust, "root", "township", NOW)
    new = enrol(made.suite, made.signer("root"), PROFILES["township"][1], START, END)
    signer = FileSigner(made.suite, new.private, new.certificate)
    trust.add(new.certificate.der)
    assert trust.revoked_before(agent, NOW)
    for profile, public in (
        (with_profile("agent", name="示例别人"), agent.public_key),
        (with_profile("agent", roles=("agent", "village_head")), agent.public_key),
        (PROFILES["agent"][1], made.certificates["reviewer"].public_key),
    ):
        trust.add(issue(made.suite, signer, public, profile, START, END))
        assert trust.revoked_before(agent, NOW)
    again = trust.add(issue(made.suite, signer, agent.public_key, PROFILES["agent"][1], START, END))
    assert trust.revoked_before(agent, NOW) is None
    trust.add_revocations(issue_revocations(made.suite, signer, 1, [Revocation(again.serial, NOW, "superseded")], NOW, NOW + DAY))
    assert trust.revoked_before(agent, NOW)


@BOTH
def test_a_certificate_that_was_taken_back_itself_stands_by_no_other(name: str) -> None:
    made = county(name)
    trust, agent = made.trust(), made.certificates["agent"]
    new = enrol(made.suite, made.signer("root"), PROFILES["township"][1], START, END)
    trust.add(new.certificate.der)
    trust.add(issue(made.suite, FileSigner(made.suite, new.private, new.certificate), agent.public_key, PROFILES["agent"][1], START, END))
    made.revoke(trust, "township", "agent", NOW)
    assert trust.revoked_before(agent, NOW)

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from signing import der
from signing.algorithms import suite
from signing.canonical import canonical_bytes
from signing.certificates import KEY_USAGES, CertificateProfile, parse_certificate
from signing.errors import CertificateError, MalformedError
from signing.issuing import enrol
from tests.signing.county import COUNTY, END, NOW, PROFILES, START, SUITES, TOWNSHIP, VILLAGE, county, with_profile

BOTH = pytest.mark.parametrize("name", SUITES)


@BOTH
@pytest.mark.parametrize("who", PROFILES)
def test_a_certificate_says_what_it_was_issued_for(name: str, who: str) -> None:
    certificate, profile = county(name).certificates[who], PROFILES[who][1]
    again = parse_certificate(suite(name), certificate.der)
    assert again == certificate
    assert (again.usage, again.station, again.division, again.tier, again.name) == (
        profile.usage,
        profile.station,
        profile.division,
        profile.tier,
        profile.name,
    )
    assert again.roles == profile.roles
    assert (again.not_before, again.not_after) == (START, END)
    assert again.public_key == county(name).private[who].public


@BOTH
def test_the_cryptography_library_reads_the_same(name: str) -> None:
    for certificate in county(name).certificates.values():
        other = x509.load_der_x509_certificate(certificate.der)
        assert other.serial_number == certificate.serial
        assert other.tbs_certificate_bytes == certificate.tbs
        assert other.signature == certificate.signature
        assert (other.not_valid_before_utc, other.not_valid_after_utc) == (certificate.not_before, certificate.not_after)
        assert other.subject.public_bytes() == certificate.subject
        assert other.issuer.public_bytes() == certificate.issuer
        extensions = other.extensions
        assert extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex() == certificate.key_id
        assert (
            extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier or b""
        ).hex() == certificate.issuer_key_id
        assert extensions.get_extension_for_class(x509.BasicConstraints).critical
        assert extensions.get_extension_for_class(x509.KeyUsage).critical


def test_key_usages_are_those_that_the_cryptography_library_reads() -> None:
    expected = {
        "root": {"key_cert_sign", "crl_sign"},
        "authority": {"key_cert_sign", "crl_sign"},
        "station_sign": {"digital_signature"},
        "station_encrypt": {"key_encipherment", "key_agreement"},
        "person": {"digital_signature", "content_commitment"},
        "seal_maker": {"digital_signature"},
        "organ": {"digital_signature", "content_commitment"},
    }
    assert expected.keys() == KEY_USAGES.keys()
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
    )
    for certificate in county("p256").certificates.values():
        usage = x509.load_der_x509_certificate(certificate.der).extensions.get_extension_for_class(x509.KeyUsage).value
        assert {each for each in names if getattr(usage, each)} == expected[certificate.usage]


def test_the_cryptography_library_accepts_a_p256_certificate_as_issued() -> None:
    certificates = county("p256").certificates
    root, township, agent = (x509.load_der_x509_certificate(certificates[who].der) for who in ("root", "township", "agent"))
    township.verify_directly_issued_by(root)
    agent.verify_directly_issued_by(township)


def test_a_certificate_of_the_other_suite_is_refused() -> None:
    with pytest.raises(MalformedError):
        parse_certificate(suite("gm"), county("p256").certificates["agent"].der)


def test_a_foreign_certificate_without_our_extension_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "foreign")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    foreign = builder.not_valid_before(START).not_valid_after(END).sign(key, hashes.SHA256())
    with pytest.raises(MalformedError):
        parse_certificate(suite("p256"), foreign.public_bytes(Encoding.DER))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"usage": "king"}, "usage"),
        ({"tier": "province"}, "tier"),
        ({"tier": "county"}, "division"),
        ({"division": TOWNSHIP, "station": TOWNSHIP + "01"}, "division"),
        ({"division": "13102510520"}, "division"),
        ({"division": "１31025105201"}, "division"),
        ({"station": TOWNSHIP + "01"}, "station"),
        ({"station": ""}, "station"),
        ({"station": VILLAGE + "1"}, "station"),
        ({"usage": "organ", "roles": (), "station": VILLAGE[:9] + "20201"}, "station"),
        ({"station": "13102510620101"}, "station"),
        ({"replaces": VILLAGE + "01", "station": VILLAGE + "02"}, "replaces"),
        ({"usage": "station_sign", "roles": (), "replaces": VILLAGE + "01"}, "replaces"),
        ({"usage": "station_sign", "roles": (), "station": VILLAGE + "02", "replaces": VILLAGE[:9] + "20201"}, "replaces"),
        ({"usage": "station_sign", "roles": (), "station": VILLAGE + "02", "replaces": "1"}, "replaces"),
        ({"roles": ("approver",)}, "roles"),
        ({"roles": ("reviewer",)}, "roles"),
        ({"usage": "station_sign"}, "roles"),
        ({"usage": "authority", "station": "", "roles": ()}, "tier"),
        ({"usage": "root", "station": "", "roles": ()}, "tier"),
        ({"name": ""}, "name"),
        ({"name": "字" * 65}, "name"),
        ({"name": "a\nb"}, "name"),
    ],
)
def test_a_profile_that_makes_no_sense_has_a_fault(changes: dict[str, object], fault: str) -> None:
    profile = with_profile("agent", **changes)
    assert profile.fault() == fault
    with pytest.raises(CertificateError) as caught:
        enrol(suite("p256"), county("p256").signer("township"), profile, START, END)
    assert caught.value.code == fault


def test_a_person_of_a_village_may_act_for_another_of_the_township() -> None:
    profile = CertificateProfile(
        usage="person", station=VILLAGE[:9] + "20201", division=VILLAGE, tier="village", name="示例甲", roles=("agent",)
    )
    assert profile.fault() is None


def test_a_station_may_take_the_place_of_an_earlier_number() -> None:
    profile = CertificateProfile(
        usage="station_sign", station=VILLAGE + "02", division=VILLAGE, tier="village", name="示例", replaces=VILLAGE + "01"
    )
    assert profile.fault() is None


@pytest.mark.parametrize("tier", ["village", "township", "county"])
def test_officers_are_certified_at_every_tier(tier: str) -> None:
    division = {"village": VILLAGE, "township": TOWNSHIP, "county": COUNTY}[tier]
    profile = CertificateProfile(
        usage="person", division=division, station=division + "01", tier=tier, name="示例", roles=("key_officer", "admin", "admin")
    )
    assert profile.fault() is None
    assert profile.roles == ("admin", "key_officer")


@pytest.mark.parametrize(
    ("issuer", "subject", "fault"),
    [
        ("root", "township", None),
        ("root", "approver", None),
        ("township", "agent", None),
        ("township", "approver", "outside_issuer"),
        ("township", "county_maker", "outside_issuer"),
        ("township", "township", "authority_not_allowed"),
        ("root", "root", "authority_not_allowed"),
        ("agent", "agent", "issuer_usage"),
        ("county_maker", "agent", "issuer_usage"),
    ],
)
def test_nesting(issuer: str, subject: str, fault: str | None) -> None:
    assert PROFILES[issuer][1].nesting_fault(PROFILES[subject][1]) == fault


def test_a_township_does_not_certify_the_next_townships_village() -> None:
    neighbour = with_profile("agent", division="131025106201", station="13102510620101")
    assert neighbour.fault() is None
    assert PROFILES["township"][1].nesting_fault(neighbour) == "outside_issuer"


def test_a_county_authority_stands_between_root_and_township_and_not_above_itself() -> None:
    middle = CertificateProfile(usage="authority", division=COUNTY, tier="county", name="示例县")
    assert PROFILES["root"][1].nesting_fault(middle) is None
    assert middle.nesting_fault(PROFILES["township"][1]) is None
    assert middle.nesting_fault(middle) == "authority_not_allowed"


PROFILE_TEXTS = [
    b"{}",
    b"[]",
    b"7",
    canonical_bytes({"usage": [], "station": "", "division": "", "tier": "", "roles": [], "name": ""}),
    canonical_bytes({"usage": "person", "station": 1, "division": VILLAGE, "tier": "village", "roles": [], "name": "x"}),
    canonical_bytes({"usage": "person", "station": VILLAGE + "01", "division": VILLAGE, "tier": "village", "roles": [[]], "name": "x"}),
    canonical_bytes({"usage": "person", "station": VILLAGE + "01", "division": VILLAGE, "tier": "village", "roles": "agent", "name": "x"}),
    canonical_bytes(
        {"usage": "person", "station": VILLAGE + "01", "division": VILLAGE, "tier": "village", "roles": ["agent", "admin"], "name": "x"}
    ),
    canonical_bytes({"usage": "person", "station": VILLAGE + "01", "division": VILLAGE, "tier": "village", "roles": [], "name": {}}),
    b'{"usage": "person"}',
    b"\xff",
]


@BOTH
@pytest.mark.parametrize("text", PROFILE_TEXTS)
def test_a_strange_profile_extension_is_malformed(name: str, text: bytes) -> None:
    made = county(name)
    certificate = made.certificates["agent"]
    old = der.utf8(canonical_bytes(profile_members("agent")).decode())
    assert old in certificate.der
    with pytest.raises(MalformedError):
        parse_certificate(made.suite, rebuilt(certificate.tbs, der.tlv(der.UTF8, text), made.suite.signature_oid))


def profile_members(who: str) -> dict[str, object]:
    profile = PROFILES[who][1]
    return {
        "usage": profile.usage,
        "station": profile.station,
        "division": profile.division,
        "tier": profile.tier,
        "roles": list(profile.roles),
        "name": profile.name,
    }


def rebuilt(tbs: bytes, new: bytes, algorithm: bytes) -> bytes:
    """The certificate with the value of its last extension replaced and all lengths around it put right; its signature is nonsense."""
    reader = der.Reader("test", tbs).enter()
    parts = [reader.slice(0xA0), reader.slice(der.INTEGER), *(reader.slice(der.SEQUENCE) for _ in range(5))]
    extensions = der.Reader("test", reader.enter(0xA3).contents(der.SEQUENCE))
    listed = []
    while extensions.more:
        listed.append(extensions.slice(der.SEQUENCE))
    listed[-1] = der.sequence(der.Reader("test", listed[-1]).enter().oid(), der.octets(new))
    return der.sequence(der.sequence(*parts, der.explicit(3, der.sequence(*listed))), der.sequence(algorithm), der.bits(b"\x30\x00"))


@BOTH
def test_members_of_a_profile_that_come_later_are_left_alone(name: str) -> None:
    made = county(name)
    text = canonical_bytes({**profile_members("agent"), "since": 2030})
    again = parse_certificate(made.suite, rebuilt(made.certificates["agent"].tbs, der.tlv(der.UTF8, text), made.suite.signature_oid))
    assert again.roles == ("agent",)


@given(st.sampled_from(SUITES), st.binary(max_size=300))
def test_hostile_bytes_end_in_one_error(name: str, data: bytes) -> None:
    for hostile in (data, der.sequence(data), der.sequence(der.sequence(data), der.sequence(suite(name).signature_oid), der.bits(b""))):
        with pytest.raises(MalformedError):
            parse_certificate(suite(name), hostile)


@BOTH
def test_known_as_names_digest_and_key(name: str) -> None:
    certificate = county(name).certificates["township"]
    assert certificate.known_as == (certificate.digest, f"key:{certificate.key_id}")
    assert certificate.digest == suite(name).digest(certificate.der)
    assert START < NOW < END

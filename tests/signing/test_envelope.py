from datetime import timedelta

import pytest

from signing.envelope import decrypt_body, encrypt_body, new_content_key, unwrap, verify_station, wrap_for
from signing.errors import BadSignatureError, CertificateError, DecryptionError, UnknownSignerError
from tests.signing.county import END, NOW, SUITES, TOWNSHIP, VILLAGE, county, flipped

BOTH = pytest.mark.parametrize("name", SUITES)
MESSAGE = b"yizhan parcel 1\n{}\nbody"


@BOTH
def test_a_reader_opens_what_was_wrapped_for_it(name: str) -> None:
    made = county(name)
    key = new_content_key(made.suite)
    wrapped = wrap_for(made.suite, key, made.certificates["reader"])
    body = encrypt_body(made.suite, key, b"inside", b"header")
    assert decrypt_body(made.suite, unwrap(made.suite, wrapped, made.private["reader"]), body, b"header") == b"inside"
    with pytest.raises(DecryptionError):
        unwrap(made.suite, wrapped, made.private["station"])


@BOTH
def test_a_key_is_wrapped_for_encryption_certificates_only(name: str) -> None:
    made = county(name)
    with pytest.raises(CertificateError):
        wrap_for(made.suite, new_content_key(made.suite), made.certificates["station"])


@BOTH
def test_content_keys_are_new_each_time(name: str) -> None:
    keys = {new_content_key(county(name).suite) for _ in range(50)}
    assert len(keys) == 50
    assert {len(key) for key in keys} == {county(name).suite.key_bytes}


@BOTH
def test_a_stations_signature_names_its_certificate(name: str) -> None:
    made = county(name)
    signature = made.signer("station").sign(MESSAGE)
    digest = made.certificates["station"].digest
    found = verify_station(made.suite, made.trust(), digest, VILLAGE + "01", MESSAGE, signature, (None, NOW))
    assert found == made.certificates["station"]
    for other in flipped(MESSAGE):
        with pytest.raises(BadSignatureError):
            verify_station(made.suite, made.trust(), digest, VILLAGE + "01", other, signature, (None, NOW))


@BOTH
def test_signatures_of_others_are_not_the_stations(name: str) -> None:
    made = county(name)
    trust = made.trust()
    for who, station, code in (("agent", VILLAGE + "01", "usage"), ("station", TOWNSHIP + "01", "station")):
        with pytest.raises(CertificateError) as caught:
            signature = made.signer(who).sign(MESSAGE)
            verify_station(made.suite, trust, made.certificates[who].digest, station, MESSAGE, signature, (None, NOW))
        assert caught.value.code == code
    with pytest.raises(UnknownSignerError):
        verify_station(made.suite, made.trust("station"), made.certificates["station"].digest, VILLAGE + "01", MESSAGE, b"", (None, NOW))


@BOTH
def test_a_station_that_was_taken_back_or_has_ended_is_refused(name: str) -> None:
    made = county(name)
    trust, digest, signature = made.trust(), made.certificates["station"].digest, made.signer("station").sign(MESSAGE)
    made.revoke(trust, "township", "station", NOW)
    assert verify_station(made.suite, trust, digest, VILLAGE + "01", MESSAGE, signature, (None, NOW - timedelta(seconds=1)))
    for moment, code in ((NOW, "revoked"), (END + timedelta(days=61), "expired")):
        with pytest.raises(CertificateError) as caught:
            verify_station(made.suite, trust, digest, VILLAGE + "01", MESSAGE, signature, (None, moment))
        assert caught.value.code == code

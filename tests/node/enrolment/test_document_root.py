"""The county's document root: made once when needed, for organs of the county alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from node.config import StationSettings
from node.enrolment.document_root import DocumentRoot
from node.errors import NotAllowedError
from node.folder import StationFolder
from node.roles import Tier
from signing.algorithms import suite
from signing.certificates import CertificateProfile, parse_certificate
from signing.errors import CertificateError, KeyFileError, MalformedError
from signing.keys import machine_secret
from signing.trust import TrustStore
from tests.signing.county import COUNTY, NOW, TOWNSHIP

ORGAN = CertificateProfile(usage="organ", division=TOWNSHIP, station=TOWNSHIP + "01", tier="township", name="示例镇人民政府")
END = NOW + timedelta(days=365)
SETTINGS = StationSettings("示例县", Tier.COUNTY, COUNTY, COUNTY + "01", "gm")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[StationFolder]:
    place = StationFolder(tmp_path / "county")
    place.make()
    machine_secret(place.machine_secret)
    yield place


def test_it_is_made_when_first_needed_and_certifies_under_itself(folder: StationFolder) -> None:
    root, p256 = DocumentRoot(folder, SETTINGS), suite("p256")
    assert root.certificates() == () and not folder.document_root_key.exists()
    key = p256.generate()
    first, above = root.certify(ORGAN, key.public, NOW, END)
    assert root.certificates() == (above,) and folder.document_root_key.exists()
    certificate = parse_certificate(p256, first)
    assert certificate.profile == ORGAN and certificate.public_key == key.public
    trust = TrustStore(p256, above)
    assert [one.usage for one in trust.path(certificate, (NOW, NOW))] == ["organ", "root"]
    assert "示例县" in trust.root.name and trust.root.division == COUNTY


def test_it_stays_the_same_after_a_restart(folder: StationFolder) -> None:
    public = suite("p256").generate().public
    roots = {DocumentRoot(folder, SETTINGS).certify(ORGAN, public, NOW, END)[1] for _ in range(2)}
    assert len(roots) == 1


def test_a_power_cut_between_key_and_certificate_does_no_harm(folder: StationFolder) -> None:
    public = suite("p256").generate().public
    DocumentRoot(folder, SETTINGS).certify(ORGAN, public, NOW, END)
    key = folder.document_root_key.read_bytes()
    folder.document_root_certificate.unlink()
    again = DocumentRoot(folder, SETTINGS)
    assert again.certificates() == ()
    first, above = again.certify(ORGAN, public, NOW, END)
    assert folder.document_root_key.read_bytes() == key
    assert TrustStore(suite("p256"), above).proves(parse_certificate(suite("p256"), first))


def test_nothing_outlives_the_root(folder: StationFolder) -> None:
    first, above = DocumentRoot(folder, SETTINGS).certify(ORGAN, suite("p256").generate().public, NOW, NOW + timedelta(days=365 * 80))
    p256 = suite("p256")
    assert parse_certificate(p256, first).not_after == parse_certificate(p256, above).not_after


def test_only_a_county_has_one(folder: StationFolder) -> None:
    township = replace(SETTINGS, tier=Tier.TOWNSHIP, division=TOWNSHIP, id=TOWNSHIP + "01")
    with pytest.raises(NotAllowedError):
        DocumentRoot(folder, township).certify(ORGAN, suite("p256").generate().public, NOW, END)
    assert not folder.document_root_key.exists()


def test_what_it_may_not_certify_is_refused(folder: StationFolder) -> None:
    root = DocumentRoot(folder, SETTINGS)
    other = replace(ORGAN, division="131026105000", station="13102610500001")
    with pytest.raises(CertificateError):
        root.certify(other, suite("p256").generate().public, NOW, END)
    with pytest.raises(MalformedError):
        root.certify(ORGAN, suite("gm").generate().public, NOW, END)


def test_a_damaged_key_file_is_told(folder: StationFolder) -> None:
    root = DocumentRoot(folder, SETTINGS)
    root.certify(ORGAN, suite("p256").generate().public, NOW, END)
    folder.document_root_key.write_bytes(b"damaged")
    with pytest.raises(KeyFileError):
        root.certify(ORGAN, suite("p256").generate().public, NOW, END)

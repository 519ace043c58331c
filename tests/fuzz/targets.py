"""What is spoilt: everything that comes from outside, how it is read, and what that may end in.

Each is read as the program reads it, and may end in nothing but the errors that its reader declares.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from node.casework.letter import LetterError, read_frame
from node.errors import EnrolmentError
from node.mail.packing import PackingError, unpack
from node.seals.status import Entry, check_list, make_list, read_list
from signing import der
from signing.custody import SealKeys, create_seal_key, open_seal_key
from signing.envelope import verify_station
from signing.errors import SigningError
from signing.issuing import issue_revocations
from signing.keys import create_key_file, open_key_file
from signing.revocations import Revocation
from signing.seal import parse_seal, rebuild_signature, tbs_bytes
from signing.verify import verify_compact, verify_signature
from sync.bundle_writing import Load, write_bundle
from sync.errors import SyncError
from sync.parcel import read_parcel
from tests.fuzz import papers
from tests.fuzz.target import Subject, Target
from tests.signing.county import CONTENT, NOW, START, county
from tests.sync import test_bundle as a_bundle
from tests.sync.fakes import MADE_AT, digest, identity
from tests.worked_example import SEALED_AT, TOWNSHIP, People, decoded, load, make_people

SECRET = bytes(32)
HOUR = timedelta(hours=1)
PROVEN = (NOW - HOUR, NOW + HOUR)


def certificate(name: str, folder: Path) -> Subject:
    made = county(name)
    trust = made.trust("agent")
    return Subject(made.certificates["agent"].der, lambda data: trust.path(trust.add(data)))


def revocation_list(name: str, folder: Path) -> Subject:
    made = county(name)
    trust = made.trust()
    revoked = [Revocation(made.certificates[who].serial, NOW, "key_compromise") for who in ("agent", "reviewer")]
    data = issue_revocations(made.suite, made.signer("township"), 7, revoked, NOW, NOW + timedelta(days=30))
    return Subject(data, trust.add_revocations)


def private_key(name: str, folder: Path) -> Subject:
    algorithms, private = county(name).suite, county(name).private["agent"]
    return Subject(algorithms.dump_private(private), lambda data: algorithms.load_private(data))


def wrapped_key(name: str, folder: Path) -> Subject:
    algorithms, private = county(name).suite, county(name).private["reader"]
    return Subject(algorithms.wrap(private.public, b"k" * algorithms.key_bytes), lambda data: algorithms.unwrap(private, data))


def body(name: str, folder: Path) -> Subject:
    algorithms = county(name).suite
    key = b"k" * algorithms.key_bytes
    return Subject(algorithms.encrypt(key, CONTENT, b"header"), lambda data: algorithms.decrypt(key, data, b"header") == CONTENT)


def signature(name: str, folder: Path) -> Subject:
    algorithms, private = county(name).suite, county(name).private["agent"]
    return Subject(algorithms.sign(private, CONTENT), lambda data: algorithms.verify(private.public, CONTENT, data))


def seal_signature(name: str, folder: Path) -> Subject:
    made, who = county(name), "township_organ"
    compact = made.sealed(who, "township")
    data = rebuild_signature(made.suite, made.seals["township"], made.certificates[who].der, compact, CONTENT)
    trust = made.trust()
    return Subject(data, lambda data: verify_signature(made.suite, trust, data, CONTENT, PROVEN).verdict != "invalid")


def seal(name: str, folder: Path) -> Subject:
    """The seal alone: whoever holds it signs over the spoilt one."""
    made = county(name)
    trust, holder = made.trust(), made.signer("agent")

    def read(data: bytes) -> bool:
        parse_seal(made.suite, data)
        tbs = tbs_bytes(data, NOW, made.suite.hash(CONTENT))
        whole = der.sequence(tbs, der.octets(holder.certificate.der), made.suite.signature_oid, der.bits(holder.sign(tbs)))
        return verify_signature(made.suite, trust, whole, CONTENT, PROVEN).verdict != "invalid"

    return Subject(made.seals["agent"], read)


def station_key_file(name: str, folder: Path) -> Subject:
    made, path = county(name), folder / "station.key"
    create_key_file(path, made.suite, made.private["station"], None, SECRET)
    return Subject(path.read_bytes(), lambda data: open_key_file(_put(path, data), made.suite, None, SECRET))


def seal_key_file(name: str, folder: Path) -> Subject:
    made, path = county(name), folder / "unit.key"
    custodian = made.private["reviewer"]
    create_seal_key(path, made.suite, SealKeys(made.private["township_organ"]), custodian, SECRET)
    return Subject(path.read_bytes(), lambda data: open_seal_key(_put(path, data), made.suite, custodian, SECRET))


def _put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def seal_register(name: str, folder: Path) -> Subject:
    made = county(name)
    entries = (Entry(made.suite.digest(b"seal"), "13102510500001-unit-1", "lost", START, None, "示例"),)
    data = make_list(3, NOW, entries, made.signer("county_maker"))
    trust = made.trust()
    return Subject(data, lambda data: check_list(made.suite, trust, read_list(data)))


def letter(name: str, folder: Path) -> Subject:
    """A letter's frame: read, and its seal judged over the payload as it came."""
    vector, people = load()[name], _people(name)
    frame = b"yizhan letter 1\n" + vector["payload"].encode() + b"\n" + vector["seals"].encode() + b"\n"
    trust, seals = people.trust(), {people.suite.digest(decoded(vector["seal"])): decoded(vector["seal"])}

    def read(data: bytes) -> bool:
        sealed = read_frame(data, people.suite.digest)
        judged = [verify_compact(people.suite, trust, seals, one, sealed.sealed_content, (None, SEALED_AT + HOUR)) for one in sealed.seals]
        return all(one.verdict != "invalid" for one in judged)

    return Subject(frame, read)


def parcel(name: str, folder: Path) -> Subject:
    """The envelope of the road: header, signature of the station, encrypted body."""
    people = _people(name)
    trust, station = people.trust(), people.station(TOWNSHIP)

    def read(data: bytes) -> bool:
        came = read_parcel(data, people.suite.digest)
        signer, at = came.header.signer, (None, SEALED_AT + HOUR)
        verify_station(people.suite, trust, signer, came.header.from_station, came.signed, came.signature, at)
        return bool(unpack(station, came).letters)

    return Subject(decoded(load()[name]["parcel"]), read)


def _people(name: str) -> People:
    """The people of the worked example, with the keys and certificates kept in it."""
    vector, fresh = load()[name], make_people(name)
    keys = {who: fresh.suite.load_private(decoded(text)) for who, text in vector["keys"].items()}
    from_file = {who: fresh.trust().add(decoded(text)) for who, text in vector["certificates"].items()}
    return replace(fresh, keys=keys, certificates=from_file)


def bundle(name: str, folder: Path) -> Subject:
    """The file of a stick: what is not whole is named, the rest is believed. It knows no suites: its signatures are a stand-in's."""
    path = folder / "bundle"
    given = [*a_bundle.RECEIPTS, *a_bundle.PARCELS, a_bundle.SCANS[0]]
    scans = [a_bundle.source(a_bundle.SCANS[0])]
    write_bundle(path, identity(), MADE_AT, digest, Load(a_bundle.RECEIPTS, a_bundle.PARCELS, scans))

    def read(data: bytes) -> bool:
        return a_bundle.read(_put(path, data))["whole"] == [digest(one) for one in given]

    return Subject(path.read_bytes(), read)


TARGETS: Mapping[str, Target] = {
    one.name: one
    for one in (
        Target("certificate", 1, (SigningError,), certificate),
        Target("revocation_list", 1, (SigningError,), revocation_list),
        Target("private_key", 1, (SigningError,), private_key),
        Target("wrapped_key", 1, (SigningError,), wrapped_key),
        Target("body", 1, (SigningError,), body),
        Target("signature", 1, (SigningError,), signature),
        Target("seal", 5, (SigningError,), seal),
        Target("seal_signature", 5, (SigningError,), seal_signature),
        Target("station_key_file", 11, (SigningError,), station_key_file),
        Target("seal_key_file", 29, (SigningError,), seal_key_file),
        Target("seal_register", 1, (SigningError, EnrolmentError), seal_register),
        Target("letter", 3, (SigningError, LetterError), letter),
        Target("parcel", 7, (SigningError, SyncError, PackingError), parcel),
        Target("bundle", 67, (SyncError,), bundle, open_end=True),
        Target("pdf", 499, (SigningError,), papers.pdf),
        Target("ofd", 97, (SigningError,), papers.ofd),
    )
}

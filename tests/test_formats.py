"""`docs/formats.md` against the program: its tables name what the code reads and writes, its worked example is what the code makes."""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key
from flask import Flask

from node.casework.calendars import shipped_calendar
from node.casework.case import Desk, Event, SideEvent
from node.casework.case_number import read_case_number
from node.casework.contents import ENCLOSURE_CONTEXT
from node.casework.letter import CONTEXT, EnclosureEntry, SealedLetter, make_frame, read_frame
from node.clock import from_text
from node.documents.carried import SealedDocument, carried, carry
from node.enrolment.documents import KINDS, Answer, Request, SealWish
from node.mail.packing import DICTIONARY, Contents, unpack
from node.mail.receipts import CAN_LIKE, read_receipt
from node.paperwork.members import write_members
from node.seals.status import AGAINST, Entry, make_list
from node.web.peer import STATUS_OF_CODE, peer_blueprint
from signing.algorithms import suite
from signing.canonical import parse_canonical
from signing.certificates import KEY_USAGES, parse_certificate
from signing.custody import SealKeys, create_seal_key
from signing.der import oid
from signing.envelope import verify_station
from signing.issuing import issue
from signing.keys import create_key_file
from signing.packages import read_package
from signing.seal import parse_signature, rebuild_signature
from signing.trust import TrustStore
from signing.verify import SealReport, verify_compact, verify_signature
from sync.answers import CODE_OF_STATUS, DOOR_CODES
from sync.bundle import Manifest
from sync.exchange import Letterbag, Refusal
from sync.fold import BASE64, HEX, RAW, fold
from sync.parcel import CLASSES, Parcel, ParcelHeader, header_bytes, read_parcel
from sync.records import read_records
from sync.squeeze import STATIC, Memory
from sync.waybill import Waybill
from sync.wire import EnclosureState
from tests.node.catalogue.test_release import RELEASE
from tests.node.paperwork.test_members import PAPERS
from tests.node.upkeep.test_published import UPDATE
from tests.signing.papers import plain_ofd_files, sealed_ofd, sealed_pdf
from tests.worked_example import (
    BEGIN,
    COUNTY,
    PACKAGE,
    PAGE,
    PAGES,
    STORED_AT,
    TOWNSHIP,
    VILLAGE,
    People,
    decoded,
    load,
    make_people,
    render,
)

TEXT = PAGE.read_text(encoding="utf-8")
VECTORS = load()
SUITES = ("gm", "p256")


def table(first_heading: str) -> dict[str, str]:
    """The rows of the page's table whose first column has this heading: what stands in backquotes there, and the rest of the row."""
    return read_table(TEXT[TEXT.index(f"\n| {first_heading} |") + 1 :])


def read_table(text: str) -> dict[str, str]:
    """The same of the table with which a text begins; no name may stand there twice."""
    found: dict[str, str] = {}
    for name, rest in rows(text.splitlines()):
        assert name not in found, f"{name} stands twice"
        found[name] = rest
    return found


def rows(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The rows below a heading: name and rest; each has as many cells as the heading."""
    heading, _, *below = lines
    for line in below:
        row = re.match(r"\| (.+?) \| (.*) \|$", line)
        if row is None:
            return
        assert line.count(" | ") == heading.count(" | "), line
        yield (re.findall(r"`([^`]+)`", row[1]) or [row[1]])[0], row[2]


def people(name: str) -> People:
    """Everybody of the example, from the vectors."""
    algorithms, one = suite(name), VECTORS[name]
    keys = {who: algorithms.load_private(decoded(text)) for who, text in one["keys"].items()}
    return People(algorithms, keys, {who: parse_certificate(algorithms, decoded(text)) for who, text in one["certificates"].items()})


def sealed_letter(name: str) -> SealedLetter:
    """The letter of the example, put together from its two lines."""
    one = VECTORS[name]
    return read_frame(CONTEXT + one["payload"].encode() + b"\n" + one["seals"].encode() + b"\n", suite(name).digest)


def parcel(name: str) -> Parcel:
    return read_parcel(decoded(VECTORS[name]["parcel"]), suite(name).digest)


# The worked example


def test_the_end_of_the_page_is_written_from_the_vectors() -> None:
    assert TEXT.endswith(render(VECTORS))
    assert TEXT.count(BEGIN) == 1


@pytest.mark.parametrize("name", SUITES)
def test_payload_and_frame_are_the_bytes_that_the_program_writes(name: str) -> None:
    sealed = sealed_letter(name)
    assert sealed.letter_id == VECTORS[name]["letter_id"] == suite(name).digest(sealed.frame)
    assert sealed.letter.payload() == VECTORS[name]["payload"].encode()
    assert make_frame(sealed.letter.payload(), sealed.seals) == sealed.frame
    assert sealed.letter.package == suite(name).digest(PACKAGE)
    assert read_case_number(sealed.letter.case_number).station == VILLAGE


@pytest.mark.parametrize("name", SUITES)
def test_the_seal_stands_and_its_full_form_is_rebuilt_byte_for_byte(name: str) -> None:
    algorithms, one, sealed = suite(name), VECTORS[name], sealed_letter(name)
    agent, seal, compact = decoded(one["certificates"]["agent"]), decoded(one["seal"]), sealed.seals[0]
    assert (compact.signer, compact.seal) == (algorithms.digest(agent), algorithms.digest(seal))
    full = rebuild_signature(algorithms, seal, agent, compact, sealed.sealed_content)
    assert full == decoded(one["seal_signature"])
    assert parse_signature(algorithms, full).property_info == "letter:v1"
    trust, proven = people(name).trust(), (None, STORED_AT)
    report = verify_compact(algorithms, trust, {compact.seal: seal}, compact, sealed.sealed_content, proven)
    assert report == verify_signature(algorithms, trust, full, sealed.sealed_content, proven)
    assert report.verdict == "valid"
    assert seals_nothing_else(name, full, sealed.sealed_content + b" ").verdict == "invalid"


def seals_nothing_else(name: str, full: bytes, content: bytes) -> SealReport:
    return verify_signature(suite(name), people(name).trust(), full, content, (None, STORED_AT))


@pytest.mark.parametrize("name", SUITES)
@pytest.mark.parametrize("rank", ["full", "preview"])
def test_an_enclosure_opens_with_its_key_and_is_what_the_letter_names(name: str, rank: str) -> None:
    algorithms, kept = suite(name), VECTORS[name]["enclosures"][rank]
    ciphertext, plain = decoded(kept["ciphertext"]), PAGES[rank]
    page = sealed_letter(name).letter.enclosures[0]
    entry = page if rank == "full" else page.preview
    assert entry is not None
    assert algorithms.decrypt(decoded(kept["key"]), ciphertext, ENCLOSURE_CONTEXT) == plain == decoded(kept["plain"])
    assert (entry.enclosure_id, entry.size_bytes, entry.plain) == (algorithms.digest(ciphertext), len(ciphertext), algorithms.digest(plain))


@pytest.mark.parametrize("name", SUITES)
@pytest.mark.parametrize("reader", [TOWNSHIP, COUNTY])
def test_each_reader_opens_the_parcel_and_finds_the_letter(name: str, reader: str) -> None:
    station, one, carried = people(name).station(reader), VECTORS[name], parcel(name)
    header = carried.header
    verify_station(station.suite, station.trust, header.signer, header.from_station, carried.signed, carried.signature, (None, STORED_AT))
    contents = unpack(station, carried)
    sealed = sealed_letter(name)
    assert contents.letters == [sealed.frame]
    assert contents.keys == {kept["id"]: decoded(kept["key"]) for kept in one["enclosures"].values()}
    assert contents.seals == [decoded(one["seal"])]
    assert carried.parcel_id == one["parcel_id"] == station.suite.digest(carried.data)
    assert header.dictionary == station.suite.digest(DICTIONARY)
    assert {(it.enclosure_id, it.rank) for it in header.enclosures} == {(kept["id"], rank) for rank, kept in one["enclosures"].items()}


@pytest.mark.parametrize("name", SUITES)
def test_the_parcel_brings_all_certificates_that_the_seal_needs(name: str) -> None:
    station, sealed = people(name).station(TOWNSHIP), sealed_letter(name)
    contents = unpack(station, parcel(name))
    trust = TrustStore(station.suite, decoded(VECTORS[name]["certificates"]["root"]))
    for der in contents.certificates:
        trust.add(der)
    seals = {station.suite.digest(der): der for der in contents.seals}
    assert verify_compact(station.suite, trust, seals, sealed.seals[0], sealed.sealed_content, (None, STORED_AT)).verdict == "valid"


@pytest.mark.parametrize("name", SUITES)
def test_the_receipts_are_signed_linked_and_name_parcel_and_letter(name: str) -> None:
    algorithms, one, trust = suite(name), VECTORS[name], people(name).trust()
    receipts = [read_receipt(text.encode(), algorithms.digest) for text in one["receipts"]]
    for receipt in receipts:
        verify_station(algorithms, trust, receipt.signer, receipt.station, receipt.signed, receipt.signature, (None, receipt.at))
    stored, arrived = receipts
    assert (stored.kind, stored.number, stored.parcels) == ("stored", 1, (one["parcel_id"],))
    assert (arrived.kind, arrived.number, arrived.letters[0].letter_id) == ("arrived", 2, one["letter_id"])
    after = [parse_canonical(text.encode().split(b"\n")[1])["after"] for text in one["receipts"]]
    assert after == [None, stored.receipt_id]


def test_the_p256_parcel_opens_by_the_page_alone_without_a_line_of_ours() -> None:
    one = VECTORS["p256"]
    data = decoded(one["parcel"])
    context, line, _ = data.split(b"\n", 2)
    header = json.loads(line)
    body_at = len(context) + len(line) + 2
    end = body_at + header["length"]
    maker = load_der_public_key(parse_certificate(suite("p256"), decoded(one["certificates"]["village_sign"])).public_key)
    assert isinstance(maker, ec.EllipticCurvePublicKey)
    maker.verify(data[end:], data[:end], ec.ECDSA(hashes.SHA256()))
    reader = load_der_private_key(decoded(one["keys"]["county_encrypt"]), None)
    assert isinstance(reader, ec.EllipticCurvePrivateKey)
    wrapped = next(decoded(key["wrapped"]) for key in header["keys"] if key["station"] == COUNTY)
    wrapping = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    key = wrapping.decrypt(wrapped, reader, info=context + b"\n")
    packed = AESGCM(key).decrypt(data[body_at : body_at + 12], data[body_at + 12 : end], data[:body_at])
    inside = zlib.decompressobj(zdict=DICTIONARY).decompress(packed)
    frame = b"yizhan letter 1\n" + one["payload"].encode() + b"\n" + one["seals"].encode() + b"\n"
    assert b"letter %d\n" % len(frame) + frame + b"\n" in inside


# The tables


def test_no_table_has_a_name_twice_or_a_row_with_a_cell_too_few() -> None:
    tables = [TEXT[heading.start() :] for heading in re.finditer(r"^\|.*\n\|---", TEXT, flags=re.MULTILINE)]
    assert len(tables) > 15
    assert all(map(read_table, tables))


def members(value: Mapping[str, Any]) -> set[str]:
    return set(value)


def test_the_letter_tables_name_the_members_that_are_written() -> None:
    sealed = sealed_letter("gm")
    payload = json.loads(sealed.payload)
    assert set(table("payload member")) == members(payload) | {"division", "instead_of"}
    assert set(table("enclosure member")) == members(payload["enclosures"][0]) | {"taken"}
    assert members(payload["enclosures"][0]["preview"]) == {"plain", "id", "size", "media"}
    assert {one.name for one in fields(EnclosureEntry)} == {
        "material", "page", "plain", "enclosure_id", "size_bytes", "media_type", "preview", "taken"
    }  # fmt: skip
    assert set(table("seal member")) == members(json.loads(sealed.frame.split(b"\n")[2])[0])
    assert set(re.findall(r"`(\w+)`", table("payload member")["holder"])) >= set(Desk)


def test_the_table_of_kinds_names_every_event_and_its_sort() -> None:
    sorts = {kind: rest.split(" ", 1)[0] for kind, rest in table("kind").items()}
    assert sorts == dict.fromkeys(map(str, Event), "state") | dict.fromkeys(map(str, SideEvent), "side")


def test_the_papers_table_names_the_members_that_a_submission_writes() -> None:
    written = write_members(PAPERS)
    # The village head's approval on paper goes with the act, not with what is kept of the case's papers.
    assert set(table("papers member")) == members(written) | {"seal_approval"}
    named = table("papers member")
    assert set(re.findall(r'"(\w+)"', named["mandate"])) == members(written["mandate"])
    assert set(re.findall(r'"(\w+)"', named["originals"])) == members(written["originals"][0])
    assert set(re.findall(r'"(\w+)"', named["signed"])) - {"pad", "paper"} == members(written["signed"])


def test_the_parcel_tables_name_header_members_classes_and_records() -> None:
    header = parcel("gm").header
    assert set(table("header member")) == members(json.loads(header_bytes(header)))
    assert len(table("header member")) == len(fields(ParcelHeader))
    assert set(re.findall(r"`(\w+)`", table("header member")["class"])) >= CLASSES
    one = [b"x"]
    everything = Contents(one, {"x": b"x"}, one, one, one, one, one, requests=one, answers=one, updates=one)
    everything.releases, everything.calendars, everything.catalogue_wanted, everything.seal_lists = one, one, one, one
    assert set(table("parcel record")) == kinds(everything.to_bytes())


def test_the_tables_of_the_list_of_seals_name_the_members_that_are_written() -> None:
    entry = Entry(f"sha256:{0:064}", f"{VILLAGE}-unit-1", "lost", STORED_AT, None, "示例")
    written = json.loads(make_list(1, STORED_AT, (entry,), people("p256").signer("county_authority")).splitlines()[1])
    assert set(table("list of seals member")) == members(written)
    assert set(table("list of seals entry")) == members(written["entries"][0])
    assert set(re.findall(r"`(\w+)`", table("list of seals entry")["state"])) == set(AGAINST)


def test_the_tables_of_requests_and_answers_name_the_members_that_are_written() -> None:
    wish = SealWish(kind="unit", name="示例", certificates=(b"x",))
    asked = Request(kind="seal", station=VILLAGE, keys=(), program="1", made_at=STORED_AT, seal=wish)
    told = Answer(request="", verdict="granted", reason=None, station=VILLAGE, documents=(b"x",), made_at=STORED_AT)
    named, answered = cells("request member"), cells("answer member")
    assert named == members(asked.members()) and answered == members(told.members())
    assert set(re.findall(r"`(\w+)`", table("request member")["kind"])) == set(KINDS)
    assert set(re.findall(r'"(\w+)"', table("request member")["seal"])) == members(asked.members()["seal"])


def cells(first_heading: str) -> set[str]:
    """Every name in the first column of a table, also where several share a row."""
    text = TEXT[TEXT.index(f"\n| {first_heading} |") + 1 :].splitlines()[2:]
    return {name for line in takewhile(lambda one: one.startswith("|"), text) for name in re.findall(r"`(\w+)`", line.split("|")[1])}


def test_the_update_table_names_the_members_of_its_record() -> None:
    assert set(table("update member")) == members(json.loads(UPDATE.to_bytes()))


def test_the_release_tables_name_its_members_and_those_of_each_change() -> None:
    assert set(table("release member")) == set(RELEASE.members())
    acts = table("act")
    for change in RELEASE.changes:
        told = set(re.findall(r"`(\w+)`", acts.pop(change.act).split(" | ", 1)[0]))
        assert told | {"act"} == set(change.members())
    assert acts == {}


def kinds(data: bytes) -> set[str]:
    return {record.kind for record in read_records(data, 100, 1000)}


def test_the_calendar_tables_name_the_members_that_are_written() -> None:
    written = json.loads(shipped_calendar())
    assert set(table("calendar")) == set(written)
    assert set(table("year")) - {"names"} == set(written["years"]["2026"])


def test_the_exchange_and_bundle_tables_name_what_is_written() -> None:
    more = (("x",), {"x": EnclosureState(1, ())}, ("x",))
    bag = Letterbag((b"x",), (Refusal("x", "x"),), (b"x",), 1024, (b"{}",), "2026-11-22T03:04:05Z", *more)
    assert set(table("exchange record")) == kinds(bag.to_bytes())
    manifest = Manifest(VILLAGE, "2026-11-22T03:04:05Z", (), (), (), "sm3:")
    assert set(table("manifest member")) == members(json.loads(manifest.to_bytes()))
    assert set(table("waybill member")) == members(json.loads(Waybill("sm3:", TOWNSHIP).to_bytes()))


def test_the_dictionary_of_exchanges_stands_on_the_page_byte_for_byte() -> None:
    assert f"\n```\n{STATIC.decode()}```\n" in TEXT


def test_the_receipt_table_names_the_members_that_are_written() -> None:
    assert set(table("receipt member")) == members(json.loads(VECTORS["gm"]["receipts"][0].split("\n")[1])) | {"can"}
    assert f"`{CAN_LIKE}`" in table("receipt member")["can"]


def test_the_certificate_tables_name_profile_and_usages() -> None:
    text = re.search(rb'\{"division":[^}]*\}', decoded(VECTORS["gm"]["certificates"]["agent"]))
    assert text is not None
    assert set(table("certificate member")) == members(json.loads(text[0])) | {"replaces"}
    assert set(table("usage")) == set(KEY_USAGES)


def test_the_door_tables_name_every_call_and_refusal() -> None:
    app = Flask("door")
    app.register_blueprint(peer_blueprint(None, digest=suite("gm").digest))  # type: ignore[arg-type]  # only its routes are read
    rules = [(rule.rule, (rule.methods or set()) - {"HEAD", "OPTIONS"}) for rule in app.url_map.iter_rules()]
    routes = {(method, route(path)) for path, methods in rules for method in methods}
    calls = {tuple(call.split("?")[0].split(" ")) for call in table("call")}
    assert calls == {pair for pair in routes if pair[1].startswith("/peer/")}
    codes = {code: int(rest.split(" ")[0].rstrip(",")) for code, rest in table("refusal code").items()}
    assert set(codes) == DOOR_CODES
    assert {code: status for code, status in codes.items() if code != "error"} == dict(STATUS_OF_CODE)
    assert all(CODE_OF_STATUS[codes[code]] == code for code in codes if code != "not_whole")


def route(rule: str) -> str:
    return re.sub(r"<\w+>", "ID", rule)


def test_the_table_of_marks_is_what_folding_writes() -> None:
    """Unfolded by the page alone: marks, what was cut, and the sum."""
    assert [int(mark, 16) for mark in table("mark")] == [HEX, BASE64, RAW]
    said = b'receipt 9\n\x02{"id":"sm3:%s"}\nyizhan parcel 1\n{"length":40}\n%s0\x02ab' % (b"0f" * 32, bytes(range(40)))
    said += base64.b64encode(bytes(range(70))) + b"\n"
    stream = zlib.decompressobj(zdict=STATIC + b"before" + b"sm3:1")
    text = stream.decompress(fold(said, Memory(b"before", b"sm3:1")))
    cut, whole, at = stream.unused_data, b"", 0
    assert cut[-4:] == zlib.crc32(said).to_bytes(4, "big")
    while at < len(text):
        mark = text[at] if 0 < text[at] < 4 else None
        more = {None: 0, HEX: 0, BASE64: 1, RAW: 3}[mark]
        head = text[at + 1 : at + 1 + more]
        length = {None: 0, HEX: 32}.get(mark, int.from_bytes(head, "big"))
        octets, cut = cut[:length], cut[length:]
        shown = {None: text[at : at + 1], HEX: octets.hex().encode(), BASE64: base64.b64encode(octets), RAW: octets}
        whole += shown[mark]
        at += 1 + more
    assert (whole, cut) == (said, zlib.crc32(said).to_bytes(4, "big"))


def test_every_context_of_the_program_is_in_the_table() -> None:
    used: set[str] = set()
    for folder in ("forms", "signing", "sync", "node"):
        for path in (PAGE.parent.parent / folder).rglob("*.py"):
            used.update(re.findall(r'"(yizhan [a-z]+(?: [a-z]+)? 1)(?:\\n)?', path.read_text(encoding="utf-8")))
    named = set(table("context"))
    assert named <= used
    assert used - named == {"yizhan form 1", "yizhan items 1", "yizhan calendar 1", "yizhan export 1", "yizhan release 1"}


def test_the_example_of_a_case_number_is_one() -> None:
    assert all(read_case_number(number).serial == 7 for number in set(numbers(TEXT)))


def numbers(text: str) -> Iterable[str]:
    found = re.findall(r"(?<!\d)\d{25}(?!\d)", text)
    assert found
    return found


def test_an_example_that_is_made_anew_certifies_the_same_people() -> None:
    fresh = make_people("p256")
    named = {who: (one.usage, one.station, one.division, one.roles) for who, one in fresh.certificates.items()}
    kept = {who: (one.usage, one.station, one.division, one.roles) for who, one in people("p256").certificates.items()}
    assert named == kept
    authority = fresh.signer("township_authority")
    begin = from_text("2026-11-22T00:00:00Z")
    renewed = issue(fresh.suite, authority, fresh.keys["agent"].public, fresh.certificates["agent"], begin, begin + timedelta(days=1))
    assert parse_certificate(fresh.suite, renewed).issuer_key_id == authority.certificate.key_id


@pytest.mark.parametrize("name", SUITES)
def test_the_tables_of_key_files_name_their_members(name: str, tmp_path: Path) -> None:
    own, pair, secret = suite(name), suite(name).generate(), bytes(32)
    create_key_file(tmp_path / "k", own, pair, None, secret)
    create_seal_key(tmp_path / "s", own, SealKeys(pair), pair, secret)
    written = {heading: json.loads((tmp_path / file).read_bytes()) for heading, file in (("key file", "k"), ("seal key file", "s"))}
    for heading, members in written.items():
        told = table(f"{heading} member")
        assert set(told) == set(members)
        assert f"`{members['format']}`" in told["format"]
    slot = written["seal key file"]["slots"][0]
    assert set(re.findall(r"`(\w+)`", table("seal key file member")["slots"])) == set(slot)


# Sealed documents


def test_the_members_of_a_pdf_seal_are_those_in_the_table() -> None:
    (line,) = re.findall(rb"%yizhan seal 1 (.*)", sealed_pdf("gm", 1))
    assert list(parse_canonical(line)) == list(table("PDF seal member"))


def test_the_files_of_a_sealed_ofd_are_those_in_the_table() -> None:
    ours = {re.sub(r"Sign_\d", "Sign_n", name) for name in read_package(sealed_ofd("gm", 1), 1 << 20)}
    assert ours - set(plain_ofd_files()) | {"OFD.xml"} == set(table("OFD file"))


def test_the_parts_that_letters_carry_are_those_in_the_table() -> None:
    village = SealedDocument(b"base", read_package(sealed_ofd("gm", 1), 1 << 20), ("village",))
    township = SealedDocument(b"base, more", read_package(sealed_ofd("gm", 2), 1 << 20), ("village", "township"))
    first = carried(carry({}, {"form": village, "acceptance": village, "result": village}))
    later = carried(carry({"form": village}, {"form": township}))
    known = set(table("carried part"))
    assert known <= {*first, *later}
    assert {name for name in (*first, *later) if "/" not in name} == {name for name in known if "/" not in name}
    assert all(name == "form.pdf+2" or name.startswith("form.ofd/Doc_0/Signs/") for name in later)


def test_the_seals_of_a_pdf_travel_under_the_object_identifier_that_the_page_names() -> None:
    (named,) = re.findall(r"unsigned attribute `([0-9.]+)`", TEXT)
    assert oid(named).hex().encode() in sealed_pdf("gm", 1)

"""What BouncyCastle says of what is made here, and what we say of what it makes: one start of Java for all of it."""

from datetime import datetime, timedelta

import pytest

from signing import der
from signing.algorithms import suite
from signing.errors import BadSignatureError
from signing.issuing import issue_revocations
from signing.ofd import read_ofd
from signing.pdf import read_pdf
from signing.revocations import Revocation
from signing.seal import LETTER_PROPERTY, CompactSeal, parse_signature, rebuild_signature, sign_compact, tbs_bytes
from signing.stamps import DocumentSeal
from tests.signing.county import CONTENT, END, NOW, SUITES, County, county
from tests.signing.papers import sealed_ofd, sealed_pdf
from tests.signing.second_opinions.programs import MESSAGE, BouncyCastle

BOTH = pytest.mark.parametrize("name", SUITES)
KEY = b"k" * 16
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def bouncy(tmp_path_factory: pytest.TempPathFactory) -> BouncyCastle:
    asked = BouncyCastle(tmp_path_factory.mktemp("bouncycastle"))
    for name in SUITES:
        for questions in (of_signatures, of_paths, of_seals, of_documents, of_bodies):
            questions(asked, county(name), f"{name}-")
    of_wrapped_keys(asked, county("gm"))
    asked.run()
    return asked


def of_signatures(asked: BouncyCastle, made: County, prefix: str) -> None:
    private, name = made.private["agent"], made.suite.name
    signature = made.suite.sign(private, MESSAGE)
    for case, public, message in (
        ("ours", private.public, MESSAGE),
        ("other-message", private.public, MESSAGE + b"x"),
        ("other-key", made.private["reviewer"].public, MESSAGE),
    ):
        asked.ask(prefix + case, "signature", name, public, message, signature)
    asked.ask(prefix + "sign", "sign", name, made.suite.dump_private(private), MESSAGE, f">{prefix}signed")
    asked.ask(prefix + "generate", "generate", name, f">{prefix}public", f">{prefix}own")


def of_paths(asked: BouncyCastle, made: County, prefix: str) -> None:
    certificates = {who: asked.put(f"{prefix}{who}.crt", one.der) for who, one in made.certificates.items()}
    no_list = list_of(made, "root", [])
    lists = {
        "nothing": (no_list, list_of(made, "township", [])),
        "agent": (no_list, list_of(made, "township", ["agent"])),
        "township": (list_of(made, "root", ["township"]), list_of(made, "township", [])),
    }
    files = {what: [asked.put(f"{prefix}{what}{place}.crl", data) for place, data in enumerate(each)] for what, each in lists.items()}
    root, authority = certificates["root"], certificates["township"]
    for who in ("agent", "reviewer", "station", "township_maker", "township_organ"):
        asked.ask(f"{prefix}path-{who}", "path", moment(NOW), root, certificates[who], authority, *files["nothing"])
    for who in ("approver", "county_maker"):
        asked.ask(f"{prefix}path-{who}", "path", moment(NOW), root, certificates[who], *files["nothing"])
    agent = certificates["agent"]
    asked.ask(f"{prefix}revoked", "path", moment(NOW), root, agent, authority, *files["agent"])
    asked.ask(f"{prefix}revoked-other", "path", moment(NOW), root, certificates["reviewer"], authority, *files["agent"])
    asked.ask(f"{prefix}revoked-above", "path", moment(NOW), root, agent, authority, *files["township"])
    asked.ask(f"{prefix}expired", "path", moment(END + DAY), root, agent, authority, *files["nothing"])
    asked.ask(f"{prefix}no-issuer", "path", moment(NOW), root, agent, *files["nothing"])
    asked.ask(f"{prefix}no-lists", "path", moment(NOW), root, agent, authority)
    changed = made.certificates["agent"].der[:-1] + bytes((made.certificates["agent"].der[-1] ^ 1,))
    asked.ask(f"{prefix}changed", "path", moment(NOW), root, asked.put(f"{prefix}changed.crt", changed), authority, *files["nothing"])


def list_of(made: County, issuer: str, revoked: list[str]) -> bytes:
    entries = [Revocation(made.certificates[who].serial, NOW - DAY, "key_compromise") for who in revoked]
    return issue_revocations(made.suite, made.signer(issuer), 7, entries, NOW - DAY, END + 30 * DAY)


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def whole(made: County, who: str, seal: str) -> bytes:
    return rebuild_signature(made.suite, made.seals[seal], made.certificates[who].der, made.sealed(who, seal), CONTENT)


def not_listed(made: County) -> bytes:
    """The township's seal with the village agent's key, which is not in its list."""
    agent = made.signer("agent")
    tbs = tbs_bytes(made.seals["township"], NOW, made.suite.hash(CONTENT))
    return der.sequence(tbs, der.octets(agent.certificate.der), made.suite.signature_oid, der.bits(agent.sign(tbs)))


def forged_maker(made: County) -> bytes:
    """A seal that its holder signed in its maker's place."""
    agent = made.signer("agent")
    honest = parse_signature(made.suite, whole(made, "agent", "agent")).seal
    forged = der.sequence(honest.info, der.octets(honest.maker.der), made.suite.signature_oid, der.bits(agent.sign(honest.info)))
    compact = sign_compact(made.suite, agent, forged, CONTENT, NOW)
    return rebuild_signature(made.suite, forged, agent.certificate.der, compact, CONTENT)


def of_seals(asked: BouncyCastle, made: County, prefix: str) -> None:
    name = made.suite.name
    for who, seal in (("agent", "agent"), ("reviewer", "reviewer"), ("township_organ", "township")):
        data = whole(made, who, seal)
        asked.ask(f"{prefix}seal-{seal}", "seal", name, data, CONTENT)
        asked.ask(f"{prefix}seal-{seal}-content", "seal", name, data, CONTENT + b" ")
    asked.ask(f"{prefix}seal-not-listed", "seal", name, not_listed(made), CONTENT)
    asked.ask(f"{prefix}seal-maker", "seal", name, forged_maker(made), CONTENT)
    compact, seal_der, signer = made.sealed("reviewer", "township"), made.seals["township"], made.certificates["reviewer"].der
    parts = (moment(compact.at), CONTENT, compact.signature, LETTER_PROPERTY)
    asked.ask(f"{prefix}rebuild", "rebuild", name, seal_der, signer, *parts, f">{prefix}rebuilt")
    asked.ask(f"{prefix}rebuilt", "seal", name, str(asked.folder / f"{prefix}rebuilt"), CONTENT)
    (asked.folder / f"{prefix}compact").write_bytes(compact.signature)


def in_documents(made: County) -> list[DocumentSeal]:
    """The seals of three tiers in a PDF and in an OFD."""
    name = made.suite.name
    revisions = read_pdf(made.suite, sealed_pdf(name)).revisions
    return [*(seal for one in revisions for seal in one.seals), *(one.seal for one in read_ofd(made.suite, sealed_ofd(name)).signs)]


def of_documents(asked: BouncyCastle, made: County, prefix: str) -> None:
    for place, seal in enumerate(in_documents(made)):
        asked.ask(f"{prefix}document-{place}", "seal", made.suite.name, seal.signature, seal.content)
        asked.ask(f"{prefix}document-{place}-other", "seal", made.suite.name, seal.signature, seal.content + b" ")


def of_wrapped_keys(asked: BouncyCastle, made: County) -> None:
    private = made.private["reader"]
    asked.ask("open", "open", made.suite.dump_private(private), made.suite.wrap(private.public, KEY), ">opened")
    asked.ask("wrap", "wrap", private.public, KEY, ">wrapped")


def of_bodies(asked: BouncyCastle, made: County, prefix: str) -> None:
    key = b"s" * made.suite.key_bytes
    data = made.suite.encrypt(key, MESSAGE, b"header")
    asked.ask(f"{prefix}body", "body", made.suite.name, key, b"header", data, f">{prefix}plain")
    asked.ask(f"{prefix}body-other", "body", made.suite.name, key, b"headeR", data, f">{prefix}nothing")


@BOTH
def test_it_accepts_our_signatures_and_no_others(bouncy: BouncyCastle, name: str) -> None:
    assert bouncy.answer(f"{name}-ours").accepted
    assert not bouncy.answer(f"{name}-other-message").accepted
    assert not bouncy.answer(f"{name}-other-key").accepted


@BOTH
def test_we_accept_its_signatures_by_our_key_and_by_its_own(bouncy: BouncyCastle, name: str) -> None:
    public = county(name).private["agent"].public
    suite(name).verify(public, MESSAGE, bouncy.made(f"{name}-signed"))
    suite(name).verify(bouncy.made(f"{name}-public"), b"BouncyCastle", bouncy.made(f"{name}-own"))
    with pytest.raises(BadSignatureError):
        suite(name).verify(public, MESSAGE, bouncy.made(f"{name}-own"))


@BOTH
def test_it_finds_paths_from_each_holder_to_the_root_with_our_revocation_lists(bouncy: BouncyCastle, name: str) -> None:
    for who in ("agent", "reviewer", "station", "township_maker", "township_organ"):
        assert bouncy.answer(f"{name}-path-{who}") == bouncy.answer(f"{name}-path-agent")
        assert (bouncy.answer(f"{name}-path-{who}").accepted, bouncy.answer(f"{name}-path-{who}").detail) == (True, "2")
    for who in ("approver", "county_maker"):
        assert (bouncy.answer(f"{name}-path-{who}").accepted, bouncy.answer(f"{name}-path-{who}").detail) == (True, "1")


@BOTH
@pytest.mark.parametrize("case", ["revoked", "revoked-above"])
def test_it_refuses_what_our_lists_revoke_and_reads_why(bouncy: BouncyCastle, name: str, case: str) -> None:
    refused = bouncy.answer(f"{name}-{case}")
    assert not refused.accepted
    assert "keyCompromise" in refused.detail
    assert bouncy.answer(f"{name}-revoked-other").accepted


@BOTH
@pytest.mark.parametrize(("case", "why"), [("expired", "not valid"), ("no-issuer", ""), ("no-lists", "CRL"), ("changed", "")])
def test_it_refuses_paths_that_do_not_hold(bouncy: BouncyCastle, name: str, case: str, why: str) -> None:
    refused = bouncy.answer(f"{name}-{case}")
    assert not refused.accepted
    assert why in refused.detail


@BOTH
@pytest.mark.parametrize("seal", ["agent", "reviewer", "township"])
def test_it_accepts_a_rebuilt_seal_signature_over_its_content_only(bouncy: BouncyCastle, name: str, seal: str) -> None:
    accepted = bouncy.answer(f"{name}-seal-{seal}")
    assert accepted.accepted, accepted.detail
    seal_id, at, purpose = accepted.detail.split("|")
    assert (at, purpose) == (moment(NOW), LETTER_PROPERTY)
    assert seal_id == parse_signature(suite(name), whole_of(name, seal)).seal.seal_id
    assert bouncy.answer(f"{name}-seal-{seal}-content").detail == "content"


def whole_of(name: str, seal: str) -> bytes:
    return whole(county(name), {"township": "township_organ"}.get(seal, seal), seal)


@BOTH
def test_it_accepts_every_seal_of_a_pdf_and_of_an_ofd_over_what_stands_there(bouncy: BouncyCastle, name: str) -> None:
    seals = in_documents(county(name))
    assert len(seals) == 12
    for place, seal in enumerate(seals):
        accepted = bouncy.answer(f"{name}-document-{place}")
        assert accepted.accepted, accepted.detail
        assert accepted.detail.split("|")[2] == seal.property_info
        assert bouncy.answer(f"{name}-document-{place}-other").detail == "content"


@BOTH
def test_it_refuses_a_signer_that_is_not_listed_and_a_maker_that_did_not_sign(bouncy: BouncyCastle, name: str) -> None:
    assert bouncy.answer(f"{name}-seal-not-listed").detail == "signer is not listed"
    assert bouncy.answer(f"{name}-seal-maker").detail == "maker's signature"


@BOTH
def test_a_compact_seal_rebuilds_the_full_signature_byte_for_byte_as_it_does(bouncy: BouncyCastle, name: str) -> None:
    made = county(name)
    signer, seal = made.certificates["reviewer"], made.seals["township"]
    compact = CompactSeal(signer.digest, made.suite.digest(seal), NOW, bouncy.made(f"{name}-compact"))
    assert bouncy.made(f"{name}-rebuilt") == rebuild_signature(made.suite, seal, signer.der, compact, CONTENT)
    assert bouncy.answer(f"{name}-rebuilt").accepted


def test_it_opens_a_key_wrapped_with_sm2_and_we_open_its_own(bouncy: BouncyCastle) -> None:
    assert bouncy.made("opened") == KEY
    assert suite("gm").unwrap(county("gm").private["reader"], bouncy.made("wrapped")) == KEY


@BOTH
def test_it_opens_a_body_encrypted_here_and_sees_another_header(bouncy: BouncyCastle, name: str) -> None:
    assert bouncy.made(f"{name}-plain") == MESSAGE
    assert not bouncy.answer(f"{name}-body-other").accepted

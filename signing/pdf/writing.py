"""Seals PDF files: one more revision, with the national seals and a signature for ordinary readers over all bytes until then."""

from collections.abc import Sequence
from datetime import datetime

from signing.algorithms import Suite, suite
from signing.certificates import Certificate
from signing.cms import SUITE, AttachedSeal, cms_room, digests, sign_cms
from signing.errors import DocumentError, MalformedError
from signing.keys import Signer
from signing.pdf.reading import OpenPdf, open_pdf
from signing.pdf.revision import PROPERTY, Head, news, packed_news, written
from signing.seal import parse_seal, sign_compact
from signing.stamps import CARRIED, VisibleSeal, checked_place


def seal_pdf(
    algorithms: Suite,
    pdf: bytes | OpenPdf,
    *,
    seals: Sequence[VisibleSeal],
    at: datetime,
    document: Signer,
    chain: Sequence[Certificate],
    authorities: Sequence[Certificate] = (),
) -> bytes:
    """`pdf` and one more revision that seals all of it: `seals` (the person's first) of the county's suite, `document` with P-256.

    `chain` are the certificates over the document key's, `authorities` those over the seals' signers and makers; a root is left out, since
    nobody may believe it for being there. Whole seconds of `at` are kept.

    Raises:
        DocumentError: the PDF, or an earlier revision, is not in our form; `document_key` is none of P-256; `picture`, `place`, `holder`.
        SealError: a signer is not among a seal's holders.
    """
    at = at.replace(microsecond=0)
    _check_document_key(document.certificate)
    chain = [each for each in chain if each.usage in CARRIED]
    carried = [each.der for each in (*chain, *authorities) if each.usage in CARRIED]
    opened = pdf if isinstance(pdf, OpenPdf) else open_pdf(algorithms, pdf)
    pdf, state = opened.data, opened.state
    parsed = [parse_seal(algorithms, each.seal) for each in seals]
    places = tuple(checked_place(each.place, len(state.base.pages)).tenths() if each.place else None for each in seals)
    found = news(state, parsed, places, carried)
    packed = packed_news(state, found)
    head = Head(
        at=at,
        authorities=tuple(map(len, found.authorities)),
        certificates=digests(document.certificate, chain),
        room=cms_room(document.certificate, at, len(seals)),
        seals=tuple(each.digest for each in parsed),
        places=places,
        new=found.seals,
        packed=len(packed),
    )
    revision = written(state, head, parsed, found.authorities, packed)
    content = pdf + revision.before + revision.after
    attached = [_attached(algorithms, each, content, at, PROPERTY + state.field_name) for each in seals]
    signature = sign_cms(document, content, at, attached).ljust(head.room, b"\0")
    return b"%b%b<%b>%b" % (pdf, revision.before, signature.hex().encode(), revision.after)


def _attached(algorithms: Suite, one: VisibleSeal, content: bytes, at: datetime, property_info: str) -> AttachedSeal:
    if one.signer.certificate.der not in parse_seal(algorithms, one.seal).holders:
        # A seal that lists its holders by digest alone does not bring the certificate along.
        raise DocumentError("holder")
    compact = sign_compact(algorithms, one.signer, one.seal, content, at, property_info)
    return AttachedSeal(algorithms.hash(one.signer.certificate.der), algorithms.hash(one.seal), compact.signature)


def _check_document_key(certificate: Certificate) -> None:
    try:
        suite(SUITE).check_public(certificate.public_key)
    except MalformedError as error:
        raise DocumentError("document_key", certificate.digest) from error

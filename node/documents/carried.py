"""How a letter carries sealed documents (文书): one packed enclosure that holds only what its act has added.

```
form.pdf             at the village: the whole form with the first seals
form.ofd/...         the files of the OFD
form.pdf+2           at a later tier: the second revision, to be set behind what was before
form.ofd/Doc_0/Signs/...   the files of its signatures, and the list of them
acceptance.pdf acceptance.ofd/...   at the acceptance
result.pdf result.ofd/...  certificate.pdf certificate.ofd/...   at the decision
```

What comes from other stations is read strictly and within bounds; whether its seals hold is for verification to say.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from signing.errors import DocumentError
from signing.packages import NOTHING_READY, PackedFile, pack_file, read_package, write_package

KINDS = ("form", "acceptance", "result", "certificate")
"""Documents that acts seal."""

MEDIA = "application/zip"
MAX_BYTES = 8 << 20
MOST_PARTS = 300
_ENTRY, _SIGNS = "OFD.xml", "Doc_0/Signs/"
_PDF = re.compile(rf"({'|'.join(KINDS)})\.pdf(?:\+([1-9][0-9]?))?")
_OFD = re.compile(rf"({'|'.join(KINDS)})\.ofd/(.+)")


@dataclass(frozen=True)
class SealedDocument:
    """A document as far as it has come: the PDF, the files of the OFD, and the tiers that have sealed it, in their order."""

    pdf: bytes = field(default=b"", repr=False)
    ofd: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    tiers: tuple[str, ...] = ()


def packed_ofd(kind: str, files: Mapping[str, bytes]) -> dict[str, PackedFile]:
    """The files of an OFD packed for `carry`, which is most of its work."""
    return {f"{kind}.ofd/{name}": pack_file(data) for name, data in files.items()}


def carry(
    before: Mapping[str, SealedDocument], after: Mapping[str, SealedDocument], ready: Mapping[str, PackedFile] = NOTHING_READY
) -> bytes:
    """The enclosure with what `after` has and `before` has not; `ready` are files that were packed before.

    Raises:
        DocumentError: a part's name.
    """
    parts: dict[str, bytes] = {}
    for kind, document in after.items():
        old = before.get(kind, SealedDocument())
        if document.pdf:
            name = f"{kind}.pdf+{len(document.tiers)}" if old.pdf else f"{kind}.pdf"
            parts |= {name: document.pdf[len(old.pdf) :]} if document.pdf != old.pdf else {}
        parts |= {f"{kind}.ofd/{name}": data for name, data in document.ofd.items() if old.ofd.get(name) != data}
    return write_package(parts, packed=True, ready=ready)


def carried(data: bytes) -> dict[str, bytes]:
    """The parts of an enclosure (not trusted).

    Raises:
        DocumentError: it is no package of ours, or has parts that no act adds.
    """
    parts = read_package(data, MAX_BYTES)
    if len(parts) > MOST_PARTS or not parts:
        raise DocumentError("package_size")
    for name in parts:
        if not _PDF.fullmatch(name) and not _OFD.fullmatch(name):
            raise DocumentError("package_name", name)
    return parts


def overlay(letters: Iterable[tuple[str, Mapping[str, bytes]]]) -> dict[str, SealedDocument]:
    """The documents that the parts of letters make, given with the tier of each in the order of the chain.

    What does not fit on what is there, since something between is missing, is left out.
    """
    found: dict[str, SealedDocument] = {}
    for tier, parts in letters:
        for kind in KINDS:
            added = _added(found.get(kind, SealedDocument()), kind, parts)
            if added is not None:
                found[kind] = replace(added, tiers=(*added.tiers, tier))
    return found


def _added(document: SealedDocument, kind: str, parts: Mapping[str, bytes]) -> SealedDocument | None:
    """The document with what a letter adds; None where it adds nothing that fits."""
    ofd = {found[2]: data for name, data in parts.items() if (found := _OFD.fullmatch(name)) and found[1] == kind}
    whole, revision = parts.get(f"{kind}.pdf"), parts.get(f"{kind}.pdf+{len(document.tiers) + 1}")
    if whole is not None or _ENTRY in ofd:
        return SealedDocument(whole or b"", ofd)
    pdf = document.pdf + revision if revision is not None and document.pdf else None
    files = {**document.ofd, **ofd} if _goes_on(document.ofd, ofd) else None
    if pdf is None and files is None:
        return None
    return replace(document, pdf=pdf or document.pdf, ofd=files or document.ofd)


def _goes_on(before: Mapping[str, bytes], new: Mapping[str, bytes]) -> bool:
    """Whether these are the files of signatures after those that are there, and nothing else."""
    numbers = _numbers(new)
    goes_on = bool(numbers) and min(numbers) == len(_numbers(before)) + 1
    return goes_on and _ENTRY in before and all(name.startswith(_SIGNS) for name in new)


def _numbers(files: Iterable[str]) -> set[int]:
    found = (re.fullmatch(r"Doc_0/Signs/Sign_([1-9][0-9]?)/[A-Za-z.]+", name) for name in files)
    return {int(one[1]) for one in found if one}

"""What letters carry of sealed documents: only what is new, put together in the order of the chain, read strictly."""

import pytest

from node.documents.carried import SealedDocument, carried, carry, overlay
from signing.errors import DocumentError
from signing.packages import write_package
from tests.signing.county import flipped

SIGN = "Doc_0/Signs/Sign_{}/"
LIST = "Doc_0/Signs/Signatures.xml"


def ofd(signs: int) -> dict[str, bytes]:
    """Parts of an OFD with so many signatures; what is in them does not matter here."""
    parts = {"OFD.xml": b"ofd", "Doc_0/Document.xml": b"document"}
    for number in range(1, signs + 1):
        parts |= {SIGN.format(number) + name: f"{name} {number}".encode() for name in ("Signature.xml", "SignedValue.dat")}
    return parts | {LIST: str(signs).encode()}


VILLAGE = SealedDocument(b"base+first", ofd(2), ("village",))
TOWNSHIP = SealedDocument(b"base+first+second", ofd(4), ("village", "township"))
COUNTY = SealedDocument(b"base+first+second+third", ofd(6), ("village", "township", "county"))
RESULT = SealedDocument(b"result", ofd(2), ("county",))


def letters() -> list[tuple[str, bytes]]:
    return [
        ("village", carry({}, {"form": VILLAGE})),
        ("township", carry({"form": VILLAGE}, {"form": TOWNSHIP})),
        ("county", carry({"form": TOWNSHIP}, {"form": COUNTY, "result": RESULT})),
    ]


def read(*chosen: tuple[str, bytes]) -> dict[str, SealedDocument]:
    return overlay((tier, carried(data)) for tier, data in chosen)


def test_what_was_carried_is_put_together_again() -> None:
    one, two, three = letters()
    assert read(one) == {"form": VILLAGE}
    assert read(one, two) == {"form": TOWNSHIP}
    assert read(one, two, three) == {"form": COUNTY, "result": RESULT}


def test_only_what_is_new_is_carried() -> None:
    _, two, _ = letters()
    names = set(carried(two[1]))
    assert names == {
        "form.pdf+2",
        f"form.ofd/{LIST}",
        *(f"form.ofd/{SIGN.format(number)}{name}" for number in (3, 4) for name in ("Signature.xml", "SignedValue.dat")),
    }
    assert carried(two[1])["form.pdf+2"] == b"+second"


def test_what_does_not_fit_on_what_is_there_is_left_out() -> None:
    one, two, three = letters()
    assert read(two) == {}
    assert read(three) == {"result": RESULT}
    assert read(one, three) == {"form": VILLAGE, "result": RESULT}
    assert read(one, two, two) == {"form": TOWNSHIP}


def test_a_form_that_is_handed_in_again_begins_anew() -> None:
    one, two, _ = letters()
    again = carry({}, {"form": SealedDocument(b"other", ofd(2), ("village",))})
    assert read(one, two, ("village", again)) == {"form": SealedDocument(b"other", ofd(2), ("village",))}


def test_a_tier_without_a_key_for_pdf_leaves_it_as_it_was() -> None:
    one = letters()[0]
    only_ofd = carry({"form": VILLAGE}, {"form": SealedDocument(VILLAGE.pdf, ofd(4), ("village", "township"))})
    assert read(one, ("township", only_ofd)) == {"form": SealedDocument(VILLAGE.pdf, ofd(4), ("village", "township"))}


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"other.pdf": b"x"},
        {"form.pdf+0": b"x"},
        {"form.pdf+100": b"x"},
        {"form.exe": b"x"},
        {"form.ofd": b"x"},
        {"form.ofd/../../etc": b"x"},
        {f"form.ofd/Doc_0/{number}": b"x" for number in range(301)},
    ],
)
def test_parts_that_no_act_adds_are_refused(parts: dict[str, bytes]) -> None:
    with pytest.raises(DocumentError):
        carried(write_package(parts, packed=True))


def test_files_beside_the_signatures_cannot_be_slipped_in_later() -> None:
    one = letters()[0]
    for name in ("Doc_0/Document.xml", "Doc_0/more.xml"):
        later = write_package({f"form.ofd/{name}": b"x", f"form.ofd/{SIGN.format(3)}Signature.xml": b"y"}, packed=True)
        assert read(one, ("township", later)) == {"form": VILLAGE}


def test_every_byte_changed_is_refused() -> None:
    for changed in flipped(letters()[1][1]):
        with pytest.raises(DocumentError):
            carried(changed)


def test_a_bomb_is_refused() -> None:
    with pytest.raises(DocumentError):
        carried(write_package({"form.pdf": bytes(9 << 20)}, packed=True))

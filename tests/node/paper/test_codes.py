"""Codes on paper: parcels and receipts become texts and come back; whatever is wrong with a text is named, and nothing is guessed."""

import hashlib
import random
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import node
from node.errors import RequestError
from node.paper import base45
from node.paper.codes import (
    MAX_CHARS,
    MAX_UNPACKED_BYTES,
    MOST_CODES,
    PARCEL,
    RECEIPT,
    SHARE_BYTES,
    START,
    join,
    prefix_of,
    read_text,
    texts_of,
)

HEAD = b'yizhan parcel 1\n{"class":"letters","dictionary":null,"from":"51118110400001"}\n'


def parcel(body_bytes: int) -> bytes:
    """Bytes like a parcel's: two lines, then what no packing makes smaller."""
    return HEAD + random.Random(body_bytes).randbytes(body_bytes)


def name_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def texts(data: bytes, kind: str = PARCEL) -> tuple[str, ...]:
    return texts_of(kind, name_of(data), data)


def why(text: str) -> str:
    with pytest.raises(RequestError) as refused:
        read_text(text)
    return refused.value.code


@pytest.mark.parametrize(("size", "codes"), [(28, 1), (2000, 1), (SHARE_BYTES * 2 - 100, 2), (SHARE_BYTES * 4 - 100, 4)])
def test_what_is_cut_into_codes_comes_back_in_any_order(size: int, codes: int) -> None:
    data = parcel(size)
    made = texts(data)
    assert len(made) == codes and all(len(text) <= MAX_CHARS for text in made)
    parts = [read_text(text) for text in reversed(made)]
    assert join(parts) == data
    assert {(part.kind, part.prefix, part.of) for part in parts} == {(PARCEL, prefix_of(name_of(data)), codes)}
    assert sorted(part.number for part in parts) == list(range(1, codes + 1))


def test_a_text_holds_only_characters_of_the_alphanumeric_mode() -> None:
    assert set("".join(texts(parcel(5000)))) <= set(base45.ALPHABET)


def test_a_receipt_is_packed_whole() -> None:
    data = b'yizhan receipt 1\n{"after":null,"kind":"stored"}\nMEUCIQ==\n'
    (text,) = texts(data, RECEIPT)
    part = read_text(text)
    assert (part.kind, join([part])) == (RECEIPT, data)


def test_more_than_four_codes_are_refused_with_their_number() -> None:
    with pytest.raises(RequestError) as refused:
        texts(parcel(SHARE_BYTES * MOST_CODES + 100))
    assert (refused.value.code, refused.value.facts) == ("paper_too_large", {"codes": 5, "most": 4})


def test_every_character_changed_is_refused() -> None:
    (text,) = texts(parcel(120))
    for at, there in enumerate(text):
        for other in base45.ALPHABET:
            if other != there:
                assert why(text[:at] + other + text[at + 1 :]) in ("paper_damaged", "paper_foreign", "paper_version"), (at, other)


def test_every_cut_and_every_addition_is_refused() -> None:
    (text,) = texts(parcel(120))
    assert {why(text[:at]) for at in range(len(START), len(text))} == {"paper_damaged"}
    assert {why(text[:at]) for at in range(1, len(START))} == {"paper_foreign"}
    assert {why(text + more) for more in ("A", "AA", "AAA", " ", ".")} == {"paper_damaged"}
    assert {why(text[: len(START)] + more + text[len(START) :]) for more in ("A", "AA", "AAA", " ")} == {"paper_damaged"}


def test_no_text_ends_in_a_space_that_a_scanner_or_a_field_would_drop() -> None:
    assert not any(base45.encode(pair.to_bytes(2, "big")).endswith(" ") for pair in range(65_536))
    assert not any(base45.encode(bytes([one])).endswith(" ") for one in range(256))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "paper_foreign"),
        ("https://example.invalid/", "paper_foreign"),
        ("1310251052000120261122000001 form sm3:abc", "paper_foreign"),
        ("YZ2:ABC.", "paper_version"),
        ("YZ1:", "paper_damaged"),
        ("YZ1:居民", "paper_damaged"),
        ("YZ1:" + "0" * 5000, "paper_damaged"),
    ],
)
def test_what_is_no_code_of_ours_is_told_apart(text: str, code: str) -> None:
    assert why(text) == code


@pytest.mark.parametrize(("number", "of"), [(0, 1), (2, 1), (1, 0), (1, 5), (255, 255)])
def test_numbers_that_cannot_be_are_refused_though_the_sum_is_right(number: int, of: int) -> None:
    frame = b"P" + bytes(8) + bytes([number, of]) + b"share"
    assert why(START + base45.encode(frame + zlib.crc32(frame).to_bytes(4, "big"))) == "paper_damaged"


def test_an_unknown_kind_and_an_empty_share_are_refused() -> None:
    for frame in (b"X" + bytes(8) + b"\x01\x01share", b"P" + bytes(8) + b"\x01\x01"):
        assert why(START + base45.encode(frame + zlib.crc32(frame).to_bytes(4, "big"))) == "paper_damaged"


def test_parts_that_hold_a_bomb_or_nothing_whole_are_refused() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(bytes(MAX_UNPACKED_BYTES * 20)) + packer.flush()
    (text,) = texts(parcel(28))
    part = read_text(text)
    for share in (bomb, part.share[:5], b"\xff\xff\xff"):
        with pytest.raises(RequestError, match="paper_damaged"):
            join([type(part)(PARCEL, part.prefix, 1, 1, share)])


def test_a_reader_written_from_the_page_of_formats_gets_the_same() -> None:
    page = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")
    dictionary = (Path(node.__file__).parent / "data" / "paper.dictionary").read_bytes()
    assert f"({len(dictionary)} bytes) as the preset dictionary" in page and f"| 1 to {SHARE_BYTES:,} | the part |" in page
    assert hashlib.sha256(dictionary).hexdigest() == "fceaf6d67820b29889d12676577849e83e8ad2c42f80830b1460b5c1eda8364c"
    data = parcel(4000)
    packed = b""
    for at, text in enumerate(texts(data)):
        values = ["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".index(one) for one in text.removeprefix("YZ1:")]
        groups = [values[start : start + 3] for start in range(0, len(values), 3)]
        frame = b"".join(sum(one * 45**place for place, one in enumerate(group)).to_bytes(len(group) - 1, "big") for group in groups)
        assert (frame[:1], frame[1:9].hex(), frame[9], frame[10]) == (b"P", hashlib.sha256(data).hexdigest()[:16], at + 1, 2)
        assert zlib.crc32(frame[:-4]) == int.from_bytes(frame[-4:], "big")
        packed += frame[11:-4]
    unpacker = zlib.decompressobj(-15, zdict=dictionary)
    assert unpacker.decompress(packed) + unpacker.unused_data == data


@given(st.binary(max_size=300))
def test_base45_gives_back_what_it_was_given(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


def test_base45_writes_as_its_standard_shows() -> None:
    assert base45.encode(b"AB") == "BB8"
    assert base45.encode(b"Hello!!") == "%69 VD92EX0"
    assert base45.encode(b"base-45") == "UJCLQE7W581"
    assert base45.decode("QED8WEX0") == b"ietf!"


@pytest.mark.parametrize("text", ["A", "GGW", "::", "ab8", "BB8A", "=="])
def test_base45_refuses_what_it_never_writes(text: str) -> None:
    with pytest.raises(ValueError, match="base45"):
        base45.decode(text)

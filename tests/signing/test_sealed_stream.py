"""A stream opens only as it was written: every byte, every chunk, in its place."""

from io import BytesIO

import pytest

from signing.algorithms import Suite
from signing.algorithms import suite as suite_of
from signing.envelope import new_content_key
from signing.errors import DecryptionError, MalformedError, SigningError
from signing.sealed_stream import CHUNK_BYTES, LENGTH_BYTES, SealedReader, SealedWriter, chunks

BOUND = bytes(range(32))
TEXT = bytes(range(256)) * 2400
"""Two whole chunks and a part of one."""


@pytest.fixture(params=["gm", "p256"])
def suite(request: pytest.FixtureRequest) -> Suite:
    return suite_of(request.param)


@pytest.fixture
def key(suite: Suite) -> bytes:
    return new_content_key(suite)


def sealed(suite: Suite, key: bytes, *parts: bytes, bound: bytes = BOUND) -> bytes:
    out = BytesIO()
    writer = SealedWriter(suite, key, bound, out.write)
    for part in parts:
        writer.write(part)
    writer.finish()
    return out.getvalue()


def opened(suite: Suite, key: bytes, data: bytes, bound: bytes = BOUND) -> bytes:
    reader = SealedReader(suite, key, bound, BytesIO(data).read)
    found = b""
    while part := reader.read(100_000):
        found += part
    return found


def framed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(LENGTH_BYTES, "big") + part for part in parts)


@pytest.mark.parametrize("length", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_what_was_written_is_read(suite: Suite, key: bytes, length: int) -> None:
    text = (TEXT * 2)[:length]
    assert opened(suite, key, sealed(suite, key, text)) == text


def test_it_may_be_written_and_read_in_any_pieces(suite: Suite, key: bytes) -> None:
    data = sealed(suite, key, *(TEXT[at : at + 70_001] for at in range(0, len(TEXT), 70_001)))
    reader = SealedReader(suite, key, BOUND, BytesIO(data).read)
    assert b"".join(iter(lambda: reader.read(77_777), b"")) == TEXT


def test_a_line_is_read_and_what_follows_stays(suite: Suite, key: bytes) -> None:
    reader = SealedReader(suite, key, BOUND, BytesIO(sealed(suite, key, b"one\ntwo and more")).read)
    assert (reader.line(10), reader.line(4), reader.read(99)) == (b"one\n", b"two ", b"and more")


def test_every_changed_byte_is_refused(suite: Suite, key: bytes) -> None:
    data = sealed(suite, key, b"three words here")
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(SigningError):
            opened(suite, key, bytes(changed))


def test_a_stream_cut_anywhere_is_refused(suite: Suite, key: bytes) -> None:
    data = sealed(suite, key, b"three words here")
    for length in range(len(data)):
        with pytest.raises(SigningError):
            opened(suite, key, data[:length])


def test_chunks_cannot_be_swapped_dropped_doubled_or_added(suite: Suite, key: bytes) -> None:
    first, second, last, end = chunks(BytesIO(sealed(suite, key, TEXT)).read)
    assert opened(suite, key, framed(first, second, last, end)) == TEXT
    for wrong in (
        (second, first, last, end),
        (first, last, end),
        (first, second, end),
        (first, first, second, last, end),
        (first, second, last, last, end),
        (last, end),
        (end,),
    ):
        with pytest.raises(SigningError):
            opened(suite, key, framed(*wrong))


def test_it_opens_only_with_its_key_and_what_it_belongs_to(suite: Suite, key: bytes) -> None:
    data = sealed(suite, key, TEXT)
    with pytest.raises(DecryptionError):
        opened(suite, new_content_key(suite), data)
    with pytest.raises(DecryptionError):
        opened(suite, key, data, bound=bytes(32))


def test_it_does_not_open_in_another_suite() -> None:
    gm, p256 = suite_of("gm"), suite_of("p256")
    data = sealed(gm, bytes(16), b"text")
    with pytest.raises(DecryptionError):
        opened(p256, bytes(32), data)


def test_a_length_that_no_chunk_has_is_not_waited_for(suite: Suite, key: bytes) -> None:
    with pytest.raises(MalformedError):
        opened(suite, key, b"\xff\xff\xff\xff" + bytes(100))

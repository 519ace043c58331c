"""Exchanges made small: what goes in comes out, both ends agree on the dictionary, and nothing damaged or oversized gets through."""

import base64
import random
import tracemalloc
import zlib

import pytest

from sync.errors import RecordError
from sync.exchange import Letterbag
from sync.squeeze import MEMORY_BYTES, NAMED_BYTES, STATIC, Memories, Memory, bodies, squeeze, unsqueeze
from tests.sync.fakes import parcel

BAG = Letterbag(parcels=(parcel(1), parcel(2)), down_bytes=32768).to_bytes()


def test_what_is_squeezed_comes_out_again() -> None:
    memory = Memory().after(b"something that was said")
    assert unsqueeze(squeeze(BAG, memory), (Memory(), memory), 1 << 20) == (BAG, memory)


@pytest.mark.parametrize("length", [0, 5, 1000, 10**8])
def test_a_parcel_comes_out_again_whatever_length_it_says_and_its_body_does_not_spoil_the_text(length: int) -> None:
    chance = random.Random(5)
    text = b'yizhan parcel 1\n{"length":%d,"wrapped":"%s"}\n'
    data = b"".join(text % (length, base64.b64encode(chance.randbytes(200))) + chance.randbytes(1000) for _ in range(2))
    squeezed = squeeze(data, Memory())
    assert unsqueeze(squeezed, (Memory(),), len(data)) == (data, Memory())
    if length == 1000:
        assert len(squeezed) < len(zlib.compress(data, 9)) - 60


def test_what_was_said_before_costs_next_to_nothing() -> None:
    first = squeeze(BAG, Memory())
    assert len(squeeze(BAG, Memory().after(BAG))) < 40 < len(first) < len(BAG)


def test_a_memory_that_is_not_shared_is_refused_by_name() -> None:
    with pytest.raises(RecordError, match="dictionary"):
        unsqueeze(squeeze(BAG, Memory().after(b"only one knows")), (Memory(),), 1 << 20)


@pytest.mark.parametrize("data", [b"", b"x", b"limits 14\n", zlib.compress(BAG)], ids=["empty", "short", "plain", "without a dictionary"])
def test_what_names_no_dictionary_is_refused(data: bytes) -> None:
    with pytest.raises(RecordError, match="dictionary"):
        unsqueeze(data, (Memory(),), 1 << 20)


def test_every_flipped_byte_and_every_cut_is_noticed() -> None:
    data = squeeze(BAG, Memory())
    flips = [data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :] for at in range(len(data))]
    cuts = [data[:at] for at in range(len(data))]
    for damaged in [*flips, *cuts, data + b"x"]:
        with pytest.raises(RecordError):
            unsqueeze(damaged, (Memory(),), 1 << 20)


def test_a_bomb_is_stopped_at_the_bound() -> None:
    bomb = squeeze(bytes(50 << 20), Memory())
    assert len(bomb) < 64 * 1024
    tracemalloc.start()
    with pytest.raises(RecordError, match="too_large"):
        unsqueeze(bomb, (Memory(),), 1 << 20)
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()
    assert len(unsqueeze(squeeze(bytes(1 << 20), Memory()), (Memory(),), 1 << 20)[0]) == 1 << 20


def test_a_memory_is_bounded_and_keeps_the_last() -> None:
    said = random.Random(1).randbytes(3 * MEMORY_BYTES)
    memory = Memory().after(said, said).after(b"", b"end")
    assert (memory.said, memory.named) == (said[-MEMORY_BYTES:], (said + b"end")[-NAMED_BYTES:])
    assert len(memory.dictionary) == len(STATIC) + MEMORY_BYTES < 32 * 1024


def test_a_door_keeps_what_the_caller_used_and_what_it_will_know_and_only_of_so_many() -> None:
    memories, one, two = Memories(most=2), Memory().after(b"1"), Memory().after(b"2")
    memories.keep("a", one, two)
    assert memories.of("a") == (one, two, Memory())
    memories.keep("b", one, two)
    memories.keep("c", one, two)
    assert memories.of("a") == (Memory(),)
    assert memories.of("c") == (one, two, Memory())


def test_a_body_that_pretends_to_be_a_header_does_not_keep_a_station_busy() -> None:
    """Whoever looked for the end of such a header would look for hours."""
    body = b"yizhan parcel 1\n{" + b'"length":1' * 400_000
    data = b'yizhan parcel 1\n{"length":%d}\n' % len(body) + body + b"\x30\x02ab"
    for text in (data, body, b"yizhan parcel 1\n" * 200_000):
        squeezed = squeeze(text, Memory())
        assert unsqueeze(squeezed, (Memory(),), len(text))[0] == text


def test_bodies_are_where_headers_say_and_are_not_looked_into() -> None:
    inner = b'yizhan parcel 1\n{"length":3}\nabc'
    outer = b'yizhan parcel 1\n{"enclosures":[{"length":7}],"length":%d}\n' % len(inner)
    assert list(bodies(outer + inner + inner)) == [(len(outer), len(outer + inner)), (len(outer + inner) + 29, len(outer + inner) + 32)]
    assert list(bodies(b"yizhan parcel 1\n" + outer + b"ab")) == [(16 + len(outer), 16 + len(outer) + 2)], "no more than there is"
    assert list(bodies(b'yizhan parcel 1\n{"length":3}')) == list(bodies(b"yizhan parcel 1\n{}\nabc")) == []

"""Exchanges folded: what goes in comes out, what is chance takes no more than its octets, and nothing damaged or oversized gets through."""

import base64
import random
import tracemalloc
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import RecordError
from sync.exchange import Letterbag
from sync.fold import BASE64, RAW, SUM_BYTES, fold, names_in, unfold
from sync.squeeze import STATIC, Memory, squeeze
from tests.sync.fakes import digest, parcel

CHANCE = random.Random(7)
WRAPPED, SIGNATURE = base64.b64encode(CHANCE.randbytes(122)), base64.b64encode(CHANCE.randbytes(71))
ID, AFTER = (b"sm3:" + CHANCE.randbytes(32).hex().encode() for _ in range(2))
RECEIPT = b'yizhan receipt 1\n{"after":"%s","kind":"stored","parcels":["%s"]}\n%s\n' % (AFTER, ID, SIGNATURE)
BAG = Letterbag(receipts=(RECEIPT,), parcels=(parcel(1), parcel(2)), down_bytes=32768).to_bytes()
PIECES = [BAG, RECEIPT, ID, WRAPPED, b"\x00\x01\x02\x03", b"sm3:", ID[:-1], WRAPPED * 5, b'yizhan parcel 1\n{"length":40}\n', b"\x30\x46"]


def test_what_is_folded_comes_out_again() -> None:
    memory = Memory().after(b"something that was said", b"sm3:1")
    assert unfold(fold(BAG, memory), (Memory(), memory), 1 << 20) == (BAG, memory)


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=60)), max_size=12))
def test_any_bytes_come_out_again(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert unfold(fold(data, Memory()), (Memory(),), len(data) + 4096)[0] == data


def test_chance_takes_its_octets_and_a_digest_that_was_said_next_to_nothing() -> None:
    earlier = RECEIPT.replace(ID, b"sm3:" + b"0" * 64).replace(AFTER, b"sm3:" + b"1" * 64).replace(SIGNATURE, WRAPPED)
    memory, octets = Memory().after(earlier), 71 + 2 * 32
    folded = len(fold(RECEIPT, memory))
    assert folded < octets + 60 and folded < len(squeeze(RECEIPT, memory)) - 10
    assert len(fold(RECEIPT, replace(memory, named=ID))) < folded - 25


def test_names_are_those_of_parcels_and_receipts_in_order() -> None:
    assert names_in(BAG, digest) == "".join(digest(one) for one in (RECEIPT, parcel(1), parcel(2))).encode()
    assert names_in(b"no records", digest) == b""


def test_a_memory_that_is_not_shared_is_refused_by_name() -> None:
    for memory in (Memory().after(b"only one knows"), Memory(named=ID)):
        with pytest.raises(RecordError, match="dictionary"):
            unfold(fold(BAG, memory), (Memory(),), 1 << 20)


def test_every_flipped_byte_and_every_cut_is_noticed() -> None:
    data = fold(BAG, Memory())
    flips = [data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :] for at in range(len(data))]
    cuts = [data[:at] for at in range(len(data))]
    for damaged in [*flips, *cuts, data + b"x"]:
        with pytest.raises(RecordError):
            unfold(damaged, (Memory(),), 1 << 20)


def test_a_bomb_is_stopped_at_the_bound() -> None:
    bomb = fold(b"-" * (10 << 20), Memory())
    assert len(bomb) < 64 * 1024
    tracemalloc.start()
    with pytest.raises(RecordError, match="too_large"):
        unfold(bomb, (Memory(),), 1 << 20)
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("mark", [bytes([BASE64, 0]), bytes([RAW, 0, 0, 0])], ids=["base64", "raw"])
def test_whoever_unfolds_has_no_more_work_than_was_sent(mark: bytes) -> None:
    """Marks that take nothing would cost the sender a thousandth of an octet each."""
    packer = zlib.compressobj(zdict=STATIC)
    with pytest.raises(RecordError, match="compressed"):
        unfold(packer.compress(mark) + packer.flush() + zlib.crc32(b"").to_bytes(4, "big"), (Memory(),), 1 << 20)
    assert fold(b"\x00" * 1000, Memory())[-SUM_BYTES - 1 :] != b"\x00" * 5, "what is no mark stays in the text"
    assert len(fold(mark * 1000, Memory())) > 1000, "what looks like marks is cut out and costs its octets"


def test_a_body_that_pretends_to_be_a_header_does_not_keep_a_station_busy() -> None:
    body = b"yizhan parcel 1\n{" + b'"length":1' * 400_000
    data = b'yizhan parcel 1\n{"length":%d}\n' % len(body) + body + b"\x30\x02ab"
    assert unfold(fold(data, Memory()), (Memory(),), len(data))[0] == data

"""The fast suite does what a suite must: only the right key opens and only the right bytes verify."""

import pytest

from signing.errors import BadSignatureError, DecryptionError
from tests.simulation.suite import FastSuite


def test_a_signature_is_of_one_key_over_one_message() -> None:
    suite = FastSuite()
    mine, other = suite.generate(), suite.generate()
    signature = suite.sign(mine, b"sealed")

    suite.verify(mine.public, b"sealed", signature)
    with pytest.raises(BadSignatureError):
        suite.verify(mine.public, b"seaIed", signature)
    with pytest.raises(BadSignatureError):
        suite.verify(other.public, b"sealed", signature)


def test_a_wrapped_key_opens_for_its_reader_alone_and_not_when_a_byte_is_another() -> None:
    suite = FastSuite()
    mine, other = suite.generate(), suite.generate()
    wrapped = suite.wrap(mine.public, bytes(range(32)))

    assert suite.unwrap(mine, wrapped) == bytes(range(32))
    for bad in (wrapped[:-1] + bytes([wrapped[-1] ^ 1]), wrapped[:20] + bytes([wrapped[20] ^ 1]) + wrapped[21:], wrapped[:-1]):
        with pytest.raises(DecryptionError):
            suite.unwrap(mine, bad)
    with pytest.raises(DecryptionError):
        suite.unwrap(other, wrapped)


def test_a_key_is_the_same_after_it_was_kept() -> None:
    suite = FastSuite()
    private = suite.generate()

    assert suite.load_private(suite.dump_private(private)) == private

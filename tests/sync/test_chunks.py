"""Byte ranges against the plain set of bytes they stand for, and sizes that follow the line."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sync.boxes import Piece
from sync.chunks import (
    FEWEST,
    FIRST_BYTES,
    LEAST_BYTES,
    MAX_PIECE_BYTES,
    MOST_BYTES,
    MOST_COUNT,
    PieceSizer,
    Sizer,
    gaps,
    merge,
    split,
    take_first,
)

PIECES = st.lists(st.builds(Piece, st.integers(0, 60), st.integers(0, 30)), max_size=8)


def covered(pieces: list[Piece]) -> set[int]:
    return {at for piece in pieces for at in range(piece.offset, piece.offset + piece.length)}


@given(PIECES)
def test_merged_pieces_are_the_same_bytes_and_do_not_touch(pieces: list[Piece]) -> None:
    merged = merge(pieces)
    assert covered(merged) == covered(pieces)
    assert all(one.offset + one.length < two.offset for one, two in pairwise(merged))


@given(st.integers(0, 80), PIECES)
def test_gaps_are_what_is_not_held(size: int, pieces: list[Piece]) -> None:
    missing = gaps(size, pieces)
    assert covered(missing) == set(range(size)) - covered(pieces)
    assert missing == merge(missing)


@given(PIECES, st.integers(1, 40))
def test_split_pieces_are_the_same_bytes_and_small(pieces: list[Piece], size: int) -> None:
    small = list(split(merge(pieces), size))
    assert covered(small) == covered(pieces)
    assert all(0 < piece.length <= size for piece in small)


@given(PIECES.map(merge).filter(bool), st.integers(1, 40))
def test_taking_from_the_front_ends_with_all_taken_in_order(pieces: list[Piece], size: int) -> None:
    todo, taken = list(pieces), []
    while todo:
        taken.append(take_first(todo, size))
    assert covered(taken) == covered(pieces)
    assert sum(piece.length for piece in taken) == len(covered(pieces))
    assert [piece.offset for piece in taken] == sorted(piece.offset for piece in taken)


def test_sizes_grow_with_progress_and_stay_within_bounds() -> None:
    sizer = Sizer()
    for _ in range(20):
        sizer.acknowledged(sizer.size, 0.5)
    assert sizer.size == MOST_BYTES
    for _ in range(20):
        sizer.broken()
    assert sizer.size == LEAST_BYTES


def test_a_slow_line_keeps_pieces_small() -> None:
    sizer = Sizer()
    for _ in range(20):
        sizer.acknowledged(sizer.size, 9.0)
    assert sizer.size == LEAST_BYTES


def test_a_small_piece_says_nothing_of_a_larger_one() -> None:
    sizer = Sizer()
    sizer.acknowledged(100, 0.1)
    assert sizer.size == Sizer().size


def test_sizes_differ_from_one_piece_to_the_next() -> None:
    sizer = Sizer()
    sizes = [sizer.next_bytes() for _ in range(8)]
    assert all(one != two for one, two in pairwise(sizes))
    assert max(sizes) <= sizer.size


def carried(sizer: PieceSizer, size_bytes: int, took_s: float = 0.5) -> None:
    """So many bytes come through, piece by piece."""
    while size_bytes > 0:
        size_bytes -= sizer.size
        sizer.acknowledged(sizer.size, took_s)


def test_pieces_start_small_and_grow_to_the_largest_only_after_many_megabytes() -> None:
    sizer = PieceSizer()
    assert sizer.size == FIRST_BYTES
    carried(sizer, 512 * 1024)
    assert sizer.size <= MOST_BYTES
    carried(sizer, 8 << 20)
    assert sizer.size == MAX_PIECE_BYTES


def test_on_a_line_that_breaks_often_pieces_get_smaller_and_after_each_break_they_are_not_large() -> None:
    sizer = PieceSizer()
    carried(sizer, 8 << 20)
    sizer.broken()
    assert sizer.size <= MOST_BYTES
    for _ in range(8):
        carried(sizer, 128 * 1024)
        sizer.broken()
    assert sizer.size < FIRST_BYTES


def test_pieces_that_break_together_are_one_break() -> None:
    one, many = PieceSizer(), PieceSizer()
    for sizer, breaks in ((one, 1), (many, 6)):
        carried(sizer, 256 * 1024)
        for _ in range(breaks):
            sizer.broken()
    assert one == many


def test_quick_answers_put_more_pieces_in_flight_and_slow_ones_never_less_than_three() -> None:
    sizer = PieceSizer()
    for _ in range(20):
        sizer.acknowledged(sizer.size, 0.3)
    assert sizer.count == MOST_COUNT
    for _ in range(20):
        sizer.acknowledged(sizer.size, 20.0)
    assert (sizer.count, sizer.size) == (FEWEST, LEAST_BYTES)


def test_no_splinter_is_left_at_the_end() -> None:
    pieces = [Piece(0, 12_000)]
    assert take_first(pieces, 10_000) == Piece(0, 12_000) and pieces == []

"""QR codes, worked out and read back."""

from itertools import pairwise

from node.scanning.qr import qr_code


def test_the_three_corners_of_a_code_are_where_readers_look_for_them() -> None:
    code = qr_code("1310251052010126112200078")
    dark = {(x + step, y) for x, y, length in code.runs for step in range(length)}
    near, far = 2, code.size - 9
    for left, top in ((near, near), (far, near), (near, far)):
        frame = {(left + x, top + y) for x in range(7) for y in range(7) if x in (0, 6) or y in (0, 6)}
        assert frame <= dark and (left + 1, top + 1) not in dark
    assert (0, 0) not in dark and max(x for x, _ in dark) == code.size - 3


def test_runs_lie_apart_and_are_never_empty() -> None:
    runs = qr_code("1122-01").runs
    assert all(length > 0 for _, _, length in runs)
    assert all(one[1] != other[1] or one[0] + one[2] < other[0] for one, other in pairwise(runs))

import ctypes
import sys
from pathlib import Path

import pytest

from node.memory import give_back, use_few_heaps

MIB = 1 << 20


def resident_bytes() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:"))


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="asks the GNU C library")
def test_memory_between_what_is_still_used_goes_back_to_the_system() -> None:
    blocks = [bytes(4000) for _ in range(16_000)]
    kept = blocks[::1000]
    del blocks
    before = resident_bytes()
    give_back()
    assert before - resident_bytes() > 32 * MIB
    assert all(one == bytes(4000) for one in kept)


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    use_few_heaps()
    give_back()


def test_another_system_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(ctypes, "CDLL")
    use_few_heaps()
    give_back()

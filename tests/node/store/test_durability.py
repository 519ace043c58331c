"""Processes killed in the middle, and several processes on one database."""

import subprocess
import sys
from pathlib import Path

from tests.node.store.conftest import Place

ROOT = Path(__file__).resolve().parents[3]

SUBMIT = """
import sys
from pathlib import Path
from tests.node.store.conftest import Place
from tests.node.store.samples import TOWN, case, letter, parcel
from tests.node.store.conftest import START

place = Place(sys.argv[1], bytes.fromhex(sys.argv[2]) or None, Path(sys.argv[3]))
store = place.open()
while True:
    with store.transaction():
        number = store.counters.next("case")
        name = str(number)
        store.letters.add(letter(name, case_number=name, frame=b"x" * 3000))
        store.cases.put(case(name, state="submitted", head=f"sm3:{name}"))
        store.outbox.put(parcel(name, data=b"y" * 3000), [f"sm3:{name}"])
        store.outbox.queue(f"sm3:{name}", TOWN, START)
    print(number, flush=True)
"""

COUNT = """
import sys
from pathlib import Path
from tests.node.store.conftest import START, Place
from datetime import timedelta

place = Place(sys.argv[1], bytes.fromhex(sys.argv[2]) or None, Path(sys.argv[3]))
store = place.open()
for _ in range(20):
    print(store.counters.next("serial"))
print("lease", store.leases.acquire("courier", sys.argv[4], START + timedelta(minutes=1), START))
"""


def start(place: Place, program: str, *more: str) -> subprocess.Popen[str]:
    key = place.key.hex() if place.key else ""
    given = [sys.executable, "-c", program, place.address, key, str(place.folder), *more]
    return subprocess.Popen(given, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_what_was_acknowledged_outlives_kills(place: Place) -> None:
    acknowledged = 0
    for kill in range(5):
        process = start(place, SUBMIT)
        assert process.stdout is not None
        for _ in range(4 + 3 * kill):
            acknowledged = int(process.stdout.readline())
        process.kill()
        rest = process.stdout.read().split()
        process.wait()
        acknowledged = int(rest[-1]) if rest else acknowledged
        store = place.open()
        kept = store.counters.peek("case")
        assert kept >= acknowledged
        assert store.check() == []
        assert store.letters.outcomes() == {"admitted": kept}
        assert store.cases.counts() == {"submitted": kept}
        assert store.outbox.counts() == {"queued": kept}
        assert all(store.letters.exists(f"sm3:{number}") for number in range(1, acknowledged + 1))
        store.close()


def test_two_processes_share_counters_and_the_lease(place: Place) -> None:
    place.open().close()
    processes = [start(place, COUNT, holder) for holder in ("a", "b")]
    printed = [process.communicate()[0].split("\n") for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    numbers = [int(line) for lines in printed for line in lines if line.isdecimal()]
    assert sorted(numbers) == list(range(1, 41))
    assert sorted(line for lines in printed for line in lines if line.startswith("lease")) == ["lease False", "lease True"]

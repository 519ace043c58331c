"""A county of 352 stations enrolled from one list: 12 townships and 340 villages, suite gm, on real databases in this process.

Invite: the list is read and judged, 352 invitations are signed and kept. Ask: what each new machine does, keys and request. Confirm: each
parent takes the requests in, certifies, keeps, queues the notices for the others, and signs the answers; the person who compares codes
is left out. Join: each machine proves the answer and becomes a station. Wall time, one run.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter

from bench.ground import Ground
from bench.table import Row
from node.assemble import Node, assemble
from node.clock import SystemClock
from node.enrolment.founding import NewStation, found_station
from node.enrolment.joining import begin, finish
from node.enrolment.stations_csv import read_stations
from node.roles import Tier
from node.store.records.enrolment import InvitationRecord

TOWNSHIPS, STATIONS = 12, 352
COUNTY = "131025"


def measure(ground: Ground) -> Iterator[Row]:
    clock, place = SystemClock(), ground.fresh_folder()
    found_station(place / "county", NewStation("示例县", Tier.COUNTY, f"{COUNTY}000000"), None, clock)
    with ExitStack() as stack:
        county = stack.enter_context(_running(place / "county"))
        since = perf_counter()
        wanted, faults = read_stations(_table())
        invited = county.reception.inviting.invite(wanted, "bench", faults=faults)
        yield Row(f"invite {STATIONS} stations from one list, s", "", "–", f"{perf_counter() - since:.2f}")
        asked = confirmed = joined = 0.0
        parents: dict[str, Node] = {}
        for record in invited:
            prefix = record.station[:9]
            spent = _enrol(place, record, county if record.station[9:12] == "000" else parents[prefix])
            asked, confirmed, joined = asked + spent[0], confirmed + spent[1], joined + spent[2]
            if record.station[9:12] == "000":
                parents[prefix] = stack.enter_context(_running(place / record.station))
        yield Row(f"confirm {STATIONS} requests, s", "", "–", f"{confirmed:.2f} ({confirmed * 1000 / STATIONS:.0f} ms each)")
        yield Row("a new machine: keys and request, ms", "", "–", f"{asked * 1000 / STATIONS:.0f}")
        yield Row("a new machine: take the answer, ms", "", "–", f"{joined * 1000 / STATIONS:.0f}")


def _enrol(place: Path, record: InvitationRecord, parent: Node) -> tuple[float, float, float]:
    """Seconds of asking, confirming and joining of one station."""
    folder, clock, marks = place / record.station, SystemClock(), [perf_counter()]
    request = begin(folder, record.data, clock).request
    marks.append(perf_counter())
    registrar = parent.reception.registrar
    answer = registrar.confirm(registrar.take(request).digest, "bench")
    marks.append(perf_counter())
    finish(folder, answer, clock)
    marks.append(perf_counter())
    return marks[1] - marks[0], marks[2] - marks[1], marks[3] - marks[2]


def _table() -> bytes:
    """The list: townships first, the villages shared out among them."""
    rows = ["站点名称,层级,区划代码"]
    rows += [f"示例{number}镇,乡镇,{COUNTY}{100 + number}000" for number in range(TOWNSHIPS)]
    rows += [f"示例{number}村,村,{COUNTY}{100 + number % TOWNSHIPS}{200 + number // TOWNSHIPS}" for number in range(STATIONS - TOWNSHIPS)]
    return "\n".join(rows).encode("gb18030")


@contextmanager
def _running(folder: Path) -> Iterator[Node]:
    node = assemble(folder, SystemClock())
    try:
        yield node
    finally:
        node.close()

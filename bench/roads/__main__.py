"""`python -m bench.roads`: one table of ours and the peers, measured on the same lines with the same payloads in the same run.

Peers are installed by `bench/roads/peers/install.sh`; one that is not there is named with the reason. Pages are A4 photographs as a village
keeps them, forms are sealed letters of 4 KB. Our figures carry seals, previews, rules and receipts too.
"""

import argparse
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from bench.ground import ground
from bench.roads.comparing import HEADS, Comparison, RoadRow
from bench.roads.nncp import Nncp
from bench.roads.ours import Ours
from bench.roads.pouchdb import PouchDb
from bench.table import in_columns

PEERS = Path("test-output/peers")
NOT_MEASURED = "not measured"


def main() -> int:
    """Measure what was asked for, all by default. How fast it was never decides the exit code; what of ours cannot be measured does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="PART", help="only rows whose names hold one of these")
    parser.add_argument("--small", action="store_true", help="small payloads, to see that everything works")
    parser.add_argument("--without-peers", action="store_true", help="ours alone")
    parser.add_argument("--peers", type=Path, default=PEERS, help="where install.sh has put PouchDB")
    asked = parser.parse_args()
    # Told to end, it still ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    rows: list[RoadRow] = []
    with ground() as place, tempfile.TemporaryDirectory(prefix="yizhan-roads-") as folder:
        nncp = None if asked.without_peers else Nncp(Path(folder) / "nncp")
        pouchdb = None if asked.without_peers else PouchDb(Path(folder) / "pouchdb", asked.peers)
        comparison = Comparison(place, Ours(place), nncp, pouchdb, small=asked.small)
        for name, measure in comparison.rows():
            if not asked.only or any(part in name for part in asked.only):
                print(f"{name} …", file=sys.stderr, flush=True)
                found = _measured(name, measure)
                rows += found
                print(in_columns([row.cells() for row in found]), file=sys.stderr, flush=True)
    print(in_columns([HEADS, *(row.cells() for row in rows)]))
    for peer in (nncp, pouchdb):
        if peer is not None and (reason := peer.missing()):
            print(f"{peer.name} was not measured: {reason}")
    return 1 if any(row.ours == NOT_MEASURED for row in rows) else 0


def _measured(name: str, measure: Callable[[], list[RoadRow]]) -> list[RoadRow]:
    try:
        return measure()
    except Exception:  # one measurement that fails must not hide the others
        traceback.print_exc()
        return [RoadRow(name, "", "", "", NOT_MEASURED)]


if __name__ == "__main__":
    sys.exit(main())

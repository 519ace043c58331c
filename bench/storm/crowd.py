"""Many villages in one process: `python -m bench.storm.crowd FOLDER…`. Says `ready`, waits for a line, carries until its input ends.

Each is the station that `serve` would run, on its own database, with its own keys and its courier in a thread; what is left out are its
pages, its chores and the memory of a process of its own.
"""

import sys
import threading
from pathlib import Path

from node.assemble import assemble
from node.clock import SystemClock
from node.memory import use_few_heaps

STOPS_WITHIN_S = 20.0


def main() -> int:
    """Open all, wait, carry all at once, stop."""
    use_few_heaps()
    stop = threading.Event()
    nodes = [assemble(Path(place), SystemClock()) for place in sys.argv[1:]]
    threads = [
        threading.Thread(target=node.courier.run, args=(stop, node.wake), name=node.station.station, daemon=True)
        for node in nodes
        if node.courier is not None
    ]
    print("ready", flush=True)
    sys.stdin.readline()
    for thread in threads:
        thread.start()
    sys.stdin.read()
    stop.set()
    for node in nodes:
        node.wake.set()
    for thread in threads:
        thread.join(STOPS_WITHIN_S)
    for node in nodes:
        node.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

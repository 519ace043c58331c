"""PouchDB as a peer: a village's database replicates to a township's server, for good and with retries, over the shaped line.

A page is the attachment of a document of its own, a form is a document. A document counts when the township's server has it.
"""

import http.client
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from bench.processes import free_ports, wait_for
from bench.roads.line import Document, Drained, RoadLine, timed
from bench.shaped import Link, shaped_link
from node.commands.demo import HOST

SCRIPT = Path(__file__).parent / "peers" / "pouch.js"
SETTLES_S = 2.0


class PouchNode:
    """A station of it, a process that does what it is told."""

    def __init__(self, process: "subprocess.Popen[str]", port: int | None) -> None:
        self._process = process
        self._port = port

    @property
    def url(self) -> str:
        """Its database, for those below."""
        return f"http://{HOST}:{self._port}/cases"

    def tell(self, **order: Any) -> Any:
        """Tell it something, and wait until it is done.

        Raises:
            RuntimeError: it could not.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> Any:
        """What it says next.

        Raises:
            RuntimeError: nothing, or an error.
        """
        assert self._process.stdout is not None
        answer = json.loads(self._process.stdout.readline() or '{"error": "it ended"}')
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def put(self, documents: Sequence[Document], folder: Path, *, attached: bool) -> None:
        """Keep documents."""
        self.tell(put=[{"name": one.name, "file": str(one.written(folder)), "attached": attached} for one in documents])

    def has(self, count: int) -> bool:
        """Whether so many documents are there; asked at its own port, not over the line."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=10)
        try:
            connection.request("GET", "/cases")
            return int(json.loads(connection.getresponse().read()).get("doc_count", 0)) >= count
        finally:
            connection.close()


@dataclass(frozen=True)
class PouchDb:
    """Drains documents over a line, in a folder that is its own; `peers` is where it is installed."""

    folder: Path
    peers: Path
    name: str = "PouchDB"

    def missing(self) -> str | None:
        """Why it cannot be measured here, if it cannot."""
        if shutil.which("node") is None:
            return "there is no node"
        return None if (self.peers / "node_modules" / "express-pouchdb").exists() else f"not installed (npm: pouchdb) in {self.peers}"

    def drain(self, line: RoadLine, documents: Sequence[Document]) -> Drained | None:
        """Put the documents, then let the village replicate over the line."""
        self._clear()
        with (
            self._node("village") as village,
            self._node("township", served=True) as township,
            self._line(township, line.shape()) as (link, url),
        ):
            village.put(documents, self.folder / "outgoing", attached=bool(line.scans))
            village.tell(push=url, live=True)
            payload = sum(len(document.data) for document in documents)
            return timed(link, lambda: township.has(len(documents)), payload, line.within_s)

    def singly(self, documents: Sequence[Document]) -> float:
        """Bytes on the wire for each of payload when every document goes in a replication of its own."""
        self._clear()
        with self._node("village") as village, self._node("township", served=True) as township, self._line(township, {}) as (link, url):
            for document in documents:
                village.put([document], self.folder / "outgoing", attached=False)
                village.tell(push=url)
            return float(link.stats()["total_bytes"] / sum(len(document.data) for document in documents))

    def idle(self, document: Document, rounds: int) -> tuple[int, float]:
        """Bytes both ways and seconds of a replication that has nothing to carry, the best of some rounds."""
        self._clear()
        with self._node("village") as village, self._node("township", served=True) as township, self._line(township, {}) as (link, url):
            village.put([document], self.folder / "outgoing", attached=False)
            village.tell(push=url)
            return min(self._idle_round(village, link, url) for _ in range(rounds))

    def two_hops_s(self, document: Document, within_s: float) -> float | None:
        """Seconds from putting one document until it is two stations away, both replicating for good."""
        self._clear()
        with (
            self._node("village") as village,
            self._node("township", served=True) as township,
            self._node("county", served=True) as county,
        ):
            township.tell(push=county.url, live=True)
            village.tell(push=township.url, live=True)
            sleep(SETTLES_S)
            began = monotonic()
            village.put([document], self.folder / "outgoing", attached=False)
            return monotonic() - began if wait_for(lambda: county.has(1), within_s, 0.005) else None

    def _idle_round(self, village: PouchNode, link: Link, url: str) -> tuple[int, float]:
        before = link.stats()["total_bytes"]
        took_s = village.tell(push=url)["ms"] / 1000
        return int(link.stats()["total_bytes"] - before), took_s

    def _clear(self) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)

    @contextmanager
    def _line(self, township: PouchNode, shape: Mapping[str, float]) -> Iterator[tuple[Link, str]]:
        """The line to a township, and the address of its database at the end of the line."""
        port = int(township.url.split(":")[2].partition("/")[0])
        with shaped_link(port, **shape) as link:
            host, near = link.address
            yield link, f"http://{host}:{near}/cases"

    @contextmanager
    def _node(self, name: str, *, served: bool = False) -> Iterator[PouchNode]:
        """A station that runs."""
        folder = self.folder / name
        folder.mkdir(parents=True)
        port = free_ports(1)[0] if served else None
        command = ["node", str(SCRIPT), str(folder), *([str(port)] if port else [])]
        environment = os.environ | {"PEERS": str(self.peers.resolve())}
        with (folder / "errors.txt").open("ab") as errors:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment, cwd=folder
            )
        try:
            node = PouchNode(process, port)
            node.answer()
            yield node
        finally:
            process.kill()
            process.communicate()

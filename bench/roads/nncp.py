"""NNCP as a peer: two or three nodes on this machine, files queued at the first, and the line between the first two shaped.

The receiving node runs `nncp-daemon` with autotoss; the sending node runs `nncp-caller` that dials each second, as eagerly as its
configuration allows, and again at once after a break. A file counts when the receiving node has it whole in its incoming folder.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from bench.processes import free_ports, wait_for
from bench.roads.line import Document, Drained, RoadLine, timed
from bench.shaped import Link, shaped_link
from node.commands.demo import HOST

PROGRAMS = ("nncp-cfgnew", "nncp-file", "nncp-daemon", "nncp-caller", "nncp-call", "nncp-bundle", "nncp-toss")
EACH_SECOND = "*/1 * * * * * *"
DEADLINE_S = 30
SETTLES_S = 3.0
CALLS = 3
_KEY = re.compile(r"^\s+(id|exchpub|exchprv|signpub|signprv|noiseprv|noisepub): (\w+)$", re.MULTILINE)


@dataclass
class NncpNode:
    """One node in a folder of its own; `ends` are processes of it that run."""

    name: str
    folder: Path
    port: int
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """Its configuration."""
        return self.folder / "nncp.hjson"

    @property
    def incoming(self) -> Path:
        """Where files come to."""
        return self.folder / "incoming"

    def make(self) -> None:
        """Keys and folders."""
        for part in ("spool", "incoming"):
            (self.folder / part).mkdir(parents=True)
        made = subprocess.run(["nncp-cfgnew", "-nocomments"], capture_output=True, text=True, check=True).stdout
        self.keys = dict(_KEY.findall(made))

    def know(
        self, others: Sequence["NncpNode"], via: Mapping[str, str], addresses: Mapping[str, tuple[str, int]], deadline_s: int | None
    ) -> None:
        """Write the configuration: whom it knows, by whom it reaches them, and where it dials, each second."""
        neighbours: dict[str, Any] = {"self": self._public({})}
        patience = {} if deadline_s is None else {"onlinedeadline": deadline_s}
        for other in others:
            more: dict[str, Any] = {"incoming": str(self.incoming), **patience}
            if other.name in via:
                more["via"] = [via[other.name]]
            if other.name in addresses:
                host, port = addresses[other.name]
                more["addrs"] = {"line": f"{host}:{port}"}
                more["calls"] = [{"cron": EACH_SECOND, "autotoss": True, **patience}]
            neighbours[other.name] = other._public(more)
        settings = {"spool": str(self.folder / "spool"), "log": str(self.folder / "log"), "self": self.keys, "neigh": neighbours}
        self.config.write_text(json.dumps(settings), encoding="utf-8")

    def _public(self, more: dict[str, Any]) -> dict[str, Any]:
        return {name: self.keys[name] for name in ("id", "exchpub", "signpub", "noisepub")} | more

    def queue(self, files: Sequence[Path], to: str) -> None:
        """Queue files for another node."""
        for file in files:
            self.run("nncp-file", str(file), f"{to}:")

    def run(self, program: str, *arguments: str, **more: Any) -> "subprocess.CompletedProcess[bytes]":
        """One of its programs, to its end."""
        return subprocess.run([program, "-cfg", str(self.config), "-quiet", *arguments], capture_output=True, **more)

    @contextmanager
    def running(self, program: str, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
        """One of its programs, as long as it is needed."""
        with (self.folder / f"{program}.out").open("ab") as output:
            process = subprocess.Popen([program, "-cfg", str(self.config), "-quiet", *arguments], stdout=output, stderr=output)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()

    def listening(self) -> "AbstractContextManager[subprocess.Popen[bytes]]":
        """Its daemon, which takes calls and tosses what came."""
        return self.running("nncp-daemon", "-bind", f"{HOST}:{self.port}", "-autotoss")

    def call(self) -> None:
        """Call the township once, until there is nothing more to carry; again where the daemon does not take the call.

        Raises:
            RuntimeError: it never does.
        """
        for _ in range(CALLS):
            if self.run("nncp-call", "-onlinedeadline", "1", "township").returncode == 0:
                return
            sleep(SETTLES_S)
        raise RuntimeError("nncp-call does not get through")

    def count(self) -> int:
        """How many files came whole."""
        return sum(1 for file in self.incoming.rglob("*") if file.is_file() and not file.name.startswith((".", "nncp")))

    def has(self, count: int) -> bool:
        """Whether so many files came whole."""
        return self.count() >= count


@dataclass(frozen=True)
class Nncp:
    """Drains documents over a line, in a folder that is its own; `deadline_s` is how long it waits for a silent line, None its default."""

    folder: Path
    deadline_s: int | None = DEADLINE_S
    name: str = "NNCP"

    def missing(self) -> str | None:
        """Why it cannot be measured here, if it cannot."""
        absent = [name for name in PROGRAMS if shutil.which(name) is None]
        return f"not installed (Debian: nncp): {', '.join(absent)}" if absent else None

    def drain(self, line: RoadLine, documents: Sequence[Document]) -> Drained | None:
        """Queue files, then start the daemon, then the caller behind the line."""
        village, township = self._made("village", "township")
        files = [document.written(self.folder / "outgoing") for document in documents]
        with shaped_link(township.port, **line.shape()) as link:
            village.know([township], {}, {"township": link.address}, self.deadline_s)
            township.know([village], {}, {}, self.deadline_s)
            village.queue(files, "township")
            with township.listening(), village.running("nncp-caller"):
                payload = sum(len(document.data) for document in documents)
                return timed(link, lambda: township.has(len(files)), payload, line.within_s)

    def two_hops_s(self, document: Document, within_s: float) -> float | None:
        """Seconds from queueing one file until it is two nodes away, all of them calling each second."""
        village, township, county = self._made("village", "township", "county")
        village.know([township, county], {"county": "township"}, {"township": (HOST, township.port)}, self.deadline_s)
        township.know([village, county], {}, {"county": (HOST, county.port)}, self.deadline_s)
        county.know([village, township], {}, {}, self.deadline_s)
        file = document.written(self.folder / "outgoing")
        with township.listening(), county.listening(), village.running("nncp-caller"), township.running("nncp-caller"):
            sleep(SETTLES_S)
            began = monotonic()
            village.queue([file], "county")
            return monotonic() - began if wait_for(lambda: county.has(1), within_s) else None

    def singly(self, documents: Sequence[Document]) -> float:
        """Bytes on the wire for each of payload when every file goes in a call of its own."""
        village, township = self._made("village", "township")
        with shaped_link(township.port) as link, self._on_call(village, township, link.address):
            for document in documents:
                village.queue([document.written(self.folder / "outgoing")], "township")
                village.call()
            return float(link.stats()["total_bytes"] / sum(len(document.data) for document in documents))

    def idle(self, rounds: int) -> tuple[int, float]:
        """Bytes both ways and seconds of a call that has nothing to carry, the best of some rounds."""
        village, township = self._made("village", "township")
        with shaped_link(township.port) as link, self._on_call(village, township, link.address):
            return min(_one_call(village, link) for _ in range(rounds))

    @contextmanager
    def _on_call(self, village: NncpNode, township: NncpNode, address: tuple[str, int]) -> Iterator[None]:
        """The township listens, and the village calls only when it is told to, and hangs up at once."""
        village.know([township], {}, {"township": address}, 1)
        township.know([village], {}, {}, 1)
        with township.listening():
            sleep(SETTLES_S)
            yield

    def bundle_cut(self, documents: Sequence[Document]) -> str:
        """What it says of a bundle of which only 60 % is there: exit code, whether it said something, what was taken in."""
        village, township = self._made("village", "township")
        village.know([township], {}, {}, self.deadline_s)
        township.know([village], {}, {}, self.deadline_s)
        village.queue([document.written(self.folder / "outgoing") for document in documents], "township")
        bundle = village.run("nncp-bundle", "-tx", "township").stdout
        read = township.run("nncp-bundle", "-rx", input=bundle[: len(bundle) * 6 // 10])
        township.run("nncp-toss")
        said = "a message" if (read.stdout + read.stderr).strip() else "no message"
        return f"exit {read.returncode}, {said}, {township.count()} of {len(documents)} files taken in"

    def twice(self, document: Document) -> int:
        """How often one file arrives that goes by network and in a bundle."""
        village, township = self._made("village", "township")
        village.know([township], {}, {"township": (HOST, township.port)}, self.deadline_s)
        township.know([village], {}, {}, self.deadline_s)
        village.queue([document.written(self.folder / "outgoing")], "township")
        bundle = village.run("nncp-bundle", "-tx", "township").stdout
        with township.listening(), village.running("nncp-caller"):
            wait_for(lambda: township.has(1), 30)
        township.run("nncp-bundle", "-rx", input=bundle)
        township.run("nncp-toss")
        return township.count()

    def _made(self, *names: str) -> list[NncpNode]:
        """New nodes, each with a port of its own."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        nodes = [NncpNode(name, self.folder / name, port) for name, port in zip(names, free_ports(len(names)), strict=True)]
        for node in nodes:
            node.make()
        return nodes


def _one_call(village: NncpNode, link: Link) -> tuple[int, float]:
    before, began = link.stats()["total_bytes"], monotonic()
    village.call()
    return int(link.stats()["total_bytes"] - before), monotonic() - began

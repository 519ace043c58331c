"""After the storm: every case at its village, its township and the county, once, by the same letter, its scans whole."""

from collections.abc import Iterator
from pathlib import Path

from bench.storm.template import Template, opened, village_name
from node.assemble import Node
from node.casework.letter import read_frame
from node.errors import NodeError
from node.paperwork.values import DOCUMENTS


def find_faults(folder: Path, template: Template) -> Iterator[str]:
    """What is wrong at stations that have ended: in words, nothing when all is well."""
    letters: dict[str, set[str]] = {}
    stations: dict[str, list[str]] = {name: [] for name in template.names()[: 1 + template.townships]}
    for number in range(template.villages):
        name = village_name(number)
        with opened(folder / name) as village:
            origin = village.station.station
            letters[origin] = _letters_of(village, origin)
            yield from (f"{name}: {fault}" for fault in _faults_at(village, template.cases))
            yield from _unfinished(village, name)
        stations["county"].append(origin)
        stations[template.township(number)].append(origin)
    for name, origins in stations.items():
        with opened(folder / name) as above:
            yield from (f"{name}: {fault}" for fault in _faults_at(above, template.cases * len(origins)))
            for origin in origins:
                if _letters_of(above, origin) != letters[origin]:
                    yield f"{name}: not the same letters as at {origin}"
            yield from (f"{name}: {fault}" for fault in _missing_scans(above))
            yield from _unfinished(above, name)


def _letters_of(node: Node, origin: str) -> set[str]:
    return {row.letter_id for row in node.store.letters.of_origin(origin, node.clock.now().replace(year=2000))}


def _faults_at(node: Node, cases: int) -> Iterator[str]:
    yield from node.store.check()
    if (line := node.store.audit.first_broken()) is not None:
        yield f"the log is broken at line {line}"
    if node.store.letters.outcomes() != {"admitted": cases}:
        yield f"{cases} letters were submitted, here are {node.store.letters.outcomes()}"
    if node.store.cases.counts() != {"submitted": cases}:
        yield f"{cases} cases were submitted, here are {node.store.cases.counts()}"


def _unfinished(node: Node, name: str) -> Iterator[str]:
    status = node.desk.status()
    if status.queued or status.handed_over or status.bytes_waiting:
        yield f"{name}: {status.queued} letters and {status.bytes_waiting} bytes wait still"


def _missing_scans(node: Node) -> Iterator[str]:
    """Scans and previews that letters name and that are not here, byte for byte. Sealed documents, which ride behind, are not looked at."""
    since = node.clock.now().replace(year=2000)
    for origin in {entry.station for entry in node.station.directory.entries()}:
        for row in node.store.letters.of_origin(origin, since):
            entries = [one for one in read_frame(row.frame, node.station.suite.digest).letter.enclosures if one.material != DOCUMENTS]
            named = [one.enclosure_id for entry in entries for one in (entry, entry.preview) if one is not None]
            if not all(_is_whole(node, one) for one in named):
                yield f"scans of {row.case_number} are missing"


def _is_whole(node: Node, enclosure_id: str) -> bool:
    """Whether the file is there and has the digest that is its name."""
    shelf = node.store.enclosures
    if not shelf.whole_of([enclosure_id]):
        return False
    try:
        return node.station.suite.digest(shelf.read(enclosure_id, 0, shelf.size_bytes(enclosure_id) or 0)) == enclosure_id
    except NodeError:
        return False

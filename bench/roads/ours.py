"""Ours: a village that has submitted while its line was dead, and its township, two processes with the line between them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bench.county import County
from bench.ground import Ground, filled_at, person, pin, station, submit_at
from bench.roads.answers import varied
from bench.roads.line import Document, Drained, RoadLine, timed
from bench.sealed_cases import ONE_SEAL, publish
from bench.shaped import Link, shaped_link
from node.assemble import Node
from node.store.files import EnclosureFiles, free_bytes

ITEMS = {1: "pension_alive", 2: "medical_enrol", 3: "pension_enrol", 7: "medical_aid"}
"""What cases with so many pages are of."""


@dataclass(frozen=True)
class Ours:
    """Real stations. What counts as payload is what the peers are given: the same pages as the village keeps them, the same letters."""

    ground: Ground
    name: str = "ours"

    def missing(self) -> str | None:
        """It is always here."""
        return None

    def drain(self, line: RoadLine, documents: Sequence[Document]) -> Drained | None:
        """Submit, then start the township, then the village behind the line."""
        with self.ground.county() as county:
            return self._scans(county, line, documents) if line.scans else self._forms(county, line)

    def letters(self, count: int) -> list[Document]:
        """So many forms of 4 KB as sealed letters, for peers to carry."""
        with self._submitted_forms(count) as village:
            frames = [village.store.letters.of_case(case.case_number)[0].frame for case in village.store.cases.page(limit=count)]
        return [Document(f"form-{number:04}.json", frame) for number, frame in enumerate(frames)]

    def _scans(self, county: County, line: RoadLine, documents: Sequence[Document]) -> Drained | None:
        wanted: list[tuple[str, int]] = []
        _without_documents(county)
        with station(county, "village1") as village:
            left = list(documents)
            share = -(-len(left) // line.cases)
            for _ in range(line.cases):
                mine, left = left[:share], left[share:]
                wanted += _submitted(village, [one.data for one in mine])
        files = EnclosureFiles(county.place("township") / "enclosures", 0, free_bytes)
        missing = {enclosure_id for enclosure_id, _ in wanted}

        def all_here() -> bool:
            missing.difference_update([one for one in missing if files.path(one).exists()])
            return not missing

        with _running(county, line) as link:
            return timed(link, all_here, sum(size for _, size in wanted), line.within_s)

    def _forms(self, county: County, line: RoadLine) -> Drained | None:
        publish(county)
        with station(county, "village1") as village:
            payload = _submit_forms(village, line.forms)
        with _running(county, line) as link, station(county, "township") as township:
            return timed(link, lambda: township.store.cases.count() >= line.forms, payload, line.within_s)

    @contextmanager
    def _submitted_forms(self, count: int) -> Iterator[Node]:
        with self.ground.county() as county:
            publish(county)
            with station(county, "village1") as village:
                _submit_forms(village, count)
                yield village


@contextmanager
def _running(county: County, line: RoadLine) -> Iterator[Link]:
    """The township runs, and the village starts behind the line."""
    county.start("township")
    county.wait_up("township")
    with shaped_link(county.ports["township"], **line.shape()) as link:
        county.call_parent_at("village1", *link.address)
        county.start("village1")
        try:
            yield link
        finally:
            county.stop()


def _without_documents(county: County) -> None:
    """Acts seal no documents: what is compared is what the peers carry too."""
    county.change("village1", lambda one: replace(one, policy=replace(one.policy, sealed_documents=False)))


def _submitted(village: Node, pages: Sequence[bytes]) -> list[tuple[str, int]]:
    """One case with these pages; ids and sizes of what has to arrive."""
    item = ITEMS[len(pages)]
    _, form = village.desk.item(item)
    number = filled_at(village, dict(zip(form.sample_materials, pages, strict=True)), item)
    submit_at(village, number, pin=pin("agent1"))
    return [(row.enclosure_id, row.size_bytes) for row in village.store.materials.list(number)]


def _submit_forms(village: Node, count: int) -> int:
    """Submit so many, each with answers of its own; the bytes of their letters."""
    agent, size = person("agent1"), 0
    form = village.desk.item(ONE_SEAL)[1]
    for at in range(count):
        case = village.desk.open_case(agent, ONE_SEAL)
        number = case.line.case_number
        village.desk.save_answers(agent, number, case.version or 0, varied(form.sample, at))
        shown = village.desk.case(agent, number).shown
        village.desk.act(agent, number, "submitted", shown=shown, pin=pin("agent1") if at == 0 else None)
        size += sum(len(row.frame) for row in village.store.letters.of_case(number))
    return size

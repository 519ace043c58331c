"""What people do: open, fill in, submit, accept, return, forward, decide, deliver, write; whatever the case allows just then."""

import random
from functools import partial

from node.assemble import Node
from node.casework.views import CaseView
from node.store.records import CaseRecord
from tests.simulation.county import PIN, SITES
from tests.simulation.world import World

ITEMS = ("bundle_newborn", "bundle_newborn", "bundle_newborn", "elder_card")
"""One with one scan, and one with two."""
CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    # (tier, state): what the person there may do next; what stands twice is done twice as often
    ("township", "submitted"): ("accepted", "accepted", "accepted", "returned", "not_accepted"),
    ("township", "accepted"): ("forwarded", "forwarded", "forwarded", "returned"),
    ("county", "forwarded"): ("approved", "approved", "denied", "returned"),
    ("village", "returned"): ("submitted", "submitted", "changed"),
    ("village", "draft"): ("submitted", "submitted", "submitted", "changed"),
    ("village", "approved"): ("delivered",),
    ("village", "denied"): ("delivered",),
    ("village", "not_accepted"): ("delivered",),
}
REASONED = ("returned", "denied", "not_accepted")


class People:
    """Everybody at the desks of a world."""

    def __init__(self, world: World, villages: tuple[str, ...], scan_bytes: int) -> None:
        self._world = world
        self._chance: random.Random = world.chance
        self._scan_bytes = scan_bytes
        self._villages = villages
        towns = dict.fromkeys(SITES[name].parent or "" for name in villages)
        self._desks = (*villages, *villages, *towns, *towns, "county")

    def somebody_acts(self) -> None:
        """Somebody somewhere does something sensible."""
        name = self._chance.choice(self._desks)
        if self._world.is_on(name):
            self._world.do(name, "an act", partial(self._act_at, name))

    def open_case(self, name: str) -> None:
        """An agent fills in a new case; most are submitted at once."""
        self._world.do(name, "a new case", partial(self._open, name))

    def _act_at(self, name: str) -> None:
        node, site = self._world.node(name), SITES[name]
        possible = [
            (row, event)
            for row in node.store.cases.page(limit=100)
            if node.station.is_me(row.holder_station)
            for event in CHOICES.get((str(site.tier), row.state), ())
        ]
        if possible and self._chance.random() < 0.9:
            row, event = self._chance.choice(possible)
            self._change(name, node, row) if event == "changed" else self._seal(name, node, row.case_number, event)
        elif site.name in self._villages and self._chance.random() < 0.5:
            self._open(name)
        else:
            self._write(name, node)

    def _open(self, name: str) -> None:
        node, person = self._world.node(name), SITES[name].person
        item = self._chance.choice(ITEMS)
        view = node.desk.open_case(person, item)
        number = view.line.case_number
        self._world.promises.numbers.append(number)
        self._world.say(name, f"opened {number}")
        _, form = node.desk.item(item)
        self._save(name, node, number, view.version or 0, dict(form.sample))
        for material in form.sample_materials:
            scan = self._chance.randbytes(self._scan_bytes)
            self._world.promises.scans[f"{number} {material}"] = scan
            node.desk.attach(person, number, material, 1, scan)
        if self._chance.random() < 0.85:
            self._seal(name, node, number, "submitted")

    def _save(self, name: str, node: Node, number: str, version: int, answers: dict[str, object]) -> None:
        node.desk.save_answers(SITES[name].person, number, version, answers)
        kept = node.store.drafts.get(number)
        assert kept is not None
        self._world.promises.drafts[number] = (name, dict(kept.answers))

    def _change(self, name: str, node: Node, row: CaseRecord) -> None:
        """An answer is typed anew."""
        view = node.desk.case(SITES[name].person, row.case_number)
        form = node.desk.form_of(row.case_number)
        field = next(one for one, value in form.sample.items() if isinstance(value, str))
        self._save(name, node, row.case_number, view.version or 0, {field: form.sample[field]})
        self._world.say(name, f"changed {row.case_number}")

    def _seal(self, name: str, node: Node, number: str, event: str) -> None:
        person = SITES[name].person
        view = node.desk.case(person, number)
        done = node.desk.act(
            person,
            number,
            event,
            pin=None if node.keyring.is_open(person) else PIN,
            shown=view.shown,
            expected_head=view.head,
            reason="示例" if event in REASONED else None,
            receiver="示例" if event == "delivered" else None,
        )
        self._promised(name, number, event, done)

    def _promised(self, name: str, number: str, event: str, done: CaseView) -> None:
        head = done.head or ""
        self._world.promises.letters[head] = (number, name)
        self._world.promises.drafts.pop(number, None)
        self._world.counts["letters"] += 1
        self._world.say(name, f"{event} {number} {head[-12:]}")

    def _write(self, name: str, node: Node) -> None:
        """A message beside a case."""
        rows = [row for row in node.store.cases.page(limit=100) if row.head is not None]
        if not rows:
            return
        row, person = self._chance.choice(rows), SITES[name].person
        before = {one.letter_id for one in node.store.letters.of_case(row.case_number)}
        pin = None if node.keyring.is_open(person) else PIN
        node.desk.act(person, row.case_number, "message", pin=pin, text="示例")
        (new,) = {one.letter_id for one in node.store.letters.of_case(row.case_number)} - before
        self._world.promises.letters[new] = (row.case_number, name)
        self._world.counts["letters"] += 1
        self._world.say(name, f"message {row.case_number} {new[-12:]}")

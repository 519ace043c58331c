"""Own cases and kin's (回避): the citizen numbers whose cases a person seals nothing in.

Each person declares the own number and those of near kin (近亲属) here. A declaration stays: only somebody who looks after the people
takes one away, so that nobody frees the own hands for one afternoon.
"""

from collections.abc import Mapping
from typing import Any

from forms.checks import id_fault
from forms.schema import Form
from forms.written import written
from node.clock import Clock, county_day
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.roles import Role
from node.staff.people import Person
from node.store import Store
from node.store.records import AuditRecord
from node.store.records.sealing import KinRecord

OWN = ""
"""The relation of a person's own number."""

RELATIONS = ("spouse", "parent", "child", "sibling", "grandparent", "grandchild", "in_law", "other")
"""What kin may be to a person."""

LOOKING_AFTER = frozenset({Role.ADMIN, Role.VILLAGE_HEAD})
"""Who sees and takes away what others declared."""

LONGEST_NAME = 40
MOST_KIN = 60
OWN_CASE, KIN_CASE = "own_case", "kin_case"


class Kinship:
    """The declared numbers of this station's people."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, by: Person, name: str) -> tuple[KinRecord, ...]:
        """What a person declared, the own number first.

        Raises:
            NotAllowedError: `role` another one's, asked by somebody who does not look after the people.
        """
        self._check_may_see(by, name)
        return tuple(self._store.kin.of(name))

    def declare(self, by: Person, name: str, kin_name: str, id_no: str, relation: str) -> KinRecord:
        """Keep a number: the person's own (`relation` empty), or kin's.

        Raises:
            NotAllowedError: as `of`.
            RequestError: `kin_id` no citizen number; `kin_name`; `kin_relation`; `kin_known` it, or the own one, is there already;
                `kin_most` there are too many.
            NotFoundError: no such person.
        """
        self._check_may_see(by, name)
        person = self._store.people.get(name)
        if person is None:
            raise NotFoundError("person", name)
        number, now = plain_number(id_no), self._clock.now()
        if id_fault(number, county_day(now)) is not None:
            raise RequestError("kin_id")
        if relation not in (OWN, *RELATIONS):
            raise RequestError("kin_relation")
        called = person.display_name if relation == OWN else kin_name.strip()
        if not called or len(called) > LONGEST_NAME or not called.isprintable():
            raise RequestError("kin_name")
        row = KinRecord(name, number, called, relation, now, by.name)
        with self._store.transaction():
            before = self._store.kin.of(name)
            if number in {one.id_no for one in before} or (relation == OWN and any(one.relation == OWN for one in before)):
                raise RequestError("kin_known")
            if len(before) >= MOST_KIN:
                raise RequestError("kin_most", most=MOST_KIN)
            self._store.kin.put(row)
            self._store.audit.append(AuditRecord(now, by.name, "kin_declared", name, {"relation": relation, "name": called}))
        return row

    def remove(self, by: Person, name: str, id_no: str) -> None:
        """Take a declared number away.

        Raises:
            NotAllowedError: `kin_remove` who declared it for himself does not take it away.
            NotFoundError: it is not there.
        """
        if by.name == name or LOOKING_AFTER.isdisjoint(by.roles):
            raise NotAllowedError("kin_remove")
        with self._store.transaction():
            gone = [one for one in self._store.kin.of(name) if one.id_no == id_no]
            if not gone:
                raise NotFoundError("person", name)
            self._store.kin.remove(name, id_no)
            facts = {"relation": gone[0].relation, "name": gone[0].name}
            self._store.audit.append(AuditRecord(self._clock.now(), by.name, "kin_removed", name, facts))

    def remove_at(self, by: Person, name: str, place: int, called: str) -> None:
        """The same by the place in the list, from 0, and the name there: a page does not hold whole numbers.

        Raises:
            NotAllowedError, NotFoundError: as `remove`.
        """
        rows = self._store.kin.of(name)
        found = rows[place].id_no if 0 <= place < len(rows) and rows[place].name == called else ""
        self.remove(by, name, found)

    def fault(self, name: str, form: Form, answers: Mapping[str, Any]) -> str | None:
        """`OWN_CASE` or `KIN_CASE` when one of the person's numbers is among the citizen numbers in these answers; else None."""
        declared = {one.id_no: one.relation for one in self._store.kin.of(name)}
        found = {declared[number] for number in numbers_in(form, answers) if number in declared}
        return None if not found else OWN_CASE if OWN in found else KIN_CASE

    def _check_may_see(self, by: Person, name: str) -> None:
        if by.name != name and LOOKING_AFTER.isdisjoint(by.roles):
            raise NotAllowedError("role")


def numbers_in(form: Form, answers: Mapping[str, Any]) -> frozenset[str]:
    """The citizen numbers that these answers hold, in tables too."""
    found: set[str] = set()
    for field in form.fields():
        value = answers.get(field.id)
        if field.kind == "id_no" and isinstance(value, str):
            found.add(plain_number(value))
        elif field.columns and isinstance(value, list):
            wanted = [one.id for one in field.columns if one.kind == "id_no"]
            rows = (row for row in value if isinstance(row, Mapping))
            found.update(plain_number(row[name]) for row in rows for name in wanted if isinstance(row.get(name), str))
    return frozenset(found)


def plain_number(text: str) -> str:
    """A citizen number as it is compared: as a letter would have it, however it was typed, so that no other spelling gets round it."""
    return str(written("id_no", text))

"""Own numbers and kin's: what may be declared, who sees and takes away, and which answers they are found in."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from forms.checks import id_check_character
from forms.schema import Form
from node.errors import NotAllowedError, NotFoundError, RequestError
from node.staff.kin import MOST_KIN, Kinship, numbers_in
from node.staff.people import Person
from node.store import Store, open_store
from node.store.records import PersonRecord
from signing.algorithms import suite
from tests.fakes import SetClock

AGENT = Person("agent", "示例代办员", ("agent",))
HEAD = Person("head", "示例村主任", ("village_head",))
OWN, OTHER = "131025194403122017", "131025197406252101"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "store.db", None, digest=suite("p256").digest, clock=SetClock())
    for one in (AGENT, HEAD):
        made.people.put(PersonRecord(one.name, one.display_name, one.roles, "", SetClock().now()))
    yield made
    made.close()


@pytest.fixture
def kinship(store: Store) -> Kinship:
    return Kinship(store, SetClock())


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("", "131025194403122018", ""), "kin_id"),
        (("示例", "", "parent"), "kin_id"),
        (("示例", OTHER, "friend"), "kin_relation"),
        (("  ", OTHER, "parent"), "kin_name"),
        (("示" * 41, OTHER, "parent"), "kin_name"),
        (("", OTHER, ""), "kin_known"),
        (("示例", OWN, "parent"), "kin_known"),
    ],
)
def test_what_will_not_do_is_refused_and_nothing_changes(kinship: Kinship, store: Store, given: tuple[str, str, str], code: str) -> None:
    kinship.declare(AGENT, "agent", "", OWN, "")
    with pytest.raises(RequestError) as refused:
        kinship.declare(AGENT, "agent", *given)
    assert refused.value.code == code
    assert [(one.id_no, one.name) for one in store.kin.of("agent")] == [(OWN, "示例代办员")]


def test_the_own_number_stands_first_and_others_are_kept_for_each_person_apart(kinship: Kinship) -> None:
    kinship.declare(AGENT, "agent", "示例甲", OTHER, "parent")
    kinship.declare(AGENT, "agent", "", OWN.lower(), "")
    kinship.declare(HEAD, "agent", "示例乙", "11010519491231002x", "child")
    assert [one.relation for one in kinship.of(HEAD, "agent")] == ["", "child", "parent"], "of the same moment by number"
    assert kinship.of(HEAD, "agent")[1].id_no == "11010519491231002X" and kinship.of(HEAD, "head") == ()
    for wrong in (lambda: kinship.of(AGENT, "head"), lambda: kinship.declare(AGENT, "head", "示例", OTHER, "parent")):
        with pytest.raises(NotAllowedError):
            wrong()
    with pytest.raises(NotFoundError):
        kinship.declare(HEAD, "nobody", "示例", OTHER, "parent")


def test_only_another_who_looks_after_the_people_takes_a_number_away(kinship: Kinship, store: Store) -> None:
    kinship.declare(HEAD, "head", "", OWN, "")
    kinship.declare(AGENT, "agent", "", OTHER, "")
    for by, name, place in ((HEAD, "head", 0), (AGENT, "agent", 0), (AGENT, "head", 0)):
        with pytest.raises(NotAllowedError):
            kinship.remove_at(by, name, place, "示例村主任" if name == "head" else "示例代办员")
    for place, called in ((1, "示例代办员"), (-1, "示例代办员"), (0, "另一个")):
        with pytest.raises(NotFoundError):
            kinship.remove_at(HEAD, "agent", place, called)
    kinship.remove_at(HEAD, "agent", 0, "示例代办员")
    assert store.kin.of("agent") == [] and next(line.what for line in store.audit.page()) == "kin_removed"
    assert OTHER not in str([line.detail for line in store.audit.page()]), "the log holds no whole number"


def test_there_is_a_bound(kinship: Kinship) -> None:
    numbers = (f"1310251944031{serial:04d}" for serial in range(2000, 2000 + MOST_KIN + 1))
    whole = [one + id_check_character(one) for one in numbers]
    for number in whole[:MOST_KIN]:
        kinship.declare(AGENT, "agent", "示例", number, "other")
    with pytest.raises(RequestError) as refused:
        kinship.declare(AGENT, "agent", "示例", whole[-1], "other")
    assert refused.value.code == "kin_most"


def test_numbers_are_found_in_fields_and_tables_and_nowhere_else() -> None:
    def field(name: str, kind: str, *columns: Any) -> Any:
        return SimpleNamespace(id=name, kind=kind, columns=columns)

    fields = (field("id_no", "id_no"), field("note", "text"), field("family", "table", field("c_id", "id_no"), field("c_name", "text")))
    form = cast(Form, SimpleNamespace(fields=lambda: fields))
    rows: list[Any] = [{"c_id": "b x", "c_name": "c"}, {"c_id": None}, "junk"]
    assert numbers_in(form, {"id_no": " a", "note": "d", "family": rows, "c_id": "e"}) == {"A", "BX"}
    assert numbers_in(form, {"id_no": 5, "family": "junk"}) == frozenset()


@pytest.mark.parametrize(
    "spelt", ["１３１０２５１９７４０６２５２１０１", "131025 19740625\u200b2101", "\u3000131025197406252101\u00a0", "𝟭31025197406252101"]
)
def test_no_other_spelling_of_a_number_gets_round_it(spelt: str) -> None:
    form = cast(Form, SimpleNamespace(fields=lambda: (SimpleNamespace(id="id_no", kind="id_no", columns=()),)))
    assert numbers_in(form, {"id_no": spelt}) == {OTHER}

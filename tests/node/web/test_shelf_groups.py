"""Cards and groups of the shelf."""

import pytest

from forms.catalogue import ItemEntry
from forms.entries import entry_of
from forms.schema import Form
from node.web.shelf_groups import cards_of, groups_of, organ, promise
from tests.items import newest

ENTRIES = tuple(entry_of(Form.from_bytes(newest(name).read_bytes()), f"sm3:{name}") for name in ("dibao", "tekun", "gaoling"))


@pytest.mark.parametrize(
    ("department", "name"),
    [
        ("县民政局(可授权乡镇)", "县民政局"), ("县民政局;小额由乡镇", "县民政局"), ("县民政局/老龄办", "县民政局"),
        ("医保经办机构(市、县、乡镇街道)", "医保经办机构"), ("村(居)民委员会", "村(居)民委员会"), ("县(多部门并联)", "县(多部门并联)"),
        ("乡镇/县卫健局", "乡镇/县卫健局"), ("", ""),
    ],
)  # fmt: skip
def test_an_organ_goes_by_its_name_without_what_is_said_beside_it(department: str, name: str) -> None:
    assert organ(department) == name


def test_groups_by_department_join_what_one_organ_decides() -> None:
    (group,) = groups_of(ENTRIES, "department")
    assert group.title == "县民政局" and len(group.cards) == 3


def test_larger_groups_come_first() -> None:
    other = ItemEntry(**{**vars(ENTRIES[0]), "domain": "人社"})
    assert [(group.number, group.title) for group in groups_of((other, *ENTRIES), "domain")] == [(1, "民政"), (2, "人社")]


def test_an_item_of_another_network_says_so_and_nothing_of_limits() -> None:
    (card,) = cards_of([ItemEntry(**{**vars(ENTRIES[0]), "special_network": True})])
    assert card.tags == ("专网办理",) and "不代收" in card.told


def test_nought_days_are_at_once() -> None:
    assert promise(0) == promise(None) == "当场办结"
    assert promise(5, from_village=True) == "登记后 5 个工作日"

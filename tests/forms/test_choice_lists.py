"""Choice lists and their filters: the same options and the same problems in Python and in JavaScript, and what no package may say."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forms.choice_lists import MAX_LIST_ROWS
from forms.errors import SchemaError
from forms.fields import surroundings
from forms.schema import Form
from forms.settle import offered, settle
from forms.validate import check, derive
from tests.forms.engines import SHIPPED, TODAY, run_js

TOWNS = [["A", "东镇"], ["B", "西镇"]]
VILLAGES = [["a1", "石村", "A", "1"], ["a2", "河村", "A", "2"], ["b1", "石村", "B", "1"], ["b2", "林村", "B", "2"]]
BY_TOWN = ["=", ["field", "town"], ["form", "town"]]


def package(**villages: Any) -> dict[str, Any]:
    """A shipped item with a town, a village of that town, several further villages, and both in the rows of a table."""
    made: dict[str, Any] = json.loads(SHIPPED[0].read_bytes())
    village = {"id": "village", "label": "村", "kind": "choice", "required": True, "list": "villages", "choice_filter": BY_TOWN}
    made["sections"] = [
        {
            "title": "地址",
            "fields": [
                village,
                {"id": "town", "label": "镇", "kind": "choice", "required": True, "list": "towns"},
                {"id": "no", "label": "序", "kind": "int", "required": False},
                {**village, "id": "more", "kind": "multichoice", "required": False},
                {
                    "id": "plots", "label": "地块", "kind": "table", "required": False,
                    "columns": [{**village, "id": "v", "required": False},
                                {"id": "town", "label": "镇", "kind": "choice", "required": False, "list": "towns"}],
                },
                {"id": "nth", "label": "第几村", "kind": "choice", "required": False, "list": "villages",
                 "choice_filter": ["and", BY_TOWN, ["=", ["field", "nth"], ["form", "no"]]]},
            ],
        }
    ]  # fmt: skip
    made |= {"materials": [], "sample": {}, "sample_materials": [], "publicity": None}
    made["tiers"].pop("decide_rule", None)
    made["lists"] = {
        "towns": {"columns": ["value", "label"], "rows": TOWNS},
        "villages": {"columns": ["value", "label", "town", "nth"], "rows": VILLAGES},
    }
    return made | villages


def as_bytes(made: Any) -> bytes:
    return json.dumps(made, ensure_ascii=False).encode()


FORM = Form.from_bytes(as_bytes(package()))
CASES: list[tuple[dict[str, Any], list[tuple[str, str | None, int | None]]]] = [
    ({"town": "A", "village": "a2"}, []),
    ({"town": "B", "village": "a2"}, [("village", None, None)]),
    ({"village": "a2"}, [("village", None, None)]),
    ({"town": "C", "village": "a2"}, [("village", None, None), ("town", None, None)]),
    ({"town": "A", "village": "nowhere"}, [("village", None, None)]),
    ({"town": "A", "village": "石村"}, [("village", None, None)]),
    ({"town": "A", "village": "a1", "more": ["a1", "a2"]}, []),
    ({"town": "A", "village": "a1", "more": ["a1", "b1"]}, [("more", None, None)]),
    ({"town": "A", "village": "a1", "plots": [{"town": "B", "v": "b1"}, {"v": "a1"}]}, []),
    ({"town": "A", "village": "a1", "plots": [{"town": "B", "v": "a1"}]}, [("plots", "v", 0)]),
    ({"town": "A", "village": "a1", "no": 2, "nth": "a2"}, []),
    ({"town": "A", "village": "a1", "no": 2, "nth": "a1"}, [("nth", None, None)]),
    ({"town": "A", "village": ["a1"]}, []),
]


def problems(answers: dict[str, Any]) -> list[tuple[str | None, str | None, int | None]]:
    return [(one.field, one.column, one.row) for one in check(FORM, answers, TODAY).problems if one.code == "choice"]


@pytest.mark.parametrize(("answers", "expected"), CASES)
def test_an_option_that_is_not_in_the_list_or_does_not_fit_its_parent_is_a_problem(answers: dict[str, Any], expected: list[Any]) -> None:
    assert problems(answers) == expected


@pytest.fixture(scope="module")
def package_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("lists") / "form.json"
    place.write_bytes(as_bytes(package()))
    return place


def test_both_engines_find_the_same_problems_and_the_same_clean_answers(package_file: Path) -> None:
    lines = [{"act": "state", "form": 0, "answers": answers, "today": TODAY.isoformat(), "attached": []} for answers, _ in CASES]
    for (answers, _), told in zip(CASES, run_js(lines, [package_file]), strict=True):
        state, checked = told["value"], check(FORM, answers, TODAY)
        assert state["clean"] == checked.clean
        assert [(one["field"], one["code"], one["column"], one["row"]) for one in state["problems"]] == [
            (one.field, one.code, one.column, one.row) for one in checked.problems
        ]


def options(answers: dict[str, Any], field: str, column: str | None = None, row: int = 0) -> list[tuple[str, str]]:
    settled = settle(FORM, answers, TODAY, surroundings(FORM, ()))
    one = FORM.field(field)
    if column is None:
        return list(offered(FORM, settled, TODAY, one))
    return list(offered(FORM, settled, TODAY, one.column(column), settled.fields[field], row))


def test_both_engines_offer_the_same_options_in_the_order_of_the_list(package_file: Path) -> None:
    rows = {"town": "A", "plots": [{"town": "B"}, {}]}
    asked: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"town": "A"}, {"field": "village"}), ({"town": "B"}, {"field": "village"}), ({}, {"field": "village"}),
        ({"town": "A", "no": 2}, {"field": "nth"}), (rows, {"field": "plots", "column": "v", "row": 0}),
        (rows, {"field": "plots", "column": "v", "row": 1}), ({"town": "C"}, {"field": "village"}), ({}, {"field": "town"}),
    ]  # fmt: skip
    lines = [{"act": "options", "form": 0, "answers": answers, "place": place, "today": TODAY.isoformat()} for answers, place in asked]
    for (answers, place), told in zip(asked, run_js(lines, [package_file]), strict=True):
        assert list(map(tuple, told["value"])) == options(answers, **place)
    assert options({"town": "A"}, "village") == [("a1", "石村"), ("a2", "河村")]
    assert options(rows, "plots", "v", 0) == [("b1", "石村"), ("b2", "林村")]


def test_a_draft_keeps_the_option_that_fits_no_more() -> None:
    assert derive(FORM, {"town": "B", "village": "a2"}, TODAY) == {"town": "B", "village": "a2"}


def test_a_parent_is_settled_before_the_child_that_stands_above_it_on_the_page() -> None:
    order = [tuple(FORM.fields())[place].id for place in FORM.order]
    assert order.index("town") < order.index("village")


def refused(change: Callable[[dict[str, Any]], None]) -> str:
    made = copy.deepcopy(package())
    change(made)
    with pytest.raises(SchemaError) as error:
        Form.from_bytes(as_bytes(made))
    return error.value.code


def field(made: dict[str, Any], at: int) -> dict[str, Any]:
    found: dict[str, Any] = made["sections"][0]["fields"][at]
    return found


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda made: made["lists"].pop("towns"), "list"),
        (lambda made: field(made, 0).update(choices=["x"]), "choices"),
        (lambda made: field(made, 0).pop("list"), "choices"),
        (lambda made: field(made, 2).update(list="towns"), "list"),
        (lambda made: field(made, 2).update(choice_filter=BY_TOWN), "list"),
        (lambda made: field(made, 0).update(choice_filter=["=", ["field", "nowhere"], "x"]), "unknown_name"),
        (lambda made: field(made, 0).update(choice_filter=["=", ["field", "town"], ["form", "nowhere"]]), "unknown_name"),
        (lambda made: field(made, 1).update(choice_filter=["=", ["field", "value"], ["form", "village"]]), "rules_in_a_circle"),
        (lambda made: made["lists"]["towns"].update(columns=["label", "value"]), "columns"),
        (lambda made: made["lists"]["towns"].update(rows=[]), "choices"),
        (lambda made: made["lists"]["towns"]["rows"].append(["A", "又一个"]), "value_twice"),
        (lambda made: made["lists"]["towns"]["rows"].append(["C"]), "row"),
        (lambda made: made["lists"]["towns"]["rows"].append(["C", 1]), "row"),
        (lambda made: made["lists"]["towns"]["rows"].append(["", "空"]), "row"),
        (lambda made: made["lists"]["towns"].update(rows=[[str(n), "村"] for n in range(MAX_LIST_ROWS + 1)]), "too_many_choices"),
    ],
    ids=[f"fault{number}" for number in range(15)],
)
def test_a_list_that_cannot_be_chosen_from_is_refused(change: Callable[[dict[str, Any]], None], code: str) -> None:
    assert refused(change) == code

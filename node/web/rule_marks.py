"""Rule problems as a reviewer's marks (补正意见): each goes to its field, row or material, so that it travels back to that very place."""

from collections.abc import Collection, Mapping

from forms.problems import Problem
from forms.schema import Form
from node.casework.views import CaseView
from node.web.labels import column_labels, labels_of
from node.web.wording import problem_text

MARK_LENGTH, REASON_LENGTH = 500, 2000
JOINT = "；"


def with_rule_marks(form: Form, view: CaseView, given: Mapping[str, str], markable: Collection[str]) -> dict[str, str]:
    """What was posted, with a mark for every problem where nothing was written yet; `markable` are the places that the page offers.

    A problem without a place of its own goes into the reason. Nothing is sealed by this: the reviewer sees and changes it first.
    """
    told: dict[str, list[str]] = {}
    for problem in (*view.problems, *view.material_problems):
        place = place_of(problem)
        at = place if place in markable else "reason"
        told.setdefault(at, []).append(_sentence(form, problem, named=at == "reason"))
    filled = dict(given) | {"event": "returned"}
    for at, sentences in told.items():
        name, most = (at, REASON_LENGTH) if at == "reason" else (f"mark.{at}", MARK_LENGTH)
        if not filled.get(name, "").strip():
            filled[name] = JOINT.join(dict.fromkeys(sentences))[:most]
    return filled


def place_of(problem: Problem) -> str:
    """Where a mark for the problem stands: `material.ID`, `row.TABLE.ROW` or `field.ID`."""
    if problem.material is not None:
        return f"material.{problem.material}"
    return f"field.{problem.field}" if problem.row is None else f"row.{problem.field}.{problem.row}"


def _sentence(form: Form, problem: Problem, *, named: bool) -> str:
    """What is wrong; with its name where the place does not say it already."""
    text = problem_text(problem).rstrip("。")
    if problem.column is not None:
        text = f"{column_labels(form).get((problem.field or '', problem.column), problem.column)}：{text}"
    name = labels_of(form).get(problem.field or problem.material or "", problem.field or problem.material or "")
    return f"{name}：{text}" if named and name else text

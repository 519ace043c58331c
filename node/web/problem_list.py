"""Problems as a list at the top of a page: what is wrong, in words, and where to put it right."""

from typing import Any

from forms.fields import IMAGE_KINDS
from forms.problems import Problem
from forms.schema import Form
from node.web import wording
from node.web.filling import page_of_field, problem_anchor
from node.web.labels import column_labels, labels_of


def problem_list(form: Form, problems: tuple[Problem, ...]) -> tuple[dict[str, Any], ...]:
    """Each problem with its label, row and column, sentence, and the page and place where it is put right."""
    labels = labels_of(form)
    columns = column_labels(form)
    kinds = {field.id: field.kind for field in form.fields()}
    return tuple(
        {
            "label": labels.get(problem.field or problem.material or "", ""),
            "row": None if problem.row is None else problem.row + 1,
            "column": columns.get((problem.field or "", problem.column or ""), ""),
            "text": wording.problem_text(problem, "" if problem.column else kinds.get(problem.field or "", "")),
            "material": problem.material or (problem.field if kinds.get(problem.field or "") in IMAGE_KINDS else None),
            "step": page_of_field(form, problem.field) if problem.field else None,
            "anchor": problem_anchor(problem),
        }
        for problem in problems
    )

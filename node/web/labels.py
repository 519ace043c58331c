"""What a form's fields and materials are called, by id; with the materials that every case may have."""

from forms.schema import Form
from node.web.wording.papers import MATERIALS


def labels_of(form: Form) -> dict[str, str]:
    """Labels of fields and names of materials."""
    return {**MATERIALS, **{one.id: one.name for one in form.materials}, **{field.id: field.label for field in form.fields()}}


def column_labels(form: Form) -> dict[tuple[str, str], str]:
    """Labels of the columns of tables, by table and column."""
    return {(field.id, column.id): column.label for field in form.fields() for column in field.columns}

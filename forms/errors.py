"""What this package refuses. Errors carry facts; the sentences are in the wording table of the pages."""

from collections.abc import Sequence

from forms.problems import Problem


class FormError(Exception):
    """The agent or the form's author must change something."""


class SchemaError(FormError):
    """A form package is not one; its author must act.

    `where` is a path such as `fields.id_no.constraints.0`, `code` names what is wrong there.
    """

    def __init__(self, where: str, code: str) -> None:
        super().__init__(f"{where}: {code}")
        self.where = where
        self.code = code


class AnswerError(FormError):
    """Answers break the form's rules; `problems` are all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"{p.field or p.material}: {p.code}" for p in problems))
        self.problems = tuple(problems)


class UnknownItemError(FormError):
    """No such service item, or not in this version (`package_digest` is then given)."""

    def __init__(self, item_id: str, package_digest: str | None = None) -> None:
        super().__init__(f"{item_id} {package_digest or ''}".strip())
        self.item_id = item_id
        self.package_digest = package_digest

"""What the rules said lately of one draft: an act asks the same of the same answers several times, and each time is a whole form's work."""

from collections.abc import Mapping, Set
from datetime import date
from typing import Any

from forms.schema import Form
from forms.validate import Checked, check, derive


class Lately:
    """Remembers the last answer of each kind, of one draft and no more. May be shared by threads.

    The key is the text of what was asked, with everything else that decides: `True` and `1` are equal, and are not the same answer.
    """

    def __init__(self) -> None:
        self._derived: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self._checked: tuple[tuple[Any, ...], Checked] | None = None

    def derived(self, form: Form, package: str, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
        """The answers with what follows from them on a day."""
        key, last = (package, today, repr(answers)), self._derived
        if last is None or last[0] != key:
            self._derived = last = (key, derive(form, answers, today))
        return dict(last[1])

    def checked(self, form: Form, package: str, answers: Mapping[str, Any], today: date, attached: Set[str]) -> Checked:
        """What is wrong with the answers on a day, with these pictures attached."""
        key, last = (package, today, repr(answers), attached), self._checked
        if last is None or last[0] != key:
            self._checked = last = (key, check(form, answers, today, attached=attached))
        return last[1]

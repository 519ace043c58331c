"""What the rules said lately of one draft: an act asks the same of the same answers several times, and each time is a whole form's work."""

from collections.abc import Mapping, Set
from datetime import date
from typing import Any

from forms.schema import Form
from forms.settle import SettledForm
from forms.validate import Checked, check, derive_settled


class Lately:
    """Remembers the last answer of each kind, of one draft and no more. May be shared by threads.

    The key is the text of what was asked, with everything else that decides: `True` and `1` are equal, and are not the same answer.
    """

    def __init__(self) -> None:
        self._derived: tuple[tuple[Any, ...], dict[str, Any], SettledForm | None] | None = None
        self._checked: tuple[tuple[Any, ...], Checked] | None = None

    def derived(self, form: Form, package: str, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
        """The answers with what follows from them on a day."""
        key, last = (package, today, repr(answers)), self._derived
        if last is None or last[0] != key:
            self._derived = last = (key, *derive_settled(form, answers, today))
        return dict(last[1])

    def checked(self, form: Form, package: str, answers: Mapping[str, Any], today: date, attached: Set[str]) -> Checked:
        """What is wrong with the answers on a day, with these pictures attached."""
        which = (package, today, repr(answers))
        key, last, derived = (which, attached), self._checked, self._derived
        if last is None or last[0] != key:
            # Answers that nothing followed from any more were settled when that was found out.
            settled = derived[2] if derived is not None and derived[0] == which else None
            self._checked = last = (key, check(form, answers, today, attached=attached, settled=settled))
        return last[1]

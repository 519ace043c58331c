"""The errand (跑腿) of a restored station with a line: it asks its parent for the next number again and again until there is an answer."""

import logging
from collections.abc import Callable
from datetime import datetime

from node.store import Store
from node.succession.renumber import Renumbering
from sync.errors import EnrolRefusedError, LinkDownError
from sync.wire import ParentWire

WHY_NOT = "number_refused"
"""In `store.meta`: the code with which the parent would not take the request."""

log = logging.getLogger(__name__)


class NumberErrand:
    """Runs as a chore; does nothing at a station that has its number."""

    def __init__(self, renumbering: Renumbering, store: Store, new_wire: Callable[[], ParentWire] | None) -> None:
        self._renumbering = renumbering
        self._store = store
        self._new_wire = new_wire

    def run(self, _now: datetime) -> None:
        """Ask once. A line that is down is no error."""
        if self._new_wire is None or not self._renumbering.may_ask():
            return
        wire = self._new_wire()
        try:
            answer = wire.enrol(self._renumbering.ask().data).answer
        except LinkDownError:
            return
        except EnrolRefusedError as error:
            self._store.meta.set(WHY_NOT, error.code)
            return
        finally:
            wire.close()
        self._store.meta.delete(WHY_NOT)
        if answer is not None:
            log.warning("the next number is here: %s", self._renumbering.take(answer))

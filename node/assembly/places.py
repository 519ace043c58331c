"""Who stands in whose place: standing, succession, refilling and the next number, joined to the post."""

from collections.abc import Callable
from dataclasses import dataclass

from node.assembly.opening import Opening
from node.assembly.post import Post
from node.enrolment.issuing import Issuer, IssuingKeys
from node.succession.errand import NumberErrand
from node.succession.greeting import Greetings
from node.succession.marks import MachineMarks
from node.succession.numbers import Numbers
from node.succession.refill import Refill
from node.succession.refilled import Refilled
from node.succession.register import Register
from node.succession.renumber import Renumbering
from node.succession.standing import Standing
from node.succession.successions import Successions
from sync.wire import ParentWire


@dataclass(frozen=True)
class Places:
    """What this station may do, and what it owes to those that stand in others' places."""

    standing: Standing
    refilled: Refilled
    refill: Refill
    greetings: Greetings
    numbers: Numbers
    errand: NumberErrand
    register: Register
    successions: Successions

    def look_again(self) -> None:
        """Read the stations that another process of this one has entered, and go after those that stand in others' places."""
        self.register.look_again()
        self.successions.look_again()

    def may_seal(self, case_number: str) -> None:
        """Return when this station may seal in this case now.

        Raises:
            NotAllowedError: it may seal nothing, or not yet in this one.
        """
        self.standing.check_may_seal()
        self.refilled.check_case(case_number)


def places_of(opening: Opening, post: Post, new_wire: Callable[[str], ParentWire], restart: Callable[[], None]) -> Places:
    """The same, joined to the mailroom; and a look whether this is still the machine it was."""
    station, store, clock, url = opening.station, opening.store, opening.clock, opening.config.parent.url
    standing, refilled = Standing(station, store), Refilled(station, store)
    refill = Refill(station, store, post.dispatch, post.lacking, refilled)
    successions = Successions(station, store, refill, post.notices, clock, restart)
    opening.register.on_succession(successions.happened)
    post.mailroom.on_certificates(opening.register.learn_all)
    post.mailroom.on_record("refill", refilled.note)
    post.mailroom.on_record("late", refill.came_late)
    successions.catch_up()
    refilled.begin()
    if MachineMarks(store, opening.folder.machine_secret).are_others():
        standing.mark_restored("machine")
    greetings = Greetings(station, store, post.mailroom, standing, clock)
    post.mailroom.on_record("own_receipt", greetings.heed_own_receipt)
    renumbering = Renumbering(opening.folder, station, store, opening.register, standing, clock, restart)
    renumbering.begin()
    numbers = Numbers(station, store, standing, renumbering, refilled, Issuer(IssuingKeys(opening.folder, opening.suite, store)))
    errand = NumberErrand(renumbering, store, None if url is None else lambda: new_wire(url))
    return Places(standing, refilled, refill, greetings, numbers, errand, opening.register, successions)

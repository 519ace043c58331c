"""What comes round at a station, all of it."""

from datetime import timedelta

from node.assembly.cataloguing import Cataloguing
from node.assembly.certifying import Certifying
from node.assembly.counter import Counter
from node.assembly.keeping import Keeping
from node.assembly.opening import Opening
from node.assembly.places import Places
from node.chores import Chore, Chores
from node.enrolment.reception import CatchingUp
from node.mail.sweeping import Sweeping
from node.memory import give_back
from node.staff.villages import Filing


def chores_of(
    opening: Opening, places: Places, certifying: Certifying, keeping: Keeping, cataloguing: Cataloguing, counter: Counter
) -> Chores:
    """The chores of a station, in this order."""
    station, store = opening.station, opening.store
    return Chores(
        (
            CatchingUp(store, opening.trust, places.look_again).chore(),
            Chore("refill", timedelta(seconds=5), places.refill.run),
            Chore("number", timedelta(seconds=10), places.errand.run),
            Chore("health", timedelta(minutes=10), keeping.reports.make),
            Chore("backup", timedelta(minutes=1), keeping.backups.run_if_due),
            *certifying.bureau.chores(),
            Chore("villages", timedelta(minutes=1), Filing(station, store).run),
            *keeping.updating.chores(),
            *cataloguing.chores(),
            *counter.chores(),
            certifying.seals.chore(),
            Sweeping(store, station.station).chore(),
            Chore("memory", timedelta(seconds=20), give_back),
        ),
        opening.clock,
    )

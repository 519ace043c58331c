"""Updates, joined: how they come, how they are applied, and at a county how they are sent."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from node.assembly.opening import Opening
from node.assembly.places import Places
from node.assembly.post import Post
from node.chores import Chore
from node.store.files import free_bytes
from node.upkeep.arrivals import Arrivals
from node.upkeep.backup_schedule import Backups
from node.upkeep.publishing import Publisher
from node.upkeep.self_update import SelfUpdate
from node.upkeep.update_desk import UpdateDesk, maybe_updates_of, update_desk_of


@dataclass(frozen=True)
class Updating:
    """The page's desk, and what comes and goes by the road."""

    desk: UpdateDesk
    arrivals: Arrivals
    publisher: Publisher
    by_itself: SelfUpdate

    def chores(self) -> tuple[Chore, ...]:
        """What comes round."""
        every = timedelta(minutes=1)
        return (
            Chore("updates out", every, self.publisher.send),
            Chore("updates in", every, self.arrivals.look),
            Chore("update", every, self.by_itself.run),
        )


def updating_of(place: Path, opening: Opening, post: Post, places: Places, backups: Backups) -> Updating:
    """The updates of a station, which hears of them from its mailroom."""
    station, store, clock, config = opening.station, opening.store, opening.clock, opening.config
    updates = maybe_updates_of(place, station, clock, backups)
    floor_bytes = config.limits.free_disk_mib << 20

    def in_use() -> int | None:
        """The sequence in use; 0 where the history of an installation says nothing."""
        if updates is None:
            return None
        newest = updates.overview().current
        return 0 if newest is None else newest.sequence

    def has_room(size_bytes: int) -> bool:
        """Whether a file of this size leaves the floor free."""
        return free_bytes(opening.folder.root) - size_bytes >= floor_bytes

    arrivals = Arrivals(station, store, clock, opening.folder.updates, in_use, has_room)
    post.mailroom.on_record("update", arrivals.note)
    publisher = Publisher(station, store, post.dispatch, clock, lambda: in_use() or 0, places.standing.check_may_seal)
    desk = update_desk_of(updates, store, clock, arrivals, publisher)
    return Updating(desk, arrivals, publisher, SelfUpdate(desk, arrivals, config.updates, station.station))

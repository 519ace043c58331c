"""How the line upward does."""

from datetime import datetime, timedelta

from node.store.columns import time_to_text
from node.store.counters import Meta
from node.store.database import Group
from node.store.records import LinkRecord

NAME = "link"
KEPT_EVERY = timedelta(seconds=30)


class Link(Group):
    """One line a station: the one to its parent."""

    def heard(self, at: datetime) -> None:
        """The parent answered. Kept at most every half minute while the line is up: each write costs the disk a sync."""
        before = self.state()
        if before.state == "up" and before.last_heard and timedelta(0) <= at - before.last_heard < KEPT_EVERY:
            return
        since = before.since if before.state == "up" else at
        self._keep(LinkRecord("up", since, at))

    def failed(self, at: datetime, why: str) -> None:
        """A carrying ended because the line or the parent would not."""
        before = self.state()
        since = before.since if before.state == "down" else at
        self._keep(LinkRecord("down", since, before.last_heard, why))

    def state(self) -> LinkRecord:
        """How it stands, for all processes of this station."""
        text = Meta(self._connection, self._tables).get(NAME)
        if text is None:
            return LinkRecord()
        state, since, last_heard, why = text.split(" ", 3)
        return LinkRecord(state, moment(since), moment(last_heard), why or None)

    def _keep(self, link: LinkRecord) -> None:
        times = [time_to_text(at) if at else "-" for at in (link.since, link.last_heard)]
        Meta(self._connection, self._tables).set(NAME, " ".join([link.state, *times, link.why or ""]))


def moment(text: str) -> datetime | None:
    """The time of a text, None of a dash."""
    return None if text == "-" else datetime.fromisoformat(text)

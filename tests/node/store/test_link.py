"""How the line does."""

from datetime import timedelta

from node.store.records import LinkRecord
from sync.boxes import LinkLog
from tests.node.store.conftest import START, Place


def test_the_line_is_known_since_it_changed(place: Place) -> None:
    store = place.open()
    log: LinkLog = store.link
    later, last = START + timedelta(minutes=1), START + timedelta(minutes=2)
    assert store.link.state() == LinkRecord("unknown", None, None, None)
    log.failed(START, "refused")
    log.failed(later, "timeout")
    assert store.link.state() == LinkRecord("down", START, None, "timeout")
    log.heard(later)
    log.heard(last)
    assert place.open().link.state() == LinkRecord("up", later, last, None)
    log.failed(last, "no route")
    assert store.link.state() == LinkRecord("down", last, last, "no route")

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


def test_a_line_that_stays_up_is_written_down_at_most_every_half_minute(place: Place) -> None:
    store = place.open()
    store.link.heard(START)
    store.link.heard(START + timedelta(seconds=20))
    assert store.link.state().last_heard == START
    store.link.heard(START + timedelta(seconds=40))
    assert store.link.state().last_heard == START + timedelta(seconds=40)

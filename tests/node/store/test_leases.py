"""One of several processes."""

from datetime import timedelta

from node.store import Store
from sync.boxes import Lease
from tests.node.store.conftest import START

MINUTE = timedelta(minutes=1)


def test_one_holder_at_a_time(store: Store) -> None:
    lease: Lease = store.leases
    assert lease.acquire("courier", "a", START + MINUTE, START)
    assert lease.acquire("courier", "a", START + MINUTE, START)
    assert not lease.acquire("courier", "b", START + MINUTE, START)
    assert lease.acquire("other", "b", START + MINUTE, START)


def test_a_lease_that_ran_out_is_free(store: Store) -> None:
    store.leases.acquire("courier", "a", START + MINUTE, START)
    assert store.leases.acquire("courier", "b", START + 2 * MINUTE, START + MINUTE)
    assert not store.leases.renew("courier", "a", START + 3 * MINUTE, START + MINUTE)
    assert store.leases.renew("courier", "b", START + 3 * MINUTE, START + MINUTE)
    assert not store.leases.acquire("courier", "a", START + 4 * MINUTE, START + 2 * MINUTE)


def test_only_its_holder_frees_a_lease(store: Store) -> None:
    store.leases.acquire("courier", "a", START + MINUTE, START)
    store.leases.release("courier", "b")
    assert not store.leases.acquire("courier", "b", START + MINUTE, START)
    store.leases.release("courier", "a")
    assert store.leases.acquire("courier", "b", START + MINUTE, START)


def test_a_lease_from_before_the_clock_was_set_back_is_free(store: Store) -> None:
    tomorrow = START + timedelta(days=1)
    store.leases.acquire("courier", "a", tomorrow + MINUTE, tomorrow)
    assert store.leases.acquire("courier", "b", START + MINUTE, START)

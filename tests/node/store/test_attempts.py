"""Passwords and PINs tried."""

import threading
from datetime import timedelta

import pytest

from node.store import Store
from tests.node.store.conftest import START, Place


def test_the_sixth_login_within_a_quarter_of_an_hour_waits(place: Place) -> None:
    store = place.open()
    for minute in range(5):
        assert store.logins.begin("li", START + timedelta(minutes=minute)) == 0
    restarted = place.open()
    assert restarted.logins.begin("li", START + timedelta(minutes=5)) == 10 * 60
    assert restarted.logins.begin("wang", START + timedelta(minutes=5)) == 0
    assert restarted.logins.begin("li", START + timedelta(minutes=15)) == 0
    assert restarted.logins.begin("li", START + timedelta(minutes=15)) == 60


def test_a_right_password_forgives(store: Store) -> None:
    for _ in range(5):
        store.logins.begin("li", START)
    store.logins.succeeded("li")
    assert store.logins.begin("li", START) == 0


def test_a_clock_set_back_locks_nobody_out_for_longer(store: Store) -> None:
    for _ in range(5):
        store.logins.begin("li", START + timedelta(days=3650))
    assert store.logins.begin("li", START) == 0
    for _ in range(4):
        store.logins.begin("li", START)
    assert store.logins.begin("li", START) == 15 * 60


def test_a_pin_is_counted_before_it_is_looked_at(place: Place) -> None:
    store = place.open()
    assert [store.pins.begin("li") for _ in range(6)] == [4, 3, 2, 1, 0, -1]
    assert place.open().pins.begin("li") == -1
    assert store.pins.tried("li") == 5
    assert store.pins.begin("wang") == 4
    store.pins.succeeded("li")
    assert (store.pins.tried("li"), store.pins.begin("li")) == (0, 4)


def test_no_rollback_can_take_a_count_back(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        store.pins.begin("li")
    with pytest.raises(RuntimeError), store.transaction():
        store.logins.begin("li", START)
    assert store.pins.tried("li") == 0


def test_guesses_at_once_are_not_more_than_guesses_in_turn(store: Store) -> None:
    allowed: list[int] = []

    def guess() -> None:
        for _ in range(3):
            if (left := store.pins.begin("li")) >= 0:
                allowed.append(left)
        store.close_thread()

    threads = [threading.Thread(target=guess) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [0, 1, 2, 3, 4]

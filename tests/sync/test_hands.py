"""Threads that make calls."""

import threading

import pytest

from sync.hands import Hands


def fail() -> None:
    raise KeyError("x")


def test_what_a_function_gives_or_raises_is_in_the_future() -> None:
    hands = Hands(2)
    assert hands.submit(lambda: 5).result(10) == 5
    with pytest.raises(KeyError):
        hands.submit(fail).result(10)
    assert hands.submit(lambda: 6).result(10) == 6
    hands.close()


def test_as_many_run_at_once_as_there_are_hands() -> None:
    hands = Hands(3)
    together = threading.Barrier(3, timeout=10)
    assert sorted(future.result(10) for future in [hands.submit(together.wait) for _ in range(3)]) == [0, 1, 2]
    hands.close()


def test_what_was_cancelled_before_its_turn_does_not_run() -> None:
    hands, go, ran = Hands(1), threading.Event(), threading.Event()
    first = hands.submit(lambda: go.wait(10))
    second = hands.submit(ran.set)
    assert second.cancel()
    go.set()
    assert first.result(10)
    hands.submit(lambda: None).result(10)
    assert not ran.is_set()
    hands.close()


def test_there_are_only_as_many_threads_as_there_is_to_do_at_once() -> None:
    hands = Hands(4)
    for _ in range(20):
        hands.submit(lambda: None).result(10)
    assert len(hands._threads) == 1
    gate = threading.Event()
    waiting = [hands.submit(lambda: gate.wait(10)) for _ in range(6)]
    assert len(hands._threads) == 4
    gate.set()
    assert all(one.result(10) for one in waiting)
    hands.close()


def test_who_hears_of_a_result_may_ask_for_the_next_thing_and_the_same_thread_does_it() -> None:
    hands, go, second = Hands(4), threading.Event(), threading.Event()
    first = hands.submit(lambda: go.wait(10))
    first.add_done_callback(lambda _: hands.submit(second.set))
    go.set()
    assert second.wait(10)
    assert len(hands._threads) == 1
    hands.close()


def test_what_was_cancelled_is_no_longer_to_do() -> None:
    hands, go = Hands(1), threading.Event()
    hands.submit(lambda: go.wait(10))
    assert hands.submit(lambda: None).cancel()
    go.set()
    hands.submit(lambda: None).result(10)
    assert hands._to_do == 0
    hands.close()

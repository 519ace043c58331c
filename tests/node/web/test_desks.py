"""Who was at which browser."""

from datetime import timedelta

from node.web.desks import MOST_DESKS, Desks
from tests.fakes import SetClock

IDLE = timedelta(minutes=30)


def test_a_page_is_remembered_for_the_person_at_the_browser_and_given_back_once() -> None:
    desks = Desks(SetClock(), IDLE)
    token = desks.park("", "li", "/cases?box=drafts")
    assert desks.park(token, "an", "/items") == token
    assert desks.knows(token) and desks.locked(token) == ("li", "an")
    assert [desks.take(token, "li") for _ in range(2)] == ["/cases?box=drafts", "/"]
    assert desks.take("another browser", "an") == "/" and not desks.knows("") and desks.locked("") == ()


def test_what_rests_longer_than_a_login_may_is_forgotten() -> None:
    clock = SetClock()
    desks = Desks(clock, IDLE)
    token = desks.park("", "li", "/items")
    clock.move(minutes=29)
    assert desks.knows(token)
    clock.move(minutes=1)
    assert not desks.knows(token) and desks.take(token, "li") == "/"


def test_a_made_up_cookie_is_never_taken_over() -> None:
    desks = Desks(SetClock(), IDLE)
    assert desks.park("chosen by somebody else", "li", "/") != "chosen by somebody else"


def test_only_so_many_browsers_are_remembered() -> None:
    desks = Desks(SetClock(), IDLE)
    tokens = [desks.park("", "li", "/") for _ in range(MOST_DESKS + 1)]
    assert not desks.knows(tokens[0]) and desks.knows(tokens[1]) and desks.knows(tokens[-1])

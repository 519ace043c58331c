"""Cards: the one read last for each person of a case, its photograph gone sooner than the rest."""

from dataclasses import replace
from datetime import timedelta

from node.store.records.cards import CardRecord
from tests.node.store.conftest import START, Place
from tests.node.store.samples import CASE

CARD = CardRecord(CASE, "", {"name": "示例甲"}, b"\xff\xd8\xff a photograph", START, "li")


def test_the_card_read_last_is_there_after_a_restart(place: Place) -> None:
    store = place.open()
    other = replace(CARD, part="h_", photo=None)
    for one in (CARD, other, replace(CARD, case_number="another case")):
        store.cards.put(one)
    later = replace(CARD, card={"name": "示例乙"}, read_at=START + timedelta(minutes=1))
    store.cards.put(later)
    store = place.open()
    assert store.cards.of_case(CASE) == [later, other]
    assert set(store.cards.cases()) == {CASE, "another case"}


def test_photographs_go_and_cards_go_of_one_case_alone(place: Place) -> None:
    store = place.open()
    store.cards.put(CARD)
    store.cards.put(replace(CARD, part="h_"))
    store.cards.put(replace(CARD, case_number="another case"))
    store.cards.drop_photos(CASE)
    assert [one.photo for one in store.cards.of_case(CASE)] == [None, None]
    store.cards.delete(CASE, "h_")
    assert store.cards.of_case(CASE) == [replace(CARD, photo=None)]
    store.cards.forget(CASE)
    assert store.cards.of_case(CASE) == []
    assert [one.photo for one in store.cards.of_case("another case")] == [CARD.photo]

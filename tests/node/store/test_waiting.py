"""What waits, page by page and searched, sorted by the database: the same on each of them, with odd data too."""

from datetime import timedelta

from node.store import Store
from node.store.records import UnpackedLetter
from tests.node.store.conftest import START
from tests.node.store.samples import CASE, COUNTY, TOWN, VILLAGE, case, letter, parcel

FILE = "sm3:" + "e" * 64
ALL: tuple[str, list[str]] = ("", [])


def fill(store: Store) -> None:
    """A case in a parcel, one in no parcel yet, a parcel without letters, and files of a case and of none."""
    store.cases.put(case(title="示例%甲"))
    store.letters.add(letter("a"))
    store.outbox.put(parcel("p"), ["sm3:a"])
    store.outbox.queue("sm3:p", TOWN, START)
    store.unpacked.add(UnpackedLetter("sm3:b", "case-2", VILLAGE, False, 10, START + timedelta(minutes=1)))
    store.outbox.put(parcel("q", from_station=VILLAGE, urgent=True))
    store.outbox.queue("sm3:q", TOWN, START + timedelta(minutes=2))
    for name, maker in ((FILE, VILLAGE), ("sm3:" + "f" * 64, None)):
        store.enclosures.expect(name, 100, "full", maker)
        store.enclosures.queue(TOWN, [name])
    store.enclosures.belong_to(CASE, [FILE])


def test_each_item_is_there_once_and_pages_join_without_a_gap(store: Store) -> None:
    fill(store)
    loose = {TOWN: [VILLAGE], COUNTY: []}
    keys, before, total = store.waiting.items(loose, VILLAGE, 50, None, ALL)
    assert (before, total) == (0, len(keys)) and {key for _, key in keys} == {CASE, "case-2", "sm3:q", VILLAGE}
    assert keys[0] == (TOWN, "sm3:q"), "what is urgent comes first"
    found, after = [], None
    for place in range(len(keys)):
        page, before, total = store.waiting.items(loose, VILLAGE, 1, after, ALL)
        assert (len(page), before, total) == (1, place, len(keys))
        found += page
        after = page[-1]
    assert found == keys
    assert store.waiting.items(loose, VILLAGE, 1, after, ALL) == ([], len(keys), len(keys))
    assert store.waiting.items(loose, VILLAGE, 1, ("no", "such"), ALL)[0] == keys[:1]


def test_what_is_looked_for_is_text_and_nothing_else(store: Store) -> None:
    fill(store)

    def found(text: str, makers: list[str] | None = None) -> set[str]:
        return {key for _, key in store.waiting.items({TOWN: [VILLAGE]}, VILLAGE, 50, None, (text, makers or []))[0]}

    assert found("示例%") == found("1122-07") == {CASE}
    assert found("case-2") == {"case-2"} and found("case_2") == found("示_例") == found("\\") == found("'") == set()
    assert found("村", [VILLAGE]) == {"case-2", "sm3:q", VILLAGE}
    assert found("村", [f"{number:014}" for number in range(3000)]) == set()


def test_nothing_that_waits_is_an_empty_page(store: Store) -> None:
    assert store.waiting.items({}, VILLAGE, 50, None, ALL) == store.waiting.items({}, VILLAGE, 50, (TOWN, CASE), ("x", [])) == ([], 0, 0)

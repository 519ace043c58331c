"""An enclosure is the station's that named it first; another that names it too can neither erase nor block it, nor get its key."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from node.assemble import Node
from node.casework.letter import EnclosureEntry, Letter, SealedLetter, read_frame
from node.errors import NotFoundError
from node.mail.dispatch import Dispatch
from node.mail.packing import Addressee, Contents, pack
from node.mail.receipts import ReceiptBook
from sync.parcel import NamedEnclosure
from tests.journeys.replacing import go_on, put_back, renumber, saved
from tests.journeys.test_admission_table import letter_from, sealed_by
from tests.journeys.world import World

ABOVE = ("township", "county")


def parcel(
    maker: Node,
    to: Node,
    letters: Sequence[SealedLetter] = (),
    named: Sequence[NamedEnclosure] = (),
    keys: Mapping[str, bytes] | None = None,
    parcel_class: str = "letters",
) -> bytes:
    """A parcel whose outside and inside name what they like, with all that the letters' seals need."""
    record = maker.store.stations.get(to.station.station)
    assert record is not None and record.encrypt_certificate is not None
    trust, seals = maker.station.trust, [seal for one in letters for seal in one.seals]
    contents = Contents(
        letters=[one.frame for one in letters],
        keys=dict(keys or {}),
        certificates=[each.der for one in seals for each in trust.path(trust.get(one.signer)) if each.usage != "root"],
        seals=[der for one in seals if (der := maker.store.certificates.get(one.seal, "seal"))],
    )
    reader = Addressee(maker.store.counters.next(f"to:{to.station.station}"), trust.get(record.encrypt_certificate))
    now = maker.clock.now()
    return pack(maker.station, contents, parcel_class=parcel_class, readers=[reader], urgent=False, made_at=now, enclosures=named)


def bring(data: bytes, maker: Node, to: Node) -> None:
    assert to.mailroom.take_in([data], maker.station.station, "network").refused == ()


def letters_of(node: Node, number: str) -> list[Letter]:
    return [read_frame(row.frame, node.station.suite.digest).letter for row in node.store.letters.of_case(number)]


def page_of(node: Node, number: str) -> EnclosureEntry:
    """The first page of a case that was submitted."""
    return letters_of(node, number)[0].enclosures[0]


def named(entry: EnclosureEntry, size_bytes: int | None = None) -> NamedEnclosure:
    return NamedEnclosure(entry.enclosure_id, size_bytes or entry.size_bytes, "full")


def side_letter(world: World, name: str, number: str, kind: str, body: Mapping[str, Any], *entries: EnclosureEntry) -> SealedLetter:
    return sealed_by(world, name, letter_from(world.node_of(name), number, kind, None, body, enclosures=entries))


def keys_of(node: Node, letter: Letter) -> dict[str, bytes]:
    """The keys that this station would give with a letter."""
    return Dispatch(node.station, node.store, ReceiptBook(node.station, node.store)).keys_of(letter)


def extra(entry: EnclosureEntry, preview: EnclosureEntry | None = None) -> EnclosureEntry:
    """The same page under another name."""
    return replace(entry, material="extra", page=1, preview=preview)


@pytest.fixture
def cases(world: World) -> tuple[World, str, str]:
    """A case of each village, known everywhere."""
    numbers = world.submitted(agent="agent1"), world.submitted(agent="agent2")
    world.settle()
    return world, *numbers


@pytest.mark.parametrize("as_preview", [False, True])
def test_a_station_that_names_anothers_page_and_erases_it_erases_nothing_of_the_others(
    cases: tuple[World, str, str], as_preview: bool
) -> None:
    world, theirs, own = cases
    village2 = world.nodes["village2"]
    page = page_of(world.nodes["township"], theirs)
    said = extra(page_of(village2, own), replace(page, material="", page=0, preview=None)) if as_preview else extra(page)
    naming = side_letter(world, "agent2", own, "supplement", {"text": "x"}, said)
    erasing = side_letter(world, "agent2", own, "erased", {"enclosure": said.enclosure_id, "reason": "x"})
    for name in ABOVE:
        node = world.nodes[name]
        bring(parcel(village2, node, [naming, erasing], [named(said)]), village2, node)
        assert [kind for kind, _ in world.letters(own)[name]][-2:] == ["supplement", "erased"]
        assert node.store.enclosures.whole(page.enclosure_id)
        assert node.store.enclosures.key(page.enclosure_id) is not None
        reader = world.person("reviewer" if name == "township" else "approver")
        assert node.desk.attachment(reader, theirs, page.material, page.page)[1] == "image/jpeg"
        with pytest.raises(NotFoundError):
            node.desk.attachment(reader, own, "extra", 1)


@pytest.mark.parametrize("who", ["agent1", "reviewer"])
def test_the_page_of_a_case_is_erased_everywhere_by_whoever_on_its_path_says_so(cases: tuple[World, str, str], who: str) -> None:
    world, number, _ = cases
    page = page_of(world.nodes["township"], number)
    world.act(who, number, "erased", text="误传", enclosure=page.enclosure_id)
    world.settle()
    for name in ("village1", *ABOVE):
        shelf = world.nodes[name].store.enclosures
        assert (shelf.size_bytes(page.enclosure_id), shelf.key(page.enclosure_id)) == (None, None)
        assert page.preview is None or shelf.key(page.preview.enclosure_id) is None


def test_a_key_for_anothers_page_that_comes_first_is_not_kept(world: World) -> None:
    village2, township = world.nodes["village2"], world.nodes["township"]
    number = world.submitted(agent="agent1")
    page = page_of(world.nodes["village1"], number)
    bring(parcel(village2, township, keys={page.enclosure_id: b"k" * 16}), village2, township)
    assert township.store.enclosures.key(page.enclosure_id) is None
    world.settle()
    assert township.desk.attachment(world.person("reviewer"), number, page.material, page.page)[1] == "image/jpeg"


def test_a_size_and_a_key_that_another_says_of_a_page_on_its_way_change_nothing(world: World) -> None:
    village1, village2, township = (world.nodes[name] for name in ("village1", "village2", "township"))
    number = world.submitted(agent="agent1")
    page = page_of(village1, number)
    letters = village1.outgoing.due(township.station.station, 1 << 30)[0].data
    bring(letters, village1, township)
    bring(parcel(village2, township, named=[named(page, 7)], keys={page.enclosure_id: b"k" * 16}), village2, township)
    assert township.store.enclosures.size_bytes(page.enclosure_id) == page.size_bytes
    world.settle()
    assert township.desk.attachment(world.person("reviewer"), number, page.material, page.page)[1] == "image/jpeg"


def test_the_key_of_anothers_page_is_not_given_to_those_who_read_the_letter(cases: tuple[World, str, str]) -> None:
    world, theirs, own = cases
    village2, township = world.nodes["village2"], world.nodes["township"]
    page, mine = page_of(township, theirs), page_of(township, own)
    naming = side_letter(world, "agent2", own, "supplement", {"text": "x"}, extra(page))
    bring(parcel(village2, township, [naming], [named(page)]), village2, township)
    submitted, supplement = letters_of(township, own)
    assert mine.enclosure_id in keys_of(township, submitted)
    assert keys_of(township, supplement) == {}
    assert page.enclosure_id in keys_of(township, letters_of(township, theirs)[0])


def test_copies_of_letters_leave_their_pages_to_the_origin(world: World) -> None:
    village1, township, county = (world.nodes[name] for name in ("village1", "township", "county"))
    number, other = world.submitted(agent="agent1"), world.submitted(agent="agent2")
    world.carry("village1", "village2")
    page, stray = page_of(township, number), page_of(township, other)
    row = township.store.letters.of_case(number)[0]
    copy = read_frame(row.frame, township.station.suite.digest)
    keys = keys_of(township, copy.letter)
    keys[stray.enclosure_id] = b"k" * 16
    bring(parcel(township, county, [copy], [named(page, 9), named(stray)], keys, "copies"), township, county)
    assert county.store.enclosures.makers([page.enclosure_id, stray.enclosure_id]) == {page.enclosure_id: village1.station.station}
    assert county.store.enclosures.key(page.enclosure_id) == township.store.enclosures.key(page.enclosure_id)
    assert county.store.enclosures.key(stray.enclosure_id) is None
    world.settle()
    for case, one in ((number, page), (other, stray)):
        assert county.desk.attachment(world.person("approver"), case, one.material, one.page)[1] == "image/jpeg"


def test_a_successor_gets_the_pages_of_the_one_before_with_their_keys_and_speaks_for_them(world: World) -> None:
    old = saved(world, "village1")
    number = world.submitted()
    world.settle()
    world.act("reviewer", number, "returned", reason="示例")
    world.settle()
    before = world.nodes["village1"].station.station
    put_back(world, "village1", old)
    node = renumber(world, "village1", "township")
    go_on(world)
    page = page_of(node, number)
    assert node.store.enclosures.makers([page.enclosure_id]) == {page.enclosure_id: before}
    assert node.desk.attachment(world.person("agent1"), number, page.material, page.page)[1] == "image/jpeg"
    world.act("agent1", number, "submitted")
    again = letters_of(node, number)[-1]
    assert again.origin == node.station.station != before
    assert page.enclosure_id in keys_of(node, again)
    world.settle()
    world.act("agent1", number, "erased", text="误传", enclosure=page.enclosure_id)
    world.settle()
    assert [world.nodes[name].store.enclosures.key(page.enclosure_id) for name in ("village1", *ABOVE)] == [None] * 3

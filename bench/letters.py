"""Letters to be carried, made outside of the desk: many at once, with or without the names and keys of scans.

A letter without scans is a whole submission of `dibao` (40 answered fields) whose list of enclosures is empty. Its reader flags it
for the missing materials, after it has checked everything that it checks of any letter.
"""

from collections.abc import Sequence
from dataclasses import replace

from bench.ground import filled_at, person, pin, submit_at
from bench.roads.answers import varied
from bench.sealed_cases import ONE_SEAL
from bench.visitor import picture
from node.assemble import Node
from node.casework.letter import CONTEXT, Letter, SealedLetter, make_frame, read_frame
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents, enclosures_named
from node.mail.receipts import ReceiptBook
from signing.seal import sign_compact

BARE_ITEM = "dibao"
WINDOW = 25
"""Letters that are sealed before the PIN is given again; the key's window bears a few more."""


def with_scans(village: Node, count: int) -> list[SealedLetter]:
    """Submit so many cases with three small scans each; their letters, which are queued as well."""
    scan = picture("letters")
    numbers = [filled_at(village, scan) for _ in range(count)]
    for at, number in enumerate(numbers):
        submit_at(village, number, pin=pin("agent1") if at % WINDOW == 0 else None)
    return [_letter_of(village, number) for number in numbers]


def without_scans(village: Node, count: int) -> list[SealedLetter]:
    """So many letters that name no scans, sealed by the agent and not queued; one real case is submitted first."""
    first = filled_at(village, picture("letters"), BARE_ITEM)
    submit_at(village, first, pin=pin("agent1"))
    like = _letter_of(village, first).letter
    agent = person("agent1")
    numbers = [village.desk.open_case(agent, BARE_ITEM).line.case_number for _ in range(count)]
    bare = [replace(like, case_number=number, enclosures=()) for number in numbers]
    return [_sealed(village, letter, pin("agent1") if at % WINDOW == 0 else None) for at, letter in enumerate(bare)]


def submit_varied(village: Node, first: int, count: int) -> int:
    """Submit so many forms of 31 answers (`bench.sealed_cases`) at the desk, other ones in each; the bytes of their letters."""
    agent, size = person("agent1"), 0
    form = village.desk.item(ONE_SEAL)[1]
    for at in range(first, first + count):
        case = village.desk.open_case(agent, ONE_SEAL)
        number = case.line.case_number
        village.desk.save_answers(agent, number, case.version or 0, varied(form.sample, at))
        shown = village.desk.case(agent, number).shown
        village.desk.act(agent, number, "submitted", shown=shown, pin=pin("agent1") if at == first else None)
        size += sum(len(row.frame) for row in village.store.letters.of_case(number))
    return size


def send(village: Node, letters: Sequence[SealedLetter]) -> None:
    """One parcel of these letters, with the keys of their scans, queued for the township; certificates are known from before."""
    dispatch = Dispatch(village.station, village.store, ReceiptBook(village.station, village.store))
    named = [entry for sealed in letters for entry in sealed.letter.enclosures]
    ids = [one.enclosure_id for one in enclosures_named(named)]
    keys = {one: key for one in ids if (key := village.store.enclosures.key(one))}
    path = village.station.path_of(letters[0].letter.case_number[:14])
    readers = [one for one in path if one != village.station.station]
    with village.store.transaction():
        contents = Contents(letters=[sealed.frame for sealed in letters], keys=keys)
        parcel_id = dispatch.send(contents, "letters", readers, urgent=False, at=village.clock.now(), named=named)
        village.store.outbox.add_letters(parcel_id, [sealed.letter_id for sealed in letters])


def _letter_of(village: Node, number: str) -> SealedLetter:
    return read_frame(village.store.letters.of_case(number)[0].frame, village.station.suite.digest)


def _sealed(village: Node, letter: Letter, its_pin: str | None) -> SealedLetter:
    signer = village.keyring.open(person("agent1"), its_pin)
    payload = letter.payload()
    seal = sign_compact(village.station.suite, signer.signer, signer.seal, CONTEXT + payload, letter.at)
    return read_frame(make_frame(payload, (seal,)), village.station.suite.digest)

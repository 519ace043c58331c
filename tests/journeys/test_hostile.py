"""What stations and people with valid keys try: it harms no other case, stops no road, and shows nobody what was not sealed."""

import base64
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from node.assemble import Node
from node.casework.case import Desk, Holder
from node.casework.contents import ENCLOSURE_CONTEXT
from node.casework.letter import CONTEXT, EnclosureEntry, Letter, make_frame
from node.errors import NotAllowedError, NotFoundError, StaleError
from node.mail.dispatch import Dispatch
from node.mail.packing import Contents
from node.mail.receipts import CONTEXT as RECEIPT
from node.mail.receipts import ReceiptBook
from signing.canonical import canonical_bytes
from signing.envelope import new_content_key
from signing.seal import sign_compact
from tests.journeys.test_admission_table import bring, letter_from, parcel_of, sealed_by, stations
from tests.journeys.world import World
from tests.node.web.browsing import logged_in


@pytest.fixture
def submitted(world: World) -> tuple[World, str]:
    number = world.submitted()
    world.settle()
    return world, number


def test_another_village_cannot_fork_a_case(submitted: tuple[World, str]) -> None:
    world, number = submitted
    record = world.nodes["township"].store.cases.get(number)
    assert record is not None
    now = world.clock.now().replace(microsecond=0)
    other, holder = world.nodes["village2"].station.station, Holder(stations(world)[1], Desk.REVIEW)
    letter = Letter("submitted", number, other, None, now, date(2026, 11, 22), record.item_id, record.package, holder, {"answers": {}})
    outcome, reason = bring(world, "agent2", "township", sealed_by(world, "agent2", letter))
    assert outcome == "set_aside" and str(reason).startswith("transition_")
    again = world.nodes["township"].store.cases.get(number)
    assert again is not None and not again.forked
    world.act("reviewer", number, "accepted")


@pytest.mark.parametrize("hangs_from_the_first", [False, True])
def test_a_letter_beside_the_chain_that_its_signer_could_not_write_forks_nothing_at_the_county(
    submitted: tuple[World, str], hangs_from_the_first: bool
) -> None:
    world, number = submitted
    world.act("reviewer", number, "accepted")
    world.settle()
    county, holder = world.nodes["county"], Holder(stations(world)[1], Desk.REVIEW)
    first = county.store.letters.of_case(number)[0].letter_id
    after, kind = (first, "accepted") if hangs_from_the_first else (None, "submitted")
    for name in ("agent2", "leader"):
        body: dict[str, Any] = {"answers": {}} if kind == "submitted" else {}
        letter = letter_from(world.nodes["township"], number, kind, holder, body, after=after)
        letter = replace(letter, origin=world.node_of(name).station.station)
        outcome, reason = bring(world, name, "county", sealed_by(world, name, letter))
        assert outcome == "set_aside" and str(reason).startswith("transition_")
    record = county.store.cases.get(number)
    assert record is not None and not record.forked
    world.act("reviewer", number, "forwarded")
    world.settle()
    assert world.act("approver", number, "approved").line.state == "approved"


def test_one_poison_parcel_does_not_stop_the_others(world: World) -> None:
    number = world.submitted()
    village, township = world.nodes["village1"], world.nodes["township"]
    good = village.outgoing.due(township.station.station, 1 << 30)[0].data

    class Poison(Contents):
        def to_bytes(self) -> bytes:
            return b'key 40\n{"enclosure":null,"key":"AAAAAAAAAAAAAAAA"}\n'

    class Number(Contents):
        def to_bytes(self) -> bytes:
            line = b'{"after":null,"at":"2026-11-22T01:00:00Z","kind":"stored","letters":[],"number":"' + b"9" * 25
            receipt = b"yizhan receipt 1\n" + line + b'","parcels":[],"signer":"x","station":"x"}\nAAAA\n'
            return b"receipt %d\n" % len(receipt) + receipt + b"\n"

    bad = [parcel_of(village, township, kind()) for kind in (Poison, Number)]
    taken = township.mailroom.take_in([bad[0], good, bad[1]], village.station.station, "network")
    assert world.states(number)["township"] == "submitted"
    assert len(taken.refused) + len(taken.receipts) >= 2


def test_a_page_that_is_no_picture_is_not_given_to_a_browser(submitted: tuple[World, str]) -> None:
    world, number = submitted
    township = world.nodes["township"]
    sealed = township.store.letters.of_case(number)[0]
    assert sealed.outcome == "admitted"
    page = township.desk.case(world.person("reviewer"), number).attachments[0]
    entry = EnclosureEntry("extra", 1, page.plain_digest, page.enclosure_id, page.size_bytes, "text/html")
    letter = letter_from(world.nodes["village1"], number, "supplement", None, {"text": "x"}, enclosures=(entry,))
    assert bring(world, "agent1", "township", sealed_by(world, "agent1", letter))[0] == "admitted"
    with pytest.raises(NotFoundError):
        township.desk.attachment(world.person("reviewer"), number, "extra", 1)


SCRIPTS = {
    "text/html": b"<script>alert(1)</script>",
    "application/xhtml+xml": b"<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>",
    "image/svg+xml": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "text/javascript": b"alert(1)",
    "image/jpeg": b"<script>alert(1)</script>",
}


@pytest.mark.parametrize("media_type", SCRIPTS)
def test_what_a_browser_could_run_is_not_given_to_it_over_http(submitted: tuple[World, str], media_type: str) -> None:
    world, number = submitted
    village, township = world.nodes["village1"], world.nodes["township"]
    suite, key, script = village.station.suite, new_content_key(village.station.suite), SCRIPTS[media_type]
    ciphertext = suite.encrypt(key, script, ENCLOSURE_CONTEXT)
    entry = EnclosureEntry("extra", 1, suite.digest(script), suite.digest(ciphertext), len(ciphertext), media_type)
    entry = replace(entry, preview=replace(entry, material="", page=0))
    township.store.enclosures.put_whole(entry.enclosure_id, ciphertext)
    township.store.enclosures.put_key(entry.enclosure_id, key)
    letter = letter_from(village, number, "supplement", None, {"text": "x"}, enclosures=(entry,))
    assert bring(world, "agent1", "township", sealed_by(world, "agent1", letter))[0] == "admitted"
    reviewer = logged_in(world, "reviewer")
    page = f"/cases/{number}/materials/extra"
    for path in (f"{page}/1", f"{page}/1?small=1", f"{page}/1/sheets/1", f"/api/v1{page}", f"/api/v1{page}?preview=1"):
        answer = reviewer.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if media_type == "image/jpeg":
            assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        else:
            assert answer.status_code == 404 and script not in answer.data
    assert reviewer.get(f"/cases/{number}").status_code == 200


def test_a_page_that_is_not_what_was_sealed_is_not_shown(submitted: tuple[World, str]) -> None:
    world, number = submitted
    township = world.nodes["township"]
    page = township.desk.case(world.person("reviewer"), number).attachments[0]
    entry = EnclosureEntry("extra", 1, "sm3:" + "0" * 64, page.enclosure_id, page.size_bytes, "image/jpeg")
    letter = letter_from(world.nodes["village1"], number, "supplement", None, {"text": "x"}, enclosures=(entry,))
    assert bring(world, "agent1", "township", sealed_by(world, "agent1", letter))[0] == "admitted"
    with pytest.raises(NotFoundError):
        township.desk.attachment(world.person("reviewer"), number, "extra", 1)


def test_what_was_submitted_is_not_taken_back_by_a_late_save(world: World) -> None:
    case = world.filled()
    number, desk, agent = case.line.case_number, world.nodes["village1"].desk, world.person("agent1")
    assert case.version is not None
    world.act("agent1", number, "submitted")
    for late in (
        lambda: desk.save_answers(agent, number, case.version or 0, {"name": "示例乙"}),
        lambda: desk.discard(agent, number),
        lambda: desk.detach(agent, number, "mat_id", 1),
    ):
        with pytest.raises(NotAllowedError):
            late()
    record = world.nodes["village1"].store.cases.get(number)
    assert record is not None and record.state == "submitted" and record.head is not None


def test_what_is_sealed_is_what_was_shown_whenever_somebody_else_saves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    endings: list[str] = []
    while endings[-1:] != ["undisturbed"]:
        endings.append(submit_while_another_saves(world, monkeypatch, len(endings) + 1))
    assert endings.count("refused") > 2
    assert set(endings) <= {"refused", "sealed", "undisturbed"}


def submit_while_another_saves(world: World, monkeypatch: pytest.MonkeyPatch, at_look: int) -> str:
    """Another tab saves while the submission looks at the clock for the so-many-th time; how the submission ends."""
    desk, agent = world.nodes["village1"].desk, world.person("agent1")
    case = world.filled()
    number = case.line.case_number
    tab = threading.Thread(target=lambda: save_late(world, number, case.version or 0))
    clock = Interrupted(world.clock.at, at_look, tab)
    with monkeypatch.context() as patched:
        patched.setattr(world.clock, "now", clock.now)
        try:
            desk.act(agent, number, "submitted", pin=world.pin("agent1"), shown=case.shown)
        except StaleError:
            tab.join()
            assert desk.case(agent, number).answers["name"] == OTHER["name"]
            return "refused"
    if clock.left <= 0:
        tab.join()
    after = desk.case(agent, number)
    assert after.line.state == "submitted" and after.answers == case.answers
    return "undisturbed" if clock.left > 0 else "sealed"


OTHER = {"name": "示例乙", "bank_holder": "示例乙"}


class Interrupted:
    """A clock that lets a thread run when it is asked for the time for the so-many-th time; `left` tells how often until then."""

    def __init__(self, at: datetime, left: int, thread: threading.Thread) -> None:
        self.at = at
        self.left = left
        self._thread = thread

    def now(self) -> datetime:
        """The time."""
        if threading.current_thread() is self._thread:
            return self.at
        self.left -= 1
        if self.left == 0:
            self._thread.start()
            self._thread.join(0.3)  # no longer: inside the transaction of the submission it waits for that
        return self.at


def save_late(world: World, number: str, version: int) -> None:
    """What another tab does; a case that went up in between takes nothing more."""
    node = world.nodes["village1"]
    try:
        node.desk.save_answers(world.person("agent1"), number, version, OTHER)
    except NotAllowedError:
        pass
    finally:
        node.store.close_thread()


def test_a_letter_that_claims_another_day_than_its_seal_is_flagged(submitted: tuple[World, str]) -> None:
    world, number = submitted
    _, township, _ = stations(world)
    old = world.clock.now().replace(microsecond=0) - timedelta(days=700)
    letter = letter_from(world.nodes["township"], number, "accepted", Holder(township, Desk.REVIEW), {}, checked_on=old.date())
    assert bring(world, "reviewer", "county", sealed_by(world, "reviewer", letter)) == ("flagged", "clock")


def test_a_returned_case_does_not_come_back_as_another_item(submitted: tuple[World, str]) -> None:
    world, number = submitted
    world.act("reviewer", number, "returned", reason="请补正")
    world.settle()
    _, township, _ = stations(world)
    package, form = world.nodes["village1"].desk.item("pension_enrol")
    body: dict[str, Any] = {"answers": dict(form.sample), "first_contact_at": "2026-11-22T01:00:00Z"}
    letter = letter_from(world.nodes["village1"], number, "submitted", Holder(township, Desk.REVIEW), body)
    letter = replace(letter, item_id="pension_enrol", package=package)
    assert bring(world, "agent1", "township", sealed_by(world, "agent1", letter)) == ("set_aside", "item")


@pytest.mark.parametrize(
    ("kind", "body", "changes"),
    [
        ("returned", {"reason": "x", "marks": 5}, {}),
        ("returned", {"reason": "x", "marks": [{"field": [1], "comment": "x"}]}, {}),
        ("accepted", {"acceptance_number": 7}, {}),
        ("accepted", {}, {"checked_on": date(9999, 12, 31)}),
    ],
)
def test_odd_bodies_are_no_letters_and_the_pages_stay_up(
    submitted: tuple[World, str], kind: str, body: dict[str, Any], changes: dict[str, Any]
) -> None:
    world, number = submitted
    village, township, _ = stations(world)
    node, county = world.nodes["township"], world.nodes["county"]
    holder = Holder(township, Desk.REVIEW) if kind == "accepted" else Holder(village, Desk.AGENT)
    good = sealed_by(world, "reviewer", letter_from(node, number, "accepted", Holder(township, Desk.REVIEW), {}))
    odd = letter_from(node, number, kind, holder, body, **changes)
    frame = b"yizhan letter 1\n" + odd.payload() + b"\n" + good.frame.split(b"\n")[2] + b"\n"
    county.mailroom.take_in([parcel_of(node, county, Contents(letters=[frame]))], township, "network")
    assert world.letters(number)["county"] == [("submitted", "admitted")]
    assert "letter_refused" in {row.what for row in county.store.audit.page()}
    approver = world.person("approver")
    assert county.desk.case(approver, number).line.state == "submitted"
    assert len(county.desk.cases(approver)) == 1


def sealed_anyhow(world: World, name: str, payload: bytes) -> bytes:
    """The frame of any payload, really sealed; no station of ours would make it."""
    node = world.node_of(name)
    signer = node.keyring.open(world.person(name), world.pin(name))
    seal = sign_compact(node.station.suite, signer.signer, signer.seal, CONTEXT + payload, world.clock.now())
    return make_frame(payload, (seal,))


def send(node: Node, contents: Contents, *readers: str, parcel_class: str = "letters") -> None:
    """Queue a parcel as the station's own program would."""
    dispatch = Dispatch(node.station, node.store, ReceiptBook(node.station, node.store))
    with node.store.transaction():
        dispatch.send(contents, parcel_class, readers, urgent=False, at=node.clock.now())


def odd_letters(letter: Letter) -> Mapping[str, bytes]:
    """Payloads of a side letter with something odd in it, by what is odd."""
    plain = replace(letter, body={"enclosure": "x", "reason": "x"}).payload()
    year = letter.payload_time[:4].encode()
    return {
        "a list as enclosure": replace(letter, body={"enclosure": [], "reason": "x"}).payload(),
        "an object as enclosure": replace(letter, body={"enclosure": {"id": []}, "reason": "x"}).payload(),
        "a number as reason": replace(letter, body={"enclosure": "x", "reason": 7}).payload(),
        "nothing": replace(letter, body={}).payload(),
        "an enclosure of nobody": plain,
        "year 1": plain.replace(b'"at":"' + year, b'"at":"0001'),
        "a day in year 1": plain.replace(b'"checked_on":"' + year, b'"checked_on":"0001'),
        "a day in year 9999": plain.replace(b'"checked_on":"' + year, b'"checked_on":"9999'),
        "a desk that is none": plain.replace(b'"holder":null', b'"holder":{"desk":[],"station":"x"}'),
        "a list as after": plain.replace(b'"after":"', b'"after":["').replace(b'","at":', b'"],"at":'),
        "an enclosure that is none": plain.replace(b'"enclosures":[]', b'"enclosures":[[]]'),
        "enclosures that are none": plain.replace(b'"enclosures":[]', b'"enclosures":null'),
        "an item that is none": plain.replace(b'"item":{', b'"item":{"a":[],', 1).replace(b'"id":"gaoling"', b'"id":[]'),
    }


def test_odd_letters_that_are_really_sealed_and_carried_leave_all_pages_up(submitted: tuple[World, str]) -> None:
    world, number = submitted
    _, township, county = stations(world)
    node = world.nodes["village1"]
    letter = letter_from(node, number, "erased", None, {})
    payloads = odd_letters(letter)
    assert len(set(payloads.values())) == len(payloads)
    for payload in payloads.values():
        send(node, Contents(letters=[sealed_anyhow(world, "agent1", payload)]), township, county)
    world.settle()
    for name, person in (("township", "reviewer"), ("county", "approver")):
        store = world.nodes[name].store
        assert {one for one, _ in world.letters(number)[name]} <= {"submitted", "erased"}
        assert [row.what for row in store.audit.page()].count("letter_refused") >= len(payloads) - 3
        reader = logged_in(world, person)
        for path in (
            "/",
            "/cases",
            "/cases?box=set_aside",
            f"/cases/{number}",
            f"/api/v1/cases/{number}",
            f"/api/v1/cases/{number}/letters",
        ):
            assert reader.get(path).status_code == 200, (name, path)
        page = world.nodes[name].desk.case(world.person(person), number).attachments[0]
        assert reader.get(f"/cases/{number}/materials/{page.material}/{page.page}").status_code == 200
    world.act("reviewer", number, "accepted")
    world.settle()
    assert set(world.states(number).values()) == {"accepted"}


def test_a_signed_receipt_with_a_number_of_25_nines_changes_nothing_and_later_ones_count(submitted: tuple[World, str]) -> None:
    world, number = submitted
    village, township = world.nodes["village1"], world.nodes["township"]
    world.act("agent1", number, "message", text="x")
    sent = village.store.letters.of_case(number)[-1].letter_id
    fields: dict[str, Any] = {"after": None, "at": "2026-11-22T01:00:00Z", "kind": "arrived", "number": 7, "parcels": []}
    fields |= {"letters": [{"id": sent, "outcome": "admitted", "reason": None}], "station": township.station.station}
    line = canonical_bytes({**fields, "signer": township.station.signer.certificate.digest})
    signed = RECEIPT + line.replace(b'"number":7', b'"number":' + b"9" * 25) + b"\n"
    receipt = signed + base64.b64encode(township.station.signer.sign(signed)) + b"\n"
    village.mailroom.take_receipts([receipt], township.station.station)
    send(township, Contents(receipts=[receipt]), village.station.station, parcel_class="receipts")
    world.carry("village1")
    before = village.store.receipts.last(township.station.station)
    assert before is not None and before.number < 1000
    assert [row.what for row in village.store.audit.page()].count("receipt_refused") == 2
    assert village.desk.case(world.person("agent1"), number).line.state == "submitted"
    world.settle()
    marks = {(mark.station, mark.mark) for mark in village.store.letters.roads([sent])[sent]}
    assert (township.station.station, "arrived") in marks
    world.act("reviewer", number, "accepted")
    world.settle()
    after = village.store.receipts.last(township.station.station)
    assert after is not None and before.number < after.number < 1000

"""Pairings: a telephone reaches one slot, of one case, in one login, for minutes; what it has sent stays."""

from dataclasses import dataclass, field, replace

import pytest

from node.capture.lan import in_rooms
from node.capture.phone import CLOSED, DONE, LEFT, MOST, OVER, STOPPED, Pairing, Pairings
from node.errors import MaterialError, NotAllowedError, NotFoundError, RequestError
from node.staff.people import Session
from node.store.records import AuditRecord
from tests.fakes import SetClock
from tests.journeys.world import picture
from tests.node.capture.conftest import SIZE, Bench

MINUTES = 10
ADDRESS = "192.168.7.7"


@dataclass
class Room:
    """The agent with a case, a telephone's pairings, and the logins that stand."""

    bench: Bench
    clock: SetClock = field(default_factory=SetClock)
    logins: set[str] = field(default_factory=lambda: {"first", "second"})

    def __post_init__(self) -> None:
        self.lines: list[AuditRecord] = []
        self.pairings = Pairings(self.bench.tray, self.clock, MINUTES, lambda session: session.token in self.logins, self.lines.append)

    def login(self, name: str = "first") -> Session:
        return Session(name, "csrf", replace(self.bench.agent, session_id=f"session {name}"))

    def open(self, material: str = "mat_bank", login: str = "first") -> Pairing:
        return self.pairings.open(self.login(login), self.bench.number, material, "存折", ADDRESS)

    def paired(self, material: str = "mat_bank", login: str = "first") -> Pairing:
        return self.pairings.redeem(self.open(material, login).token)

    def again(self, pairing: Pairing) -> Pairing:
        return self.pairings.of(pairing.id, pairing.secret)

    def why(self, material: str = "mat_bank") -> str:
        return self.pairings.end_of(self.login(), self.bench.number, material)

    def tray(self) -> list[str]:
        return [one.shot for one in self.bench.store.shots.of_case(self.bench.number)]


@pytest.fixture
def room(bench: Bench) -> Room:
    return Room(bench)


def is_over(room: Room, pairing: Pairing) -> bool:
    try:
        room.again(pairing)
    except NotAllowedError as error:
        return error.code == "phone_over"
    return False


def test_a_token_is_long_good_once_and_only_as_it_is(room: Room) -> None:
    token = room.open().token
    assert len(token) == 43 and len({room.open(slot).token for slot in ("mat_bank", "mat_id")} | {token}) == 3
    token = room.open().token
    for wrong in ("", token[:-1], token + "x", token.swapcase(), "\ud800", "字"):
        with pytest.raises(NotAllowedError, match="phone_token"):
            room.pairings.redeem(wrong)
    paired = room.pairings.redeem(token)
    assert room.again(paired).slot == "存折"
    assert paired.token == "" and len(paired.secret) == 43 and paired.secret != token
    with pytest.raises(NotAllowedError, match="phone_token"):
        room.pairings.redeem(token)
    with pytest.raises(NotAllowedError, match="phone_token"):
        room.pairings.redeem("")


def test_another_code_for_a_slot_makes_the_one_before_void_but_not_the_telephone_that_is_there(room: Room) -> None:
    paired, first = room.paired(), room.open()
    second = room.open()
    with pytest.raises(NotAllowedError, match="phone_token"):
        room.pairings.redeem(first.token)
    assert room.pairings.redeem(second.token).id == second.id and not is_over(room, paired)


def test_a_pairing_ends_when_its_minutes_are_over_however_much_it_is_used(room: Room) -> None:
    waiting, paired = room.open("mat_id"), room.paired()
    for minute in range(MINUTES):
        assert room.again(paired).id == paired.id and room.pairings.seconds_left(paired) == (MINUTES - minute) * 60
        room.clock.move(minutes=1)
    assert room.pairings.held(paired.id, paired.secret) is None
    with pytest.raises(NotAllowedError, match="phone_token"):
        room.pairings.redeem(waiting.token)
    assert is_over(room, paired) and room.why() == OVER and room.pairings.sweep() == frozenset()


def test_the_agent_gives_it_its_full_time_again(room: Room) -> None:
    paired = room.paired()
    room.clock.move(minutes=MINUTES - 1)
    room.pairings.renew(room.login(), room.bench.number, "mat_bank")
    room.clock.move(minutes=MINUTES - 1)
    assert room.pairings.seconds_left(room.again(paired)) == 60
    room.clock.move(minutes=1)
    assert is_over(room, paired)


def test_a_clock_that_is_set_back_does_not_leave_the_door_open_for_longer(room: Room) -> None:
    paired = room.paired()
    room.clock.move(days=-1)
    assert is_over(room, paired)


def test_it_ends_with_the_login_that_opened_it_and_with_no_other(room: Room) -> None:
    mine, other = room.paired(), room.paired(login="second")
    room.pairings.logged_out(room.login().person.session_id)
    assert is_over(room, mine) and not is_over(room, other) and room.why() == LEFT
    room.logins.clear()  # shut by an administrator, idle for too long, or at its end: nobody pressed 退出
    assert room.pairings.sweep() == frozenset() and is_over(room, other)


def test_another_login_neither_sees_nor_ends_it(room: Room) -> None:
    paired = room.paired()
    assert room.pairings.of_slot(room.login("second"), room.bench.number, "mat_bank") == ()
    room.pairings.stop(room.login("second"), room.bench.number, "mat_bank")
    room.pairings.renew(room.login("second"), room.bench.number, "mat_bank")
    assert [one.id for one in room.pairings.of_slot(room.login(), room.bench.number, "mat_bank")] == [paired.id]
    room.pairings.stop(room.login(), room.bench.number, "mat_bank")
    assert is_over(room, paired) and room.why() == STOPPED


def test_the_case_goes_up_and_the_pairing_ends_and_what_had_arrived_was_kept(room: Room) -> None:
    paired, other = room.paired(), room.paired("mat_id")
    room.pairings.take(paired, "aaaaaaaa", picture("a", SIZE))
    assert len(room.tray()) == 1
    room.bench.submit()
    with pytest.raises(NotAllowedError, match="phone_over"):
        room.pairings.take(paired, "bbbbbbbb", picture("b", SIZE))
    assert is_over(room, paired) and len(room.tray()) <= 1
    assert room.pairings.sweep() == frozenset(), "of a slot that nobody sends for too"
    assert room.pairings._ended[paired.place] == room.pairings._ended[other.place] == CLOSED


def test_finishing_ends_it_and_nothing_more_is_taken_by_it(room: Room) -> None:
    paired = room.paired()
    room.pairings.done(paired)
    assert is_over(room, paired) and room.why() == DONE and room.pairings.held(paired.id, paired.secret) is None


def test_only_its_own_secret_opens_a_pairing(room: Room) -> None:
    one, other, waiting = room.paired(), room.paired("mat_id"), room.open()
    tries = [
        (one.id, other.secret),
        (one.id, ""),
        (one.id, one.secret[:-1]),
        ("0" * 16, one.secret),
        (waiting.id, ""),
        (waiting.id, waiting.token),
    ]
    for pairing_id, secret in tries:
        assert room.pairings.held(pairing_id, secret) is None
        with pytest.raises(NotAllowedError, match="phone_over"):
            room.pairings.of(pairing_id, secret)


def test_a_shot_that_is_sent_twice_is_there_once(room: Room) -> None:
    paired, raw = room.paired(), picture("a", SIZE)
    first = room.pairings.take(paired, "aaaaaaaa", raw)
    assert room.pairings.take(paired, "aaaaaaaa", raw) == first
    assert room.pairings.take(paired, "aaaaaaaa", picture("anything", SIZE)) == first, "its answer was lost, and it comes again"
    assert room.tray() == [first.sent.shot]
    again = room.pairings.take(paired, "bbbbbbbb", raw)
    assert again.sent.shot == first.sent.shot and room.tray() == [first.sent.shot], "the same picture chosen twice"
    record = room.bench.store.shots.get(first.sent.shot)
    assert record is not None and (record.source, record.material, record.taken_by) == ("phone", "mat_bank", room.bench.agent.name)


def test_two_telephones_send_for_one_slot_and_each_sees_its_own(room: Room) -> None:
    one, other = room.paired(), room.paired()
    mine = room.pairings.take(one, "aaaaaaaa", picture("a", SIZE))
    theirs = room.pairings.take(other, "aaaaaaaa", picture("b", SIZE))
    assert room.pairings.shots(one) == (mine,) and room.pairings.shots(other) == (theirs,)
    assert room.tray() == [mine.sent.shot, theirs.sent.shot]
    room.bench.take("by the camera")
    assert room.pairings.shots(one) == (mine,)


def test_a_telephone_is_told_what_became_of_a_shot(room: Room) -> None:
    room.bench.eye.found = ("glare",)
    paired = room.paired()
    kept, gone = (room.pairings.take(paired, name * 8, picture(name, SIZE)) for name in "ab")
    assert [one.code for one in kept.sent.findings] == ["glare"] and kept.state == "arrived"
    agent, number = room.bench.agent, room.bench.number
    room.bench.keep(room.bench.tray.shot(agent, number, kept.sent.shot), anyway=True, note="只有这一张")
    room.bench.tray.discard(agent, number, gone.sent.shot)
    assert [(one.state, one.page) for one in room.pairings.shots(paired)] == [("kept", 1), ("gone", None)]


def test_what_is_no_picture_is_refused_and_the_pairing_stays(room: Room) -> None:
    paired = room.paired()
    with pytest.raises(MaterialError, match="unknown_kind"):
        room.pairings.take(paired, "aaaaaaaa", b"hello")
    assert room.pairings.shots(room.again(paired)) == () and room.tray() == []


def test_a_slot_that_there_is_not_and_a_person_who_may_not_get_none(room: Room) -> None:
    with pytest.raises(NotFoundError):
        room.open("nothing")
    head = Session("first", "csrf", room.bench.world.person("head1"))
    with pytest.raises(NotAllowedError, match="role"):
        room.pairings.open(head, room.bench.number, "mat_bank", "存折", ADDRESS)
    assert room.pairings.sweep() == frozenset()


def test_only_so_many_telephones_come_at_a_time(room: Room) -> None:
    here = [room.paired() for _ in range(MOST)]
    with pytest.raises(RequestError, match="phone_many"):
        room.open()
    room.pairings.done(here[0])
    assert room.open().is_waiting


def test_who_showed_a_code_where_and_that_a_telephone_came_is_in_the_audit_log(room: Room) -> None:
    paired = room.paired()
    facts = {"pairing": paired.id, "material": "mat_bank", "address": ADDRESS}
    assert [(one.who, one.what, one.about, one.detail) for one in room.lines] == [
        (room.bench.agent.name, event, room.bench.number, facts) for event in ("phone_shown", "phone_came")
    ]


def test_neither_tokens_nor_secrets_are_written_out_with_a_pairing(room: Room) -> None:
    waiting = room.open("mat_id")
    paired = room.paired()
    told = f"{waiting!r} {paired!r} {waiting} {paired}"
    assert waiting.token not in told and paired.secret not in told and "csrf" not in told


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (["127.0.0.1", "127.0.1.1"], ()),
        (["192.0.2.2", "198.18.0.1", "169.254.3.4", "100.64.0.1", "8.8.8.8", "fd00::2", "not one", ""], ()),
        (["172.17.0.1", "10.0.0.5", "192.168.1.9", "10.0.0.5"], ("192.168.1.9", "10.0.0.5", "172.17.0.1")),
        (["172.15.0.1", "172.32.0.1", "172.31.255.1"], ("172.31.255.1",)),
    ],
)
def test_only_addresses_of_a_rooms_network_are_offered_the_usual_first(found: list[str], told: tuple[str, ...]) -> None:
    assert in_rooms(found) == told

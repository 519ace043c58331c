"""The new station's side: keys and request in one go, an answer that proves itself or changes nothing, and steps that can be repeated."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from node.assemble import assemble
from node.enrolment import joining
from node.enrolment.documents import Answer, read_answer, read_invitation, to_bytes
from node.enrolment.invitations import Wanted
from node.enrolment.joining import Begun, begin, begun, check_not_joining, finish, is_joining
from node.enrolment.office import opened
from node.errors import EnrolmentError, RequestError, StoreError
from node.folder import StationFolder
from signing.algorithms import suite as suite_of
from tests.fakes import START, SetClock
from tests.node.enrolment.conftest import TOWNSHIP, VILLAGE, Desk

SUITE = suite_of("p256")
SECOND = Wanted("示例二村", "village", "131025105202", parent_url="http://10.1.2.3:8600")
OpenDesk = Callable[[str], Desk]


def invited(desk: Desk, wanted: Wanted = SECOND) -> bytes:
    (made,) = desk.inviting.invite([wanted], "admin")
    return made.data


def granted(desk: Desk, asked: Begun) -> bytes:
    return desk.registrar.confirm(desk.registrar.take(asked.request).digest, "admin")


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises((EnrolmentError, RequestError)) as caught:
        act()
    return str(caught.value.code)


def content_of(place: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def test_a_folder_joins_and_is_a_station_that_starts(township: Desk, tmp_path: Path) -> None:
    place = tmp_path / "new"
    asked = begin(place, invited(township), SetClock())
    assert is_joining(place)
    assert refusal(lambda: check_not_joining(place)) == refusal(lambda: assemble(place, SetClock())) == "joining"
    assert finish(place, granted(township, asked), SetClock()) == "13102510520201"
    assert not is_joining(place) and not list(place.glob("joining*"))
    node = assemble(place, SetClock())
    try:
        assert (node.config.station.name, node.config.parent.url) == ("示例二村", "http://10.1.2.3:8600")
        assert node.station.path_of("13102510520201") == ("13102510520201", "13102510500001", "13102500000001")
        assert [line.what for line in node.store.audit.page()] == ["calendar_taken", "joined"]
    finally:
        node.close()


def test_a_township_joins_with_an_authority_and_certifies(county: Desk, tmp_path: Path) -> None:
    place = tmp_path / "new"
    finish(place, granted(county, begin(place, invited(county, Wanted("示例新镇", "township", "131025106000")), SetClock())), SetClock())
    with opened(place, SetClock()) as office:
        assert (office.authority().certificate.tier, office.seal_maker().certificate.station) == ("township", "13102510600001")


def test_beginning_again_gives_the_same_request_and_another_invitation_is_refused(township: Desk, tmp_path: Path) -> None:
    place, invitation = tmp_path / "new", invited(township)
    asked = begin(place, invitation, SetClock())
    clock = SetClock(START + timedelta(days=60))
    assert begin(place, invitation, clock) == begun(place) == asked
    assert refusal(lambda: begin(place, invited(township, replace(SECOND, name="示例二村东")), SetClock())) == "joining_other"


@pytest.mark.parametrize("step", range(1, 9))
def test_a_beginning_that_is_cut_short_anywhere_can_be_done_again(
    township: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    place, invitation, steps = tmp_path / "new", invited(township), 0

    def cut(real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*given: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == step:
                raise StoreError("the power went")
            return real(*given)

        return act

    with monkeypatch.context() as cutting:
        for name in ("write_file", "create_key_file", "machine_secret", "to_bytes"):
            cutting.setattr(joining, name, cut(getattr(joining, name)))
        with pytest.raises(StoreError):
            begin(place, invitation, SetClock())
    assert steps == step
    assert is_joining(place)
    asked = begin(place, invitation, SetClock())
    assert finish(place, granted(township, asked), SetClock()) == "13102510520201"


@pytest.mark.parametrize("step", range(1, 4))
def test_a_finish_that_is_cut_short_anywhere_can_be_done_again(
    township: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    place, steps = tmp_path / "new", 0
    answer = granted(township, begin(place, invited(township), SetClock()))

    def cut(real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*given: Any) -> Any:
            nonlocal steps
            steps += 1
            real(*given)
            if steps == step:
                raise StoreError("the power went")

        return act

    with monkeypatch.context() as cutting:
        for name in ("write_file", "_fill", "write_config"):
            cutting.setattr(joining, name, cut(getattr(joining, name)))
        with pytest.raises(StoreError):
            finish(place, answer, SetClock())
    assert is_joining(place)
    assert finish(place, answer, SetClock()) == "13102510520201"
    assemble(place, SetClock()).close()


def test_a_folder_with_anything_in_it_is_left_alone(township: Desk, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep")
    assert refusal(lambda: begin(tmp_path, invited(township), SetClock())) == "station_there"
    assert content_of(tmp_path).keys() >= {"letter.txt"} and not is_joining(tmp_path)


def test_an_invitation_that_is_over_changed_or_foreign_makes_no_folder(township: Desk, open_desk: OpenDesk, tmp_path: Path) -> None:
    place, invitation = tmp_path / "new", invited(township)
    assert refusal(lambda: begin(place, invitation, SetClock(START + timedelta(days=31)))) == "invitation_expired"
    assert refusal(lambda: begin(place, invitation.replace("示例二村".encode(), "示例三村".encode()), SetClock())) == "invitation_signature"
    other = read_invitation(invited(open_desk("other"), Wanted("示例新镇", "township", "131025106000"))).content
    mixed = replace(read_invitation(invitation).content, certificates=other.certificates)
    signer = township.station.signer
    assert refusal(lambda: begin(place, to_bytes(mixed, [(signer.certificate.digest, signer.sign)]), SetClock())) == "invitation_signature"
    assert not place.exists()


def test_a_refusal_is_told_and_the_next_try_makes_another_request(township: Desk, tmp_path: Path) -> None:
    place, invitation = tmp_path / "new", invited(township)
    asked = begin(place, invitation, SetClock())
    answer = township.registrar.refuse(township.registrar.take(asked.request).digest, "admin", "核对码不一致")
    with pytest.raises(EnrolmentError) as caught:
        finish(place, answer, SetClock())
    assert (caught.value.code, caught.value.facts) == ("joining_refused", {"reason": "核对码不一致"})
    again = begin(place, invitation, SetClock())
    assert again.digest != asked.digest
    assert finish(place, granted(township, again), SetClock()) == "13102510520201"


def resigned(desk: Desk, answer: bytes, **changes: Any) -> bytes:
    """The answer, changed and signed by this desk's station."""
    signer = desk.station.signer
    return to_bytes(replace(read_answer(answer).content, **changes), [(signer.certificate.digest, signer.sign)])


def test_an_answer_that_does_not_hold_changes_nothing(county: Desk, township: Desk, open_desk: OpenDesk, tmp_path: Path) -> None:
    place = tmp_path / "new"
    asked = begin(place, invited(township), SetClock())
    answer = granted(township, asked)
    before, content = content_of(place), read_answer(answer).content
    other = open_desk("other")
    foreign = tuple(one.der for one in other.trust.path(other.station.signer.certificate))
    for changed, code in (
        (resigned(township, answer, request="sha256:" + "0" * 64), "answer_other"),
        (resigned(county, answer), "answer_signature"),
        (resigned(other, answer), "answer_signature"),
        (resigned(other, answer, certificates=foreign), "answer_unproven"),
        (resigned(township, answer, certificates=(*content.certificates, *foreign)), "answer_unproven"),
        (resigned(township, answer, certificates=(b"x",)), "answer_unproven"),
        (resigned(township, answer, revocations=(b"x",)), "answer_unproven"),
        (resigned(township, answer, certificates=content.certificates[:-1]), "answer_not_mine"),
        (resigned(township, answer, station=VILLAGE + "01"), "answer_not_mine"),
        (answer[:-40] + b'"}]\n', "document_damaged"),
    ):
        assert refusal(lambda data=changed: finish(place, data, SetClock())) == code  # type: ignore[misc]
        assert content_of(place) == before
    assert finish(place, answer, SetClock()) == "13102510520201"


def test_no_byte_of_an_answer_can_be_changed_unseen(township: Desk, tmp_path: Path) -> None:
    place = tmp_path / "new"
    answer = granted(township, begin(place, invited(township), SetClock()))
    before = content_of(place)
    for at in range(0, len(answer), max(1, len(answer) // 60)):
        with pytest.raises(EnrolmentError):
            finish(place, answer[:at] + bytes((answer[at] ^ 1,)) + answer[at + 1 :], SetClock())
    assert content_of(place) == before


def test_the_answer_of_a_station_that_took_the_parents_place_is_believed(
    county: Desk, township: Desk, tmp_path: Path, open_desk: OpenDesk
) -> None:
    place, clock = tmp_path / "new", SetClock()
    asked = begin(place, invited(township), clock)
    successor = tmp_path / "successor"
    wanted = Wanted("示例镇", "township", TOWNSHIP, replaces=TOWNSHIP + "01")
    finish(successor, granted(county, begin(successor, invited(county, wanted), clock)), clock)
    taken = township.registrar.take(asked.request)
    answer = read_answer(township.registrar.confirm(taken.digest, "admin")).content
    with opened(successor, clock) as office:
        station = office.station(*office.register())
        brought = tuple(one.der for one in station.trust.path(station.signer.certificate))
        content: Answer = replace(answer, certificates=(*answer.certificates, *brought))
        data = to_bytes(content, [(station.signer.certificate.digest, station.signer.sign)])
    assert finish(place, data, clock) == "13102510520201"


def test_nothing_can_be_finished_that_was_not_begun(township: Desk, tmp_path: Path) -> None:
    answer = granted(township, begin(tmp_path / "new", invited(township), SetClock()))
    assert refusal(lambda: finish(tmp_path / "empty", answer, SetClock())) == "joining_not_begun"
    StationFolder(tmp_path / "half").make()
    StationFolder(tmp_path / "half").joining.touch()
    assert refusal(lambda: finish(tmp_path / "half", answer, SetClock())) == "joining_not_begun"

"""The registrar: what it takes, what it refuses in words, and that a request is answered once and the same ever after."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node.enrolment.asking import NewKey, ask_for_person
from node.enrolment.documents import (
    GRANTED,
    REFUSED,
    Answer,
    Request,
    RequestKey,
    read_answer,
    read_invitation,
    read_request,
    to_bytes,
)
from node.enrolment.invitations import Wanted
from node.enrolment.joining import Begun, begin
from node.enrolment.registrar import MOST_WAITING_OF_STATION
from node.errors import EnrolmentError, NodeError, NotAllowedError, NotFoundError, RequestError
from signing.algorithms import PrivateKey
from signing.algorithms import suite as suite_of
from signing.certificates import Certificate, parse_certificate
from signing.issuing import issue_revocations
from signing.revocations import Revocation
from signing.seal import parse_seal
from tests.fakes import START, SetClock
from tests.node.enrolment.conftest import VILLAGE, Desk

SUITE = suite_of("p256")
SECOND = Wanted("示例二村", "village", "131025105202")
OpenDesk = Callable[[str], Desk]


def asked(desk: Desk, place: Path, wanted: Wanted = SECOND) -> Begun:
    (made,) = desk.inviting.invite([wanted], "admin")
    return begin(place, made.data, SetClock())


def certificates(answer: Answer) -> list[Certificate]:
    return [parse_certificate(SUITE, der) for der in answer.certificates]


def refusal(act: Callable[[], Any]) -> str:
    """The code of the error that it raises."""
    try:
        act()
    except (EnrolmentError, NotAllowedError) as error:
        return error.code
    raise AssertionError("it was not refused")


def signed(request: Request, private: PrivateKey, *signers: Desk) -> bytes:
    own = [(desk.station.signer.certificate.digest, desk.station.signer.sign) for desk in signers]
    return to_bytes(request, [(None, lambda message: SUITE.sign(private, message)), *own])


def join_request(invitation: bytes, private: PrivateKey | None = None, **changes: Any) -> bytes:
    """A request to join with this invitation, made by hand."""
    content = read_invitation(invitation).content
    key = private or SUITE.generate()
    keys = (
        RequestKey(usage="station_sign", public=key.public, name=content.name, division=content.division),
        RequestKey(usage="station_encrypt", public=SUITE.generate().public, name=content.name, division=content.division),
    )
    members: dict[str, Any] = {
        "kind": "join", "station": content.station, "invitation": invitation, "keys": keys, "program": "0.1.0", "made_at": START,
    }  # fmt: skip
    return signed(Request(**members | changes), key)


def test_a_request_waits_until_a_person_confirms_and_then_brings_the_stations_certificates(township: Desk, tmp_path: Path) -> None:
    new = asked(township, tmp_path / "new")
    taken = township.registrar.take(new.request)
    assert (taken.answer, taken.code) == (None, new.code)
    (waiting,) = township.registrar.waiting()
    assert (waiting.kind, waiting.station, waiting.name, waiting.code, waiting.rivals) == (
        "join",
        "13102510520201",
        "示例二村",
        new.code,
        0,
    )
    answer = read_answer(township.registrar.confirm(taken.digest, "admin")).content
    assert (answer.verdict, answer.station, answer.request) == (GRANTED, "13102510520201", taken.digest)
    own = {one.usage: one for one in certificates(answer) if one.station == answer.station}
    assert own.keys() == {"station_sign", "station_encrypt"} and own["station_sign"].name == "示例二村"
    assert township.station.directory.parent_of(answer.station) == township.station.station
    assert [one.usage for one in township.issued[0][0]] == ["station_sign", "station_encrypt"]
    assert [record.digest for record, _ in township.decided] == [taken.digest]
    assert [line.what for line in township.store.audit.page(limit=3)] == ["request_granted", "requested", "invited"]


def test_an_answer_brings_the_way_up_and_nobody_beside(township: Desk, tmp_path: Path) -> None:
    taken = township.registrar.take(asked(township, tmp_path / "new").request)
    answer = read_answer(township.registrar.confirm(taken.digest, "admin")).content
    stations = {one.station for one in certificates(answer)}
    assert stations == {"13102500000001", "13102510500001", "13102510520201"}
    assert not [one for one in certificates(answer) if one.usage == "person"]


def test_the_same_request_gets_the_same_answer_and_nothing_happens_twice(township: Desk, tmp_path: Path) -> None:
    new = asked(township, tmp_path / "new")
    digest = township.registrar.take(new.request).digest
    answer = township.registrar.confirm(digest, "admin")
    township.clock.move(days=400)
    assert township.registrar.take(new.request).answer == answer
    assert township.registrar.confirm(digest, "other") == answer
    assert len(township.issued) == 1 and township.store.invitations.all("open") == []


def test_a_refused_request_stays_refused_and_the_invitation_can_still_be_used(township: Desk, tmp_path: Path) -> None:
    new = asked(township, tmp_path / "new")
    digest = township.registrar.take(new.request).digest
    answer = read_answer(township.registrar.refuse(digest, "admin", " 核对码 不一致 ")).content
    assert (answer.verdict, answer.reason) == (REFUSED, "核对码 不一致")
    assert township.registrar.take(new.request).answer is not None
    assert refusal(lambda: township.registrar.confirm(digest, "admin")) == "request_decided"
    assert refusal(lambda: township.registrar.refuse(digest, "admin", "x")) == "request_decided"
    again = township.registrar.take(join_request(new_invitation := township.store.invitations.all("open")[0].data))
    assert township.registrar.confirm(again.digest, "admin") and read_invitation(new_invitation)


def test_an_invitation_is_for_one_machine(township: Desk) -> None:
    (made,) = township.inviting.invite([SECOND], "admin")
    first, second = (township.registrar.take(join_request(made.data)) for _ in range(2))
    assert [one.rivals for one in township.registrar.waiting()] == [1, 1]
    township.registrar.confirm(first.digest, "admin")
    assert refusal(lambda: township.registrar.confirm(second.digest, "admin")) == "invitation_used"
    assert refusal(lambda: township.registrar.take(join_request(made.data))) == "invitation_used"
    assert township.store.requests.get(second.digest) is not None and len(township.issued) == 1


def test_an_invitation_that_is_over_or_withdrawn_is_refused(township: Desk) -> None:
    (made,) = township.inviting.invite([SECOND], "admin")
    late, waiting = join_request(made.data), township.registrar.take(join_request(made.data))
    township.clock.move(days=31)
    assert refusal(lambda: township.registrar.take(late)) == "invitation_expired"
    assert township.registrar.confirm(waiting.digest, "admin"), "it came in time"
    (other,) = township.inviting.invite([replace(SECOND, name="示例二村东")], "admin")
    held = township.registrar.take(join_request(other.data))
    township.inviting.withdraw(other.invitation_id, "admin")
    assert refusal(lambda: township.registrar.take(join_request(other.data))) == "invitation_withdrawn"
    assert refusal(lambda: township.registrar.confirm(held.digest, "admin")) == "invitation_withdrawn"


def test_only_the_parent_that_is_named_takes_it(county: Desk, township: Desk, open_desk: OpenDesk) -> None:
    (made,) = county.inviting.invite([SECOND], "admin")
    request = join_request(made.data)
    assert refusal(lambda: county.registrar.take(request)) == "invitation_other_parent"
    assert refusal(lambda: open_desk("village").registrar.take(request)) == "no_authority"
    assert township.registrar.take(request).answer is None


def test_an_invitation_of_another_county_is_refused(county: Desk, open_desk: OpenDesk) -> None:
    other = open_desk("other")
    (made,) = other.inviting.invite([Wanted("示例新镇", "township", "131025106000")], "admin")
    assert refusal(lambda: county.registrar.take(join_request(made.data))) == "foreign_root"


def forged(made: bytes, desk: Desk, **changes: Any) -> bytes:
    """An invitation changed and signed by this desk's station."""
    signer = desk.station.signer
    path = tuple(one.der for one in desk.trust.path(signer.certificate))
    content = replace(read_invitation(made).content, certificates=path, **changes)
    return to_bytes(content, [(signer.certificate.digest, signer.sign)])


def test_who_may_not_invite_is_refused(county: Desk, township: Desk, open_desk: OpenDesk) -> None:
    (made,) = county.inviting.invite([SECOND], "admin")
    village = open_desk("village")
    for changed, code in (
        (forged(made.data, village, by=village.station.station), "invitation_outside"),
        (forged(made.data, village), "invitation_signature"),
        (forged(made.data, county, division="131025106201", station="13102510620101"), "invitation_outside"),
        (forged(made.data, county, tier="township", division="131025105000", station="13102510500002"), "invitation_outside"),
        (forged(made.data, county, replaces="13102510520209"), "invitation_outside"),
        (forged(made.data, county, replaces="13102510520200"), "replaces_wrong"),
        (forged(made.data, county, suite="gm"), "suite_wrong"),
        (forged(made.data, county, station=VILLAGE + "01", division=VILLAGE), "station_taken"),
    ):
        assert refusal(lambda data=changed: township.registrar.take(join_request(data))) == code  # type: ignore[misc]
    assert township.store.requests.waiting() == []


def test_an_invitation_of_a_station_whose_certificate_was_taken_back_is_refused(county: Desk, township: Desk) -> None:
    (made,) = county.inviting.invite([SECOND], "admin")
    revocation = Revocation(county.station.signer.certificate.serial, START, "key_compromise")
    township.trust.add_revocations(issue_revocations(SUITE, county.office.authority(), 1, [revocation], START, START))
    assert refusal(lambda: township.registrar.take(join_request(made.data))) == "inviter_revoked"


def test_keys_that_are_not_those_of_such_a_station_are_refused(township: Desk) -> None:
    (made,) = township.inviting.invite([SECOND], "admin")
    private = SUITE.generate()
    good = read_request(join_request(made.data, private)).content
    sign, encrypt = good.keys
    for changes, code in (
        ({"keys": (sign,)}, "request_keys"),
        ({"keys": (encrypt, sign)}, "request_keys"),
        ({"keys": (sign, encrypt, replace(encrypt, usage="authority"))}, "request_keys"),
        ({"keys": (sign, replace(encrypt, public=sign.public))}, "request_keys"),
        ({"keys": (replace(sign, name="示例镇"), encrypt)}, "request_keys"),
        ({"keys": (replace(sign, roles=("agent",)), encrypt)}, "request_keys"),
        ({"keys": (sign, replace(encrypt, public=b"no key"))}, "request_key"),
        ({"keys": (sign, replace(encrypt, public=suite_of("gm").generate().public))}, "request_key"),
        ({"keys": (replace(sign, public=SUITE.generate().public), encrypt)}, "request_signature"),
        ({"station": "13102510520202"}, "request_other_station"),
        ({"invitation": None}, "request_no_invitation"),
        ({"kind": "renew"}, "request_kind"),
    ):
        request = signed(replace(good, **changes), private)
        assert refusal(lambda data=request: township.registrar.take(data)) == code  # type: ignore[misc]
    assert township.store.requests.waiting() == []


def test_a_flood_of_requests_with_one_invitation_is_stopped(township: Desk) -> None:
    (made,) = township.inviting.invite([SECOND], "admin")
    for _ in range(MOST_WAITING_OF_STATION):
        township.registrar.take(join_request(made.data))
    assert refusal(lambda: township.registrar.take(join_request(made.data))) == "requests_crowded"


def test_a_township_gets_an_authority_and_a_seal_maker_too(county: Desk, tmp_path: Path) -> None:
    taken = county.registrar.take(asked(county, tmp_path / "new", Wanted("示例新镇", "township", "131025106000")).request)
    county.registrar.confirm(taken.digest, "admin")
    assert {one.usage for one in county.issued[0][0]} == {"station_sign", "station_encrypt", "authority", "seal_maker"}
    assert {one.station for one in county.issued[0][0]} == {"13102510600001"}


def test_a_replacement_takes_the_place_of_the_old_station(township: Desk, tmp_path: Path) -> None:
    taken = township.registrar.take(
        asked(township, tmp_path / "new", Wanted("示例一村", "village", VILLAGE, replaces=VILLAGE + "01")).request
    )
    township.registrar.confirm(taken.digest, "admin")
    assert township.station.current(VILLAGE + "01") == VILLAGE + "02"
    assert [one.replaces for one in township.issued[0][0]] == [VILLAGE + "01", ""]


def renumber_request(village: Desk, private: PrivateKey, *signers: Desk) -> Request:
    keys = tuple(
        RequestKey(usage=usage, public=key.public, name="示例一村", division=VILLAGE)
        for usage, key in (("station_sign", private), ("station_encrypt", SUITE.generate()))
    )
    return Request(kind="renumber", station=village.station.station, keys=keys, program="0.1.0", made_at=START)


def test_a_station_that_was_restored_gets_the_next_number_with_the_key_of_the_old_one(township: Desk, open_desk: OpenDesk) -> None:
    village, private = open_desk("village"), SUITE.generate()
    request = renumber_request(village, private)
    assert refusal(lambda: township.registrar.take(signed(request, private))) == "request_signature"
    assert refusal(lambda: township.registrar.take(signed(request, private, township))) == "request_signature"
    taken = township.registrar.take(signed(request, private, village))
    answer = read_answer(township.registrar.confirm(taken.digest, "admin")).content
    assert answer.station == VILLAGE + "02" and township.station.current(VILLAGE + "01") == VILLAGE + "02"
    second = SUITE.generate()
    again = signed(renumber_request(village, second), second, village)
    assert refusal(lambda: township.registrar.take(again)) == "station_replaced"


def test_of_two_copies_that_ask_only_one_gets_the_place(township: Desk, open_desk: OpenDesk) -> None:
    village, keys = open_desk("village"), [SUITE.generate(), SUITE.generate()]
    first, second = (township.registrar.take(signed(renumber_request(village, key), key, village)) for key in keys)
    township.registrar.confirm(first.digest, "admin")
    assert refusal(lambda: township.registrar.confirm(second.digest, "admin")) == "station_replaced"


def person(roles: tuple[str, ...] = ("agent",), *divisions: str) -> NewKey:
    private = SUITE.generate()
    return NewKey("agent9", "示例代办员丁", roles, divisions or (VILLAGE,), private.public, lambda message: SUITE.sign(private, message))


def test_a_person_gets_a_certificate_for_each_village_and_a_seal_of_the_townships_maker(township: Desk, open_desk: OpenDesk) -> None:
    village = open_desk("village")
    taken = township.registrar.take(ask_for_person(village.station, person(("agent",), VILLAGE, "131025105202"), SetClock()))
    assert [one.people for one in township.registrar.waiting()] == [("示例代办员丁",)]
    township.registrar.confirm(taken.digest, "admin")
    ((made, seals),) = township.issued
    assert [(one.division, one.station, one.roles) for one in made] == [
        (VILLAGE, VILLAGE + "01", ("agent",)),
        ("131025105202", VILLAGE + "01", ("agent",)),
    ]
    assert [parse_seal(SUITE, der).maker.tier for der in seals] == ["township", "township"]


def test_a_person_is_certified_only_for_a_station_below_and_roles_of_its_tier(county: Desk, township: Desk, open_desk: OpenDesk) -> None:
    village = open_desk("village").station
    assert refusal(lambda: county.registrar.take(ask_for_person(village, person(), SetClock()))) == "request_not_below"
    for key in (person(("approver",)), person(()), person(("agent",), "131025106201")):
        assert refusal(lambda one=key: township.registrar.take(ask_for_person(village, one, SetClock()))) == "request_person"  # type: ignore[misc]


def test_a_grant_that_fails_half_way_changes_nothing(township: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = township.registrar.take(asked(township, tmp_path / "new").request).digest
    before = len(township.store.certificates.all("certificate"))

    def fail(*_: Any) -> None:
        raise NodeError("the telling fails")

    monkeypatch.setattr(township.registrar, "_on_issued", fail)
    with pytest.raises(NodeError):
        township.registrar.confirm(digest, "admin")
    assert len(township.store.certificates.all("certificate")) == before
    assert township.store.invitations.all("open") and township.station.directory.entry("13102510520201") is None
    monkeypatch.undo()
    assert township.registrar.confirm(digest, "admin")


def test_a_request_is_found_by_what_people_read_out(township: Desk, tmp_path: Path) -> None:
    new = asked(township, tmp_path / "new")
    township.registrar.take(new.request)
    for named in (new.code, new.code.replace("-", ""), new.digest):
        assert township.registrar.find(named) == new.digest
    with pytest.raises(NotFoundError):
        township.registrar.find("000-00")
    with pytest.raises(NotFoundError):
        township.registrar.confirm("sha256:" + "0" * 64, "admin")


def test_a_refusal_needs_a_reason_that_fits(township: Desk, tmp_path: Path) -> None:
    digest = township.registrar.take(asked(township, tmp_path / "new").request).digest
    with pytest.raises(RequestError) as caught:
        township.registrar.refuse(digest, "admin", " \n ")
    assert caught.value.code == "reason_needed"
    assert refusal(lambda: township.registrar.refuse(digest, "admin", "长" * 201)) == "reason_long"

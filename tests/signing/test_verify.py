import ast
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import der, steps
from signing.algorithms import Suite
from signing.errors import SealError, UnknownSignerError
from signing.issuing import enrol
from signing.seal import CompactSeal, parse_seal, rebuild_signature, tbs_bytes
from signing.trust import Interval, TrustStore
from signing.verify import CODES, NOT_REACHED, STEPS, SealPolicy, SealReport, SealStatus, verify_compact, verify_seal, verify_signature
from tests.signing.county import CONTENT, END, NOW, PROFILES, START, SUITES, TOWNSHIP, County, a_seal, county, flipped
from tests.signing.test_timestamp import a_token

BOTH = pytest.mark.parametrize("name", SUITES)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PROVEN: Interval = (NOW - HOUR, NOW + HOUR)


def judged(
    made: County,
    compact: CompactSeal,
    *,
    content: bytes = CONTENT,
    proven: Interval = PROVEN,
    trust: TrustStore | None = None,
    policy: SealPolicy | None = None,
    seal: bytes | None = None,
) -> SealReport:
    seals = made.by_digest() | ({made.suite.digest(seal): seal} if seal else {})
    return verify_compact(made.suite, trust or made.trust(), seals, compact, content, proven, policy or SealPolicy())


def sealed_by_anyone(made: County, who: str, seal: bytes, at: datetime = NOW) -> CompactSeal:
    """A seal put on without asking whether the signer is among its holders."""
    signature = made.signer(who).sign(tbs_bytes(seal, at, made.suite.hash(CONTENT)))
    return CompactSeal(made.certificates[who].digest, made.suite.digest(seal), at, signature)


def invalid_steps(report: SealReport) -> list[tuple[int, str]]:
    return [(step.number, step.code) for step in report.steps if step.verdict == "invalid"]


@BOTH
@pytest.mark.parametrize(
    ("who", "seal"), [("agent", "agent"), ("reviewer", "reviewer"), ("township_organ", "township"), ("reviewer", "township")]
)
def test_an_honest_seal_is_valid_in_every_step(name: str, who: str, seal: str) -> None:
    report = judged(county(name), county(name).sealed(who, seal))
    assert report.verdict == "valid"
    assert report.first_problem is None
    assert tuple(step.name for step in report.steps) == STEPS
    assert [step.number for step in report.steps] == list(range(1, 13))
    assert [(step.name, step.code) for step in report.steps if step.verdict == "not_applicable"] == [
        ("timestamp", ""),
        ("status", "no_register"),
    ]


@BOTH
def test_the_rebuilt_signature_gets_the_same_report(name: str) -> None:
    made = county(name)
    compact = made.sealed()
    data = rebuild_signature(made.suite, made.seals["agent"], made.certificates["agent"].der, compact, CONTENT)
    full = verify_signature(made.suite, made.trust("agent"), data, CONTENT, PROVEN)
    assert full == judged(made, compact)


# The three forgeries that a widely used open validator calls valid.


@BOTH
def test_forgery_a_township_seal_with_a_village_agents_key_is_refused(name: str) -> None:
    made = county(name)
    trust = made.trust()
    made.revoke(trust, "township", "agent", NOW - DAY)
    forged = sealed_by_anyone(made, "agent", made.seals["township"])
    report = judged(made, forged, trust=trust)
    assert invalid_steps(report) == [(4, "not_listed"), (7, "revoked")]
    assert report.verdict == "invalid"
    assert report.steps[6].evidence["reason"] == "key_compromise"


@BOTH
def test_forgery_b_a_county_seal_whose_makers_signature_is_forged_is_refused(name: str) -> None:
    made = county(name)
    genuine = a_seal(made, "county_maker", "131025000000G1", "示例县", ["approver"])
    seal = parse_seal(made.suite, genuine)
    by_agent = der.bits(made.signer("agent").sign(seal.info))
    forged = der.sequence(seal.info, der.octets(seal.maker.der), made.suite.signature_oid, by_agent)
    report = judged(made, sealed_by_anyone(made, "approver", forged), seal=forged)
    assert invalid_steps(report) == [(5, "bad_signature")]
    assert judged(made, sealed_by_anyone(made, "approver", genuine), seal=genuine).verdict == "valid"


@BOTH
def test_forgery_b_a_county_seal_made_by_a_townships_maker_is_refused(name: str) -> None:
    made = county(name)
    seal = parse_seal(made.suite, a_seal(made, "county_maker", "131025000000G1", "示例县", ["approver"]))
    by_township = der.bits(made.signer("township_maker").sign(seal.info))
    maker = made.certificates["township_maker"].der
    forged = der.sequence(seal.info, der.octets(maker), made.suite.signature_oid, by_township)
    assert invalid_steps(judged(made, sealed_by_anyone(made, "approver", forged), seal=forged)) == [(6, "outside_maker")]


@BOTH
def test_forgery_b_a_township_makes_personal_seals_and_no_units_seal_not_even_its_own(name: str) -> None:
    made = county(name)
    personal = a_seal(made, "township_maker", "131025105000P1", "示例审核员", ["reviewer"], kind="person")
    assert judged(made, sealed_by_anyone(made, "reviewer", personal), seal=personal).verdict == "valid"
    unit = parse_seal(made.suite, a_seal(made, "county_maker", "131025105000G1", "示例镇人民政府", ["reviewer"]))
    by_township = der.bits(made.signer("township_maker").sign(unit.info))
    maker = made.certificates["township_maker"].der
    forged = der.sequence(unit.info, der.octets(maker), made.suite.signature_oid, by_township)
    assert invalid_steps(judged(made, sealed_by_anyone(made, "reviewer", forged), seal=forged)) == [(6, "outside_maker")]
    with pytest.raises(SealError) as caught:
        a_seal(made, "township_maker", "131025105000G1", "示例镇人民政府", ["reviewer"], kind="organ")
    assert (caught.value.step, caught.value.code) == (6, "outside_maker")


@BOTH
def test_forgery_b_a_seal_made_with_an_agents_certificate_is_refused(name: str) -> None:
    made = county(name)
    seal = parse_seal(made.suite, made.seals["agent"])
    forged = der.sequence(
        seal.info, der.octets(made.certificates["agent"].der), made.suite.signature_oid, der.bits(made.signer("agent").sign(seal.info))
    )
    assert invalid_steps(judged(made, sealed_by_anyone(made, "agent", forged), seal=forged)) == [(6, "not_a_seal_maker")]


@BOTH
@pytest.mark.parametrize("claimed", [NOW, datetime(2026, 3, 1, tzinfo=UTC)])
@pytest.mark.parametrize("proven", [(None, NOW + HOUR), (NOW - HOUR, NOW + HOUR)])
def test_forgery_c_a_seal_that_expired_is_refused_whatever_time_it_claims(name: str, claimed: datetime, proven: Interval) -> None:
    made = county(name)
    old = a_seal(made, "township_maker", "old", "示例", ["agent"], valid_from=START, valid_to=datetime(2026, 6, 1, tzinfo=UTC))
    report = judged(made, sealed_by_anyone(made, "agent", old, claimed), seal=old, proven=proven)
    assert invalid_steps(report) == [(8, "seal_not_in_force")]


# What is bound: every byte, the content, the seal, the time, the certificate.


@BOTH
def test_a_flipped_byte_of_a_compact_seal_is_refused(name: str) -> None:
    made = county(name)
    trust, compact = made.trust(), made.sealed()
    for signature in (*flipped(compact.signature), compact.signature + b"\x00", b""):
        assert (3, "bad_signature") in invalid_steps(judged(made, replace(compact, signature=signature), trust=trust))
    assert invalid_steps(judged(made, replace(compact, at=NOW + timedelta(seconds=1)), trust=trust)) == [(3, "bad_signature")]
    for signer in flipped(compact.signer.encode()):
        with pytest.raises(UnknownSignerError):
            judged(made, replace(compact, signer=signer.decode("latin-1")), trust=trust)
    for seal in flipped(compact.seal.encode()):
        with pytest.raises(UnknownSignerError):
            judged(made, replace(compact, seal=seal.decode("latin-1")), trust=trust)


@BOTH
def test_a_flipped_byte_of_the_content_is_refused(name: str) -> None:
    made = county(name)
    trust, compact = made.trust(), made.sealed()
    for other in flipped(CONTENT):
        assert judged(made, compact, content=other, trust=trust).verdict == "invalid"


@BOTH
def test_what_cannot_be_read_fails_in_the_first_step_and_nothing_else_is_said(name: str) -> None:
    made = county(name)
    report = verify_signature(made.suite, made.trust(), b"0", CONTENT, PROVEN)
    assert invalid_steps(report) == [(1, "malformed")]
    assert {(step.verdict, step.code) for step in report.steps[1:]} == {("not_applicable", NOT_REACHED)}
    broken = CompactSeal(made.certificates["agent"].digest, made.suite.digest(b"0"), NOW, b"")
    assert invalid_steps(judged(made, broken, seal=b"0")) == [(1, "malformed")]


@pytest.mark.parametrize(("name", "strange"), [("gm", "1.2.156.10197.1.502"), ("p256", "1.2.840.10045.4.3.3")])
def test_other_algorithms_are_not_of_the_suite(name: str, strange: str) -> None:
    made = county(name)
    compact = made.sealed()
    data = rebuild_signature(made.suite, made.seals["agent"], made.certificates["agent"].der, compact, CONTENT)
    end = der.bits(compact.signature)
    other = data.replace(made.suite.signature_oid + end, der.oid(strange) + end)
    assert other != data
    assert invalid_steps(verify_signature(made.suite, made.trust(), other, CONTENT, PROVEN)) == [(2, "not_of_suite")]


# What is missing is waited for.


@BOTH
def test_a_missing_seal_certificate_or_issuer_is_waited_for(name: str) -> None:
    made = county(name)
    compact = made.sealed()
    for trust in (made.trust("agent"), made.trust("township")):
        with pytest.raises(UnknownSignerError):
            judged(made, compact, trust=trust)
    for seals in ({}, {compact.seal: made.seals["reviewer"]}):
        with pytest.raises(UnknownSignerError) as caught:
            verify_compact(made.suite, made.trust(), seals.get, compact, CONTENT, PROVEN)
        assert caught.value.digest == compact.seal


# Time.


@BOTH
@pytest.mark.parametrize("days", [-3650, -100, 100, 3650])
@pytest.mark.parametrize("proven", [PROVEN, (None, NOW + HOUR)])
def test_a_wrong_clock_is_shown_and_never_refused(name: str, days: int, proven: Interval) -> None:
    made = county(name)
    report = judged(made, made.sealed(at=NOW + timedelta(days=days)), proven=proven)
    if days == -100 and proven[0] is None:
        assert report.verdict == "valid"  # it may well have been offline that long
    else:
        assert report.verdict == "undetermined"
        assert report.first_problem is not None
        assert (report.first_problem.name, report.first_problem.code) == ("time", "clock")


@BOTH
@pytest.mark.parametrize(("claimed", "earliest"), [(START - 40 * DAY, None), (START - HOUR, START - DAY)])
def test_a_claim_from_before_its_seal_was_made_shows_a_wrong_clock(name: str, claimed: datetime, earliest: datetime | None) -> None:
    made = county(name)
    report = judged(made, made.sealed(at=claimed), proven=(earliest, START + DAY))
    assert report.verdict == "undetermined"
    assert report.first_problem is not None
    assert (report.first_problem.name, report.first_problem.code) == ("time", "clock")


@BOTH
def test_a_clock_that_is_minutes_off_is_not_worth_a_word(name: str) -> None:
    made = county(name)
    for at in (PROVEN[0], PROVEN[1]):
        assert at is not None
        for minutes in (-9, 9):
            assert judged(made, made.sealed(at=at + timedelta(minutes=minutes))).verdict == "valid"


@BOTH
@pytest.mark.parametrize(
    ("claimed", "proven", "steps"),
    [
        (NOW, (None, None), []),
        (END + DAY, (None, None), [(8, "seal_not_in_force")]),
        (START - DAY, (None, None), [(7, "not_yet_valid"), (8, "seal_not_in_force")]),
        (END + DAY, (END - DAY, END + 2 * DAY), [(8, "outside_seal")]),
        (END - DAY, (END - 2 * DAY, END + 300 * DAY), []),
        (END - DAY, (None, END + 59 * DAY), []),
        (END - DAY, (None, END + 61 * DAY), [(7, "expired"), (8, "seal_not_in_force")]),
        (END - DAY, (END + DAY, END + 2 * DAY), [(8, "seal_not_in_force")]),
        (START, (START - 2 * DAY, START - DAY), [(7, "not_yet_valid"), (8, "seal_not_in_force")]),
    ],
)
def test_time_is_judged_inside_the_proven_interval(name: str, claimed: datetime, proven: Interval, steps: list[tuple[int, str]]) -> None:
    made = county(name)
    assert invalid_steps(judged(made, made.sealed(at=claimed), proven=proven)) == steps


@BOTH
def test_a_certificate_shorter_than_its_seal_bounds_the_claimed_time(name: str) -> None:
    made = county(name)
    long = a_seal(made, "township_maker", "long", "示例", ["agent"], valid_to=END + 900 * DAY)
    compact = sealed_by_anyone(made, "agent", long, END + 61 * DAY)
    report = judged(made, compact, seal=long, proven=(END, END + 62 * DAY))
    assert invalid_steps(report) == [(8, "outside_certificate")]


# Revocation, by first receipt.


@BOTH
def test_a_revoked_signers_earlier_seals_stand_by_receipt_time_only(name: str) -> None:
    made = county(name)
    trust, compact = made.trust(), made.sealed(at=NOW - 30 * DAY)
    made.revoke(trust, "township", "agent", NOW)
    assert judged(made, compact, trust=trust, proven=(None, NOW - HOUR)).verdict == "valid"
    assert invalid_steps(judged(made, compact, trust=trust, proven=(None, NOW))) == [(7, "revoked")]


@BOTH
@pytest.mark.parametrize(("reason", "steps"), [("key_compromise", [(6, "revoked")]), ("cessation_of_operation", [])])
def test_a_makers_stolen_key_takes_its_seals_along_and_its_retirement_does_not(
    name: str, reason: str, steps: list[tuple[int, str]]
) -> None:
    made = county(name)
    trust = made.trust()
    made.revoke(trust, "township", "township_maker", NOW - DAY, reason)
    assert invalid_steps(judged(made, made.sealed(), trust=trust)) == steps


@BOTH
def test_a_maker_makes_nothing_after_its_retirement(name: str) -> None:
    made = county(name)
    trust = made.trust()
    made.revoke(trust, "township", "township_maker", NOW - DAY, "cessation_of_operation")
    late = a_seal(made, "township_maker", "late", "示例", ["agent"], valid_from=NOW - HOUR)
    assert invalid_steps(judged(made, sealed_by_anyone(made, "agent", late), trust=trust, seal=late)) == [(6, "revoked")]


@BOTH
def test_a_seal_dated_before_its_maker_existed_is_refused(name: str) -> None:
    made = county(name)
    early = a_seal(made, "township_maker", "early", "示例", ["agent"], valid_from=START - DAY)
    assert invalid_steps(judged(made, sealed_by_anyone(made, "agent", early), seal=early)) == [(6, "not_yet_valid")]


# Policy and register.


@BOTH
def test_what_the_policy_asks_is_a_step_of_its_own(name: str) -> None:
    made = county(name)
    organ = made.sealed("township_organ", "township")
    assert judged(made, organ, policy=SealPolicy(organ=TOWNSHIP)).verdict == "valid"
    assert invalid_steps(judged(made, organ, policy=SealPolicy(organ="131025106000"))) == [(12, "other_organ")]
    assert invalid_steps(judged(made, organ, policy=SealPolicy(usages=frozenset({"person"})))) == [(7, "usage")]
    assert invalid_steps(judged(made, organ, policy=SealPolicy(property_info="/Doc_0/Signs/Sign_0/Signature.xml"))) == [
        (12, "other_purpose")
    ]


@BOTH
def test_a_station_key_does_not_seal(name: str) -> None:
    made = county(name)
    seal = a_seal(made, "township_maker", "X", "示例", ["station"])
    assert invalid_steps(judged(made, sealed_by_anyone(made, "station", seal), seal=seal)) == [(7, "usage")]


@BOTH
@pytest.mark.parametrize("state", ["revoked", "replaced", "lost"])
def test_the_seal_register_counts_from_its_date(name: str, state: str) -> None:
    made = county(name)
    for since, wrong in ((NOW, [(11, state)]), (NOW + DAY, [])):
        policy = SealPolicy(register=lambda seal, since=since: SealStatus(state, since))  # type: ignore[misc]  # binds the loop's value
        assert invalid_steps(judged(made, made.sealed(), policy=policy)) == wrong
    assert judged(made, made.sealed(), policy=SealPolicy(register=lambda seal: None)).steps[10].verdict == "valid"


@BOTH
def test_a_time_stamp_that_is_not_verified_is_said_to_be(name: str) -> None:
    made = county(name)
    data = rebuild_signature(made.suite, made.seals["agent"], made.certificates["agent"].der, made.sealed(), CONTENT)
    body = der.Reader("test", data).enter()
    parts = [body.slice(der.SEQUENCE), body.slice(der.OCTET_STRING), body.slice(der.OID), body.slice(der.BIT_STRING)]
    value = der.Reader("test", parts[3]).bits()
    for token, verdict, code in (
        (a_token(made.suite.hash(value)), "undetermined", "timestamp_not_verified"),
        (a_token(made.suite.hash(b"other")), "invalid", "other_signature"),
        (b"token", "invalid", "malformed"),
    ):
        stamped = der.sequence(*parts, der.explicit(0, der.bits(token)))
        report = verify_signature(made.suite, made.trust(), stamped, CONTENT, PROVEN)
        assert report.verdict == verdict
        assert report.first_problem is not None
        assert (report.first_problem.name, report.first_problem.code) == ("timestamp", code)


@BOTH
def test_an_extension_that_must_be_understood_is_refused_and_another_is_read_over(name: str) -> None:
    made = county(name)
    agent = made.signer("agent")
    for critical, verdict in ((b"", "valid"), (der.boolean(False), "valid"), (der.boolean(True), "invalid")):
        extension = der.sequence(der.oid("1.2.3"), critical, der.octets(b"x"))
        plain = der.Reader("test", tbs_bytes(made.seals["agent"], NOW, made.suite.hash(CONTENT))).contents(der.SEQUENCE)
        tbs = der.sequence(plain, der.explicit(0, der.sequence(extension)))
        data = der.sequence(tbs, der.octets(agent.certificate.der), made.suite.signature_oid, der.bits(agent.sign(tbs)))
        assert verify_signature(made.suite, made.trust(), data, CONTENT, PROVEN).verdict == verdict


@BOTH
def test_what_is_lifted_from_the_register_stands_again(name: str) -> None:
    made = county(name)
    status = SealStatus("stopped", NOW - 3 * DAY, NOW - DAY)
    for received, wrong in ((NOW - 2 * DAY, [(11, "stopped")]), (NOW, [])):
        report = judged(made, made.sealed(at=received), proven=(None, received), policy=SealPolicy(register=lambda seal: status))
        assert invalid_steps(report) == wrong


@BOTH
def test_a_key_or_seal_taken_back_later_leaves_an_unreceived_seal_undetermined(name: str) -> None:
    made = county(name)
    trust = made.trust()
    made.revoke(trust, "township", "agent", NOW + DAY)
    late = SealPolicy(register=lambda seal: SealStatus("lost", NOW + DAY))
    report = judged(made, made.sealed(), trust=trust, proven=(None, None), policy=late)
    assert report.verdict == "undetermined"
    found = [(step.number, step.code) for step in report.steps if step.verdict == "undetermined"]
    assert found == [(7, "revoked_unproven"), (8, "unproven"), (11, "listed_unproven")]
    assert judged(made, made.sealed(), trust=trust, proven=(None, NOW), policy=late).verdict == "valid"


@BOTH
def test_a_missing_issuer_is_reported_where_nobody_waits_for_it(name: str) -> None:
    made = county(name)
    whole = judged(made, made.sealed(), trust=made.trust("township"), policy=SealPolicy(missing="invalid"))
    assert invalid_steps(whole) == [(6, "issuer_missing"), (7, "issuer_missing")]
    report = judged(made, made.sealed(), trust=made.trust("township"), policy=SealPolicy(missing="undetermined"))
    assert [(step.number, step.code) for step in report.steps if step.verdict == "undetermined"] == [
        (6, "issuer_missing"),
        (7, "issuer_missing"),
    ]
    with pytest.raises(UnknownSignerError):
        judged(made, made.sealed(), trust=made.trust("township"))


@BOTH
def test_a_signature_whose_content_is_not_at_hand_is_undetermined_in_that_step_alone(name: str) -> None:
    made = county(name)
    data = rebuild_signature(made.suite, made.seals["agent"], made.certificates["agent"].der, made.sealed(), CONTENT)
    report = verify_signature(made.suite, made.trust(), data, None, PROVEN)
    assert [(step.number, step.code) for step in report.steps if step.verdict == "undetermined"] == [(9, "no_content")]
    assert invalid_steps(report) == []


@BOTH
@pytest.mark.parametrize(("now", "steps"), [(NOW, []), (START - DAY, [(8, "seal_not_yet")]), (END + DAY, [(8, "seal_expired")])])
def test_a_seal_by_itself_is_judged_in_the_steps_that_it_has(name: str, now: datetime, steps: list[tuple[int, str]]) -> None:
    made = county(name)
    report = verify_seal(made.suite, made.trust(), made.seals["township"], now)
    assert invalid_steps(report) == steps
    assert [step.number for step in report.steps if step.verdict == "not_applicable"] == [3, 4, 7, 9, 10, 11, 12]
    lost = verify_seal(made.suite, made.trust(), made.seals["township"], NOW, lambda seal: SealStatus("lost", NOW - DAY))
    assert invalid_steps(lost) == [(11, "lost")]
    assert invalid_steps(verify_seal(made.suite, made.trust(), made.seals["township"] + b"\0", NOW)) == [(1, "malformed")]


def test_every_code_that_a_step_gives_is_in_the_table() -> None:
    given = {
        (place.func.id, one.value)
        for file in ("steps.py", "verify.py")
        for place in ast.walk(ast.parse((Path(steps.__file__).parent / file).read_text(encoding="utf-8")))
        if isinstance(place, ast.Call) and isinstance(place.func, ast.Name) and place.func.id in ("invalid", "undetermined")
        for one in place.args[:1]
        if isinstance(one, ast.Constant)
    }
    known = {code for codes in CODES.values() for code in codes}
    assert ("invalid", "not_listed") in given
    assert {code for _, code in given} - known == set()
    assert set(CODES) == set(STEPS)


@BOTH
def test_a_known_seal_and_path_cost_one_signature_check(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = county(name)
    trust, compact, checked = made.trust(), made.sealed(), list[bytes]()
    judged(made, compact, trust=trust)
    check = type(made.suite).verify

    def counted(suite: Suite, public: bytes, message: bytes, signature: bytes) -> None:
        checked.append(public)
        check(suite, public, message, signature)

    monkeypatch.setattr(type(made.suite), "verify", counted)
    assert judged(made, compact, trust=trust).verdict == "valid"
    assert checked == [made.certificates["agent"].public_key]


@BOTH
@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_dates_at_the_ends_of_the_calendar_are_judged_like_others(name: str, at: datetime) -> None:
    made = county(name)
    assert judged(made, made.sealed(at=at), proven=(None, None)).verdict == "invalid"
    assert judged(made, made.sealed(at=at), proven=PROVEN).verdict == "undetermined"
    assert judged(made, made.sealed(), proven=(at, at)).verdict == "invalid"
    forever = enrol(made.suite, made.signer("township"), PROFILES["agent"][1], START, datetime(9999, 12, 31, tzinfo=UTC))
    assert made.trust().path(forever.certificate, (NOW, NOW))


@given(
    st.sampled_from(SUITES),
    st.binary(max_size=200),
    st.datetimes(datetime(1, 1, 2), datetime(9998, 1, 1)),
    st.sampled_from([PROVEN, (None, None), (None, NOW), (NOW, None)]),
)
def test_hostile_bytes_end_in_a_report(name: str, data: bytes, at: datetime, proven: Interval) -> None:
    made = county(name)
    assert verify_signature(made.suite, made.trust(), data, CONTENT, proven).verdict == "invalid"
    hostile = replace(made.sealed(), at=at.replace(tzinfo=UTC), signature=data)
    assert judged(made, hostile, proven=proven).verdict == "invalid"

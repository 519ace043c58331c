from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import der
from signing.errors import MalformedError, SealError
from signing.seal import (
    KINDS,
    LETTER_PROPERTY,
    is_made_by_its_maker,
    parse_seal,
    parse_signature,
    rebuild_signature,
    sign_compact,
    tbs_bytes,
)
from signing.seal_image import name_sample
from tests.signing.county import CONTENT, END, NOW, START, SUITES, VILLAGE, a_seal, county

BOTH = pytest.mark.parametrize("name", SUITES)


@BOTH
def test_a_seal_says_what_it_was_made_for(name: str) -> None:
    made = county(name)
    seal = parse_seal(made.suite, made.seals["agent"])
    assert (seal.seal_id, seal.name, seal.kind) == (VILLAGE + "01A1", "示例代办员", KINDS["person"])
    assert (seal.created_at, seal.valid_from, seal.valid_to) == (START, START, END)
    assert seal.holders == (made.certificates["agent"].der,)
    assert seal.picture == name_sample("示例代办员")
    assert seal.maker == made.certificates["township_maker"]
    assert seal.digest == made.suite.digest(made.seals["agent"])
    assert is_made_by_its_maker(made.suite, seal.der)


@BOTH
def test_seals_that_list_digests_are_read_too(name: str) -> None:
    made = county(name)
    agent = made.certificates["agent"]
    whole = der.sequence(der.octets(agent.der))
    digests = der.sequence(der.sequence(der.printable("SM3"), der.octets(made.suite.hash(agent.der))))
    seal = parse_seal(made.suite, with_holders(made.seals["agent"], whole, digests))
    assert seal.lists(made.suite, agent)
    assert not seal.lists(made.suite, made.certificates["reviewer"])


def with_holders(data: bytes, whole: bytes, digests: bytes) -> bytes:
    """The seal with another list of holders; its maker's signature no longer holds."""
    outer = der.Reader("test", data).enter()
    info = outer.enter()
    head, seal_id, properties, picture = info.slice(0x30), info.slice(der.IA5), info.enter(), info.slice(0x30)
    kind, name, _, listed = properties.slice(2), properties.slice(der.UTF8), properties.integer(), properties.slice(0x30)
    assert listed == whole
    times = [properties.slice(der.GENERALIZED_TIME) for _ in range(3)]
    rest = [outer.slice(der.OCTET_STRING), outer.slice(der.OID), outer.slice(der.BIT_STRING)]
    new = der.sequence(head, seal_id, der.sequence(kind, name, der.integer(2), digests, *times), picture)
    return der.sequence(new, *rest)


@BOTH
def test_other_versions_are_unsupported_and_said_so(name: str) -> None:
    made = county(name)
    header = der.ia5("ES") + der.integer(4)
    data = made.seals["agent"]
    assert data.count(header) == 1
    for number in (1, 3, 5):
        with pytest.raises(SealError) as caught:
            parse_seal(made.suite, data.replace(header, der.ia5("ES") + der.integer(number)))
        assert (caught.value.step, caught.value.code) == (1, "version")
    with pytest.raises(MalformedError):
        parse_seal(made.suite, data.replace(header, der.ia5("EX") + der.integer(4)))


@BOTH
def test_only_a_maker_makes_seals_and_only_for_those_below_it(name: str) -> None:
    made = county(name)
    for maker, holders, code in (
        ("agent", ["agent"], "not_a_seal_maker"),
        ("township_maker", ["approver"], "outside_maker"),
        ("county_maker", [], "outside_maker"),
    ):
        with pytest.raises(SealError) as caught:
            a_seal(made, maker, "X1", "示例", holders)
        assert (caught.value.step, caught.value.code) == (6, code)
    with pytest.raises(SealError):
        a_seal(made, "county_maker", "X1", "示例", ["agent"], valid_from=END, valid_to=START)


@BOTH
def test_only_a_holder_puts_the_seal_on(name: str) -> None:
    made = county(name)
    with pytest.raises(SealError) as caught:
        sign_compact(made.suite, made.signer("agent"), made.seals["township"], CONTENT, NOW)
    assert caught.value.step == 4


@BOTH
def test_a_compact_seal_is_rebuilt_byte_for_byte(name: str) -> None:
    made = county(name)
    compact = made.sealed()
    agent = made.certificates["agent"]
    data = rebuild_signature(made.suite, made.seals["agent"], agent.der, compact, CONTENT)
    signed = parse_signature(made.suite, data)
    assert signed.tbs == tbs_bytes(made.seals["agent"], NOW, made.suite.hash(CONTENT))
    assert (signed.seal.digest, signed.signer, signed.at) == (compact.seal, agent, compact.at)
    assert (signed.data_hash, signed.property_info, signed.timestamp) == (made.suite.hash(CONTENT), LETTER_PROPERTY, None)
    assert signed.signature == compact.signature
    made.suite.verify(agent.public_key, signed.tbs, signed.signature)


@BOTH
def test_the_time_of_a_seal_has_whole_seconds(name: str) -> None:
    made = county(name)
    compact = made.sealed(at=NOW + timedelta(microseconds=999_999))
    assert compact.at == NOW
    assert replace(compact, signature=b"") == replace(made.sealed(), signature=b"")


@given(st.sampled_from(SUITES), st.binary(max_size=300))
def test_hostile_bytes_end_in_one_error(name: str, data: bytes) -> None:
    suite = county(name).suite
    for hostile in (data, der.sequence(data), der.sequence(der.sequence(der.sequence(der.ia5("ES"), data), data), data)):
        for parse in (parse_seal, parse_signature):
            with pytest.raises(MalformedError):
                parse(suite, hostile)

"""What a reader answers is read with care: whoever made it, in whichever encoding; and what is not a whole card is none."""

import base64
import json

import pytest

from node.capture.reader.answer import read_answer
from node.capture.reader.interface import LARGEST_ANSWER
from node.errors import RequestError
from node.paperwork.card import LASTING, Card
from tests.tools.card_reader import FIELDS, NUMBER, WAYS, answer, photo

GOOD = Card(
    "示例甲", NUMBER, "男", "汉", "1944-03-12", "河北省示例县示例镇示例一村 1 号", "示例县公安局", "2016-01-01", LASTING,
)  # fmt: skip


def said(way: str) -> bytes:
    found = WAYS[way]()
    assert found is not None
    return found


def code_of(raw: bytes) -> str:
    with pytest.raises(RequestError) as refused:
        read_answer(raw, FIELDS)
    assert refused.value.facts == {}  # whatever was read, nothing of it goes on
    return refused.value.code


@pytest.mark.parametrize("way", ["good", "jsonp", "gbk"])
def test_a_card_is_read_as_json_or_jsonp_in_utf8_or_gbk(way: str) -> None:
    found = read_answer(said(way), FIELDS)
    assert found.card == GOOD
    assert found.photo == photo()


@pytest.mark.parametrize(
    ("way", "code"),
    [
        ("none", "card_none"), ("empty", "card_none"), ("early", "card_partial"), ("cut", "card_answer"), ("nested", "card_answer"),
        ("list", "card_answer"), ("huge", "card_too_large"),
    ],
)  # fmt: skip
def test_what_is_no_whole_card_is_refused_with_a_reason(way: str, code: str) -> None:
    assert code_of(said(way)) == code


def test_an_answer_is_read_to_its_bound_and_no_byte_further() -> None:
    rest = LARGEST_ANSWER - len(answer(extra=""))
    assert read_answer(answer(extra="x" * rest), FIELDS).card == GOOD
    assert code_of(answer(extra="x" * (rest + 1))) == "card_too_large"


@pytest.mark.parametrize(
    "changes",
    [
        {"partyName": "示例\u202e甲"}, {"certAddress": "x" * 201}, {"certOrg": "a\nb"}, {"bornDay": "19440230"}, {"bornDay": "soon"},
        {"expDate": "2026"}, {"effDate": "20160101-20261301"},
    ],
    ids=lambda one: "-".join(one),
)  # fmt: skip
def test_a_member_that_no_card_has_spoils_the_whole_answer(changes: dict[str, str]) -> None:
    assert code_of(answer(**changes)) == "card_answer"


def test_bytes_that_are_no_text_are_refused() -> None:
    assert code_of(b"{\xff\xff\xff") == "card_answer"


def test_members_are_found_by_the_readers_names_and_inside_of_other_members() -> None:
    deep = json.dumps({"code": 0, "data": {"xm": "示例甲 \x00", "hm": NUMBER.lower(), "name": 7}, "name": ["示例"]}).encode()
    found = read_answer(deep, {"name": "data.xm", "number": "data.hm"})
    assert found.card == Card("示例甲", NUMBER)
    ours = json.dumps({"name": "示例甲", "number": NUMBER}).encode()
    assert read_answer(ours, {}).card == Card("示例甲", NUMBER)
    with pytest.raises(RequestError, match="card_none"):
        read_answer(deep, {"name": "data.xm.deeper", "number": "code.hm"})


@pytest.mark.parametrize(
    ("begins", "ends", "wanted"),
    [
        ("2016-01-01", "2036.01.01", ("2016-01-01", "2036-01-01")),
        ("20160101-20360101", "20160101-20360101", ("2016-01-01", "2036-01-01")),
        ("2016年01月01日", "20160101-长期", ("2016-01-01", LASTING)), ("", "长期", ("", LASTING)), ("", "", ("", "")),
    ],
)  # fmt: skip
def test_days_are_understood_as_readers_write_them(begins: str, ends: str, wanted: tuple[str, str]) -> None:
    card = read_answer(answer(effDate=begins, expDate=ends), FIELDS).card
    assert (card.begins, card.ends) == wanted


@pytest.mark.parametrize(("sex", "wanted"), [("1", "男"), (2, "女"), ("女", "女"), ("9", ""), (True, "")])
def test_a_sex_is_a_word_or_its_code(sex: object, wanted: str) -> None:
    assert read_answer(answer(gender=sex), FIELDS).card.sex == wanted


def test_a_photograph_is_base64_maybe_as_a_data_address_and_empty_when_it_is_neither() -> None:
    coded = base64.b64encode(photo()).decode()
    assert read_answer(answer(identityPic=f"data:image/bmp;base64,{coded}"), FIELDS).photo == photo()
    assert read_answer(answer(identityPic=f"{coded[:76]}\r\n{coded[76:]}"), FIELDS).photo == photo()
    assert read_answer(answer(identityPic="***"), FIELDS).photo == b""
    assert read_answer(answer(identityPic=None), FIELDS).photo is None

"""Pinyin initials of item names."""

import pytest

from forms.authoring.pinyin import initials


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("高龄津贴申请", "gljtsq"),
        ("困难残疾人生活补贴和重度残疾人护理补贴", "kncjrshbthzdcjrhlbt"),
        ("城乡居民基本养老保险参保登记", "cxjmjbylbxcbdj"),
        ("年满60周岁农村籍退役士兵老年生活补助", "nm60zsncjtysblnshbz"),
        ("水、电、燃气、话费代缴代办", "sdrqhfdjdb"),
        ("行业许可与银行存款", "hyxkyyhck"),
        ("长期护理、校长任职", "cqhlxzrz"),
        ("居民身份证重办与重度残疾", "jmsfzcbyzdcj"),
        ("拆迁还建房、还款", "cqhjfhk"),
        ("Wi-Fi 开通", "wifikt"),
        ("", ""),
    ],
)
def test_the_initials_of_a_name_are_those_that_people_type(name: str, wanted: str) -> None:
    assert initials(name) == wanted

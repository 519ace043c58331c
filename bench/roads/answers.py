"""Answers that differ from case to case as those of a real village do: copies of one sample would pack together far too well.

All people, numbers and places are invented; checks of numbers hold. For the items of `bench/sealed_cases.py`.
"""

import random
from collections.abc import Mapping
from typing import Any

REASON_CHARS = 480
_SYLLABLES = "安宝昌成春德东发芳刚桂国海红华惠建金军康兰丽林玲梅明宁平强庆荣瑞山书淑顺松天文喜香祥晓兴秀雪艳英永玉云珍志忠"
_WHO = ("本人", "配偶", "长子", "次女", "父亲", "母亲", "儿媳", "孙子", "老伴", "弟弟")
_WHAT = (
    "突发脑梗住院",
    "肾病长期透析",
    "骨折手术",
    "化疗复查",
    "糖尿病并发症",
    "心脏支架",
    "肺炎住院",
    "眼底出血治疗",
    "摔伤后卧床",
    "早产儿监护",
)
_THEN = (
    "自付部分已向亲友借款",
    "家中仅靠种地收入",
    "外出务工收入中断",
    "尚欠医院费用",
    "需人照料不能下地",
    "报销后仍有缺口",
    "孩子正在上学",
    "房屋也待修",
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def varied(sample: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """The sample as somebody else would have answered it."""
    chance = random.Random(seed)
    name, number = _name(chance), _number(chance, str(sample["id_no"]))
    house = f"大城县权村镇王权村{_name(chance)[2:]}街{chance.randint(1, 300)}号"
    people = [dict(one) for one in sample["fam"]]
    people[0] |= {"m_name": name, "m_id_no": number}
    people[1] |= {"m_name": _name(chance), "m_id_no": _number(chance, people[1]["m_id_no"])}
    bills = [
        one | {"b_no": f"SL{chance.randrange(10**8):08}", "b_hosp": f"大城县示例{_name(chance)[2:]}医院", "b_date": f"2026-09-{day:02}"}
        for one, day in zip(sample["bills"], (chance.randint(2, 8), chance.randint(9, 14)), strict=True)
    ]
    return dict(sample) | {
        "name": name,
        "bank_holder": name,
        "id_no": number,
        "fam": people,
        "bills": bills,
        "hukou_addr": house,
        "live_addr": house,
        "mobile": f"13{chance.randrange(10**9):09}",
        "disease": chance.choice(_WHAT),
        "reason": _reason(chance),
    }


def _name(chance: random.Random) -> str:
    return "示例" + "".join(chance.choices(_SYLLABLES, k=2))


def _number(chance: random.Random, like: str) -> str:
    """Another number of the same place, day of birth and sex, its last character right."""
    body = like[:14] + f"{chance.randrange(100):02}" + like[16]
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def _reason(chance: random.Random) -> str:
    """What a person writes: sentences put together anew, with sums of money and names in them."""
    text = ""
    while len(text) < REASON_CHARS - 60:
        who, what, then = chance.choice(_WHO), chance.choice(_WHAT), chance.choice(_THEN)
        text += f"{who}{_name(chance)}{chance.randint(1, 12)}月{what},花费{chance.randint(800, 60000)}元,{then}。"
    return text[:REASON_CHARS]

"""What a guide says of an item, part by part."""

import json
from typing import Any

from forms.schema import Form
from node.web.guides import Guide, guide_of
from node.web.item_notices import notice_slip
from tests.items import newest


def guide(item: str, **members: Any) -> Guide:
    """The guide of an item, with other members where given."""
    raw = json.loads(newest(item).read_bytes())
    return guide_of(Form.from_bytes(json.dumps({**raw, **members}).encode()), "sm3:0123456789abcdef")


def test_each_tier_that_does_something_is_a_stage_with_its_time() -> None:
    told = [(one.tier, one.takes) for one in guide("dibao").stages]
    assert told == [("村", "1 个工作日内（承诺）"), ("乡镇", "12 个工作日内"), ("县", "7 个工作日内")]
    assert [(one.tier, one.takes) for one in guide("birth_reg").stages] == [("村", "当天"), ("乡镇", "当场")]


def test_limits_say_from_when_and_what_does_not_count() -> None:
    told = dict(guide("dibao").limits)
    assert told["最长可延到"] == "45 个工作日" and told["公示"].endswith("不计入办理时限") and "乡镇受理之日" in told["从什么时候算起"]
    told = dict(guide("utility_pay").limits)
    assert told == {"法定时限": "没有规定", "承诺时限": "当场办结"}
    assert dict(guide("public_opinion").limits)["承诺时限"] == "登记后 5 个工作日"


def test_who_decides_may_follow_from_the_answers_or_be_delegated() -> None:
    assert guide("tekun").decides == "由县决定，可以委托乡镇办理"
    assert "按填写的情况确定" in guide("linshi").decides and guide("utility_pay").decides == "由村决定"


def test_what_a_package_says_apart_becomes_hints_and_parts() -> None:
    assert guide("social_card").hints == ("照片要求：白底，358×441 像素，5–50 KB，JPG 格式",)
    assert guide("gaoling").hints == ("年审：每年审核一次,动态管理,死亡核减",)
    assert guide("bundle_death").parts[0] == "死亡人员户口注销（公安，2 个工作日内）"
    assert ("事项编码", "002014006009") in guide("pension_cancel").version


def test_a_material_says_what_may_stand_in_its_place_and_what_asks_for_it() -> None:
    raw = json.loads(newest("pension_cancel").read_bytes())
    death = next(one for one in raw["materials"] if one["id"] == "mat_death")
    death["basis"] = "某办法第三条"
    told = next(one for one in guide("pension_cancel", materials=raw["materials"]).materials if one.name == death["name"])
    assert told.required == "“注销原因”选“死亡”时提交" and not told.is_always
    assert told.notes[0] == "村(居)不得出具" and "依据：某办法第三条" in told.notes
    assert any(text.startswith("下面任选一种：死亡证明") for text in told.notes)


def test_the_packages_own_words_come_first() -> None:
    more = {"conditions": ["年满八十"], "process": ["先到村里登记"], "accepts": ["county"]}
    told = guide("gaoling", more=more)
    assert (told.conditions, told.own_conditions, told.process[0], told.accepts) == (("年满八十",), True, "先到村里登记", "县")


def test_guidance_of_another_network_needs_nothing_but_to_be_marked() -> None:
    told = guide("gaoling", more={"special_network": True})
    assert told.is_special and told.special == () and told.guidance == ()
    assert not any("代办员" in text for text in told.process), "what is handled elsewhere does not come back to the village"
    assert "代办员" in guide("gaoling").process[-1]
    told = guide("gaoling", more={"special_network": {"where": "示例派出所", "guidance": ["带证件"]}})
    assert told.special == (("到哪里办", "示例派出所"),) and told.guidance == ("带证件",)


def test_the_notice_as_a_slip_has_every_material_and_the_five_parts() -> None:
    told = guide("dibao")
    slip = notice_slip(told, "示例村", "示例镇中心", "示例代办员", "2026年11月22日", "code")
    rows = dict(slip.rows)
    assert rows["代收点和经办人"] == "示例村 示例代办员" and rows["承诺时限"] == "受理后 20 个工作日" and rows["收费"] == "不收费"
    assert [rows[f"材料 {number}"].partition("（")[0] for number in range(1, 10)] == [one.name.partition("（")[0] for one in told.materials]
    assert "示例镇中心" in slip.paragraphs[0] and "□ 满意" in slip.paragraphs[1] and slip.qr_text == "code"

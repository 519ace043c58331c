"""Rules of a form in words."""

import pytest

from forms.expressions.evaluate import Tree
from forms.schema import Form
from forms.shipped import ITEMS
from node.web.conditions import applicant_conditions, condition_text
from tests.items import newest

DIBAO = Form.from_bytes(newest("dibao").read_bytes())
CAUSE, AGENT = ["field", "cause"], ["field", "by_agent"]


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (["=", AGENT, "是"], "“是否他人代为申请”选“是”时"),
        (["!=", AGENT, "是"], "“是否他人代为申请”选“否”时"),
        (["selected", CAUSE, "重病"], "“致困主要原因”里选了“重病”时"),
        (["or", ["selected", CAUSE, "重病"], ["or", ["selected", CAUSE, "残疾"], ["selected", CAUSE, "失业"]]],
         "“致困主要原因”里选了“重病”或“残疾”或“失业”时"),
        (["and", ["=", AGENT, "是"], ["<", ["yz:age", ["field", "birth"]], 18]], "“是否他人代为申请”选“是”，并且未满 18 周岁时"),
        (["or", ["=", AGENT, "是"], ["selected", CAUSE, "重病"]], "“是否他人代为申请”选“是”，或者“致困主要原因”里选了“重病”时"),
        (["!=", ["field", "name"], ""], "填了“申请人姓名”时"),
        (["=", ["field", "name"], ""], "没有填“申请人姓名”时"),
        (["=", ["field", "name"], "甲"], "“申请人姓名”为“甲”时"),
        ([">", ["field", "inc_pc"], 250], "“月人均收入”大于 250时"),
        ([">", ["count", ["where", ["form", "fam"], ["!=", ["field", "m_disab"], ""]]], 0],
         "“家庭成员”里有一行填了“残疾人证号(20位,无证不填)”时"),
        (["yz:stage", "approved"], "批准以后"),
        (["=", ["substr", ["field", "name"], 0, 1], "甲"], "符合条件时（系统按填写的内容提示）"),
        (["and", AGENT, ["today"]], "符合条件时（系统按填写的内容提示）"),
        (["=", ["field", "not_there"], "是"], "符合条件时（系统按填写的内容提示）"),
    ],
)  # fmt: skip
def test_a_rule_is_said_in_words_or_not_at_all(tree: Tree, said: str) -> None:
    assert condition_text(DIBAO, tree) == said


def test_who_may_apply_is_taken_from_the_package_where_it_says_so() -> None:
    own = Form.from_bytes(DIBAO.data.replace(b'"more":{', '"more":{"conditions":["户籍在本县"],'.encode()))
    assert applicant_conditions(own) == ("户籍在本县",)


def test_who_may_apply_follows_from_the_rules_otherwise_and_is_never_nothing() -> None:
    elder = Form.from_bytes(newest("elder_card").read_bytes())
    assert "年龄应满 60 周岁。" in applicant_conditions(elder) and "申请人是居民个人。" in applicant_conditions(elder)
    for folder in ITEMS.iterdir():
        if folder.is_dir():
            assert len(applicant_conditions(Form.from_bytes(newest(folder.name).read_bytes()))) >= 2, folder.name

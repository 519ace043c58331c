"""Every finding of the lint has its sentence."""

import string

from forms.authoring.lint import CODES, Finding
from forms.schema import Form
from node.web.wording.lint import FINDINGS, LEVELS, finding_text, place_text
from tests.forms.engines import SHIPPED


def test_every_code_has_a_sentence_that_uses_only_its_facts() -> None:
    assert set(FINDINGS) == set(CODES)
    for code, names in CODES.items():
        assert {name for _, name, _, _ in string.Formatter().parse(FINDINGS[code]) if name} <= set(names), code
        assert finding_text(Finding("x", code, dict.fromkeys(names, "1"))).endswith("。")


def test_facts_are_told_in_words() -> None:
    assert "乡镇可以受理" in finding_text(Finding("more.accepts", "tier_without_actions", {"tier": "township"}))
    assert "初审、复核" in finding_text(Finding("tiers", "too_many_stages", {"stages": ["初审", "复核"], "count": 2, "most": 1}))
    assert "请填写这一栏。" in finding_text(Finding("sample.a", "sample_fails", {"label": "甲", "problem": "required"}))
    assert "{" not in finding_text(Finding("sample.a", "sample_fails", {"label": "甲", "problem": "max_length"}))
    assert set(LEVELS) == {"refuse", "warn"}


def test_a_place_is_told_by_the_labels_of_the_form() -> None:
    form = Form.from_bytes(SHIPPED[1].read_bytes())
    assert place_text("fields.fam.m_id_no.constraints.0", form) == "栏目“家庭成员”“身份证号”校验规则第 1 条"
    assert place_text("materials.mat_ill", form) == "材料“重病诊断/病历”"
    assert place_text("limits.promised_workdays") == "时限" and place_text("more.sub_items.0") == "其他设置第 1 条"
    assert place_text("fields.unknown") == "栏目“unknown”"

"""What is said of each finding of the lint: what is wrong with an item, and how its author puts it right. `{…}` are facts.

The codes and their facts are those of `forms.authoring.lint.CODES`.
"""

from collections.abc import Mapping
from typing import Any

from forms.authoring.lint.findings import Finding
from forms.schema import Form
from node.web.wording.problems import PROBLEMS

LEVELS = {"refuse": "必须改", "warn": "请核对"}
FINDINGS = {
    "not_a_package": "这里写得不合格式（{reason}），请按事项表格的说明改正。",
    "no_legal_basis": "没有写办理依据，请填写法律、法规或文件的名称和条款。",
    "no_charge": "没有写收费情况，不收费的请写“不收费”。",
    "no_result": "没有写办理结果，请写办成后给申请人什么。",
    "vague_material": "材料“{name}”没有说清要什么（“{word}”），请写出材料的具体名称，一种一行。",
    "open_material": "材料“{name}”用了“{word}”，请尽量把要收的材料一一列出。",
    "material_without_source": "材料“{name}”没有写来源渠道，请写由谁出具，如“政府部门核发”“申请人自备”。",
    "material_without_basis": "材料“{name}”没有依据，请写依据哪一条收取；没有依据的请删去。",
    "denied_certificate": "村（居）不得出具“{name}”（清单：{denied}）。请改用证件、核验或承诺；由部门出具的，请写明来源部门。",
    "village_certificate": "“{name}”要村里开证明，请核对是否在保留清单内，能用承诺或核验代替的请改。",
    "promise_over_legal": "承诺时限 {promised} 个工作日比法定的 {legal} 个还长，请缩短承诺时限。",
    "extension_under_legal": "延长后的 {extended} 个工作日比法定的 {legal} 个还短，请核对。",
    "tiers_over_promise": "各级时限加起来 {sum} 个工作日，超过承诺的 {promised} 个，请缩短其中几级。",
    "part_over_promise": "联办事项“{name}”要 {workdays} 个工作日，超过整件承诺的 {promised} 个，请核对。",
    "too_many_stages": "审核环节有 {count} 个（{stages}），最多 {most} 个，请合并或减少。即办件最多 2 个，承诺件最多 3 个。",
    "unknown_tier": "没有“{tier}”这一级，请写 village、township 或 county。",
    "tier_without_actions": "{tier}可以受理，却没有写它办什么，请补上这一级的办理动作，或不让它受理。",
    "decides_without_actions": "由{tier}决定，却没有写它办什么，请补上这一级的办理动作。",
    "ill_shaped": "这一项的写法不对，请按事项表格的说明填写。",
    "bad_item_code": "事项编码 {item_code} 不对，请核对：31 位实施编码或 33 位业务办理项编码。",
    "bad_division": "“{name}”的区划代码 {division} 与层级不符，请核对。",
    "same_label": "“{section}”里有两个“{label}”，请把名称改得能分清。",
    "kind_changed": "“{label}”换了类型（原来 {before}，现在 {after}），正在填的草稿带不过来。请核对，或换一个编号。",
    "never_asked": "“{label}”的显示条件永远不成立，谁也看不到它。请改条件，或删去这一栏。",
    "never_asked_when_valid": "“{label}”只有在别的栏填错或没填时才显示，填好以后就没有了。请改条件，或删去这一栏。",
    "never_passes": "“{label}”的校验规则（{rule}）怎么填都通不过，请改规则。",
    "rules_exclude_each_other": "“{label}”的几条校验规则互相矛盾，怎么填都通不过，请改规则。",
    "material_never_needed": "材料“{name}”的收取条件永远不成立，请改条件，或删去这份材料。",
    "no_sample": "没有填好的样表，请照实填一份示例。",
    "sample_fails": "样表里的“{label}”通不过校验：{problem}",
    "sample_materials_differ": "样表需要的材料应为：{needed}，请改样表的材料清单。",
    "sample_out_of_date": "样表里的“{label}”按今天的日期通不过校验：{problem}请换一份新的样表。",
}
TIERS = {"village": "村级", "township": "乡镇", "county": "县级"}
PARTS = {
    "legal_basis": "办理依据",
    "charge": "收费",
    "result": "办理结果",
    "limits": "时限",
    "tiers": "各级分工",
    "more": "其他设置",
    "parameters": "参数",
    "sample": "样表",
    "sample_materials": "样表材料",
    "materials": "材料",
    "fields": "栏目",
    "constraints": "校验规则",
}


def finding_text(finding: Finding) -> str:
    """What is wrong and how it is put right."""
    return FINDINGS[finding.code].format(**{name: _fact(name, value) for name, value in finding.facts.items()})


def place_text(place: str, form: Form | None = None) -> str:
    """Where that is, with the labels of the form where one is at hand: 栏目“姓名”校验规则第 1 条."""
    steps, named = place.split("."), _labels(form)
    told: list[str] = []
    for number, step in enumerate(steps):
        below = ".".join(steps[1 : number + 1])
        if step.isdigit():
            told.append(f"第 {int(step) + 1} 条")
        elif steps[0] in ("fields", "materials", "sample") and number:
            told.append(PARTS[step] if step == "constraints" else f"“{named.get((steps[0], below), step)}”")
        else:
            told.append(PARTS.get(step, step) if number == 0 else "")
    return "".join(told)


def _labels(form: Form | None) -> Mapping[tuple[str, str], str]:
    if form is None:
        return {}
    found = {("materials", one.id): one.name for one in form.materials}
    for one in form.fields():
        found[("fields", one.id)] = found[("sample", one.id)] = one.label
        found |= {("fields", f"{one.id}.{column.id}"): column.label for column in one.columns}
    return found


def _fact(name: str, value: Any) -> str:
    if name == "tier":
        return TIERS.get(str(value), str(value))
    if name == "problem":
        return PROBLEMS.get(str(value), PROBLEMS[""]) if "{" not in PROBLEMS.get(str(value), "") else PROBLEMS[""]
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

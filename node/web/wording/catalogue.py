"""What the county's pages and commands of the catalogue and the calendar say, in plain Chinese. Tables only: no rules."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from node.casework.calendar_document import OFFICIAL, PROVISIONAL, YearChange, spans
from node.errors import Fault

CALENDAR_COLUMNS: Mapping[str, str] = {"date": "日期", "kind": "类型", "name": "名称", "source": "来源（source）", "years": "年份（years）"}
CALENDAR_FAULTS: Mapping[str, str] = {
    "too_large": "文件太大，不像一份放假安排。请核对选的文件。",
    "json": "文件不是正确的 JSON。请检查括号、引号和逗号，或改用表格（CSV）。",
    "not_canonical": "不是规定写法的日历数据。",
    "format": '不是日历文件。开头要写 "format": "yizhan calendar 1"，并只有 format、source、years 三项。',
    "source": "请写明依据，例如“国办发明电〔2026〕7号”，最多 1000 字，不换行。",
    "years": "至少要有一年。",
    "year": "年份不对，请写 1990 到 2099 之间的四位数字。",
    "members": "每一年要有 status、holidays、makeup_workdays 三项，可以另有 names，不能有别的。",
    "status": "请写 official（正式）或 provisional（暂定）。",
    "days": "请写成日期的列表，最多 120 天。",
    "order": "日期有重复，或没有按先后排列。",
    "date": "“{given}”不是日期，请写成 2027-01-01 这样。",
    "other_year": "{given} 不是这一年的日期，请放到它自己的年份里。",
    "both": "{given} 既写成放假又写成上班，请留一个。",
    "not_weekend": "{given} 是周一至周五，本来就上班；调休上班的只能是周六、周日。请核对。",
    "names": "names 要写成“日期: 名称”，不用就删掉。",
    "name": "“{given}”不合适：名称最多 20 个字，并且要对应放假或上班的日期。",
    "encoding": "文件的文字编码不对。请在 Excel 里另存为“CSV UTF-8”。",
    "table": "表格的引号不成对，读不出来。请在 Excel 里重新另存为 CSV。",
    "column": "第一行没有这一栏。第一行请写：日期,类型,名称",
    "empty": "表里没有一天。请从第二行起，每天一行。",
    "missing": "没有填写。",
    "kind": "“{given}”看不懂，请写“放假”或“上班”。",
    "twice": "{given} 在第 {other} 行已经写过，请留一行。",
    "too_many": "{given} 年的天数太多，请核对。",
}
"""What is wrong with a calendar, and how to put it right."""

CALENDAR_STATES: Mapping[str | None, str] = {OFFICIAL: "正式", PROVISIONAL: "暂定", None: "没有"}
CALENDAR_BY: Mapping[str, str] = {"program": "程序自带", "county": "县里发布"}
WEEKDAYS = "一二三四五六日"


def fault_text(fault: Fault) -> str:
    """A fault of a calendar as a line: where it is, and what to do."""
    row = f"第 {fault.row} 行，" if fault.row else ""
    place = fault_place(fault)
    return f"{row}{place + '：' if place else ''}{fault_cure(fault)}"


def fault_place(fault: Fault) -> str:
    """The column of a fault, or the place in a document."""
    return CALENDAR_COLUMNS.get(fault.column, fault.column)


def fault_cure(fault: Fault) -> str:
    """What is wrong, and how to put it right."""
    return CALENDAR_FAULTS[fault.code].format_map(dict(fault.facts))


def days_text(days: Sequence[date]) -> str:
    """Days as people write them: 2月15日至2月23日、10月1日（周四）."""
    return "、".join(_span_text(first, last) for first, last in spans(days)) or "—"


def change_lines(change: YearChange) -> Iterator[str]:
    """What becomes of a year, in sentences."""
    if change.before != change.after:
        yield f"{change.year} 年：{CALENDAR_STATES[change.before]} → {CALENDAR_STATES[change.after]}"
    for words, days in (
        ("增加放假", change.holidays_added),
        ("不再放假", change.holidays_gone),
        ("增加调休上班", change.workdays_added),
        ("不再调休上班", change.workdays_gone),
    ):
        if days:
            yield f"{change.year} 年{words}：{days_text(days)}"


def _span_text(first: date, last: date) -> str:
    if first == last:
        return f"{first.month}月{first.day}日（周{WEEKDAYS[first.weekday()]}）"
    return f"{first.month}月{first.day}日至{last.month}月{last.day}日"


# Items and releases

ACTS: Mapping[str, str] = {"publish": "发布", "withdraw_version": "停用一版", "withdraw": "停用事项", "calendar": "工作日历"}
STANDINGS: Mapping[str, str] = {"current": "在用", "fillable": "旧版，已开的草稿可填完", "withdrawn": "已停用", "unknown": "—"}
STANDING_TONES: Mapping[str, str] = {"current": "green", "fillable": "blue", "withdrawn": "orange", "unknown": ""}
DONE: Mapping[str, str] = {
    "publish": "已签发，会随线路或U盘发给全县各站。",
    "withdraw_version": "已停用这一版，各站收到后生效。",
    "withdraw": "已停用这个事项，各站收到后生效。",
    "calendar": "工作日历已签发，各站收到后启用，没办完的件自动重算期限。",
    "dropped": "导入的内容已丢弃，事项架没有变。",
    "imported": "已导入，还没有发布：各站还看不到。请核对下面的内容。",
}
NOT_IMPORTED = "工作簿有 {count} 处要改，没有导入。"
PARTS: Mapping[str, str] = {"item": "事项", "field": "栏目", "material": "材料", "list": "选项表"}
HOW: Mapping[str, str] = {"added": "新增", "removed": "删去", "changed": "改动"}
HOW_TONES: Mapping[str, str] = {"added": "green", "removed": "red", "changed": "orange"}
ASPECTS: Mapping[str, str] = {
    "name": "名称", "domain": "领域", "matter_type": "事项类型", "case_type": "办件类型", "legal_basis": "依据", "charge": "收费",
    "status": "状态", "inferred": "没有出处的内容", "department.decides": "决定部门", "department.assists": "协助单位",
    "limits.promised_workdays": "承诺时限（工作日）", "limits.legal_workdays": "法定时限（工作日）",
    "limits.extend_to_workdays": "延长后时限（工作日）", "limits.clock_starts": "时限从哪里起算", "limits.note": "时限说明",
    "limits.unit": "时限单位", "result.kind": "结果类型", "result.name": "结果名称", "tiers.decides": "由哪一级决定",
    "publicity.required": "要不要公示", "publicity.min_days": "公示天数", "publicity.where": "公示地点",
    "more.conditions": "受理条件", "more.process": "办理流程", "more.accepts": "哪几级可以受理", "more.pinyin": "拼音首字母",
    "order": "次序", "other": "别处看不出来的细节", "section": "所在部分", "label": "名称", "kind": "类型", "required": "必填",
    "relevant": "什么时候问", "calculate": "怎样算出", "calculate_when": "什么时候自动算", "choices": "选项", "list": "选项表",
    "choice_filter": "选项怎样筛选", "default": "默认值", "mask": "遮盖方式", "max_length": "最多字数", "hint": "填写提示",
    "common_key": "可复用的名称", "capture": "怎样采集", "min_rows": "最少行数", "max_rows": "最多行数", "filled_by": "由哪一级填",
    "form": "原件或复印件", "tolerance": "容缺或承诺", "source": "来源渠道", "licence": "对应证照", "any_one_of": "任选其一",
    "basis": "依据", "columns": "列", "sample_materials": "样表交的材料",
}  # fmt: skip
"""What a member of an item is called, by its path; others keep their path."""
_OF_MATERIALS: Mapping[str, str] = {"required": "必要性", "relevant": "什么时候要", "name": "名称"}
_GROUPS: Mapping[str, str] = {
    "tiers.village": "村级", "tiers.township": "乡镇级", "tiers.county": "县级", "rule": "校验规则第 {rest} 条", "row": "选项“{rest}”",
    "sample": "样表的“{rest}”", "sources": "出处 {rest}", "parameters": "参数 {rest}",
}  # fmt: skip
_TIER_MEMBERS: Mapping[str, str] = {
    "role": "经办岗位", "seal": "用章", "actions": "办理动作", "limit_workdays": "时限（工作日）", "promise_workdays": "承诺（工作日）",
}  # fmt: skip
_VALUES: Mapping[str, str] = {
    "true": "是", "false": "否", "always": "必收", "conditional": "有条件收", "optional": "可不交", "none": "无", "village": "村",
    "township": "乡镇", "county": "县", "dynamic": "按答案定", "township_acceptance": "乡镇受理", "village_registration": "村里登记",
}  # fmt: skip

_LEVELS: Mapping[str, str] = {"refuse": "不通过", "warn": "只提醒"}
KINDS: Mapping[str, str] = {
    "text": "文字", "textarea": "多行文字", "int": "整数", "decimal": "小数", "money": "金额", "date": "日期", "month": "年月",
    "bool": "是或否", "choice": "单选", "multichoice": "多选", "id_no": "公民身份号码", "uscc": "统一社会信用代码",
    "disability_no": "残疾人证号", "mobile": "电话", "region": "区划", "bank_no": "银行账号", "photo": "照片",
    "photo_list": "多张照片", "signature": "签名", "table": "表格", "computed": "自动算出", "coords": "位置",
}  # fmt: skip
MASKS: Mapping[str, str] = {"id": "证件号码", "phone": "电话", "bank": "账号", "name": "姓名"}


def aspect_text(aspect: str, part: str = "", labels: Mapping[str, str] = MappingProxyType({})) -> str:
    """What a member of an item, or of one of its materials, is called; `labels` name the item's fields."""
    if part == "material" and aspect in _OF_MATERIALS:
        return _OF_MATERIALS[aspect]
    if aspect in ASPECTS:
        return ASPECTS[aspect]
    for begin, words in _GROUPS.items():
        if aspect.startswith(begin + "."):
            rest = aspect.removeprefix(begin + ".")
            return words.format(rest=labels.get(rest, rest)) if "{" in words else f"{words}{_TIER_MEMBERS.get(rest, rest)}"
    return aspect


def value_text(aspect: str, value: str | None, labels: Mapping[str, str] = MappingProxyType({})) -> str:
    """A value of an item as people read it; a dash where there is none."""
    if value is None:
        return "—"
    if aspect.startswith("rule."):
        formula, level, message = value.rsplit(" | ", 2)
        return f"{formula}（{_LEVELS.get(level, level)}{'' if message.isascii() else '：' + message}）"
    if aspect == "sample_materials":
        return "、".join(labels.get(one, one) for one in value.split("、")) or "（空）"
    words = {"kind": KINDS, "mask": MASKS}.get(aspect, _VALUES)
    return words.get(value, value) or "（空）"


def is_formula(aspect: str) -> bool:
    """Whether a member is a rule, told as the workbook writes it."""
    return aspect.startswith("rule.") or aspect in ("relevant", "calculate", "calculate_when", "choice_filter")

"""What the county's pages and commands of the catalogue and the calendar say, in plain Chinese. Tables only: no rules."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

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

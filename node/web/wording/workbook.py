"""What the county's pages and commands say of a workbook's faults: where it is, what is wrong, and how to put it right. Tables only.

The codes and their facts are those of `forms.authoring.workbook.codes`.
"""

from node.catalogue.authoring import WorkbookFault

WORKBOOK_FAULTS = {
    # the file
    "authoring_missing": "本站没有装编制组件，不能读写工作簿。请按《运维手册》装上 authoring 组件再试。",
    "file_too_large": "文件太大，超过 {most} MB。请删去用不着的工作表和内容。",
    "too_large_unpacked": "文件展开后太大，超过 {most} MB，没有读。请另建一份工作簿，只粘贴文字。",
    "too_many_parts": "文件里的工作表或部件太多，没有读。请另建一份工作簿，只粘贴文字。",
    "too_many_rows": "超过 {most} 行。请删去后面用不着的行。",
    "too_many_columns": "超过 {most} 列。请删去右边用不着的列。",
    "too_many_cells": "单元格太多，全部工作表加起来超过 {most} 个（画了框的空格子也算）。请删去用不着的行和列。",
    "not_a_workbook": "这不是 Excel 工作簿（.xlsx）。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”再导入；改后缀名不行。",
    "old_format": "这是旧格式（.xls）。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”再导入。",
    "password": "文件加了密码，读不了。请去掉密码另存后再导入。",
    "damaged": "文件坏了，读不下去。请用 Excel 或 WPS 打开，另存一份再导入。",
    "macros": "文件里有宏，不收。请另存为不带宏的“Excel 工作簿（.xlsx）”。",
    "external_links": "文件连着别的文件或数据源，不收。请在“数据—编辑链接”里断开，或把内容粘贴成值。",
    "images": "文件里插了图片，不收。请删去图片再导入。",
    "objects": "文件里嵌了别的文件或控件，不收。请删去再导入。",
    "declares_entities": "文件里有不该有的声明，不收。请另建一份工作簿，只粘贴文字。",
    "more_faults": "另外还有 {count} 处问题没有列出，改好上面的再导入一次就能看到。",
    # sheets
    "missing_sheet": "缺工作表“{sheet}”（{name}）。请从已有的事项导出一份照着补上。",
    "unknown_sheet": "不认识这张工作表。自己备用的表，名称请以“备注”开头；写错了名称的请改正。",
    "sheet_twice": "工作表“{sheet}”有两张，请留一张。",
    "empty_sheet": "这张工作表没有内容，请填写。",
    "one_row_only": "这张工作表只填一行，请删去这一行。",
    "unknown_column": "不认识列“{found}”。请改成说明里的列名；自己看的列请叫“备注”。",
    "column_twice": "列“{found}”有两个，请留一个。",
    "no_header": "这一列第一行没有列名。请补上列名，或把内容删去。",
    "no_questions": "没有一道题。请在 survey 表里写题目；专网事项请填“办事指南”里的专网系统。",
    "missing_entry": "没有写“{entry}”这一行，请补上。",
    "missing_tier": "没有写“{tier}”这一级，请补上一行；不经过这一级的，环节空着。",
    # cells
    "blank": "这里不能空着，请填写。",
    "formula": "这里是公式。请写算好的值（复制后“选择性粘贴—数值”）。",
    "error_value": "这里是一个出错的值（如 #REF!），请改成正确的内容。",
    "digits_lost": "这里的号码太长，存成数字会丢位。请先把单元格设为“文本”，再重新输入。",
    "time_of_day": "这里带着时间。请只写日期，如 2026-11-22。",
    "unfit_character": "这里有看不见的控制字符，请删去重新输入。",
    "unknown_word": "不认识“{found}”，可以写：{known}。",
    "not_yes_no": "“{found}”不是“是”或“否”，请改成其中一个。",
    "not_a_count": "“{found}”不是整数，请写 0 或更大的整数。",
    "not_an_id": "“{found}”不能作编号。编号以英文字母开头，只用字母、数字、下划线，不超过 64 个。",
    "not_a_code": "“{found}”不能作代号。代号只用小写字母、数字、下划线，不超过 40 个。",
    "not_a_division": "“{found}”不是 12 位区划代码。",
    "not_json": "“json:”后面写得不对，请核对括号、引号；小数写成文字。",
    "id_twice": "编号“{found}”在第 {first} 行已经用过，请换一个。",
    "unknown_entry": "不认识“{found}”这一项，请改成说明里的名称。",
    "entry_twice": "“{entry}”写了两次，请留一个。",
    "tier_twice": "这一级写了两行，请留一行。",
    "material_condition": "“有条件”的材料要写条件，别的材料不写条件。请改“必要性”或“条件”。",
    "row_number": "“第几行”应从 1 开始接着写，这里最多写 {expected}。",
    # questions
    "unknown_type": "不认识题型“{found}”。请改成 text、integer、date、select_one 选项表 等，见说明。",
    "unknown_appearance": "不认识外观“{found}”，可以写 multiline、month-year、signature、autocomplete，或空着。",
    "kind_mismatch": "题型“{kind}”和类型“{type}”合不到一起，请改其中一个。",
    "required_expression": "“必填”只写是或否。要看别的答案才问的，请写在“出现条件”（relevant）里。",
    "select_without_list": "选择题没有写选项表，请写成“select_one 选项表的名称”。",
    "unknown_list": "choices 表里没有选项表“{list}”，请补上，或改正名称。",
    "list_not_an_id": "长选项表或带筛选的选项表，名称“{list}”要以英文字母开头，只用字母、数字、下划线。",
    "or_other": "不支持 or_other。请在选项里加一项“其他”，再加一道题问是什么。",
    "choice_twice": "选项表“{list}”里“{found}”写了两次，请留一个。",
    "too_many_choices": "选项表“{list}”超过 {most} 项。请分成几张表，或改用填写。",
    "not_closed": "{kind} 没有配上结束行，请在后面补上。",
    "unmatched_end": "{kind} 前面没有对应的开始行，请核对先后。",
    "table_in_table": "表格里不能再套表格，请分开写。",
    "empty_table": "这张表格没有一列，请补上列，或删去。",
    "note_without_question": "说明（note）后面没有题目，不知道放在哪道题上。请移到题目前面，或写在“提示”列。",
    # rules
    "unknown_name": "没有编号是“{name}”的题目、列或参数，请核对编号。",
    "circle": "这几道题互相等对方的答案，谁也算不出来：{fields}。请改其中一条规则。",
    "message_without_rule": "写了校验提示，却没有写规则。请补上规则，或删去提示。",
    "filter_without_list": "不是选择题，不能筛选选项。请删去，或把类型改成 select_one 选项表。",
    "unknown_column_of_list": "选项表“{list}”没有列“{name}”，请在 choices 表里加上这一列，或改正名称。",
    "rule_unexpected": "规则第 {at} 个字起读不懂（…{near}…），不该有“{found}”。请核对括号、逗号和引号。",
    "rule_unexpected_end": "规则没有写完，请核对最后缺什么（括号、引号或后一半）。",
    "rule_unexpected_character": "规则第 {at} 个字“{found}”不能用（…{near}…）。文字请加单引号。",
    "rule_text_not_closed": "规则第 {at} 个字起的引号没有配上另一半（…{near}…）。",
    "rule_not_a_name": "“{found}”不是编号。请写成 ${{题目编号}}。",
    "rule_bare_name": "“{name}”要写成 ${{{name}}}；是文字的，请加单引号。",
    "rule_position_predicate": "不能用第几行来取（…{near}…）。请写条件，如 ${{表编号}}[列 = '值']。",
    "rule_named_arguments": "规则 {name} 的参数不对，应写成：{wanted}",
    "rule_unknown_function": "没有函数或规则“{name}”，请核对名称。",
    "rule_argument_count": "“{name}”的参数个数不对，请核对。",
    "rule_not_several": "“{name}”要用在表格或表格的一列上，如 ${{表编号}}/列编号。",
    "rule_not_a_number": "第 {at} 个字起的数写得不对（…{near}…）。",
    "rule_not_a_node": "第 {at} 个字起写得不对（…{near}…）。",
    "rule_name_not_text": "第 {at} 个字起要写编号，并加单引号（…{near}…）。",
    "rule_pattern": "第 {at} 个字起的格式（正则）用了不支持的写法（…{near}…）。",
    "rule_pattern_not_literal": "格式（正则）要直接写成加引号的文字（…{near}…）。",
    "rule_too_deep": "规则的括号套得太深，请拆成几条。",
    "rule_too_long": "规则太长，超过 {most} 个字，请拆成几条。",
    "rules_too_long": "全部规则加起来太长，超过 {most} 个字，从这一行起没有再读。请删去重复的规则。",
}
SCHEMA_FAULTS = {
    "package_too_large": "内容太多，一个事项装不下。请减少选项表的行数。",
    "out_of_range": "这里有一个数太大，请改小。",
    "wrong_type": "这里写得太多，或写法不对。请对照说明改正。",
    "too_many_lists": "长选项表太多，请合并几张。",
    "decide_rule": "“决定层级”是“按规则”时，要写按规则的条件、条件成立时、条件不成立时三行；不是就不写。",
    "row": "这张选项表有空着的选项，请填写。",
}
"""What the package's own check finds and a clerk can put right."""
SCHEMA_FAULT = "这里的内容不合格式（{code}：{where}）。请对照说明改正；改不好请把这份文件交给管理员。"
"""What is left for the last check of the package; the reader of workbooks names nearly all of it better before."""
_HERE = "工作簿"


def fault_text(fault: WorkbookFault) -> str:
    """A fault as a line: where it is, and what to do."""
    return f"{fault_place(fault)}：{fault_cure(fault)}"


def fault_place(fault: WorkbookFault) -> str:
    """Where a fault is, as a clerk finds it in the spreadsheet."""
    sheet = f"工作表“{fault.sheet}”" if fault.sheet else _HERE
    row = f"第 {fault.row} 行" if fault.row else ""
    return f"{sheet}{row}{f' {fault.column} 列' if fault.column else ''}"


def fault_cure(fault: WorkbookFault) -> str:
    """What is wrong, and how to put it right."""
    sentence = WORKBOOK_FAULTS.get(fault.code)
    if sentence is None:
        code = fault.code.removeprefix("schema_")
        return SCHEMA_FAULTS.get(code) or SCHEMA_FAULT.format(code=code, where=fault.facts.get("where", ""))
    return sentence.format_map(dict(fault.facts))

"""The profile: which sheets a workbook has, which columns each, and the words that may stand in them.

Every sheet, column and word has its name as documented and its Chinese title; a workbook may use either. We write the names of
XLSForm on its own sheets, so that other tools read them, and the Chinese titles on ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from forms.procedure import DYNAMIC, REGION_LEVELS, TIERS


@dataclass(frozen=True)
class Column:
    """A column: its name, its Chinese title, what else it may be called, and what it holds, in Chinese, for the clerk."""

    name: str
    title: str
    says: str
    aliases: tuple[str, ...] = ()
    width: int = 14


@dataclass(frozen=True)
class SheetProfile:
    """A sheet. One of XLSForm's own is `standard`; `ignored` columns may stand in it and are not read."""

    name: str
    title: str
    says: str
    columns: tuple[Column, ...]
    standard: bool = False
    ignored: tuple[str, ...] = ()
    free: bool = False

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(one for one in self.columns if one.name == name)


@dataclass(frozen=True)
class Entry:
    """A row of a sheet of names and values: the path in the package, and how its value is read; `many` takes several rows."""

    name: str
    title: str
    path: tuple[str, ...]
    reading: str = "text"
    many: bool = False
    needed: bool = False
    says: str = ""


NOTES = ("备注", "注", "remark")
"""A column of any of these names is the clerk's own, on every sheet."""
OWN_SHEETS = ("_", "备注", "填写说明")
"""Sheets whose names begin so are the clerk's own."""
EXPLANATION = "填写说明"

SURVEY = SheetProfile(
    "survey",
    "题目",
    "每行一道题，从上到下就是填报页面的顺序",
    (
        Column("type", "类型", "题型；begin_group/end_group 之间是一节，begin_repeat/end_repeat 之间是一张表", width=22),
        Column("name", "编号", "题目编号：英文字母开头，只用字母、数字、下划线", ("字段名", "变量名"), 18),
        Column("label", "题目", "代办员看到的文字；在 begin_group 行是这一节的标题", ("标题", "标签"), 24),
        Column("hint", "提示", "写在题目下面的提示", (), 26),
        Column("required", "必填", "yes 或 no（也可写 是、否）", (), 9),
        Column("relevant", "出现条件", "什么时候才问这道题，如 ${by_agent} = '是'", ("显示条件",), 30),
        Column("constraint", "校验规则", "答案须满足的规则，如 age_between(., 16, 59)；一道题有几条规则时写在“规则”表", ("约束",), 34),
        Column("constraint_message", "校验提示", "不满足规则时给代办员看的话", ("约束提示",), 26),
        Column("calculation", "计算", "自动算出答案的式子，如 gender_from_id(${id_no})", ("公式",), 34),
        Column("calculate_when", "计算条件", "什么时候才自动算；空着就是一直算", (), 26),
        Column("choice_filter", "选项筛选", "只留下合适的选项，如 county = ${county}", ("选项过滤",), 22),
        Column("default", "默认值", "预先填好的答案，或 today()、param('编号')", (), 14),
        Column("appearance", "外观", "multiline 多行，month-year 只要年月，signature 签名，autocomplete 长选项表", (), 14),
        Column("kind", "题型", "比“类型”更细的题型，如 证件号码、金额、电话、区划", ("细分题型",), 14),
        Column("mask", "遮挡", "显示时怎样遮挡：id 证件号码，phone 电话，bank 账号", ("掩码",), 9),
        Column("max_length", "最多字数", "最多多少个字", (), 9),
        Column("common_key", "通用项", "和别的事项共用的答案，如 person.name", ("共用键",), 20),
        Column("capture", "采集方式", "照片怎样采集", (), 16),
        Column("min_rows", "最少行数", "表至少几行", (), 9),
        Column("max_rows", "最多行数", "表最多几行", (), 9),
        Column("min_select", "最少选项", "多选题至少选几项", (), 9),
        Column("min_items", "最少张数", "至少几张照片", (), 9),
        Column("filled_by", "由谁填写", "由村以外的哪一级填：township 乡镇，county 县", (), 12),
        Column("flag", "标记", "给审核人的标记", (), 14),
        Column("level", "区划级别", "区划填到哪一级：village、township、county", (), 12),
        Column("outside_level", "县外区划级别", "县外的区划填到哪一级", (), 12),
    ),
    standard=True,
)
CHOICES = SheetProfile(
    "choices",
    "选项",
    "单选、多选题的选项；可以再加英文名的列，供“选项筛选”用",
    (
        Column("list_name", "选项表", "选项表的名称，写在题目“类型”里的那个名字", ("列表名", "list name"), 22),
        Column("name", "选项值", "存下来的答案；空着就和“选项”一样", ("值",), 24),
        Column("label", "选项", "代办员看到的文字", ("选项文字",), 30),
        Column("maps_to", "对应", "选了这一项对应的编号（一件事一次办的子事项）", (), 16),
    ),
    standard=True,
    free=True,
)
SETTINGS = SheetProfile(
    "settings",
    "设置",
    "事项的名称和编号",
    (
        Column("form_title", "事项名称", "事项的名称", (), 36),
        Column("form_id", "事项编号", "事项的编号：英文字母开头，只用字母、数字、下划线；定了就不要再改", (), 24),
        Column("pinyin", "拼音首字母", "有多音字时自己写，用来查找", (), 16),
    ),
    standard=True,
    ignored=("version", "default_language", "style", "instance_name", "public_key", "submission_url", "allow_choice_duplicates"),
)
_NAME_VALUE = (Column("name", "项目", "这一行说的是什么，见下面", (), 24), Column("value", "内容", "内容；有几条就写几行", ("值",), 80))
ITEM = SheetProfile("item", "事项", "事项的基本情况", _NAME_VALUE)
LIMITS = SheetProfile("limits", "时限", "办理时限", _NAME_VALUE)
PUBLICITY = SheetProfile("publicity", "公示", "要不要公示；不公示就不写", _NAME_VALUE)
GUIDE = SheetProfile("guide", "办事指南", "受理条件、流程；专网事项写在哪里办", _NAME_VALUE)
TIERS_SHEET = SheetProfile(
    "tiers",
    "层级",
    "村、镇、县各做什么，三行都要写",
    (
        Column("tier", "层级", "村、镇、县", (), 10),
        Column("role", "角色", "这一级是什么角色，如 受理初审", ("岗位",), 24),
        Column("actions", "环节", "这一级的办理环节，用顿号隔开；空着就是不经过这一级", (), 40),
        Column("seal", "印章", "盖什么章", (), 30),
        Column("limit_workdays", "时限工作日", "这一级几个工作日", (), 12),
        Column("promise_workdays", "村级时限", "只有村写：乡镇受理前村里几个工作日", (), 12),
    ),
)
MATERIALS = SheetProfile(
    "materials",
    "材料",
    "要交的材料，每行一件",
    (
        Column("id", "编号", "材料编号，如 mat_id", (), 16),
        Column("name", "材料名称", "材料的名称", ("名称",), 36),
        Column("form", "形式", "原件、复印件等", (), 20),
        Column("required", "必要性", "必交、有条件、可选", ("是否必要", "必填"), 10),
        Column("relevant", "条件", "“有条件”的材料什么时候要交，如 ${by_agent} = '是'", ("出现条件",), 34),
        Column("tolerance", "容缺", "不容缺、容缺、告知承诺、共享核验", (), 10),
        Column("source", "来源", "谁给的，如 政府部门核发", ("来源渠道",), 18),
        Column("basis", "依据", "要这件材料的依据", ("设定依据",), 26),
        Column("hint", "提示", "给代办员的提示", (), 24),
        Column("capture", "采集方式", "怎样采集，如 高拍正反面", (), 22),
        Column("licence", "电子证照", "对应的电子证照", (), 18),
        Column("any_one_of", "任选其一", "有其中一样就行，一行一样（单元格里按 Alt+Enter 换行）", (), 36),
        Column("in_sample", "样例已交", "样例里交了这件就写 是", (), 10),
    ),
)
RULES = SheetProfile(
    "rules",
    "规则",
    "每行一条规则；一道题有几条规则，或规则只提醒不拦，写在这里",
    (
        Column("field", "题目编号", "哪道题；表里的列写 表编号.列编号", ("编号", "字段"), 22),
        Column("rule", "规则", "答案须满足的规则，“.” 就是这个答案，如 age_between(., 16, 59)", ("校验规则",), 60),
        Column("level", "级别", "不通过（不写就是它）或 提醒", (), 10),
        Column("message", "提示", "不满足时给代办员看的话", ("校验提示",), 40),
        Column("code", "代号", "规则的代号；一般不用写", (), 20),
        Column("facts", "代号参数", "一般不用写", (), 30),
    ),
)
SAMPLE = SheetProfile(
    "sample",
    "样例",
    "一份填好的样例，用来试填和打印示范",
    (
        Column("field", "题目编号", "哪道题；表里的列写 表编号.列编号", ("编号", "字段"), 26),
        Column("row", "第几行", "表里的第几行；不是表就空着", (), 9),
        Column("value", "答案", "答案；多选的各项换行写", ("值",), 50),
    ),
)
PARAMETERS = SheetProfile(
    "parameters",
    "参数",
    "规则里用 param('编号') 取的数；本县的区划不写时由站点补上",
    (Column("id", "编号", "参数编号", (), 26), Column("value", "值", "参数的值", (), 40)),
)
DIVISIONS = SheetProfile(
    "divisions",
    "区划",
    "本县的区划，供区划题选择；不写时由站点补上",
    (
        Column("code", "区划代码", "12 位区划代码", ("代码",), 18),
        Column("name", "名称", "名称", (), 30),
        Column("level", "级别", "县、镇、村", (), 10),
    ),
)
SOURCES = SheetProfile(
    "sources",
    "资料来源",
    "这份工作簿依据哪些资料写成",
    (Column("title", "资料", "资料的名称", (), 60), Column("covers", "说明了什么", "资料说明了哪些内容", ("涉及内容",), 40)),
)
SHEETS = (
    SURVEY, CHOICES, SETTINGS, ITEM, LIMITS, TIERS_SHEET, MATERIALS, RULES, GUIDE, PUBLICITY, SAMPLE, PARAMETERS, DIVISIONS, SOURCES,
)  # fmt: skip

ITEM_ENTRIES = (
    Entry("domain", "领域", ("domain",), needed=True, says="如 民政、人社"),
    Entry("matter_type", "事项类型", ("matter_type",), needed=True, says="如 行政给付"),
    Entry("case_type", "办件类型", ("case_type",), needed=True, says="即办件、承诺件"),
    Entry("department.decides", "决定机关", ("department", "decides"), needed=True, says="谁作决定，如 县民政局"),
    Entry("department.assists", "协办单位", ("department", "assists"), many=True, says="谁协办，一行一个"),
    Entry("legal_basis", "设定依据", ("legal_basis",), many=True, needed=True, says="法律、法规、文件，一行一条"),
    Entry("charge", "收费", ("charge",), needed=True, says="如 不收费"),
    Entry("decides", "决定层级", ("tiers", "decides"), "decides", needed=True, says="哪一级作决定：村、镇、县，或 按规则"),
    Entry("decide_if", "按规则的条件", ("tiers", "decide_rule", "if"), "expression", says="“按规则”时的条件"),
    Entry("decide_then", "条件成立时", ("tiers", "decide_rule", "then"), "tier", says="条件成立时由哪一级决定"),
    Entry("decide_else", "条件不成立时", ("tiers", "decide_rule", "else"), "tier", says="条件不成立时由哪一级决定"),
    Entry("delegable", "可否委托", ("tiers", "delegable"), says="可以委托给谁"),
    Entry("tiers_note", "层级说明", ("tiers", "note")),
    Entry("result.name", "结果名称", ("result", "name"), needed=True, says="办完给什么，如 高龄津贴审批结果"),
    Entry("result.kind", "结果类型", ("result", "kind"), needed=True, says="证照、批文、其他等"),
    Entry("result.validity", "结果有效期", ("result", "validity")),
    Entry("status", "数据状态", ("status",), needed=True, says="正式数据；示例县的事项写 示例数据"),
    Entry("inferred", "待核实", ("inferred",), many=True, says="还没有依据、要核实的内容，一行一条"),
    Entry("applicant_types", "申请人类型", ("more", "applicant_types"), many=True, says="自然人、法人等，一行一种"),
    Entry("accepts", "可受理层级", ("more", "accepts"), "tier", many=True, says="哪些层级可以收件；不写就是有环节的各级"),
    Entry("special_procedures", "特别程序", ("more", "special_procedures"), many=True, says="如 入户调查，一行一项"),
    Entry("village_forms", "村级表单", ("more", "village_forms"), many=True, says="村里要填的其他表，一行一种"),
    Entry("joint_departments", "联办部门", ("more", "joint_departments"), many=True, says="一行一个"),
    Entry("name_en", "英文名称", ("more", "name_en")),
    Entry("bundle", "一件事", ("more", "bundle"), "truth", says="是不是“一件事一次办”：是、否"),
)
LIMIT_ENTRIES = (
    Entry("legal_workdays", "法定工作日", ("limits", "legal_workdays"), "count", says="没有规定就空着"),
    Entry("promised_workdays", "承诺工作日", ("limits", "promised_workdays"), "count", says="没有规定就空着"),
    Entry("extend_to_workdays", "可延长到", ("limits", "extend_to_workdays"), "count", says="可以延长到几个工作日；不能延长就空着"),
    Entry("clock_starts", "从何时算起", ("limits", "clock_starts"), "clock", needed=True, says="乡镇受理 或 村级登记"),
    Entry("unit", "单位", ("limits", "unit"), says="一般是 工作日"),
    Entry("note", "说明", ("limits", "note"), says="依据或说明"),
)
PUBLICITY_ENTRIES = (
    Entry("required", "需要公示", ("publicity", "required"), "truth", says="是、否"),
    Entry("min_days", "公示天数", ("publicity", "min_days"), "count", says="最少几天"),
    Entry("unit", "天数单位", ("publicity", "unit"), says="自然日 或 工作日"),
    Entry("where", "公示地点", ("publicity", "where"), says="如 村务公开栏"),
    Entry("counts_in_limit", "计入时限", ("publicity", "counts_in_limit"), "truth", says="是、否"),
    Entry("skip_when", "免公示条件", ("publicity", "skip_when"), "expression", says="什么情况下不用公示"),
    Entry("note", "说明", ("publicity", "note")),
)
GUIDE_ENTRIES = (
    Entry("conditions", "受理条件", ("more", "conditions"), many=True, says="一行一条"),
    Entry("process", "办理流程", ("more", "process"), many=True, says="一行一步"),
    Entry("special_network.system", "专网系统", ("more", "special_network", "system"), says="专网事项：用哪个系统办"),
    Entry("special_network.where", "专网地点", ("more", "special_network", "where"), says="专网事项：到哪里办"),
    Entry("special_network.guidance", "专网指引", ("more", "special_network", "guidance"), many=True, says="专网事项：怎么办，一行一步"),
)
VERTICAL: tuple[tuple[SheetProfile, tuple[Entry, ...]], ...] = (
    (ITEM, ITEM_ENTRIES),
    (LIMITS, LIMIT_ENTRIES),
    (PUBLICITY, PUBLICITY_ENTRIES),
    (GUIDE, GUIDE_ENTRIES),
)
"""Sheets of names and values, with their entries."""
FREE_ENTRIES: Mapping[str, tuple[str, ...]] = {"item": ("department", "result", "more"), "publicity": ("publicity",)}
"""What other members may be written on a sheet: as `result.NAME`, text or `json:…`."""

Words = Mapping[str, tuple[str, ...]]
"""Of each word of a package what may stand for it in a workbook, the one that we write first."""

YES = ("yes", "是", "true", "1", "y", "√", "✓", "对", "要")
NO = ("no", "否", "false", "0", "n", "×", "不", "不要")
TIER_WORDS: Words = {
    TIERS[0]: ("村", "村级", "village"),
    TIERS[1]: ("镇", "乡", "乡镇", "乡级", "镇级", "街道", "township"),
    TIERS[2]: ("县", "县级", "区县", "county"),
}
REGION_WORDS: Words = {**TIER_WORDS, REGION_LEVELS[3]: ("市", "市级", "city")}
DECIDES_WORDS: Words = {**TIER_WORDS, DYNAMIC: ("按规则", "视情况", DYNAMIC)}
LEVEL_WORDS: Words = {"refuse": ("不通过", "拦", "拒绝", "refuse"), "warn": ("提醒", "警告", "warn")}
REQUIRED_WORDS: Words = {
    "always": ("必交", "必要", "必需", "必须", "always", *YES),
    "conditional": ("有条件", "视情况", "conditional"),
    "optional": ("可选", "选交", "非必要", "optional", *NO),
}
TOLERANCE_WORDS: Words = {
    "none": ("不容缺", "none", *NO),
    "容缺": ("容缺", "可容缺", *YES),
    "告知承诺": ("告知承诺",),
    "共享核验": ("共享核验", "数据共享"),
}
CLOCK_WORDS: Words = {
    "township_acceptance": ("乡镇受理", "乡镇受理之日", "township_acceptance"),
    "village_registration": ("村级登记", "村级登记之日", "village_registration"),
}
KIND_WORDS: Words = {
    "text": ("text", "文字", "文本", "单行文字"),
    "textarea": ("textarea", "多行文字", "多行文本"),
    "int": ("int", "整数"),
    "decimal": ("decimal", "小数"),
    "money": ("money", "金额"),
    "date": ("date", "日期"),
    "month": ("month", "年月", "月份"),
    "bool": ("bool", "是否", "是否题"),
    "choice": ("choice", "单选"),
    "multichoice": ("multichoice", "多选"),
    "id_no": ("id_no", "证件号码", "身份证号", "身份证号码"),
    "uscc": ("uscc", "统一社会信用代码", "信用代码"),
    "disability_no": ("disability_no", "残疾人证号"),
    "mobile": ("mobile", "电话", "手机号", "联系电话"),
    "region": ("region", "区划", "行政区划"),
    "bank_no": ("bank_no", "银行账号", "银行卡号"),
    "photo": ("photo", "照片"),
    "photo_list": ("photo_list", "多张照片", "照片组"),
    "signature": ("signature", "签名", "手签"),
    "table": ("table", "表格"),
    "computed": ("computed", "自动计算", "计算值"),
    "coords": ("coords", "坐标", "四至"),
}
BASES: Mapping[str, tuple[str, str]] = {
    "text": ("text", ""),
    "textarea": ("text", "multiline"),
    "int": ("integer", ""),
    "decimal": ("decimal", ""),
    "money": ("decimal", ""),
    "date": ("date", ""),
    "month": ("date", "month-year"),
    "bool": ("select_one", ""),
    "choice": ("select_one", ""),
    "multichoice": ("select_multiple", ""),
    "photo": ("image", ""),
    "photo_list": ("image", ""),
    "signature": ("image", "signature"),
    "computed": ("calculate", ""),
    "coords": ("geoshape", ""),
}
"""The XLSForm type and appearance by which each kind is written; a kind that is not here is written as `text`."""
TYPE_KINDS: Mapping[tuple[str, str], str] = {
    ("text", ""): "text",
    ("text", "multiline"): "textarea",
    ("integer", ""): "int",
    ("decimal", ""): "decimal",
    ("date", ""): "date",
    ("date", "month-year"): "month",
    ("image", ""): "photo",
    ("image", "signature"): "signature",
    ("select_one", ""): "choice",
    ("select_multiple", ""): "multichoice",
    ("calculate", ""): "computed",
    ("barcode", ""): "text",
    ("geoshape", ""): "coords",
}
"""The kind of an XLSForm type and appearance, unless the column `kind` says it more exactly."""
LONG_LIST = "autocomplete"
"""The appearance that keeps a short plain list as a choice list of the package."""
YES_NO_LIST = "yes_no"
"""The list that a question of the kind `bool` is written with; it is not read."""
STRUCTURE: Mapping[str, tuple[str, ...]] = {
    "begin_group": ("begin_group", "begin group", "分节开始", "一节开始", "节开始"),
    "end_group": ("end_group", "end group", "分节结束", "一节结束", "节结束"),
    "begin_repeat": ("begin_repeat", "begin repeat", "表格开始", "表开始"),
    "end_repeat": ("end_repeat", "end repeat", "表格结束", "表结束"),
    "note": ("note", "说明", "说明文字"),
}
SELECTS: Words = {
    "select_one": ("select_one", "select one", "单选"),
    "select_multiple": ("select_multiple", "select multiple", "多选"),
}
OTHER_TYPES: Words = {
    "integer": ("integer", "int"),
    "image": ("image", "photo"),
    "calculate": ("calculate",),
    "barcode": ("barcode", "条码"),
    "geoshape": ("geoshape",),
}

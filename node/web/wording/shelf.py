"""What the shelf, the guides and the printed sheets of an item say; names are codes of the package or places on the page."""

TIER_NAMES = {"village": "村", "township": "乡镇", "county": "县"}
GROUPINGS = {"domain": "按领域", "department": "按主管部门"}
"""By what the shelf is grouped."""

TITLES = {True: "事项代收", False: "事项清单"}
"""The shelf's title, for who may open cases and for who may only read."""
PRINTS = {"blank": "空白表", "sample": "填写示范"}

CARD = {
    "decides": "{organ}决定 · ", "materials": "材料 {count} 种", "no_materials": "不用交材料", "special": "专网办理",
    "special_told": "只看指南，本站不代收",
}  # fmt: skip
"""What the card of an item says."""

APPLICANTS = {"自然人": "居民个人", "法人": "企业、合作社等单位", "非法人组织": "没有法人资格的组织"}

CONDITIONS = {
    "basis": "符合“办理依据”里的规定。",
    "complete": "材料齐全，填写符合要求。",
    "applicant": "申请人是{types}。",
    "labelled": "{label}：{text}",
}
"""Who may apply, where the package does not say it in its own words."""

RULES = {
    "is": "“{label}”选“{value}”",
    "is_text": "“{label}”为“{value}”",
    "is_not": "“{label}”不选“{value}”",
    "is_empty": "没有填“{label}”",
    "is_filled": "填了“{label}”",
    "selected": "“{label}”里选了“{value}”",
    "any_row": "“{label}”里有一行{condition}",
    "under_age": "未满 {value} 周岁",
    "from_age": "年满 {value} 周岁",
    "approved": "批准以后",
    ">": "“{label}”大于 {value}",
    ">=": "“{label}”不小于 {value}",
    "<": "“{label}”小于 {value}",
    "<=": "“{label}”不大于 {value}",
    "and": "，并且",
    "or": "，或者",
    "or_values": "”或“",
    "when": "{condition}时",
    "when_after": "{condition}",
    "unknown": "符合条件时（系统按填写的内容提示）",
}
"""A rule of the form in words."""

REQUIRED = {"always": "必须提交", "optional": "可不提交", "conditional": "{condition}提交"}
TOLERANCES = {
    "none": "",
    "容缺": "容缺：一时拿不出可以先收件，按约定的日期补交。",
    "告知承诺": "告知承诺：可以签书面承诺代替，承诺不实要承担责任。",
    "共享核验": "共享核验：能在网上核验的不用交复印件；核验不了的仍要交。",
}
SOURCES = {"本系统生成": "在代收点打印，不用自己准备"}
"""Where a material comes from, where the package's own word needs explaining."""
ANY_ONE_OF = "下面任选一种：{names}"
LICENCE = "证照名称：{name}"
MATERIAL_BASIS = "依据：{basis}"

LIMITS = {
    "legal": "法定时限", "promised": "承诺时限", "extend": "最长可延到", "starts": "从什么时候算起", "publicity": "公示",
    "workdays": "{count} 个工作日", "none": "没有规定", "at_once": "当场办结",
    "promised_days": "受理后 {count} 个工作日", "promised_days_village": "登记后 {count} 个工作日",
    "township_acceptance": "乡镇受理之日（村里代收、路上传送的时间不占办理时限）", "village_registration": "村里登记之日",
    "publicity_days": "不少于 {count} 天（{unit}），在{where}{rounds}{counts}",
    "publicity_in": "，计入办理时限", "publicity_out": "，不计入办理时限",
}  # fmt: skip
STAGES = {
    "at_once": "当场", "same_day": "当天", "days": "{count} 个工作日内", "promise": "{count} 个工作日内（承诺）",
    "decides": "由{tier}决定", "dynamic": "由哪一级决定，按填写的情况确定", "delegable": "可以委托{tier}办理",
}  # fmt: skip
"""How long a tier takes, and who decides."""
PROCESS = {
    "publicity": "公示：{text}。",
    "special": "要经过：{names}。",
    "joint": "一起办理的部门：{names}。",
    "village_forms": "村里要填的表：{names}。",
    "delivered": "结果送回代收点，由代办员交给申请人。",
}
OTHER = "其他"
"""What the package says of a result of no kind in particular."""
RESULTS = {"name": "办理结果", "kind": "结果类型", "validity": "有效期"}
VERSION = {
    "package": "事项版本", "status": "数据性质", "inferred": "推定内容（没有查到出处，以当地文件为准）", "sources": "资料来源",
    "codes": "事项编码", "limits_note": "时限出处",
}  # fmt: skip
HINTS = {
    "annual_review": "年审：{note}",
    "annual": "每年要审核一次。",
    "photo": "照片要求：{text}",
    "sub_item": "{name}（{dept}，{days}）",
}
PHOTO_SPEC = {
    "bg": ("{value}", ""), "px": ("{value} 像素", "×"), "kb": ("{value} KB", "–"), "format": ("{value} 格式", "、"),
    "dpi": ("{value} dpi", ""), "forbid": ("不要{value}", "、"),
}  # fmt: skip
"""What a photo must be like, and what stands between several values."""

SPECIAL = {
    "tag": "专网办理",
    "lead": "这个事项在部门自己的网络（专网）里办理，本站不录入、不代收，只告诉您怎么办。",
    "system": "办理系统",
    "where": "到哪里办",
}
"""Said of items of a department's own network."""

FORM = {
    "title": "申请表", "ending": "申请", "date_units": "年月日", "watermark": "示例", "date": "      年     月     日",
    "month": "      年     月",
    "yes": "是", "no": "否", "photo": "贴照片", "photos": "另附照片", "signature": "签名或按指印",
    "coords": "东经            北纬", "computed": "不用填，由系统算出", "write_in": "照选项填写",
    "only_when": "以下 {count} 栏，{condition}才填", "only_when_one": "下面一栏，{condition}才填",
    "filled_by": "以下由{tier}填写，申请人不填",
    "row": "序号", "legend": "“{label}”填：{choices}",
    "notes": "填写说明", "note": "“{label}”：{hint}",
    "signed_applicant": "申请人签名（按指印）", "signed_station": "代收点（盖章）", "signed_clerk": "代办员签名", "signed_date": "日期",
    "declare": "以上内容由本人填写或由代办员按本人所说填写，本人已核对，真实有效。",
    "sample_note": "内容都是虚构的，只供照着填写，不能交。",
}  # fmt: skip
"""The printed form."""

NOTICE = {
    "title": "一次性告知单",
    "lead": "办“{item}”要带什么、找谁、多久办完，都写在这张单子上，请收好。",
    "where": "到哪里办、找谁",
    "materials": "要带的材料（一次带齐）",
    "limits": "多久办完",
    "charge": "收费",
    "process": "怎么办",
    "ask": "怎么查询",
    "basis": "办理依据",
    "rating": "评议凭条",
    "ask_text": "报送以后，凭申请人姓名或接收回执上的短号，可以到本代收点查询办到了哪里；也可以问{above}。",
    "ask_text_top": "报送以后，凭申请人姓名或接收回执上的短号，可以到受理窗口查询办到了哪里。",
    "rating_text": "请对这次服务打个勾，沿线剪下，投入意见箱。",
}
"""The sheet that is handed over before anything is filed."""

RATES = ("满意", "基本满意", "不满意")
NOTICE_ROWS = {
    "where": "代收点和经办人", "accepts": "可以递交的地方", "decides": "决定部门", "material": "材料 {number}", "stage": "办理：{tier}",
    "told_by": "告知人", "received_by": "申请人签收", "phone": "电话",
    "rating": "评议凭条：{rates}　{text}",
}  # fmt: skip
"""Labels of the notice's lines."""

LACKING_ROWS = {
    "material": "要补的材料", "answer": "要改的栏目", "mark": "窗口意见",
    "material_text": "{name}（{form}，{source}）{tolerance}", "place": "{label}{row}{column}：{text}",
    "row": "第 {number} 行", "column": " · {label}",
    "told_by": "告知单位（盖章）", "received_by": "申请人签收",
    "nothing": "现在没有要补正的内容。", "something": "请按上面列出的一次补齐，带到代收点，不用重新申请。",
}  # fmt: skip
"""The sheet that lists what an open case still lacks."""

SEARCH = {
    "found": "找到 {count} 个事项",
    "none": "没有找到事项",
    "try": ("少写几个字再试，例如只写“低保”。", "用拼音首字母，例如“高龄津贴”写 gljt。", "按主管部门或领域翻看全部事项。"),
}
"""What the search says."""

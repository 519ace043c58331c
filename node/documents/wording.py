"""What is printed on documents: titles, labels and standing sentences."""

PAGE_FOOT = "{subject}　第 {page} 页 共 {pages} 页"
PRACTICE = "练习"
QR_CAPTION = "扫码核验"

FORM_TITLE = "{item}申请表"
FORM_TITLE_SHORT = "{item}表"
ASKING = "申请"
"""An item whose name ends so needs no second one in its form's title."""
FORM_NOTICE = "本表由申请人核对确认，代办点代为填写、报送。"
FORM_ROWS = {
    "case_number": "办件编号",
    "short_number": "短号",
    "item": "事项",
    "applicant": "申请人",
    "origin": "代收点",
    "village": "办理村",
    "package": "事项版本",
    "code": "核对码",
    "department": "主管部门",
    "checked_on": "申请日期",
}
MATERIALS = "申请材料"
MATERIAL_PAGES = "{count}页"
NO_MATERIALS = "无"
ROW = "第 {number} 行"
FROM_CARD = "{answer}（读卡核验）"
"""An answer that is what the identity card said that was read."""
CONSENT = "我已看过（或听代办员念过）“{item}”的全部申请内容，核对码 {code}，确认属实，同意按此申请。"
APPLICANT_SIGNS = "申请人签名"
SIGNED_ON_PAPER = "申请人签名见随附的扫描件。"
DATE = "日期"
SEALS = "办理签章"
SEAL_ROWS = {"village": "村级代收", "township": "乡镇办理", "county": "县级办理"}

ACCEPTANCE_TITLE = "受理通知书"
ACCEPTANCE_SAYS = "你于{asked_on}在{village}提出的“{item}”申请，经审查，申请材料齐全，符合规定形式，现予受理。"
ACCEPTANCE_NUMBER = "受理号：{number}。"
ACCEPTANCE_GOT = "收到：申请表一份；申请材料：{pages}。"
ACCEPTANCE_LIMITS = {
    "township_acceptance": "承诺时限：自受理之日起{days}个工作日，依法不计入时限的时间除外。",
    "village_registration": "承诺时限：自村级登记之日起{days}个工作日，依法不计入时限的时间除外。",
}

RESULT_TITLES = {
    "approved": "准予决定书",
    "denied": "不予决定书",
    "not_accepted": "不予受理通知书",
    "withdrawn": "撤回申请通知书",
    "terminated": "终止办理通知书",
}
RESULT_NUMBER = "编号：{case_number}"
RESULT_SAYS = {
    "approved": "你于{asked_on}在{village}提出的“{item}”申请（受理号：{accepted}），经审查，符合规定，决定准予。",
    "denied": "你于{asked_on}在{village}提出的“{item}”申请（受理号：{accepted}），经审查，决定不予批准。",
    "not_accepted": "你于{asked_on}在{village}提出的“{item}”申请，经审查，决定不予受理。",
    "withdrawn": "你于{asked_on}在{village}提出的“{item}”申请，已按你的要求撤回，不再办理。",
    "terminated": "你于{asked_on}在{village}提出的“{item}”申请，已终止办理。",
}
RESULT_GROUND = "理由：{reason}"
RESULT_NOTE = "意见：{reason}"
RESULT_BASIS = "依据：{basis}"
RESULT_CERTIFICATE = "据此发给：{name}（电子证照标识：{id}）。"
REMEDY = "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议，也可以自收到之日起六个月内依法向人民法院提起行政诉讼。"
RESULT_TO = "{applicant}："
NO_NUMBER = "无"

CERTIFICATE_MARK = "电子证照"
CERTIFICATE_ROWS = {
    "id": "证照标识",
    "holder": "持证人",
    "item": "办理事项",
    "case_number": "办件编号",
    "organ": "发证机关",
    "issued_on": "发证日期",
    "valid_to": "有效期至",
}
UNLIMITED = "长期"
CERTIFICATE_NOTICE = "打印件与电子件内容一致；真伪以核验电子件的印章为准。"

DAY = "{year}年{month}月{day}日"
BOOLEANS = {True: "是", False: "否"}
RESERVED_NAMES = {"mandate": "代办委托书", "seal_approval": "用印审批单"}
"""Names of the material ids that every case may have."""

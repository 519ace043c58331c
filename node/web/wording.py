"""The sentences that people read on screen, in one place: states, events, the road, roles, and what each error says.

Keys are the codes that the rest of the program uses; no other module of the pages holds Chinese for the screen. Problems of
answers and materials are in `wording_problems`, whose table is part of this one.
"""

from collections.abc import Mapping
from typing import Any

from forms.validate import Problem
from node.web.wording_problems import PROBLEMS

STATES = {
    "draft": "草稿",
    "submitted": "已报送",
    "accepted": "已受理",
    "returned": "打回补正",
    "forwarded": "已上报县级",
    "suspended": "已挂起",
    "approved": "准予",
    "denied": "不予",
    "not_accepted": "不予受理",
    "withdrawn": "已撤回",
    "terminated": "已终止",
    "delivered": "已送达",
    "closed": "已办结",
}
"""Where a case stands in law (法律状态)."""

STATE_TONES = {
    "draft": "grey", "submitted": "blue", "accepted": "blue", "returned": "orange", "forwarded": "blue", "suspended": "orange",
    "approved": "green", "denied": "red", "not_accepted": "red", "withdrawn": "grey", "terminated": "grey", "delivered": "green",
    "closed": "grey",
}  # fmt: skip

EVENTS = {
    "submitted": "报送",
    "accepted": "受理",
    "not_accepted": "不予受理",
    "returned": "打回补正",
    "forwarded": "上报县级",
    "suspended": "挂起",
    "resumed": "恢复办理",
    "approved": "准予",
    "denied": "不予",
    "withdrawn": "撤回",
    "terminated": "终止",
    "delivered": "送达",
    "closed": "办结归档",
    "message": "留言",
    "supplement": "补充材料",
    "urge": "催办",
    "withdrawal_asked": "申请撤回",
    "opinion": "部门意见",
    "erased": "删除影像",
}
"""What happened, or what may be done; also the words on buttons."""

EVENT_HINTS = {
    "submitted": "盖章签名后报送乡镇。",
    "accepted": "材料齐全、符合形式，受理后开始计算办理时限。",
    "not_accepted": "不属于受理范围或不符合条件，须写明理由并告知申请人。",
    "returned": "退回代收点补正。请在有问题的栏目和材料旁写明意见，并一次性告知。",
    "forwarded": "审核通过，送县级窗口审批。",
    "suspended": "暂停计算时限，须写明理由和依据。",
    "resumed": "恢复计算时限，须写明理由。",
    "approved": "作出准予的决定，结果送回代收点。",
    "denied": "作出不予的决定，须写明理由，结果送回代收点。",
    "withdrawn": "申请人撤回申请，须写明理由。",
    "terminated": "终止办理，须写明理由。",
    "delivered": "结果已交到申请人手中，登记领取人。",
    "closed": "手续全部完成，归档。",
    "message": "给办理这件事的各级窗口留言，不改变办理状态。",
    "supplement": "补充说明，不改变办理状态。",
    "urge": "提醒正在办理的窗口，不改变办理状态。",
    "withdrawal_asked": "替申请人提出撤回，由正在办理的窗口决定。",
    "opinion": "写入部门意见，不改变办理状态。",
    "erased": "删除一份影像，只留记录。",
}

ROADS = {
    "queued": "待发",
    "handed_over": "已交U盘",
    "stored": "上级已收",
    "arrived": "已送达对方",
    "set_aside": "有问题待人工",
    "": "—",
}
"""How far a paper has come on the road, when no station is named."""
TIER_ROADS = {
    ("village", "stored"): "村已收",
    ("village", "arrived"): "村已达",
    ("township", "stored"): "乡镇已收",
    ("township", "arrived"): "乡镇已达",
    ("county", "stored"): "县已收",
    ("county", "arrived"): "县已达",
}
"""The same, when the station that gave the sign is known by its tier."""
UPWARD_ROADS = {("village", "stored"): "乡镇已收", ("village", "arrived"): "县已达", ("township", "stored"): "县已收",
                ("township", "arrived"): "县已达"}  # fmt: skip
"""The same, of the latest paper as seen at a station of this tier."""

LINKS = {
    "up": "线路通",
    "down": "线路不通",
    "unknown": "正在连接上级",
    "none": "县级站点",
}
TIERS = {"village": "村", "township": "乡镇", "county": "县"}
DESKS = {"agent": "代办员", "review": "综合受理窗口", "decision": "县级审批窗口"}
ROLES = {
    "agent": "代办员",
    "village_head": "村负责人",
    "reviewer": "受理审核员",
    "leader": "乡镇负责人",
    "approver": "审批人",
    "key_officer": "密钥管理员",
    "supervisor": "监察员",
    "admin": "系统管理员",
}
OUTCOMES = {
    "admitted": "核验通过",
    "flagged": "已接收，规则有疑问",
    "waiting": "等待前一份",
    "set_aside": "有问题待人工",
    "refused": "已拒收",
}
VERDICTS = {"valid": "签章有效", "invalid": "签章无效", "undetermined": "待核验", "not_applicable": "不适用"}
HERE = "本站已收"
"""The road of a paper that was made elsewhere and is here."""
KIND_HINTS = {"region": "12 位区划代码；在空栏中按向下键可选本县各村。", "month": "例如 2026-11"}
CARDS = {"none": "", "yellow": "黄牌 · 即将到期", "red": "红牌 · 已超期"}
BOXES = {
    "drafts": "草稿", "returned": "打回补正", "sent": "已报送在办",
    "to_deliver": "待送达", "mine": "待我办理", "done": "已办结", "all": "全部办件",
}  # fmt: skip
REQUIRED = {"always": "必须提交", "conditional": "符合条件时提交", "optional": "可不提交"}
WARNINGS = {
    "low_resolution": "图片清晰度较低，请确认文字能看清；看不清请重新拍摄。",
    "first_page_only": "这个文件有多页，只保留了第一页；其余各页请另行添加。",
    "many_bytes": "这份文件较大，线路慢时会多花一些时间。",
}
ANSWERS_YES_NO = ("是", "否")

ERRORS: dict[tuple[str, str | None], str] = {
    ("AnswerError", None): "有 {count} 处需要改正，请按提示逐项处理。",
    ("SchemaError", None): "这个事项的表单有问题，请联系县级管理员。",
    ("UnknownItemError", None): "本站没有这个事项或这个版本，请更新事项清单后再试。",
    ("FormError", None): "表单不能使用，请联系县级管理员。",
    ("PinError", None): "U盾口令不对，还可以试 {attempts_left} 次。",
    ("PinLockedError", None): "U盾口令输错次数过多，已锁定。请联系密钥管理员解锁。",
    ("KeyFileError", None): "读不出签名密钥，请联系密钥管理员。",
    ("CertificateError", None): "证书不能使用（可能过期、吊销或权限不符），请联系密钥管理员。",
    ("UnknownSignerError", None): "还没有收到签名人的证书，收到后会自动核验。",
    ("BadSignatureError", None): "签名核验不通过，请联系密钥管理员。",
    ("SealError", None): "电子印章不能使用，请联系密钥管理员。",
    ("DecryptionError", None): "内容无法解密，请联系密钥管理员。",
    ("NoSm2Error", None): "这台电脑缺少国密算法库，请联系系统管理员。",
    ("MalformedError", None): "数据格式不正确，没有接收。",
    ("SigningError", None): "签名或证书有问题，请联系密钥管理员。",
    ("LinkDownError", None): "线路不通。已保存的内容会在线路恢复后自动发出。",
    ("ParcelRefusedError", None): "上级没有接收这份材料，已转人工处理。",
    ("BundleError", None): "U盘里的文件不完整或已损坏，请重新拷贝。",
    ("SyncError", None): "传输时出了问题，内容没有丢失，会自动重试。",
    ("NotAllowedError", None): "您没有办理这一项的权限。",
    ("NotAllowedError", "csrf"): "页面停留过久或已在别处重新登录，请刷新页面后再提交。",
    ("NotAllowedError", "origin"): "请求不是从本站页面发出的，没有执行。",
    ("NotAllowedError", "host"): "访问的地址不是本站地址。",
    ("NotAllowedError", "role"): "您的岗位不能办理这一项。",
    ("NotAllowedError", "desk"): "这件事不在您的办理席位上。",
    ("NotAllowedError", "policy"): "这个地址没有开放。",
    ("NotAllowedError", "pin_needed"): "请输入U盾口令。",
    ("NotAllowedError", "no_key"): "您还没有可用的签名密钥，请联系密钥管理员。",
    ("NotAllowedError", "forked"): "这件事有两份互相矛盾的办理记录，要由县级窗口先处理。",
    ("NotAllowedError", "enclosures_missing"): "还有影像没有传到，到齐后才能受理或批准；可以先看预览，或打回补正。",
    ("NotAllowedError", "not_open"): "这件事现在不能修改。",
    ("NotAllowedError", "submitted"): "已经报送过的办件不能作废。",
    ("NotAllowedError", "not_submitted"): "还没有报送，不能这样办理。",
    ("NotAllowedError", "no_authority"): "本站没有签发证书的权限。",
    ("NotAllowedError", "plain_lan"): "没有允许从其他电脑访问本站。",
    ("CaseNotFoundError", None): "没有找到编号为 {case_number} 的办件。请核对编号；其他村的办件在本站看不到。",
    ("NotFoundError", None): "没有找到要看的内容。",
    ("NotFoundError", "item"): "本站没有这个事项，或这个版本已经停用。",
    ("NotFoundError", "material"): "没有找到这份材料。",
    ("NotFoundError", "person"): "没有这个人员。",
    ("NotFoundError", "document"): "这份文书还没有形成。",
    ("NotFoundError", "letter"): "没有找到这条办理记录。",
    ("NotFoundError", "page"): "没有找到这一页，或影像还在传送途中。",
    ("NotFoundError", "box"): "没有这一类办件。",
    ("TransitionError", None): "办件现在是“{state}”，不能“{event}”。",
    ("TransitionError", "row"): "办件现在是“{state}”，不能“{event}”。",
    ("TransitionError", "role"): "您的岗位不能“{event}”。",
    ("TransitionError", "desk"): "这件事现在不在本站办理，不能“{event}”。",
    ("TransitionError", "decides"): "这个事项不由本级决定，不能“{event}”。",
    ("StaleError", None): "别处已经先改动了，请看清最新内容再继续。",
    ("StaleError", "answers"): "这份草稿在另一个页面里已经改动过，没有覆盖。请对照后再保存。",
    ("StaleError", "head"): "这件事刚刚有了新进展，请看过最新情况再办理。",
    ("StaleError", "shown"): "您看过之后内容有了变化，请重新核对再提交。",
    ("MaterialError", None): "这个文件不能使用。",
    ("MaterialError", "empty"): "文件是空的，请重新选择。",
    ("MaterialError", "too_large"): "文件超过 20 MB，请降低拍摄或扫描的分辨率后重试。",
    ("MaterialError", "too_many_pixels"): "图片像素过大（超过 5000 万像素），请降低分辨率后重拍。",
    ("MaterialError", "unknown_kind"): "只能上传照片（JPG、PNG、WebP、BMP、TIFF）或 PDF，这个文件不是。{seems}",
    ("MaterialError", "damaged"): "文件不完整或已损坏，打不开。请重新拍摄、扫描或拷贝。",
    ("MaterialError", "locked_pdf"): "这个 PDF 设了密码，请去掉密码或打印后扫描。",
    ("MaterialError", "too_many_pages"): "PDF 有 {pages} 页，一次最多 {limit_pages} 页，请分开上传。",
    ("MaterialError", "too_slow"): "这个文件处理时间过长，没有保存。请换一种格式或重新拍摄。",
    ("MaterialError", "no_such_page"): "没有这一页。",
    ("MaterialError", "page"): "这份材料最多 {most} 页。",
    ("RequestError", None): "提交的内容不完整或不正确。",
    ("RequestError", "case_number"): "“{given}”不是正确的办件编号，请核对。",
    ("RequestError", "json"): "提交的内容不是正确的 JSON。",
    ("RequestError", "missing"): "缺少“{name}”。",
    ("RequestError", "bad"): "“{name}”填写不正确。",
    ("RequestError", "reason_needed"): "请写明理由。",
    ("RequestError", "receiver_needed"): "请填写领取人姓名。",
    ("RequestError", "text_needed"): "请写明内容。",
    ("RequestError", "text_too_long"): "写的内容太长，最多 2000 字，请缩短。",
    ("RequestError", "mark"): "补正意见所指的栏目或材料不存在，请刷新页面后重写。",
    ("RequestError", "event"): "没有这种办理动作。",
    ("RequestError", "after"): "翻页的位置不对，请回到第一页。",
    ("RequestError", "box"): "没有这一类办件。",
    ("RequestError", "name_bad"): "登录名只能用字母、数字、点、横线，最多 32 个。",
    ("RequestError", "display_name_bad"): "请填写姓名，最多 40 个字。",
    ("RequestError", "person_known"): "已经有这个登录名。",
    ("RequestError", "role_unknown"): "本级没有这个岗位。",
    ("RequestError", "password_short"): "密码至少 {least} 位。",
    ("RequestError", "password_long"): "密码最多 {most} 位。",
    ("RequestError", "password_name"): "密码不能与登录名相同。",
    ("RequestError", "password_common"): "这个密码太常见，请换一个。",
    ("RequestError", "password_mix"): "密码须含大写、小写、数字、符号中的 {kinds} 种。",
    ("RequestError", "password_letters"): "密码含有不能使用的字符。",
    ("RequestError", "pin_short"): "口令至少 {least} 位。",
    ("RequestError", "pin_long"): "口令最多 {most} 位。",
    ("RequestError", "pin_plain"): "口令太简单，请换一个。",
    ("LoginError", None): "登录没有成功。",
    ("LoginError", "wrong"): "姓名或密码不对。",
    ("LoginError", "locked"): "输错次数过多，请 {wait_minutes} 分钟后再试。",
    ("LoginError", "busy"): "登录的人较多，请稍等几秒再试。",
    ("LoginError", "needed"): "请先登录。",
    ("ConfigError", None): "配置项 {name} 不正确。",
    ("DiskFullError", None): "磁盘空间不足，这一步没有保存。请清理磁盘后重试；已保存的内容没有丢失。",
    ("BusyError", None): "系统正忙，这一步没有保存，请稍等片刻再试。",
    ("CorruptError", None): "数据库有问题，请立即联系系统管理员，不要继续操作。",
    ("StoreError", None): "没有保存成功，请重试；仍不成功请联系系统管理员。",
    ("NodeError", None): "这一步没有完成，请重试。",
    ("HTTP", "400"): "请求不正确。",
    ("HTTP", "401"): "请先登录。",
    ("HTTP", "403"): "没有权限。",
    ("HTTP", "404"): "没有这个页面。",
    ("HTTP", "405"): "这个地址不支持这种操作。",
    ("HTTP", "413"): "提交的内容太大，没有保存。单个文件不能超过 20 MB。",
    ("HTTP", "415"): "内容的格式不对。",
    ("HTTP", "500"): "系统出错，这一步没有完成。请重试；仍不成功请联系系统管理员。",
}
SEEMS = {
    "program": "它看起来是一个程序，请不要打开，也不要再次使用。",
    "heic": "它是苹果手机的 HEIC 照片，请在手机“设置 → 相机 → 格式”中选“兼容性最佳”后重拍。",
    "gif": "动图不能作为材料。",
    "svg": "",
    "html": "它是网页文件。",
    "archive": "它是压缩包，请解压后逐个上传。",
    "office": "它是办公文档，请打印或另存为 PDF 后上传。",
    "other": "",
}
"""What a refused file seems to be, and what to do then."""


class _Facts(dict[str, Any]):
    """Facts of an error; one that is missing reads as nothing rather than failing."""

    def __missing__(self, name: str) -> str:
        return ""


def error_text(error: Exception) -> str:
    """The sentence for an error, by its class and code, else by its family.

    Raises:
        KeyError: the error belongs to none of our families.
    """
    code = getattr(error, "code", None) or getattr(error, "kind", None)
    for family in type(error).__mro__:
        for key in ((family.__name__, str(code) if code else None), (family.__name__, None)):
            if key in ERRORS:
                return ERRORS[key].format_map(_facts(error))
    raise KeyError(type(error).__name__)


def _facts(error: Exception) -> _Facts:
    facts = _Facts({name: value for name, value in vars(error).items() if not name.startswith("_")})
    facts.update(getattr(error, "facts", None) or {})
    facts["count"] = len(getattr(error, "problems", ()))
    facts["wait_minutes"] = max(1, -(-int(getattr(error, "wait_s", 0)) // 60))
    facts["state"] = STATES.get(str(facts.get("state", "")), "")
    facts["event"] = EVENTS.get(str(facts.get("event", "")), "")
    facts["seems"] = SEEMS.get(str(facts.get("kind", "")), "")
    return facts


def http_text(status: int) -> str:
    """The sentence for a bare HTTP status."""
    return ERRORS.get(("HTTP", str(status)), ERRORS["HTTP", "500" if status >= 500 else "400"])


def problem_text(problem: Problem) -> str:
    """What is wrong with an answer or a material and how to put it right; the form's author has the first word."""
    if problem.message:
        return problem.message
    return PROBLEMS.get(problem.code, PROBLEMS[""]).format_map(_Facts(problem.facts))


def warning_text(code: str) -> str:
    """What a person should know about a file that was kept all the same."""
    return WARNINGS.get(code, code)


def words(table: Mapping[str, str], code: str) -> str:
    """The word for a code, or the code itself when a newer station knows more than we do."""
    return table.get(code, code)


SENTENCES = {
    "draft": "您的“{item}”还没有报送，材料存在{origin}，报送后才会有人办理。",
    "queued": "您的“{item}”（{short}）已由{origin}收下，还在本站待发，线路通了会自动送到{holder}；从{since}起等候。",
    "handed_over": "您的“{item}”（{short}）已由{origin}收下，装入U盘带往{holder}；从{since}起。",
    "agent": "您的“{item}”（{short}）现在在{holder}，由代办员办理，从{since}起。",
    "window": "您的“{item}”（{short}）现在在{holder}的{desk}，从{since}起由那里办理。",
    "returned": "您的“{item}”（{short}）被退回补正，现在在{holder}，从{since}起。需要补正：{reason}。",
    "approved": "您的“{item}”（{short}）已经准予，结果已到{holder}，请领取。",
    "denied": "您的“{item}”（{short}）没有批准，理由：{reason}。决定已到{holder}，请领取。",
    "not_accepted": "您的“{item}”（{short}）不予受理，理由：{reason}。",
    "withdrawn": "您的“{item}”（{short}）已按申请撤回。",
    "terminated": "您的“{item}”（{short}）已终止办理，理由：{reason}。",
    "delivered": "您的“{item}”（{short}）结果已经送达。",
    "closed": "您的“{item}”（{short}）已经办结。",
    "suspended": "您的“{item}”（{short}）在{holder}暂停计算时限，从{since}起，理由：{reason}。",
    "deadline": "最迟{due}办完{provisional}。",
    "deadline_acceptance": "最迟{due}答复是否受理{provisional}。",
    "overdue_acceptance": "原定{due}答复是否受理，现在已经超期。",
    "no_deadline": "还没有受理，受理后才开始计算时限。",
    "overdue": "原定{due}办完，现在已经超期。",
    "news": "以上是截至{news}的消息。",
    "provisional": "（暂定，以正式节假日安排为准）",
}
"""What the agent reads aloud to the villager: where it is, since when, the latest day, and how old the news is."""

PAPERS = {
    "receipt": ("接收回执", "本回执只说明代收点收到了申请材料，不是受理通知。是否受理以受理通知为准。"),
    "notice": ("一次性告知单", "以下是本次打回补正的全部意见，请按此一次补齐。"),
    "result": ("办理结果通知单", "办理结果如下，请核对后签收。"),
    "form": ("申请表", "以下内容由申请人核对确认。"),
}
"""Sheets to print: their title and the notice under it."""
PAPER_ROWS = {
    "case_number": "办件编号", "short_number": "短号", "item": "事项", "applicant": "申请人", "origin": "代收点",
    "submitted_at": "代收时间",
    "materials": "材料清单", "acceptance_number": "受理号", "state": "办理结果", "reason": "理由", "decided_at": "决定时间",
    "receiver": "领取人签名", "package": "事项版本", "mark": "补正意见", "due": "最迟办结日", "date": "日期", "pages": "{count}页",
    "none": "无", "promise": "承诺时限", "workdays": "{count}个工作日",
}  # fmt: skip

STRIP = {
    "up": "线路通，{since}起。",
    "down": "线路不通，{since}起。照常办理，材料存在本站，线路恢复后自动送出。",
    "unknown": "正在连接上级。照常办理即可。",
    "none": "本站为县级站点。",
    "nothing_waits": "没有待发的材料。",
    "waits": "有 {count} 份待发（{size}），最早的从{oldest}起等候。",
    "set_aside": "有 {count} 份有问题待人工。",
    "heard": "最近一次收到上级消息：{heard}。",
    "handed_over": "已交U盘 {count} 份。",
}
"""The strip on every page: the line in plain words."""


def size_text(size_bytes: int) -> str:
    """`3.4 MB`, `120 KB`."""
    if size_bytes >= 1024 * 1024:
        return f"{size_bytes / 1024 / 1024:.1f} MB"
    return f"{max(1, size_bytes // 1024)} KB" if size_bytes else "0 KB"


def words_of_road(tier: str, mark: str) -> str:
    """`乡镇已收`, `县已达`: the mark of a station of a tier."""
    return TIER_ROADS.get((tier, mark)) or words(ROADS, mark)

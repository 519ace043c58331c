"""The sentences that people read on screen, in one place: states, events, the road, roles, and what each error says.

Keys are the codes that the rest of the program uses; no other module of the pages holds Chinese for the screen. What each error
says is in `errors`, problems of answers and materials in `problems`; both tables are part of this one.
"""

from collections.abc import Mapping
from typing import Any

from forms.validate import Problem
from node.web.wording.errors import ERRORS, SEEMS
from node.web.wording.problems import PICTURES_WANTED, PROBLEMS

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
    "unknown": "本站没有此办件",
}
"""Where a case stands in law (法律状态)."""

STATE_TONES = {
    "draft": "grey", "submitted": "blue", "accepted": "blue", "returned": "orange", "forwarded": "blue", "suspended": "orange",
    "approved": "green", "denied": "red", "not_accepted": "red", "withdrawn": "grey", "terminated": "grey", "delivered": "green",
    "closed": "grey", "unknown": "orange",
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
    "erased": "误传删除",
    "branch_named": "指定分支",
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
    "supplement": "补交材料，不改变办理状态。",
    "urge": "提醒正在办理的窗口，不改变办理状态。",
    "withdrawal_asked": "替申请人提出撤回，由正在办理的窗口决定。",
    "opinion": "写入部门意见，不改变办理状态。",
    "erased": "删除一页误传的影像，各级都删，只留记录，不能恢复。",
    "branch_named": "两份办理记录不一致，由县里指定以哪一份为准。",
}

ROADS = {
    "queued": "待发",
    "handed_over": "已交U盘或带件单",
    "stored": "上级已收",
    "arrived": "已送达对方",
    "practice": "练习，不发出",
    "set_aside": "有问题待人工",
    "": "—",
}
"""How far a paper has come on the road, when no station is named."""
WHERE = {"here": "本站", "queued": "本站，待送{holder}", "handed_over": "已交U盘或带件单，送往{holder}"}
"""Where a case is, for a list: what waits here is not said to be there."""
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

TIERS = {"village": "村", "township": "乡镇", "county": "县"}
DESKS = {"agent": "代办员", "head": "村负责人", "review": "综合受理窗口", "decision": "县级审批窗口"}
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
FLAGS = {
    "rules": "有内容不合这个事项的规则，见下面的问题。",
    "clock": "报送电脑的日期和收到的时间对不上，请核对填写日期。",
    "withdrawn_version": "报送时这一版已经停用，那个站当时还没有收到通知。请核对是否仍可按这一版办理。",
}
"""Why a case that came in bears a mark; a code of a newer station is told by the mark alone."""
OUTCOMES = {
    "admitted": "核验通过",
    "flagged": "已接收，规则有疑问",
    "waiting": "等待前一份",
    "practice": "练习",
    "set_aside": "有问题待人工",
    "refused": "已拒收",
}
VERDICTS = {"valid": "签章有效", "invalid": "签章无效", "undetermined": "待核验", "not_applicable": "不适用"}
HERE = "本站已收"
"""The road of a paper that was made elsewhere and is here."""
ASKING = "请"
"""Stands in every sentence that says what to do."""
KIND_HINTS = {"region": "输入村名、镇名或代码的几个字查找，按向下键选择。", "month": "例如 2026-11"}
SET_ASIDE = {
    "signer_division": "签名人不能为这个村办理。请由为这个村办理的代办员重新报送。",
    "division": "写明的村与原办件的村不一致。请发出的站点核对后重新办理。",
    "signer_station": "签名人不属于发出的站点，可能用错了U盾。请发出的站点核对后重新办理。",
    "case_number": "办件编号与发出的站点不符。请与发出的站点核对。",
    "case": "本站没有这个办件，或发出的站点不在它的办理路线上。请与发出的站点核对。",
    "item": "事项或版本与原办件不一致。请发出的站点核对后重新办理。",
    "holder": "写明的下一办理席位与规定不符。请发出的站点更新程序后重新办理。",
    "fork": "同一件事有两份互相矛盾的办理记录，已停住。要由县级窗口指定以哪一份为准。",
    "forked": "这件事已因两份矛盾的记录停住，这一份先放在一边，等县级窗口处理。",
    "branch_not_named": "县级窗口指定了以另一份为准，这一份只留存，不再算数。",
    "follows_set_aside": "它接在一份有问题的记录后面，前一份处理好之前不能算数。",
    "transition_row": "收到时办件的状态已经变了，这一步不能再办。请看最新情况后重新办理。",
    "transition_role": "签名人的岗位不能办这一步。请由有权限的人重新办理。",
    "transition_desk": "收到时这件事不在发出的站点办理。请看最新情况后重新办理。",
    "transition_decides": "这个事项不由发出的这一级决定。请转有权决定的一级办理。",
    "transition_own": "报送的人和决定的人是同一个人，不能算数。请由另一位村负责人办理。",
    "transition_receiver": "受理的人和决定的人是同一个人，不能算数。请由那里的另一位负责人办理。",
    "seals_first_not_person": "第一个章不是办理人的签名，不能算数。请由经办人用自己的U盾重新办理。",
    "seals_seal_kind": "盖的章和它的证书种类不符，不能算数。请发出的站点核对印章后重新办理。",
    "seals_seal_order": "盖章的人或次序不对，不能算数。请发出的站点重新办理。",
    "seals_unit_of_other_organ": "盖的是别的单位的印章，不能算数。请发出的站点换用本单位的印章重新办理。",
    "seals_head_missing": "盖了村委会公章，却没有村负责人的签名，不能算数。请那个村由村负责人输入口令重新办理。",
    "revoked": "收到时签名人的证书已经吊销，或印章已经停用、挂失，没有算数。请换用有效的证书和印章，在这件事上重新办理一次。",
    "seal": "签名或印章核验不通过，没有接收。请核对U盾后重新办理。",
    "origin": "送来的站点与写的站点不一致，没有接收。请联系县级管理员。",
    "": "原因还没有传回来，请与那里的窗口联系。",
}
"""Why a paper was set aside or not taken, and who should do what."""
CARDS = {"none": "", "yellow": "黄牌 · 即将到期", "red": "红牌 · 已超期"}
BOXES = {
    "drafts": "草稿", "returned": "打回补正", "sent": "已报送在办", "to_decide": "待村负责人决定",
    "to_deliver": "待送达", "mine": "待我办理", "done": "已办结", "all": "全部办件", "set_aside": "有问题待人工",
    "practice": "练习办件",
}  # fmt: skip
REQUIRED = {"always": "必须提交", "conditional": "符合条件时提交", "optional": "可不提交"}
WARNINGS = {
    "low_resolution": "图片清晰度较低，请确认文字能看清；看不清请重新拍摄。",
    "first_page_only": "这个文件有多页，只保留了第一页；其余各页请另行添加。",
    "many_bytes": "这份文件较大，线路慢时会多花一些时间。",
    "few_bytes": "照片的字节数比规定的少，收件的系统可能不收。请换一张更清楚的照片。",
    "ground": "照片的背景不是白的，也没法自动换成白的。请让人站在白墙前重拍。",
}
ANSWERS_YES_NO = ("是", "否")


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


def problem_text(problem: Problem, kind: str = "") -> str:
    """What is wrong with an answer (of a field of some kind) or a material and how to put it right.

    The form's author has the first word, but for citizen numbers: there our code knows which part is wrong. Where the author does not
    say what to do, ours follows.
    """
    if problem.code == "required" and kind in PICTURES_WANTED:
        return PICTURES_WANTED[kind]
    ours = PROBLEMS.get(problem.code, PROBLEMS[""]).format_map(_Facts(problem.facts))
    if not problem.message or problem.code.startswith("id_"):
        return ours
    if ASKING in problem.message:
        return problem.message
    return f"{problem.message.rstrip('。')}。{ASKING}{ours.partition(ASKING)[2]}"


def warning_text(code: str) -> str:
    """What a person should know about a file that was kept all the same."""
    return WARNINGS.get(code, code)


def words(table: Mapping[str, str], code: str) -> str:
    """The word for a code, or the code itself when a newer station knows more than we do."""
    return table.get(code, code)


SENTENCES = {
    "practice": "这是练习办件（{short}），只供学习，没有报送任何地方，也不会有人办理。",
    "draft": "您的“{item}”还没有报送，材料存在{origin}，报送后才会有人办理。",
    "queued": "您的“{item}”（{short}）已由{origin}收下，还在本站待发，线路通了会自动送到{holder}；从{since}起等候。",
    "handed_over": "您的“{item}”（{short}）已由{origin}收下，由U盘或带件单带往{holder}；从{since}起。",
    "agent": "您的“{item}”（{short}）现在在{holder}，由代办员办理，从{since}起。",
    "head": "您的“{item}”（{short}）已由{origin}收下，由村负责人决定，从{since}起等候。",
    "window": "您的“{item}”（{short}）现在在{holder}的{desk}，从{since}起由那里办理。",
    "returned": "您的“{item}”（{short}）被退回补正，现在在{holder}，从{since}起。需要补正：{reason}。",
    "approved": "您的“{item}”（{short}）已经准予，结果已到{holder}，请领取。",
    "returned_away": "您的“{item}”（{short}）被退回补正，送回{holder}，从{since}起。需要补正：{reason}。",
    "approved_away": "您的“{item}”（{short}）已经准予，结果送往{holder}，到那里领取。",
    "denied_away": "您的“{item}”（{short}）没有批准，理由：{reason}。决定送往{holder}，到那里领取。",
    "denied": "您的“{item}”（{short}）没有批准，理由：{reason}。决定已到{holder}，请领取。",
    "not_accepted": "您的“{item}”（{short}）不予受理，理由：{reason}。",
    "withdrawn": "您的“{item}”（{short}）已按申请撤回。",
    "terminated": "您的“{item}”（{short}）已终止办理，理由：{reason}。",
    "delivered": "您的“{item}”（{short}）结果已经送达。",
    "closed": "您的“{item}”（{short}）已经办结。",
    "suspended": "您的“{item}”（{short}）在{holder}暂停计算时限，从{since}起，理由：{reason}。",
    "deadline": "最迟{due}办完{provisional}。",
    "deadline_acceptance": "最迟{due}答复是否受理{provisional}。",
    "overdue_acceptance": "原定{due}答复是否受理{provisional}，现在已经超期。",
    "no_deadline": "还没有受理，受理后才开始计算时限。",
    "overdue": "原定{due}办完{provisional}，现在已经超期。",
    "moved": "这个日期改过：原定{was}，按{calendar}改为{now}。",
    "moved_kept": "按{calendar}本应是{now}，但发布时那天已经过了，仍按原定的{was}，不算超期。",
    "calendar_official": "正式日历",
    "calendar_newer": "新发布的日历",
    "news": "以上是截至{news}的消息。",
    "provisional": "（暂定，以正式节假日安排为准）",
}
"""What the agent reads aloud to the villager: where it is, since when, the latest day, and how old the news is."""
SENTENCES_AWAY = ("returned", "approved", "denied")
"""Of these another sentence is said where the case is not: the paper may not be there yet."""

PRACTICE = "练习"
"""What is written across pages and sheets of practice cases."""

PAPERS = {
    "receipt": ("接收回执", "本回执只说明代收点收到了申请材料，不是受理通知。是否受理，以受理通知为准。"),
    "notice": ("一次性告知单", "以下是本次需要补正的全部内容，请按此一次补齐。"),
    "lacking": ("补正一次性告知单", "这份申请还缺下面这些，请一次补齐。"),
    "result": ("办理结果通知单", "办理结果如下，请核对后签收。"),
    "form": ("申请表", "以下内容请申请人核对，确认无误后签名。"),
}
"""Sheets to print: their title and the notice under it."""
PAPER_ROWS = {
    "case_number": "办件编号", "short_number": "短号", "item": "事项", "applicant": "申请人", "origin": "代收点",
    "village": "办理村", "submitted_at": "代收时间", "materials": "材料清单", "acceptance_number": "受理号",
    "state": "办理结果", "reason": "理由或意见", "seal": "签章", "decided_at": "决定时间",
    "package": "事项版本", "mark": "补正意见", "due": "最迟办结日", "date": "打印日期", "pages": "{count}页", "row": "第 {number} 行",
    "none": "无", "promise": "承诺时限", "workdays": "受理后 {count} 个工作日",
    "unit_origin": "代收单位（盖章）", "unit_returned": "告知单位（盖章）", "clerk": "经办人", "signed_applicant": "申请人签名",
    "signed_receiver": "领取人签名", "signed_clerk": "送达人签名", "signed_date": "日期",
}  # fmt: skip

STRIP = {
    "up": "线路通，{since}起。",
    "down": "线路不通，{since}起。照常办理，材料存在本站，线路恢复后自动送出。",
    "unknown": "正在连接上级。照常办理即可。",
    "none": "本站为县级站点。",
    "nothing_waits": "没有待发的材料。",
    "scans_wait": "信息都已送出，影像还有 {size} 没送到。",
    "paused": "已暂停传送",
    "waits": "有 {count} 份待发（{size}），最早的从{oldest}起等候。",
    "set_aside": "有 {count} 份有问题待人工：",
    "heard": "最近一次收到上级消息：{heard}。",
    "handed_over": "已交U盘或带件单 {count} 份。",
    "bad_health": "本站有问题要处理",
}
"""The strip on every page: the line in plain words."""


UPDATE_RESULTS = {
    "installed": "安装",
    "applied": "已更新",
    "undone": "没有换上，仍用原来的版本",
    "kept_unhealthy": "换上了，但没有正常启动",
}
UPDATE_WHYS = {
    "check_start": "新版本不能装配本站",
    "unhealthy": "新版本一分钟内没有答应；请把这一页告诉技术人员",
    "interrupted": "换上时断过电",
    "no_copy": "数据库没有抄成副本，可能磁盘满了",
}
"""What became of an update, and why."""


def size_text(size_bytes: int) -> str:
    """`3.4 MB`, `120 KB`."""
    if size_bytes >= 1024 * 1024:
        return f"{size_bytes / 1024 / 1024:.1f} MB"
    return f"{max(1, size_bytes // 1024)} KB" if size_bytes else "0 KB"


def words_of_road(tier: str, mark: str) -> str:
    """`乡镇已收`, `县已达`: the mark of a station of a tier."""
    return TIER_ROADS.get((tier, mark)) or words(ROADS, mark)


STANDINGS = {
    "restored": "本站要先换新的站点编号，才能收件和签章；查看办件、填写草稿不受影响。",
    "superseded": "另一台电脑已接替本站，这里只能查看，不能再收件和签章。",
    "revoked": "本站的证书已被吊销，不能再收件和签章。",
}
"""What every page says of a station that may not seal."""

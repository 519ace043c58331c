"""What is said about papers at the counter: mandates, originals, the applicant's signature, standby receipts."""

MATERIALS = {"mandate": "代办委托书", "seal_approval": "纸质用印审批（村负责人签字）"}
"""Names of the material ids that every case may have."""

POWERS = {"file": "递交", "supplement": "补正", "collect": "代领"}
POWER_HINTS = {
    "file": "代为递交申请和材料",
    "supplement": "代为补正、补交材料",
    "collect": "代为领取办理结果文书和证件",
}
MANDATE_STATES = {
    "unscanned": "已填写，还没有签字回拍",
    "early": "还没有到生效日期",
    "standing": "有效",
    "expired": "已过期",
    "revoked": "已撤销",
}
MANDATE_TONES = {"unscanned": "orange", "early": "orange", "standing": "green", "expired": "red", "revoked": "red"}
SIGNED = {"signature": "签名", "fingerprint": "捺印"}
WAYS = {"pad": "手写板", "paper": "打印的申请表"}

CONSENT = "我已看过（或听代办员念过）“{item}”的全部申请内容，核对码 {code}，确认属实，同意按此申请。"
"""What the applicant agrees to; it names what is signed."""

NOT_READY = "申请内容还没有填好。现在打印的只能先看看，请填好、核对无误以后再打印签名。"
"""Over a form that is looked at too early."""

MANDATE_SAYS = (
    "委托人委托上述代办点，就本办件代为办理：{powers}。",
    "本委托不包括任何钱款：代办点和代办员不得代领、代收、代管补贴、补助、退费等钱款，不得索要银行卡、存折和密码。钱款一律直接发到委托人本人账户或由本人领取。",
    "委托人随时可以撤销本委托，口头或书面告诉代办点即可；撤销以后代办点不得再以委托人名义办理。到期自动失效。",
    "本委托书当着见证人的面{signed}。见证人不是代办员，只证明{signed}是委托人本人所为。",
)
MANDATE_READ_OUT = "委托人不便签字，见证人已当面把以上内容念给委托人听，委托人听明白后捺印。"
REVOKED_SAYS = "委托人已于{at}撤销上述委托。撤销以前已经办理的事项仍然有效；撤销以后代办点不再以委托人名义办理。"

STANDBY_STATES = {"blank": "空白", "used": "已补录", "void": "作废"}

ERRORS: dict[tuple[str, str | None], str] = {
    ("StaleError", "signed"): "签名的时候，申请内容已经改过了，这次签名没有保存。请刷新页面，看过新内容再签。",
    ("RequestError", "sign_none"): "这个事项不需要申请人签名。",
    ("RequestError", "sign_early"): "申请内容还没有填好，填好、核对无误以后再签名。",
    ("RequestError", "sign_same"): "这张签名图是以前签的，那时的内容和现在不一样。请申请人重新签一次。",
    ("RequestError", "original_pages"): "这份材料还没有拍照上传，先上传再核对原件。",
    ("RequestError", "mandate_stands"): "已经有一份签好的委托书。要改内容，请先撤销，再重新填写、打印、签字。",
    ("RequestError", "mandate_first"): "请先填写并打印委托书，签好以后再拍照上传。",
    ("RequestError", "mandate_old_page"): "这一页是以前那份委托书，没有保存。请打印现在这份委托书，重新签字后拍照上传。",
    ("RequestError", "mandate_reason"): "请写明撤销的原因，最多 {most} 个字。",
    ("RequestError", "mandate_principal"): "请填写委托人姓名。",
    ("RequestError", "mandate_principal_id"): "请填写委托人的证件号码，只能是数字和字母。",
    ("RequestError", "mandate_powers"): "请至少选一项委托权限，并选择签名或捺印。",
    ("RequestError", "mandate_term"): "委托期限不对：不能早于今天结束，最长一年，请核对起止日期。",
    ("RequestError", "witness_needed"): "请填写见证人姓名。",
    ("RequestError", "witness_phone"): "请填写见证人的手机号码，或带区号的座机号码。",
    ("RequestError", "witness_is_agent"): "见证人不能是本站的代办员（{name}）。请换一位，例如邻居或亲友。",
    ("RequestError", "witness_is_principal"): "见证人不能是委托人自己（{name}），请换一位。",
    ("RequestError", "standby_count"): "一次请印 1 至 {most} 份。",
    ("RequestError", "standby_reason"): "请写明作废的原因。",
    ("RequestError", "standby_used"): "这份备用回执已经补录过了（办件 {number}），一份只能补录一次。",
    ("RequestError", "standby_void"): "这份备用回执已经作废（{reason}），不能再用。",
    ("RequestError", "standby_time"): "请填写回执上写的日期和时间。",
    ("RequestError", "standby_future"): "回执上的时间不能晚于现在，请核对。",
    ("RequestError", "standby_before"): "回执上的时间早于这份回执打印的时间，请核对编号和时间。",
    ("RequestError", "standby_old"): "回执上的时间已超过 {days} 天，不能再补录。请按现在的时间新开一件，并在说明里写清。",
    ("NotFoundError", "standby"): "没有登记过这个备用回执编号（{name}），请核对编号和最后一位校验码。恢复备份以前印的请作废重印。",
    ("NotFoundError", "mandate"): "没有可以撤销的委托书。",
    ("NotAllowedError", "mandate_late"): "这件事已经办出结果，不用再写委托书。",
    ("NotAllowedError", "mandate_missing"): "本县要求有代办委托书才能代办。请先填写委托书，签字后拍照上传。",
    ("NotAllowedError", "mandate_unscanned"): "委托书还没有签字回拍，签好、上传以后再办。",
    ("NotAllowedError", "mandate_early"): "委托书还没有到生效日期，现在不能代办。",
    ("NotAllowedError", "mandate_expired"): "委托书已经过期，不能再代办。请重新填写一份，签字后上传；或请申请人本人来办。",
    ("NotAllowedError", "mandate_revoked"): "申请人已经撤销委托，不能再代办。请申请人本人来办，或重新委托。",
    ("NotAllowedError", "mandate_power"): "委托书没有给这一项权限，不能代办。请申请人本人来办，或重新委托。",
}

PROBLEMS = {
    "signed_form_outdated": "申请人签名以后，内容又改过了：{fields}。请重新打印、重新签名后换上；或删掉旧的，在手写板上重签。",
    "signed_form_version": "申请人签名以后，事项换了版本。请重新打印、重新签名后换上；或删掉旧的，在手写板上重签。",
    "original_unseen": "“{name}”还没有核对原件。请拿原件比对，一致后点“与原件一致”。",
    "mandate_missing": "本县要求有代办委托书。请填写、打印、签字后拍照上传。",
    "mandate_unscanned": "委托书还没有签字回拍。签好以后拍照上传。",
    "mandate_early": "委托书还没有到生效日期，请核对起止日期。",
    "mandate_expired": "委托书已经过期，请重新填写一份，签字后上传。",
    "mandate_revoked": "申请人已经撤销委托，请重新委托，或请申请人本人来办。",
    "mandate_power": "委托书没有给这一项权限（递交或补正），请撤销后重新委托。",
}
"""The problems of `node.paperwork.problems`, each with how to put it right."""

PAPERS = {
    "mandate": ("代办委托书", "请委托人看清（或听清）以下内容，当着见证人的面签名或捺印。"),
    "revocation": ("撤销委托书", "以下委托已经撤销，请委托人核对后签名或捺印。"),
}
ROWS = {
    "principal": "委托人",
    "principal_id": "委托人证件号码",
    "agent_station": "受托代办点",
    "powers": "委托权限",
    "no_money": "不包括",
    "money": "任何钱款的代领、代收、代管",
    "term": "委托期限",
    "witness": "见证人",
    "witness_phone": "见证人电话",
    "code": "核对码",
    "number": "第几份",
    "revoked_at": "撤销时间",
    "revoked_reason": "撤销原因",
    "principal_signature": "委托人签名",
    "principal_fingerprint": "委托人捺印（右手食指）",
    "witness_signature": "见证人签名",
    "signed_date": "日期",
}
TERM = "{begins}至{ends}"

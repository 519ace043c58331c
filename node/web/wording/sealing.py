"""What is said about units' seals at an act: which one, why there is none, who used it; own and kin's cases; several in one go."""

KINDS = {"unit": "公章", "service": "便民服务专用章", "approval": "行政审批专用章", "person": "个人签名"}
"""Kinds of seals, as short names."""

LACKING = {
    "no_seal": "本站还没有这枚印章",
    "no_custodian": "您不是这枚印章的保管人",
    "no_head": "保管这枚印章的村负责人现在都不能盖（没有密钥、已停用，或办的是本人、近亲属的事）",
    "made": "这枚印章还没有启用",
    "stopped": "这枚印章已停用",
    "lost": "这枚印章已挂失",
    "replaced": "这枚印章已更换",
    "expired": "这枚印章已过期",
    "revoked": "这枚印章的证书已吊销",
    "unknown": "这枚印章的密钥文件读不出来",
}
"""Why no unit's seal goes under an act."""

LETTER_LACKS = {"unit_seal": "缺单位印章", "on_paper": "纸质盖章（扫描件），无电子印章"}
"""What a letter lacks, to those who receive it."""

RECUSALS = {
    "own_case": "这件事里有您本人的身份证号。自己的事自己不能办，请换另一位工作人员办理。",
    "kin_case": "这件事里有您近亲属的身份证号。近亲属的事要回避，请换另一位工作人员办理。",
}
APART = {
    "own": "这件事是您报送的，不能由您决定。请另一位村负责人办理。",
    "receiver": "这件事是您受理的，不能再由您决定。请另一位负责人办理。",
}
"""Why a button is missing though the role fits."""

RELATIONS = {
    "": "本人",
    "spouse": "配偶",
    "parent": "父母",
    "child": "子女",
    "sibling": "兄弟姐妹",
    "grandparent": "祖父母、外祖父母",
    "grandchild": "孙子女、外孙子女",
    "in_law": "配偶的父母、兄弟姐妹，子女的配偶",
    "other": "其他近亲属",
}
HOW = {"own": "保管人本人", "head": "村负责人在代办员页面输口令", "batch": "批量"}
"""How a seal was opened."""

DOCUMENT_PROBLEMS = {
    "glyph": "有的字电子文书里印不出来：{characters}。可以照常办理，这次不生成盖章的电子文书。",
    "drawing_slow": "电子文书一时生成不了。可以照常办理，这次不生成盖章的电子文书。",
    "drawing_failed": "电子文书生成不了。可以照常办理，这次不生成盖章的电子文书；请告诉系统管理员。",
    "not_here": "下级盖章的申请表还没有传到。可以照常办理，这次不在申请表上加盖。",
    "other_pages": "传来的申请表与本站看到的内容排版不一致。可以照常办理，这次不在申请表上加盖。",
    "unreadable": "传来的申请表文书读不出来。可以照常办理，这次不在申请表上加盖；请告诉系统管理员。",
}
"""Why a document of an act is not sealed."""

BATCH_TITLES = {"submitted": "批量报送", "accepted": "批量受理", "forwarded": "批量上报", "approved": "批量批准"}
BATCH_STANDS = {
    "ready": "可以办",
    "unseen": "还没有核对，请先打开看过",
    "changed": "看过以后有变化，请重新核对",
    "problems": "还有内容要改",
    "head": "要村负责人输口令，请逐件办理",
    "seal_pin": "这枚印章另有口令，请逐件办理",
    "seal": "缺单位印章，按规定不能办",
    "recusal": "本人或近亲属的事，要回避",
    "withdrawn": "用的版本已停用",
}
BATCH_RESULTS = {"done": "已办好", "refused": "没有办", "stopped": "停在这一件，没有办", "left": "没有动"}
"""What became of a case of a batch."""

ERRORS: dict[tuple[str, str | None], str] = {
    ("HeadPinError", None): "村负责人的U盾口令不对，还可以试 {attempts_left} 次。没有报送，请村负责人重新输入。",
    ("HeadPinLockedError", None): "村负责人的U盾口令输错次数过多，已锁定，没有报送。请联系密钥管理员解锁，或改用纸质审批。",
    ("SealPinError", None): "这枚单位印章的口令不对，还可以试 {attempts_left} 次。没有办理，请重新输入。",
    ("SealPinLockedError", None): "这枚单位印章的口令输错次数过多，已锁定，没有办理。请联系密钥管理员。",
    ("NotAllowedError", "own_case"): RECUSALS["own_case"],
    ("NotAllowedError", "kin_case"): RECUSALS["kin_case"],
    ("NotAllowedError", "not_head"): "这位不是保管这枚公章的村负责人，没有盖章。请在名单里另选一位。",
    ("NotAllowedError", "head_kin"): "这件事里有这位村负责人本人或近亲属的身份证号，不能由他盖章。请另选一位村负责人，或用纸质审批。",
    ("NotAllowedError", "unit_seal_needed"): "这个事项必须盖单位印章，现在没有盖，所以没有办。请村负责人输入口令，或请保管人办理。",
    ("NotAllowedError", "unit_seal_unknown"): "页面上写的那枚单位印章现在用不了，没有办。请刷新页面后再看。",
    ("NotAllowedError", "unit_seal_rule"): "按证书上写的身份，这枚单位印章不能这样盖，没有办。换过岗位的，请找县级密钥管理员换发证书。",
    ("NotAllowedError", "batch_head"): "这件要村负责人输入口令盖公章，不能批量办。请打开这件逐件办理。",
    ("NotAllowedError", "kin_remove"): "登记的号码不能由本人自己删。登错了，请本站管理员或村负责人删除。",
    ("RequestError", "seal_approval_twice"): "村负责人输口令盖章和纸质审批只能选一种。",
    ("RequestError", "seal_approval_other"): "这一步不用纸质用印审批。",
    ("RequestError", "seal_approval_by"): "请写明在纸上审批的村负责人姓名，不超过 50 个字。",
    ("RequestError", "seal_approval_scan"): "还没有上传纸质用印审批的扫描件。请先到“材料”页上传，再报送。",
    ("RequestError", "head_other"): "这一步不用村负责人另输口令。",
    ("RequestError", "head_pin_needed"): "请村负责人输入自己的U盾口令。",
    ("RequestError", "kin_id"): "身份证号不对，请逐位核对。",
    ("RequestError", "kin_name"): "请填写姓名，不超过 40 个字。",
    ("RequestError", "kin_relation"): "请选择与本人的关系。",
    ("RequestError", "kin_known"): "这个号码已经登记过了。",
    ("RequestError", "kin_most"): "最多登记 {most} 位。",
    ("RequestError", "batch_event"): "这一步不能批量办理，请逐件办理。",
    ("RequestError", "batch_none"): "请至少勾选一件。",
    ("RequestError", "batch_most"): "一次最多 {most} 件，请分几次办。",
    ("RequestError", "day"): "日期不对。",
    ("RequestError", "uses_changed"): "清单刚刚又有变化，请重新看过再点“已阅”。",
    ("TransitionError", "receiver"): "这件事是您受理的，不能再由您“{event}”。请另一位负责人办理。",
}

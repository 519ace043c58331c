"""What the pages say about unit seals: states, steps of the register, what was done, and why something is refused."""

STATES = {
    "wanted": "待制作",
    "refused": "已退回",
    "made": "已制作，未启用",
    "in_use": "在用",
    "stopped": "已停用",
    "lost": "已挂失",
    "replaced": "已更换",
    "expired": "已过期",
    "revoked": "证书已吊销",
    "unknown": "密钥文件读不出来",
    "asked": "等待县里制作",
}
"""How a seal stands."""
TONES = {
    "wanted": "orange", "refused": "grey", "made": "blue", "in_use": "green", "stopped": "orange", "lost": "red", "replaced": "grey",
    "expired": "red", "revoked": "red", "unknown": "red", "asked": "blue",
}  # fmt: skip
STEPS = {"in_use": "启用", "stopped": "停用", "lost": "挂失", "replaced": "更换（不再使用）", "made": "制作", "refused": "退回"}
"""What is done with a seal, on buttons and in its history."""
STEP_HINTS = {
    "in_use": "从这时起可以盖。",
    "stopped": "暂时不能盖，以后可以再启用。",
    "lost": "印章或它的密钥丢失、被盗。从丢失的时间起盖的都不算数，不能再启用。",
    "replaced": "已有新章代替，或机构撤并。不能再启用。",
}
ENDED, ENDS_IN = "已过期，请更换", "还有 {days} 天到期，请办更换"
CENTRES = {"star": "五角星", "none": "不要图案", "text": "一行字"}
NO_GLYPH = "字库里没有这些字：{characters}，画不出来。请改用制章单位给的图（PNG）。"
DONE = {
    "drawn": "图样已做好，请核对后制作。",
    "made": "印章已制作。联网的站几分钟内收到；用U盘的请下载答复文件带回去。",
    "refused": "已退回，对方会看到理由。",
    "changed": "已登记。新的名单已发往各站，没联网的站下次联系时收到。",
    "request": "申请已收下，请核对后制作。",
    "granted": "答复已收下。",
    "list": "印章名单已收下。",
    "asked": "申请已做好。线路通的话会自动送到县里；没有线路，请下载申请文件用U盘送去。",
    "added": "已增加保管人。",
    "removed": "已取消保管人。",
}
"""What was done, as pages say it."""

ERRORS: dict[tuple[str, str | None], str] = {
    ("EnrolmentError", "request_not_county"): "单位印章只由县级制作。请把申请交到县里。",
    ("EnrolmentError", "request_seal"): "申请里的印章种类或要更换的印章不对，请在原站重新申请。",
    ("EnrolmentError", "request_custodian"): "申请上没有能保管这种印章的本站人员的签名，不能制作。请由保管人本人重新申请。",
    ("EnrolmentError", "request_at_register"): "这是印章申请，请县级密钥管理员在“印章登记册”里办理。",
    ("EnrolmentError", "seal_number_taken"): "这个印章编号刚刚被另一枚印章用掉，这次没有制作。请再按一次“制作”。",
    ("EnrolmentError", "seal_not_drawn"): "还没有图样，或刚刚有人改过。请先做好图样、核对后再制作。",
    ("EnrolmentError", "seals_signer"): "这份印章名单不是本县签的，不能相信。",
    ("EnrolmentError", "seals_forked"): "第 {number} 号印章名单有两份不一样的，后来的没有收。请联系县级密钥管理员。",
    ("NotAllowedError", "not_custodian"): "您不是这枚印章的保管人。",
    ("NotAllowedError", "seal_pin_needed"): "请输入这枚印章的口令。",
    ("NotAllowedError", "seal_role"): "按规定这个岗位不能保管这种印章。村委会公章只能由村负责人保管。",
    ("NotAllowedError", "seal_asked"): "这种印章已经申请过，正在等县里制作，请不要重复申请。一周后还没有答复，可以再申请。",
    ("NotAllowedError", "seal_made"): "这份申请已经办过了，请刷新。",
    ("NotAllowedError", "seal_other_picture"): "图样刚刚有人换过，请重新核对后再制作。",
    ("NotAllowedError", "seal_officer"): "只有县级密钥管理员能办这一项，要用本人的U盾。",
    ("NotAllowedError", "seal_step"): "印章现在的状态不能办这一步，请刷新后再看。",
    ("NotAllowedError", "unit_seal_made"): "这枚印章还没有启用，不能盖。",
    ("NotAllowedError", "unit_seal_stopped"): "这枚印章已停用，不能盖。请联系县级密钥管理员。",
    ("NotAllowedError", "unit_seal_lost"): "这枚印章已挂失，不能盖。请向县里申请新章。",
    ("NotAllowedError", "unit_seal_replaced"): "这枚印章已更换，请用新章。",
    ("NotAllowedError", "unit_seal_expired"): "这枚印章已过期（也可能是这台电脑的时间不对）。请核对时间；确已过期的，请申请新章。",
    ("NotAllowedError", "unit_seal_revoked"): "这枚印章的证书已吊销，不能盖。请联系县级密钥管理员。",
    ("RequestError", "seal_kind_bad"): "本级没有这种印章。",
    ("RequestError", "seal_name_bad"): "印章上的名称为 2 到 {most} 个字。",
    ("RequestError", "seal_replaces"): "要更换的印章不在本站，或不是同一种。",
    ("RequestError", "seal_since"): "起算时间不能晚于现在，也不能早于上一步。",
    ("RequestError", "seal_text_needed"): "选了“一行字”，请填写中间的字。",
    ("RequestError", "seal_state"): "请选择要办的事。",
    ("RequestError", "seal_diameter"): "请填写印章的尺寸（毫米，整数）。",
    ("NotFoundError", "seal"): "没有找到这枚印章。",
    ("NotFoundError", "answer"): "这份申请还没有答复。",
    ("KeyFileError", "last_slot"): "这是最后一位保管人，取消以后谁也打不开这枚印章。请先增加别的保管人。",
    ("KeyFileError", "full"): "这枚印章的保管人太多了。",
}

"""What the pages about certificates say: kinds, states and reasons."""

USAGES = {
    "authority": "签发证书",
    "seal_maker": "制作印章",
    "station_sign": "站点签名",
    "station_encrypt": "站点收件",
    "person": "个人签章",
    "organ": "单位印章",
}
STATES = {"": "未核实", "good": "有效", "ending": "快到期", "ended": "已到期", "revoked": "已吊销"}
STATE_TONES = {"": "orange", "good": "green", "ending": "orange", "ended": "", "revoked": "red"}
REASONS = {
    "key_compromise": "被盗、丢失或泄露",
    "affiliation_changed": "调到别处工作",
    "cessation_of_operation": "不再使用",
    "superseded": "已换新的",
    "privilege_withdrawn": "取消权限",
    "ca_compromise": "签发机构被盗",
    "unspecified": "其他",
}
OFFERED = ("key_compromise", "affiliation_changed", "cessation_of_operation", "superseded", "privilege_withdrawn", "unspecified")
"""Reasons that a person may choose, the gravest first."""
DONE = {
    "revoked": "已吊销。吊销列表已发往相邻各站，联网的站点几分钟内生效，没联网的下次联系时生效。",
    "recertified": "已通知接替的新站点重新签发。",
}

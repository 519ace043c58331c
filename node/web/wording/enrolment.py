"""What pages and commands say about invitations, requests and joining (入网)."""

from collections.abc import Mapping

from node.errors import Fault

REFUSALS: Mapping[str, str] = {
    "document_other": "这不是驿站的邀请、申请或答复文件，请核对是不是拿错了文件。",
    "document_damaged": "文件不完整或被改动过（{what}），请重新拷贝一份。",
    "document_too_large": "文件太大（超过 {limit_kib} KB），不是驿站的邀请、申请或答复。",
    "invitation_days": "邀请的有效期为 1 到 {most} 天。",
    "invitation_signature": "邀请的签名不对，不能相信。请向发邀请的人重新要一份。",
    "invitation_expired": "邀请已经过期（也可能是这台电脑的时间不对）。请核对时间；确已过期的，请上级重新邀请。",
    "invitation_withdrawn": "邀请已经被收回，请上级重新邀请。",
    "invitation_used": "邀请已经被另一台电脑用过，一份邀请只能建一个站。请上级重新邀请。",
    "invitation_not_open": "这份邀请已经用过或收回，不能再收回。",
    "invitation_other_parent": "这份邀请的上级是“{parent}”，不是本站。请把申请交给那个站。",
    "invitation_outside": "邀请的层级或区划不在发邀请的站或本站的辖区内。",
    "inviter_revoked": "发邀请的站的证书已经吊销，邀请作废。请重新邀请。",
    "foreign_root": "这是别的县的邀请，不能在本县使用。",
    "no_number": "这个区划的站点编号已经用完（最多 99 个），请联系县级管理员。",
    "station_taken": "这个站点编号刚刚被用掉，什么都没有改动，请再试一次；仍不行请重新邀请。",
    "station_replaced": "这个站已经由 {station} 接替。",
    "replaces_wrong": "要接替的站 {station} 不在本站名下，或已经有站接替了。",
    "stations_faults": "名单有 {number} 处不对，一份邀请也没有做。请改好后再试。",
    "request_no_invitation": "申请里没有邀请。",
    "request_other_station": "申请的站点编号与邀请不一致。",
    "request_keys": "申请里的密钥与这种站点或人员不符。",
    "request_key": "申请里有一把密钥不能用，请在新电脑上重新做申请。",
    "request_person": "申请里的人员姓名、岗位或所属村不符合本级规定。",
    "request_signature": "申请的签名不对，不能相信。请在新电脑上重新做申请。",
    "request_not_below": "提出申请的站不是本站的直接下级。",
    "request_kind": "本站还不认识这种申请，请先更新程序。",
    "request_decided": "这份申请已经有人处理过了，请刷新。",
    "request_refused": "上级没有同意：{reason}",
    "request_code_twice": "有两份申请的核对码相同，请用申请的完整编号。",
    "requests_crowded": "等待处理的申请太多，请上级先处理。",
    "reason_long": "理由最多 {most} 个字。",
    "busy": "上级正忙，请过一会儿再试。",
    "joining": "{dir} 还在等上级答复，不能启动。请运行 run-node join {dir} 继续。",
    "joining_other": "{dir} 正在用另一份邀请入网。要换邀请，请换一个空文件夹。",
    "joining_not_begun": "{dir} 还没有做过申请，请先带上邀请文件运行 run-node join。",
    "joining_refused": "上级没有同意入网：{reason}。再运行一次 run-node join 会做一份新的申请。",
    "answer_other": "这份答复是给另一份申请的，请核对是不是拿错了文件。",
    "answer_other_request": "这份答复是给另一份申请的，请核对是不是拿错了文件。",
    "answer_signature": "答复不是上级站签的，不能相信。请重新拷贝。",
    "answer_unproven": "答复里的证书核验不通过，不能相信。请让上级重新给一份。",
    "answer_not_mine": "答复里没有本站密钥的证书，请让上级重新给一份。",
    "parent_refused": "上级没有收下申请（{given}）。",
}
"""Why an invitation, a request or an answer is refused, by code."""

COLUMN_NAMES: Mapping[str, str] = {
    "name": "站点名称",
    "tier": "层级",
    "division": "区划代码",
    "parent_division": "上级区划代码",
    "parent_url": "上级网址",
    "replaces": "接替的站",
    "": "整个文件",
}

FAULTS: Mapping[str, str] = {
    "encoding": "不是 UTF-8 也不是 GB18030（Excel 的“CSV”）编码，请另存为 CSV 再试。",
    "table": "不是表格（CSV），引号或分隔符不对。",
    "too_large": "太大：最多 5000 行、2 MB。",
    "empty": "没有一行站点。",
    "column": "第一行里没有这一列。",
    "missing": "没有填。",
    "name": "要填 1 到 64 个字，不能有换行等特殊字符。",
    "tier": "只能邀请村级或乡镇级站点；县站自己建立。",
    "tier_word": "“{given}”不是层级，应为 村 或 乡镇。",
    "division": "区划代码与层级不符：前 {digits} 位是代码，后面应全是 0。",
    "digits": "“{given}”不是 12 位数字。",
    "scientific": "“{given}”被 Excel 改成了科学计数法，请把这一列设为“文本”后重新填写。",
    "url": "网址应像 http://10.1.2.3:8600 这样。",
    "outside": "不在本站的辖区内，或层级不低于本站。",
    "no_parent": "没有找到它的上级站：上级既没有入网，也没有邀请，也不在这份名单里。",
    "replaces": "要接替的站 {station} 不是本站名下同一区划、同一层级、还没有被接替的站。",
    "known": "已经有这个站，或已经有未用的邀请。",
    "twice": "和前面某一行重复。",
    "no_number": "这个区划的站点编号已经用完（最多 99 个）。",
}
"""What is wrong with a line of a list of stations, by code."""

REQUEST_KINDS: Mapping[str, str] = {
    "join": "新站入网",
    "renew": "证书续期",
    "renumber": "站点换号",
    "person": "人员证书",
    "seal": "单位印章",
}
REQUEST_STATES: Mapping[str, str] = {"waiting": "等待处理", "granted": "已同意", "refused": "未同意"}

DONE: Mapping[str, str] = {
    "confirmed": "已同意。联网的站会自动收到答复；用U盘的请在下面下载答复文件带回去。",
    "refused": "已退回，对方会看到理由。",
    "taken": "申请已收下，请核对后同意或退回。",
    "withdrawn": "邀请已收回。",
}
"""What was done, as pages say it."""


def fault_text(fault: Fault) -> str:
    """A fault as a line: where it is, and what to do."""
    place = COLUMN_NAMES.get(fault.column, fault.column)
    row = f"第 {fault.row} 行，" if fault.row else ""
    return f"{row}{place}：{FAULTS[fault.code].format_map(dict(fault.facts))}"

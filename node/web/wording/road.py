"""What the page 在途 and the road part of a case's page say: how far each piece of mail is, why it waits, and what to do."""

ERRORS: dict[tuple[str, str | None], str] = {
    ("RequestError", "line_cap"): "限速请填 {least} 到 {most} 之间的整数（单位 kbit/s），不限速请留空。",
    ("RequestError", "quiet_hours"): "时段请按“22:00”的样子填，起止两个都要填；不设时段请都留空。",
    ("RequestError", "quiet_same"): "时段的起止时间不能相同。请改一个，或都留空。",
    ("RequestError", "pause"): "请选暂停多久：一小时、到早上八点，或一直到按“继续传送”。",
    ("RequestError", "road_act"): "没有这个操作，请刷新页面后再选。",
    ("RequestError", "no_line"): "本站是县级站点，没有上级，不用设置线路。",
    ("RequestError", "reason_missing"): "请写明为什么放一边，别人看到才明白。",
    ("RequestError", "reason_long"): "理由最多 {most} 个字。",
    ("RequestError", "packed_with_others"): "这一件已经和别的办件装在同一个包里，不能单独放一边。它很小，一次就送完。",
    ("NotFoundError", "queue_item"): "这一件已经不在待发名单里，可能刚刚送到。请刷新页面看最新情况。",
}
"""Refusals of the page; part of the table of all."""

TITLE = "在途"
STATES = {
    "unpacked": ("在本站待发", ""),
    "queued": ("在本站待发", ""),
    "handed_over": ("已交U盘或带件单", "blue"),
    "carried": ("信息已到，影像在送", "blue"),
    "refused": ("没有收下", "red"),
    "held": ("已放一边", "orange"),
}
"""How a case's mail stands here: the word and its tone."""
DOWNWARD = "等{name}来取"
DOWNWARD_SCANS = "信息已取走，影像等{name}来取"
"""Mail for a station below: it calls."""
NOT_HERE = "等影像送到本站"
"""Letters are there, and the files that are left have not come here yet."""
STATE_HINTS = {
    "handed_over": "已经写进U盘，或印成带件单。对方读入、回执回来以前，线路通了照样会送，不会重复。",
    "refused": "对方没有收下。请看原因，处理好后按“再送一次”；处理不了请打电话问对方窗口。",
    "held": "本站有人放在一边，不会送出。要送请按“放回去送”。",
    "scans_held": "信息已到，影像由本站的人放在一边，不再送。要送请按“放回去送”。",
}
WHYS = {
    "unreachable": "线路不通", "timeout": "线路太慢，超时", "broken": "送到一半线路断了",
    "bad_answer": "对方的回答看不懂，可能是网络设备改了内容",
    "busy": "对方正忙，过一会儿自动再送", "error": "对方出错，过一会儿自动再送", "wrong_station": "对方不是本站的上级，请联系系统管理员",
    "not_admitted": "对方不认识本站，请联系系统管理员", "station": "本站自己出错，请联系系统管理员",
    "no_room": "对方磁盘快满了，表单照收，影像过些时候再送", "quota": "本站积在对方的太多，等对方往上送走一些再送",
    "unknown_enclosure": "对方还没有收到写明这些影像的表单，表单到了自动再送", "not_whole": "对方说影像还不全，自动再送",
    "too_large": "太大，对方不收，请打电话问对方窗口", "no_session": "对方重新启动过，自动再送",
    "bad_request": "对方看不懂，请联系系统管理员",
    "waiting_full": "对方等着处理的太多，过些时候请按“再送一次”", "certificate": "对方认不出本站的证书，请联系密钥管理员",
    "unknown_maker": "对方还没有做这份材料的站点的证书，核对不了；证书到了自动再送",
    "dictionary": "对方打不开：缺本站以前寄去的材料，或程序太旧。请打电话告诉对方窗口，对方补齐或更新后自动再送",
    "signature": "签名核对不上，请联系密钥管理员", "no_route": "对方不知道该转给谁，请打电话问对方窗口",
    "standing": "本站是恢复、拷贝出来的或已停用，要先换站点编号才能送出，请到“站点编号”页办理",
    "not_tried": "还没有试过", "": "对方没有收下，请打电话问对方窗口",
}  # fmt: skip
"""Why it did not go the last time, and who does what."""

HEADLINES = {
    "none": "本站是县级站点，下面的站点会自己来取。",
    "paused": "不往上级送，也不收上级的消息。",
    "down": "照常办理，内容都存在本站，线路恢复后自动送出。",
    "unknown": "照常办理即可。",
    "moving": "内容正在送往上级，您可以照常办件。",
    "quiet": "表单和决定照常传送，影像到 {until} 再送。",
    "waiting": "线路通，马上开始送。",
    "stuck": "线路通，但等着的都没有被收下，或放在一边。请看下面每一件的原因。",
    "idle": "线路通，该送的都已送到。",
}
"""The state of the line in one sentence."""
TONES = {"paused": "orange", "down": "orange", "quiet": "blue", "moving": "green", "stuck": "orange", "idle": "green", "waiting": "green"}
DEAD_SINCE = "从 {since} 起不通（{why}）。"
PAUSED = {"until": "{who}于 {at} 暂停，到 {until} 自动继续。", "open": "{who}于 {at} 暂停，要有人按“继续传送”才会继续。"}
ESTIMATES = {
    "none": "没有要送的",
    "down": "线路不通，无法估计",
    "paused": "已暂停，不估计",
    "quiet": "影像停送时段，{until} 以后再估计",
    "still": "这一分钟没有一点送到，无法估计",
    "stuck": "没有收下的不估计",
    "seconds": "不到 1 分钟",
    "minutes": "约 {count} 分钟",
    "hours": "约 {count} 小时",
    "days": "约 {count} 天",
}
"""How long it takes; only said where it can be known."""
BAR = "已送达上级 {done}，还剩 {left}"
BAR_NOTE = "只算上级确认收到的；写到线路上还没有确认的不算。"
RATE = "最近一分钟平均 {rate}/秒"
LAST_BYTE = "上级最近一次确认：{ago}"
ORDER = ("先送表单、决定等信息（很小）", "再送影像的预览小图（每页不到 15 KB）", "最后送影像原图和文书")
ORDER_NOTE = "标了“急件”的排在同类最前。线路断了接着送，已经送到的不会重送。"
SCANS = {
    "previews": "预览 {here}/{total} 页",
    "fulls": "原图 {here}/{total} 页",
    "left": "还差 {size}",
    "none": "没有影像要送",
    "all": "影像已送到",
    "files": "影像和文书送到 {here}/{total} 个",
    "previews_left": "预览还有 {count} 个没送到",
}
"""How many of the scans are there."""
ACTS = {
    "first": "急件先送",
    "not_first": "取消急件",
    "retry": "再送一次",
    "set_aside": "放一边",
    "take_up": "放回去送",
}
ACT_DONE = {
    "first": "已标为急件，排到最前。", "not_first": "已取消急件。", "retry": "马上再送一次。",
    "set_aside": "已放一边，还没有送出的不再送，直到按“放回去送”。",
    "take_up": "已放回待发，会接着送。", "paused": "已暂停传送。", "resumed": "已继续传送。", "limits": "线路设置已保存，马上起作用。",
    "carry": "已经叫本站马上送一趟。",
}  # fmt: skip
PAUSES = {"hour": "暂停一小时", "morning": "暂停到早上八点", "open": "一直暂停，直到按“继续传送”"}
HOPS = {
    "heard": "{ago}（{at}）",
    "receipt": "{ago}（{at} 签收，由上级转来）",
    "never": "还没有收到过",
}
"""When each station above was last heard of."""
AGO = {"now": "刚才", "minutes": "{count} 分钟前", "hours": "{count} 小时前", "days": "{count} 天前", "ahead": "时钟不准，日期在以后"}

STATIONS_MARKS = {
    "queued": "本站待发",
    "handed_over": "已交U盘或带件单",
    "stored": "{name}已收 {at}",
    "arrived": "{name}已达 {at}",
    "set_aside": "对方放在一边，待人工，请看下面的办理过程",
    "waits": "{name}还没有消息",
}
"""The way of one paper: what each station has said of it."""
CASE_SCANS = {
    "above": "影像送到{name}：",
    "here": "影像到本站：",
    "all": "全部到齐",
    "begin": "预览已到，可以先看预览开始审核，有问题可以先打回补正。原图还在路上，到齐后才能受理或批准。",
    "no_previews": "预览也还没有到全，先到的先看。影像会自己到，不用催；到齐后才能受理或批准。",
    "held": "这一件还有没送出的被本站的人放在一边。要送请到“在途”页按“放回去送”。",
    "heard": "最近一次收到{name}的消息：{ago}",
}
CASE_TITLE = "送到哪里了"
HEADWORDS = {
    "none": "县级站点", "paused": "已暂停", "down": "线路不通", "unknown": "正在连接", "moving": "正在传送", "quiet": "影像停送",
    "waiting": "等着传送", "stuck": "没有收下", "idle": "都送到了",
}  # fmt: skip
URGENT = "急件"
LINE_TITLE, LINE_TITLE_COUNTY = "送往上级", "线路"
CARRY = "马上送一趟"
GO_ON = "继续传送"
PAUSE, PAUSE_LABEL = "暂停", "暂停多久"
ITEMS_TITLE = "等着送的办件"
COLUMNS = ("办件", "到哪一步", "影像", "从何时起", "办理")
CHANGED, REFRESH = "名单有变化。", "点这里看最新的"
SEEK, SEEK_GO = "按短号、编号或姓名查", "查询"
ASIDE_REASON, ASIDE_SURE = "为什么放一边", "确认放一边"
MORE = "再看后面的"
NOTHING, NOTHING_FOUND = "没有等着送的，都已经送到上级。", "没有查到，可能已经送到。"
NOTHING_COUNTY = "没有等着送的，下面的站点都已经取走。"
HOPS_TITLE = "各级最近的消息"
ORDER_TITLE = "先送什么"
SETTINGS_TITLE = "线路设置"
CAP_LABEL, CAP_SHORT = "最多占用多少（kbit/s，留空为不限）", "限速"
CAP_HINT = "宽带大家共用时可以限一限，例如 256。表单和决定不等限速。"
NO_CAP = "不限速"
QUIET_LABEL, QUIET_SHORT = "影像停送时段（留空为没有）", "影像停送时段"
QUIET_FROM, QUIET_TO = "从几点", "到几点"
QUIET_HINT = "这段时间只送表单和决定，不送影像。可以跨过半夜，例如 22:00 到 06:30。"
NO_QUIET = "没有"
SETTINGS_SAVE = "保存设置"
TO = "送往{name}"
SENT_BY = "{name}的回执、目录等信息"
TRIED = "（试过 {count} 次，最近一次 {ago}）"
REASON = "{why}{tried}。"
BETWEEN = "、"
STRIP_LINK = "看在途"
STRIP_FIRST = "线路怎样、什么在途"
OTHERS_TITLE = "线路不通也能送"
OTHERS = "写U盘，让人带去；或者打开一件办件，点“纸上带件”印成码带去。两边都到也只算一次。"
OTHERS_USB, OTHERS_PAPER = "U盘", "纸上收件"
BELOW_HEARD, BELOW_LINK = "下面各站最近的消息：", "下级站点"

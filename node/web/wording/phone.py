"""What is said when a telephone takes the pictures: on the agent's page, on the telephone's, and what is refused."""

from node.scanning.shot import Finding
from node.web.wording.capture import finding_text

TITLE = "用手机拍"
STEPS = (
    "手机连上和这台电脑同一个无线网（WiFi），不用装任何软件。",
    "用手机相机、微信或浏览器的“扫一扫”扫这个二维码。",
    "在手机上拍，一张一张传到这里；拍完点“完成”。",
)
ENDS = {
    "done": "手机上点了“完成”，这次拍照已结束，手机不能再连这台电脑。",
    "over": "时间到了，这次拍照已结束，手机不能再连这台电脑。",
    "left": "登录已退出，手机拍照随之结束。",
    "closed": "这件事已报送或不在填写，手机拍照已结束。",
    "stopped": "手机拍照已结束，手机不能再连这台电脑。",
}
"""Why a pairing ended, for the agent."""
PLAIN = "照片在这个无线网里不加密。请只用村里自己的无线网或手机热点，不要用外人也能连的。"
SLOW_S = 45
"""After so many seconds without a telephone the agent is told what may be wrong."""
SLOW = (
    "手机还没有打开页面。请看：一、手机和电脑是不是连着同一个无线网；二、电脑上如果弹出“Windows 安全中心警报”，"
    "请勾“专用网络”，点“允许访问”；三、有的无线网不让手机和电脑互通，请换手机热点。"
)
WHICH = "手机连的是哪个网？手机的地址开头和哪个一样就选哪个；不清楚，先用第一个。"
CONNECTED = "{count} 部手机已连上"
LEFT = "还可以拍 {minutes} 分钟"
NOTHING = "还没有照片到。"
STATES = {"arrived": "已到电脑，待处理", "kept": "已保存为第 {page} 页"}
"""Where a shot stands, for the agent."""
TONES = {"arrived": "blue", "kept": "green"}

SAYS = {
    "opening": "正在连接电脑…",
    "ready": "可以拍了。每张拍清楚、拍完整，四边都露出来。",
    "noscan": "请用手机扫电脑上的二维码打开本页。",
    "line": "连不上电脑。请看：手机和电脑在同一个无线网吗？电脑上的二维码页还开着吗？电脑重新启动过的，请重新扫码；已到电脑的都在。",
    "over": "这次拍照已结束。已到电脑的都在；要再拍，请扫电脑上新的二维码。",
    "finished": "完成了，共 {count} 张到了电脑。可以关掉这一页，回电脑上接着办。",
    "left": "还可以拍 {minutes} 分钟",
    "soon": "只剩不到 1 分钟，要接着拍请在电脑上点“延长时间”",
    "waits": "等着发送",
    "shrinks": "正在处理照片",
    "sending": "正在发送 {percent}%",
    "checking": "已发出，电脑正在收",
    "arrived": "已到电脑",
    "kept": "已到电脑，存为第 {page} 页",
    "gone": "电脑上已删掉，要的话请再拍一张",
    "again": "建议重拍",
    "failed": "没有发出，照片还在这里",
    "large": "照片太大（超过 20 MB），请把相机的像素调小再拍",
    "resend": "重发",
    "drop": "不要了",
    "more": "再拍一张",
    "unsent": "还有 {count} 张没有发到电脑。再点一次“完成”就不发了。",
    "shot": "第 {number} 张",
}
"""What the telephone's page says, by the script that knows when."""

PHONE_FINDINGS = {
    "no_page": "没有找到纸边：换一块深色的底再拍，或请代办员在电脑上拉好四个角。",
    "upside_down": "方向不正：请代办员在电脑上转正。",
    "few_dots": "太小：走近一点，让材料占满画面再拍。",
}
"""What the gate finds, where a hand that holds a telephone does something else about it."""
NO_NEED = frozenset({"upside_down"})
"""What needs no other picture."""

PORT = (
    "{address} 的 {port} 端口打不开，可能被别的程序占用，或被安全软件拦住。请关掉那个程序再试；"
    "还是不行，请系统管理员在设置里换一个端口（phone_port）。"
)
ERRORS: dict[tuple[str, str | None], str] = {
    ("NotAllowedError", "phone_token"): "这个二维码已经用过，或者过时了。请在电脑上换一个新的二维码再扫。",
    ("NotAllowedError", "phone_over"): SAYS["over"],
    ("NotAllowedError", "phone_turns"): "试得太多了。请等一分钟，再扫电脑上新的二维码。",
    (
        "RequestError",
        "phone_lan",
    ): "这台电脑现在没有连局域网，手机连不上。请连上无线网（WiFi）或插好网线；都没有的，可以打开手机热点，让电脑连上手机。",
    ("RequestError", "phone_address"): "这台电脑现在没有 {address} 这个地址，可能换了网络。请刷新页面再试。",
    ("RequestError", "phone_port"): PORT,
    ("RequestError", "phone_many"): "同时最多 {most} 部手机。请先结束不用的再开。",
    ("RequestError", "phone_name"): "手机页面出错了，没有收下。请重新扫码再试。",
}


def phone_finding_text(finding: Finding) -> str:
    """The sentence for what the gate found, for who holds the telephone."""
    return PHONE_FINDINGS.get(finding.code) or finding_text(finding)

"""What is said about the road on paper: what became of a code that was read, and of what it carried."""

STATES = {
    "more": "收到一个码。这张单共 {of} 个码，还差第 {missing} 码，请接着扫。",
    "taken": "收下了，全部内容已经存好。",
    "known": "这张单以前已经收过，不会重复登记。",
    "own": "这是本站自己打印的单子，不用扫。请把它送到收件站点去扫。",
    "refused": "码读出来了，但没有收：{why}",
    "acknowledged": "对方已经收到本站的纸上带件，签了名的回执已存好。",
    "acknowledged_other": "这张回执有效，已存好。里面没有提到本站发出的东西。",
}
TONES = {"more": "blue", "taken": "green", "known": "blue", "own": "orange", "refused": "red", "acknowledged": "green"}

WHY = {
    "malformed": "里面的内容不完整。请让对方重新打印再送来。",
    "no_route": "这张单不是送到本站的，也不经过本站。请看单上“送到”哪里，送到那里去扫。",
    "certificate": "发出的站点的证书已不能用。请联系县级密钥管理员。",
    "signature": "签名不对，里面的内容可能被人改过。不要当真，请与发出的站点核实。",
    "not_a_reader": "里面没有给本站的钥匙，本站打不开。请与发出的站点联系。",
    "decryption": "内容打不开，可能被人改过。请让对方重新打印再送来。",
    "compression": "里面的内容不完整。请让对方重新打印再送来。",
    "records": "里面的内容不完整。请让对方重新打印再送来。",
    "dictionary": "打不开：本站缺对方以前寄来的材料，或者对方的程序比本站新。请留好这张单，先更新本站的程序；还不行，请联系技术人员。",
    "unknown_maker": "本站还没有发出站点的证书，现在核对不了。先收着，证书到了自动打开；这张单请留好。",
    "waiting_full": "等着核对证书的邮包太多，先不收新的。请等网络通了再试。",
    "unreadable": "程序读不懂里面的内容。请把这张单留好，联系技术人员。",
}
OTHER_WHY = "原因代号 {code}。请把这张单留好，联系技术人员。"

OUTCOMES = {
    "admitted": "已登记",
    "flagged": "已登记，有疑问",
    "waiting": "先存着，等前面的内容或证书到了再登记",
    "set_aside": "搁置，等人工处理",
    "refused": "没有登记",
    "": "本站打不开，原样转送",
}
OUTCOME_TONES = {"admitted": "green", "flagged": "orange", "waiting": "orange", "set_aside": "red", "refused": "red", "": "grey"}

NO_LETTERS = "里面的内容要等发出站点的证书到了才能打开。证书会由网络或U盘送来，到时自动登记，不用再扫。"
PASSING = "这张单不是给本站的，本站打不开。已经原样存好，由本站往收件站点转送：{to}。"
STRANGE = "这张单不是给本站的，本站也还不认识发出的站点，没有转送。请把纸送到收件站点去扫：{to}。"

CAMERA = {
    "starting": "正在打开摄像头…",
    "looking": "把码放进画面，尽量占满、放平、不要反光。",
    "denied": "没有打开摄像头：浏览器没有得到允许，或摄像头正被别的程序用着。请在浏览器里点“允许”，或改用下面的办法。",
    "insecure": "浏览器只在本机地址上才允许用摄像头。请在装驿站的这台电脑上用 http://127.0.0.1 打开，或改用“选照片”。",
    "none": "没有找到摄像头。请插好高拍仪，或改用下面的办法。",
    "see": "看收到了什么，打印回执",
    "open": "打开办件",
    "camera": "摄像头",
    "line": "和驿站的程序说不上话，请看它是否还开着。",
}


def state_text(state: str, of: int = 1, missing: tuple[int, ...] = (), why: str = "", *, about_us: bool = True) -> str:
    """What became of a code, in one sentence or two."""
    told = "acknowledged_other" if state == "acknowledged" and not about_us else state
    return STATES[told].format(of=of, missing="、".join(map(str, missing)), why=WHY.get(why, OTHER_WHY.format(code=why)))

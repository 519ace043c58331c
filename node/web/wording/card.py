"""What is said about identity cards that are read at the counter: what is on one, and why one could not be read."""

MEMBERS = {
    "name": "姓名",
    "sex": "性别",
    "nation": "民族",
    "birth": "出生",
    "address": "住址",
    "number": "公民身份号码",
    "office": "签发机关",
}
"""What stands on a card, in its own words and order."""

LASTING = "长期"
PERIOD = "{begins} 至 {ends}"
"""From when to when a card is valid."""

READ = "读卡核验"
"""Beside an answer that is what the card said."""

UNLIKE = "与身份证不一致，身份证上是“{card}”，这里填的是“{typed}”。"
UNLIKE_TOLD = "与代办点读到的身份证不一致，请核对。"
"""Beside an answer that is not what the card said: where both are known, and where only that is known."""

EXPIRED = "读到的身份证已经过期。"

ERRORS: dict[tuple[str, str | None], str] = {
    ("RequestError", "card_off"): "本站没有接身份证阅读器，请手工填写。要接阅读器，请联系管理员。",
    ("RequestError", "card_busy"): "正在读另一张卡，请等它读完再试。",
    ("RequestError", "card_unreachable"): "连不上身份证阅读器。请看阅读器的线插好没有、它的程序打开没有，再试一次。",
    ("RequestError", "card_silent"): "等了十秒，身份证阅读器没有回答，什么也没有填。请把卡放好再读；还是不行，请重新插一下阅读器。",
    ("RequestError", "card_none"): "没有读到身份证，什么也没有填。请把身份证平放在阅读器上，再读一次。",
    ("RequestError", "card_partial"): "身份证没有读完整，什么也没有填。请把卡放好、先不要拿开，再读一次。",
    ("RequestError", "card_answer"): "身份证阅读器回答的内容看不懂，什么也没有填。请再读一次；还是不行，请管理员核对阅读器的设置。",
    ("RequestError", "card_too_large"): "身份证阅读器回答的内容太多，不像是一张身份证，什么也没有填。请管理员核对阅读器的设置。",
    ("RequestError", "card_number"): "读到的号码不是有效的公民身份号码，什么也没有填。请再读一次；还是这样，请手工填写。",
    ("RequestError", "card_whose"): "不知道这张身份证是谁的。请点这个人“证件号码”旁边的“读身份证”。",
    ("NotFoundError", "card"): "这个人的身份证还没有读过，或者已经不用了。请再读一次。",
    ("NotFoundError", "card_photo"): "没有读到身份证上的照片。请再读一次，或者拍照上传。",
}

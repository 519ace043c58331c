"""What the commands about keys and tokens say."""

from node.web.wording.keys import TOKENS

KEY_SENTENCES = {
    **{f"token_{code}": sentence for code, sentence in TOKENS.items()},
    "token_none": "没有看到 UKey（令牌）上的密钥。",
    "ask_token_pin": "UKey（令牌）的 PIN：",
    "old_pin_file": "新旧密钥都在本机文件里，才能用旧 PIN 接着开单位印章。请不给旧 PIN，再由别的保管人重新加这个人。",
    "key_new_seals": (
        "{name} 保管着单位印章：{seals}。新密钥开不了这些章，要由别的保管人重新加入；只有一个保管人时要重新申请印章。"
        "记得旧 PIN 的，加 --old-pin 再运行一次。"
    ),
    "key_new_sole": "注意：只有 {name} 一个保管人：{seals}。",
    "ask_own_password": "您自己的登录密码：",
    "ask_own_pin": "您自己的 PIN：",
    "ask_unblock_code": "UKey 的解锁码：",
    "key_unlocked": "{name} 的 PIN 已解锁，可以重新输入。",
    "key_unblocked": "{name} 的 UKey 已解锁，新 PIN 已生效。",
    "seal_token_pin": "单位印章的 UKey 口令已被改过，打不开。请保管人改回原口令，或重新申请这枚印章。",
    "key_taken": "这个 UKey 里的密钥已经是别人的了，请换一个 UKey 或另建一个容器。",
    "no_unblock": "密钥在本机文件里，没有解锁码，请用 keys unlock 解锁。",
    "unlock_self": "不能给自己解锁，请本站另一位系统管理员或密钥管理员办理；只有一人时，用 keys new 重新申请密钥。",
    "unlock_reason": "请用 --reason 写明解锁原因，不超过 {most} 个字。",
    "unblock_wrong": "解锁码不对，还可以试 {left} 次。",
    "unblock_refused": "解锁码不对。请核对令牌附带的解锁码；连续输错，令牌会锁死。",
    "unblock_locked": "解锁码输错次数过多，这个 UKey 不能再解锁，请联系厂家重新初始化，再重新申请密钥。",
}

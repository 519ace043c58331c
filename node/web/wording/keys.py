"""What is said of tokens (UKey, 令牌) and of where keys are held; pages and commands say the same."""

TOKENS = {
    "no_library": "本机没有装好 UKey（令牌）的驱动，或没有设置。请系统管理员装好驱动，在 node.toml 的 [keys] 里写上驱动库的位置。",
    "absent": "没有插入 UKey（令牌）。请插好再试。",
    "no_key": "插着的 UKey（令牌）里没有这把密钥。请换上自己的 UKey 再试。",
    "other_key": "插着的 UKey（令牌）是别人的，口令没有发给它。请换上自己的 UKey 再试。",
    "gone": "UKey（令牌）中途拔出了，没有签章，内容没有丢。请插好再办一次。",
    "login": "UKey（令牌）需要重新输入口令。请再输一次。",
    "pin_form": "UKey（令牌）不接受这样的口令。请按它的要求换一个，一般是 6 到 16 位。",
    "unable": "这种 UKey（令牌）不支持本县用的算法或这项操作。请联系系统管理员。",
    "failed": "UKey（令牌）没有完成操作，没有签章。请拔出重插再试；还不行请联系系统管理员。",
}

HOLDERS = {"file": "本机文件", "skf": "UKey", "pkcs11": "令牌（PKCS#11）"}
"""What a key is in, in words."""

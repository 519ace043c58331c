"""Sentences about a station that needs its next number."""

WHY = {
    "backup": "本站是从备份恢复出来的。备份之后编过的号，这台电脑不记得了。",
    "machine": "这台电脑不是原来装驿站的那台，或者文件夹是拷贝来的。",
    "numbers": "上级收到过本站更新的来件，而这台电脑不记得：这是一份旧的拷贝。",
    "doubled": "上级发现两台电脑在用同一个站点编号。",
}

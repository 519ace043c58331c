"""What the installer says, in Chinese, by code."""

SENTENCES = {
    "stick_damaged": "安装U盘上的文件不对，没有安装：{files}。请重新拷贝一份安装U盘。",
    "stick_checked": "安装U盘的文件完整（版本 {version}，{made_at} 制作）。",
    "no_room": "磁盘空间不够：{place} 至少要有 {needed} MB。请清理后再运行一次。",
    "no_rights": "写不进 {place}。请右键用“以管理员身份运行”（Windows）或 sudo（Linux）再试；Linux 不用管理员也能装到自己的主目录。",
    "no_invitations": "U盘的 invitations 文件夹里没有邀请文件。请县里用 run-node invite 做好，放进去再来。",
    "which": "这是哪个村（站）？输入名称里的几个字或编号来查找：",
    "found_none": "没有找到，请换几个字再查。",
    "found_many": "找到 {count} 个，请输入前面的序号，或再输几个字：",
    "more": "  ……还有 {count} 个，请多输几个字",
    "line": "  {number}. {label}",
    "chosen": "安装到：{label}",
    "bad_answers": "答案文件里的 village 在邀请里找不到，或不止一个：{given}",
    "step": "[{number}/{count}] {what}",
    "environment": "准备程序（{place}）",
    "already": "  已经有了，跳过",
    "use_program": "启用这个版本的程序",
    "check_signature": "核对县里的签名",
    "unsigned": "  注意：安装U盘没有县里的签名，只核对了文件完整。",
    "join": "入网：用邀请 {file}",
    "joined_already": "  站点已经在 {place}，跳过",
    "join_by_line": "  {parent} 能连通，正在等对方同意（最多一刻钟；按 Ctrl-C 改用U盘）……",
    "not_joined": "没有入网。请看上面的提示。",
    "joined": "  已入网。",
    "waits": "还差一步：申请已写到U盘 {file}。\n"
    "请把U盘带到上级（{parent}）。上级在U盘的文件夹里运行：\n"
    "  run-node requests answer 上级站点文件夹 {file} {answer} --yes\n"
    "（先核对两边的核对码。）再把U盘拿回来运行一次安装。",
    "user": "建立专用账户 {user}",
    "rights": "程序和数据只给专用账户使用",
    "task_rights": "程序和数据只给管理员和本机服务使用",
    "script": "写好启动脚本",
    "service": "设为开机自动启动",
    "start": "启动站点",
    "shortcut": "在桌面放一个“驿站”图标",
    "no_systemd": "  这台电脑没有运行 systemd。启动请运行：{command}",
    "started": "  已启动。",
    "not_up": "  站点没有在一分钟内答应。请看记录：{log}；再运行一次安装也不会坏事。",
    "done": "装好了。浏览器打开 {url} 。",
    "done_by_hand": "装好了。启动：{command} ，然后浏览器打开 {url} 。",
    "size": "程序占 {size} MB，用时 {seconds} 秒。",
    "older": "这台电脑上的版本（{current}）不比U盘上的旧，不用更新。",
    "updating": "这台电脑上是 {current}，U盘上是 {new}：更新",
    "update_running": "更新已备好，站点会自己换上新版本；起不来会退回。稍后在“站点管理—更新”页可以看到结果。",
    "failed": "这一步没有做成：{what}\n{why}\n改好以后再运行一次安装，做过的步骤会跳过。",
    "dry_run": "只列出步骤，什么都不做。",
    "removed": "程序已卸载。数据没有动，仍在：{place}\n确实不要了，请先备份，再自己删除这个文件夹。",
    "not_there": "这里没有装过驿站：{place}",
    "enter": "按回车键结束。",
    "platform": "U盘里没有适合这台电脑的程序（系统 {system}，Python {python}）。\n"
    "请换用 Python 3.11、3.12 或 3.13（64 位），或向县里要适合这个系统的安装U盘。\n详情：{why}",
    "no_cipher": "这台电脑用不了加密的数据库（sqlcipher3：{why}），没有安装：数据不能明文放在村里的电脑上。\n"
    "请换用 Python 3.11、3.12 或 3.13；Linux 要有 glibc 2.28 或更新。",
}


def say(code: str, /, **facts: object) -> str:
    """The sentence of a code, with its facts filled in."""
    return SENTENCES[code].format(**facts)

"""What each finding of the health check says: a label, one sentence what it is, and one what to do. For pages and the command `doctor`."""

HEALTH: dict[str, tuple[str, str, str]] = {
    "standing_active": ("站点身份", "本站是在用站点。", ""),
    "standing_restored": (
        "站点身份",
        "本站是从备份恢复的，或换了机器，还没有新的站点编号，现在不能报送和签章。",
        "请打开“站点编号”页，照那里写的向上级要新编号；在那以前可以查看、保存草稿。原来的电脑不要再启动。",
    ),
    "standing_superseded": (
        "站点身份",
        "已有新的站点接替本站，本站不能再报送和签章。",
        "请改用新的站点；这里没有送完的材料会继续送出，送完后停用这台机器。",
    ),
    "standing_revoked": ("站点身份", "本站的证书已被吊销，不能再报送和签章。", "请联系上级系统管理员，问清原因，需要时重新入网。"),
    "line_county": ("线路", "本站是县级站点，没有上级。", ""),
    "line_up": ("线路", "与上级的线路通，{since}起；最近一次收到上级消息：{heard}。", ""),
    "line_not_used": ("线路", "线路上次是通的，但从{heard}起没有再联系上级。", "请看本站程序是否开着；没有开就启动它。"),
    "line_down": (
        "线路",
        "与上级的线路不通（{why}），{since}起；最近一次收到上级消息：{heard}。",
        "照常办理；过一天还不通，请检查网线、路由器和上级地址，或用U盘传送。",
    ),
    "line_down_long": (
        "线路",
        "与上级已经三天以上没有联系（{why}）；最近一次收到上级消息：{heard}。",
        "请检查网线、路由器和上级地址；修好以前用U盘传送，不要耽误群众的事。",
    ),
    "line_by_hand": (
        "线路",
        "本站没有设上级的网络地址，只用U盘传送。",
        "请按约定的日子写U盘包送上级；通了网就在 node.toml 里填 parent.url。",
    ),
    "line_unknown": ("线路", "还没有联系过上级。", "请等几分钟再看；还是这样就检查网络和 node.toml 里的 parent.url。"),
    "queue_empty": ("待发", "没有待发的材料。", ""),
    "queue_waits": ("待发", "有 {count} 份材料待发（{size_bytes}），最早的从{since}起等候。", ""),
    "queue_old": (
        "待发",
        "有 {count} 份材料待发（{size_bytes}），最早的从{since}起等候，已经超过一天。",
        "请先看线路；线路一时修不好就写U盘包送去。",
    ),
    "queue_stuck": (
        "待发",
        "有 {count} 份材料待发（{size_bytes}），最早的从{since}起等候，已经超过一周。",
        "请马上写U盘包送上级，并打电话给上级窗口说明。",
    ),
    "refused": ("没有收下", "有 {count} 份材料对方没有收下。", "请联系上级系统管理员，看对方为什么不收；材料还在本站，没有丢。"),
    "set_aside": ("有问题的材料", "有 {count} 份收到的材料有问题，放在一边等人看。", "请业务人员到“办件查询”的“有问题待人工”里看原因。"),
    "clock_not_compared": ("时钟", "还没有和上级对过时间。", "请看一眼电脑右下角的日期和时间对不对。"),
    "clock_compared_long_ago": ("时钟", "上次和上级对时间是{at}，相差{seconds}。", "请看一眼电脑右下角的日期和时间对不对。"),
    "clock_agrees": ("时钟", "与上级的时间一致（相差{seconds}，{at}比对）。", ""),
    "clock_behind": ("时钟", "本机比上级慢{seconds}（{at}比对）。", "请把电脑的日期和时间调准；常常变慢就换主板电池。"),
    "clock_ahead": ("时钟", "本机比上级快{seconds}（{at}比对）。", "请把电脑的日期和时间调准。"),
    "clock_went_back": (
        "时钟",
        "本机的时间倒退了：现在是{now}，以前到过{last}。",
        "请把电脑的日期和时间调准；关机后总是倒退就换主板电池。",
    ),
    "clock_outside_certificate": (
        "时钟",
        "本机的时间是{now}，不在本站证书的有效期（{since}至{until}）内。",
        "请先看电脑的日期对不对；日期对就是证书早已到期，联系上级换证书。",
    ),
    "disk_room": ("磁盘", "磁盘还有 {free_mib}，本站附件占 {enclosures_mib}，数据库占 {database_mib}。", ""),
    "disk_low": (
        "磁盘",
        "磁盘只剩 {free_mib}，快到保留线（{reserve_mib}）。",
        "请清理这台电脑上与办事无关的大文件，不要动站点文件夹里的东西。",
    ),
    "disk_full": (
        "磁盘",
        "磁盘只剩 {free_mib}，低于保留线（{reserve_mib}），不能再收影像。",
        "请马上清理这台电脑上与办事无关的大文件，不要动站点文件夹里的东西。",
    ),
    "memory": ("内存", "内存共 {total_mib}，可用 {available_mib}。", ""),
    "memory_low": ("内存", "内存只剩 {available_mib} 可用（共 {total_mib}）。", "请关掉别的程序；常常这样就加内存。"),
    "database": ("数据库", "数据库完好（{at}检查）。", ""),
    "database_unchecked": ("数据库", "数据库还没有检查过。", "启动站点后过几分钟会自动检查；也可以运行 run-node doctor。"),
    "database_checked_long_ago": ("数据库", "数据库上次检查是{at}。", "请运行 run-node doctor 检查一次。"),
    "database_damaged": (
        "数据库",
        "数据库有损坏（{at}检查，{count} 处）。",
        "请停止办理，联系上级系统管理员，从最近的备份恢复；不要删除站点文件夹。",
    ),
    "database_unreadable": (
        "数据库",
        "检查“{check}”时数据库读不出来。",
        "请停止办理，联系上级系统管理员，从最近的备份恢复；不要删除站点文件夹。",
    ),
    "check_failed": ("体检", "“{check}”这一项没有查成。", "请重新启动站点再看；还是这样就把本页拍给系统管理员。"),
    "backup": ("备份", "最近一次备份：{at}，已核对。", ""),
    "backup_no_copy": ("备份", "最近一次备份（{at}）在本机做好了，没有能抄到U盘。", "请看备份U盘是否插好、有没有满，再做一次。"),
    "backup_never": ("备份", "还没有做过备份。", "请插上备份U盘，在“备份”页做一次。"),
    "backup_old": ("备份", "最近一次备份是{at}，超过一周了。", "请插上备份U盘，在“备份”页做一次。"),
    "backup_failed": ("备份", "最近一次备份（{at}）没有成功。", "请看备份U盘是否插好、有没有满，再做一次。"),
    "backup_unverified": ("备份", "最近一次备份（{at}）没有核对成功，不能放心。", "请换一个U盘再做一次备份。"),
    "certificates": ("本站证书", "本站证书有效，最早到{until}。", ""),
    "certificates_none": ("本站证书", "本站没有证书。", "请联系上级系统管理员重新入网。"),
    "certificate_missing": ("本站证书", "缺少证书：{usage}。", "请联系上级系统管理员重新签发。"),
    "certificate_revoked": ("本站证书", "证书已被吊销：{usage}。", "请联系上级系统管理员，问清原因。"),
    "certificate_ends": ("本站证书", "{usage}证书将在{until}到期。", "本站会自动申请换证；请在到期前两周再看一次。"),
    "certificate_ends_soon": ("本站证书", "{usage}证书将在{until}到期，不到两周了。", "请联系上级系统管理员，确认换证申请。"),
    "certificate_ended": ("本站证书", "{usage}证书已在{until}到期。", "请马上联系上级系统管理员换证。"),
    "people": ("人员证书", "{count} 张人员证书有效，最早到{until}。", ""),
    "people_ends": ("人员证书", "有 {count} 张人员证书快到期，最早{until}。", "请在“证书”页看是谁的，提前申请换证。"),
    "people_ends_soon": ("人员证书", "有 {count} 张人员证书快到期，最早{until}，不到两周了。", "请在“证书”页看是谁的，马上申请换证。"),
    "people_ended": (
        "人员证书",
        "有 {count} 张人员证书已到期或快到期，最早的在{until}到期。",
        "请在“证书”页看是谁的，马上申请换证；到期的人不能签章。",
    ),
    "people_token_library": (
        "UKey 驱动",
        "有 {count} 个人员的密钥在 UKey（令牌）上，本机没有装好或没有设置它的驱动库。",
        "装好 UKey 厂家的驱动，在 node.toml 的 [keys] 里写上驱动库的位置，再重新启动。",
    ),
    "audit": ("操作记录", "操作记录前后相接（{count} 条）。", ""),
    "audit_broken": ("操作记录", "操作记录第 {line} 条被改过或缺了。", "请不要再动这台电脑，联系上级系统管理员查清是谁动过数据库。"),
    "seals": ("单位印章", "{count} 枚单位印章可用。", ""),
    "seals_ends": ("单位印章", "有 {count} 枚单位印章快到期，最早{until}。", "请保管人在“单位印章”页申请更换。"),
    "seals_ends_soon": ("单位印章", "有 {count} 枚单位印章快到期，最早{until}，不到两周了。", "请保管人在“单位印章”页马上申请更换。"),
    "seals_ended": ("单位印章", "有 {count} 枚单位印章已过期，最早{until}。", "请保管人在“单位印章”页申请更换；也请核对这台电脑的日期。"),
    "seals_lost": ("单位印章", "本站的单位印章已挂失（{count} 枚）。", "请保管人在“单位印章”页申请新章。"),
    "seal_key_missing": ("单位印章", "有 {count} 枚单位印章的密钥文件不见了。", "请从备份恢复；恢复不了的，请县里挂失后申请新章。"),
    "people_key_missing": ("人员密钥", "有 {count} 个人员的密钥文件不见了。", "请密钥管理员重新发密钥，或从备份恢复。"),
    "keys": ("密钥文件", "密钥文件都在，能打开。", ""),
    "key_missing": ("密钥文件", "密钥文件不见了：{usage}。", "请不要重新安装；联系上级系统管理员，从备份恢复。"),
    "key_damaged": ("密钥文件", "密钥文件打不开，或不是本机的：{usage}。", "请不要重新安装；联系上级系统管理员，从备份恢复。"),
    "revocations": ("吊销名单", "吊销名单是最新的（{count} 份）。", ""),
    "revocations_stale": (
        "吊销名单",
        "有 {count} 份吊销名单过期，最早{since}该更新。",
        "线路通后会自动更新；长期用U盘的站点请让上级写U盘包时带上。",
    ),
    "sm2": ("国密算法", "SM2 自检通过（libcrypto {version}）。", ""),
    "sm2_broken": ("国密算法", "这台机器的 SM2 自检不通过，不能签章和收发。", "请安装 OpenSSL 3 的 libcrypto，或用安装盘重新安装程序。"),
    "folder_private": ("文件权限", "站点文件夹只有本站程序能读。", ""),
    "folder_open": ("文件权限", "站点文件夹里有 {count} 处别的用户也能读。", "请让系统管理员把文件夹权限改为 0700、文件改为 0600。"),
    "address_local": ("网页地址", "网页只在本机打开（端口 {port}）。", ""),
    "address_proxy": ("网页地址", "网页经前面的 TLS 代理打开（端口 {port}）。", ""),
    "address_plain": ("网页地址", "网页以明文对局域网开放（端口 {port}），同网段的人能看到内容。", "条件允许时请在前面加 TLS。"),
    "program": ("程序", "程序版本 {version}。", ""),
    "update_ready": ("程序更新", "新版本 {version} 已从线路收到，还没有换上。", "请系统管理员打开“更新”页，点“更新到 {version}”。"),
    "update_refused": (
        "程序更新",
        "从线路收到的新版本 {version} 不能相信或已损坏，没有使用。",
        "请告诉县里的系统管理员，让县里重新发一次；本站照常办理。",
    ),
    "catalogue": ("事项目录", "在用的是县里发布的目录第 {number} 号。", ""),
    "catalogue_shipped": ("事项目录", "县里还没有发布过目录，用的是程序自带的事项。", ""),
    "catalogue_waits": (
        "事项目录",
        "在用的是目录第 {number} 号，第 {next} 号还没有收齐。",
        "不用做什么：联网或用U盘多收几次就会收齐，收齐后自动启用。几天后还是这样，请告诉县里的系统管理员。",
    ),
    "items": ("事项", "本站有 {count} 个事项。", ""),
    "items_none": ("事项", "本站没有任何事项，不能代收。", "请用安装盘重新安装程序，或联系上级更新事项。"),
    "calendar": ("工作日历", "{year} 年的工作日历已有。", ""),
    "calendar_ends": (
        "工作日历",
        "还没有 {year} 年的正式工作日历，跨年的期限是暂定的。",
        "不用做什么：县里发布后会随线路送到，期限自动重算。",
    ),
    "calendar_next_year": (
        "工作日历",
        "还没有发布 {year} 年的正式工作日历，跨年的期限都是暂定的。",
        "国务院办公厅的放假通知一般在十一月公布。请打开“工作日历”页，照通知导入 {year} 年的日历并发布。",
    ),
    "calendar_over": (
        "工作日历",
        "还没有 {year} 年的正式工作日历，期限按周末和法定节日暂算。",
        "请先看电脑的日期对不对；日期没错，就请县里发布今年的工作日历。办件照常办理。",
    ),
    "calendar_this_year": (
        "工作日历",
        "还没有发布 {year} 年的正式工作日历，全县的期限按周末和法定节日暂算。",
        "请先看电脑的日期对不对；日期没错，就打开“工作日历”页，导入 {year} 年的日历并发布。",
    ),
    "joining": ("入网", "这个文件夹已向上级申请入网，还在等答复。", "请等上级确认；没有网络就把答复文件带来，用 run-node join 收下。"),
    "wiped": ("站点身份", "本站密钥已被报失，为保护数据已全部清除，本机不能再用。", "请联系县级管理员重新建站。"),
    "config_bad": ("配置", "{why}", "请改好这一项再启动；不会改就从备份里取回 node.toml。"),
    "database_missing": ("数据库", "站点文件夹里没有数据库。", "请看文件夹是不是写对了；文件夹对，就从备份恢复。"),
    "database_closed": (
        "数据库",
        "数据库打不开：已损坏、密钥不对，或由更新的程序建立。",
        "请不要删除任何文件；联系系统管理员，从最近的备份恢复。",
    ),
    "database_busy": ("数据库", "数据库正忙。", "请过一分钟再试。"),
    "database_key": ("密钥文件", "打开数据库的密钥不在，或不是本机的。", "请不要重新安装；联系系统管理员，从备份恢复。"),
    "root_bad": ("县根证书", "县根证书 root.der 不在，或用不了。", "请从上级或备份取回 root.der。"),
    "": ("其他", "有一项本站看不懂的情况（{code}）。", "那里的程序可能比本站新；请更新本站程序再看。"),
}
"""By code: label, what it is, what to do (nothing where all is well)."""

GRADES = {"good": "正常", "note": "留意", "bad": "要处理"}
GRADE_TONES = {"good": "green", "note": "orange", "bad": "red"}
NEVER_HEARD = "还没有报告"
REVOKED = "证书已吊销"
SUMMARY = {
    "good": "本站一切正常。",
    "note": "本站可以正常使用，有几项请留意。",
    "bad": "本站有 {count} 项要处理，请照下面说的做。",
}
USAGES = {
    "station_sign": "站点签名",
    "station_encrypt": "站点加密",
    "authority": "签发",
    "seal_maker": "制章",
    "organ": "单位印章",
}
WHYS = {
    "unreachable": "连不上", "timeout": "太慢", "broken": "中断", "bad_answer": "回答看不懂", "busy": "上级正忙", "error": "上级出错",
    "wrong_station": "对方不是上级", "not_admitted": "上级不认识本站", "station": "本站自己出错",
}  # fmt: skip
CHECKS = {
    "standing": "站点身份", "line": "线路", "queue": "待发", "not_taken": "没有收下的", "against_parent": "与上级对时",
    "against_itself": "时钟",
    "disk": "磁盘", "memory": "内存", "database": "数据库", "backup": "备份", "certificates": "本站证书", "people": "人员证书",
    "audit": "操作记录", "keys": "密钥文件", "seals": "单位印章", "revocations": "吊销名单", "sm2": "国密算法", "modes": "文件权限",
    "address": "网页地址", "program": "程序", "update": "程序更新", "catalogue": "事项目录", "calendar": "工作日历",
}  # fmt: skip
OTHER = "其他原因"
DURATIONS = ((86400, "{count} 天"), (3600, "{count} 小时"), (60, "{count} 分钟"), (1, "{count} 秒"))
"""The largest unit that fits, seconds in each."""

LINE_WORDS = {
    "line_county": "—", "line_up": "通", "line_not_used": "没有在用", "line_down": "不通", "line_down_long": "长期不通",
    "line_by_hand": "U盘", "line_unknown": "未连过",
}  # fmt: skip
"""The line in one word, for the list of stations."""
DOCTOR = {
    "head": "{name}（站点编号 {station}）体检，{at}",
    "line": "[{grade}] {label}：{what}",
    "do": "        怎么办：{do}",
}
"""Lines of the command `doctor`."""

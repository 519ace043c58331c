"""The commands of `run-node`: one table. A command's module is loaded only when it is called, so each starts fast."""

from node.commands.command import DIR, FILE, JSON, SECRETS, UNDER, Command, arg
from node.commands.table_catalogue import CATALOGUE_COMMANDS
from node.commands.table_scan import SCAN_COMMANDS
from node.commands.table_seals import SEAL_COMMANDS
from node.roles import Role, Tier

REASONS = (
    "原因：key_compromise 被盗或泄露，affiliation_changed 调离，cessation_of_operation 停用，superseded 已换新，"
    "privilege_withdrawn 取消权限，unspecified 其他"
)

BUNDLE = (
    arg("file", metavar="FILE", nargs="?", default=None, help="U盘包文件"),
    arg("--drive", metavar="NAME", nargs="?", const="", default=None, help="用插着的U盘；插着几个时写它的名字"),
)
NEW_PIN = arg("--new-pin-file", metavar="FILE", default=None, help="从文件读新 PIN；不给则询问")
UNLOCKING = (
    DIR,
    arg("name", metavar="NAME", help="登录名"),
    arg("--by", required=True, metavar="NAME", help="您自己的登录名"),
    arg("--reason", required=True, metavar="TEXT", help="解锁原因"),
    arg("--own-pin", action="store_true", help="用自己的 PIN 证明；不给则用自己的登录密码"),
    arg("--own-pin-file", metavar="FILE", default=None, help="从文件读自己的 PIN"),
    SECRETS[0],
)

COMMANDS = (
    Command(
        "demo",
        "在一台机器上启动示例县：一县、一镇、两村",
        "node.commands.demo:run",
        (
            arg("--dir", default="demo-data", metavar="DIR", help="演示文件夹，默认 demo-data"),
            arg("--port", type=int, default=8600, metavar="PORT", help="第一个端口，默认 8600"),
            arg("--reset", action="store_true", help="先清空演示文件夹"),
        ),
    ),
    Command(
        "init",
        "建立一个新站点；县站自建根证书",
        "node.commands.stations:init",
        (
            DIR,
            arg("--tier", required=True, choices=[str(tier) for tier in Tier], help="层级"),
            arg("--name", required=True, metavar="NAME", help="站点名称"),
            arg("--division", required=True, metavar="CODE12", help="12 位统计用区划代码"),
            arg("--suite", choices=["gm", "p256"], default=None, help="算法套件，默认 gm；下级与县相同"),
            *UNDER,
        ),
    ),
    Command(
        "serve",
        "启动站点：网页、站间接口与传输",
        "node.serve:run",
        (DIR, arg("--listen", metavar="HOST:PORT", default=None, help="监听地址，默认见 node.toml")),
    ),
    Command("carry", "现在传输一轮", "node.commands.road:carry", (DIR, JSON)),
    Command(
        "bundle-out",
        "把待发的写成U盘包",
        "node.commands.bundles:write",
        (
            DIR,
            *BUNDLE,
            arg("--to", metavar="STATION", default=None, help="给哪个相邻站点（编号或名称），默认上级"),
            arg("--max-mib", metavar="N", type=int, default=None, help="最多写多大，单位 MiB"),
            JSON,
        ),
    ),
    Command("bundle-in", "收下U盘包", "node.commands.bundles:read", (DIR, *BUNDLE, JSON)),
    Command("bundle-look", "看U盘包是谁给谁的、有些什么，不收下", "node.commands.bundles:look", (DIR, *BUNDLE, JSON)),
    Command("doctor", "给站点做体检，说明哪里有问题、怎么办", "node.commands.doctor:run", (DIR, JSON)),
    Command(
        "backup",
        "把整个站点备份成一个加密文件并核对；服务运行时也可以",
        "node.commands.backup:backup",
        (
            DIR,
            FILE,
            arg("--recovery-code-file", metavar="FILE", default=None, help="第一次备份时把新恢复码写进这个文件；不给则显示一次"),
            JSON,
        ),
    ),
    Command(
        "restore",
        "从备份恢复到一个空文件夹",
        "node.commands.backup:restore",
        (
            FILE,
            DIR,
            arg("--recovery-code-file", metavar="FILE", default=None, help="从文件读恢复码；不给则询问"),
            arg("--database", metavar="URL", default=None, help="换到另一个数据库：postgresql://…，或 sqlite（文件夹里的文件）"),
        ),
    ),
    Command(
        "export",
        "把一个办件导出为可独立核验的文件",
        "node.commands.evidence:export",
        (DIR, arg("case", metavar="CASE", help="办件编号，长号或短号"), FILE),
    ),
    Command(
        "verify",
        "核验导出文件、PDF、OFD 和印章，不需要站点和网络",
        "node.commands.evidence:verify",
        (
            arg("files", nargs="+", metavar="FILE", help="导出文件、盖了章的 PDF 或 OFD、电子印章（.esl）"),
            arg("--trust", metavar="ROOT", default=None, help="县根证书（DER），不给则结论最多是“无法确定”"),
            JSON,
        ),
    ),
    Command(
        "update",
        "更新程序：检查更新包并备好，由守护程序换上；起不来就退回",
        "node.commands.updates:update",
        (
            DIR,
            arg("file", metavar="FILE", help="更新文件（.yzu）或安装U盘的文件夹"),
            arg("--check", action="store_true", help="只检查，不更新"),
        ),
    ),
    Command(
        "publish-update",
        "县站把更新文件（.yzu）随线路发给全县各站",
        "node.commands.updates:publish",
        (DIR, arg("file", metavar="FILE", help="县站签过名的更新文件（.yzu）")),
    ),
    Command("check-start", "试着把站点装配一次，不开门、不联网", "node.commands.updates:check_start", (DIR,)),
    Command(
        "sign-bundle",
        "县站给安装U盘的文件夹签名",
        "node.commands.updates:sign_bundle",
        (DIR, arg("folder", metavar="FOLDER", help="安装U盘的文件夹")),
    ),
    Command(
        "check-bundle",
        "核对安装U盘的文件夹是不是邀请本站的县签发的",
        "node.commands.updates:check_bundle",
        (
            arg("folder", metavar="FOLDER", help="安装U盘的文件夹"),
            arg("--invitation", required=True, metavar="FILE", help="邀请文件"),
        ),
    ),
    Command(
        "invite",
        "邀请下级站点：一个，或一份名单里的全部",
        "node.commands.enrolment:invite",
        (
            DIR,
            arg("--tier", choices=["village", "township"], default=None, help="层级"),
            arg("--name", metavar="NAME", default=None, help="站点名称"),
            arg("--division", metavar="CODE12", default=None, help="12 位统计用区划代码"),
            arg("--replaces", metavar="STATION", default=None, help="接替哪个站（14 位编号）"),
            arg("--parent-url", metavar="URL", default=None, help="上级的网址，写进邀请"),
            arg("--from", dest="list", metavar="CSV", default=None, help="名单：站点名称,层级,区划代码,上级区划代码,上级网址"),
            arg("--out", required=True, metavar="PATH", help="写到哪里：文件；名单则为文件夹或 .zip"),
            arg("--days", type=int, default=None, metavar="DAYS", help="有效天数，默认 30"),
        ),
    ),
    Command(
        "renumber",
        "恢复或拷贝出来的站点换下一个编号：联网等上级同意，或写申请文件、收答复文件",
        "node.commands.number:renumber",
        (
            DIR,
            arg("--request", metavar="FILE", default=None, help="把申请写成文件，用U盘交给上级"),
            arg("--answer", metavar="FILE", default=None, help="上级给的答复文件"),
        ),
    ),
    Command(
        "join",
        "凭邀请加入：联网等上级同意，或写申请文件、收答复文件",
        "node.commands.enrolment:join",
        (
            DIR,
            arg("--invitation", metavar="FILE", default=None, help="邀请文件；继续上次的入网时不用给"),
            arg("--request", metavar="FILE", default=None, help="把申请写成文件，交给上级"),
            arg("--answer", metavar="FILE", default=None, help="收下上级的答复文件"),
            arg("--parent-url", metavar="URL", default=None, help="上级的网址，默认见邀请"),
        ),
    ),
    Command("requests list", "列出等待处理的申请", "node.commands.enrolment:list_waiting", (DIR, JSON)),
    Command(
        "requests confirm",
        "同意一份申请；核对码由申请的电脑上念来",
        "node.commands.enrolment:confirm",
        (DIR, arg("code", metavar="CODE", help="核对码，如 482-913")),
    ),
    Command(
        "requests refuse",
        "退回一份申请",
        "node.commands.enrolment:refuse",
        (DIR, arg("code", metavar="CODE", help="核对码"), arg("--reason", required=True, metavar="TEXT", help="理由，对方会看到")),
    ),
    Command(
        "requests answer",
        "收下申请文件，核对后写出答复文件",
        "node.commands.enrolment:answer",
        (
            DIR,
            arg("request", metavar="REQUEST", help="申请文件"),
            arg("answer", metavar="ANSWER", help="答复写到这个文件"),
            arg("--yes", action="store_true", help="核对码已经比对，同意"),
        ),
    ),
    Command(
        "people add",
        "添加人员，能签发证书时一并发密钥",
        "node.commands.people:add",
        (
            DIR,
            arg("name", metavar="NAME", help="登录名"),
            arg("--display-name", required=True, metavar="NAME", help="姓名"),
            arg("--role", action="append", required=True, choices=[str(role) for role in Role], help="岗位，可多次"),
            arg("--division", metavar="CODE12", default="", help="为同乡镇的另一个村办理时，那个村的区划代码；默认本村"),
            *UNDER,
            *SECRETS,
        ),
    ),
    Command("people list", "列出人员", "node.commands.people:list_all", (DIR, JSON)),
    Command(
        "people roles",
        "改岗位",
        "node.commands.people:set_roles",
        (
            DIR,
            arg("name", metavar="NAME", help="登录名"),
            arg("role", nargs="+", metavar="ROLE", choices=[str(role) for role in Role], help="岗位"),
        ),
    ),
    Command(
        "people villages",
        "让人员再为一个村办理：同一把密钥，多一张证书和印章；不给 --under 就向上级申请",
        "node.commands.people:villages",
        (
            DIR,
            arg("name", metavar="NAME", help="登录名"),
            arg("--division", metavar="CODE12", default=None, help="那个村的 12 位区划代码；不给则列出现在为哪些村办理"),
            arg("--village", metavar="NAME", default=None, help="那个村的名称"),
            *UNDER,
            SECRETS[1],
        ),
    ),
    Command("people code", "给一个新的启用码，原密码失效", "node.commands.people:code", (DIR, arg("name", metavar="NAME", help="登录名"))),
    Command(
        "people practice",
        "添加练习人员：只练习填报，办件不出本站",
        "node.commands.people:practice",
        (
            DIR,
            arg("name", metavar="NAME", help="登录名"),
            arg("--display-name", required=True, metavar="NAME", help="姓名"),
        ),
    ),
    Command(
        "people leave",
        "离岗移交：列出办件、材料、密钥；加 --confirm 才移交",
        "node.commands.people:leave",
        (
            DIR,
            arg("name", metavar="NAME", help="登录名"),
            arg("--to", metavar="NAME", default=None, help="接收人的登录名"),
            arg("--reason", choices=["affiliation_changed", "cessation_of_operation"], default="affiliation_changed", help="原因"),
            arg("--confirm", action="store_true", help="确认移交；不能撤回"),
        ),
    ),
    Command("people disable", "停用人员", "node.commands.people:disable", (DIR, arg("name", metavar="NAME", help="登录名"))),
    *CATALOGUE_COMMANDS,
    *SCAN_COMMANDS,
    *SEAL_COMMANDS,
    Command("keys list", "列出本站知道的证书，快到期的在前", "node.commands.keys:list_all", (DIR, JSON)),
    Command(
        "keys new",
        "为人员生成密钥，并向上级申请证书",
        "node.commands.keys:new",
        (
            DIR,
            arg("name", metavar="NAME", help="登录名"),
            arg("--holder", metavar="PLACE", default=None, help="密钥放在 UKey 上：skf:应用/容器 或 pkcs11:令牌/密钥；不给则放在本机文件"),
            arg("--old-pin", action="store_true", help="询问旧密钥的 PIN：旧密钥能开的单位印章，新密钥接着能开"),
            arg("--old-pin-file", metavar="FILE", default=None, help="从文件读旧密钥的 PIN"),
            arg("--out", metavar="FILE", default=None, help="申请写到文件；不给则随线路送上级"),
            SECRETS[1],
        ),
    ),
    Command("keys tokens", "列出插着的 UKey（令牌）上看得到的密钥", "node.commands.keys:tokens", (DIR,)),
    Command(
        "keys request",
        "把续期申请，或人员新密钥的申请，写成文件",
        "node.commands.keys:request",
        (DIR, FILE, arg("--person", metavar="NAME", default=None, help="人员的登录名；不给则是本站续期")),
    ),
    Command(
        "keys certify",
        "按申请文件签发证书；续期直接签发，新密钥要加 --yes",
        "node.commands.keys:certify",
        (
            DIR,
            FILE,
            arg("answer", metavar="ANSWER", nargs="?", default=None, help="答复写到这个文件"),
            arg("--yes", action="store_true", help="核对码已经比对，同意"),
        ),
    ),
    Command("keys install", "收下上级的答复文件，启用新证书", "node.commands.keys:install", (DIR, FILE)),
    Command(
        "keys revoke",
        "吊销证书：一张或几张，或一个站点的全部",
        "node.commands.keys:revoke",
        (
            DIR,
            arg("certificate", metavar="DIGEST", nargs="*", help="证书编号，见 keys list"),
            arg("--station", metavar="STATION", default=None, help="站点编号：吊销它的全部密钥"),
            arg("--with-people", action="store_true", help="连同这个站点的人员"),
            arg("--reason", required=True, metavar="REASON", help=REASONS),
            arg("--at", metavar="TIME", default=None, help="从什么时候起，如 2026-11-22T09:00；默认现在"),
        ),
    ),
    Command(
        "keys recertify",
        "乡镇站点被盗并已接替后，县里让新站点为各村重新签发",
        "node.commands.keys:recertify",
        (
            DIR,
            arg("station", metavar="STATION", help="被盗站点的编号"),
            arg("--out", metavar="FILE", default=None, help="清单另写一份文件，用U盘带去"),
        ),
    ),
    Command(
        "keys pin",
        "改密钥的 PIN",
        "node.commands.keys:pin",
        (
            DIR,
            arg("name", metavar="NAME", help="登录名"),
            SECRETS[1],
            NEW_PIN,
        ),
    ),
    Command("keys unlock", "PIN 输错锁定后解锁：密钥管理员或系统管理员当面核对本人后办理", "node.commands.keys:unlock", UNLOCKING),
    Command(
        "keys unblock",
        "用 UKey 附带的解锁码设新 PIN",
        "node.commands.keys:unblock",
        (*UNLOCKING, arg("--code-file", metavar="FILE", default=None, help="从文件读解锁码；不给则询问"), NEW_PIN),
    ),
)

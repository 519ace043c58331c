"""What the commands say, in Chinese, by code. Errors carry facts; the sentences are here."""

from forms.errors import FormError
from node.errors import (
    BusyError,
    CaseNotFoundError,
    ConfigError,
    CorruptError,
    DiskFullError,
    NodeError,
    NotAllowedError,
    NotFoundError,
    RequestError,
    StoreError,
)
from signing.errors import CertificateError, KeyFileError, NoSm2Error, PinError, PinLockedError, SigningError
from sync.errors import BundleError, SyncError

SENTENCES = {
    # while running
    "serving": "驿站 {name} 已启动：{url}",
    "plain_lan_warning": "注意：网页以明文对局域网开放（plain_lan = true），同网段的人能看到内容。条件允许时请在前面加 TLS。",
    "stopped": "已停止。",
    "made_station": "已建好 {name}（站点编号 {station}），文件夹 {dir}",
    "next_serve": "启动：run-node serve {dir}",
    "first_person": "还没有人员，先加一位管理员：run-node people add {dir} admin --display-name 姓名 --role admin",
    "person_added": "已添加 {display_name}（登录名 {name}），岗位：{roles}",
    "person_no_key": "本站不能签发证书，此人暂无密钥，可以登录，不能签章。",
    "person_line": "{name}\t{display_name}\t{roles}\t{key}\t{state}",
    "has_key": "有密钥",
    "no_key": "无密钥",
    "active": "在用",
    "disabled": "停用",
    "roles_set": "{name} 的岗位改为：{roles}。新岗位的签章权限要等重新签发证书后生效。",
    "person_disabled": "{name} 已停用，已登录的会话已全部退出。",
    "ask_password": "登录密码（至少 {least} 位）：",
    "ask_pin": "密钥 PIN（至少 {least} 位）：",
    "ask_again": "再输一遍：",
    "two_differ": "两次输入不一样。",
    # the demo
    "demo_founding": "第一次启动，正在建立示例县（约需几秒）……",
    "demo_ready": "演示已启动：一县、一镇、两村，都在这台机器上。全部人员与数据均为示例。",
    "demo_station": "  {name}  {url}",
    "demo_person": "      {display_name}  登录名 {name}  密码 {password}  PIN {pin}  （{role}）",
    "demo_start_here": "从这里开始：打开 {url} ，用 {name} / {password} 登录，选一个事项，办一件试试。",
    "demo_ctrl_c": "按 Ctrl-C 停止全部四个站。",
    "demo_child_died": "{name} 意外退出（代码 {exit_code}），记录在 {log}",
    "demo_not_a_demo": "{dir} 不是演示文件夹，里面有别的东西，不动它。请换一个 --dir。",
    "demo_not_up": "{name} 没有启动起来，记录在 {log}：",
    # the road
    "carried": "发出 {sent} 个，收到 {received} 个；待发 {waiting} 个，待人工 {set_aside} 个。",
    "waiting_line": "  待发往 {to}，自 {since}：{why}",
    "why_not_tried": "还没有试过",
    "why_unreachable": "线路不通",
    "why_timeout": "线路太慢，超时",
    "why_broken": "线路中断",
    "why_bad_answer": "对方的回答看不懂，可能是网络设备改了内容",
    "why_busy": "对方正忙",
    "why_error": "对方出错",
    "why_wrong_station": "对方不是上级站点，请检查 parent.url",
    "why_not_admitted": "上级不认识本站",
    "why_other": "对方没有收下",
    "bundle_written": "已写入 {file}：{parcels} 个包裹，{enclosures} 个附件。只是交给了U盘，收到回执才算送到。",
    "bundle_read": "已收下 {file}：新的 {new} 个，已有的 {known} 个，附件 {enclosures} 个。",
    "bundle_not_whole": "没有全部收下：损坏 {damaged}，缺少 {missing}，用不上的附件 {skipped}，拒收 {refused}。请让对方重写一次U盘。",
    "bundle_disk_full": "磁盘或U盘满了，没有写成。",
    "bundle_unwritable": "写不了这个文件。",
    "bundle_unreadable": "U盘或文件读不出来。",
    "bundle_not_a_bundle": "这不是U盘包。",
    "bundle_manifest": "U盘包的清单坏了，请让对方重新写一次。",
    "bundle_signature": "U盘包的签名不对，不能相信，没有收下。",
    "bundle_wrong_enclosure": "本站有附件损坏，没有写成。",
    "bundle_to": "没有这个相邻站点：{given}。可以是：{known}",
    # evidence
    "exported": "已导出 {file}（{size} 字节）",
    "verified": "{file}：{verdict}",
    "verify_no_root": "  没有给出县根证书（--trust），不能确定这是哪个县的。",
    "verified_seal": "  {event}　{signer}　{at}　{verdict}",
    "verified_step": "    {number:>2} {name}：{verdict} {code}",
    "verified_problem": "  有问题：{code} {what}",
    "verdict_valid": "有效",
    "verdict_invalid": "无效",
    "verdict_undetermined": "无法确定",
    "verdict_not_applicable": "不适用",
    "step_form": "格式",
    "step_algorithm": "算法",
    "step_signature": "签名值",
    "step_listed": "签章人在印章名单内",
    "step_seal": "印章的制章签名",
    "step_maker": "制章者证书",
    "step_signer": "签章人证书",
    "step_time": "时间",
    "step_content": "内容未改动",
    "step_timestamp": "时间戳",
    "step_status": "印章状态",
    "step_policy": "用印规则",
    "verify_unreadable": "文件打不开：{file}",
    "verify_unknown_kind": "这不是驿站的导出文件：{file}",
    "verify_root": "根证书不能用，或文件里没有：{file}",
    "case_missing": "本站没有这个办件：{number}",
    "not_whole_yet": "附件还没有收齐，不能导出：{name}",
    # updates
    "update_staged": "已备好新版本 {version}（{made_at} 制作）。站点马上重新启动；起不来会自动退回原来的版本。",
    "update_fits": "可以更新到 {version}（{made_at} 制作）。",
    "starts": "站点可以启动。",
    "starts_not": "站点不能启动。",
    "bundle_signed": "{name} 已给安装U盘签名：版本 {version}，{files} 个文件。",
    "bundle_good": "安装U盘核对无误：{name} 签发，版本 {version}，{made_at} 制作，每个文件都没有改动。",
    "bundle_unsigned": "安装U盘没有县里的签名（版本 {version}），只核对了文件是否完整，不能证明是谁做的。",
    "update_not_installed": "这个站点不是用安装U盘装的，不能这样更新。请按原来的办法更新程序。",
    "update_form": "这不是更新包，或已损坏（{what}）。请重新拷贝。",
    "update_unsigned": "更新包没有县里的签名，没有更新。请向县里要签过名的更新包。",
    "update_signature": "更新包的签名不能相信（{why}），没有更新。请向县里核实这个更新包从哪里来。",
    "update_damaged": "更新包里这个文件损坏或被改动：{name}。没有更新，请重新拷贝。",
    "update_older": "更新包（{version}，{made_at} 制作）不比现在的 {current} 新，没有更新。",
    "update_least": "这个更新包要从 {least} 或更新的版本升级，现在是 {current}。请先装中间的版本。",
    "update_disk": "磁盘空间不够，更新需要 {needed_mib} MiB。没有更新，请清理后再试。",
    "update_platform": "更新包里没有适合这台电脑的程序，没有更新。请向县里要适合本机系统和 Python 版本的更新包。详情：{why}",
    "update_waits": "已有一个更新正在换上，请等它完成再试。",
    # errors
    "usage": "命令写得不对：{why}",
    "usage_hint": "用 run-node {command} --help 查看用法。",
    "config_unknown": "配置 node.toml 里有不认识的设置：{name}",
    "config_missing": "配置 node.toml 缺少：{name}",
    "config_bad": "配置 node.toml 里这一项不对：{name}",
    "plain_lan": "不能对本机以外开放明文网页。请在前面加 TLS 并设 behind_proxy = true，或明确设 plain_lan = true。",
    "port_taken": "地址 {address} 已被占用或不可用，换一个端口再试。",
    "listen": "--listen 应写成 主机：端口，收到的是 {listen}",
    "not_a_station": "{dir} 里没有站点。",
    "station_there": "{dir} 里已经有站点或别的文件，不覆盖。",
    "under_needed": "乡镇和村的站点要由上级建立：加 --under 上级站点的文件夹。",
    "county_needed": "还要加 --county 县站的文件夹：印章由县里制作。",
    "under_wrong": "上级不能为这个层级或区划签发证书：{division}",
    "under_unwanted": "县站没有上级，不要加 --under。",
    "suite_wrong": "全县用同一套算法，上级是 {suite}。",
    "station_name_bad": "站点名称要填写，不超过 64 个字。",
    "no_authority": "那个站点没有签发证书或制章的密钥。",
    "division": "区划代码应为 12 位数字，并与层级相符，收到的是 {division}",
    "person_known": "登录名 {name} 已有人使用。",
    "name_bad": "登录名只能用字母、数字、短横、下划线、点或汉字，1 到 32 个字：{name}",
    "display_name_bad": "姓名要填写，不超过 40 个字。",
    "role_unknown": "没有这个岗位，或本层级不能设：{role}",
    "not_found": "没有找到：{name}",
    "password_short": "密码至少 {least} 位。",
    "password_long": "密码最多 {most} 位。",
    "password_letters": "密码里有不能用的字符。",
    "password_common": "这个密码太常见，换一个。",
    "password_name": "密码不能就是登录名。",
    "password_mix": "密码要含大写、小写、数字、符号中的至少 {kinds} 种。",
    "pin_short": "PIN 至少 {least} 位。",
    "pin_long": "PIN 最多 {most} 位。",
    "pin_plain": "PIN 太简单，换一个。",
    "file_missing": "文件打不开：{name}",
    "system": "文件或目录用不了：{why}",
    "disk_full": "磁盘满了，什么都没有改动。请清理后再试。",
    "busy": "数据库正忙，请稍后再试。",
    "corrupt": "数据库打不开：已损坏、密钥不对，或由更新的程序建立。",
    "store": "数据库或磁盘出错：{why}",
    "pin_wrong": "PIN 不对，还可以试 {left} 次。",
    "pin_locked": "PIN 已锁定，请密钥管理员处理。",
    "key_file": "密钥文件有问题（{code}）：{name}",
    "certificate": "证书有问题：{code}",
    "no_sm2": "这台机器没有可用的国密 SM2（需要 OpenSSL 3 的 libcrypto）。",
    "signing": "签名或密钥有问题：{why}",
    "sync": "传输未完成：{why}",
    "form": "表单有问题：{why}",
    "node": "不能这样做：{why}",
}

ROLES = {
    "agent": "代办员",
    "village_head": "村负责人",
    "reviewer": "乡镇审核",
    "leader": "乡镇负责人",
    "approver": "县级审批",
    "key_officer": "密钥管理员",
    "supervisor": "监察",
    "admin": "管理员",
}


def say(code: str, /, **facts: object) -> str:
    """The sentence of a code, with its facts filled in."""
    return SENTENCES[code].format(**facts)


def say_error(error: Exception) -> str:
    """The sentence of an error of one of our families, or of the operating system."""
    code, facts = _told(error)
    return say(code, **facts)


def _told(error: Exception) -> tuple[str, dict[str, object]]:
    match error:
        case ConfigError():
            return f"config_{error.code}", {"name": error.name}
        case RequestError() | NotAllowedError() if error.code in SENTENCES:
            return error.code, error.facts if isinstance(error, RequestError) else {}
        case CaseNotFoundError():
            return "case_missing", {"number": error.case_number}
        case NotFoundError():
            return ("not_whole_yet" if error.kind == "page" else "not_found"), {"name": error.name}
        case StoreError():
            return _store(error)
        case SigningError():
            return _signing(error)
        case BundleError() if f"bundle_{error.code}" in SENTENCES:
            return f"bundle_{error.code}", {}
        case SyncError() | FormError():
            return ("sync" if isinstance(error, SyncError) else "form"), {"why": str(error)}
        case NodeError() | OSError():
            return ("node" if isinstance(error, NodeError) else "system"), {"why": str(error)}
    raise ValueError(error)


def _store(error: StoreError) -> tuple[str, dict[str, object]]:
    for family, code in ((DiskFullError, "disk_full"), (BusyError, "busy"), (CorruptError, "corrupt")):
        if isinstance(error, family):
            return code, {}
    return "store", {"why": str(error)}


def _signing(error: SigningError) -> tuple[str, dict[str, object]]:
    match error:
        case PinError():
            return "pin_wrong", {"left": error.attempts_left}
        case PinLockedError():
            return "pin_locked", {}
        case KeyFileError():
            return "key_file", {"code": error.code, "name": error.name}
        case CertificateError():
            return "certificate", {"code": error.code}
        case NoSm2Error():
            return "no_sm2", {}
    return "signing", {"why": str(error)}

"""What the commands say, in Chinese, by code. Errors carry facts; the sentences are here."""

from forms.errors import FormError
from node.commands.wording_catalogue import CATALOGUE_SENTENCES
from node.commands.wording_keys import KEY_SENTENCES
from node.commands.wording_scan import SCAN_SENTENCES
from node.commands.wording_seals import SEAL_SENTENCES
from node.config import FILE_NAME
from node.errors import (
    BusyError,
    CalendarError,
    CaseNotFoundError,
    ConfigError,
    CorruptError,
    DiskFullError,
    NodeError,
    NotAllowedError,
    NotFoundError,
    RequestError,
    StationsError,
    StoreError,
)
from node.web.wording import error_text
from node.web.wording.catalogue import fault_text as calendar_fault
from node.web.wording.enrolment import REFUSALS, fault_text
from node.web.wording.errors import ERRORS
from signing.errors import CertificateError, KeyFileError, NoSm2Error, PinError, PinLockedError, RecoveryCodeError, SigningError, TokenError
from sync.errors import BundleError, SyncError

SENTENCES = {
    **REFUSALS,
    **KEY_SENTENCES,
    **SEAL_SENTENCES,
    **CATALOGUE_SENTENCES,
    **SCAN_SENTENCES,
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
    "has_no_key": "无密钥",
    "active": "在用",
    "disabled": "停用",
    "roles_set": "{name} 的岗位改为：{roles}。新岗位的签章权限要等重新签发证书后生效。",
    "by_command": "命令行",
    "setup_code": "启用码（只显示这一次，七天内有效，用一次）：{code}\n请当面交给本人，在登录页点“用启用码设密码”。",
    "practice_added": "已添加练习人员 {display_name}（登录名 {name}）。练习办件不出本站。",
    "village_line": "办理村 {division}\t{name}",
    "village_appointed": "{name} 现在也为 {village}（{division}）办理。",
    "village_asked": "已向上级申请：{name} 为 {village}（{division}）办理。上级确认后自动生效。",
    "village_wrong": "“{division}”不是本乡镇其他村的 12 位区划代码。",
    "village_name_bad": "请用 --village 写明村的名称，不超过 64 个字。",
    "leaving_case": "  办件 {short}\t{village}\t{item}\t{state}\t{due}",
    "leaving_provisional": "（暂定）",
    "leaving_paper": "  材料 {short}\t{material}\t{pages} 页",
    "leaving_certificate": "  证书 {serial}\t{village}\t有效期到 {until}",
    "leaving_counts": "{name}：未办完的办件 {cases} 件，未报送的材料 {papers} 份，证书 {certificates} 张。",
    "leaving_unsealed": "注意：接收人还没有这些村的印章：{villages}",
    "leaving_seals": "注意：这些单位印章只有{name}一个保管人：{seals}。移交后没有人能开，请先增加别的保管人，或请县里重新制章。",
    "leaving_next": "还没有移交。加 --to 接收人 --confirm 才移交。",
    "left_done": "已移交给 {successor}，{name} 已停用，密钥已销毁。上级签发的证书请上级密钥管理员吊销：{serials}",
    "successor": "请用 --to 选一位在用的接收人；有未办完的办件时，接收人须是代办员。",
    "leaving_reason": "没有这个原因。",
    "left": "这个人已经停用，不用再办移交。",
    "own_leaving": "不能确认自己离岗。",
    "role_needed": "请至少选一个岗位。",
    "practice_role": "练习人员只能是代办员。",
    "practice": "这是练习办件，只供学习，不能导出。",
    "person_disabled": "{name} 已停用，已登录的会话已全部退出。",
    "ask_password": "登录密码（至少 {least} 位）：",
    "ask_pin": "密钥 PIN（至少 {least} 位）：",
    "ask_again": "再输一遍：",
    "two_differ": "两次输入不一样。",
    # invitations and requests
    "stations_wrong": "名单有 {number} 处不对，一份邀请也没有做：\n{lines}",
    "invited_one": "已邀请 {name}（站点编号 {station}），{until} 前有效：{file}",
    "invited_many": "已做好 {number} 份邀请，{until} 前有效：{file}",
    "invite_options": "请用 --from 名单，或同时给出 --tier、--name、--division。",
    "out_there": "{file} 已经有了，不覆盖，请换一个名字。",
    "join_code": "核对码：{code}。请打电话告诉上级，上级看到的应当一样。",
    "renumber_request_written": "申请已写入 {file}，请交给上级“{parent}”，拿到答复后再运行 run-node renumber {dir} --answer 答复文件",
    "renumbered": "已换成新的站点编号 {station}。请重新启动站点；以前的办件会自动补齐。",
    "join_root": "县根证书：{root}",
    "join_request_written": "申请已写入 {file}，请交给上级“{parent}”，拿到答复后再运行 run-node join {dir} --answer 答复文件",
    "join_waiting": "申请已交到上级“{parent}”，等待同意……（按 Ctrl-C 可以停下，以后再运行 run-node join {dir} 继续）",
    "join_line_down": "线路暂时不通（{why}），过一会儿自动再试……",
    "join_no_url": "邀请里没有上级的网址。请加 --parent-url http://上级地址:端口 ，或用 --request 写成申请文件。",
    "join_needs_invitation": "请带上邀请文件：--invitation FILE",
    "joined": "已入网：{name}（站点编号 {station}）。",
    "join_sheet": "安装验收单：{file}",
    "requests_none": "没有等待处理的申请。",
    "request_line": "核对码 {code}\t{kind}\t{name}\t{station}\t{people}\t{since}\t{rivals}",
    "request_rivals": "注意：另有 {number} 份申请要同一个站",
    "request_shown": "{kind}：{name}（{station}）。核对码：{code}",
    "request_say_yes": "请与申请的电脑上显示的核对码比对，一致再加 --yes 运行一次。",
    "request_confirmed": "已同意 {code}。",
    "request_refused_done": "已退回 {code}。",
    "answer_written": "答复已写入 {file}，请带回去。",
    # the demo
    "demo_founding": "第一次启动，正在建立示例县（约需几秒）……",
    "demo_ready": "演示已启动：一县、一镇、两村，都在这台机器上。全部人员与数据均为示例。",
    "demo_station": "  {name}  {url}",
    "demo_person": "      {display_name}  登录名 {name}  密码 {password}  PIN {pin}  （{role}）",
    "demo_learner": "      {display_name}  登录名 {name}  密码 {password}  （练习：不签章、不报送）",
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
    "why_quota": "本站积在对方的太多，等对方往上送走一些再送",
    "why_no_room": "对方磁盘快满了，表单照收，影像过些时候再送",
    "why_other": "对方没有收下",
    "bundle_written": "已写入 {file}：{parcels} 个包裹，{enclosures} 个附件。只是交给了U盘，收到回执才算送到。",
    "bundle_read": "已收下 {file}：新的 {new} 个，已有的 {known} 个，附件 {enclosures} 个。",
    "bundle_not_whole": "没有全部收下：损坏 {damaged}，缺少 {missing}，用不上的附件 {skipped}，放不下的附件 {no_room}，拒收 {refused}。"
    "请让对方重写一次U盘。",
    "bundle_elsewhere": "有 {count} 个不是给这里的，没有动。请把U盘带到：{to}。",
    "bundle_left": "还有 {parcels} 个包裹、{enclosures} 个附件装不下，请换一个U盘再写一次。",
    "bundle_looked": "{file}：从{from_name}到{to_name}，{made_at} 写的，"
    "{parcels} 个包裹，{enclosures} 个附件，{receipts} 份回执，共 {size} 字节。",
    "bundle_short": "这个文件不完整，后面的少了。",
    "bundle_none": "U盘 {drive} 里没有给本站的U盘包。",
    "bundle_drive": "没有找到这个U盘，或者插着不止一个，请写明名字。现在有：{known}",
    "bundle_where": "请写文件名，或者用 --drive。",
    "bundle_read_only": "这个U盘不能写，请拨开写保护开关或换一个。",
    "bundle_file_limit": "这个U盘放不下这么大的一个文件，请用 --max-mib 分几次写。",
    "bundle_gone": "U盘或文件夹不在了，没有写成。",
    "bundle_read_back": "写好后读回来核对不上，这个U盘不可靠，没有保留。",
    "bundle_no_room": "空位太小，一个也装不下。",
    "bundle_disk_full": "磁盘或U盘满了，没有写成。",
    "bundle_unwritable": "写不了这个文件。请写一个文件名，不要写文件夹；写到U盘可以用 --drive。",
    "bundle_unreadable": "U盘或文件读不出来。",
    "bundle_not_a_bundle": "这不是U盘包。",
    "bundle_manifest": "U盘包的清单坏了，请让对方重新写一次。",
    "bundle_signature": "U盘包的签名不对，不能相信，没有收下。",
    "bundle_wrong_enclosure": "本站有附件损坏，没有写成。",
    "bundle_to": "没有这个相邻站点：{given}。可以是：{known}",
    # backup and restore
    "recovery_code": "{station} 的恢复码（只显示这一次，请抄写或打印后放进保险柜；没有它，备份谁也打不开）：\n\n    {code}\n",
    "recovery_code_in": "恢复码已写入 {file}。请打印后放进保险柜，再删除这个文件；没有它，备份谁也打不开。",
    "code_file_there": "文件 {name} 已经存在，恢复码没有写进去，上面显示的就是，请抄下来。备份还没有做，请再运行一次。",
    "ask_recovery_code": "恢复码：",
    "backup_done": "已备份到 {file}：{size} 字节，{rows} 条记录，{files} 个配置和密钥文件，{scans} 页影像，{seconds} 秒，已读回核对。",
    "backup_missing": "注意：有 {count} 页影像在本站缺失或损坏，没有备份进去；恢复后会再向上级要。",
    "restored": "已恢复 {name}（站点编号 {station}）：备份于 {made_at}，{rows} 条记录，{files} 个文件。",
    "restored_missing": "有 {count} 页影像不在备份里，联网后会再向上级要。",
    "restored_next": "启动：run-node serve {dir}。恢复的站点可以查看、保存草稿；要等上级给出新编号后才能报送和盖章。原来的电脑不要再启动。",
    "recovery_form": "恢复码应为 8 组、每组 4 个字母或数字，请对照纸上的重新输入。",
    "recovery_check": "恢复码有输错的地方，请逐位核对。",
    "recovery_wrong": "这个恢复码打不开这份备份。请核对是不是这个站点、备份那一天在用的恢复码。",
    "no_recovery_code": "本站还没有恢复码，不能备份。请管理员在“备份”页生成恢复码，打印后放进保险柜。",
    "backup_folder": "没有这个文件夹，或U盘已拔出：{name}",
    "backup_exists": "已经有同名的文件，不覆盖：{name}",
    "backup_file_limit": "这个U盘放不下这么大的一个文件（FAT32 格式最大 4 GB）。请换一个 exFAT 格式的U盘。",
    "backup_read_back": "写好后读回来核对不上，这个U盘或磁盘不可靠，没有保留。请换一个再备份。",
    "backup_running": "正在备份，请等它完成。",
    "drive_gone": "找不到这个U盘了，请插好后刷新页面再选。",
    "backup_unreadable": "备份文件打不开：{name}",
    "backup_not_one": "这不是驿站的备份文件：{name}",
    "backup_newer": "这个备份是更新版本的程序做的，请先更新程序再恢复：{name}",
    "backup_damaged": "备份文件已损坏或不完整，不能恢复。请用另一份备份。",
    "backup_signature": "备份文件的签名不对，不能相信，没有恢复。请用另一份备份。",
    "restore_not_empty": "文件夹 {dir} 不是空的，没有恢复。请换一个空文件夹。",
    "restore_database": "那个数据库里已经有数据，没有恢复。请换一个空的数据库。",
    # evidence
    "exported": "已导出 {file}（{size} 字节）",
    "verified": "{file}（{kind}）：{verdict}。{why}",
    "verified_note": "  {note}",
    "verified_seal": "  第 {number} 枚　{event}　{kind}　{name}　{signer}　{at}",
    "verified_step": "    {number:>2} {name}：{verdict}。{why}",
    "verified_problem": "  有问题：{what}",
    "verify_unreadable": "文件打不开：{file}",
    "verify_unknown_kind": "这不是能核验的文件（导出文件、PDF、OFD、电子印章），或已损坏：{file}",
    "verify_too_much": "文件里的内容太多，不像是一个办件的：{file}",
    "verify_root": "根证书不能用，或文件里没有：{file}",
    "verify_root_needed": "核验文书和印章要有县根证书，请用 --trust 给出：{file}",
    "case_missing": "本站没有这个办件：{number}",
    "not_whole_yet": "附件还没有收齐，不能导出：{name}",
    # updates
    "update_staged": "已备好新版本 {version}（{made_at} 制作）。站点马上重新启动；起不来会自动退回原来的版本。",
    "update_fits": "可以更新到 {version}（{made_at} 制作）。",
    "update_published": "已发布 {version}（序号 {sequence}），发给 {count} 个站点，以后入网的站点也会收到。",
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
    "update_backup": "更新前的备份没有做成，所以没有更新。请先运行 run-node backup 做一次备份。",
    "update_waits": "已有一个更新正在换上，请等它完成再试。",
    "publish_county": "只有县级站点能把更新发给各站。请在县站上做。",
    "publish_file": "要发的必须是一个更新文件（.yzu），不能是文件夹：{name}。",
    "publish_large": "更新文件超过 {most_mib} MiB，不能从线路发。请用U盘送，或者做一个只含变动部分的更新文件。",
    "node_missing": "这台电脑没有 Node，用不了 --engine js。装好 Node（命令 node）再试，或者用 --engine python。",
    "node_failed": "Node 没有算完：{why}。请换一个版本的 Node 再试，或者用 --engine python。",
    "publish_older": "这个更新（{version}）比已经发过的或县站正在用的旧，没有发。请选新的更新文件。",
    # keys and certificates
    "keys_line": "{state}	{until}	{usage}	{name}	{station}	{digest}",
    "key_new": "已为 {name} 生成密钥，核对码 {code}。申请已在待发队列；上级同意后证书和印章会自动下来。",
    "key_new_file": "已为 {name} 生成密钥，核对码 {code}。申请写在 {file}，请带到上级办理。",
    "key_request": "申请写在 {file}，核对码 {code}。",
    "key_waits": "申请已收下，核对码 {code}，还没有同意。核对无误后加 --yes 再运行一次。",
    "key_certified": "已签发，答复写在 {file}。",
    "key_vouched": "已按县里的清单重新签发 {number} 张证书，并通知各站。",
    "key_installed": "已收下答复，新证书已启用。",
    "key_not_granted": "上级没有同意这份申请。",
    "key_revoked_done": "已吊销 {number} 张证书，吊销列表第 {list} 号，已发往相邻各站。",
    "key_recertify": "已为接替 {station} 的新站点写好重新签发清单，已在待发队列。",
    "key_pin": "{name} 的密钥 PIN 已改。",
    "ask_old_pin": "现在的 PIN：",
    "ask_new_pin": "新的 PIN（至少 {least} 位）：",
    # errors
    "usage": "命令写得不对：{why}",
    "usage_hint": "用 run-node {command} --help 查看用法。",
    "config_unknown": "配置 node.toml 里有不认识的设置：{name}",
    "config_missing": "配置 node.toml 缺少：{name}",
    "config_bad": "配置 node.toml 里这一项不对：{name}",
    "plain_lan": "不能对本机以外开放明文网页。请在前面加 TLS 并设 behind_proxy = true，或明确设 plain_lan = true。",
    "port_taken": "地址 {address} 已被占用或不可用，换一个端口再试。",
    "listen": "--listen 应写成 主机：端口，收到的是 {listen}",
    "not_a_station": "这里没有站点（没有 {name}）。请在命令后面先写站点的文件夹。",
    "station_there": "{dir} 里已经有站点或别的文件，不覆盖。",
    "under_needed": "乡镇和村的站点要由上级建立：加 --under 上级站点的文件夹。",
    "county_needed": "还要加 --county 县站的文件夹：印章由县里制作。",
    "under_wrong": "上级不能为这个层级或区划签发证书：{division}",
    "under_unwanted": "县站没有上级，不要加 --under。",
    "suite_wrong": "全县用同一套算法，上级是 {suite}。",
    "station_name_bad": "站点名称要填写，不超过 64 个字。",
    "no_authority": "那个站点没有签发证书或制章的密钥。",
    "key_revoked": "签名证书已经吊销，不能再签章。请重新申领证书。",
    "seal_revoked": "印章已随制章机构停用，请等上级下发新印章。",
    "station_wiped": "本站密钥已被报失，为保护数据已全部清除，本机不能再用。请联系县级管理员重新建站。",
    "not_issuer": "这张证书不是本站签发的，要由签发它的站点吊销。",
    "revoke_own": "不能吊销本站自己在用的证书，请由上级办理。",
    "no_replacement": "还没有新站点接替它，请先让新站点入网，再重新签发。",
    "key_there": "此人已有可用的密钥。要换新的，请先吊销旧证书。",
    "no_person": "这个账号已停用或只供练习。",
    "no_maker": "本站不能制作个人印章。",
    "authority_revoked": "本站的签发证书已经吊销，不能再签发。",
    "revoke_reason": "吊销原因不对：{given}",
    "revoke_time": "吊销时间不能晚于现在，也不能早于证书生效的时间（{since}）。",
    "revoke_what": "要写明吊销哪张证书，或哪个站点、哪个人。",
    "revoke_at": "时间应写成 2026-11-22T09:00 这样（北京时间），收到的是 {given}",
    "renew_other": "要续期的证书（{name}）不是本站签发的，或内容有改动，请走新申请。",
    "renew_revoked": "要续期的证书（{name}）已经吊销，不能续期。",
    "renew_early": "证书还没有快到期，现在不用续期。",
    "renew_late": "要续期的证书（{name}）过期太久，不能续期，请重新申请。",
    "vouch_bad": "这不是县里发给本站的重新签发清单。",
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
    "pin_locked": "PIN 已锁定，请密钥管理员或系统管理员用 keys unlock 解锁。",
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

STATES = {
    "draft": "草稿", "submitted": "已报送", "accepted": "已受理", "returned": "打回补正", "forwarded": "已上报县级", "suspended": "已挂起",
    "approved": "准予", "denied": "不予", "not_accepted": "不予受理", "withdrawn": "已撤回", "terminated": "已终止", "delivered": "已送达",
}  # fmt: skip


def say(code: str, /, **facts: object) -> str:
    """The sentence of a code, with its facts filled in."""
    return SENTENCES[code].format(**facts)


def say_error(error: Exception) -> str:
    """The sentence of an error of one of our families, or of the operating system."""
    code, facts = _told(error)
    return say(code, **facts)


def _told(error: Exception) -> tuple[str, dict[str, object]]:
    match error:
        case ConfigError() if (error.name, error.code) == (FILE_NAME, "missing"):
            return "not_a_station", {"name": error.name}
        case ConfigError():
            return f"config_{error.code}", {"name": error.name}
        case CalendarError():
            return "calendar_wrong", {"number": len(error.faults), "lines": "\n".join(f"  {calendar_fault(one)}" for one in error.faults)}
        case StationsError():
            return "stations_wrong", {"number": len(error.faults), "lines": "\n".join(f"  {fault_text(one)}" for one in error.faults)}
        case RequestError() | NotAllowedError() if error.code in SENTENCES:
            return error.code, error.facts if isinstance(error, RequestError) else {}
        case RequestError() | NotAllowedError() if (type(error).__name__, error.code) in ERRORS:
            return "node", {"why": error_text(error)}
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
            return ("pin_locked", {}) if error.attempts_left == 0 else ("pin_wrong", {"left": error.attempts_left})
        case PinLockedError():
            return "pin_locked", {}
        case TokenError():
            return f"token_{error.code}", {}
        case KeyFileError():
            return "key_file", {"code": error.code, "name": error.name}
        case CertificateError():
            return "certificate", {"code": error.code}
        case NoSm2Error():
            return "no_sm2", {}
        case RecoveryCodeError():
            return f"recovery_{error.code}", {}
    return "signing", {"why": str(error)}

"""What is said of scanners: how a job goes, what a device complains of, and what to do then."""

from node.capture.scanners.jobs import CANCELLED, DONE, FAILED, KEEP, Job
from node.capture.scanners.values import DUPLEX, FEEDER, FLATBED
from node.scanning.shot import Finding
from node.web.wording.capture import finding_text

TITLE = "用扫描仪扫"
SOURCES = {FLATBED: "平板", FEEDER: "自动进纸", DUPLEX: "进纸双面"}
COLOURS = {"colour": "彩色", "grey": "灰度", "bw": "黑白"}
LOOKING = "正在找扫描仪，请等一下……"
NONE = "没有找到扫描仪。"
NO_LOCAL = "这台电脑没有装 SANE（scanimage），只能用网络扫描仪。要用 USB 扫描仪，请系统管理员安装 sane-utils。"
SHORT_PROBLEM = "现在不能用"
STEPS = (
    "平板：材料字面朝下，角对着玻璃上的箭头，盖上盖子。",
    "自动进纸：拿掉订书钉和回形针，理齐，按机器上的图标放。",
    "清晰度：一般材料 200，字小、有章的 300，要快用 150。",
    "点“扫描”。扫好一页，右边就出来一页；关掉这个页面也不会丢。",
)
NOTHING = "还没有扫到"
TONES = {DONE: "green", CANCELLED: "orange", FAILED: "red"}

SCANNER_FINDINGS = {
    "blurred": "模糊：把材料压平，盖好盖子，玻璃擦干净再扫；字小的选 300。",
    "glare": "反光：材料太亮面，请换一面或改用高拍仪拍。",
    "shadow": "有阴影：把材料压平，盖好盖子再扫。",
    "dark": "太暗：看看字面是不是朝下，盖好盖子再扫。",
    "bright": "太亮：请选“灰度”再扫，还不行就改用高拍仪拍。",
    "cut_edge": "没有扫全：把材料的角对准玻璃上的箭头，放正再扫。",
    "few_dots": "不够清晰：请选 200 或 300 再扫。",
    "no_page": "没有找到纸边：不用重扫，下一步拖动四个角对准纸边。",
}
"""What the gate finds on a page of a scanner, where something else helps than under a camera."""

ERRORS: dict[tuple[str, str | None], str] = {
    ("ScannerError", None): "扫描仪没有扫成。请看看扫描仪上的提示，再试一次。",
    ("ScannerError", "busy"): "扫描仪正忙，可能在打印、复印，或者别的电脑在用。请等它停下，再点“扫描”。",
    ("ScannerError", "jam"): "卡纸了，或者没有吸进纸。请打开盖子把纸轻轻取出，理齐放好，再点“扫描”接着扫。",
    ("ScannerError", "no_paper"): "自动进纸器里没有纸。请把材料放好再点“扫描”；只有一张，也可以放在玻璃上，来源选“平板”。",
    ("ScannerError", "cover_open"): "扫描仪的盖子没有盖好。请盖好，再点“扫描”。",
    ("ScannerError", "unreachable"): "连不上扫描仪。请看电源开了没有，网线或 USB 线插好没有，再点“重新找扫描仪”。",
    ("ScannerError", "slow"): "扫描仪很久没有动静，已经停下。请看看扫描仪上的提示，关掉再打开，等它停稳再扫。",
    ("ScannerError", "lost"): "扫到一半断了，这一页没有留下。请看线插好没有，再点“扫描”接着扫。",
    ("ScannerError", "bad_answer"): "看不懂扫描仪的回答，没有扫成。请关掉扫描仪再打开，再试一次。",
    ("ScannerError", "not_scanner"): "这个地址上没有能用的网络扫描仪。请核对地址；扫描仪要支持 AirScan（eSCL），并且已经打开。",
    ("ScannerError", "refused"): "扫描仪不接受这样的设置。请换一个清晰度或来源，再试一次。",
    ("ScannerError", "aborted"): "扫描仪自己停下了，可能有人在机器上按了取消。请看看机器上的提示，再点“扫描”。",
    ("ScannerError", "nothing"): "扫描仪没有给出能用的图。请再试一次；还是不行，请关掉扫描仪再打开。",
    ("ScannerError", "page_large"): "这一页超过 {most} MB，没有收。请把清晰度调低再扫。",
    ("ScannerError", "endless"): "一次最多扫 {most} 页，已经停下。没有扫完的，请再点“扫描”接着扫。",
    ("ScannerError", "denied"): "本站的程序没有使用这台扫描仪的权限。请系统管理员把运行驿站的用户加进 scanner 组。",
    ("ScannerError", "failed"): "扫描仪报告有故障。请看看机器上的提示，关掉再打开，再试一次。",
    ("RequestError", "scanner_address"): "这不是附近扫描仪的地址。请写扫描仪的 IP 地址，如 192.168.1.9；外网的地址和名字都不行。",
    ("RequestError", "scanners_full"): "最多记 {most} 个扫描仪地址，请先删掉不用的。",
    ("RequestError", "scanner_wish"): "扫描的设置不对。请刷新页面，重新选。",
    ("RequestError", "scanner_source"): "这台扫描仪没有这种进纸方式。请换一个来源。",
    ("RequestError", "scanner_in_use"): "这台扫描仪正在给另一份材料扫，请等它扫完。",
    ("RequestError", "scanner_many"): "正在同时用 {most} 台扫描仪，请等一台扫完再扫。",
    ("RequestError", "scanner_slot"): "这份材料正在扫，或正在保存，请等它做完。",
    ("NotFoundError", "scanner"): "没有找到这台扫描仪，可能关机了。请点“重新找扫描仪”。",
    ("NotFoundError", "scan_job"): "没有这次扫描了，本站可能重新启动过。已经扫到的页都还在。",
}


def scanner_finding_text(finding: Finding) -> str:
    """The sentence for what the gate found, for who stands at a scanner."""
    return SCANNER_FINDINGS.get(finding.code) or finding_text(finding)


def tone_of(job: Job) -> str:
    """The colour of what became of a job."""
    return "orange" if job.state == DONE and job.left else TONES[job.state]


def problem_text(code: str) -> str:
    """Why a device cannot be used now, by a code of `ScannerError`."""
    return ERRORS.get(("ScannerError", code), ERRORS["ScannerError", None])


def progress_text(job: Job) -> str:
    """Where a job that runs is."""
    if job.is_stopping:
        return f"正在停下，扫到的 {job.count} 页都留着。" if job.kind != KEEP else "正在停下。"
    if job.kind == KEEP:
        return f"正在保存，已存 {job.count} 页。"
    percent = f"，这一页扫了 {job.percent}%" if job.percent else ""
    return f"正在扫第 {job.count + 1} 页{percent}。"


def ended_text(job: Job) -> str:
    """What became of a job that has ended; why it failed is an error's sentence."""
    if job.kind == KEEP:
        left = f"有 {job.left} 页没有存：图有问题，请点“去裁边、保存成页”看一看。" if job.left else ""
        return (f"已保存 {job.count} 页。" if job.count or not left else "") + left
    same = f"其中 {job.same} 页和已有的一模一样，没有重复留。" if job.same else ""
    words = {DONE: "扫完了", CANCELLED: "已取消", FAILED: "没有扫完"}[job.state]
    return f"{words}，这次扫到 {job.count} 页。{same}"

"""What is said about shots and pages as they are taken: what the quality gate finds and what to do then, and what is refused."""

from node.casework.taken import Taken
from node.scanning.shot import Finding

FINDINGS = {
    "blurred": "模糊：手拿稳、等画面清楚了再拍，或者把材料放平。",
    "glare": "反光：把灯挪开，或关掉补光灯再拍。",
    "shadow": "有阴影：让开光线，不要挡在灯和材料中间。",
    "dark": "太暗：把灯打开，或挪到亮的地方再拍。",
    "bright": "太亮：把灯调暗一点，或避开直射的光再拍。",
    "cut_edge": "没有拍全：把材料往中间挪，四边都露出来再拍。",
    "few_dots": "太小：把镜头放低，或让材料占满画面再拍。",
    "no_page": "没有找到纸边：请拖动四个角对准纸边，或换一块深色的底再拍。",
    "upside_down": "方向不正：请按“左转”或“右转”，转正再保存。",
}
"""What the gate finds on a picture, and what to do."""

FINDINGS_WITH_FACTS = {
    "shadow": "有阴影：让开光线，不要挡在灯和材料中间（最暗处只有亮处的 {left}%）。",
    "few_dots": "太小：请靠近一些，让材料占满画面（现在 {dpi} 点/英寸，至少 {least}）。",
}
"""The same where the gate has measured how bad it is."""

FINDINGS_TURNED = {90: "横过来了：请按“左转”或“右转”，转正再保存。", 180: "上下颠倒：请按两次“右转”，转正再保存。"}
"""By how many degrees what is printed is turned away from upright."""

SOURCES = {"camera": "高拍仪", "phone": "手机", "scanner": "扫描仪", "file": "文件", "reader": "读卡器", "pad": "手写板"}
"""By which way a page was taken."""

KEPT_WITH = "保存前提示：{findings}"
KEPT_NOTE = "代办员说明：{note}"
"""What a page's reader is told of it."""

ERRORS: dict[tuple[str, str | None], str] = {
    ("MaterialError", "quality"): "这张图有问题，请重拍；实在拍不好，请写一句原因再保存。",
    ("MaterialError", "plan"): "四个角或调整的数值不对，没有保存。请刷新页面再试。",
    ("MaterialError", "original_gone"): "这一页的原图已经不在了，不能再改。要改请重新拍。",
    ("MaterialError", "pdf_large"): "这份材料各页加起来超过 {limit_mib} MB，不能合成一个 PDF，请一页一页打开。",
    ("MaterialError", "shot_pdf"): "PDF 不用裁边，请在“材料”一页用“选择照片或 PDF”添加。",
    ("RequestError", "shots_full"): "这件事还没处理的图已有 {most} 张，请先保存或删掉几张再拍。",
    ("RequestError", "pictures_busy"): "前面还有图正在处理，这一次没有做。请稍等几秒再试。",
    ("RequestError", "source"): "不知道这张图是从哪里来的，没有保存。请刷新页面再试。",
    ("RequestError", "note_long"): "说明太长，最多 {most} 个字，请缩短。",
    ("NotFoundError", "shot"): "这张图已经不在了，可能在别的页面删掉了。请重新拍。",
    ("StaleError", "page"): "要换的那一页在别处有了变化，没有替换。请看过最新的再改。",
    ("StaleError", "pages"): "这份材料的页在别处有了变化，次序没有改。请看过最新的再排。",
}


def finding_text(finding: Finding) -> str:
    """The sentence for what the gate found, with its figures where they are known; a code that is not known is shown as it is."""
    if finding.code == "upside_down" and (turned := finding.facts.get("turned")) in FINDINGS_TURNED:
        return FINDINGS_TURNED[int(turned)]
    try:
        return FINDINGS_WITH_FACTS[finding.code].format(**finding.facts)
    except KeyError:  # there are no figures; of a page that was kept, only the code is remembered, which another station may have made up
        return FINDINGS.get(finding.code, finding.code)


def finding_name(code: str) -> str:
    """The same in a word, for who looks at the page afterwards."""
    return FINDINGS.get(code, code).partition("：")[0]


def taken_text(taken: Taken) -> str:
    """What the reader of a page is told of how it was taken; empty where there is nothing to tell."""
    told = [KEPT_WITH.format(findings="、".join(map(finding_name, taken.quality)))] if taken.quality else []
    return "；".join(told + ([KEPT_NOTE.format(note=taken.note)] if taken.note else []))

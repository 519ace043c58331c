"""Scans for the browser's trip: sheets that Chromium draws, so that they look like what an agent photographs. All of it is example data."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import Browser, FilePayload

SHEET = """<html lang="zh-CN"><style>
body{margin:0;font:26px/1.9 "Noto Sans CJK SC",sans-serif;background:#fdfcf8;color:#222;width:900px}
main{padding:60px 70px}h1{text-align:center;letter-spacing:.2em;font-size:40px}
td{border:2px solid #555;padding:8px 16px}table{border-collapse:collapse;width:100%}
b{position:absolute;right:60px;bottom:60px;border:6px solid #c22;color:#c22;border-radius:50%;padding:44px 24px;transform:rotate(-14deg)}
</style><main><h1>TITLE</h1><table>ROWS</table></main><b>样章 示例</b></html>"""
FACE = """<html><style>body{margin:0;background:#dfe9f5}</style><svg viewBox="0 0 358 441" width="716">
<circle cx="179" cy="170" r="82" fill="#e8c9a8"/><path d="M40 441c0-130 60-170 139-170s139 40 139 170z" fill="#35507a"/>
<path d="M97 165c0-120 164-120 164 0-20-60-140-60-164 0z" fill="#b9b9b9"/></svg></html>"""
NAME = """<html><style>body{margin:0;font:italic 150px "Noto Serif CJK SC",serif;background:#fff;padding:20px 60px}</style>示例甲</html>"""


def draw_scans(browser: Browser) -> dict[str, list[FilePayload]]:
    """What is uploaded for each slot of the old-age allowance; the household register is a PDF of two sheets."""
    page = browser.new_page()

    def shot(html: str, size: tuple[int, int] = (900, 1200)) -> bytes:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.set_content(html)
        return page.screenshot(type="jpeg", quality=80)

    def sheet(title: str, *rows: str, size: tuple[int, int] = (900, 1200)) -> bytes:
        cells = "".join(f"<tr><td>{row.replace('：', '</td><td>')}</td></tr>" for row in rows)
        return shot(SHEET.replace("TITLE", title).replace("ROWS", cells), size)

    who = ("姓名：示例甲", "性别：男", "出生：1944年3月12日", "住址：示例县示例镇示例一村")
    form = sheet("高龄津贴申请审批表", *who, "类别：80–89周岁", "月标准：30.00元", "申请人签名：示例甲", "日期：2026年11月22日")
    register = [sheet("居民户口簿", "户主：示例甲", "住址：示例一村1号"), sheet("常住人口登记卡", *who)]
    card = (900, 600)
    scans: dict[str, list[FilePayload]] = {
        "photo": [_jpeg("photo", shot(FACE, (716, 882)))],
        "sign_image": [_jpeg("signature", shot(NAME, (700, 260)))],
        "mat_form": [_jpeg("form", form)],
        "mat_id": [_jpeg("front", sheet("居民身份证（示例）", *who[:3], size=card)), _jpeg("back", sheet("背面（示例）", size=card))],
        "mat_hukou": [{"name": "register.pdf", "mimeType": "application/pdf", "buffer": _pdf(register)}],
        "mat_bank": [_jpeg("bank", sheet("存折账户页", "户名：示例甲", "账号：示例", size=card))],
    }
    page.close()
    return scans


def _jpeg(name: str, data: bytes) -> FilePayload:
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": data}


def _pdf(sheets: list[bytes]) -> bytes:
    first, *others = [Image.open(BytesIO(sheet)) for sheet in sheets]
    file = BytesIO()
    first.save(file, "PDF", save_all=True, append_images=others, resolution=100)
    return file.getvalue()

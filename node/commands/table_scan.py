"""The commands of scanning. They need no station."""

from node.commands.command import JSON, Command, arg
from node.scanning.shot import COLOURS, PAPERS

_IMAGES = arg("images", nargs="+", metavar="IMAGE", help="照片文件")

_PACK = (
    _IMAGES,
    arg("--out", required=True, metavar="FILE", help="写到这个 PDF"),
    arg("--colour", choices=COLOURS, default="colour", help="彩色、灰度或黑白；不给就是彩色"),
    arg("--paper", choices=PAPERS, default="a4", help="纸的大小；不给就是 A4，不是 A4 的照原样"),
    arg("--card", action="store_true", help="身份证正反面，按原大小放在一张 A4 上"),
)

SCAN_COMMANDS = (
    Command("scan find", "在照片上找纸：四个角的位置，从纸的左上角起顺时针", "node.commands.scan:find", (_IMAGES, JSON)),
    Command("scan pack", "把照片做成摆正、变小的页面，合成一个 PDF", "node.commands.scan_pack:pack", _PACK),
)

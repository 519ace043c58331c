"""The commands of unit seals."""

from node.commands.command import DIR, FILE, JSON, Command, arg

_PIN = arg("--pin-file", metavar="FILE", default=None, help="从文件读本人密钥的 PIN；不给则询问")
_SEAL = arg("seal", metavar="SEAL", help="印章编号、申请的核对码或完整编号，见 seals list")
_BY = arg("--by", required=True, metavar="NAME", help="县级密钥管理员的登录名")
_REASON = arg("--reason", required=True, metavar="TEXT", help="理由或批准文号")
_OUT = arg("--out", metavar="FILE", default=None, help="把申请或答复也写进文件，用U盘送")

SEAL_COMMANDS = (
    Command(
        "seals list",
        "县站列出印章登记册；各站列出自己的单位印章",
        "node.commands.seals:list_all",
        (DIR, JSON, arg("--find", metavar="TEXT", default="", help="只列名称、单位、编号里有这些字的")),
    ),
    Command(
        "seals ask",
        "保管人向县里申请一枚单位印章，密钥只在本站",
        "node.commands.seals:ask",
        (
            DIR,
            arg("person", metavar="PERSON", help="第一位保管人的登录名"),
            arg("kind", choices=("unit", "service", "approval"), help="unit 公章，service 便民服务专用章，approval 行政审批专用章"),
            arg("name", metavar="NAME", help="印章上的名称"),
            arg("--replaces", metavar="SEAL", default=None, help="更换哪一枚（编号）"),
            arg("--remark", metavar="TEXT", default="", help="说明"),
            arg("--token", metavar="PLACE", default=None, help="印章密钥放在 UKey 上：skf:应用/容器；不给则放在本机文件"),
            arg("--token-pin-file", metavar="FILE", default=None, help="从文件读这个 UKey 的 PIN；不给则询问"),
            _OUT,
            _PIN,
        ),
    ),
    Command("seals import", "收下U盘带来的印章申请、县里的答复或印章名单", "node.commands.seals:take", (DIR, FILE)),
    Command(
        "seals make",
        "县站制作一枚申请过的印章：按名称画（样章），或用制章单位给的图",
        "node.commands.seals:make",
        (
            DIR,
            _SEAL,
            _BY,
            _REASON,
            arg("--name", metavar="NAME", default=None, help="印章上的名称，默认申请里的"),
            arg("--picture", metavar="FILE.png", default=None, help="制章单位给的图（PNG）；不给则按名称画样章"),
            arg("--size", type=int, default=42, metavar="MM", help="直径或宽，毫米，默认 42"),
            arg("--height", type=int, default=None, metavar="MM", help="高，毫米，默认同宽；只用于 --picture"),
            arg("--centre", default="star", metavar="TEXT", help="中间：star 五角星，none 没有，或一行字"),
            arg("--later", action="store_true", help="制作后先不启用"),
            _OUT,
            _PIN,
        ),
    ),
    Command(
        "seals state",
        "县站登记印章的启用、停用、挂失、更换，或退回申请，并告知全县",
        "node.commands.seals:change",
        (
            DIR,
            _SEAL,
            arg("state", choices=("in_use", "stopped", "lost", "replaced", "refused"), help="启用、停用、挂失、更换、退回申请"),
            _BY,
            _REASON,
            arg("--since", metavar="TIME", default=None, help="从什么时候起，如 2026-11-22T08:00，默认现在"),
            _OUT,
            _PIN,
        ),
    ),
)

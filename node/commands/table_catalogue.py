"""The commands of the catalogue and the calendar."""

from node.commands.command import DIR, FILE, JSON, Command, arg

CATALOGUE_COMMANDS = (
    Command(
        "catalogue import",
        "县站从工作簿（.xlsx）导入事项；有错就逐条列出，什么也不收",
        "node.commands.workbooks:import_files",
        (DIR, arg("file", metavar="FILE", nargs="+", help="工作簿（.xlsx），可多个")),
    ),
    Command(
        "catalogue export-workbook",
        "县站把一个事项写成工作簿，照着改",
        "node.commands.workbooks:export",
        (
            DIR,
            arg("item", metavar="ITEM", help="事项编号，如 gaoling"),
            FILE,
            arg("--version", metavar="DIGEST", default=None, help="哪一版，默认在用的；版本见 catalogue list --json"),
        ),
    ),
    Command(
        "catalogue publish",
        "县站把导入的事项发布给全县各站；不写事项就是全部未发布的",
        "node.commands.catalogue:publish",
        (
            DIR,
            arg("item", metavar="ITEM", nargs="*", help="事项编号，如 gaoling"),
            arg("--reason", required=True, metavar="TEXT", help="理由，各站都会看到"),
        ),
    ),
    Command(
        "catalogue withdraw",
        "县站停用一个事项，或它的一版",
        "node.commands.catalogue:withdraw",
        (
            DIR,
            arg("item", metavar="ITEM", help="事项编号"),
            arg("--version", metavar="DIGEST", default=None, help="只停用这一版；版本见 catalogue list --json"),
            arg("--reason", required=True, metavar="TEXT", help="理由，各站都会看到"),
        ),
    ),
    Command("catalogue list", "在用的目录：第几号，有哪些事项和版本，哪些导入了还没发布", "node.commands.catalogue:list_all", (DIR, JSON)),
    Command(
        "catalogue lint",
        "检查导入的事项，说明哪里必须先改",
        "node.commands.catalogue:lint",
        (
            arg("dir", metavar="DIR|FILE", help="站点文件夹，或一个事项文件（.json）"),
            arg("item", metavar="ITEM", nargs="*", help="事项编号；不写就是全部未发布的"),
        ),
    ),
    Command(
        "catalogue rules",
        "逐行计算表达式：从标准输入读 JSON 行，不需要站点",
        "node.commands.rules:run",
        (arg("--engine", choices=["python", "js"], default="python", help="用哪个引擎：python（默认），或网页用的 js（要有 Node）"),),
    ),
    Command(
        "calendar import",
        "县站导入一年的放假安排，检查后发布给全县各站",
        "node.commands.calendar:import_file",
        (
            DIR,
            arg("file", metavar="FILE", help="表格（CSV：日期,类型,名称）或日历文件（JSON）"),
            arg("--reason", metavar="TEXT", default=None, help="依据，如放假通知的文号，会写进发布记录；日历文件里已写明的可以不给"),
            arg("--provisional", action="store_true", help="表格里的年份是暂定的，还没有正式通知"),
            arg("--replace", action="store_true", help="确认改动已经是正式的年份"),
            arg("--check", action="store_true", help="只检查并列出改动，不发布"),
        ),
    ),
    Command("calendar list", "列出现在用的工作日历和用过的各版", "node.commands.calendar:list_all", (DIR, JSON)),
)

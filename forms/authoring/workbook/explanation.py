"""The sheet 填写说明, which every workbook that we write begins with: what each sheet, column and row is for, in Chinese."""

from forms.authoring.workbook.examples import CALCULATIONS, RULES
from forms.authoring.workbook.profile import KIND_WORDS, SHEETS, VERTICAL

_INTRODUCTION = (
    "这份工作簿就是一个办理事项。改好以后在县站导入：有错会逐条指出在哪张表、哪一行、哪一列，改到没有错才能预览、发布。",
    "白底的格子都可以改；第一行是列名，不要改。一行一件事，空行没有关系。",
    "不要写公式，直接写数；不要插图片、不要加宏、不要设密码；另存时选 Excel 工作簿（.xlsx）。",
    "“备注”列和名称以“备注”开头的工作表是留给自己看的，导入时不读。",
    "编号只用英文字母、数字和下划线，以字母开头；发布以后不要再改，改了就成了另一道题。",
    "规则里用 ${题目编号} 取别的题的答案，“.” 是这道题自己的答案，文字用单引号，如 ${by_agent} = '是'。",
    "规则和计算可以直接写名字，写法见最下面；几个条件用 and、or、not( ) 连起来，某种时候才管的规则写成 not(条件) or 规则。",
)


def explanation() -> list[list[str]]:
    """The rows of the sheet."""
    rows = [["工作表", "列或项目", "英文名", "怎么填"], *[["", "", "", one] for one in _INTRODUCTION]]
    vertical = {profile.name: entries for profile, entries in VERTICAL}
    for sheet in SHEETS:
        rows.append([sheet.title, "", sheet.name, sheet.says])
        rows += [["", column.title, column.name, column.says] for column in sheet.columns]
        rows += [["", entry.title, entry.name, entry.says] for entry in vertical.get(sheet.name, ())]
    rows.append(["题型", "", "kind", "“题型”列里可以写的"])
    rows += [["", words[1], name, ""] for name, words in KIND_WORDS.items() if name != "table"]
    for title, several in (("规则", RULES), ("计算", CALCULATIONS)):
        rows.append([title, "", "", "写法和意思"])
        rows += [["", "", "", f"{call}　{says}"] for call, says in several]
    return rows

"""Lists of stations as spreadsheets write them: every encoding they use, and every fault with its place."""

import pytest

from node.enrolment.invitations import Wanted
from node.enrolment.stations_csv import read_stations
from node.errors import StationsError
from node.web.wording.enrolment import fault_text

CHINESE = "站点名称,层级,区划代码,上级区划代码,上级网址\r\n示例二村,村,131025105202,131025105000,http://10.1.2.3:8600/\r\n示例新镇,乡镇,131025106000,,\r\n"
STATIONS = (
    Wanted("示例二村", "village", "131025105202", parent="131025105000", parent_url="http://10.1.2.3:8600", row=2),
    Wanted("示例新镇", "township", "131025106000", row=3),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_list_is_read_in_every_encoding_of_a_spreadsheet(encoding: str) -> None:
    assert read_stations(CHINESE.encode(encoding)) == (STATIONS, ())


def test_english_columns_in_another_order_tabs_quotes_and_blank_lines_are_read() -> None:
    text = 'division\tname\tremark\tTier\n131025105202\t"示例二村"\tx\tvillage\n\t\t\t\n131025106000\t示例新镇\t\ttownship'
    wanted, faults = read_stations(text.encode())
    assert faults == ()
    assert [(one.name, one.tier, one.division, one.row) for one in wanted] == [
        ("示例二村", "village", "131025105202", 2),
        ("示例新镇", "township", "131025106000", 4),
    ]


def test_every_fault_is_told_in_words_with_its_row_and_column() -> None:
    text = "站点名称,层级,区划代码\n,村,131025105202\n"
    text += "示例二村,省,131025105202\n示例三村,村,1.31025E+11\n示例四村,村,13102510520\n示例五村,村\n"
    wanted, faults = read_stations(text.encode())
    assert wanted == ()
    assert [fault_text(fault) for fault in faults] == [
        "第 2 行，站点名称：没有填。",
        "第 3 行，层级：“省”不是层级，应为 村 或 乡镇。",
        "第 4 行，区划代码：“1.31025E+11”被 Excel 改成了科学计数法，请把这一列设为“文本”后重新填写。",
        "第 5 行，区划代码：“13102510520”不是 12 位数字。",
        "第 6 行，区划代码：没有填。",
    ]


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"", [(1, "column")] * 3),
        ("站点名称,层级\n".encode(), [(1, "column")]),
        ("站点名称,层级,区划代码\n".encode(), [(0, "empty")]),
        (CHINESE.encode("utf-16-le"), [(0, "encoding")]),
        (b"\xff\xff\xff", [(0, "encoding")]),
        ('站点名称,层级,区划代码\n"示例', [(0, "table")]),
        (b"a," * 2_000_000, [(0, "too_large")]),
        (CHINESE.encode() + b"\n" * 6000, [(0, "too_large")]),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(data: bytes | str, codes: list[tuple[int, str]]) -> None:
    with pytest.raises(StationsError) as caught:
        read_stations(data if isinstance(data, bytes) else data.encode())
    assert [(fault.row, fault.code) for fault in caught.value.faults] == codes
    assert all(fault_text(fault) for fault in caught.value.faults)

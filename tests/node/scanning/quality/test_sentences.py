"""What the gate finds is said in Chinese, with its figures where there are any."""

from node.scanning.shot import Finding
from node.web.wording.capture import FINDINGS, finding_name, finding_text
from node.web.wording.scanners import SCANNER_FINDINGS, scanner_finding_text
from tests.tools.spoil import FAULTS


def test_every_code_has_a_sentence_and_a_name() -> None:
    for code, _ in FAULTS.values():
        assert finding_text(Finding(code, {})) == FINDINGS[code]
        assert 0 < len(finding_name(code)) < 10


def test_too_few_dots_are_told_with_those_that_are_needed() -> None:
    told = finding_text(Finding("few_dots", {"dpi": 96, "least": 130}))
    assert "96 点/英寸" in told and "至少 130" in told


def test_a_page_on_its_side_is_not_called_upside_down() -> None:
    assert finding_text(Finding("upside_down", {"turned": 90})).startswith("横过来了")
    assert finding_text(Finding("upside_down", {"turned": 180})).startswith("上下颠倒")


def test_a_code_that_another_station_made_up_is_shown_as_it_is_whatever_it_is_made_of() -> None:
    for code in ("{", "{}", "{0}", "{code.__class__}", "from_a_newer_station"):
        assert finding_text(Finding(code, {})) == finding_name(code) == code


def test_who_stands_at_a_scanner_is_not_told_to_move_the_lamp() -> None:
    assert set(SCANNER_FINDINGS) < set(FINDINGS)
    for code in FINDINGS:
        told = scanner_finding_text(Finding(code, {}))
        assert [word for word in ("灯", "镜头", "拿稳") if word in told] == []

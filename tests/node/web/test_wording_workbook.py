"""Every fault of a workbook has its sentence, which uses only the facts that it has."""

import pytest

from forms.authoring.workbook.codes import CODES
from node.catalogue.authoring import WorkbookFault
from node.web.wording.workbook import WORKBOOK_FAULTS, fault_text


def test_every_code_has_its_sentence_and_no_sentence_has_no_code() -> None:
    assert set(WORKBOOK_FAULTS) == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_sentence_names_only_its_facts_and_all_that_are_not_places(code: str) -> None:
    facts = {name: f"<{name}>" for name in CODES[code]}
    told = fault_text(WorkbookFault("survey", 5, "C", code, facts))
    assert told.startswith("工作表“survey”第 5 行 C 列：") and told.endswith(("。", ">"))
    assert [fact for name, fact in facts.items() if fact not in told and name not in ("at", "near")] == []


def test_what_only_the_last_check_finds_is_told_too() -> None:
    told = fault_text(WorkbookFault("", None, "", "schema_not_a_mapping", {"where": "package.more"}))
    assert told.startswith("工作簿：") and "package.more" in told and "not_a_mapping" in told
    assert fault_text(WorkbookFault("时限", 2, "B", "schema_out_of_range", {})) == "工作表“时限”第 2 行 B 列：这里有一个数太大，请改小。"

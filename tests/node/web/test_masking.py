"""Personal numbers under their masks."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from forms.schema import Field
from node.web.masking import MASKS, masked, masked_answers
from tests.forms.engines import VECTORS


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        ("id", "130684195203120013", "130684********0013"),
        ("phone", "13812345678", "138****5678"),
        ("bank", "6228480000008888", "6228 **** **** 8888"),
        ("name", "示例甲", "示**"),
        ("unheard_of", "secret", "****"),
        ("id", "", ""),
    ],
)
def test_a_number_is_masked_as_the_county_writes_it(mask: str, text: str, shown: str) -> None:
    assert masked(mask, text) == shown


def test_the_worked_examples_of_the_domain_are_masked_as_they_say() -> None:
    examples = yaml.safe_load((VECTORS / "domain.yaml").read_text(encoding="utf-8"))["mask"]
    numbers = {text: shown for text, shown in examples.items() if text.isdigit()}
    kinds = {11: "phone", 18: "id", 19: "bank"}
    assert {text: masked(kinds[len(text)], text) for text in numbers} == numbers and len(numbers) == 3


@given(st.sampled_from(sorted(MASKS)), st.text(st.characters(codec="ascii", exclude_characters="* "), min_size=2, max_size=30))
def test_no_mask_shows_a_whole_number(mask: str, text: str) -> None:
    assert masked(mask, text) != text


def test_cells_of_tables_are_masked_and_unknown_answers_left_out() -> None:
    table = Field("fam", "家庭成员", "table", True, columns=(Field("m_id", "号码", "id_no", True), Field("m_name", "姓名", "text", True)))
    shown = masked_answers([table], {"fam": [{"m_id": "130684195203120013", "m_name": "甲"}], "stray": "130684195203120013"})
    assert shown == {"fam": [{"m_id": "130684********0013", "m_name": "甲"}]}

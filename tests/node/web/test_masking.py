"""Personal numbers under their masks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.schema import Field
from node.web.masking import MASKS, masked, masked_answers


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


@given(st.sampled_from(sorted(MASKS)), st.text(st.characters(codec="ascii", exclude_characters="* "), min_size=2, max_size=30))
def test_no_mask_shows_a_whole_number(mask: str, text: str) -> None:
    assert masked(mask, text) != text


def test_cells_of_tables_are_masked_and_unknown_answers_left_out() -> None:
    table = Field("fam", "家庭成员", "table", True, columns=(Field("m_id", "号码", "id_no", True), Field("m_name", "姓名", "text", True)))
    shown = masked_answers([table], {"fam": [{"m_id": "130684195203120013", "m_name": "甲"}], "stray": "130684195203120013"})
    assert shown == {"fam": [{"m_id": "130684********0013", "m_name": "甲"}]}

"""Where lines of text end, and how wide they are."""

from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth

from node.documents.layout import MM_PER_PT
from node.documents.measure import lines_of, plain, width_of
from node.drawing.fonts import runs

ASCII = "".join(map(chr, range(32, 127)))


def drawn_width(text: str, size: float) -> float:
    """As the fonts have it, in mm."""
    return sum(float(stringWidth(part, name, size)) for name, part in runs(text)) * MM_PER_PT


def test_letters_and_digits_are_as_wide_as_the_font_says() -> None:
    assert all(abs(width_of(one, 1000) - drawn_width(one, 1000)) < 0.5 for one in ASCII)


def test_nothing_that_forms_use_is_wider_than_it_is_taken_for() -> None:
    others = "汉字，。“”——…·①√×㎡℃éàüžλж（）《》〔〕、；：￥"
    assert [one for one in others if drawn_width(one, 10) > width_of(one, 10) + 0.01] == []


def test_a_long_text_is_broken_where_the_width_ends() -> None:
    lines = lines_of("示" * 100, 10.5, 40)
    assert "".join(lines) == "示" * 100 and len(lines) == 10 and all(width_of(one, 10.5) <= 40 for one in lines)


def test_a_number_is_not_cut_and_a_comma_never_begins_a_line() -> None:
    number = "130684194011050028"
    assert any(number in line for line in lines_of(f"证件号码是这样的号码{number}的人", 10.5, 45))
    assert not any(line.startswith(("，", "。")) for line in lines_of("甲乙丙丁戊己庚辛，壬癸。" * 5, 10.5, 31))


def test_a_number_longer_than_the_line_is_cut_all_the_same() -> None:
    assert "".join(lines_of("1" * 200, 10.5, 40)) == "1" * 200


def test_line_breaks_stay_and_what_cannot_be_printed_goes() -> None:
    assert lines_of("一\r\n二\n三", 10.5, 100) == ["一", "二", "三"]
    assert plain("示\u202e例\u200b甲\x07\t乙") == "示例甲 乙"
    assert lines_of("", 10.5, 100) == [""]


@given(st.text(alphabet=st.sampled_from("甲乙，。（“ab1 \n《9-·"), max_size=80), st.floats(8, 60))
def test_no_character_is_lost_or_added_but_spaces_at_ends(text: str, room: float) -> None:
    kept = "".join(lines_of(text, 10.5, room)).replace(" ", "")
    assert kept == text.replace(" ", "").replace("\n", "")

"""What an item's words say of a portrait."""

import pytest

from forms.portraits import PortraitSpec, portrait_wanted

KB = 1024


@pytest.mark.parametrize(
    ("words", "spec"),
    [
        ("近期免冠照片", PortraitSpec(358, 441, 5 * KB, 50 * KB, "white")),
        ("一寸白底彩色电子照片(358×441像素,JPG,5–50KB)", PortraitSpec(358, 441, 5 * KB, 50 * KB, "white", 25, 35)),
        ("近期二寸免冠彩色照片(3–4张或电子)", PortraitSpec(413, 579, 5 * KB, 50 * KB, "white", 35, 49)),
        ("1寸蓝底照片，20KB-40KB", PortraitSpec(295, 413, 20 * KB, 40 * KB, "blue", 25, 35)),
        ("照片 480x640px 红色背景 不超过 100K", PortraitSpec(480, 640, 5 * KB, 100 * KB, "red")),
        ("照片（32mm×26mm）", PortraitSpec(378, 307, 5 * KB, 50 * KB, "white", 32, 26)),
        ("照片 6KB以内", PortraitSpec(358, 441, 3 * KB, 6 * KB, "white")),
        ("小二寸照片", PortraitSpec()),
        ("照片 50–5KB", PortraitSpec()),
        ("", PortraitSpec()),
    ],
)
def test_a_specification_is_read_from_the_words_and_the_rest_is_as_for_an_id_card(words: str, spec: PortraitSpec) -> None:
    assert portrait_wanted(words) == spec

"""Pictures of seals: drawn ones, and what is refused."""

from io import BytesIO

import pytest
from PIL import Image

from node.drawing.seals import RED, drawn_seal
from node.drawing.specs import SealSpec, person_spec, unit_spec
from node.errors import DrawingError, GlyphError
from signing.pdf import can_show
from signing.seal_image import Picture

LONGEST = "示例省示例市示例县示例镇示例村村民委员会监督"


def ink_of(data: bytes) -> Image.Image:
    """Where there is ink: 255, else 0."""
    return Image.open(BytesIO(data)).convert("RGBA").getchannel("A")


@pytest.mark.parametrize(
    "spec",
    [unit_spec("一二三四"), unit_spec("示例县示例镇人民政府"), unit_spec(LONGEST), unit_spec("示例县行政审批局", 45, "行政审批专用章"),
     unit_spec("示例村村民委员会", 58), SealSpec("round", "示例村村民委员会", 30, 30, "none", sample=False), person_spec("示例代办员甲"),
     SealSpec("square", "示例甲", 40, 16, "none")],
    ids=["shortest", "usual", "longest", "text inside", "largest", "plain", "person", "oblong"],
)  # fmt: skip
def test_a_drawn_seal_is_small_and_of_one_colour_on_nothing(spec: SealSpec) -> None:
    data = drawn_seal(spec)
    picture = Image.open(BytesIO(data)).convert("RGBA")
    points = picture.tobytes()
    colours = {points[at : at + 4] for at in range(0, len(points), 4)}
    assert len(data) <= 5 * 1024 and {one[3] for one in colours} == {0, 255} and {tuple(one[:3]) for one in colours if one[3]} == {RED}
    assert picture.size == (round(spec.width_mm / 25.4 * 150), round(spec.height_mm / 25.4 * 150))
    assert drawn_seal(spec) == data and can_show(Picture("PNG", data, spec.width_mm, spec.height_mm))


def test_the_name_goes_round_with_its_opening_below() -> None:
    ink = ink_of(drawn_seal(SealSpec("round", LONGEST, 42, 42, "none", sample=False)))
    side = ink.width
    inner = round(side * 0.12)
    above = ink.crop((side // 3, inner // 3, side * 2 // 3, inner + side // 10)).histogram()[255]
    below = ink.crop((side // 3, side - inner - side // 10, side * 2 // 3, side - side // 20)).histogram()[255]
    assert above > 1000 and below < 60


def test_the_middle_is_a_star_a_text_or_nothing() -> None:
    def middle(centre: str) -> int:
        ink = ink_of(drawn_seal(unit_spec("示例县示例局", 42, centre)))
        third = ink.width // 3
        return ink.crop((third, third, 2 * third, 2 * third)).histogram()[255]

    assert middle("none") == 0 and middle("star") > 800 and 150 < middle("专用章") < middle("star")


def test_the_mark_of_a_sample_stands_below() -> None:
    def below(sample: bool) -> int:
        ink = ink_of(drawn_seal(SealSpec("round", "示例县示例局", 42, 42, "star", sample)))
        side = ink.width
        return ink.crop((side // 3, side * 7 // 10, side * 2 // 3, side * 9 // 10)).histogram()[255]

    assert below(True) > 250 and below(False) == 0


def test_characters_that_the_fonts_lack_are_named() -> None:
    with pytest.raises(GlyphError) as refused:
        drawn_seal(unit_spec("示例𬱖县政府", 42, "𠅤章"))
    assert refused.value.characters == "𬱖𠅤"


@pytest.mark.parametrize(
    ("spec", "code"),
    [(unit_spec("一二三"), "seal_name"), (unit_spec(LONGEST + "甲"), "seal_name"), (unit_spec("示例县政府", 61), "seal_size"),
     (unit_spec("示例县政府", 9), "seal_size"), (SealSpec("round", "示例县政府", 42, 40), "seal_shape"),
     (SealSpec("oval", "示例县政府", 42, 42), "seal_shape"), (unit_spec("示例县政府", 42, "九个字的一行太长了"), "seal_name"),
     (person_spec(""), "seal_name")],
    ids=["short", "long", "large", "small", "not round", "shape", "centre", "empty"],
)  # fmt: skip
def test_what_cannot_be_drawn_legibly_is_refused(spec: SealSpec, code: str) -> None:
    with pytest.raises(DrawingError) as refused:
        drawn_seal(spec)
    assert refused.value.code == code

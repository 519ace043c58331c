"""What a faint red seal and a pencil line look like in grey and in black and white."""

from PIL import Image

from node.scanning.developing.colours import coloured

FAINT_RED, PENCIL, PAPER = (240, 150, 150), (150, 150, 152), (255, 255, 255)


def seen(colour: str, dot: tuple[int, int, int]) -> object:
    return coloured(Image.new("RGB", (2, 2), dot), colour).getpixel((0, 0))


def test_a_faint_seal_is_plainer_than_its_mere_brightness() -> None:
    assert seen("grey", FAINT_RED) == 163, "its brightness is 177"
    assert seen("bw", FAINT_RED) == 132, "of its brightness it would be 199"


def test_paper_stays_white_and_pencil_does_not_vanish() -> None:
    for colour in ("grey", "bw"):
        assert seen(colour, PAPER) == 255
        assert int(str(seen(colour, PENCIL))) <= 152

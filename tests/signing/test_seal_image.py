from xml.etree import ElementTree

import pytest

from signing.seal_image import Picture, name_sample, round_sample


@pytest.mark.parametrize(
    "picture", [round_sample("示例县示例镇人民政府"), round_sample("<&>\"'"), name_sample("示例代办员"), name_sample("")]
)
def test_samples_are_small_well_formed_and_marked(picture: Picture) -> None:
    data = picture.data
    texts = [element.text for element in ElementTree.fromstring(data).iter() if element.text]
    assert "样章" in texts
    assert len(data) < 4096

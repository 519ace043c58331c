"""What slots want, by the words of the shipped items and of some that are made up."""

from dataclasses import replace

import pytest

from forms.capture import CARD, PAGES, PHOTO, PORTRAIT, SIGNATURE, Want, want_of_field, want_of_material
from forms.schema import Field, Form, Material
from forms.shipped import ITEMS

SIDES = ("正面", "反面")
MATERIAL = Material("m1", "", "复印件", "always", "none", "applicant")
FIELD = Field("f1", "", "photo", True)


@pytest.fixture(scope="module")
def shipped() -> list[Form]:
    return [Form.from_bytes(max(folder.glob("*.json")).read_bytes()) for folder in sorted(ITEMS.iterdir()) if any(folder.glob("*.json"))]


@pytest.mark.parametrize(
    ("name", "capture", "want"),
    [
        ("居民身份证", "高拍正反面", Want(CARD, "id_card", SIDES)),
        ("居民身份证(未领证的未成年人交居民户口簿)", "高拍正反面", Want(CARD, "id_card", SIDES)),
        ("居民身份证", None, Want(CARD, "id_card", SIDES)),
        ("母亲有效身份证件", None, Want(CARD, "id_card", SIDES)),
        ("监护人身份证（复印件）", None, Want(CARD, "id_card", SIDES)),
        ("夫妻双方有效身份证件", None, Want(PAGES, "a4")),
        ("居民户口簿(首页、本人页/全户页)", "高拍", Want(PAGES, "as_is", ("首页", "本人页"))),
        ("居民户口簿", None, Want(PAGES, "as_is", ("首页", "本人页"))),
        ("户口簿（首页、户主页、本人页）", None, Want(PAGES, "as_is", ("首页", "户主页", "本人页"))),
        ("授权委托书及代理人身份证", None, Want(PAGES, "a4")),
        ("家庭成员身份证、户口簿", None, Want(PAGES, "a4")),
        ("高龄津贴申请审批表", "表单打印签字后回拍或手签", Want(PAGES, "a4")),
        ("银行卡/社保卡(存折)账户页", None, Want(PAGES, "a4")),
        ("社会保障卡", "高拍正反面", Want(CARD, "id_card", SIDES)),
        ("人机合影照片", "现场拍照", Want(PHOTO, "photo")),
    ],
)
def test_a_material_wants_what_its_name_and_its_words_say(name: str, capture: str | None, want: Want) -> None:
    assert want_of_material(replace(MATERIAL, name=name, capture=capture)) == want


def test_a_field_wants_a_portrait_a_signature_or_a_photograph() -> None:
    portrait = want_of_field(replace(FIELD, label="近期免冠照片", hint="一寸白底(358×441像素,5–50KB)"))
    assert (portrait.kind, portrait.more) == (PORTRAIT, False)
    assert portrait.portrait is not None and (portrait.portrait.width, portrait.portrait.width_mm) == (358, 25)
    assert want_of_field(replace(FIELD, label="认证照片", capture="现场拍照")).kind == PHOTO
    assert want_of_field(replace(FIELD, label="申请人签名", kind="signature")).kind == SIGNATURE


def test_the_shipped_items_want_cards_booklets_and_portraits(shipped: list[Form]) -> None:
    kinds = [want_of_material(material) for form in shipped for material in form.materials]
    assert sum(want.kind == CARD for want in kinds) >= 30
    assert sum(want.parts == ("首页", "本人页") for want in kinds) >= 20
    fields = [want_of_field(field) for form in shipped for field in form.fields() if field.kind in ("photo", "signature")]
    assert {want.kind for want in fields} == {PORTRAIT, PHOTO, SIGNATURE}
    assert all((want.portrait is not None) == (want.kind == PORTRAIT) for want in [*kinds, *fields])

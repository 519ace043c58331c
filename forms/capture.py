"""What a slot wants to be given (采集要求), read from the item's own words. Pure."""

import re
from dataclasses import dataclass

from forms.portraits import PortraitSpec, portrait_wanted
from forms.schema import Field, Material

PAGES, CARD, PORTRAIT, SIGNATURE, PHOTO = "pages", "card", "portrait", "signature", "photo"
"""Kinds of a want."""


@dataclass(frozen=True)
class Want:
    """What one slot wants.

    `kind` is `pages` (sheets of paper), `card` (both sides on one A4), `portrait`, `signature` or `photo` (a picture of something, kept
    as it is). `paper` is the plan's paper to begin with. `parts` are the names of the shots that are wanted one after the other; empty
    for as many pages as there are. `more` says that further pages may follow them. `portrait` is there for a portrait only.
    """

    kind: str
    paper: str
    parts: tuple[str, ...] = ()
    more: bool = True
    portrait: PortraitSpec | None = None


def want_of_material(material: Material) -> Want:
    """What a material's slot wants, by its name, its hint and how it is captured."""
    return _read(material.name, " ".join(filter(None, (material.capture, material.hint))))


def want_of_field(field: Field) -> Want:
    """What the slot of a field of the kind `photo` or `signature` wants."""
    told = " ".join(filter(None, (field.label, field.hint, field.capture)))
    if field.kind == "signature":
        return Want(SIGNATURE, "as_is", more=False)
    if _says(told, _PORTRAIT):
        return Want(PORTRAIT, "photo", more=False, portrait=portrait_wanted(told))
    return Want(PHOTO, "photo", more=False)


_SIDES = ("正面", "反面")
_PORTRAIT = ("免冠", "头像", "证件照", "本人相片", "大头照", "标准照")
_SCENE = ("现场拍照", "合影", "现场照片")
_ID_CARD = ("居民身份证", "身份证")
_BOOKLET = ("户口簿", "户口本")
_SEVERAL = ("、", "及", "和", "与", "/", "双方", "成员")
_SMALL_CARD = ("社保卡", "社会保障卡", "银行卡")


def _read(name: str, told: str) -> Want:
    if _says(name, _PORTRAIT):
        return Want(PORTRAIT, "photo", more=False, portrait=portrait_wanted(f"{name} {told}"))
    if _says(f"{name} {told}", _SCENE):
        return Want(PHOTO, "photo")
    if _is_card(name, told):
        return Want(CARD, "id_card", _SIDES, more=True)
    if _says(name, _BOOKLET) and not _says(name, _ID_CARD):
        return Want(PAGES, "as_is", _booklet_pages(name), more=True)
    return Want(PAGES, "a4")


def _is_card(name: str, told: str) -> bool:
    """Of one card alone: a name that also asks for other papers (a mandate *and* an ID card) is a pile of sheets."""
    if "正反面" in told and _says(name, (*_ID_CARD, *_SMALL_CARD)):
        return True
    bare = re.split(r"[(（]", name, maxsplit=1)[0]
    return bare.endswith(("身份证", "身份证件")) and not _says(bare, _SEVERAL)


def _booklet_pages(name: str) -> tuple[str, ...]:
    """The pages that a booklet's name asks for; the first page and the person's own where it names none."""
    asked = tuple(part for part in ("首页", "户主页", "本人页") if part in name)
    return asked or ("首页", "本人页")


def _says(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)

"""Items and versions: listed without a form being read, parsed when asked for, found by words."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from forms.authoring.index import index_bytes, write_index
from forms.authoring.pinyin import initials
from forms.catalogue import FORMS_KEPT, Catalogue
from forms.entries import entry_of
from forms.errors import SchemaError, UnknownItemError
from forms.schema import Form
from forms.shipped import INDEX, ITEMS, Shipped
from tests.forms.engines import SHIPPED


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


OLD = SHIPPED[0].read_bytes()


def changed(**members: object) -> bytes:
    package = {**json.loads(OLD), **members}
    return json.dumps(package, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One item in two versions."""
    item = tmp_path / "items" / "gaoling"
    item.mkdir(parents=True)
    (item / "1.json").write_bytes(OLD)
    (item / "2.json").write_bytes(changed(charge="不收费(第二版)"))
    return item.parent


def test_the_shipped_items_are_there() -> None:
    catalogue = Catalogue(Shipped(digest), digest)
    assert {"gaoling", "dibao", "pension_enrol"} <= {entry.id for entry in catalogue.entries()}
    assert catalogue.newest("gaoling") == (digest(OLD), catalogue.form("gaoling", digest(OLD)))


def test_the_index_is_what_the_packages_say() -> None:
    assert (ITEMS / INDEX).read_bytes() == index_bytes(ITEMS, initials)


def test_an_entry_is_listed_as_its_form_says_with_and_without_an_index(folder: Path) -> None:
    form = Form.from_bytes(changed(charge="不收费(第二版)"))
    looked_at = Catalogue(Shipped(digest, folder), digest).entries()
    write_index(folder)
    assert looked_at == (entry_of(form, digest(form.data)),)
    assert Catalogue(Shipped(digest, folder), digest).entries() == (replace(looked_at[0], initials="gljtsq"),)


def test_listing_and_searching_reads_no_form(folder: Path) -> None:
    write_index(folder)
    for path in folder.glob("*/*.json"):
        path.write_bytes(b"{}")
    catalogue = Catalogue(Shipped(digest, folder), digest)
    assert [entry.id for entry in catalogue.search("gljt")] == ["gaoling"]
    with pytest.raises(UnknownItemError):
        catalogue.newest("gaoling")


def test_an_old_version_stays_beside_the_newest(folder: Path) -> None:
    catalogue = Catalogue(Shipped(digest, folder), digest)
    assert catalogue.newest("gaoling")[1].charge == "不收费(第二版)"
    assert catalogue.form("gaoling", digest(OLD)).charge == "不收费"
    assert [entry.charge for entry in catalogue.entries()] == ["不收费(第二版)"]
    assert catalogue.standing("gaoling", digest(OLD)) == "fillable"
    assert catalogue.standing("gaoling", catalogue.newest("gaoling")[0]) == "current"
    assert catalogue.standing("dibao", digest(OLD)) == catalogue.standing("gaoling", "sha256:0") == "unknown"


def test_a_form_is_parsed_once_while_it_is_kept(folder: Path) -> None:
    catalogue = Catalogue(Shipped(digest, folder), digest)
    assert catalogue.form("gaoling", digest(OLD)) is catalogue.form("gaoling", digest(OLD))


def test_only_the_last_few_forms_are_held(tmp_path: Path) -> None:
    for number in range(FORMS_KEPT + 1):
        (tmp_path / f"item{number}").mkdir()
        (tmp_path / f"item{number}" / "1.json").write_bytes(changed(id=f"item{number}"))
    catalogue = Catalogue(Shipped(digest, tmp_path), digest)
    first = catalogue.newest("item0")[1]
    for number in range(1, FORMS_KEPT):
        catalogue.newest(f"item{number}")
    assert catalogue.newest("item0")[1] is first
    catalogue.newest(f"item{FORMS_KEPT}")
    catalogue.newest("item1")
    assert catalogue.newest("item0")[1] is first
    for number in range(1, FORMS_KEPT + 1):
        catalogue.newest(f"item{number}")
    assert catalogue.newest("item0")[1] is not first


def test_a_file_that_is_not_what_its_digest_says_is_not_used(folder: Path) -> None:
    write_index(folder)
    (folder / "gaoling" / "1.json").write_bytes(changed(charge="收费"))
    with pytest.raises(UnknownItemError):
        Catalogue(Shipped(digest, folder), digest).form("gaoling", digest(OLD))


def test_items_are_found_by_name_words_initials_and_department() -> None:
    catalogue = Catalogue(Shipped(digest), digest)
    assert len(catalogue.search("  ")) == len(catalogue.entries())
    assert catalogue.search("高龄")[0].id == catalogue.search("GLJT")[0].id == catalogue.search("申请 高龄津贴")[0].id == "gaoling"
    assert catalogue.search("ｇｌｊｔ")[0].id == "gaoling"
    assert {"gaoling", "dibao"} <= {entry.id for entry in catalogue.search("县民政局")}
    assert [entry.id for entry in catalogue.search("dibao")] == ["dibao"]
    assert catalogue.search("高龄 没有这个") == ()


def test_what_begins_with_the_word_comes_first() -> None:
    catalogue = Catalogue(Shipped(digest), digest)
    names = [entry.name for entry in catalogue.search("残疾")]
    starts = [name.startswith("残疾") for name in names]
    assert starts[0] and starts == sorted(starts, reverse=True)


def test_an_unknown_item_or_version_is_named() -> None:
    catalogue = Catalogue(Shipped(digest), digest)
    with pytest.raises(UnknownItemError) as item:
        catalogue.newest("nothing")
    assert (item.value.item_id, item.value.package_digest) == ("nothing", None)
    with pytest.raises(UnknownItemError) as version:
        catalogue.form("gaoling", "sha256:0")
    assert version.value.package_digest == "sha256:0"
    with pytest.raises(UnknownItemError):
        catalogue.form("dibao", digest(OLD))


def test_a_broken_package_is_not_taken_in(folder: Path) -> None:
    (folder / "gaoling" / "3.json").write_bytes(b"{}")
    with pytest.raises(SchemaError):
        Catalogue(Shipped(digest, folder), digest).entries()
    with pytest.raises(SchemaError):
        index_bytes(folder, initials)

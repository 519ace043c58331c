"""Items and versions."""

import hashlib
import json

import pytest

from forms.catalogue import Catalogue, load_shipped
from forms.errors import SchemaError, UnknownItemError
from tests.forms.engines import SHIPPED


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def second_version() -> bytes:
    package = json.loads(SHIPPED[0].read_bytes())
    return json.dumps({**package, "charge": "不收费(第二版)"}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_the_shipped_items_are_there() -> None:
    catalogue = Catalogue(load_shipped(), digest)
    assert {"gaoling", "dibao", "pension_enrol"} <= {form.id for form in catalogue.items()}
    data = SHIPPED[0].read_bytes()
    assert catalogue.newest("gaoling") == (digest(data), catalogue.form("gaoling", digest(data)))


def test_an_old_version_stays_beside_the_newest() -> None:
    old = SHIPPED[0].read_bytes()
    catalogue = Catalogue([old, second_version()], digest)
    assert catalogue.newest("gaoling")[1].charge == "不收费(第二版)"
    assert catalogue.form("gaoling", digest(old)).charge == "不收费"
    assert [form.charge for form in catalogue.items()] == ["不收费(第二版)"]


def test_a_package_that_comes_twice_is_there_once() -> None:
    catalogue = Catalogue([SHIPPED[0].read_bytes(), second_version()], digest)
    name, form = catalogue.add(SHIPPED[0].read_bytes())
    assert catalogue.form("gaoling", name) is form
    assert catalogue.newest("gaoling")[0] == digest(second_version())


def test_an_unknown_item_or_version_is_named() -> None:
    catalogue = Catalogue(load_shipped(), digest)
    with pytest.raises(UnknownItemError) as item:
        catalogue.newest("nothing")
    assert (item.value.item_id, item.value.package_digest) == ("nothing", None)
    with pytest.raises(UnknownItemError) as version:
        catalogue.form("gaoling", "sha256:0")
    assert version.value.package_digest == "sha256:0"


def test_a_broken_package_is_not_taken_in() -> None:
    with pytest.raises(SchemaError):
        Catalogue([b"{}"], digest)

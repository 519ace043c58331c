"""What a county does with workbooks, and what it says where the extra is missing."""

import sys

import pytest

from forms.schema import Form
from node.catalogue import authoring
from node.errors import RequestError
from tests.items import newest

PACKAGE = newest("gaoling").read_bytes()


def test_a_package_goes_into_a_workbook_and_comes_out_the_same() -> None:
    assert authoring.read(authoring.write(PACKAGE), {}) == (PACKAGE, ())


def test_what_is_no_workbook_is_told_as_a_fault() -> None:
    package, faults = authoring.read(b"nothing", {})
    assert package is None and [(one.sheet, one.code) for one in faults] == [("", "not_a_workbook")]


def test_initials_are_made_of_the_name_unless_the_author_gave_them() -> None:
    assert authoring.initials_of(Form.from_bytes(PACKAGE)) == "gljtsq"
    given = PACKAGE.replace(b'"name_en":"Old-age allowance"', b'"pinyin":"lnbt"')
    assert given != PACKAGE and authoring.initials_of(Form.from_bytes(given)) == "lnbt"


def test_without_the_extra_every_call_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypinyin", None)
    assert not authoring.is_available()
    for call in (
        lambda: authoring.read(b"", {}),
        lambda: authoring.write(PACKAGE),
        lambda: authoring.initials_of(Form.from_bytes(PACKAGE)),
    ):
        with pytest.raises(RequestError) as caught:
            call()
        assert caught.value.code == "authoring_missing"

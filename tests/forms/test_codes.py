"""Codes of bodies, divisions, items and certificates against the worked examples of the domain."""

import pytest
import yaml

from forms.codes import (
    certificate_id,
    credit_code,
    division_level,
    is_organisation_code,
    item_code,
    make_certificate_id,
    mod_37_36,
)
from tests.forms.engines import VECTORS

DOMAIN = yaml.safe_load((VECTORS / "domain.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", DOMAIN["uscc"]["valid"])
def test_a_credit_code_holds_the_code_of_its_body(code: str) -> None:
    parts = credit_code(code)
    assert parts is not None and parts.body_agrees
    assert parts.register + parts.kind + parts.division + parts.body == code[:17]


@pytest.mark.parametrize("code", [code for code, _ in DOMAIN["uscc"]["invalid"]])
def test_a_wrong_credit_code_has_no_parts(code: str) -> None:
    assert credit_code(code) is None


def test_every_changed_digit_of_an_organisation_code_is_noticed() -> None:
    good = "003011960"
    for place in range(9):
        for character in "0123456789" if place < 8 else "0123456789X":
            changed = good[:place] + character + good[place + 1 :]
            assert is_organisation_code(changed) is (changed == good)
    assert not is_organisation_code("0030119600") and not is_organisation_code("")


def test_a_credit_code_whose_body_has_a_wrong_check_is_pointed_out() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    changed = next(parts for last in alphabet if (parts := credit_code("91350100M000100Y5" + last)) is not None)
    assert changed.body == "M000100Y5" and not changed.body_agrees


def test_an_item_code_is_cut_into_its_parts() -> None:
    long, short = DOMAIN["item_codes"]["33"].split(" ")[0], DOMAIN["item_codes"]["31"].split(" ")[0]
    first, business = item_code(short.split("=")[0].strip()), item_code(long)
    assert first is not None and (first.body, first.level, first.basic, first.business) == ("11340202003011960J", "4", "340131146000", None)
    assert business is not None and (business.body, business.level, business.basic, business.business) == (
        "113416020031661969",
        "4",
        "002014006009",
        "01",
    )
    assert DOMAIN["item_codes"]["31b"].split(" ")[0] == business.body + business.level + business.basic


@pytest.mark.parametrize(
    "code", ["", "11340202003011960J434013114600", "11340202003011961J4340131146000", "11340202003011960J9340131146000"]
)
def test_what_is_no_item_code_has_no_parts(code: str) -> None:
    assert item_code(code) is None


def test_a_division_code_has_its_level() -> None:
    assert [division_level(code) for code in DOMAIN["division"]] == ["village", "township", "county"]
    assert [division_level(code) for code in ("131025105000", "131025000000")] == ["township", "county"]
    for code in ("", "1310", "131025105", "13102510520", "931025", "130000", "131025000201", "13102510520X"):
        assert (division_level(code) is None) is (code != "131025105"), code


@pytest.mark.parametrize("text", DOMAIN["cert_id"]["valid"])
def test_a_certificate_id_has_its_check(text: str) -> None:
    found = certificate_id(text)
    assert found is not None and found.check_agrees
    assert make_certificate_id(found.kind, found.issuer, found.serial, found.version) == text


def test_a_foreign_certificate_id_whose_check_does_not_agree_is_read_all_the_same() -> None:
    tail = DOMAIN["cert_id"]["mismatch_seen"].split(" ")[0].removeprefix("...")
    found = certificate_id("1.2.156.3005.2." + tail)
    assert found is not None and not found.check_agrees
    assert mod_37_36(found.kind + found.issuer + found.serial + found.version) == "D"


def test_what_is_no_certificate_id_is_none() -> None:
    assert certificate_id("1.2.156.3005.2.short.1.1.001.A") is None
    with pytest.raises(ValueError):
        make_certificate_id("11100000000013338W011", "131025", "no dots. please")

"""Numbers with a check against the worked examples of the domain, in both engines where rules reach them."""

from datetime import date
from typing import Any

import pytest
import yaml

from forms.checks import birth_in_id, disability_parts, gender_in_id, id_fault, is_credit_code, upgraded_id
from forms.expressions.days import full_years
from tests.forms.engines import TODAY, VECTORS, py_value, run_js

DOMAIN = yaml.safe_load((VECTORS / "domain.yaml").read_text(encoding="utf-8"))
WHY = {
    "130684195203120012": "id_check",
    "130684200102290018": "id_date",
    "440524188001010014": "id_date",
    "13068419520312001": "id_length",
    "990684195203120013": "id_province",
    "110105491231002": "id_15",
    "130684202611230010": "id_future",
}


@pytest.mark.parametrize("number", DOMAIN["resident_id"]["valid"] + ["11010519491231002x"])
def test_a_valid_citizen_number_is_valid(number: str) -> None:
    assert id_fault(number, TODAY) is None


@pytest.mark.parametrize("number", WHY)
def test_an_invalid_citizen_number_says_why(number: str) -> None:
    fault = id_fault(number, TODAY)
    assert fault is not None and fault[0] == WHY[number]


def test_the_invalid_examples_are_all_told_apart() -> None:
    assert {number for number, why in DOMAIN["resident_id"]["invalid"] if "normalise" not in why} <= set(WHY)


def test_birth_gender_and_age_come_from_the_number() -> None:
    for number, wanted in DOMAIN["resident_id"]["derive"].items():
        born = birth_in_id(number, TODAY)
        assert born is not None and full_years(born, TODAY) == wanted["age_on_2026-11-22"]
        assert wanted.get("birth", born.isoformat()) == born.isoformat()
        assert wanted.get("gender", gender_in_id(number, TODAY)) == gender_in_id(number, TODAY)


def test_a_15_digit_number_has_one_18_digit_form() -> None:
    old, new = DOMAIN["resident_id"]["fifteen_to_18"]
    assert upgraded_id(old, TODAY) == new
    assert upgraded_id("110105491332002", TODAY) is None


def test_a_birthday_counts_from_the_day_itself() -> None:
    assert full_years(date(2000, 11, 22), TODAY) == 26
    assert full_years(date(2000, 11, 23), TODAY) == 25


def test_credit_codes_are_valid_or_not_in_both_engines() -> None:
    cases = [(code, True) for code in DOMAIN["uscc"]["valid"]] + [(code, False) for code, _ in DOMAIN["uscc"]["invalid"]]
    lines = [{"act": "tree", "tree": ["yz:gb32100", code], "scope": {"today": "2026-11-22"}} for code, _ in cases]
    assert run_js(lines) == [{"value": valid} for _, valid in cases]
    assert [is_credit_code(code) for code, _ in cases] == [valid for _, valid in cases]
    assert not is_credit_code("") and not is_credit_code("一" * 18)


def test_every_changed_digit_of_a_citizen_number_is_noticed() -> None:
    good = "130684195203120013"
    for place in range(18):
        for digit in "0123456789X":
            changed = good[:place] + digit + good[place + 1 :]
            assert (id_fault(changed, TODAY) is None) is (changed == good)


def test_a_disability_certificate_number_has_its_category_and_level() -> None:
    assert disability_parts("13068419520312001343", TODAY) == ("肢体", "三级")
    assert disability_parts("13068419520312001381", TODAY) is None
    assert disability_parts("13068419520312001243", TODAY) is None


def test_every_disability_number_of_the_domain_is_what_it_says() -> None:
    assert set(DOMAIN["disability_no"]) == {"13068419520312001343", "13068419520312001381", "13098419400101002443"}
    rule: Any = ["and", ["!=", ["yz:disability_kind", ["self"]], ""], ["=", ["substr", ["self"], 0, 18], ["field", "id_no"]]]
    scope: dict[str, Any] = {"answers": {"id_no": "130684195203120013"}, "today": "2026-11-22"}
    lines = [{"act": "tree", "tree": rule, "scope": {**scope, "answer": number}} for number in DOMAIN["disability_no"]]
    assert run_js(lines) == [{"value": True}, {"value": False}, {"value": False}]
    assert [py_value(rule, {**scope, "answer": number}) for number in DOMAIN["disability_no"]] == [True, False, False]


def test_years_of_service_are_rounded_up_alike_in_both_engines() -> None:
    trees = [["yz:years_begun", start, end] for start, end, _ in DOMAIN["service_years"]]
    wanted = [years for _, _, years in DOMAIN["service_years"]]
    assert [py_value(tree, {}) for tree in trees] == wanted
    told = run_js([{"act": "tree", "tree": tree, "scope": {"today": "2026-11-22"}} for tree in trees])
    assert [float(one["number"]) for one in told] == wanted

"""What `derive`, `check` and `validate` say, alike in Python and in the browser's engine."""

import copy
import json
import random
from datetime import date, timedelta
from typing import Any

import pytest

from forms.errors import AnswerError
from forms.fields import PICTURE_KINDS
from forms.problems import CODES, Problem
from forms.schema import Field, Form
from forms.validate import check, derive, derive_settled, initial_answers, initial_row, missing_materials, needed_materials, validate
from tests.forms.engines import ALL_SHIPPED, TODAY, run_js

FORMS = {path.parent.name: Form.from_bytes(path.read_bytes()) for path in ALL_SHIPPED}
DIBAO = list(FORMS).index("dibao")
DIGEST = "sm3:" + "a" * 64


@pytest.mark.parametrize("item", FORMS)
def test_a_check_that_begins_with_a_settled_draft_says_the_same(item: str) -> None:
    form = FORMS[item]
    pictures = {one.id: [DIGEST] if one.kind == "photo_list" else DIGEST for one in form.fields() if one.kind in PICTURE_KINDS}
    one_missing = dict(list(form.sample.items())[1:])
    for answers in (dict(form.sample), derive(form, one_missing, TODAY), {**form.sample, **pictures}, {"strange": 1}):
        settled = derive_settled(form, answers, TODAY)[1]
        for attached in (frozenset[str](), frozenset({DIGEST})):
            assert check(form, answers, TODAY, attached=attached, settled=settled) == check(form, answers, TODAY, attached=attached)
    assert derive_settled(form, {"reason": "字" * 200_000}, TODAY)[1] is None


def answers_of(item: str, **changes: Any) -> dict[str, Any]:
    answers = copy.deepcopy(dict(FORMS[item].sample))
    for name, value in changes.items():
        if value is None:
            answers.pop(name, None)
        else:
            answers[name] = value
    return answers


def problems_of(item: str, today: date = TODAY, **changes: Any) -> list[tuple[str | None, str | None, int | None, str]]:
    checked = check(FORMS[item], answers_of(item, **changes), today)
    return [(p.field, p.column, p.row, p.code) for p in checked.problems]


@pytest.mark.parametrize("item", FORMS)
def test_each_sample_passes_and_needs_exactly_its_sample_materials(item: str) -> None:
    form = FORMS[item]
    checked = check(form, form.sample, TODAY)
    assert checked.problems == () and checked.warnings == ()
    assert checked.clean == form.sample
    assert needed_materials(form, checked.clean, TODAY) == form.sample_materials
    assert missing_materials(form, checked.clean, form.sample_materials, TODAY) == ()


LATER = [TODAY + timedelta(days=days) for days in (1, 40, 60, 90, 180)]
STALE = {"pension_alive": {"check_date"}}
"""Dates of samples that rules want to be of the last days."""


@pytest.mark.parametrize("item", FORMS)
def test_each_sample_passes_on_later_days_too(item: str) -> None:
    form = FORMS[item]
    for today in LATER:
        checked = check(form, derive(form, form.sample, today), today)
        assert {p.field for p in checked.problems} <= STALE.get(item, set()), today
        assert needed_materials(form, checked.clean, today) == form.sample_materials


@pytest.mark.parametrize("item", FORMS)
def test_calculated_answers_left_out_are_filled_in(item: str) -> None:
    form = FORMS[item]
    typed = {name: value for name, value in form.sample.items() if form.field(name).calculate is None or form.field(name).calculate_when}
    calculated = [name for name in ("gender", "birth") if name in typed and form.sample.get("id_type") == "居民身份证"]
    typed = {name: value for name, value in typed.items() if name not in calculated}
    assert derive(form, typed, TODAY) == form.sample
    assert validate(form, typed, TODAY) == form.sample


@pytest.mark.parametrize("item", ["gaoling", "dibao", "pension_enrol"])
def test_a_calculated_answer_that_is_false_is_a_problem(item: str) -> None:
    form = FORMS[item]
    [problem] = check(form, {**form.sample, "birth": "1980-01-01"}, TODAY).problems
    assert (problem.field, problem.code, problem.facts) == ("birth", "derived", {"expected": form.sample["birth"]})
    assert derive(form, {**form.sample, "birth": "1980-01-01"}, TODAY)["birth"] == form.sample["birth"]


def test_typed_forms_are_normalised() -> None:
    typed = answers_of(
        "dibao",
        id_no="　131025 19850418 2068 ",
        mobile="１３１ ００００ ０００４",
        bank_no="6228 4800 0000 0000 042",
        deposit="1,200",
        securities=0,
        sign_date="2026年11月22日",
        name=" 示例丁\n",
    )
    typed["fam"][1]["m_age"] = "12"
    assert validate(FORMS["dibao"], typed, TODAY) == FORMS["dibao"].sample
    assert derive(FORMS["dibao"], typed, TODAY) == FORMS["dibao"].sample


@pytest.mark.parametrize("typed", ["2026-1-2", "2026/1/2", "2026.01.2", "20260102", "2026年1月2日", "２０２６－１－２"])
def test_dates_are_taken_in_the_forms_that_people_type(typed: str) -> None:
    assert check(FORMS["gaoling"], answers_of("gaoling", sign_date=typed), TODAY).clean["sign_date"] == "2026-01-02"


def test_a_lower_case_x_counts_as_a_capital_one() -> None:
    clean = check(FORMS["gaoling"], answers_of("gaoling", id_no="11010519491231002x", by_agent="否"), date(2030, 1, 1)).clean
    assert clean["id_no"] == "11010519491231002X"


def test_a_15_digit_number_is_refused_with_its_18_digit_form() -> None:
    checked = check(FORMS["gaoling"], answers_of("gaoling", id_no="110105491231002"), TODAY)
    [problem] = [p for p in checked.problems if p.field == "id_no"]
    assert (problem.code, problem.facts) == ("id_15", {"upgraded": "11010519491231002X"})
    assert problem.message == "证件号码不是有效的公民身份号码"


def test_a_wrong_number_is_named_once_and_what_is_calculated_from_it_is_not() -> None:
    found = problems_of("gaoling", id_no="131025194403122018", gender=None, birth=None, age=None, band=None, std=None)
    assert found == [("id_no", None, None, "id_check")]


def test_a_calculation_that_comes_to_nothing_is_named() -> None:
    answers = answers_of("gaoling", id_type="居民户口簿", birth="1850-01-01", age=None)
    [problem] = check(FORMS["gaoling"], answers, TODAY).problems
    assert (problem.field, problem.code, problem.facts) == ("band", "underived", {"sources": ["age"]})


def test_a_hidden_answer_is_dropped_and_a_shown_one_is_required() -> None:
    checked = check(FORMS["gaoling"], answers_of("gaoling", agent_name="示例乙"), TODAY)
    assert checked.problems == () and "agent_name" not in checked.clean
    assert derive(FORMS["gaoling"], answers_of("gaoling", agent_name="示例乙"), TODAY)["agent_name"] == "示例乙"
    assert problems_of("gaoling", no_mobile="是", mobile=None) == [
        ("contact_name", None, None, "required"),
        ("contact_phone", None, None, "required"),
    ]


def test_rows_are_checked_cell_by_cell() -> None:
    rows = answers_of("dibao")["fam"]
    rows[1].update(m_id_no="131025198504182068", m_income="-", extra="x")
    rows.append({})
    found = problems_of("dibao", fam=rows)
    assert ("fam", "m_income", 1, "money") in found
    assert ("fam", "extra", 1, "unknown_field") in found
    assert ("fam", "m_name", 2, "required") in found
    assert ("fam", None, None, "unique_column") in found
    assert ("fam", "m_age", 2, "underived") not in found


def test_a_warning_blocks_nothing() -> None:
    checked = check(FORMS["gaoling"], answers_of("gaoling", id_type="居民户口簿", gender="女"), TODAY)
    assert checked.problems == ()
    [warning] = checked.warnings
    assert (warning.field, warning.code, warning.message) == ("gender", "agrees_with_id", "与户口簿号码不一致,请核对")
    assert warning.facts == {"part": "gender", "id_field": "id_no", "id_label": "证件号码"}


def test_images_are_attached_digests_and_the_marker_only_in_example_packages() -> None:
    assert problems_of("gaoling", photo=DIGEST) == [("photo", None, None, "not_attached")]
    assert check(FORMS["gaoling"], answers_of("gaoling", photo=DIGEST), TODAY, attached={DIGEST}).problems == ()
    package = json.loads(FORMS["gaoling"].data)
    real = Form.from_bytes(json.dumps({**package, "status": "正式"}).encode())
    assert [p.code for p in check(real, package["sample"], TODAY).problems] == ["image", "image"]


ILL_TYPED: list[Any] = [1.5, True, ["x"], {"a": 1}, [[["x"]]], 10**30, "\ud800", "\x00", "x" * 3000]


@pytest.mark.parametrize("item", FORMS)
def test_a_value_of_any_json_type_in_any_field_is_a_problem_and_never_a_crash(item: str) -> None:
    form = FORMS[item]
    for number, field in enumerate(form.fields()):
        for value in ILL_TYPED if item == "dibao" else [ILL_TYPED[number % len(ILL_TYPED)]]:
            checked = check(form, {**form.sample, field.id: value}, TODAY)
            assert checked.problems or field.id not in form.sample or checked.clean == form.sample, field.id
            json.dumps(checked.clean, ensure_ascii=False).encode()
            derive(form, {**form.sample, field.id: value}, TODAY)


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (None, "type"),
        ([], "type"),
        ("x", "type"),
        ({"name": "x" * 5_000_000}, "too_large"),
        ({"x" * 5_000_000: 1}, "too_large"),
        ({"fam": [{}] * 1_000_000}, "too_large"),
        ({"fam": [{"m_name": "甲"}] * 20_000}, "too_large"),
        ({"fam": nested(100_000)}, "too_deep"),
    ],
)
def test_answers_beyond_the_bounds_are_refused_as_a_whole(answers: Any, code: str) -> None:
    checked = check(FORMS["dibao"], answers, TODAY)
    assert [p.code for p in checked.problems] == [code] and checked.clean == {}
    derive(FORMS["dibao"], answers, TODAY)


def test_more_rows_than_the_table_holds_are_one_problem() -> None:
    rows = answers_of("dibao")["fam"] * 8
    found = check(FORMS["dibao"], answers_of("dibao", fam=rows, inc_pc=None), TODAY).problems
    assert next((p.field, p.code, p.facts) for p in found) == ("fam", "max_rows", {"max": 15})


def test_unknown_fields_are_named_but_not_without_end() -> None:
    assert problems_of("gaoling", nonsense="1") == [("nonsense", None, None, "unknown_field")]
    many = {f"x{number}": 1 for number in range(500)}
    assert len(check(FORMS["gaoling"], {**FORMS["gaoling"].sample, **many}, TODAY).problems) == 20


def test_validate_raises_every_problem_at_once() -> None:
    with pytest.raises(AnswerError) as refused:
        validate(FORMS["gaoling"], {}, TODAY)
    required = {one.id for one in FORMS["gaoling"].fields() if one.required and one.relevant is None and one.calculate is None}
    assert {p.field for p in refused.value.problems if p.code == "required"} >= required


def test_a_missing_material_is_named_with_what_it_tolerates() -> None:
    form = FORMS["dibao"]
    clean = check(form, answers_of("dibao", cause=["重病"], by_agent="否"), TODAY).clean
    found = missing_materials(form, clean, ["mat_form", "mat_id", "mat_hukou", "mat_auth", "photo_of_a_cat"], TODAY)
    assert [(p.material, p.code) for p in found] == [
        ("mat_ill", "missing_material"),
        ("mat_bank", "missing_material"),
        ("photo_of_a_cat", "unknown_material"),
    ]
    assert found[0].facts == {"name": "重病诊断/病历", "form": "复印件", "tolerance": "容缺"}


def test_a_draft_begins_with_the_defaults_of_its_day() -> None:
    found = initial_answers(FORMS["pension_enrol"], date(2027, 1, 5))
    assert (found["sign_date"], found["start_year"], found["id_type"]) == ("2027-01-05", 2027, "居民身份证")
    assert initial_answers(FORMS["dibao"], TODAY)["inc_wage"] == "0.00"
    assert initial_row(FORMS["dibao"], "fam", TODAY) == {}
    with pytest.raises(KeyError):
        initial_row(FORMS["dibao"], "no_such_table", TODAY)


def test_nothing_given_is_changed() -> None:
    answers = answers_of("dibao", id_no=" 131025198504182068 ", inc_total=None)
    before = copy.deepcopy(answers)
    derive(FORMS["dibao"], answers, TODAY)
    check(FORMS["dibao"], answers, TODAY)
    assert answers == before


# ---- both engines on random answers

ANYTHING: list[Any] = [
    "", None, [], {}, 0, 1, -5, 1.5, True, False, "x", "是", "否", "本人", "示例甲", " 示例乙 ", "甲" * 51, "a" * 2500, "\u202e", "\ud800",
    "0", "007", "１２", "-0", "1,234.5", "1,23", "12.345", "999999999999999999", 10**14, "0.005", "-3.10",
    "2026-11-22", "2026/2/30", "2026年2月28日", "20240229", "1946-12-22", "1985-04-18", "0000-01-01", "2026-11",
    "131025194403122017", "13102519440312201", "11010519491231002x", "110105491231002", "131025198504182068", "131025205001012017",
    "131025198504182068 43", "13102519850418206843", "13100000001", "０３１６－５５２０００１", "+8613100000001", "6228 4800 0000 0000 042",
    "131025105201", "131025105999", "131025105000", "110000000000", "示例图像", DIGEST, "sha256:" + "b" * 64,
    ["重病"], ["残疾", "残疾"], ["重病", "其他"], ["无"], [1], ["示例图像"], [{}], [{"x": 1}], ["x"], [[1, 2]], {"a": "b"},
]  # fmt: skip
DAYS = [TODAY, date(2026, 12, 31), date(2024, 2, 29), date(1999, 1, 1), date(2050, 6, 1)]


def random_value(rng: random.Random, field: Field, sample: Any) -> Any:
    choice = rng.random()
    if field.columns and choice < 0.8:
        rows = copy.deepcopy(sample) if isinstance(sample, list) else []
        while rng.random() < 0.5:
            rows.append({c.id: random_value(rng, c, None) for c in field.columns if rng.random() < 0.8})
        for row in rows:
            if rng.random() < 0.4:
                column = rng.choice(field.columns)
                row[column.id] = random_value(rng, column, row.get(column.id))
        return rows
    if field.choices and choice < 0.7:
        return (
            rng.sample(field.choices, rng.randint(0, min(3, len(field.choices))))
            if field.kind == "multichoice"
            else rng.choice(field.choices)
        )
    if field.kind == "bool" and choice < 0.7:
        return rng.choice(["是", "否"])
    return rng.choice(ANYTHING)


def random_answers(rng: random.Random, form: Form) -> dict[str, Any]:
    answers = copy.deepcopy(dict(form.sample))
    for field in form.fields():
        dice = rng.random()
        if dice < 0.05:
            answers.pop(field.id, None)
        elif dice < 0.25:
            answers[field.id] = random_value(rng, field, form.sample.get(field.id))
    if rng.random() < 0.1:
        answers[rng.choice(["zz", "中", "𠮷", "\uffee", "toString", "__proto__"])] = "x"
    return answers


def told(problem: Problem) -> dict[str, Any]:
    found = {name: getattr(problem, name) for name in ("field", "code", "message", "column", "row", "material")}
    return {**found, "facts": dict(problem.facts)}


def test_both_engines_derive_and_check_random_answers_alike() -> None:
    rng = random.Random(1122)
    lines, wanted = [], []
    for number, form in enumerate(FORMS.values()):
        for _ in range(40):
            answers, today = random_answers(rng, form), rng.choice(DAYS)
            checked = check(form, answers, today, attached=[DIGEST])
            lines.append({"act": "state", "form": number, "answers": answers, "today": today.isoformat(), "attached": [DIGEST]})
            wanted.append((answers, derive(form, answers, today), checked))
    seen_codes = set()
    for answer, (answers, derived, checked) in zip(run_js(lines, ALL_SHIPPED), wanted, strict=True):
        assert "error" not in answer, (answer, answers)
        state = answer["value"]
        assert state["problems"] == [told(p) for p in checked.problems], answers
        assert state["warnings"] == [told(p) for p in checked.warnings], answers
        assert state["clean"] == checked.clean, answers
        assert state["derived"] == derived, answers
        seen_codes |= {p.code for p in (*checked.problems, *checked.warnings)}
        for problem in (*checked.problems, *checked.warnings):
            assert set(problem.facts) == set(CODES[problem.code]), problem
    assert len(seen_codes) > 35


def test_both_engines_begin_a_draft_alike() -> None:
    lines = [{"act": "initial", "form": number, "today": "2026-11-22"} for number in range(len(FORMS))]
    for answer, form in zip(run_js(lines, ALL_SHIPPED), FORMS.values(), strict=True):
        assert answer["value"] == initial_answers(form, TODAY)


def test_the_browser_says_which_fields_and_cells_are_asked() -> None:
    line = {"act": "state", "form": DIBAO, "answers": answers_of("dibao"), "today": "2026-11-22", "attached": []}
    [answer] = run_js([line], ALL_SHIPPED)
    state = answer["value"]
    assert state["relevant"]["mobile"] is True and state["relevant"]["agent_id"] is False
    assert state["calculated"]["birth"] is True and state["calculated"]["name"] is False
    assert state["rows"]["fam"][1] == {"relevant": state["rows"]["fam"][0]["relevant"], "calculated": state["rows"]["fam"][0]["calculated"]}
    assert state["rows"]["fam"][0]["calculated"]["m_age"] is True


def test_both_engines_refuse_what_is_beyond_the_bounds() -> None:
    cases: list[Any] = [[], {"fam": nested(12)}, {"name": "甲" * 90_000}, {"name": "\U0001f600" * 66_000}]
    lines = [{"act": "state", "form": DIBAO, "answers": one, "today": "2026-11-22", "attached": []} for one in cases]
    for answer, case in zip(run_js(lines, ALL_SHIPPED), cases, strict=True):
        assert answer["value"]["problems"] == [told(p) for p in check(FORMS["dibao"], case, TODAY).problems]

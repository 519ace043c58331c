"""Readings of dates, zones, numbers and texts that engines dispute: one line each, the same in Python and in the browser."""

from datetime import date
from typing import Any

import pytest

from forms.authoring.named_zones import UnknownZoneError, zone_of
from forms.authoring.xpath import parse_expression
from forms.expressions import precise
from forms.fields import calculated
from tests.forms.engines import py_kinds, py_value, run_js

ANSWERS = {"b": "1952-03-12", "none": "", "m": ["甲 一", "乙"], "t": [{"n": 3}, {"n": 1}, {"n": 2}], "pair": "a  b"}
PHOENIX, NEW_YORK, KATHMANDU, COUNTY = "America/Phoenix", "America/New_York", "Asia/Kathmandu", "Asia/Shanghai"
READINGS = [
    ("date('2018-01-01') + 1", COUNTY, "17532.666666666668"),
    ("date('2018-01-01' + 1)", COUNTY, "2018-01-02"),
    ("date(0)", COUNTY, "1970-01-01T08:00:00.000+08:00"),
    ("date(0.001)", "UTC", "1970-01-01T00:01:26.400+00:00"),
    ("date(1e9)", COUNTY, "Invalid Date"),
    ("date(-800000)", "UTC", "-000221-09-04"),
    ("date('')", COUNTY, ""),
    ("date('2018-02-30')", COUNTY, "Invalid Date"),
    ("date('2018-02')", COUNTY, "2018-02-01"),
    ("date(true())", COUNTY, "Invalid Date"),
    ("string(boolean(date('2018-02-30')))", COUNTY, "false"),
    ("string('2018-1-1' = '2018-01-01')", COUNTY, "true"),
    ("string(date('2018-01-01') = '2018-01-01')", COUNTY, "true"),
    ("string('2018-02-30' < '2018-03-30')", COUNTY, "false"),
    ("date-time('2018-11-04T01:30:00')", NEW_YORK, "2018-11-04T01:30:00.000-04:00"),
    ("date-time('2018-03-11T02:30:00')", NEW_YORK, "2018-03-11T03:30:00.000-04:00"),
    ("date-time('2018-07-01')", KATHMANDU, "2018-07-01"),
    ("date-time('2018-07-01T12:00Z')", KATHMANDU, "2018-07-01T17:45:00.000+05:45"),
    ("date-time('2018-07-01 12:00')", COUNTY, "2018-07-01T12:00:00.000+08:00"),
    ("date-time('2018-07-01T24:00:00.001Z')", COUNTY, "Invalid Date"),
    ("now()", PHOENIX, "2026-11-21T22:00:00.000-07:00"),
    ("today() - '2026-11-01'", COUNTY, "21"),
    (
        "format-date('2026-02-01T07:05:09.042', '%Y %y %m %n %b %d %e %H %h %M %S %3 %a %%')",
        COUNTY,
        "2026 26 02 2 Feb 01 1 07 7 05 09 042 Sun %",
    ),
    ("format-date('', '%Y')", COUNTY, ""),
    ("format-date(today(), concat('%', 'Q'))", COUNTY, "%Q"),
    ("decimal-date-time('1970-01-02')", PHOENIX, "1.2916666666666667"),
    ("decimal-date-time('5')", COUNTY, "NaN"),
    ("decimal-time('12:00:00+08:00')", COUNTY, "0.5"),
    ("decimal-time('12:00:00+00:00')", COUNTY, "0.8333333333333334"),
    ("decimal-time('24:00:00Z')", COUNTY, "NaN"),
    ("position()", COUNTY, "1"),
    ("join(',', ${t}[position(..) > 1]/n)", COUNTY, "1,2"),
    ("count(${t}[n > position()])", COUNTY, "1"),
    ("string(${t}/n > 2)", COUNTY, "true"),
    ("selected(${m}, '甲 一')", COUNTY, "true"),
    ("selected(${m}, '甲')", COUNTY, "false"),
    ("selected(${none}, '')", COUNTY, "true"),
    ("selected('a b', ' b ')", COUNTY, "true"),
    ("selected-at(${pair}, 1)", COUNTY, ""),
    ("count-selected(${pair})", COUNTY, "2"),
    ("substring('12345', 1.5, 2.6)", COUNTY, "234"),
    ("substring('12345', 0, 3)", COUNTY, "12"),
    ("substring('𠮷田一', 2)", COUNTY, "田一"),
    ("substring('12345', -1 div 0, 1 div 0)", COUNTY, ""),
    ("normalize-space('\t a \r\n b　c ')", COUNTY, "a b　c"),
    ("regex('甲　乙', '^\\S\\s\\S$')", COUNTY, "true"),
    ("regex('\ufeff', '[\\s]')", COUNTY, "true"),
    ("round(1.005, 2)", COUNTY, "1.01"),
    ("round(-2.5)", COUNTY, "-3"),
    ("round(1, 'a')", COUNTY, "NaN"),
    ("1 div ceiling(-0.5)", COUNTY, "-Infinity"),
    ("int(-2.9)", COUNTY, "-2"),
    ("pow(-8, 1 div 3)", COUNTY, "NaN"),
    ("pow(0, -1)", COUNTY, "Infinity"),
    ("pow(1, 1 div 0)", COUNTY, "NaN"),
    ("pow(3, 34)", COUNTY, "16677181699666568"),
    ("pow(208067, 3)", COUNTY, "9007610865436764"),
    ("exp10(-2)", COUNTY, "0.01"),
    ("log10(1000)", COUNTY, "3"),
    ("sin(2)", COUNTY, "0.9092974268256817"),
    ("exp(-745)", COUNTY, "0." + "0" * 323 + "5"),
    ("number('Infinity') - 1", COUNTY, "Infinity"),
    ("distance('1 1;1 1')", COUNTY, "0"),
    ("distance('0 0;0 180')", COUNTY, "20037392.1"),
    ("area('0 0;0 1;1 1;1 0')", COUNTY, "12391256135.81"),
    ("area('0 0;91 1;1 1')", COUNTY, "NaN"),
    ("boolean-from-string(2)", COUNTY, "true"),
    ("boolean-from-string(1.5)", COUNTY, "false"),
    ("coalesce(${none}, 0)", COUNTY, "0"),
    ("string-length()", COUNTY, "2"),
]


def test_each_reading_is_pinned_in_both_engines() -> None:
    scope = {"answers": ANSWERS, "today": "2026-11-22", "answer": "示例", "now": None}
    scopes = [{**scope, "now": 1_795_323_600_000} if text == "now()" else scope for text, _, _ in READINGS]
    lines = [
        {"act": "kinds", "tree": parse_expression(text), "scope": one, "zone": zone}
        for (text, zone, _), one in zip(READINGS, scopes, strict=True)
    ]
    python = [py_kinds(line["tree"], line["scope"], line["zone"]) for line in lines]
    assert [(text, got.get("string")) for (text, _, _), got in zip(READINGS, python, strict=True)] == [(t, w) for t, _, w in READINGS]
    assert run_js(lines) == python


@pytest.mark.parametrize(
    ("kind", "expression", "wanted"),
    [
        ("date", "date(${b})", "1952-03-12"),
        ("date", "date('2018-01-01T10:00')", "2018-01-01"),
        ("date", "date('x')", ""),
        ("date", "date('2018-01-31' + 30)", "2018-03-02"),
        ("text", "now()", "2026-11-22"),
        ("int", "date(${b})", ""),
        ("int", "0 div 0", ""),
        ("bool", "date(${b}) < today()", "是"),
    ],
)
def test_a_calculated_date_is_a_date_and_none_is_empty(kind: str, expression: str, wanted: Any) -> None:
    tree, scope = parse_expression(expression), {"answers": ANSWERS, "today": "2026-11-22"}
    assert calculated(kind, py_value(tree, scope)) == wanted
    assert run_js([{"act": "calculate", "kind": kind, "tree": tree, "scope": scope}]) == [{"value": wanted}]


def test_a_zone_that_nobody_knows_is_said() -> None:
    assert zone_of("Asia/Shanghai").offset(0) == zone_of("Asia/Shanghai").offset(-1_500_000_000_000) == 8 * 3_600_000
    for name in ("Mars/Olympus", "", "../etc/passwd"):
        with pytest.raises(UnknownZoneError):
            zone_of(name)


def test_powers_and_angles_are_the_nearest_doubles() -> None:
    assert precise.exp(1) == 2.718281828459045 and precise.log(10) == 2.302585092994046
    assert precise.cos(1e300) == -0.5753861119575491 and precise.tan(1e-300) == 1e-300
    assert precise.acos(0.9999999999) == 1.4142136208911564e-05 and precise.power(2, 0.5) == 2**0.5
    assert date(1970, 1, 1).toordinal() == 719_163

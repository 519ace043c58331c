"""Patterns: what could take exponential time is refused, and what only looks like it is not."""

import pytest

from forms.expressions.patterns import compile_pattern

LONG = ("a" * 30 + "!", "ab" * 15 + "!", "1" * 30 + "!", "一" * 30 + "!")


@pytest.mark.parametrize(
    "pattern",
    [
        *["(a+)+$", "(a*)*", "(a|a)*$", "(a|aa)+$", "(a|b|ab)*c", "(aa|aaa)*b", "(a?b?)*c", "((ab)?(ab)?)*c", r"(\d{1,3})+$", "(.*,)*x"],
        *[r"(\w|\d)+$", r"(?:[一-龥]|\u4e00)+$", "([a-z]+-?)+$", "((a|b)|[ab])+x", r"^(([a-z])+.)+[A-Z]([a-z])+$"],
        *["(x{0,50}){0,50}y", "(a|a){40}b", "(a?){40}a{40}", "(a*b?){30}c", "a?" * 40 + "a" * 40, "((a*){1,3}){1,3}$"],
    ],
)
def test_what_reads_one_text_in_many_ways_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="exponential"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *["^[一-龥]{2,50}(?:·[一-龥]{1,50}){0,5}$", r"^\d{1,3}(,\d{3})*(\.\d+)?$", r"^(?:\d{1,3}\.){3}\d{1,3}$", "^[a-z]+(-[a-z]+)*$"],
        *[r"^([a-zA-Z0-9_\-\.]+)@([a-zA-Z0-9_\-]+\.)+[a-z]{2,}$", "^(ab|cd)+$", "^(?:[一-龥]|·)+$", r"^(\d{4}-?)+$", "^([^,]*,)*[^,]*$"],
        *[r"^\s*a\s*,\s*b\s*,\s*c\s*$", "^(?:25[0-5]|[1-9]?[0-9])(?:[.](?:25[0-5]|[1-9]?[0-9])){3}$", "a{0}b", "()a|b", "(a|b)*", "", "^"],
    ],
)
def test_what_reads_each_text_in_few_ways_is_taken_and_fast(pattern: str) -> None:
    compiled = compile_pattern(pattern)
    for one in LONG:
        compiled.search(one)


@pytest.mark.parametrize("pattern", ["*a", "a**", "(*a)", "^*", "a|*", "a)", "(a", "(?=a)", r"\1", r"\b", "[a-", "a{3,2}"])
def test_what_is_no_pattern_of_both_engines_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        compile_pattern(pattern)

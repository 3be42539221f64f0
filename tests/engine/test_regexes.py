"""Regular expressions that are fit for hostile text."""

from __future__ import annotations

import pytest

from certclinic.engine.regexes import MAX_TEXT, found_in, regex_fault

FIT = [
    "^CN=.*CA$", "alert (unknown|bad) ca", r"depth=\d+.*self", "(ab)+", "(?:a|b)?c", "[()*+|]+x",
    r"\(a\)\*", "a{2,5}b{3}c{1,9}", "(?=.*x)y", "證書.*到期", "", "x|y", "(a(b|c)d)?e+",
    "(?i)trust store.*expire",
]  # fmt: skip
REFUSED = {
    "(a+)+": "inside a group that repeats",
    "(a|aa)+": "inside a group that repeats",
    "(a?a?)*": "inside a group that repeats",
    "((ab)*c){2,30}": "inside a group that repeats",
    "(x(a|b)y)*": "inside a group that repeats",
    ".*a.*b.*c": "more than 2 quantifiers",
    "a{0,1000}b{5,}c+": "more than 2 quantifiers",
    "a(?i:b)": "only plain groups",
    "(?P<x>a)": "only plain groups",
    "(?>a)": "only plain groups",
    "(a": "unterminated",
    "[b-a]": "bad character range",
    "x" * 201: "longer than 200",
    "a{99999999999999999999}": "too large",
}


@pytest.mark.parametrize("pattern", FIT)
def test_fit(pattern: str) -> None:
    """Expressions whose time is bounded by a small power of the length may be used."""
    assert regex_fault(pattern) is None


@pytest.mark.parametrize(("pattern", "fault"), REFUSED.items())
def test_refused(pattern: str, fault: str) -> None:
    """Expressions that may backtrack without end, or are none, are refused with a reason."""
    assert fault in (regex_fault(pattern) or "")


def test_only_the_start_of_a_text_is_read() -> None:
    """The text is cut, so that its length bounds the time."""
    assert found_in("x", "a" * (MAX_TEXT - 1) + "x")
    assert not found_in("x", "a" * MAX_TEXT + "x")

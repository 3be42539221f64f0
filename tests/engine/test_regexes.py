"""Regular expressions that are fit for hostile text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.engine.rulefile.regexes import RegexError, compiled, found_in

REFUSED = {
    "(?=.*x)y": ("look-around", "condition of its own"),
    "(?<!self)signed": ("look-around", "condition of its own"),
    r"(a|b)\1": ("back-references", "$alias.field"),
    "(?P<x>a)(?P=x)": ("back-references", "$alias.field"),
    "a++": ("possessive", "plain quantifier"),
    "(?>a)": ("possessive", "plain quantifier"),
    r"end\Z": (r"\Z", r"\z"),
    "(a": ("missing )", ""),
    "[b-a]": ("invalid character class range", ""),
    "x" * 201: ("longer than 200", ""),
    "((((a{99}){99}){99}){99})": ("invalid repetition size", ""),
    "\ud800": ("lone surrogate", ""),
}


@pytest.mark.parametrize(("pattern", "told"), REFUSED.items())
def test_refused(pattern: str, told: tuple[str, str]) -> None:
    """What RE2 has no syntax or no room for is refused, with its name and a cure."""
    with pytest.raises(RegexError) as raised:
        compiled(pattern)
    assert told[0] in str(raised.value)
    assert told[1] in raised.value.hint


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^CN=.*CA$", "CN=Lab CA"),
        ("alert (unknown|bad) ca", "tlsv1 alert unknown ca"),
        ("(?i)trust store.*expire", "Trust Store: a certificate EXPIRES"),
        ("證書.*到期", "伺服器證書即將到期"),
        ("^[^.]*_", "edge_1.example.com"),
    ],
)
def test_found(pattern: str, text: str) -> None:
    """An expression is found where it stands, and not in other text."""
    assert found_in(pattern, text)
    assert not found_in(pattern, "-")


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|aa)+$", "^(a?a?)*$", "^(.*a){12}$"])
def test_no_text_is_slow(pattern: str) -> None:
    """What makes a backtracking matcher run for years ends at once."""
    assert not found_in(pattern, "a" * 4000 + "!")


@given(st.text(st.characters(), max_size=40))
def test_any_text_may_be_searched(text: str) -> None:
    """No text is an error, whatever code points it holds; a literal is found where it stands."""
    assert found_in("x", text) == ("x" in text)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
def test_escaped_text_finds_itself(text: str) -> None:
    """An expression that is plain text, escaped, is found in that text."""
    assert found_in(re.escape(text), f"before {text} after")

"""Hidden characters become visible, everything else stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.reports.escape import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("edge1.example.com", "edge1.example.com"),
        ("\x1b[2Jcleared", r"\x1b[2Jcleared"),
        ("user\u202egpj.exe", r"user\u202egpj.exe"),
        ("edge1\u200b.example.com", r"edge1\u200b.example.com"),
        ("a\rb", r"a\x0db"),
        ("a\r\nb", "a\nb"),
        ("a\tb", "a b"),
        ("a\u2028b", r"a\u2028b"),
        ("a\x00b\x9bc", r"a\x00b\x9bc"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("證書 ✓ é", "證書 ✓ é"),
        ("a\u0301\u0301\u0301\u0301", "a\u0301\u0301\u0301" + r"\u0301"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    """ANSI, bidirectional and zero-width characters are spelt out."""
    assert visible(text) == shown


@given(st.text())
def test_nothing_hidden_is_left(text: str) -> None:
    """For any text the result has no control or format characters, and is stable."""
    shown = visible(text)
    assert {unicodedata.category(char) for char in shown if char != "\n"}.isdisjoint(
        {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
    )
    assert visible(shown) == shown

"""Whichever library searches, the same literals are found at the same places."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.facts.logs.literal_search import (
    FEW,
    Search,
    literal_search,
    packed_search,
    vector_search,
)

letters = st.text("ab\n\x00é", min_size=1, max_size=4).map(str.encode)


def found(search: Search, data: bytes) -> list[tuple[int, int, int]]:
    return [(number, begin, end) for number, begin, end in search(memoryview(data))]


def expected(literals: list[bytes], data: bytes) -> list[tuple[int, int, int]]:
    """By the alternation of Python's own regular expressions, which are leftmost-first too."""
    pattern = re.compile(b"|".join(b"(" + re.escape(one) + b")" for one in literals))
    return [((m.lastindex or 0) - 1, *m.span()) for m in pattern.finditer(data)]


@given(st.lists(letters, min_size=1, max_size=8, unique=True), st.lists(letters).map(b"".join))
def test_packed_search_is_leftmost_first(literals: list[bytes], data: bytes) -> None:
    """As an alternation of the literals."""
    assert found(packed_search(literals), data) == expected(literals, data)


@settings(max_examples=60)
@given(st.lists(letters, min_size=1, max_size=8, unique=True), st.lists(letters).map(b"".join))
def test_vector_search_is_leftmost_first(literals: list[bytes], data: bytes) -> None:
    """As an alternation of the literals."""
    pytest.importorskip("pyperscan")
    assert found(vector_search(literals), data) == expected(literals, data)


def test_few_and_many_literals_are_found_alike() -> None:
    """On either side of the bound, with and without the faster library."""
    many = [f"anchor {number:03}".encode() for number in range(FEW + 40)]
    data = b"\n".join(reversed(many)) * 3
    for literals in (many[:FEW], many):
        assert found(literal_search(literals), data) == expected(literals, data)

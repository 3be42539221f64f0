"""Lines break by terminal cells and lose nothing but spaces."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.reports.wrap import cells, cut, wrap

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=120)


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("core1", 5), ("證書", 4), ("SSH隧道", 7), ("e\u0301", 1), ("ｅ", 2), ("·", 1)],
)
def test_cells_follow_east_asian_width(text: str, width: int) -> None:
    """Wide and full-width characters take two cells, combining marks none."""
    assert cells(text) == width


@given(TEXTS, st.integers(2, 60))
def test_every_line_fits_and_nothing_but_space_is_lost(text: str, width: int) -> None:
    """For any text and width, lines fit, and without spaces they are the text."""
    lines = wrap(text, width)
    assert all(cells(line) <= width for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


def test_words_stay_whole() -> None:
    """English breaks at spaces only."""
    assert wrap("the chain is complete", 9) == ["the chain", "is", "complete"]


def test_chinese_breaks_anywhere_but_before_closing_punctuation() -> None:
    """A full stop never begins a line."""
    assert wrap("證書已到期。請續訂", 10) == ["證書已到", "期。請續訂"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("證書鏈（中間CA）", ["證書鏈", "（中間", "CA）"]),
        ("请参阅的“证书链”", ["请参阅的", "“证书链”"]),
        ("拒否されるサーバ", ["拒否され", "るサーバ"]),
        ("ゾーンのエントリ", ["ゾーンの", "エントリ"]),
        ("判定にはマッチャを", ["判定には", "マッチャ", "を"]),
    ],
)
def test_what_must_not_end_or_begin_a_line(text: str, lines: list[str]) -> None:
    """Brackets and quotes stay with what they hold, long and small kana with what they follow."""
    assert wrap(text, 9) == lines


def test_long_host_names_break_after_punctuation() -> None:
    """A host name that does not fit is broken where its labels end."""
    assert wrap("expressway-core-1.example.com", 20) == ["expressway-core-1.", "example.com"]


def test_line_feeds_are_kept() -> None:
    """A text of several lines stays a text of several lines."""
    assert wrap("one\n\ntwo", 10) == ["one", "", "two"]


def test_cut_says_that_something_is_left_out() -> None:
    """The last line that fits ends in an ellipsis, and still fits."""
    assert cut("one two three four", 9, 2) == ["one two", "three…"]
    assert cut("one two", 9, 2) == ["one two"]

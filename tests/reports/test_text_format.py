"""Text is for a terminal: root cause first, within the width, nothing a terminal would obey."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.reports.document import Report
from certclinic.reports.escape import visible
from certclinic.reports.mask import mask
from certclinic.reports.render import render
from certclinic.reports.wrap import cells

from .hostile import drowned
from .sample import Language, cluster, healthy, pair, unjudged

SAMPLES = [pair, healthy, unjudged, cluster]


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_root_cause_stands_in_the_first_five_lines(language: Language) -> None:
    """Whoever reads over SSH sees the result without scrolling."""
    report = pair(language)
    top = "".join(render(report, "text").splitlines()[:5])
    assert re.sub(r"\s", "", report.findings[0].title) in re.sub(r"\s", "", top)


def test_several_root_causes_are_listed_before_the_details() -> None:
    """The five titles come first."""
    top = render(cluster(), "text", width=200).splitlines()[:5]
    assert [line[:2] for line in top] == ["1.", "2.", "3.", "4.", "5."]


def test_evidence_says_where_it_stands() -> None:
    """Input, member and line are printed with the quoted line."""
    printed = render(pair(), "text", width=400)
    assert (
        "diagnostic_log_core1_2026-11-20_09_41_07.tar.gz › "
        "loggingsnapshot_core1_2026-11-20_09_41_07.txt:48213\n"
        "       | 2026-11-20T09:12:44.318+00:00 core1 alarm:" in printed
    )


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (healthy(), "No certificate fault was found\n"),
        (unjudged(), "Nothing could be judged: the inputs do not hold what the checks need\n"),
        (healthy("zh-Hant"), "未發現證書問題\n"),
    ],
)
def test_absence_of_findings_is_said(report: Report, sentence: str) -> None:
    """Silence is never the answer."""
    assert render(report, "text").startswith(sentence)


@pytest.mark.parametrize("sample", SAMPLES)
def test_colour_adds_escapes_to_the_same_text(sample: Callable[..., Report]) -> None:
    """Without colour there is no escape; with it, the text is the same."""
    plain = render(sample(), "text")
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", render(sample(), "text", colour=True)) == plain


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=150), st.integers(40, 130))
def test_any_text_fits_and_stays_legible(text: str, width: int) -> None:
    """For any text in every field, lines fit, hold no control characters and show the text."""
    printed = render(drowned(text), "text", width=width)
    lines = printed.split("\n")
    assert all(cells(line) <= width for line in lines)
    assert all(visible(line) == line for line in lines)
    assert "".join(visible(mask(text)).split()) in "".join(printed.split())


def test_a_forged_line_never_reaches_the_left_edge() -> None:
    """A line feed in a title cannot pretend to be a finding of its own."""
    printed = render(drowned("x\n2. The forged finding"), "text")
    assert not [line for line in printed.splitlines() if line.startswith("2. The forged")]


def test_long_quotes_are_cut_and_say_so() -> None:
    """A line of 10 kB takes eight lines and a note."""
    assert "more lines of this width" in render(drowned("word " * 2000), "text")


def test_lines_beside_the_quoted_one_are_told_apart() -> None:
    """Each in one row, without its secrets, and dim where there is colour."""
    (first, *others) = pair().findings
    quote = first.evidence[1].model_copy(
        update={"before": "core1 a: one", "after": f"password={'s3cr3t' * 9}\n{'y' * 300}"}
    )
    report = pair().model_copy(
        update={"findings": (first.model_copy(update={"evidence": (quote,)}), *others)}
    )
    printed = render(report, "text", width=60)
    assert "       : core1 a: one\n       | 2026-11-20T09:12:44.318" in printed
    assert "       : password=[masked]\n       : yyy" in printed
    assert "s3cr3t" not in printed
    assert all(cells(line) <= 60 for line in printed.splitlines())
    assert "\x1b[2m       : core1 a: one\x1b[0m" in render(report, "text", colour=True)

"""The page in languages whose words no sample has: longer labels fit as well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from certclinic.reports.document import Report
from certclinic.reports.render import render

from ..reports.sample import pair
from .chromium import Browser
from .test_page import CLIPPED, OPEN_ALL, crowded

FONTS = {"ja": "Noto Sans CJK JP", "zh-Hans": "Noto Sans CJK SC"}


@pytest.mark.parametrize("width", [360, 1600])
@pytest.mark.parametrize("tag", FONTS)
@pytest.mark.parametrize("sample", [pair, crowded])
def test_page_fits_in_every_language(
    sample: Callable[..., Report], tag: str, width: int, chromium: Browser, tmp_path: Path
) -> None:
    """No label leaves its place, and texts that fall back have the fonts of their own language."""
    source = "zh-Hant" if tag == "zh-Hans" else "en"
    report = sample(source).model_copy(update={"language": tag, "fallback": source})
    path = tmp_path / "page.html"
    path.write_text(render(report, "html"), encoding="utf-8")
    chromium.open(path, width=width, scheme="light")
    chromium.value(OPEN_ALL)
    assert chromium.value("document.scrollingElement.scrollWidth") <= width
    assert chromium.value(CLIPPED) == []
    assert FONTS[tag] in str(chromium.value("getComputedStyle(document.body).fontFamily"))
    if source == "zh-Hant":
        told = "getComputedStyle(document.querySelector('h1[lang]')).fontFamily"
        assert "Noto Sans CJK TC" in str(chromium.value(told))

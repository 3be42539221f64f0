"""A browser for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .chromium import Browser, browser, program


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    path = program()
    if path is None:
        pytest.skip("no Chromium on the path, and $CHROMIUM is not set")
    with browser(path, tmp_path_factory.mktemp("profile")) as running:
        yield running

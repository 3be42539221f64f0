"""The page in a real browser: it is silent, fits any width, clips nothing and can be read by all.

Needs Chromium on the path or in $CHROMIUM. The accessibility test also needs axe-core: the file
axe.min.js in $AXE_CORE, or in node_modules (`npm install axe-core`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from certclinic.reports.document import NodeSummary, Report
from certclinic.reports.render import render

from ..reports.hostile import drowned
from ..reports.sample import Language, chain, cluster, healthy, pair
from .chromium import Browser, browser, program

LONG = "collaboration-server-1.hongkong.example1"
"""A host name of 40 characters."""

CLIPPED = """(() => {
  const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1
    && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1
    || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  const faults = [];
  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    const texts = [...svg.querySelectorAll('text')];
    const areas = texts.map(text => text.getBoundingClientRect());
    texts.forEach((text, n) => {
      const plate = text.parentElement.querySelector(':scope > rect');
      if (!inside(areas[n], frame)) faults.push(`out of the picture: ${text.textContent}`);
      if (plate && text.parentElement.tagName === 'g'
          && !inside(areas[n], plate.getBoundingClientRect()))
        faults.push(`out of its box: ${text.textContent}`);
      for (let m = 0; m < n; m++)
        if (!apart(areas[n], areas[m]))
          faults.push(`${text.textContent} covers ${texts[m].textContent}`);
    });
  }
  for (const element of document.querySelectorAll('main *')) {
    if (element.closest('svg, .wide, thead')) continue;
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth
        && getComputedStyle(element).overflowX !== 'visible')
      faults.push(`clipped: ${element.tagName} ${element.textContent.slice(0, 80)}`);
    if (element.getBoundingClientRect().right > innerWidth + 1)
      faults.push(`beyond the edge: ${element.tagName} ${element.textContent.slice(0, 80)}`);
  }
  return faults;
})()"""
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
AXE = """axe.run(document).then(found => found.violations
  .filter(one => ['serious', 'critical'].includes(one.impact))
  .map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html).join(' | ')))"""


def crowded(language: Language = "en") -> Report:
    """Six peers on each side and three Unified CM, all with names of 40 characters or so."""
    report = cluster(language)
    servers = [LONG.replace("1.", f"{n}.") for n in range(1, 4)]
    cores = [node.host for node in report.nodes if node.role == "expressway_c"]
    links = tuple(
        report.links[0].model_copy(update={"client": core, "server": server, "link": "https-8443"})
        for core in cores
        for server in servers
    )
    views = tuple(
        chain(core, server).model_copy(update={"store": "CallManager-trust"})
        for core in cores
        for server in servers
    )
    return report.model_copy(
        update={
            "nodes": (
                *(NodeSummary(host=server, role="uc_server") for server in servers),
                *report.nodes,
            ),
            "links": (*links, *report.links),
            "chains": (*report.chains, *views),
        }
    )


def hostile(language: Language = "en") -> Report:
    """A long name in every field; the language is that of the sample."""
    return drowned(LONG)


SAMPLES: list[Callable[..., Report]] = [healthy, pair, crowded, hostile]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    path = program()
    if path is None:
        pytest.skip("no Chromium on the path, and $CHROMIUM is not set")
    with browser(path, tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    folder = tmp_path_factory.mktemp("pages")

    def written(sample: Callable[..., Report], language: Language) -> Path:
        path = folder / f"{sample.__name__}.{language}.html"
        if not path.exists():
            path.write_text(render(sample(language), "html"), encoding="utf-8")
        return path

    return written


@pytest.fixture(scope="session")
def axe() -> str:
    named = os.environ.get("AXE_CORE")
    path = Path(named or "node_modules/axe-core/axe.min.js")
    path = path / "axe.min.js" if path.is_dir() else path
    if not path.is_file():
        pytest.skip("no axe-core: npm install axe-core, or set $AXE_CORE to its axe.min.js")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [360, 1600])
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_page_fits_and_clips_nothing(
    sample: Callable[..., Report],
    language: Language,
    width: int,
    chromium: Browser,
    page: Callable[..., Path],
) -> None:
    """On a phone and on a wide screen, with everything unfolded, no label leaves its place."""
    chromium.open(page(sample, language), width=width, scheme="light")
    chromium.value(OPEN_ALL)
    assert chromium.value("document.scrollingElement.scrollWidth") <= width
    assert chromium.value(CLIPPED) == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_page_says_nothing_and_asks_for_nothing(
    sample: Callable[..., Report], chromium: Browser, page: Callable[..., Path]
) -> None:
    """No message on the console, no exception, and no request but for the file itself."""
    path = page(sample, "en")
    chromium.open(path, width=1200, scheme="light")
    chromium.value(OPEN_ALL)
    spoken = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
    assert [one for one in chromium.events if one.get("method") in spoken] == []
    assert [_address(one) for one in chromium.events if _address(one)] == [path.as_uri()]


def _address(event: dict[str, Any]) -> str:
    if event.get("method") != "Network.requestWillBeSent":
        return ""
    return str(event["params"]["request"]["url"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_page_has_no_serious_barrier(
    sample: Callable[..., Report],
    scheme: str,
    chromium: Browser,
    page: Callable[..., Path],
    axe: str,
) -> None:
    """axe-core finds contrast, names, roles and order in order, in both colour schemes."""
    chromium.open(page(sample, "zh-Hant" if scheme == "dark" else "en"), width=1200, scheme=scheme)
    chromium.value(OPEN_ALL)
    chromium.value(axe)
    assert chromium.value(AXE) == []


def test_pictures_can_be_told_from_their_text(chromium: Browser, page: Callable[..., Path]) -> None:
    """Each picture has a name and a description for those who do not see it."""
    chromium.open(page(crowded, "en"), width=1200, scheme="light")
    bare = "[...document.querySelectorAll('svg')].filter(svg => {0}).length"
    for part in ("title", "desc"):
        missing = f"!svg.querySelector(':scope > {part}')?.textContent.trim()"
        assert chromium.value(bare.replace("{0}", missing)) == 0


def test_first_tab_stop_leads_past_the_navigation(
    chromium: Browser, page: Callable[..., Path]
) -> None:
    """The skip link comes first, is visible when reached, and leads to the result."""
    chromium.open(page(pair, "en"), width=1200, scheme="light")
    for kind in ("keyDown", "keyUp"):
        chromium.call("Input.dispatchKeyEvent", type=kind, key="Tab", windowsVirtualKeyCode=9)
    assert chromium.value("document.activeElement.getAttribute('href')") == "#main"
    assert chromium.value("document.activeElement.getBoundingClientRect().left") >= 0

"""The page in a real browser: it is silent, fits any width, clips nothing and can be read by all.

Needs Chromium on the path or in $CHROMIUM. The accessibility test also needs axe-core: the file
axe.min.js in $AXE_CORE, or in node_modules (`npm install axe-core`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from certclinic.reports.comparison import ComparisonReport
from certclinic.reports.comparison_html import render_comparison_html
from certclinic.reports.document import NodeSummary, Report
from certclinic.reports.pages import (
    Heading,
    Link,
    Listing,
    Page,
    Paragraph,
    Table,
    render_page,
)
from certclinic.reports.render import render

from ..reports.hostile import drown, drowned
from ..reports.other_documents import comparison
from ..reports.sample import Language, chain, cluster, healthy, pair
from .chromium import Browser

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
# Contrast is that of WCAG 2.2, 1.4.3; what is see-through is laid over what is behind it.
BARRIERS = """(() => {
  const faults = [];
  const say = (kind, one) => faults.push(`${kind}: ${one.outerHTML.slice(0, 120)}`);
  const each = (what, check) => document.querySelectorAll(what).forEach(check);
  const named = one => (one.getAttribute('aria-label') || one.textContent.trim()
    || (one.getAttribute('aria-labelledby') || '').split(' ')
      .map(id => document.getElementById(id)?.textContent.trim()).join(''));
  const tag = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/;
  if (!tag.test(document.documentElement.lang)) say('language', document.documentElement);
  each('body [lang]', one => tag.test(one.lang) || say('language', one));
  if (!document.title.trim()) faults.push('title: none');
  let level = 0;
  each('h1,h2,h3,h4,h5,h6', one => {
    const now = Number(one.tagName[1]);
    if (now > level + 1 || !one.textContent.trim() || (now === 1 && level)) say('heading', one);
    level = now;
  });
  if (document.querySelectorAll('h1').length !== 1) faults.push('heading: not one h1');
  each('svg', one => {
    const parts = ['title', 'desc'].map(part => one.querySelector(`:scope > ${part}`));
    const ids = (one.getAttribute('aria-labelledby') || '').split(' ');
    if (one.getAttribute('role') !== 'img' || !parts.every((p, n) => p?.textContent.trim()
        && p.id === ids[n])) say('picture', one);
  });
  each('table', one => {
    const heads = one.querySelectorAll('thead th[scope=col]').length;
    const even = [...one.querySelectorAll('tbody tr')].every(row => row.cells.length === heads);
    if (!heads || !even) say('table', one);
  });
  each('a[href], summary, [tabindex="0"]', one => named(one) || say('link', one));
  each('a[href^="#"]', one => document.getElementById(one.hash.slice(1)) || say('link', one));
  each('section', one => one.matches('[aria-label], [aria-labelledby]') && named(one)
    || say('section', one));
  each('[tabindex]', one => one.tabIndex > 0 && say('tabindex', one));
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  ids.forEach((id, n) => ids.indexOf(id) < n && faults.push(`id: ${id} twice`));
  const channels = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const bright = rgb => rgb.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const behind = one => {
    for (let at = one; at; at = at.parentElement) {
      const rgb = channels(getComputedStyle(at).backgroundColor);
      if ((rgb[3] ?? 1) === 1) return rgb;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
  };
  each('body *', one => {
    const own = [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || one.closest('svg') || !one.getClientRects().length) return;
    const style = getComputedStyle(one);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const [light, dark] = [channels(style.color), behind(one)].map(bright).sort((a, b) => b - a);
    if ((light + 0.05) / (dark + 0.05) < (large ? 3 : 4.5)) say('contrast', one);
  });
  return faults;
})()"""
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


def changes(language: Language = "en") -> ComparisonReport:
    """Two states, with a long name in every field of one of the findings and differences."""
    report = comparison(language)
    return report.model_copy(
        update={
            "new": (*report.new, *(drown(turn, LONG) for turn in report.new)),
            "differences": (*report.differences, *(drown(r, LONG) for r in report.differences)),
        }
    )


def manual(language: Language = "en") -> Page:
    """A page of documentation with a block of every kind."""
    link = Link(LONG, "other", "A heading")
    return Page(
        "page",
        f"About {LONG}",
        (
            Paragraph(("Some words and ", link, ".")),
            Heading("A heading"),
            Paragraph(("遍歷區域的證書",), lang="zh-Hant"),
            Listing((("One",), ("Two ", link))),
            Heading("A further heading", level=3),
            Table(("What", "Where"), ((("A cell",), (link,)), (("Another",), (LONG * 3,)))),
        ),
    )


Shown = Report | ComparisonReport | Page
SAMPLES: list[Callable[..., Shown]] = [healthy, pair, crowded, hostile, changes, manual]


def drawn(document: Shown) -> str:
    """The page of a document."""
    match document:
        case Report():
            return render(document, "html")
        case ComparisonReport():
            return render_comparison_html(document)
        case Page():
            return render_page(document, "html")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    folder = tmp_path_factory.mktemp("pages")

    def written(sample: Callable[..., Shown], language: Language) -> Path:
        path = folder / f"{sample.__name__}.{language}.html"
        if not path.exists():
            path.write_text(drawn(sample(language)), encoding="utf-8")
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
    sample: Callable[..., Shown],
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
    sample: Callable[..., Shown], chromium: Browser, page: Callable[..., Path]
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
    sample: Callable[..., Shown],
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_page_is_in_order_for_those_who_do_not_see_it(
    sample: Callable[..., Shown], scheme: str, chromium: Browser, page: Callable[..., Path]
) -> None:
    """By rules of our own, which hold where axe-core is not at hand, too.

    One h1 and no level skipped; a name for sections, pictures, tables and links; heads in every
    table; known languages; tab stops in the order of the text; contrast as WCAG 2.2 AA has it.
    """
    chromium.open(page(sample, "zh-Hant" if scheme == "dark" else "en"), width=1200, scheme=scheme)
    chromium.value(OPEN_ALL)
    assert chromium.value(BARRIERS) == []


def test_own_rules_see_barriers(chromium: Browser, tmp_path: Path) -> None:
    """Each of them is broken once on this page."""
    path = tmp_path / "bad.html"
    path.write_text(
        "<!doctype html><html><title></title><h1>a</h1><h3>b</h3><svg role=img></svg>"
        "<table><tr><td>x</td></tr></table><a href='#x'></a><section id=y>y</section>"
        "<p lang='xx-unknown-language-tag!'>z</p><p style='color:#999;background:#fff'>pale</p>"
        "<a href='#y' tabindex=2>second</a><a href='#y' tabindex=1>first</a></html>",
        encoding="utf-8",
    )
    chromium.open(path, width=1200, scheme="light")
    found = {fault.partition(":")[0] for fault in chromium.value(BARRIERS)}
    assert found == {
        *("language", "title", "heading", "picture", "table", "link", "section", "contrast"),
        "tabindex",
    }


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

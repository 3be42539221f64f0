"""The generated catalogue of symptoms."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from certclinic.app.authoring.conditions_in_words import sentences
from certclinic.app.authoring.rule_docs import catalogue, pages
from certclinic.app.cli import cli
from certclinic.app.knowledge import symptoms
from certclinic.app.rule_base import rule_base
from certclinic.engine.rulefile.model import AnyOf, Match, NoneOf
from certclinic.reports.pages import render_page

BASE = rule_base()


def test_every_symptom_is_implemented_or_has_its_reason() -> None:
    """A symptom that no rule concludes says why no input can decide it, and no other does."""
    for entry in catalogue(BASE):
        reasoned = entry.row is not None and entry.row.undecidable is not None

        assert bool(entry.rules) != reasoned, entry.symptom


def test_every_link_leads_to_a_page(tmp_path: Path) -> None:
    """Both formats hold the same pages and nothing leads into the void."""
    result = CliRunner().invoke(cli, ["rules", "docs", "--output", str(tmp_path / "docs")])
    files = {path.name: path.read_text("utf-8") for path in (tmp_path / "docs").iterdir()}
    markdown = {name.removesuffix(".md") for name in files if name.endswith(".md")}
    html = {name.removesuffix(".html") for name in files if name.endswith(".html")}
    links = {
        link
        for text in files.values()
        for link in re.findall(r"\]\(([\w-]+\.\w+)[#)]|href=\"([\w-]+\.html)[#\"]", text)
    }

    assert 0 == result.exit_code
    assert markdown == html
    assert {row.id for row in symptoms()} <= markdown
    assert {one or other for one, other in links} <= set(files)
    assert {"rules.svg", "EXW-030.svg", "facts.html"} <= {one or other for one, other in links}


def test_links_to_a_type_of_fact_lead_to_its_heading() -> None:
    """The names after # are those of headings on the page of facts."""
    built = {page.name: page for page in pages(BASE)}
    wanted = set(re.findall(r"facts\.html#(\w+)", render_page(built["EXW-030"], "html")))

    assert {"link_check", "tunnel", "alarm", "zone"} <= wanted
    for heading in wanted:
        assert f'<h2 id="{heading}">' in render_page(built["facts"], "html")


def test_relations_are_told_on_both_pages() -> None:
    """What explains a symptom is named on its page, too, and what it comes before."""
    entries = {entry.symptom: dict(entry.related) for entry in catalogue(BASE)}

    assert "EXW-039c" in entries["EXW-030"]["Explains"]
    assert "EXW-030" in entries["EXW-039c"]["Is explained by"]
    assert "EXW-030" in entries["EXW-031"]["Comes before"]
    assert "EXW-031" in entries["EXW-030"]["Comes after"]


def test_a_page_has_what_its_rules_say() -> None:
    """Title, condition, fix, Chinese text, test, source and release of one symptom."""
    (page,) = [page for page in pages(BASE) if page.name == "EXW-041"]
    told = repr(page)

    for part in (
        "cluster is known",
        "renewal",
        "集群",
        "the same cluster on X15.4: silent",
        "225482",
        "cluster database no longer ask",
        "‹node.cluster›",
    ):
        assert part in told
    assert "{{" not in told


def test_text_of_a_rule_is_no_markup(tmp_path: Path) -> None:
    """Characters that Markdown or HTML give a meaning to are shown as they are."""
    CliRunner().invoke(cli, ["rules", "docs", "--output", str(tmp_path)])

    assert "\\<X15.4" in (tmp_path / "EXW-041.md").read_text("utf-8")
    assert "&lt;X15.4" in (tmp_path / "EXW-041.html").read_text("utf-8")


def test_conditions_read_as_sentences() -> None:
    """Values, references, operators and alternatives in words."""
    one = Match.model_validate(
        {"let": "a", "fact": "alarm", "where": {"id": {"in": [1, 2]}, "active": True}}
    )
    other = Match.model_validate({"fact": "link_check", "where": {"host": "$a.host"}})
    absent = NoneOf.model_validate(
        {"none": {"fact": "tunnel", "where": {"peer": {"exists": False}}}}
    )
    either = AnyOf.model_validate({"any": [other, [one, other]]})

    told = list(sentences([one, other, absent, either], BASE.vocabulary.types))

    assert [
        "There is an alarm “a” where id is one of 1 / 2 and active is true",
        "There is a link check where host is the host of “a”",
        "There is no tunnel where peer is not known",
        "Either there is a link check where host is the host of “a”, or there is an alarm “a” where"
        " id is one of 1 / 2 and active is true and there is a link check where host is the host"
        " of “a”",
    ] == told

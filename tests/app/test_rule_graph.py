"""The picture of the rules: every rule and relation in it, and nothing that a viewer must fetch."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from certclinic.app.authoring.rule_graph import graph
from certclinic.app.cli import cli
from certclinic.app.rule_base import rule_base
from certclinic.app.suggestion import UnknownNameError
from certclinic.reports.rule_graph import Relation, RuleRow, draw_rules

SVG = "{http://www.w3.org/2000/svg}"
BASE = rule_base()


def _texts(picture: str, tag: str) -> list[str]:
    root = ElementTree.fromstring(picture)  # noqa: S314  our own output
    return [element.text or "" for element in root.iter(f"{SVG}{tag}")]


def _rows(picture: str) -> set[str]:
    titles = "\n".join(_texts(picture, "title"))
    return set(re.findall(r"^([a-z-]+/[\w-]+) \(", titles, re.MULTILINE))


def test_every_rule_and_relation_is_drawn() -> None:
    """The whole base has a row for each rule and a lane for each symptom that others lead to."""
    picture = graph(BASE)
    rules = [rule.rule for rule in BASE.rules.values()]
    concluded = {rule.symptom for rule in rules}
    lanes = {t.split(" ")[-1] for t in _texts(picture, "title") if " explain " in t}

    assert set(BASE.rules) == _rows(picture)
    assert {s for rule in rules for s in rule.explains} & concluded == lanes
    assert "All rules" == _texts(picture, "title")[0]


def test_an_area_and_a_symptom_bring_what_they_are_related_to() -> None:
    """Neighbours are drawn with them, strangers are not; letter case doesn't matter."""
    area, symptom = _rows(graph(BASE, "tunnels")), _rows(graph(BASE, "exw-030"))

    assert {rule for rule in BASE.rules if rule.startswith("tunnels/")} <= area
    assert {"tunnels/intermediate-not-trusted", "tunnels/bad-gateway-to-clients"} <= symptom
    assert "certificates/wildcard" not in symptom
    assert "EXW-030: " in _texts(graph(BASE, "exw-030"), "title")[0]


def test_unknown_names_are_told() -> None:
    """A name that is neither an area nor a symptom gets the nearest one."""
    with pytest.raises(UnknownNameError, match="did you mean tunnels"):
        graph(BASE, "tunels")


def test_the_picture_stands_alone(tmp_path: Path) -> None:
    """The file is one SVG document with a title and a description, without links or scripts."""
    file = tmp_path / "rules.svg"
    result = CliRunner().invoke(cli, ["rules", "graph", "--output", str(file)])
    text = file.read_text("utf-8")

    assert 0 == result.exit_code
    assert 1 == len(_texts(text, "desc"))
    assert not re.search(r"<script|href|url\(|<image|@import|on\w+=", text)


def test_marks_and_lanes_by_hand() -> None:
    """A mark in the column of its fact, a lane from one row to the other, and foreign text as
    text."""
    rules = [
        RuleRow("a", "one", "X-1", "<b>&", {"thing": "needed", "part": "absent"}, "active"),
        RuleRow("b", "two", "X-2", "second", {"thing": "shown"}, "advice", experimental=True),
    ]
    relations = [Relation("X-1", "X-2", "explains"), Relation("X-1", "X-9", "explains")]
    picture = draw_rules("T & T", rules, relations)
    titles = _texts(picture, "title")

    assert "T & T" == titles[0]
    assert {"thing: needed", "part: absent", "thing: shown"} <= set(titles)
    assert ["X-1 explain X-2"] == [t for t in titles if " explain " in t]
    assert any("X-1: <b>&" in t for t in titles)
    assert any("experimental" in t for t in titles)


def test_lanes_that_meet_stand_apart() -> None:
    """Two lanes over the same rows have different places."""
    rules = [RuleRow("a", f"r{n}", f"X-{n}", "", {"thing": "needed"}, "active") for n in range(4)]
    crossing = [Relation("X-0", "X-2", "explains"), Relation("X-1", "X-3", "outranks")]
    places = set(re.findall(r'<path d="M(\d+) \d+V', draw_rules("T", rules, crossing)))

    assert 3 == len(places)  # the two lanes, and the column of the fact

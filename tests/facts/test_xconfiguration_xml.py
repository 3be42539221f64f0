"""The XML dump of the configuration stands in for the text dump where it can be told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from certclinic.builders.deployment import build, write
from certclinic.facts.derive import derive
from certclinic.facts.inputs.reading import observe
from certclinic.facts.inputs.xconfiguration_xml import XmlError, parse
from certclinic.facts.knowledge import Knowledge
from certclinic.facts.model import ClusterTls
from certclinic.facts.vocabulary import Fact, Time

KNOWLEDGE = Knowledge(client_auth_ends=Time(0), requirements=(), authorities=(), cloud_roots=())
HEAD = "<Configuration><SystemUnit><Name>vcsc</Name></SystemUnit>"
ZONES = '<Zones><DefaultZone><Policy>On</Policy></DefaultZone><Zone item="6"><Name>UC</Name></Zone>'
SPEC: dict[str, dict[str, dict[str, object]]] = {
    "nodes": {
        "core1": {
            "cluster": {"name": "cores.example.com", "tls_verify": "enforcing"},
            "zone": {"peers": ["edge1.example.com", "10.0.0.9"]},
            "files": {"whole_xml": True},
        },
        "core2": {"role": "c", "cluster": {"name": "cores.example.com"}},
        "edge1": {"zone": {"verify_name": "cores.example.com"}, "files": {"whole_xml": True}},
    }
}


def values(xml: str) -> dict[str, str]:
    """Text of each value by key."""
    return {key: value.text for key, value in parse(xml.encode()).configuration.values.items()}


def said(paths: list[Path]) -> list[tuple[str, dict[str, object]]]:
    """All facts without where they stand."""
    facts: tuple[Fact, ...] = derive(observe(paths), 1_764_000_000, KNOWLEDGE).facts
    shown = [
        (type(one).__name__, {k: v for k, v in vars(one).items() if k != "evidence"})
        for one in facts
        if not isinstance(one, ClusterTls)  # which the text dump never shows
    ]
    return sorted(shown, key=repr)


def test_the_xml_dump_alone_says_what_the_text_dump_says(tmp_path: Path) -> None:
    """Zones, peers, names, domains and settings become the same facts."""
    text, xml = tmp_path / "text", tmp_path / "xml"
    for folder in (text, xml):
        folder.mkdir()
    without_text = {
        name: {**node, "files": {"whole_xml": True, "omit": ["xconf"]}}
        for name, node in SPEC["nodes"].items()
    }
    assert said(write(SPEC, text)) == said(write({"nodes": without_text}, xml))


def test_a_numbered_element_keeps_its_number() -> None:
    """Zones are not counted: the sixth zone may be the only one left."""
    assert "UC" == values(f"{HEAD}{ZONES}</Zones></Configuration>")["Zones Zone 6 Name"]


def test_a_zone_without_a_number_is_left_out_and_named() -> None:
    """Which zone it is would have to be guessed."""
    zone = "<Zone><Name>Lost</Name></Zone>"
    read = parse(f"{HEAD}{ZONES}{zone}{zone}</Zones></Configuration>".encode())

    assert ("Zones Zone (2)",) == read.left_out
    assert "Lost" not in {value.text for value in read.configuration.values.values()}


def test_an_element_that_repeats_under_one_number_is_left_out() -> None:
    """The first is kept, and that there was another is said."""
    again = '<Zone item="6"><Name>Other</Name></Zone>'
    read = parse(f"{HEAD}{ZONES}{again}</Zones></Configuration>".encode())

    assert "UC" == read.configuration.text("Zones Zone 6 Name")
    assert ("Zones Zone (1)",) == read.left_out


def test_a_password_is_hidden() -> None:
    """Neither the value nor the evidence shows it."""
    element = "<Authentication><Password>geheim</Password></Authentication>"
    value = parse(f"{HEAD}{ZONES}</Zones>{element}</Configuration>".encode()).configuration.get(
        "Authentication Password"
    )
    assert value is not None
    assert "geheim" not in f"{value.text} {value.source}"


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        ("<Configuration><SystemUnit>", "is not well-formed XML"),
        ("<table><row key='SystemUnit Name' value='x'/></table>", "name and zones"),
        (f"{HEAD}</Configuration>", "name and zones"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', "declares a document type"),
        ("<a>" * 100 + "</a>" * 100, "nests deeper"),
    ],
)
def test_what_is_built_otherwise_is_refused_in_words(xml: str, why: str) -> None:
    """The structure is not published, so that another one is possible, and is not guessed."""
    with pytest.raises(XmlError, match=why):
        parse(xml.encode())


def test_an_xml_dump_that_is_not_understood_is_a_problem_only_where_no_text_says_it(
    tmp_path: Path,
) -> None:
    """With the text dump beside it nothing is lost."""
    members = build({}).members["core1"]
    for name in ("both", "alone"):
        (tmp_path / name).mkdir()
        for member, data in members.items():
            if name == "both" or not (member.startswith("xconf") and member.endswith(".txt")):
                xml = member.startswith("xconf") and member.endswith(".xml")
                (tmp_path / name / member).write_bytes(b"<x/>" if xml else data)
    texts = {
        name: [p.text for p in observe([tmp_path / name]).problems] for name in ("both", "alone")
    }
    assert [] == texts["both"]
    assert 1 == len([text for text in texts["alone"] if "xconf_dump_….txt" in text])

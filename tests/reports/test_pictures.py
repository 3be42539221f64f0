"""The pictures show what is refused, and no label leaves its box."""

from __future__ import annotations

import pytest

from certclinic.reports.chain_picture import chain_picture
from certclinic.reports.deployment_picture import Deployment, deployment
from certclinic.reports.document import NodeSummary, Report
from certclinic.reports.languages import language
from certclinic.reports.outline import outline
from certclinic.reports.words import words
from certclinic.reports.wrap import cells

from .hostile import drowned
from .sample import cluster, healthy, pair

MONOSPACE = 0.602
"""Advance of a character in em, DejaVu Sans Mono, the widest of the faces named."""


def drawn(report: Report) -> Deployment:
    vocabulary = words(language(report.language))
    picture = deployment(report, vocabulary["link"], vocabulary["role"])
    assert picture is not None
    return picture


def test_each_connection_of_a_pair_is_a_labelled_line() -> None:
    """One line per kind of connection, the refused one last, so that it lies on top."""
    assert [(wire.label, wire.state) for wire in drawn(pair()).wires] == [
        ("SIP TLS", "ok"),
        ("SSH tunnels", "fail"),
    ]


def test_expressway_c_stands_left_of_expressway_e() -> None:
    """Columns follow the roles, whatever the order of the nodes."""
    report = pair()
    swapped = report.model_copy(update={"nodes": report.nodes[::-1]})
    left, right = sorted(drawn(swapped).boxes, key=lambda box: box.x)
    assert (left.host, right.host) == (["core1"], ["edge1"])


def test_clusters_have_one_line_for_each_pair_of_nodes() -> None:
    """Six of 36 lines are refused, and one between peers is drawn beside the column."""
    wires = drawn(cluster()).wires
    assert len(wires) == 37
    assert sum(wire.state == "fail" for wire in wires) == 7
    assert sum("C" in wire.path for wire in wires) == 1


def test_marks_of_refused_connections_do_not_cover_each_other() -> None:
    """Every mark keeps the width of a mark from every other."""
    marks = [(wire.x, wire.y) for wire in drawn(cluster()).wires if wire.state == "fail"]
    assert all(
        abs(x - other_x) > 16 or abs(y - other_y) > 16
        for index, (x, y) in enumerate(marks)
        for other_x, other_y in marks[:index]
    )


@pytest.mark.parametrize("text", ["expressway-core-1.collaboration.example", "W" * 60, "證書" * 30])
def test_labels_stay_in_their_boxes(text: str) -> None:
    """Host names of any length and script fit into the box at the size they are drawn."""
    for box in drawn(drowned(text)).boxes:
        for line in (*box.host, box.note):
            assert cells(line) * MONOSPACE * 13 <= box.width - 20
        assert 22 + 17 * len(box.host) <= box.height


def test_other_end_that_is_no_node_is_drawn_too() -> None:
    """A Unified CM server that only a connection names has its box."""
    report = pair()
    link = report.links[0].model_copy(update={"server": "cucm1", "link": "https-6972"})
    picture = drawn(report.model_copy(update={"links": (*report.links, link)}))
    assert ["cucm1"] in [box.host for box in picture.boxes]
    assert len(picture.heads) == 3


def test_large_deployments_show_the_broken_part() -> None:
    """With more nodes than can be drawn, those at a refused connection are."""
    report = pair()
    crowd = tuple(NodeSummary(host=f"c{n}", role="expressway_c") for n in range(30))
    picture = drawn(report.model_copy(update={"nodes": (*report.nodes, *crowd)}))
    assert len(picture.boxes) == 2
    assert picture.omitted == 30


def test_without_nodes_there_is_no_picture() -> None:
    """A certificate file given alone has no deployment."""
    report = healthy().model_copy(update={"nodes": (), "links": ()})
    vocabulary = words(language("en"))
    assert deployment(report, vocabulary["link"], vocabulary["role"]) is None


def test_chain_is_drawn_from_the_root_down() -> None:
    """The missing intermediate CA keeps its place between root and leaf."""
    speech = language("en")
    (seen,) = outline(pair()).causes[0].chains
    plates = chain_picture(seen, words(speech), speech).plates
    assert [(plate.name, plate.missing) for plate in plates] == [
        (["Example Root CA"], False),
        (["Example TLS Issuing CA G3"], True),
        (["edge1.example.com"], False),
    ]
    assert [plate.y for plate in plates] == sorted(plate.y for plate in plates)

"""The pictures show what is refused, and no label leaves its box."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certclinic.reports.chain_picture import chain_picture
from certclinic.reports.deployment_picture import Deployment, deployment
from certclinic.reports.document import Direction, LinkRow, NodeSummary, Report
from certclinic.reports.languages import language
from certclinic.reports.outline import outline
from certclinic.reports.timeline_picture import Timeline, timeline_picture
from certclinic.reports.trust_picture import trust_matrix
from certclinic.reports.words import words
from certclinic.reports.wrap import cells

from .hostile import drowned
from .sample import OK_CHECKS, chain, cluster, healthy, pair

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


def timeline(report: Report) -> Timeline:
    picture = timeline_picture(report, language(report.language))
    assert picture is not None
    return picture


def test_unknown_connections_among_many_have_no_mark() -> None:
    """A dotted line says it already; refused ones keep their mark."""
    report = cluster()
    open_links = tuple(
        row.model_copy(update={"checks": {"chain": "unknown"}}) if row.link == "sip" else row
        for row in report.links
    )
    wires = drawn(report.model_copy(update={"links": open_links})).wires
    assert {(wire.state, wire.marked) for wire in wires} == {("unknown", False), ("fail", True)}


def test_chain_against_a_trust_store_names_it() -> None:
    """What a Unified CM lacks is told of its store, not of a trusted CA list."""
    speech = language("en")
    view = chain("core1", "cucm1").model_copy(update={"store": "CallManager-trust"})
    (seen,) = outline(pair().model_copy(update={"chains": (view,)})).chains
    _, missing, _ = chain_picture(seen, words(speech), speech).plates
    assert missing.status == ["✕ missing from CallManager-trust"]


def test_timeline_shows_certificates_and_cas_by_their_end() -> None:
    """The first to end is on top, and a CA that outlives the picture has an open end."""
    leaf, root = timeline(pair()).bars
    assert (leaf.name, leaf.goes_on, leaf.opens) == (["edge1.example.com"], False, True)
    assert (root.name, root.goes_on, root.opens) == (["Example Root CA"], True, True)
    assert leaf.y + 17 * (len(leaf.name) + 1) <= root.y


@pytest.mark.parametrize(
    ("days", "note", "state"),
    [
        (27, "✕ expired on Dec 16, 2026", "fail"),
        (10, "! only until Dec 16, 2026", "unknown"),
        (0, "✓ until Dec 16, 2026", "ok"),
        (-400, "✕ valid from Dec 16, 2025 on", "fail"),
    ],
)
def test_timeline_says_how_it_stands_at_the_judged_day(days: int, note: str, state: str) -> None:
    """The certificate is valid from 2025-12-16 to 2026-12-16; the report is of 2026-11-20."""
    report = pair()
    judged_at = report.judged_at + timedelta(days=days)
    bar = timeline(report.model_copy(update={"judged_at": judged_at})).bars[0]
    assert (bar.note, bar.state) == (note, state)


def test_timeline_marks_the_day_the_next_change_and_dates_of_authorities() -> None:
    """Their labels stand in the picture and cover neither each other."""
    picture = timeline(pair())
    assert [(flag.kind, flag.label) for flag in picture.flags] == [
        ("now", "● now"),
        ("next", "▼ next: Dec 16, 2026"),
        ("policy", "◆ Feb 10, 2027"),
    ]
    for flag in picture.flags:
        assert cells(flag.label) * MONOSPACE * 12 <= flag.label_width
        assert 0 <= flag.label_x - flag.label_width / 2
        assert flag.label_x + flag.label_width / 2 <= picture.width
        for other in picture.flags:
            if other != flag and other.y == flag.y:
                apart = abs(other.label_x - flag.label_x) * 2
                assert apart >= other.label_width + flag.label_width


def test_timeline_keeps_room_for_the_cas() -> None:
    """However many certificates there are, the CAs above them are drawn."""
    report = pair()
    (view,) = report.chains
    leaf, intermediate, root = view.links
    many = tuple(
        view.model_copy(
            update={
                "links": (
                    leaf.model_copy(update={"fingerprint": f"{n:064x}"}),
                    intermediate,
                    root,
                )
            }
        )
        for n in range(40)
    )
    picture = timeline(report.model_copy(update={"chains": many}))
    assert picture.bars[-1].name == ["Example Root CA"]
    assert len(picture.bars) + picture.omitted == 41


def test_matrix_has_a_square_for_each_certificate_and_list() -> None:
    """Six lists lack what one certificate takes, and each says so."""
    matrix = trust_matrix(cluster())
    assert matrix is not None
    assert (len(matrix.rows), len(matrix.columns)) == (6, 1)
    assert {square.state for square in matrix.squares} == {"fail"}
    assert len(matrix.refused) == 6


def test_matrix_tells_unknown_from_untouched() -> None:
    """A list that is not among the inputs gives a question mark; no connection gives nothing."""
    report = pair()
    way = Direction(verifier="edge1", presenter="core1", checks={"chain": "unknown"}, enforced="ok")
    row = LinkRow(client="core1", server="edge1", link="sip", checks=OK_CHECKS, directions=(way,))
    matrix = trust_matrix(report.model_copy(update={"links": (row,)}))
    assert matrix is not None
    assert sorted(square.state for square in matrix.squares) == ["fail", "unknown"]


def test_matrix_tells_the_stores_of_a_server_apart() -> None:
    """Each trust store of a Unified CM is a list, and each of its certificates a column."""
    views = (
        chain("core1", "cucm1").model_copy(update={"store": "tomcat-trust", "complete": True}),
        chain("core1", "cucm1").model_copy(update={"store": "CallManager-trust"}),
        chain("cucm1", "core1").model_copy(update={"unit": "tomcat"}),
    )
    matrix = trust_matrix(pair().model_copy(update={"chains": views}))
    assert matrix is not None
    assert [head.lines for head in matrix.rows] == [
        ["core1"],
        ["cucm1", "CallManager-trust"],
        ["cucm1", "tomcat-trust"],
    ]
    assert [head.lines for head in matrix.columns] == [["core1"], ["cucm1", "tomcat"]]


@pytest.mark.parametrize("text", ["expressway-core-1.collaboration.example", "W" * 60, "證書" * 30])
def test_heads_of_the_matrix_have_room(text: str) -> None:
    """Names of any length and script fit beside their row and above their column."""
    matrix = trust_matrix(drowned(text))
    assert matrix is not None
    for head in matrix.rows:
        assert all(cells(line) * MONOSPACE * 12 <= matrix.left - 10 for line in head.lines)
    for head in matrix.columns:
        assert all(cells(line) * MONOSPACE * 12 <= matrix.top - 8 for line in head.lines)


def test_nothing_shown_to_anyone_makes_no_matrix_and_no_timeline() -> None:
    """A certificate file given alone has neither."""
    report = healthy().model_copy(update={"links": ()})
    assert trust_matrix(report) is None
    assert timeline_picture(report, language("en")) is None

"""A certificate stands beside what the other side expected of it."""

from __future__ import annotations

from certclinic.reports.document import Comparison
from certclinic.reports.languages import language
from certclinic.reports.side_by_side import SideBySide, side_by_side
from certclinic.reports.words import words

from .sample import INTERMEDIATE, JUDGED_AT, compared


def views(*comparisons: Comparison) -> tuple[SideBySide, ...]:
    speech = language("en")
    return side_by_side(comparisons, JUDGED_AT, words(speech), speech)


def test_what_is_wanted_stands_beside_what_there_is() -> None:
    """Purpose, issuer and validity of a certificate whose issuer the other side lacks."""
    (view,) = views(compared("edge1", "core1"))
    assert [(row.check, row.wanted, row.there, row.state) for row in view.rows] == [
        ("purpose", "serverAuth", ("serverAuth, clientAuth",), "ok"),
        ("chain", f"{INTERMEDIATE} in the trusted CA list", ("it is missing",), "fail"),
        ("time", "valid on Nov 20, 2026", ("Dec 16, 2025 – Dec 16, 2026",), "ok"),
    ]


def test_wanted_name_stands_beside_all_names_carried() -> None:
    """A certificate without any name says so."""
    one = compared("edge1", "core1").model_copy(
        update={"checks": {"name": "fail"}, "name": "edge.example.com", "names": ("a", "b")}
    )
    bare = one.model_copy(update={"names": (), "presenter": "edge2"})
    (first,), (second,) = (view.rows for view in views(one, bare))
    assert (first.wanted, first.there) == ("edge.example.com", ("a", "b"))
    assert second.there == ("no name",)


def test_those_who_expect_the_same_are_named_once() -> None:
    """Six peers that lack one CA are one comparison; another certificate is another."""
    peers = [compared("edge1", f"core{n}") for n in range(1, 7)]
    other = compared("edge2", "core1")
    first, second = views(*peers, other)
    assert first.askers == ("core1", "core2", "core3", "core4", "core5", "core6")
    assert (second.presenter, second.askers) == ("edge2", ("core1",))


def test_trust_store_of_a_server_is_named() -> None:
    """A chain that fails for another reason than a missing CA is not told as missing."""
    one = compared("core1", "cucm1").model_copy(
        update={"store": "tomcat-trust", "missing": None, "checks": {"chain": "fail"}}
    )
    ((row,),) = (view.rows for view in views(one))
    assert row.wanted == f"{INTERMEDIATE} in tomcat-trust"
    assert row.there == ("the chain is not accepted",)

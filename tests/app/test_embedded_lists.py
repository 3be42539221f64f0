"""Revocation lists in the file of a trusted CA list are relied on by the node that has them."""

from __future__ import annotations

from typing import Any

from certclinic.app.timeline import timeline

from .conftest import Judge

CHECKING = "SIP TLS Certificate Revocation Checking"
LISTS_ALONE = {
    f"{CHECKING} Mode": "On",
    f"{CHECKING} OCSP Mode": "Off",
    f"{CHECKING} CRL Network Fetch Mode": "Off",
    f"{CHECKING} Source Inaccessibility Behavior": "Fail",
}
END = 4 * 86400


def deployment(core: list[str], edge: list[str]) -> dict[str, Any]:
    """The Expressway-C checks by lists alone; whose lists stand in each side's file."""
    return {"nodes": {"core1": {"settings": LISTS_ALONE, "crls": core}, "edge1": {"crls": edge}}}


def test_the_end_of_the_verifiers_own_list_breaks_the_link(judged: Judge) -> None:
    case = judged(deployment(["issuing-1"], []))
    first = next(moment for moment in timeline(case) if moment.breaks)
    assert (first.at - case.judged_at, first.breaks) == (END, (("core1", "edge1", "sip"),))


def test_the_end_of_the_other_sides_list_breaks_nothing(judged: Judge) -> None:
    case = judged(deployment([], ["issuing-1"]))
    assert case.judged_at + END not in {moment.at for moment in timeline(case)}

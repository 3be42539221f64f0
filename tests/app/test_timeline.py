"""What breaks next: between two listed times nothing changes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.app.case import Case, judge_case, open_case
from certclinic.app.moments import moment_row
from certclinic.app.rule_base import rule_base
from certclinic.app.timeline import timeline
from certclinic.app.what_if import identity
from certclinic.builders.deployment import build, write

from .conftest import Judge

DAYS = st.integers(1, 500).map("{}d".format)
CHECKING = "SIP TLS Certificate Revocation Checking"
LISTS_ALONE = {
    f"{CHECKING} Mode": "On",
    f"{CHECKING} OCSP Mode": "Off",
    f"{CHECKING} CRL Network Fetch Mode": "Off",
    f"{CHECKING} Source Inaccessibility Behavior": "Fail",
}
"""Revocation is checked by the lists that the node has, and by nothing else."""
VALIDITY = st.fixed_dictionaries({"to": DAYS})
SPECS = st.fixed_dictionaries(
    {
        "authorities": st.fixed_dictionaries(
            {"root": st.fixed_dictionaries({"to": DAYS}), "issuing-1": VALIDITY}
        ),
        "nodes": st.fixed_dictionaries(
            {
                "core1": st.fixed_dictionaries(
                    {"certificate": VALIDITY, "settings": st.just(LISTS_ALONE)}
                ),
                "edge1": st.fixed_dictionaries({"certificate": VALIDITY}),
            }
        ),
        "certificate_files": st.fixed_dictionaries(
            {
                "issuing.crl": st.fixed_dictionaries(
                    {"certificate": st.just("issuing-1"), "format": st.just("crl"), "to": DAYS}
                )
            }
        ),
    }
)


def opened(spec: dict[str, Any]) -> Case:
    with TemporaryDirectory() as folder:
        paths = write(spec, Path(folder))
        return open_case(paths, rule_base(), int(build(spec).at.timestamp()), "reference")


def shown(case: Case) -> set[tuple[object, ...]]:
    return {(identity(case, r.finding), r.finding.status) for r in case.findings}


@settings(max_examples=12, deadline=None)
@given(SPECS, st.data())
def test_nothing_changes_between_two_listed_times(
    spec: dict[str, Any], data: st.DataObject
) -> None:
    case = opened(spec)
    listed = [
        case.judged_at,
        *(moment.at for moment in timeline(case)),
        case.judged_at + 86400 * 700,
    ]
    number = data.draw(st.integers(0, len(listed) - 2))
    start, end = listed[number], listed[number + 1]
    between = data.draw(st.integers(start, end - 1))
    one, other = (
        judge_case(case.observations, case.rules, at, "reference") for at in (start, between)
    )
    assert shown(one) == shown(other)


def test_the_link_that_dies_first_is_told_with_the_certificate_that_ends(judged: Judge) -> None:
    """A link fails when the first certificate of either side ends (RFC 5280, 6.1.3)."""
    case = judged({"nodes": {"edge1": {"certificate": {"to": "40d"}}}})
    first = next(moment for moment in timeline(case) if moment.breaks)
    assert datetime.fromtimestamp(first.at, UTC) == datetime(2027, 1, 3, 10, tzinfo=UTC)
    assert [certificate.common_name for certificate in first.ends] == ["edge1.example.com"]
    assert ("core1", "edge1", "sip") in first.breaks


def test_dates_of_authorities_are_told_only_where_a_public_one_issued(judged: Judge) -> None:
    private = judged({})
    assert not any(moment.policies for moment in timeline(private))
    public = judged(
        {
            "authorities": {
                "root": {"cn": "ISRG Root X1", "organisation": "Internet Security Research Group"},
                "issuing-1": {"cn": "R11", "organisation": "Let's Encrypt", "issuer": "root"},
            }
        }
    )
    ids = [row.id for moment in timeline(public) for row in moment.policies]
    assert "chrome-march-2027" in ids
    assert "chrome-june-2026" not in ids  # superseded


def with_list(settings: dict[str, str]) -> dict[str, Any]:
    """A revocation list of the issuing CA that counts for five more days."""
    return {
        "nodes": {"core1": {"settings": settings}, "edge1": {}},
        "certificate_files": {
            "issuing.crl": {"certificate": "issuing-1", "format": "crl", "to": "5d"}
        },
    }


def test_the_end_of_a_revocation_list_breaks_the_links_that_rely_on_it(judged: Judge) -> None:
    """At nextUpdate a list is out of date (RFC 5280, 5.1.2.5), and its CA's certificates fail."""
    case = judged(with_list(LISTS_ALONE))
    first = next(moment for moment in timeline(case) if moment.breaks)
    assert first.at == case.judged_at + 5 * 86400
    assert first.breaks == (("core1", "edge1", "sip"),)
    assert moment_row(first, "en").ends == ("CRL (CN=Example Issuing CA 1,O=Example Corp,C=US)",)


def test_the_end_of_a_list_that_nobody_relies_on_is_no_moment(judged: Judge) -> None:
    """Off, or with a download from distribution points that may bring a newer list."""
    fetches = {**LISTS_ALONE, f"{CHECKING} CRL Network Fetch Mode": "On"}
    for values in ({}, fetches):
        case = judged(with_list(values))
        assert case.judged_at + 5 * 86400 not in {moment.at for moment in timeline(case)}


def test_what_was_foreseen_and_comes_true_is_not_told_as_gone(judged: Judge) -> None:
    """On the day on which a certificate ends, the forecast of it ends with it."""
    case = judged({"nodes": {"core1": {"certificate": {"to": "20d"}}, "edge1": {}}})
    rows = [moment_row(moment, "en") for moment in timeline(case)]
    (ending,) = [row for row in rows if any("core1" in subject for subject in row.ends)]
    assert ending.appears
    assert not [title for title in ending.gone if "expire" in title]

"""What breaks next: between two listed times nothing changes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.app.case import Case, judge_case, open_case
from certclinic.app.rule_base import rule_base
from certclinic.app.timeline import timeline
from certclinic.app.what_if import identity
from certclinic.builders.deployment import build, write

from .conftest import Judge

DAYS = st.integers(1, 500).map("{}d".format)
VALIDITY = st.fixed_dictionaries({"to": DAYS})
SPECS = st.fixed_dictionaries(
    {
        "authorities": st.fixed_dictionaries(
            {"root": st.fixed_dictionaries({"to": DAYS}), "issuing-1": VALIDITY}
        ),
        "nodes": st.fixed_dictionaries(
            {
                "core1": st.fixed_dictionaries({"certificate": VALIDITY}),
                "edge1": st.fixed_dictionaries({"certificate": VALIDITY}),
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

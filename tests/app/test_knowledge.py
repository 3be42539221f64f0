"""The tables of the rule base: readable, referring only to each other's rows, mistakes placed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib import resources
from typing import Any

import pytest
import yaml

from certclinic.app.knowledge import (
    AlarmRow,
    AuthorityRow,
    DateRow,
    EkuRow,
    ReleaseRow,
    conflicts,
    knowledge,
    read_table,
    symptoms,
    table,
)
from certclinic.app.rule_base import rule_base
from certclinic.builders.alarms import ALARMS
from certclinic.engine.problems import RuleProblems
from certclinic.facts.vocabulary import Version
from certclinic.reports.languages import LANGUAGES

KNOWN = {row.id for row in symptoms()}


def test_a_mistake_is_told_with_its_line() -> None:
    """A wrong value and a misspelt key each name file, line and column."""
    text = b"- {id: 20004, title: Cluster communication failure}\n- {id: many, titel: x}\n"
    with pytest.raises(RuleProblems) as told:
        read_table("alarms.yaml", text, AlarmRow)

    assert {2} == {problem.line for problem in told.value.problems}
    assert all("alarms.yaml:2:" in str(problem) for problem in told.value.problems)
    assert "integer" in str(told.value)
    assert "titel" in " ".join(line for p in told.value.problems for line in p.context)


def test_tables_refer_to_rows_that_are_there() -> None:
    """No symptom, date or conflict is named that its own table does not have."""
    dates = {row.id for row in table("dates", DateRow)}
    conflict_ids = {row.id for row in conflicts()}
    named = {
        *(s for row in table("releases", ReleaseRow) for s in row.symptoms),
        *(row.symptom for row in table("alarms", AlarmRow) if row.symptom),
        *(s for row in conflicts() for s in row.symptoms),
        *(row.across for row in symptoms() if row.across),
    }

    assert set() == named - KNOWN
    assert {row.server_only_from for row in table("authorities", AuthorityRow)} <= dates
    assert {row.superseded_by for row in table("dates", DateRow) if row.superseded_by} <= dates
    assert {r.conflict for r in table("releases", ReleaseRow) if r.conflict} <= conflict_ids


@pytest.mark.parametrize("kind", ["symptoms", "dates", "conflicts", "alarms"])
def test_ids_are_given_once(kind: str) -> None:
    """An id is never given to two rows."""
    ids: dict[str, list[object]] = {
        "symptoms": [row.id for row in symptoms()],
        "dates": [row.id for row in table("dates", DateRow)],
        "conflicts": [row.id for row in conflicts()],
        "alarms": [row.id for row in table("alarms", AlarmRow)],
    }

    assert len(set(ids[kind])) == len(ids[kind])


def test_every_rule_concludes_a_symptom_of_the_catalogue() -> None:
    """A rule without a row would have no title in the catalogue."""
    assert set() == {rule.rule.symptom for rule in rule_base().rules.values()} - KNOWN


def test_alarm_titles_are_those_that_the_log_has() -> None:
    """The table and the words of the log samples agree, where both have an alarm."""
    titles = {row.id: row.title for row in table("alarms", AlarmRow)}
    shared = {number: entry.title for number, entry in ALARMS.items() if number in titles}

    assert len(shared) > 20
    assert shared == {number: titles[number] for number in shared}


def test_the_newest_revision_of_a_date_counts() -> None:
    """FN74362 revision 1.2 moved June 2026 to March 2027; the old row stays, superseded."""
    rows = {row.id: row for row in table("dates", DateRow)}

    assert "chrome-march-2027" == rows["chrome-june-2026"].superseded_by
    assert date(2027, 3, 15) == rows["chrome-march-2027"].date
    assert 1_805_068_800 == knowledge().client_auth_ends  # date -u -d 2027-03-15 +%s


@pytest.mark.parametrize(
    ("link", "role", "release", "asks"),
    [
        ("upload", "expressway_e", "X15.3", "client"),
        ("upload", "expressway_e", "X15.4", "client"),
        ("upload", "expressway_e", "X15.5", None),
        ("upload", "expressway_c", "X15.4", "client"),
        ("service", "expressway_e", "X15.3.2", "client"),
        ("service", "expressway_e", "X15.4", None),
        ("cluster", "expressway_c", "X15.3", "client"),
        ("cluster", "expressway_c", "X15.4", None),
        ("ssh", "expressway_c", "X12.5", "client"),
        ("ssh", "expressway_c", "X15.5", "client"),
        ("sip", "expressway_e", "X15.5", "server"),
    ],
)
def test_extended_key_usage_by_release(
    link: str, role: str, release: str, asks: str | None
) -> None:
    """What Cisco 225482 and 225693 say of each use, for the server store."""
    row = knowledge().requirement(link, role, Version(release))  # type: ignore[arg-type]
    if link == "upload":
        row = knowledge().requirement("upload", role, Version(release), "server")

    assert asks == (row.asks if row else None)


def test_only_the_upload_on_x15_4_and_inbound_sip_have_a_setting_that_lifts_them() -> None:
    """Tunnels, cluster and registration have no such setting."""
    lifted = {row.link for row in table("eku", EkuRow) if row.lifted_by}

    assert {"upload", "sip", "neighbor"} == lifted


@pytest.mark.parametrize("table_name", ["changes", "conflicts", "dates", "symptoms"])
def test_what_reports_tell_from_tables_is_in_every_language(table_name: str) -> None:
    """Only the texts of rules fall back; steps, titles, dates and decisions do not."""
    source = resources.files("certclinic.rules").joinpath("data", f"{table_name}.yaml")
    texts = list(written(yaml.safe_load(source.read_text("utf-8"))))

    assert texts
    assert not [text for text in texts if set(LANGUAGES) != text.keys()]


def written(value: Any) -> Iterator[dict[str, str]]:
    """Every text of a table, by language."""
    match value:
        case {"en": str()}:
            yield value
        case dict():
            for item in value.values():
                yield from written(item)
        case list():
            for item in value:
                yield from written(item)

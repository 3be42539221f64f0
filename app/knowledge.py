"""The tables of `rules/data/`, read into typed rows; a mistake is named with its line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib import resources
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ..engine.problems import RuleProblems
from ..engine.rulefile.model import Confidence, Language, Source, Symptom, Text
from ..engine.rulefile.packs import Pack
from ..engine.rulefile.texts import reading_order
from ..engine.rulefile.yaml_cache import read_yaml
from ..facts.knowledge import CloudRoot, EkuRequirement, Knowledge, PublicAuthority, Use
from ..facts.vocabulary import Time, Version

Release = Annotated[str, Field(pattern=r"^X\d+(\.\d+){0,3}$")]
Words = dict[Language, Text]
R = TypeVar("R", bound=BaseModel)


def told(words: Words, language: str) -> str:
    """The text in the first language of the reading order that it is written in."""
    written = {str(tag): text for tag, text in words.items()}
    return next(written[one] for one in reading_order(language) if one in written)


class Row(BaseModel):
    """A row of a table; misspelt keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class DatedSource(Source):
    """A source with the revision that says so."""

    revision: str | None = None


class Lifted(Row):
    """A setting that takes a demand away."""

    setting: Text
    value: Text


class EkuRow(Row):
    """What one use asks of the extended key usage."""

    link: Use
    presenter: Literal["expressway_c", "expressway_e", "any"]
    store: Literal["server", "client"]
    asks: Literal["server", "client"]
    verified: bool = False
    since: Release | None = None
    before: Release | None = None
    lifted_by: Lifted | None = None
    text: Words
    source: Source


class Ca(Row):
    """A CA that a rotation is about."""

    subject: Text
    serial: Annotated[str, Field(pattern=r"^[0-9a-f]+$")] | None = None


class DateRow(Row):
    """A date that an authority or a root programme has set, or a CA that took another's place."""

    id: Text
    date: date
    kind: Literal["client_auth", "validity", "policy", "rotation"]
    who: Text
    superseded_by: Text | None = None
    old: Ca | None = None
    new: Ca | None = None
    text: Words
    source: DatedSource


class AuthorityRow(Row):
    """A public CA by its organisations."""

    organisations: Annotated[list[Text], Field(min_length=1)]
    server_only_from: Text
    combined: list[Text] = Field(default_factory=list)
    client_only: list[Text] = Field(default_factory=list)
    source: DatedSource


class AlarmRow(Row):
    """An alarm of the Alarms Reference."""

    id: int
    title: Text
    about: Text | None = None
    severity: Literal["notice", "warning", "error", "alert", "critical"] | None = None
    since: Release | None = None
    symptom: Symptom | None = None


class ReleaseRow(Row):
    """What a release changed."""

    release: Release
    change: Words
    symptoms: list[Symptom] = Field(default_factory=list)
    conflict: Text | None = None
    source: Source


class Statement(Row):
    """What one document says."""

    text: Text
    source: Source


class ConflictRow(Row):
    """Documents that contradict each other, and what is done about it."""

    id: Text
    topic: Words
    statements: Annotated[list[Statement], Field(min_length=2)]
    decision: Words
    confidence: Confidence
    symptoms: list[Symptom] = Field(default_factory=list)


class SymptomRow(Row):
    """A symptom of the catalogue. `undecidable` is the reason where no input can decide it;
    `across` names the symptom that the same fault is on other releases; `upload` says what
    Expressway's upload page does with such a file."""

    id: Symptom
    title: Words
    across: Symptom | None = None
    upload: Literal["refused", "warned"] | None = None
    undecidable: Words | None = None


class ChangeText(Row):
    """A sentence for changes that have all fields of `given` and the values of `equal`."""

    given: list[Text] = Field(default_factory=list)
    equal: dict[Text, Text] = Field(default_factory=dict)
    text: Words


class RestartText(ChangeText):
    """What has to be restarted, in a sentence and by name; a restart that may not be needed is not
    among the `services`."""

    services: list[Text] = Field(default_factory=list)


class ChangeRow(Row):
    """What is said of one kind of change, on an Expressway or on a server of Unified CM.

    Of `details` every sentence that fits is said, of the others the first. `{field}` stands for a
    field of the change; for a fingerprint, the subject of that certificate.
    """

    change: Literal[
        "add_trust", "remove_trust", "replace_certificate", "set_configuration", "upgrade"
    ]
    where: Literal["expressway", "uc_server"]
    step: Annotated[list[ChangeText], Field(min_length=1)]
    details: list[ChangeText] = Field(default_factory=list)
    restart: list[RestartText] = Field(default_factory=list)
    check: Annotated[list[ChangeText], Field(min_length=1)]
    source: Source


@lru_cache(maxsize=16)
def table(name: str, kind: type[R]) -> tuple[R, ...]:
    """The rows of `rules/data/<name>.yaml`.

    Raises RuleProblems with the place of every mistake.
    """
    source = resources.files("certclinic.rules").joinpath("data", f"{name}.yaml")
    return read_table(str(source), source.read_bytes(), kind)


def read_table(file: str, raw: bytes, kind: type[R]) -> tuple[R, ...]:
    """The rows of one table from the bytes of its file. Raises RuleProblems."""
    document, problems = read_yaml(file, raw)
    if document is None or problems:
        raise RuleProblems(problems)
    try:
        return TypeAdapter(tuple[kind, ...]).validate_python(document.data)  # type: ignore[valid-type]
    except ValidationError as error:
        raise RuleProblems(
            document.problem(detail["loc"], detail["msg"]) for detail in error.errors()
        ) from None


def symptoms(packs: Iterable[Pack] = ()) -> tuple[SymptomRow, ...]:
    """Every symptom of the catalogue, in its order, and after them those that packs bring."""
    shipped = table("symptoms", SymptomRow)
    known = {row.id for row in shipped}
    brought = {
        symptom: SymptomRow(id=symptom, title={"en": title.en, "zh-Hant": title.zh_hant})
        for pack in packs
        for symptom, title in pack.symptoms.items()
        if symptom not in known
    }
    return (*shipped, *brought.values())


def conflicts() -> tuple[ConflictRow, ...]:
    """Every contradiction between documents."""
    return table("conflicts", ConflictRow)


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """What facts are worked out with, as plain values. Raises RuleProblems."""
    dates = {row.id: row for row in table("dates", DateRow)}
    final = max(
        row.date for row in dates.values() if row.kind == "client_auth" and not row.superseded_by
    )
    return Knowledge(
        client_auth_ends=seconds(final),
        requirements=tuple(_requirement(row) for row in table("eku", EkuRow)),
        authorities=tuple(
            PublicAuthority(
                organisations=frozenset(name.lower() for name in row.organisations),
                server_only_from=seconds(dates[row.server_only_from].date),
                clientauth=frozenset((*row.combined, *row.client_only)),
            )
            for row in table("authorities", AuthorityRow)
        ),
        cloud_roots=tuple(
            CloudRoot(service=row.who, common_name=row.new.subject)
            for row in dates.values()
            if row.kind == "rotation" and row.who == "Webex" and row.new
        ),
    )


def _requirement(row: EkuRow) -> EkuRequirement:
    return EkuRequirement(
        link=row.link,
        presenter=row.presenter,
        store=row.store,
        asks=row.asks,
        since=Version(row.since) if row.since else None,
        before=Version(row.before) if row.before else None,
        lifted_by=(row.lifted_by.setting, row.lifted_by.value) if row.lifted_by else None,
    )


def seconds(day: date) -> Time:
    """The beginning of a day, UTC."""
    return Time(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()))

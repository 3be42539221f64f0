"""What people are told of a change: the step, what has to be restarted, and how to check it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from ..facts.changes import DeploymentChange
from ..facts.vocabulary import type_name
from ..reports.languages import language as reader_language
from .knowledge import ChangeRow, ChangeText, table, told

FINGERPRINTS = ("certificate", "chain_of", "renewed")
"""Fields that hold a fingerprint; people are told the subject."""


@dataclass(frozen=True)
class ToldChange:
    """The sentences on one change; `restart` is empty where nothing has to be restarted."""

    step: str
    restart: str
    check: str


def told_change(
    change: DeploymentChange, on_uc_server: bool, language: str, subjects: Mapping[str, str]
) -> ToldChange:
    """A change in a language. `subjects` are those of the certificates, by fingerprint."""
    row, present = _row(change, on_uc_server), _present(change)
    shown = {
        "trust_store": "tomcat-trust",
        **{name: _shown(name, value, language, subjects) for name, value in present.items()},
    }

    def fitting(texts: Sequence[ChangeText]) -> Iterator[str]:
        for text in texts:
            if _fits(text, present):
                yield told(text.text, language).format_map(shown)

    return ToldChange(
        reader_language(language).sentences((next(fitting(row.step)), *fitting(row.details))),
        next(fitting(row.restart), ""),
        next(fitting(row.check)),
    )


def restarts(change: DeploymentChange, on_uc_server: bool) -> tuple[str, ...]:
    """The services that a change restarts for certain; `Expressway` is the whole node."""
    present = _present(change)
    rows = _row(change, on_uc_server).restart
    return next((tuple(text.services) for text in rows if _fits(text, present)), ())


def _row(change: DeploymentChange, on_uc_server: bool) -> ChangeRow:
    where = "uc_server" if on_uc_server else "expressway"
    kind = type_name(type(change))
    rows: tuple[ChangeRow, ...] = table("changes", ChangeRow)
    return next(row for row in rows if (row.change, row.where) == (kind, where))


def _present(change: DeploymentChange) -> dict[str, object]:
    return {name: value for name, value in asdict(change).items() if value not in (None, False)}


def _fits(text: ChangeText, present: Mapping[str, object]) -> bool:
    given = all(name in present for name in text.given)
    return given and all(present.get(name) == value for name, value in text.equal.items())


def _shown(name: str, value: object, language: str, subjects: Mapping[str, str]) -> str:
    if name in FINGERPRINTS:
        return subjects.get(str(value), str(value))
    if isinstance(value, tuple):
        return (", " if language == "en" else "、").join(value)
    return str(value)

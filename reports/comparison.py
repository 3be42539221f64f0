"""Two states of one deployment side by side: `diff --format json` prints it as it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from .document import Found, Part, Tool
from .preflight import DifferenceRow

Kind = Literal["node", "version", "certificate", "trust", "trust_order", "zone", "setting", "alarm"]
KINDS: tuple[Kind, ...] = (
    *("node", "version", "certificate", "trust", "trust_order", "zone", "setting", "alarm"),
)
"""In the order in which changes are told."""


class Difference(Part):
    """One thing that is otherwise; without `before` it is new, without `after` it is gone."""

    number: int = Field(description="from 1, by which findings name it")
    node: str
    kind: Kind
    what: str = Field(
        "",
        description="store or unit of a certificate, trust store of a UC server, name of a zone,"
        " key of a setting, id and title of an alarm",
    )
    key: str = Field("", description="of a zone, the setting; of a CA, its fingerprint if known")
    before: str | None = None
    after: str | None = None
    details: tuple[DifferenceRow, ...] = Field((), description="between two certificates")


class FindingTurn(Part):
    """A finding, and the numbers of the changes of what it names."""

    found: Found
    because: tuple[int, ...] = ()


class NotCompared(Part):
    """What only one of the states shows, so that nothing is known of a change."""

    node: str
    topic: Literal["configuration", "log", "server_certificate", "client_certificate", "trust_list"]
    seen: Literal["before", "after"]


class ComparisonReport(Part):
    """The answer of `diff`."""

    schema_version: Literal[1] = 1
    tool: Tool
    language: str
    judged_before: datetime
    judged_after: datetime
    inputs_before: tuple[str, ...]
    inputs_after: tuple[str, ...]
    differences: tuple[Difference, ...]
    gone: tuple[FindingTurn, ...]
    new: tuple[FindingTurn, ...]
    remaining: tuple[FindingTurn, ...]
    not_compared: tuple[NotCompared, ...]
    problems: tuple[str, ...] = Field((), description="what could not be read or decided")

"""The shape of a rule file. A file holds one rule; the rule's id is `area/name` from the path."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StrictBool, StrictInt, Tag

Language = Literal["en", "zh-Hant", "zh-Hans", "ja"]
REQUIRED_LANGUAGES: tuple[Language, ...] = ("en", "zh-Hant")

Status = Literal["active", "predicted", "advice"]
Severity = Literal["info", "warning", "critical"]
Confidence = Literal["certain", "probable", "possible"]

Alias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Symptom = Annotated[str, Field(pattern=r"^(EXW|UCM|CLI)-\d{3}[a-z]?$")]
Reference = Annotated[str, Field(pattern=r"^\$[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
Steps = Annotated[list[Text], Field(min_length=1)]
Where = Annotated[
    dict[str, Any],
    Field(
        description="tests by field: a value, a reference `$alias.field`, or operators such as"
        " `{not: v}`, `{ge: 2}`, `{in: [a, b]}`, `{matches: regex}`, `{exists: false}`;"
        " all must hold"
    ),
]


class Part(BaseModel):
    """A piece of a rule file; misspelt keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Match(Part):
    """A fact that must be there. It fills this condition only, no other one of the same match."""

    let: Alias | None = Field(None, description="name by which the rule refers to the fact")
    fact: str = Field(description="fact type")
    where: Where = Field(default_factory=dict)


class Absent(Part):
    """A fact that must not be there."""

    fact: str = Field(description="fact type")
    where: Where = Field(default_factory=dict)
    assume_complete: StrictBool = Field(
        False, description="conclude absence although nobody may have looked for the fact"
    )


class Counted(Part):
    """Facts that are counted; references in `where` must be plain equality."""

    fact: str = Field(description="fact type")
    where: Where = Field(default_factory=dict)
    at_least: Annotated[StrictInt, Field(ge=1)] = Field(description="fewest facts needed")
    let: Alias = Field(alias="as", description="name by which the rule refers to `.count`")


class NoneOf(Part):
    """All of these facts must be missing."""

    none: Absent | Annotated[list[Absent], Field(min_length=1)]


class CountOf(Part):
    """So many facts must be there."""

    count: Counted


class AnyOf(Part):
    """At least one of the alternatives must hold; each is one condition or a list of them."""

    any: Annotated[list[Condition | list[Condition]], Field(min_length=2)]


def _condition_tag(value: Any) -> str:
    """Which condition it is. The angle brackets keep the tag apart from keys of the file."""
    for key in ("any", "none", "count"):
        if isinstance(value, dict) and key in value:
            return f"<{key}>"
    return "<fact>"


Condition = Annotated[
    Annotated[Match, Tag("<fact>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[NoneOf, Tag("<none>")]
    | Annotated[CountOf, Tag("<count>")],
    Discriminator(_condition_tag),
]


class Support(Part):
    """Evidence that is shown when it is there and never needed for the rule to fire."""

    let: Alias | None = Field(None, description="name by which texts refer to the fact")
    fact: str = Field(description="fact type")
    where: Where = Field(default_factory=dict)
    confirms: Confidence | None = Field(
        None, description="confidence of the finding where such a fact is there"
    )


class RuleText(Part):
    """What people read, by language; `{{ alias.field }}` is filled in."""

    title: dict[Language, Text] = Field(description="one line")
    cause: dict[Language, Text] = Field(description="what happens and why")
    fix: dict[Language, Steps] = Field(description="steps of the cure")
    verify: dict[Language, Steps] = Field(description="how to check that the cure worked")
    stop_gap: dict[Language, Steps] | None = Field(
        None, description="what bridges the time until the cure"
    )


class Source(Part):
    """Where the knowledge comes from."""

    title: Text
    document: str | None = Field(None, description="document number of the publisher")
    section: str | None = Field(None, description="section or table")
    confidence: Literal["H", "M", "L"] = Field(description="how far the source can be relied on")


class FactGiven(BaseModel):
    """A fact of a rule's own test; only the fields that are given are set."""

    model_config = ConfigDict(frozen=True, extra="allow")
    fact: str = Field(description="fact type")


class RuleTest(Part):
    """A case with the answer that is expected."""

    name: Text = Field(description="what the case shows")
    deployment: dict[str, Any] | None = Field(
        None, description="nodes to build and to leave bundles of"
    )
    facts: list[FactGiven] | None = Field(None, description="facts, where no deployment is needed")
    expect: Literal["fire", "silent"]
    nodes: list[str] | None = Field(
        None, description="exactly the nodes that the findings of this rule name"
    )


class Rule(Part):
    """One symptom with the facts that prove it, what people read about it, and its own tests."""

    symptom: Symptom = Field(description="id of the symptom; it is never given to another")
    status: Status = Field(
        description="active: failing now, or surely at the next handshake; predicted: will fail"
        " at a stated time, version or renewal; advice: not a fault"
    )
    severity: Severity
    confidence: Confidence = Field(description="of the finding when the conditions hold")
    lifecycle: Literal["experimental", "stable", "deprecated"] = "stable"
    since: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = Field(
        description="date on which the rule was added, YYYY-MM-DD"
    )
    applies_to: Annotated[list[str], Field(min_length=1)] = Field(
        description="roles of the nodes for which the report says found, excluded or not checked"
    )
    versions: Literal["all"] | dict[Alias, Text] = Field(
        "all", description="releases by alias of a fact with a version, such as `>=X14.2 <X15.5`"
    )
    when: Annotated[list[Condition], Field(min_length=1)] = Field(description="all must hold")
    supports: list[Support] = Field(default_factory=list, description="evidence that is optional")
    nodes: Annotated[list[Reference], Field(min_length=1)] = Field(
        description="nodes of the finding"
    )
    per: list[Reference] | None = Field(
        None, description="matches with equal values here are one finding; default: the nodes"
    )
    explains: list[Symptom] = Field(
        default_factory=list, description="symptoms on a shared node that follow from this one"
    )
    outranks: list[Symptom] = Field(
        default_factory=list, description="competing causes on a shared node that come after"
    )
    text: RuleText
    sources: Annotated[list[Source], Field(min_length=1)]
    tests: list[RuleTest] = Field(default_factory=list)

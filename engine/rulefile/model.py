"""The shape of a rule file. A file holds one rule; the rule's id is `area/name` from the path."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictInt,
    Tag,
)

Language = Literal["en", "zh-Hant", "zh-Hans", "ja"]
REQUIRED_LANGUAGES: tuple[Language, ...] = ("en", "zh-Hant")

Status = Literal["active", "predicted", "advice"]
Severity = Literal["info", "warning", "critical"]
Confidence = Literal["certain", "probable", "possible"]

Lifecycle = Literal["experimental", "stable", "deprecated"]

Alias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Symptom = Annotated[str, Field(pattern=r"^(EXW|UCM|CLI)-\d{3}[a-z]?$")]
Reference = Annotated[str, Field(pattern=r"^\$[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
FactPath = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
RuleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*$")]


def _in_the_calendar(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise ValueError(f"there is no such day: {error}") from None
    return day


Day = Annotated[
    str,
    Field(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_in_the_calendar),
]
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

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


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

    none: Absent | Annotated[list[Absent], Field(min_length=1)] = Field(
        description="a fact that must not be there, or a list of them"
    )


class CountOf(Part):
    """So many facts must be there."""

    count: Counted = Field(description="facts of which there must be so many")


class AnyOf(Part):
    """At least one of the alternatives must hold; each is one condition or a list of them."""

    any: Annotated[list[Condition | list[Condition]], Field(min_length=2)] = Field(
        description="alternatives, each a condition or a list of conditions that all hold"
    )


def _condition_tag(value: Any) -> str:
    """Which condition it is, as read or as a model. The angle brackets keep the tag apart from
    keys of the file."""
    keys = value if isinstance(value, dict) else getattr(type(value), "model_fields", ())
    for key in ("any", "none", "count"):
        if key in keys:
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


class Against(Part):
    """Evidence that speaks against the finding. It is shown, and never stops the rule."""

    let: Alias | None = Field(None, description="name by which texts refer to the fact")
    fact: str = Field(description="fact type")
    where: Where = Field(default_factory=dict)
    lowers: Literal["probable", "possible"] | None = Field(
        None, description="highest confidence of the finding where such a fact is there"
    )
    text: dict[Language, Text] | None = Field(
        None, description="why both can be true, or what to look at to tell"
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


NotModelled = Literal[
    "log-alone", "outside", "credentials", "restart", "file", "decision", "software"
]
"""Why no change of a deployment can express a fix: the finding rests on lines of a log alone;
what must change is outside of the inputs (a firewall, DNS, a clock, a client, a cloud); a password
or account is wrong; a restart is all that is needed; a file has to be made anew; an operator has
to decide; the software has to be corrected."""


class FixChange(BaseModel):
    """A change of the deployment; its fields are those of the kind of change."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)
    change: str = Field(description="kind of change")


class Fix(Part):
    """One way to mend it: all changes together. The change is proven by judging once more."""

    for_each: list[Match] = Field(
        default_factory=list,
        description="facts that changes refer to beside those of `when`; a change that does is made"
        " for every such fact, and not at all where there is none",
    )
    changes: Annotated[list[FixChange], Field(min_length=1)] = Field(
        description="changes of the deployment, each over what the conditions bind"
    )


class Source(Part):
    """Where the knowledge comes from."""

    title: Text = Field(description="title of the document, as its publisher writes it")
    document: str | None = Field(None, description="document number of the publisher")
    section: str | None = Field(None, description="section or table")
    confidence: Literal["H", "M", "L"] = Field(description="how far the source can be relied on")


class FactGiven(BaseModel):
    """A fact of a rule's own test; only the fields that are given are set."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)
    fact: str = Field(description="fact type")


class RuleTest(Part):
    """A case with the answer that is expected."""

    name: Text = Field(description="what the case shows")
    deployment: dict[str, Any] | None = Field(
        None, description="nodes to build and to leave bundles of"
    )
    facts: list[FactGiven] | None = Field(
        None, description="facts, instead of a deployment or beside what it gives"
    )
    expect: Literal["fire", "silent"] = Field(
        description="fire: the rule must find it; silent: it must not"
    )
    nodes: list[str] | None = Field(
        None, description="exactly the nodes that the findings of this rule name"
    )
    confidence: Confidence | None = Field(
        None, description="confidence of every finding of this rule, with all evidence weighed"
    )
    near_misses: list[dict[FactPath, Any]] = Field(
        default_factory=list,
        description="changes to the facts that made the rule fire, `alias.field: value`; with each"
        " of them alone it must stay silent; null takes the value away",
    )


class Survivor(Part):
    """A change of the rule that no test can notice, and why that is right."""

    mutant: Text = Field(description="the change, as `rules test --mutate` names it")
    why: Text = Field(description="why no test can tell the changed rule from this one")


class Change(Part):
    """A change of what the rule concludes."""

    date: Day = Field(description="date of the change, YYYY-MM-DD")
    note: Text = Field(description="what changed and why, for other authors")


class Deprecation(Part):
    """Why a rule no longer runs."""

    reason: Text = Field(description="why the rule is no longer right, for other authors")
    superseded_by: list[RuleId] = Field(
        default_factory=list, description="ids of the rules that took its place, `area/name`"
    )


class Rule(Part):
    """One symptom with the facts that prove it, what people read about it, and its own tests."""

    symptom: Symptom = Field(description="id of the symptom; it is never given to another")
    status: Status = Field(
        description="active: failing now, or surely at the next handshake; predicted: will fail"
        " at a stated time, version or renewal; advice: not a fault"
    )
    severity: Severity = Field(
        description="critical: something is refused or down; warning: it will be, or it is weaker"
        " than meant; info: good to know"
    )
    confidence: Confidence = Field(description="of the finding when the conditions hold")
    lifecycle: Lifecycle = Field(
        "stable",
        description="experimental: marked in reports, at most probable; stable: a change needs an"
        " entry in `changes`; deprecated: documented, but never run",
    )
    since: Day = Field(description="date on which the rule was added, YYYY-MM-DD")
    changes: list[Change] = Field(
        default_factory=list, description="changes of what the rule concludes, oldest first"
    )
    deprecated: Deprecation | None = Field(
        None, description="why the rule no longer runs; for the lifecycle deprecated only"
    )
    applies_to: Annotated[list[str], Field(min_length=1)] = Field(
        description="roles of the nodes for which the report says found, excluded or not checked"
    )
    versions: Literal["all"] | dict[Alias, Text] = Field(
        "all", description="releases by alias of a fact with a version, such as `>=X14.2 <X15.5`"
    )
    when: Annotated[list[Condition], Field(min_length=1)] = Field(description="all must hold")
    supports: list[Support] = Field(default_factory=list, description="evidence that is optional")
    against: list[Against] = Field(
        default_factory=list, description="evidence that contradicts the finding"
    )
    nodes: Annotated[list[Reference], Field(min_length=1)] = Field(
        description="nodes of the finding"
    )
    per: list[Reference] | None = Field(
        None, description="matches with equal values here are one finding; default: the nodes"
    )
    about: list[Reference] = Field(
        default_factory=list,
        description="what is at fault, as far as known: the subject of a certificate or CA, or a"
        " name that is asked for; findings that share one are one fault, and a finding about others"
        " does not follow from this one",
    )
    explains: list[Symptom] = Field(
        default_factory=list, description="symptoms on a shared node that follow from this one"
    )
    outranks: list[Symptom] = Field(
        default_factory=list, description="competing causes on a shared node that come after"
    )
    fixes: list[Fix] = Field(
        default_factory=list, description="ways to mend it, each proven by judging once more"
    )
    not_modelled: NotModelled | None = Field(
        None, description="why no change of the deployment can express a fix"
    )
    text: RuleText = Field(description="what people read, in every language")
    sources: Annotated[list[Source], Field(min_length=1)] = Field(
        description="where the knowledge comes from; at least one"
    )
    survivors: list[Survivor] = Field(
        default_factory=list, description="changes that `rules test --mutate` need not notice"
    )
    tests: list[RuleTest] = Field(
        default_factory=list, description="at least one that fires and one that stays silent"
    )

"""What a rule says about its own age: whether it is tried, trusted or retired, and its changes."""

from __future__ import annotations

from collections.abc import Iterator

from ..problems import Problem
from .model import Rule
from .yaml_source import Document


def lifecycle_problems(rule: Rule, document: Document) -> Iterator[Problem]:
    """Mistakes between the keys that tell of a rule's life."""
    if rule.lifecycle == "experimental":
        yield from _too_sure(rule, document)
    retired = rule.lifecycle == "deprecated"
    if retired and rule.deprecated is None:
        hint = "add the key deprecated: {reason: …}"
        yield document.problem(("lifecycle",), "a deprecated rule must say why", hint)
    if rule.deprecated is not None and not retired:
        message = f"'deprecated' doesn't go with the lifecycle {rule.lifecycle}"
        hint = "write lifecycle: deprecated, or remove this"
        yield document.problem(("deprecated",), message, hint, at_key=True)
    earlier = rule.since
    for number, change in enumerate(rule.changes):
        if change.date < earlier:
            place = ("changes", number, "date")
            message = f"{change.date} is before {earlier}"
            yield document.problem(place, message, "list changes oldest first, none before since")
        earlier = max(earlier, change.date)


def _too_sure(rule: Rule, document: Document) -> Iterator[Problem]:
    """An experimental rule has not earned certainty, whatever it rests on."""
    message = "an experimental rule can't be certain"
    hint = "write probable, or make the rule stable"
    if rule.confidence == "certain":
        yield document.problem(("confidence",), message, hint)
    for number, support in enumerate(rule.supports):
        if support.confirms == "certain":
            yield document.problem(("supports", number, "confirms"), message, hint)

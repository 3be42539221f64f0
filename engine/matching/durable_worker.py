"""Runs durable-rules in a process of its own: JSON on standard input, JSON on standard output.

In: `{"limit": n, "rulesets": [{"rules": {…}, "facts": […]}]}`. Out: `{"firings": [[ruleset, rule,
[fact, …]]], "overflowing": [[ruleset, rule]], "errors": […]}`, or `{"unavailable": "…"}`.
A fault in the C code ends this process and not the one that asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

from ._native import import_durable

MAX_MEMORY = 4 << 30
"""Bytes that durable-rules may take: rules without joins multiply facts."""


class _Session:
    """One ruleset with its facts."""

    def __init__(self, host: Any, number: int, limit: int, answer: dict[str, list[Any]]) -> None:
        self.host = host
        self.number = number
        self.limit = limit
        self.answer = answer
        self.fired: dict[str, int] = {}

    def action(self, rule: str) -> Callable[[Any], None]:
        """What happens when a rule fires. durable-rules swallows exceptions, so they are kept;
        it takes an action with more than one parameter to be asynchronous."""

        def record(context: Any) -> None:
            try:
                self.fired[rule] = self.fired.get(rule, 0) + 1
                if self.fired[rule] <= self.limit:
                    matched = context._m
                    names = sorted((alias for alias in matched if alias != "gate"), key=_position)
                    self.answer["firings"].append(
                        [self.number, rule, [matched[alias]["_f"] for alias in names]]
                    )
            except BaseException as error:
                self.answer["errors"].append(f"{rule}: {error!r}")

        return record

    def run(self, rules: dict[str, Any], facts: list[dict[str, Any]], not_handled: Any) -> None:
        """Assert the facts one by one, and last the gate."""
        name = f"s{self.number}"
        self.host.set_rulesets(
            {name: {rule: {**body, "run": self.action(rule)} for rule, body in rules.items()}}
        )
        gate = {"type": "_phase", "n": 1, "id": "gate", "_1": 1}
        for fact in [*facts, gate]:
            try:
                self.host.assert_fact(name, fact)
            except not_handled:
                continue  # no pattern accepts the fact
        self.answer["overflowing"] += [
            [self.number, rule] for rule, fired in self.fired.items() if fired > self.limit
        ]


def _position(alias: str) -> int:
    return int(alias[1:])


def answer_request(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request."""
    try:
        engine = import_durable()
    except ImportError as error:
        return {"unavailable": str(error)}

    class QuietHost(engine.Host):  # type: ignore[name-defined,misc]
        """A host without the two threads of the stock one."""

        def _run(self) -> None:
            pass

    answer: dict[str, list[Any]] = {"firings": [], "overflowing": [], "errors": []}
    host = QuietHost()
    for number, ruleset in enumerate(request["rulesets"]):
        session = _Session(host, number, request["limit"], answer)
        session.run(ruleset["rules"], ruleset["facts"], engine.MessageNotHandledException)
    return answer


def main() -> None:
    """Answer the request on standard input."""
    with contextlib.suppress(ValueError, OSError):  # where the system has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the C code prints must not mix with the answer
    json.dump(answer_request(json.load(sys.stdin)), out)
    out.flush()
    os._exit(0)  # the C code's own tidying up can crash


if __name__ == "__main__":
    main()

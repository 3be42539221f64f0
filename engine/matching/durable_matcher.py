"""Asks durable-rules, in a child process that may die without harm."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from ..plan import Branch
from ._native import REMEDY, durable_installed
from .durable_rulesets import build_rulesets
from .reference import MAX_MATCHES, FactIndex, Firing, too_many_matches
from .safe_subset import UnsafeRulesetError

TIMEOUT = 60.0
"""Seconds after which the child process is ended."""

_COMMAND = (sys.executable, "-P", "-W", "ignore", "-m", f"{__package__}.durable_worker")


class EngineFailedError(RuntimeError):
    """durable-rules gave no usable answer; the message goes on from its name."""


class EngineMissingError(EngineFailedError):
    """durable-rules can't be imported; the message says what to do."""


def match_durable(branches: Sequence[Branch], index: FactIndex, notes: list[str]) -> list[Firing]:
    """Every match of the branches. Raises EngineFailedError or EngineMissingError."""
    if not durable_installed():
        raise EngineMissingError(f"durable-rules is not installed; {REMEDY}")
    try:
        rulesets = build_rulesets(branches)
        prepared = [(ruleset, *ruleset.facts(index)) for ruleset in rulesets]
    except UnsafeRulesetError as error:
        raise EngineFailedError(f"was not asked ({error})") from error
    if not rulesets:
        return []
    answer = _ask(
        {
            "limit": MAX_MATCHES,
            "rulesets": [{"rules": r.rules, "facts": facts} for r, facts, _ in prepared],
        }
    )
    overflowing = {(number, rule) for number, rule in answer["overflowing"]}
    for number, rule in sorted(overflowing):
        notes.append(too_many_matches(rulesets[number].branches[rule]))
    firings = []
    for number, rule, matched in answer["firings"]:
        if (number, rule) not in overflowing:
            branch = rulesets[number].branches[rule]
            ids = [prepared[number][2][name] for name in matched]
            aliases = [pattern.alias for pattern in branch.patterns]
            bindings = tuple(zip(aliases, ids, strict=True))
            firings.append(Firing(branch.rule, branch.number, bindings))
    return firings


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    try:
        child = subprocess.run(  # noqa: S603  our own interpreter and module
            _COMMAND,
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EngineFailedError(f"gave no answer in {TIMEOUT:g} seconds") from None
    except OSError as error:
        raise EngineFailedError(f"could not be started ({error})") from error
    if child.returncode < 0:
        raise EngineFailedError(f"died on {signal.Signals(-child.returncode).name}")
    try:
        answer = json.loads(child.stdout)
    except ValueError:
        lines = child.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise EngineFailedError(f"gave no readable answer ({lines[-1][:200]})") from None
    if "unavailable" in answer:
        raise EngineMissingError(answer["unavailable"])
    if answer["errors"]:
        raise EngineFailedError(f"reported {answer['errors'][0]}")
    return dict(answer)

"""Problems of rule files for people, programs, code scanning and the checks of pull requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...engine.problems import Problem
from .. import VERSION

_ABOUT = {
    "yaml": "The file can't be read as YAML",
    "shape": "A key or a value isn't what the rule format has there",
    "reference": "A name or a value isn't one that rules can use",
    "rule": "The rule can't be used with the others",
    "contradiction": "No fact meets all tests on a field",
    "never-observed": "No extractor makes a fact with such values",
    "idle-test": "A test says no more than another one",
    "untied-condition": "Nothing ties a condition to the others",
    "required-and-forbidden": "The same fact is required and forbidden",
    "covered-alternative": "An alternative adds nothing to another one",
    "shadowed-rule": "Another rule concludes the same in every such case",
    "duplicate-rule": "Another rule asks for the same",
    "link": "A link to a symptom leads nowhere",
    "missing-test": "A rule needs a test that fires and one that stays silent",
    "to-fill-in": "A text is still to be written",
    "quotes": "Quotes that YAML doesn't know",
    "placeholder": "A placeholder that fills nothing in",
    "language": "A text isn't in its language",
    "unbound-node": "A text names a node instead of a field",
    "pack": "A folder of rules has a name and a version, and shares no ids with another one",
    "history": "Since the last release, changes are told and ids keep their meaning",
    "unknown-role": "A rule applies to a role that doesn't exist",
}
_SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def _text(problems: Sequence[Problem], count: int) -> str:
    """`file:line:column: level: message` with the lines of the file, and a summary."""
    return "\n\n".join([*(problem.frame() for problem in problems), _summary(problems, count)])


def _summary(problems: Sequence[Problem], count: int) -> str:
    """How many rules were read, and how many problems they have."""
    errors = sum(problem.level == "error" for problem in problems)
    rules = f"{count} rule" + "s" * (count != 1)
    if not problems:
        return f"{rules}, no mistake"
    warnings = len(problems) - errors
    return f"{rules}, {_number(errors, 'error')}, {_number(warnings, 'warning')}"


def _number(count: int, word: str) -> str:
    return f"{count} {word}" + "s" * (count != 1)


def _json(problems: Sequence[Problem], count: int) -> str:
    """`{"rules": n, "problems": [{file, line, column, end_column, level, code, …}]}`."""
    rows = [
        {
            "file": p.file,
            "line": p.line,
            "column": p.column,
            "end_column": p.column + p.width,
            "level": p.level,
            "code": p.code,
            "message": p.message,
            "hint": p.hint,
        }
        for p in problems
    ]
    return json.dumps({"rules": count, "problems": rows}, indent=2, ensure_ascii=False)


def _sarif(problems: Sequence[Problem], _: int) -> str:
    """SARIF 2.1.0 (OASIS), with columns in Unicode code points."""
    codes = sorted({problem.code for problem in problems})
    driver = {
        "name": "certclinic rules lint",
        "version": VERSION,
        "rules": [{"id": code, "shortDescription": {"text": _ABOUT[code]}} for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    log = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _result(problem: Problem, rule_index: int) -> dict[str, Any]:
    region = {
        "startLine": problem.line,
        "startColumn": problem.column,
        "endColumn": problem.column + problem.width,
    }
    place = {"artifactLocation": {"uri": _uri(problem.file)}, "region": region}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule_index,
        "level": problem.level,
        "message": {"text": _sentence(problem)},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    """A reference relative to the working directory where it can be, as code scanning wants it."""
    from urllib.parse import quote

    path = Path(file)
    if path.is_absolute() and not path.is_relative_to(Path.cwd()):
        return path.as_uri()
    near = path.relative_to(Path.cwd()) if path.is_absolute() else path
    return quote(near.as_posix())


def _github(problems: Sequence[Problem], count: int) -> str:
    """Workflow commands, which GitHub Actions shows beside the lines of a change."""
    lines = [
        f"::{p.level} file={_property(p.file)},line={p.line},col={p.column},"
        f"endColumn={p.column + p.width},title={_property(p.code)}::{_data(_sentence(p))}"
        for p in problems
    ]
    return "\n".join([*lines, _summary(problems, count)])


def _sentence(problem: Problem) -> str:
    return f"{problem.message} ({problem.hint})" if problem.hint else problem.message


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: Mapping[str, Callable[[Sequence[Problem], int], str]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
"""Takes the problems and the number of rules that were read."""

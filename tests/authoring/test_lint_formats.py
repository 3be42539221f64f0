"""`rules lint` for people, programs, code scanning and pull requests."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from certclinic.app.authoring.lint_formats import FORMATS
from certclinic.app.cli import cli
from certclinic.engine.problems import Problem

from .broken_files import HEALTHY

HOSTILE = Problem(
    "ru les/100%,a:b.yaml", 3, 7, "50% of\n::error::'x'", "a: b", width=2, level="warning",
    code="link", context=("a", "三三三 xx yy", "d"),
)  # fmt: skip

TEXT = {"type": "string", "minLength": 1}
POSITIVE = {"type": "integer", "minimum": 1}


def _object(required: str, **properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(items: object) -> dict[str, object]:
    return {"type": "array", "items": items}


SARIF = _object(
    # SARIF 2.1.0 (OASIS), sections 3.13 to 3.30, as far as it is used here.
    "version runs",
    **{"$schema": TEXT},
    version={"const": "2.1.0"},
    runs=_list(
        _object(
            "tool",
            tool=_object(
                "driver",
                driver=_object(
                    "name",
                    name=TEXT,
                    version=TEXT,
                    rules=_list(
                        _object("id", id=TEXT, shortDescription=_object("text", text=TEXT))
                    ),
                ),
            ),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            results=_list(
                _object(
                    "message",
                    ruleId=TEXT,
                    ruleIndex={"type": "integer", "minimum": 0},
                    level={"enum": ["none", "note", "warning", "error"]},
                    message=_object("text", text=TEXT),
                    locations=_list(
                        _object(
                            "",
                            physicalLocation=_object(
                                "artifactLocation",
                                artifactLocation=_object("uri", uri=TEXT),
                                region=_object(
                                    "startLine",
                                    startLine=POSITIVE,
                                    startColumn=POSITIVE,
                                    endColumn=POSITIVE,
                                ),
                            ),
                        )
                    ),
                )
            ),
        )
    ),
)


def test_text_shows_the_line_with_the_place_underlined() -> None:
    """file:line:column: level: message, the line, and the cure under the place."""
    plain = replace(HOSTILE, column=5, message="wrong")
    assert FORMATS["text"]([plain], 3).splitlines() == [
        "ru les/100%,a:b.yaml:3:5: warning: wrong",
        "  |",
        "2 | a",
        "3 | 三三三 xx yy",
        "  |        ^^ a: b",
        "4 | d",
        "",
        "3 rules, 0 errors, 1 warning",
    ]


def test_json_has_every_part_of_a_problem() -> None:
    """Programs get file, range, level, code, message and cure, and the number of rules."""
    (row,) = json.loads(FORMATS["json"]([HOSTILE], 3))["problems"]

    assert {"line": 3, "column": 7, "end_column": 9} == {
        key: row[key] for key in ("line", "column", "end_column")
    }
    assert ("warning", "link", "a: b") == (row["level"], row["code"], row["hint"])


def test_sarif_is_valid_and_names_files_as_uris() -> None:
    """The log has what SARIF 2.1.0 requires, each result points to its rule."""
    log = json.loads(FORMATS["sarif"]([HOSTILE, HOSTILE], 3))
    jsonschema.Draft202012Validator(SARIF).validate(log)
    (run,) = log["runs"]
    first = run["results"][0]

    assert first["ruleId"] == run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"]
    uri = first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert "ru%20les/100%25%2Ca%3Ab.yaml" == uri
    jsonschema.Draft202012Validator(SARIF).validate(json.loads(FORMATS["sarif"]([], 3)))


def test_github_commands_cannot_be_broken_out_of() -> None:
    """Percent signs and line breaks are escaped, in properties colons and commas too."""
    command, told = FORMATS["github"]([HOSTILE], 3).splitlines()

    assert (
        "::warning file=ru les/100%25%2Ca%3Ab.yaml,line=3,col=7,endColumn=9,title=link"
        "::50%25 of%0A::error::'x' (a: b)"
    ) == command
    assert told == "3 rules, 0 errors, 1 warning"


def test_every_kind_of_problem_is_described() -> None:
    """Each code that a check gives has a sentence for SARIF."""
    root = Path(__file__).parents[2]
    modules = [*(root / "engine").rglob("*.py"), *(root / "app").rglob("*.py")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in modules)
    codes = set(
        re.findall(r'\bcode="([a-z-]+)"|coded\([^()]*(?:\([^()]*\))?[^()]*"([a-z-]+)"\)', text)
    )
    named = {code for pair in codes for code in pair if code}
    problems = [Problem("f", 1, 1, "m", code=code) for code in sorted(named)]

    assert {"yaml", "shape", "reference", "contradiction"} <= named
    assert json.loads(FORMATS["sarif"](problems, 1))


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A pack with one healthy rule."""
    (tmp_path / "zones").mkdir()
    (tmp_path / "pack.yaml").write_text('name: mine\nversion: "1"\nschema: 1\n', "utf-8")
    text = HEALTHY.replace("EXW-033", "EXW-950")
    (tmp_path / "zones" / "mine.yaml").write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "options", "status"),
    [
        ("EXW", "EXW", [], 0),
        ("Install the", "FILL IN the", [], 0),
        ("Install the", "FILL IN the", ["--strict"], 1),
        ("fact: node", "fact: nod", [], 1),
        ("fact: node", "fact: nod", ["--format", "sarif"], 1),
    ],
)
@pytest.mark.parametrize("single", [False, True], ids=["folder", "file"])
def test_exit_status(
    rules: Path, old: str, new: str, options: list[str], status: int, single: bool
) -> None:
    """0 clean, 1 errors; warnings count with --strict; folders and single files alike."""
    file = rules / "zones" / "mine.yaml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    done = CliRunner().invoke(cli, ["rules", "lint", *options, str(file if single else rules)])

    assert status == done.exit_code, done.output
    assert (str(file) in done.output.replace("\\\\", "/")) == (old != new)


def test_an_unusable_command_line() -> None:
    """A path that is not there is a mistake of the command line: 2."""
    assert 2 == CliRunner().invoke(cli, ["rules", "lint", "nowhere"]).exit_code

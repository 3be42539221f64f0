"""An editor with the schema beside the rules flags the lines that `rules lint` names."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

from .broken_files import BROKEN, HEALTHY, Broken
from .language_server import Diagnostic, LanguageServer, broken_files_as_flagged, server

RECORDED: dict[str, list[Diagnostic]] = {
    name: [(line, column, message) for line, column, message in told]
    for name, told in json.loads(
        Path(__file__).with_name("language_server.json").read_text(encoding="utf-8")
    ).items()
}
PROGRAM = server()
needs_the_server = pytest.mark.skipif(
    PROGRAM is None,
    reason="yaml-language-server is not installed (set YAML_LANGUAGE_SERVER, or put it on PATH)",
)
RULE = Path(str(resources.files("certclinic.rules"))).resolve() / "zones" / "typing.yaml"


def test_a_healthy_rule_is_not_underlined() -> None:
    """The server finds nothing in a rule that lints."""
    assert [] == RECORDED["healthy"]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_an_editor_flags_the_same_line(broken: Broken) -> None:
    """What a schema can know is underlined where lint names it; the rest lint alone knows."""
    lines = {line for line, _, _ in RECORDED.get(broken.name, [])}
    reach = {"same": {0}, "near": {-1, 0, 1}, "blind": set[int]()}[broken.editor]
    near = {broken.place[0] + step for step in (-1, 0, 1)}

    assert lines & {broken.place[0] + step for step in reach} or broken.editor == "blind"
    assert broken.editor != "blind" or not lines & near


def test_most_mistakes_are_seen_while_typing() -> None:
    """At least three in four of the mistakes are underlined in an editor already."""
    seen = [broken for broken in BROKEN if broken.editor != "blind"]

    assert len(seen) >= 0.75 * len(BROKEN)
    assert len(BROKEN) >= 50


@needs_the_server
def test_the_record_is_what_the_server_says() -> None:
    """A server that is at hand flags what is recorded, message by message."""
    assert PROGRAM is not None
    assert broken_files_as_flagged(PROGRAM) == RECORDED


@needs_the_server
def test_an_editor_completes_and_explains() -> None:
    """Fields of the fact at hand are offered with the values they have, and explained."""
    assert PROGRAM is not None
    without_test = HEALTHY.replace("    state: fail\n", "    \n")
    without_value = HEALTHY.replace("    state: fail\n", "    state: \n")
    with LanguageServer(PROGRAM) as running:
        offered = running.completions(RULE, without_test, 17, 5)
        values = running.completions(RULE.with_name("a.yaml"), without_value, 17, 12)
        explained = running.hover(RULE.with_name("b.yaml"), HEALTHY, 17, 6)

    assert {"check", "reason", "presenter"} <= set(offered)
    assert "uc" not in offered  # a field of another fact
    assert {"ok", "fail", "unknown"} <= set(values)
    assert "outcome; unknown where evidence is missing" in explained

"""The command line. Commands import what they need when they run, so that help stays quick."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import click

from . import VERSION
from .authoring.rule_commands import rules
from .case_commands import demo, diagnose, explain, facts
from .comparison_commands import check_evidence, diff
from .file_commands import convert, verify
from .fleet_command import fleet
from .options import INTERNAL, INTERRUPTED, UNUSABLE
from .proof_commands import kit, preflight
from .redact_command import redact


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="certclinic")
def cli() -> None:
    """Finds the certificate fault behind a Cisco Expressway problem, offline.

    Give it diagnostic bundles, unpacked folders or certificate files: all that belong to one
    deployment together. Exit status: 0 nothing at or above --fail-on, 1 findings, 2 unusable
    input or command line, 3 internal error.
    """


for command in (
    diagnose,
    facts,
    explain,
    preflight,
    kit,
    verify,
    convert,
    redact,
    diff,
    check_evidence,
    fleet,
    rules,
    demo,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; a user's mistake ends in a sentence, never in a traceback."""
    gc.set_threshold(50_000)  # what commands build lives until they end; looking often is in vain
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(UNUSABLE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was written", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:
        _explain_failure(error)


def _explain_failure(error: Exception) -> None:
    from ..engine.matching.match import MatcherUnavailable
    from ..engine.problems import RuleProblems
    from .authoring.new_rule import NewRuleError
    from .check_evidence import EvidenceError
    from .convert import ConvertError
    from .fleet.cases import FleetError
    from .pseudonym_map import MapError
    from .redact import RedactError
    from .suggestion import UnknownNameError
    from .target import TargetError
    from .verify import QuestionError

    if isinstance(error, RuleProblems):
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(UNUSABLE)
    told = (
        MatcherUnavailable
        | UnknownNameError
        | QuestionError
        | ConvertError
        | FleetError
        | TargetError
        | NewRuleError
        | MapError
        | RedactError
        | EvidenceError
    )
    if isinstance(error, told):
        click.echo(f"error: {error}", err=True)
        sys.exit(UNUSABLE)
    if isinstance(error, OSError) and error.filename is not None:
        click.echo(f"error: {error.filename}: {error.strerror}", err=True)
        sys.exit(UNUSABLE)
    import traceback

    where = traceback.extract_tb(error.__traceback__)[-1]
    click.echo(
        f"internal error: {type(error).__name__}: {error}"
        f" ({Path(where.filename).name}:{where.lineno})\n"
        "No report was written. Please report this with the command that you ran.",
        err=True,
    )
    sys.exit(INTERNAL)

"""One case of many: judged in a worker process, so that nothing it does can stop the others."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...engine.matching.match import MatcherName
from ...facts.inputs.archive import Limits
from ...reports.pseudonyms import Kind
from ...reports.render import render
from ..case import open_case
from ..document import write_report
from ..plan import plan
from ..renaming import renamed
from ..rule_base import rule_base
from ..timeline import timeline

State = Literal["judged", "unusable", "failed"]


@dataclass(frozen=True)
class Options:
    """What is asked of every case, as for `diagnose`; `page`: its HTML report, too."""

    at: int | None = None
    language: str = "en"
    audience: Literal["engineer", "customer"] = "engineer"
    kinds: tuple[Kind, ...] = ()
    rule_folders: tuple[Path, ...] = ()
    matcher: MatcherName | None = None
    limits: Limits | None = None
    page: bool = False


@dataclass(frozen=True)
class Result:
    """What came of a case: the JSON report, the page if asked for, or why there is none.

    A case is unusable if its inputs show nothing that could be judged, and failed if there is no
    report.
    """

    path: Path
    state: State
    why: str = ""
    report: str | None = None
    page: str | None = None


def prepare(options: Options) -> None:
    """Read what all cases share, once in a worker's life. Raises RuleProblems."""
    gc.set_threshold(50_000)
    rule_base(options.rule_folders)


def diagnosed(path: Path, options: Options) -> Result:
    """The result of a case, whatever happens to it."""
    try:
        return _diagnosed(path, options)
    except OSError as error:
        return Result(path, "failed", f"cannot be opened: {error.strerror or error}")
    except Exception as error:
        return Result(path, "failed", f"internal error: {type(error).__name__}: {error}")


def _diagnosed(path: Path, options: Options) -> Result:
    base = rule_base(options.rule_folders)
    case = open_case([path], base, options.at, options.matcher, options.limits)
    moments = timeline(case)
    report = write_report(case, options.language, options.audience, None, plan(case), moments)
    if options.kinds:
        report = renamed(report, [case], options.kinds, None)
    decided = case.findings or any(row.state != "not-checked" for row in report.ledger)
    why = ""
    if not case.judged or (report.ledger and not decided):
        told = (f"{problem.input}: {problem.text}" for problem in report.problems)
        why = "; ".join(told) or "nothing could be judged"
    page = render(report, "html") if options.page else None
    return Result(path, "unusable" if why else "judged", why, render(report, "json"), page)


def diagnosed_all(paths: Sequence[Path], options: Options) -> list[Result]:
    """The results of several cases, one after the other."""
    return [diagnosed(path, options) for path in paths]

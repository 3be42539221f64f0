"""Starting, and a small bundle pair with its page: where imports and rules weigh most."""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.generate import Recipe, generate

from . import answers
from .measure import PROGRAM, PYTHON, Contestant, WrongAnswerError, measure
from .settings import Settings, named
from .table import Row, compared

_NOTHING = "pass"
_IMPORTS = "import cryptography.x509, jinja2, yaml"
_SIZE = 5 * 10**6  # of each log


def rows(settings: Settings) -> Iterator[Row]:
    """The version, then the page."""
    ours, theirs = measure(
        [
            Contestant("certclinic --version", (*PROGRAM, "--version"), _version),
            Contestant("python -c pass", (*PYTHON, "-c", _NOTHING)),
        ],
        settings.rounds,
    )
    yield compared("`certclinic --version`", ours, f"python -c {_NOTHING}", theirs, 3)
    made = generate(Recipe(_SIZE, _SIZE), settings.bundles)
    command = (*PROGRAM, "diagnose", "-q", "--format", "html", *map(str, made.paths))
    check = answers.mentions(made.truth.symptoms)
    ours, theirs = measure(
        [
            Contestant("certclinic diagnose --format html", command, check, (0, 1)),
            Contestant("python -c import …", (*PYTHON, "-c", _IMPORTS)),
        ],
        settings.rounds,
    )
    work = f"{named(2 * _SIZE)} bundle pair, whole `diagnose --format html`"
    yield compared(work, ours, f'python -c "{_IMPORTS}"', theirs, 6)


def _version(output: bytes) -> None:
    if not re.search(rb"\d+\.\d+\.\d+", output):
        raise WrongAnswerError(f"no version in {output!r}")

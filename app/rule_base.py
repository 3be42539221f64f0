"""The shipped rules, and the words that they are written in.

Apart from `case.py`, so that work on rule files needs none of the readers of bundles.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import get_args

from ..engine.rule_base import RuleBase
from ..engine.rulefile.loader import RuleFile, load_rules
from ..engine.rulefile.schema import rule_schema
from ..engine.vocabulary import Vocabulary
from ..facts.changes import CHANGE_TYPES
from ..facts.model import FACT_TYPES
from ..facts.terms import Judged
from ..facts.vocabulary import vocabulary
from .knowledge import symptoms


@lru_cache(maxsize=1)
def fact_vocabulary() -> Vocabulary:
    """The vocabulary of rules."""
    return Vocabulary.from_description(
        vocabulary(FACT_TYPES), get_args(Judged), vocabulary(CHANGE_TYPES)
    )


@lru_cache(maxsize=8)
def rule_base(extra: tuple[Path, ...] = (), files: tuple[Path, ...] = ()) -> RuleBase:
    """The shipped rules, with those of further folders and files added or put in their place.

    Raises certclinic.engine.problems.RuleProblems for mistakes in rule files, and for folders
    that clash.
    """
    titles = {row.id: row.title["en"] for row in symptoms()} if extra else {}
    folders = [resources.files("certclinic.rules"), *extra]
    return load_rules(folders, fact_vocabulary(), titles, map(rule_file, files))


def rule_file(path: Path) -> RuleFile:
    """A rule file by itself; its folder's name is the area."""
    return f"{path.absolute().parent.name}/{path.stem}", str(path), path


def schema_text() -> str:
    """The JSON Schema of rule files, as it is kept beside the rules."""
    from ..builders.shape import SHAPE

    schema = rule_schema(fact_vocabulary(), SHAPE)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"

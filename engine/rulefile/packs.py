"""Rule packs: folders of rules with a name and a version of their own, and how they clash.

The first pack is the one that comes with the program. Later ones add rules, or put theirs in the
place of shipped ones of the same id; between two later ones, nothing says which of them is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

from pydantic import Field, StrictInt, ValidationError

from ..problems import Problem
from ..vocabulary import did_you_mean
from .model import Part, Symptom, Text
from .yaml_cache import read_yaml
from .yaml_source import MAX_BYTES

Folder = Path | Traversable

PACK_FILE = "pack.yaml"
PACK_KEYS = "name, version and schema: 1"
SCHEMA = 1
"""The rule format that this program reads."""


class SymptomTitle(Part):
    """What a symptom is called, by language."""

    en: Text
    zh_hant: Text = Field(alias="zh-Hant")


class PackFile(Part):
    """What `pack.yaml` at the top of a folder of rules says about the folder."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
    version: Text
    needs: StrictInt = Field(alias="schema")
    title: Text | None = None
    contact: Text | None = None
    symptoms: dict[Symptom, SymptomTitle] = Field(default_factory=dict)


@dataclass(frozen=True)
class Pack:
    """A folder of rules. `version` is None where no `pack.yaml` says it, and then the folder's
    name stands for the pack's.

    `symptoms` are the titles, by language, of symptoms that the pack brings; `rules` are the ids
    of its rules with the symptoms that they conclude.
    """

    name: str
    version: str | None
    folder: Folder
    symptoms: Mapping[str, SymptomTitle]
    rules: Mapping[str, str]

    @property
    def file(self) -> str:
        """Where the pack says what it is."""
        return str(self.folder.joinpath(PACK_FILE))


def read_pack(folder: Folder, problems: list[Problem]) -> Pack:
    """The pack that a folder is, its rules yet to be read; mistakes are added to `problems`."""
    source = folder.joinpath(PACK_FILE)
    name = folder.resolve().name if isinstance(folder, Path) else folder.name
    unnamed = Pack(name, None, folder, {}, {})
    if not source.is_file():
        return unnamed
    with source.open("rb") as stream:
        document, found = read_yaml(str(source), stream.read(MAX_BYTES + 1))
    problems += found
    if document is None:
        return unnamed
    try:
        told = PackFile.model_validate(document.data)
    except ValidationError as error:
        known = [field.alias or name for name, field in PackFile.model_fields.items()]
        for detail in error.errors(include_url=False):
            place = detail["loc"]
            unknown = detail["type"] == "extra_forbidden" and len(place) == 1
            hint = did_you_mean(place[-1], known) if unknown else f"a pack states {PACK_KEYS}"
            message = f"'{'.'.join(map(str, place))}': {detail['msg']}"
            problems.append(document.problem(place, message, hint, at_key=unknown))
        return unnamed
    if told.needs != SCHEMA:
        message = f"the pack needs rule schema {told.needs}, this program reads {SCHEMA}"
        hint = "update the program" if told.needs > SCHEMA else "ask its author for a newer one"
        problems.append(document.problem(("schema",), message, hint))
    return replace(unnamed, name=told.name, version=told.version, symptoms=told.symptoms)


def unstated(packs: Sequence[Pack], catalogue: Mapping[str, str]) -> Iterator[Problem]:
    """Warnings for packs that don't say what they are, or what a symptom of theirs is called.

    `catalogue` has the English titles of the symptoms that the program ships.
    """
    titled = {*catalogue, *(symptom for pack in packs for symptom in pack.symptoms)}
    for pack in packs:
        for symptom in sorted({*pack.rules.values()} - titled) if pack.version else ():
            hint = f"add {symptom}: {{en: …, zh-Hant: …}} under its symptoms"
            problem = _at_pack(pack, f"nothing says what {symptom} is called", hint)
            yield replace(problem, level="warning")
        if pack.version is None:
            message = "the folder of rules states no name and version"
            hint = (
                f"write a file pack.yaml with {PACK_KEYS}; reports then say which rules were used"
            )
            yield replace(_at_pack(pack, message, hint), level="warning")


def clashes(packs: Sequence[Pack], catalogue: Mapping[str, str]) -> Iterator[Problem]:
    """What two packs can't both mean, and shipped symptoms that a pack calls something else.

    `catalogue` has the English titles of the symptoms that the program ships.
    """
    shipped, *others = packs
    known = {*catalogue, *shipped.rules.values()}
    for number, pack in enumerate(others):
        for symptom, titles in pack.symptoms.items():
            shipped_title = catalogue.get(symptom)
            if shipped_title not in (None, titles.en):
                message = f"{symptom} is shipped as “{shipped_title}”"
                yield _at_pack(pack, message, "choose an id that is free")
        for other in others[:number]:
            if other.name == pack.name:
                message = f"another pack, {other.file}, has the name '{pack.name}', too"
                yield _at_pack(pack, message, "give each pack a name of its own, once")
            for rule_id in sorted(pack.rules.keys() & other.rules.keys()):
                message = f"{rule_id} is in the packs '{other.name}' and '{pack.name}'"
                yield _at_pack(pack, message, "rename one, or use one of the packs only")
            for symptom in sorted((_symptoms(pack) & _symptoms(other)) - known):
                theirs, ours = other.symptoms.get(symptom), pack.symptoms.get(symptom)
                if theirs is None or ours is None or theirs.en != ours.en:
                    yield _at_pack(
                        pack,
                        f"the packs '{other.name}' and '{pack.name}' both bring {symptom}",
                        "choose another id, or state the same title for it in both pack.yaml",
                    )


def _symptoms(pack: Pack) -> set[str]:
    return {*pack.symptoms, *pack.rules.values()}


def _at_pack(pack: Pack, message: str, hint: str) -> Problem:
    return Problem(pack.file, 1, 1, message, hint)

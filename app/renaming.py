"""Documents under pseudonyms, for each command that writes one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..facts.inputs.observations import Observations
from ..reports.kit import Kit
from ..reports.mask import mask_personal
from ..reports.pseudonymous import pseudonymous
from ..reports.pseudonyms import Kind, Pseudonyms
from ..reports.texts import Document, with_texts
from .case import Case
from .kit import folders, with_pages
from .known_names import know_fingerprints, pseudonyms
from .pseudonym_map import read_map, write_map


def renamed(
    document: Document, cases: Sequence[Case], kinds: Collection[Kind], map_file: Path | None
) -> Document:
    """The document as others may have it: under the pseudonyms of the map, which gets new ones.

    Raises MapError.
    """
    names = _names(cases, kinds, map_file)
    changed = pseudonymous(with_texts(document, mask_personal), names)
    write_map(map_file, names.mapping())
    return changed


def renamed_kit(
    kit: Kit,
    files: Mapping[str, str],
    case: Case,
    kinds: Collection[Kind],
    map_file: Path | None,
) -> tuple[Kit, dict[str, str]]:
    """A kit for others to read, and its files, of which the certificates are left out.

    Raises MapError.
    """
    names = _names([case], kinds, map_file)
    paths = _paths(kit, names)
    texts: dict[str, str] = {}
    for row in kit.files:
        if row.certificate is None:
            text = files[row.path]
            for old, new in paths.items():
                text = text.replace(_name(old), _name(new))
            texts[paths[row.path]] = names.text(mask_personal(text))
    moved = kit.model_copy(
        update={
            "pseudonymous": True,
            "nodes": tuple(
                node.model_copy(update={"folder": folder})
                for node, folder in zip(kit.nodes, _folders(kit, names).values(), strict=True)
            ),
            "steps": tuple(
                step.model_copy(update={"files": tuple(paths[path] for path in step.files)})
                for step in kit.steps
            ),
            "files": tuple(
                row.model_copy(update={"path": paths[row.path], **_hash(texts, paths[row.path])})
                for row in kit.files
            ),
        }
    )
    shown = pseudonymous(with_texts(moved, mask_personal), names)
    write_map(map_file, names.mapping())
    return shown, with_pages(shown, texts)


def _folders(kit: Kit, names: Pseudonyms) -> dict[str, str]:
    """The folder of each node after renaming, by that before."""
    hosts = {node.folder: names.text(node.host) for node in kit.nodes}
    made = folders(tuple(hosts.values()))
    return {folder: made[host] for folder, host in hosts.items()}


def _paths(kit: Kit, names: Pseudonyms) -> dict[str, str]:
    """Where each file of the kit stands after renaming; a certificate's file tells its subject."""
    made = _folders(kit, names)
    paths: dict[str, str] = {}
    for number, row in enumerate(kit.files, 1):
        folder, _, inside = row.path.partition("/")
        name = f"certificate-{number}.pem" if row.certificate else _name(inside)
        paths[row.path] = f"{made[folder]}/{inside.removesuffix(_name(inside))}{name}"
    return paths


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _hash(texts: Mapping[str, str], path: str) -> dict[str, str]:
    text = texts.get(path)
    return {} if text is None else {"sha256": hashlib.sha256(text.encode()).hexdigest()}


def _names(cases: Sequence[Case], kinds: Collection[Kind], map_file: Path | None) -> Pseudonyms:
    first, *others = (case.observations for case in cases)
    observations = _joined(first, others)
    names = pseudonyms(observations, kinds, read_map(map_file))
    know_fingerprints(names, observations)
    return names


def _joined(first: Observations, others: Sequence[Observations]) -> Observations:
    """All that was read of several states, for the names in it."""
    return replace(
        first,
        nodes=sum((one.nodes for one in others), first.nodes),
        files=sum((one.files for one in others), first.files),
        uc_servers=sum((one.uc_servers for one in others), first.uc_servers),
    )

"""`certclinic kit`: for each node the files to upload and the steps to take."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..facts.applied import apply_changes
from ..facts.changes import (
    AddTrust,
    DeploymentChange,
    RemoveTrust,
    ReplaceCertificate,
    SetConfiguration,
)
from ..facts.inputs.observations import Observations
from ..facts.profile import Profile
from ..facts.x509.certificate import Certificate
from ..reports.json_format import render_json
from ..reports.kit import COMMANDS, CaToChoose, Kit, KitFile, KitNode, KitStep, WantedCa
from ..reports.kit_text import for_node, overview
from ..reports.mask import mask
from ..reports.texts import with_texts
from .case import Case
from .csr_config import csr_config
from .document import tool
from .kit_commands import commands
from .moments import moment, moment_or_none
from .pem_files import is_authority, pem_files
from .plan import Plan
from .trials import change_row, titles

MANIFEST = "manifest.json"
README = "README.md"
REMOVED = "/to-be-removed/"
TRUSTED_CA = "trusted-ca"
"""Folder of what is to be appended to an Expressway's trusted CA list."""


def kit_files(case: Case, plan: Plan, language: str) -> tuple[Kit, dict[str, str]]:
    """The kit, secrets masked, and its files by path, the manifest and READMEs among them."""
    made = tuple(_made(case, plan))
    changes = tuple(one.change for one in made)
    hosts = tuple(dict.fromkeys(change.node for change in changes))
    placed = folders(hosts)
    files: dict[str, str] = {}
    rows: list[KitFile] = []
    steps = []
    for number, one in enumerate(made, 1):
        texts = dict(_files(case, one, placed[one.change.node], number, files))
        files |= {path: text for path, (text, _) in texts.items()}
        rows += [_row(case, path, text, cert) for path, (text, cert) in texts.items()]
        told = change_row(case, one.change, language)
        steps.append(KitStep(number=number, files=tuple(texts), **told.model_dump()))
    for path, text in _commands(case, made, steps, placed):
        files[path] = text
        rows.append(_row(case, path, text, None))
    uncured = titles(case, (ranked.finding for ranked in plan.uncured), language)
    kit = Kit(
        tool=tool(case),
        language=language,
        judged_at=moment(case.judged_at),
        proof=plan.verdict if plan.whole else "not-modelled",
        remains=tuple(dict.fromkeys((*_remaining(plan, language), *uncured))),
        nodes=tuple(KitNode(host=host, folder=placed[host]) for host in hosts),
        steps=tuple(steps),
        missing=tuple(_missing(case, plan, made)),
        to_choose=_to_choose(changes),
        unseen=case.derived.unseen,
        files=tuple(rows),
    )
    kit = with_texts(kit, mask)
    return kit, with_pages(kit, files)


def with_pages(kit: Kit, files: Mapping[str, str]) -> dict[str, str]:
    """The files of a kit by path, with the manifest and the READMEs beside them."""
    nodes = {f"{node.folder}/{README}": for_node(kit, node.host) for node in kit.nodes}
    manifest = render_json(kit)
    return {**files, README: overview(kit), **nodes, MANIFEST: manifest}


@dataclass(frozen=True)
class _Made:
    """A change, what it brings into a list and takes out of it, and the observations before and
    after it."""

    change: DeploymentChange
    added: tuple[Certificate, ...]
    removed: tuple[Certificate, ...]
    before: Observations
    after: Observations

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands of an Expressway that set the values which the change sets."""
        old, new = (_values(shown, self.change.node) for shown in (self.before, self.after))
        return tuple(
            f'xConfiguration {key}: "{text}"' for key, text in new.items() if old.get(key) != text
        )


def _made(case: Case, plan: Plan) -> Iterator[_Made]:
    """The changes in order; those that an earlier one has made already are left out."""
    present = case.observations
    for change in plan.changes:
        after = apply_changes(present, (change,), plan.held, case.judged_at)
        if after == present:
            continue
        added: tuple[Certificate, ...] = ()
        removed: tuple[Certificate, ...] = ()
        if isinstance(change, AddTrust | RemoveTrust):
            before = _list(present, change.node, change.trust_store)
            wanted = _list(after, change.node, change.trust_store)
            added = tuple(c for c in dict.fromkeys(wanted) if c not in before)
            removed = tuple(c for c in dict.fromkeys(before) if c not in wanted)
        yield _Made(change, added, removed, present, after)
        present = after


def _values(observations: Observations, host: str) -> dict[str, str]:
    """The configuration of a node, value by key."""
    return {
        key: value.text
        for node in observations.nodes
        if node.host == host and node.configuration is not None
        for key, value in node.configuration.values.items()
    }


def folders(hosts: Sequence[str]) -> dict[str, str]:
    """A folder for each node, named after it: letters, digits, dots and hyphens."""
    found: dict[str, str] = {}
    for host in hosts:
        slug = re.sub(r"[^a-z0-9.]+", "-", host.lower()).strip(".-")[:60] or "node"
        found[host] = slug if slug not in found.values() else f"{slug}-{len(found) + 1}"
    return found


Text = tuple[str, Certificate | None]
"""The text of a file, and the certificate where it is one."""


def _files(
    case: Case, made: _Made, folder: str, number: int, taken: Mapping[str, str]
) -> Iterator[tuple[str, Text]]:
    """The files that a step needs, by path; `taken` are those of the steps before it."""
    match made.change:
        case AddTrust() as change:
            held = set(case.derived.held.certificates)
            store = f"{folder}/{change.trust_store or TRUSTED_CA}/"
            yield from _pem(store, [c for c in made.added if c in held], taken)
        case ReplaceCertificate() as change:
            text = _request(made.after, change)
            if text is not None:
                yield (
                    f"{folder}/{number:02}-request-{change.store or 'server'}.cnf",
                    (text, None),
                )
        case SetConfiguration():
            lines = "".join(f"{line}\n" for line in made.commands)
            if lines:
                yield f"{folder}/{number:02}-{COMMANDS}", (lines, None)
    yield from _pem(f"{folder}{REMOVED}", made.removed, taken)


def _pem(
    place: str, certificates: Sequence[Certificate], taken: Mapping[str, str]
) -> Iterator[tuple[str, Text]]:
    """A file for each certificate; one of a name that another has is told by its fingerprint."""
    for file in pem_files(certificates):
        if len(file.certificates) == 1:
            (certificate,), text = file.certificates, file.text()
            path = place + file.name
            if taken.get(path, text) != text:
                path = f"{path.removesuffix('.pem')}-{certificate.fingerprint[:16]}.pem"
            yield path, (text, certificate)


def _list(observations: Observations, host: str, store: str | None) -> list[Certificate]:
    for node in observations.nodes:
        if node.host == host:
            return [entry.certificate for entry in node.trust or ()]
    for server in observations.uc_servers:
        if server.host == host:
            return [e.certificate for e in server.store(store or "tomcat-trust") if e.certificate]
    return []


def _request(after: Observations, change: ReplaceCertificate) -> str | None:
    """The configuration of the request for an Expressway's certificate, as the plan has it."""
    node = next((one for one in after.nodes if one.host == change.node), None)
    listed = node.own("client" if change.store == "client" else "server") if node else None
    if node is None or listed is None:
        return None
    certificate = listed.certificate
    alone = {"server": ["serverAuth"], "client": ["clientAuth"]}
    usages = alone.get(certificate.eku, ["serverAuth", "clientAuth"])
    name = certificate.common_name or Profile(node).fqdn or node.host
    return csr_config(name, certificate.dns_names, certificate, usages)


def _missing(case: Case, plan: Plan, made: Iterable[_Made]) -> Iterator[WantedCa]:
    """The CAs that no input holds: those above a certificate, and successors of expired ones."""
    known = set(case.derived.held.certificates)
    for below in plan.missing:
        yield WantedCa(
            subject=below.issuer, key_id=below.aki, aia=below.aia_urls, issued=below.subject
        )
    held = case.derived.held.by_fingerprint
    renewed = [
        one.change.renewed
        for one in made
        if isinstance(one.change, AddTrust) and not known.issuperset(one.added)
    ]
    for fingerprint in dict.fromkeys(renewed):
        if fingerprint is not None and fingerprint in held:
            old = held[fingerprint]
            yield WantedCa(subject=old.subject, key_id=old.ski, aia=old.aia_urls, renewed=True)


def _to_choose(changes: Iterable[DeploymentChange]) -> CaToChoose | None:
    """The CA in whose place the plan has a stand-in; None where every issuer is known."""
    issued = [one for one in changes if isinstance(one, ReplaceCertificate) and one.private]
    if not issued:
        return None
    lists = (one.node for one in changes if isinstance(one, AddTrust) and one.private)
    return CaToChoose(
        certificates=tuple(f"{one.node} {one.unit or one.store or 'server'}" for one in issued),
        client_auth=any(one.usage in ("both", "client") for one in issued),
        lists=tuple(dict.fromkeys(lists)),
    )


def _row(case: Case, path: str, text: str, certificate: Certificate | None) -> KitFile:
    digest = hashlib.sha256(text.encode()).hexdigest()
    if certificate is None:
        return KitFile(path=path, sha256=digest)
    removed = REMOVED in path
    leaf = not is_authority(certificate)
    return KitFile(
        path=path,
        sha256=digest,
        certificate=certificate.fingerprint,
        subject=certificate.subject,
        not_after=moment_or_none(certificate.not_after),
        confirm=(leaf or certificate.self_issued) and not removed,
        leaf=leaf,
        taken_from=case.derived.held.where(certificate.fingerprint),
    )


def _commands(
    case: Case,
    made: Sequence[_Made],
    steps: Sequence[KitStep],
    folders: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """The command list of every UC server, by path."""
    for server in case.observations.uc_servers:
        own = [
            (step.number, one.change, _told(one, server.host, step.files))
            for step, one in zip(steps, made, strict=True)
            if one.change.node == server.host
        ]
        if text := commands(own):
            yield f"{folders[server.host]}/{COMMANDS}", text


def _told(made: _Made, host: str, files: Iterable[str]) -> list[str]:
    """The files that a step imports; for a certificate, its names beside the common name."""
    if not isinstance(made.change, ReplaceCertificate):
        return [path.partition("/")[2] for path in files if REMOVED not in path]
    new = (
        entry.certificate
        for server in made.after.uc_servers
        if server.host == host
        for entry in server.own()
        if entry.unit == made.change.unit and entry.certificate
    )
    return [name for c in new for name in c.dns_names if name != c.common_name]


def _remaining(plan: Plan, language: str) -> tuple[str, ...]:
    """What is found after all changes, in its order: what should be cured, and what is new."""
    whole = plan.whole
    if whole is None or whole.after is None:
        return ()
    left = {*whole.remains, *whole.appears}
    found = (ranked.finding for ranked in whole.after.findings if ranked.finding in left)
    return titles(whole.after, found, language)

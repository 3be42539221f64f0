"""`certclinic kit`: for each node the files to upload and the steps to take."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from ..facts.changes import (
    AddTrust,
    DeploymentChange,
    RemoveTrust,
    ReplaceCertificate,
    SetConfiguration,
)
from ..facts.inputs.observations import Observations
from ..facts.profile import Profile
from ..facts.vocabulary import type_name
from ..facts.x509.certificate import Certificate
from ..reports.kit import Kit, KitFile, KitNode, KitStep, MissingCa
from ..reports.kit_text import for_node, overview
from .case import Case
from .change_texts import told_change
from .csr_config import csr_config
from .document import found, tool
from .moments import moment
from .pem_files import pem_files
from .plan import Plan

MANIFEST = "manifest.json"
README = "README.md"
TRUSTED_CA = "trusted-ca"
"""Folder of what is to be appended to an Expressway's trusted CA list."""


def kit_files(case: Case, plan: Plan, language: str) -> dict[str, str]:
    """The files of the kit by their paths, `manifest.json` and the README files among them."""
    changes = plan.whole.changes if plan.whole else ()
    hosts = tuple(dict.fromkeys(change.node for change in changes))
    folders = _folders(hosts)
    files: dict[str, str] = {}
    rows: list[KitFile] = []
    steps = []
    for number, change in enumerate(changes, 1):
        texts = dict(_files(case, plan, change, folders[change.node], number))
        files |= {path: text for path, (text, _) in texts.items()}
        rows += [_row(case, path, text, cert) for path, (text, cert) in texts.items()]
        steps.append(_step(case, change, number, tuple(texts), language))
    kit = Kit(
        tool=tool(case),
        language=language,
        judged_at=moment(case.judged_at),
        proof=plan.whole.verdict if plan.whole else "not-modelled",
        remains=tuple(_remaining(plan, language)),
        nodes=tuple(KitNode(host=host, folder=folders[host]) for host in hosts),
        steps=tuple(steps),
        missing=tuple(
            MissingCa(
                subject=certificate.issuer,
                key_id=certificate.aki,
                aia=certificate.aia_urls,
                issued=certificate.subject,
            )
            for certificate in plan.missing
        ),
        files=tuple(rows),
    )
    files[README] = overview(kit)
    files |= {f"{folders[host]}/{README}": for_node(kit, host) for host in hosts}
    files[MANIFEST] = kit.model_dump_json(indent=2) + "\n"
    return files


def _folders(hosts: Sequence[str]) -> dict[str, str]:
    """A folder for each node, named after it: letters, digits, dots and hyphens."""
    found: dict[str, str] = {}
    for host in hosts:
        slug = re.sub(r"[^a-z0-9.]+", "-", host.lower()).strip(".-")[:60] or "node"
        found[host] = slug if slug not in found.values() else f"{slug}-{len(found) + 1}"
    return found


Text = tuple[str, Certificate | None]
"""The text of a file, and the certificate where it is one."""


def _files(
    case: Case, plan: Plan, change: DeploymentChange, folder: str, number: int
) -> Iterator[tuple[str, Text]]:
    """The files that a step needs, by path."""
    match change:
        case AddTrust():
            for certificate, name in _added(case, plan, change):
                (file,) = pem_files([certificate])
                path = f"{folder}/{change.trust_store or TRUSTED_CA}/{name}"
                yield path, (file.text(), certificate)
        case ReplaceCertificate():
            text = _request(case, plan, change)
            if text is not None:
                yield (
                    f"{folder}/{number:02}-request-{change.unit or change.store}.cnf",
                    (text, None),
                )
        case SetConfiguration():
            line = f'xConfiguration {change.key}: "{change.value}"\n'
            if change.zone is None and not change.in_front and "#" not in change.key:
                yield f"{folder}/{number:02}-commands.txt", (line, None)
        case RemoveTrust():
            held = {c.fingerprint: c for c in case.derived.held.certificates}
            gone = held.get(change.certificate)
            if gone is not None:
                (file,) = pem_files([gone])
                yield f"{folder}/to-be-removed/{file.name}", (file.text(), gone)


def _added(case: Case, plan: Plan, change: AddTrust) -> Iterator[tuple[Certificate, str]]:
    """The certificates that a list holds after the plan and not before, none of them supposed."""
    held = set(case.derived.held.certificates)
    after = plan.whole.after if plan.whole else None
    if after is None:
        return
    store = change.trust_store
    before = set(_list(case.observations, change.node, store))
    added = [c for c in _list(after.observations, change.node, store) if c not in before]
    names = {f.certificates[0]: f.name for f in pem_files(added) if len(f.certificates) == 1}
    yield from ((c, names[c]) for c in dict.fromkeys(added) if c in held)


def _list(observations: Observations, host: str, store: str | None) -> list[Certificate]:
    for node in observations.nodes:
        if node.host == host:
            return [entry.certificate for entry in node.trust or ()]
    for server in observations.uc_servers:
        if server.host == host:
            return [e.certificate for e in server.store(store or "tomcat-trust") if e.certificate]
    return []


def _request(case: Case, plan: Plan, change: ReplaceCertificate) -> str | None:
    """The configuration of the request for an Expressway's certificate, as the plan has it."""
    after = plan.whole.after if plan.whole else None
    nodes = after.observations.nodes if after else ()
    node = next((one for one in nodes if one.host == change.node), None)
    listed = node.own("client" if change.store == "client" else "server") if node else None
    if node is None or listed is None:
        return None
    certificate = listed.certificate
    usages = {
        "server": ["serverAuth"], "client": ["clientAuth"], "other": ["serverAuth", "clientAuth"],
    }.get(certificate.eku, ["serverAuth", "clientAuth"])  # fmt: skip
    name = certificate.common_name or Profile(node).fqdn or node.host
    return csr_config(name, certificate.dns_names, certificate, usages)


def _row(case: Case, path: str, text: str, certificate: Certificate | None) -> KitFile:
    digest = hashlib.sha256(text.encode()).hexdigest()
    if certificate is None:
        return KitFile(path=path, sha256=digest)
    end = certificate.not_after
    removed = "/to-be-removed/" in path
    return KitFile(
        path=path,
        sha256=digest,
        certificate=certificate.fingerprint,
        subject=certificate.subject,
        not_after=None if end is None else moment(end),
        confirm=certificate.self_issued and not removed,
        taken_from=case.derived.held.where(certificate.fingerprint),
    )


def _step(
    case: Case, change: DeploymentChange, number: int, files: tuple[str, ...], language: str
) -> KitStep:
    subjects = {c.fingerprint: c.subject for c in case.derived.held.certificates}
    servers = {server.host for server in case.observations.uc_servers}
    told = told_change(change, change.node in servers, language, subjects)
    return KitStep(
        number=number,
        node=change.node,
        kind=type_name(type(change)),
        text=told.step,
        restart=told.restart,
        check=told.check,
        files=files,
    )


def _remaining(plan: Plan, language: str) -> Iterator[str]:
    whole = plan.whole
    if whole is None or whole.after is None:
        return
    wanted = {id(finding) for finding in (*whole.remains, *whole.appears)}
    for ranked in whole.after.findings:
        if id(ranked.finding) in wanted:
            yield found(whole.after, ranked, language).title

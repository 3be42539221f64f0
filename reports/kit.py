"""What the remediation kit holds: `manifest.json` is this document as it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from .document import NamedCa, Part, Tool

COMMANDS = "commands.txt"
"""Name of the file, in the folder of a UC server, with what can be done at its CLI."""


class KitFile(Part):
    """A file of the kit."""

    path: str
    sha256: str
    certificate: str | None = Field(None, description="SHA-256 fingerprint, for a certificate")
    subject: str | None = None
    not_after: datetime | None = None
    confirm: bool = Field(
        False, description="it is an anchor of trust: have its owner confirm the fingerprint"
    )
    leaf: bool = Field(False, description="it is the certificate of a node, not of a CA")
    taken_from: str | None = Field(None, description="input that holds the certificate")


class KitStep(Part):
    """A change as a step of the plan; its number counts over all nodes."""

    number: int
    node: str
    kind: str
    text: str
    restart: str = ""
    check: str
    files: tuple[str, ...] = ()


class WantedCa(NamedCa):
    """A CA that is wanted: one that no input holds, or the successor of one that expired."""

    issued: str | None = Field(None, description="subject of the certificate that it issued")
    renewed: bool = Field(False, description="the CA is held, but expired: its successor is wanted")


class CaToChoose(Part):
    """Another CA than the present one is to issue certificates; which one, the customer decides."""

    certificates: tuple[str, ...] = Field(description="node and store or unit of each certificate")
    client_auth: bool = Field(description="some of them have clientAuth, which public CAs give up")
    lists: tuple[str, ...] = Field((), description="nodes whose lists get its CAs before")


class KitNode(Part):
    """A node that is changed."""

    host: str
    folder: str


class Kit(Part):
    """The remediation kit."""

    schema_version: Literal[1] = 1
    tool: Tool
    language: str
    judged_at: datetime
    pseudonymous: bool = Field(
        False, description="it is for others to read: certificates are named and left out"
    )
    proof: Literal["proven", "not-proven", "not-modelled"]
    remains: tuple[str, ...] = Field((), description="titles of the findings that remain or appear")
    nodes: tuple[KitNode, ...]
    steps: tuple[KitStep, ...]
    missing: tuple[WantedCa, ...]
    to_choose: CaToChoose | None = None
    unseen: tuple[str, ...] = Field(
        (), description="Expressways that the inputs name and no bundle is of"
    )
    files: tuple[KitFile, ...]

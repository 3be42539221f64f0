"""What an upload would bring, as a document: `preflight --format json` prints it as it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from .document import Found, Part, State, Tool


class CandidateRow(Part):
    """A certificate that is about to be uploaded or removed, or that a request asks for."""

    subject: str
    issuer: str
    fingerprint: str | None = Field(None, description="SHA-256; none for what is yet to be issued")
    not_after: datetime | None = None
    key: str
    eku: str
    names: tuple[str, ...] = ()


class DifferenceRow(Part):
    """What is otherwise than in the present certificate."""

    what: Literal["issuer", "subject", "eku", "key", "not_after", "names_lost", "names_new"]
    before: str = ""
    after: str = ""


RemarkCode = Literal[
    "private_key",
    "key_matches",
    "key_foreign",
    "key_not_read",
    "request_matches",
    "request_foreign",
    "unchanged",
    "another_node",
    "self_signed",
    "is_ca",
    "no_ca",
    "anchor",
]


class RemarkRow(Part):
    """What has to be known of a candidate by itself; `value` is a file or a subject."""

    code: RemarkCode
    value: str


class TurnedLink(Part):
    """A check of a link that the upload turns."""

    client: str
    server: str
    link: str
    check: Literal["chain", "name", "purpose", "time"]
    enforced: State
    why: str


class Lacking(Part):
    """A CA that has to be in a node's list before the upload."""

    node: str
    subject: str
    key_id: str | None = None
    found_in: str | None = None


class NameRow(Part):
    """A name that somebody looks for in the node's certificate."""

    name: str
    by: str
    carried: bool


GRAVE = ("private_key", "another_node", "self_signed", "is_ca", "no_ca")
"""Remarks on account of which nobody should upload the file as it is."""


class PreflightReport(Part):
    """The answer of `preflight`."""

    schema_version: Literal[1] = 1
    tool: Tool
    language: str
    judged_at: datetime
    node: str
    store: Literal["server", "client", "trust"]
    removed: bool
    request: bool = Field(description="a request is judged as what its CA would make of it")
    candidates: tuple[CandidateRow, ...] = Field(description="none where no file is legible")
    verdict: Literal["accepted", "warned", "refused"]
    remarks: tuple[RemarkRow, ...]
    refusals: tuple[Found, ...]
    warnings: tuple[Found, ...]
    first: tuple[Lacking, ...]
    breaks: tuple[TurnedLink, ...]
    heals: tuple[TurnedLink, ...]
    appears: tuple[Found, ...]
    gone: tuple[Found, ...]
    names: tuple[NameRow, ...]
    differences: tuple[DifferenceRow, ...]

    @property
    def harmless(self) -> bool:
        """It is accepted, breaks nothing, brings no new fault, and is what it should be."""
        grave = any(remark.code in GRAVE for remark in self.remarks)
        return self.verdict != "refused" and not (self.breaks or self.appears or grave)

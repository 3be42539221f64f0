"""Knowledge that facts are worked out with and that changes without the code: plain values.

Where it comes from is no matter of this folder; whoever asks for facts hands it in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .releases import release_key
from .vocabulary import Time, Version

Use = Literal["sip", "ssh", "cluster", "neighbor", "service", "upload"]
"""What a certificate is used for: a link, the SIP SERVICE message of MRA, the upload page."""


@dataclass(frozen=True, kw_only=True)
class EkuRequirement:
    """What one use asks of a certificate's extended key usage, from one release to another.

    `presenter` is a role or `any`. `lifted_by` is a setting with the value that takes the demand
    away, such as `("XCP TLS Certificate CVS EnableServerEkuUpload", "On")`.
    """

    link: Use
    presenter: Literal["expressway_c", "expressway_e", "any"]
    store: Literal["server", "client"]
    asks: Literal["server", "client"]
    since: Version | None = None
    before: Version | None = None
    lifted_by: tuple[str, str] | None = None

    def holds(self, release: Version | None) -> bool:
        """Whether it is in force on a release; on an unknown one it is."""
        if release is None:
            return True
        key = release_key(release)
        return (self.since is None or key >= release_key(self.since)) and (
            self.before is None or key < release_key(self.before)
        )

    def lifted(self, setting: Callable[[str], str | None]) -> bool:
        """Whether a node's settings take the demand away."""
        if self.lifted_by is None:
            return False
        key, value = self.lifted_by
        return (setting(key) or "").lower() == value.lower()


@dataclass(frozen=True, kw_only=True)
class PublicAuthority:
    """A public CA by its organisations, lower case, and the time from which it issues serverAuth
    alone; `clientauth` are common names of its CAs that go on issuing clientAuth."""

    organisations: frozenset[str]
    server_only_from: Time
    clientauth: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class CloudRoot:
    """A root CA that a cloud service of Cisco presents certificates under."""

    service: str
    common_name: str


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """All of it; `client_auth_ends` is the time from which no public CA issues clientAuth."""

    client_auth_ends: Time
    requirements: tuple[EkuRequirement, ...]
    authorities: tuple[PublicAuthority, ...]
    cloud_roots: tuple[CloudRoot, ...]

    def requirement(
        self, link: Use, presenter: str, release: Version | None, store: str | None = None
    ) -> EkuRequirement | None:
        """What a use asks of the certificate of a node in a role; None where it asks nothing."""
        return next(
            (
                row
                for row in self.requirements
                if row.link == link
                and row.presenter in ("any", presenter)
                and store in (None, row.store)
                and row.holds(release)
            ),
            None,
        )

    def authority(self, organisations: frozenset[str]) -> PublicAuthority | None:
        """The public authority that one of these organisations, lower case, is."""
        return next((a for a in self.authorities if a.organisations & organisations), None)

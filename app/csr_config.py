"""An OpenSSL configuration that makes a request with exactly the names that a node needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from ..facts.model_checks import ClientAuthUse
from ..facts.names import name_kind
from ..facts.x509 import dn
from ..facts.x509.certificate import Certificate
from .candidates import PreflightError
from .case import Case
from .preflight import known_node, names_wanted

_SPECIAL = re.compile(r'([\\$#"\'])')
_PARTS = (
    ("2.5.4.6", "C"),
    ("2.5.4.8", "ST"),
    ("2.5.4.7", "L"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
)
_HEAD = (
    "[ req ]",
    "prompt = no",
    "utf8 = yes",
    "string_mask = utf8only",
    "default_bits = 2048",
    "default_md = sha256",
    "distinguished_name = subject",
    "req_extensions = extensions",
    "",
    "[ subject ]",
)


def node_csr_config(case: Case, node: str, store: Literal["server", "client", "trust"]) -> str:
    """The text for `openssl req -new -config`: all FQDNs that the node's certificate needs.

    The subject is the present one's. Raises PreflightError where the node or its FQDN is not
    known, and for the trusted CA list, which takes no request.
    """
    if store == "trust":
        raise PreflightError("a trusted CA list takes no request; use --store server or client")
    profile = known_node(case, node, store)
    if profile.fqdn is None:
        raise PreflightError(f"the configuration of {node} does not tell its FQDN")
    present = profile.observation.own(store)
    own = present.certificate if present else None
    names = dict.fromkeys((profile.fqdn, *(one.name for one in names_wanted(case, node, own))))
    uses = [fact for fact in case.facts.values() if isinstance(fact, ClientAuthUse)]
    client = store == "client" or any(use.host == node and use.store == store for use in uses)
    usages = ["serverAuth"] * (store == "server") + ["clientAuth"] * client
    return csr_config(
        profile.fqdn,
        [name for name in names if name_kind(name) == "fqdn"],
        own,
        usages,
    )


def csr_config(
    common_name: str, names: Sequence[str], present: Certificate | None, usages: Sequence[str]
) -> str:
    """The configuration for a request with these names; the rest of the subject is as at present.

    `usages` are serverAuth and clientAuth, as the place asks for them.
    """
    subject = [
        f"{label} = {_quoted(text)}"
        for oid, label in _PARTS
        if present and (text := _first(present, oid))
    ]
    lines = [
        *_HEAD,
        *subject,
        f"CN = {_quoted(common_name)}",
        "",
        "[ extensions ]",
        "keyUsage = critical, digitalSignature, keyEncipherment",
        f"extendedKeyUsage = {', '.join(usages)}",
        "subjectAltName = @names",
        "",
        "[ names ]",
        *(f"DNS.{number} = {_quoted(name)}" for number, name in enumerate(names, 1)),
    ]
    return "\n".join(lines) + "\n"


def _first(certificate: Certificate, oid: str) -> str | None:
    texts = (attribute.text for attribute in dn.attributes(certificate.subject_name, oid))
    return next((text for text in texts if text), None)


def _quoted(text: str) -> str:
    """A value as OpenSSL's configuration files want it (config(5))."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))

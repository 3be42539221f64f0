"""One question about a path, as bytes that both judges read for themselves."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass

from certclinic.facts.trust.judgement import Name, Purpose

_BLOCK = re.compile(r"-----BEGIN (CERTIFICATE|X509 CRL)-----(.*?)-----END \1-----", re.DOTALL)


@dataclass(frozen=True)
class Case:
    """A leaf, what is presented with it, what is trusted, and what is asked; all in DER.

    `at`: seconds since 1970, None to leave time out. With CRLs the whole chain is checked.
    """

    id: str
    leaf: bytes
    presented: tuple[bytes, ...] = ()
    trust: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    name: Name | None = None
    purpose: Purpose = "any"
    at: int | None = None
    depth: int | None = None


def der_blocks(text: str) -> tuple[bytes, ...]:
    """DER of every certificate and CRL in PEM text, in order."""
    return tuple(b64decode(match[2]) for match in _BLOCK.finditer(text))

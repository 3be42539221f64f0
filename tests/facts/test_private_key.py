"""The public half of a private key: right in every encoding, and nothing where there is none."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from certclinic.builders.keys import pool_key
from certclinic.facts.formats.containers import read
from certclinic.facts.formats.private_key import public_half

FORMATS = [
    (kind, form)
    for kind in ("rsa2048", "ec256", "ed25519")
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL)
    if (kind, form) != ("ed25519", PrivateFormat.TraditionalOpenSSL)
]


@pytest.mark.parametrize(("kind", "form"), FORMATS)
@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_it_is_read_from_every_encoding(kind: str, form: PrivateFormat, encoding: Encoding) -> None:
    """A PEM or DER file of PKCS #8, PKCS #1 or SEC 1 gives the key's subjectPublicKeyInfo."""
    key = pool_key(kind, 0)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    contents = read(key.private_bytes(encoding, form, NoEncryption()))
    assert (contents.private_keys, contents.public_keys) == (1, (public,))


def test_an_encrypted_key_stays_closed() -> None:
    key = pool_key("rsa2048", 0)
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word"))
    contents = read(data)
    assert (contents.encrypted_key, contents.public_keys) == (True, ())


@given(st.binary(max_size=200) | st.binary(min_size=1).map(lambda rest: b"\x30\x82" + rest))
def test_what_is_no_key_has_no_public_half(data: bytes) -> None:
    """Nothing is raised, whatever the bytes."""
    assert public_half(data) is None

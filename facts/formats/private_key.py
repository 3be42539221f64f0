"""The public half of a private key, so that a key can be held against a certificate."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)

_MAX_BYTES = 1 << 16


def public_half(data: bytes) -> bytes | None:
    """The subjectPublicKeyInfo (DER) of a private key: PKCS #8, PKCS #1 or SEC 1, unencrypted.

    None where it is none of these, or is not readable. The key itself is not kept.
    """
    if len(data) > _MAX_BYTES:
        return None
    try:
        # Nothing is signed with it, and the check for primes takes long on a hostile modulus.
        key = load_der_private_key(data, None, unsafe_skip_rsa_key_validation=True)
        return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, TypeError, OverflowError, AttributeError, UnsupportedAlgorithm):
        return None

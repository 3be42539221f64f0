"""Throw-away keys that stand for the keys of a deployment: same type, same size.

They protect nothing. RSA keys are put together from a small pool of primes, since a trusted CA
list may ask for hundreds.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import combinations
from math import gcd

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from . import der
from .signatures import DIGESTS, PublicKey, Signature, pss_parameters

_EXPONENT = 65537
_RSA_BITS = range(1024, 4097)
"""Sizes that are worth a search for primes; larger and smaller keys never sign here."""

PrivateKey = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | dsa.DSAPrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)


class Keys:
    """A key for each key: the same one for the same one."""

    def __init__(self) -> None:
        self._keys: dict[bytes, tuple[bytes, PrivateKey | None]] = {}
        self._pairs: dict[int, Iterator[tuple[int, int]]] = {}

    def spki(self, key: PublicKey) -> bytes:
        """The subjectPublicKeyInfo (DER) of a key's stand-in."""
        return self._of(key)[0]

    def signature(self, key: PublicKey | None, signature: Signature, signed: bytes) -> bytes:
        """What the stand-in of a key signs, in the way of a signature.

        Where there is no such key, or no way to sign with it, a value that verifies with none.
        """
        private = self._of(key)[1] if key else None
        try:
            if private is not None:
                return _sign(private, signature, signed)
        except (ValueError, TypeError, KeyError, IndexError, UnsupportedAlgorithm):
            pass
        return secrets.token_bytes(len(signature.value))

    def _of(self, key: PublicKey) -> tuple[bytes, PrivateKey | None]:
        if key.spki not in self._keys:
            private = self._made(key)
            self._keys[key.spki] = _dressed(key, private), private
        return self._keys[key.spki]

    def _made(self, key: PublicKey) -> PrivateKey | None:
        loaded = key.loaded
        match loaded:
            case rsa.RSAPublicKey() if key.bits in _RSA_BITS:
                return _rsa(*self._primes(key.bits))
            case ec.EllipticCurvePublicKey():
                return ec.generate_private_key(loaded.curve)
            case dsa.DSAPublicKey():
                return loaded.parameters().generate_private_key()
            case ed25519.Ed25519PublicKey():
                return ed25519.Ed25519PrivateKey.generate()
            case ed448.Ed448PublicKey():
                return ed448.Ed448PrivateKey.generate()
        return None

    def _primes(self, bits: int) -> tuple[int, int]:
        """Two primes of a pool that make a modulus of that size not used before."""
        pair = next(self._pairs.get(bits, iter(())), None)
        if pair is not None:
            return pair
        made = [
            rsa.generate_private_key(_EXPONENT, bits).private_numbers()
            for _ in range(1 if bits not in self._pairs else 6)
        ]
        pairs = combinations([prime for numbers in made for prime in (numbers.p, numbers.q)], 2)
        self._pairs[bits] = ((p, q) for p, q in pairs if (p * q).bit_length() == bits)
        return self._primes(bits)


def _rsa(p: int, q: int) -> rsa.RSAPrivateKey:
    order = (p - 1) * (q - 1) // gcd(p - 1, q - 1)
    d = pow(_EXPONENT, -1, order)
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    return rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    ).private_key(unsafe_skip_rsa_key_validation=True)


def _dressed(key: PublicKey, private: PrivateKey | None) -> bytes:
    """The subjectPublicKeyInfo of a stand-in, its algorithm written as in the original."""
    algorithm, bits = der.sequence(key.spki)[:2]
    if private is not None:
        made = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return der.encoded(der.SEQUENCE, algorithm.raw + der.sequence(made)[1].raw)
    if key.type not in ("RSA", "RSA-PSS") or not key.bits:
        return key.spki  # of a kind that nothing is known of
    modulus, exponent = der.sequence(bits.value[1:])[:2]
    odd = secrets.token_bytes(len(modulus.value) - 2) + b"\1"
    number = der.encoded(der.INTEGER, modulus.value[:2] + odd[1:])
    inner = der.encoded(der.SEQUENCE, number + exponent.raw)
    return der.encoded(der.SEQUENCE, algorithm.raw + der.encoded(der.BIT_STRING, b"\0" + inner))


def _sign(private: PrivateKey, signature: Signature, signed: bytes) -> bytes:
    known = signature.known
    if isinstance(private, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        return private.sign(signed)
    if known is None:
        raise ValueError("no signature algorithm that is known")
    if isinstance(private, rsa.RSAPrivateKey):
        if known.key == "RSA-PSS":
            pss = pss_parameters(signature.algorithm)
            scheme = padding.PSS(padding.MGF1(DIGESTS[pss.mask_digest]), pss.salt)
            return private.sign(signed, scheme, DIGESTS[pss.digest])
        return private.sign(signed, padding.PKCS1v15(), DIGESTS[known.digest])
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.sign(signed, ec.ECDSA(DIGESTS[known.digest]))
    return private.sign(signed, DIGESTS[known.digest])

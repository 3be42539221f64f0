"""Public keys, signature algorithms and their strength, as OpenSSL rates them."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key

from . import der


class Algorithm(NamedTuple):
    """A signature algorithm: its usual name, the key it needs, and its digest."""

    name: str
    key: str
    digest: str


ALGORITHMS = {
    "1.2.840.113549.1.1.4": Algorithm("md5WithRSAEncryption", "RSA", "md5"),
    "1.2.840.113549.1.1.5": Algorithm("sha1WithRSAEncryption", "RSA", "sha1"),
    "1.2.840.113549.1.1.14": Algorithm("sha224WithRSAEncryption", "RSA", "sha224"),
    "1.2.840.113549.1.1.11": Algorithm("sha256WithRSAEncryption", "RSA", "sha256"),
    "1.2.840.113549.1.1.12": Algorithm("sha384WithRSAEncryption", "RSA", "sha384"),
    "1.2.840.113549.1.1.13": Algorithm("sha512WithRSAEncryption", "RSA", "sha512"),
    "1.2.840.113549.1.1.10": Algorithm("rsassaPss", "RSA-PSS", "unknown"),
    "1.2.840.10045.4.1": Algorithm("ecdsa-with-SHA1", "EC", "sha1"),
    "1.2.840.10045.4.3.1": Algorithm("ecdsa-with-SHA224", "EC", "sha224"),
    "1.2.840.10045.4.3.2": Algorithm("ecdsa-with-SHA256", "EC", "sha256"),
    "1.2.840.10045.4.3.3": Algorithm("ecdsa-with-SHA384", "EC", "sha384"),
    "1.2.840.10045.4.3.4": Algorithm("ecdsa-with-SHA512", "EC", "sha512"),
    "1.2.840.10040.4.3": Algorithm("dsaWithSHA1", "DSA", "sha1"),
    "2.16.840.1.101.3.4.3.1": Algorithm("dsa_with_SHA224", "DSA", "sha224"),
    "2.16.840.1.101.3.4.3.2": Algorithm("dsa_with_SHA256", "DSA", "sha256"),
    "1.3.101.112": Algorithm("ED25519", "Ed25519", "sha512"),
    "1.3.101.113": Algorithm("ED448", "Ed448", "shake256"),
    "1.2.156.10197.1.501": Algorithm("SM2-SM3", "EC", "sm3"),
    "1.2.840.113549.1.1.2": Algorithm("md2WithRSAEncryption", "RSA", "md2"),
}
DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(),  # noqa: S303
    "sha1": hashes.SHA1(),  # noqa: S303
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_STRENGTH = {
    "md5": 39,
    "sha1": 63,
    "sha224": 112,
    "sha256": 128,
    "sha384": 192,
    "sha512": 256,
    "shake256": 224,
    "sm3": 128,
}
_LEGACY_STRENGTH = {"md5": 64, "sha1": 80}
_DIGEST_OIDS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_KEY_TYPES = {
    "1.2.840.113549.1.1.1": "RSA",
    "2.5.8.1.1": "RSA",
    "1.2.840.113549.1.1.10": "RSA-PSS",
    "1.2.840.10045.2.1": "EC",
    "1.2.840.10040.4.1": "DSA",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "1.3.101.110": "X25519",
    "1.3.101.111": "X448",
}
_FIXED_BITS = {"Ed25519": 256, "Ed448": 456, "X25519": 253, "X448": 448}
# Name, and bits of the order. The library cannot verify with the binary (sect…) ones and SM2.
_CURVES = {
    "1.3.132.0.1": ("sect163k1", 163),
    "1.3.132.0.15": ("sect163r2", 163),
    "1.3.132.0.26": ("sect233k1", 232),
    "1.3.132.0.27": ("sect233r1", 233),
    "1.3.132.0.16": ("sect283k1", 281),
    "1.3.132.0.17": ("sect283r1", 282),
    "1.3.132.0.36": ("sect409k1", 407),
    "1.3.132.0.37": ("sect409r1", 409),
    "1.3.132.0.38": ("sect571k1", 570),
    "1.3.132.0.39": ("sect571r1", 570),
    "1.2.840.10045.3.1.1": ("secp192r1", 192),
    "1.3.132.0.33": ("secp224r1", 224),
    "1.2.840.10045.3.1.7": ("secp256r1", 256),
    "1.3.132.0.10": ("secp256k1", 256),
    "1.3.132.0.34": ("secp384r1", 384),
    "1.3.132.0.35": ("secp521r1", 521),
    "1.3.36.3.3.2.8.1.1.7": ("brainpoolP256r1", 256),
    "1.3.36.3.3.2.8.1.1.11": ("brainpoolP384r1", 384),
    "1.3.36.3.3.2.8.1.1.13": ("brainpoolP512r1", 512),
    "1.2.156.10197.1.301": ("SM2", 256),
}


@dataclass(frozen=True)
class PublicKey:
    """A subjectPublicKeyInfo: DER, type, size in bits (0: unreadable) and named curve.

    `strength` is OpenSSL's number of security bits; `explicit` marks an EC key that spells its
    curve out instead of naming it.
    """

    spki: bytes
    type: str
    bits: int
    strength: int
    curve: str | None = None
    explicit: bool = False

    @property
    def loaded(self) -> PublicKeyTypes | None:
        """The key for `verifies`; None where the library cannot use it."""
        return self._loading[0]

    @property
    def unusable(self) -> bool:
        """OpenSSL could not read the key either."""
        return self._loading[1]

    @cached_property
    def _loading(self) -> tuple[PublicKeyTypes | None, bool]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a weak key is a finding, not a warning
                if self.type != "RSA":
                    return load_der_public_key(self.spki), False
                # The library knows one of the two identifiers of RSA only.
                _, key = der.sequence(self.spki)[:2]
                modulus, exponent = map(der.integer, der.sequence(key.value[1:])[:2])
                return rsa.RSAPublicNumbers(exponent, modulus).public_key(), False
        except UnsupportedAlgorithm:
            return None, self.type != "EC"  # OpenSSL has more curves
        except (ValueError, TypeError):
            return None, not self.explicit


def read_key(spki: bytes) -> PublicKey:
    """Read a subjectPublicKeyInfo. DerError where it is not one; odd keys have 0 bits."""
    algorithm, key = der.sequence(spki)[:2]
    kind, *parameters = der.children(algorithm.value)
    oid = der.oid(kind.value)
    name = _KEY_TYPES.get(oid, oid)
    try:
        if name in {"RSA", "RSA-PSS"}:
            bits = der.integer(der.sequence(key.value[1:])[0]).bit_length()
            return PublicKey(spki, name, bits, _factoring_strength(bits))
        if name == "DSA":
            p, q = (der.integer(e).bit_length() for e in der.children(parameters[0].value)[:2])
            return PublicKey(spki, name, p, _table_strength(p, q // 2))
        if name == "EC" and parameters[0].tag == der.OID:
            curve_oid = der.oid(parameters[0].value)
            curve, bits = _CURVES.get(curve_oid, (curve_oid, 0))
            return PublicKey(spki, name, bits, _curve_strength(bits), curve)
        if name == "EC":
            bits = der.integer(der.children(parameters[0].value)[4]).bit_length()
            return PublicKey(spki, name, bits, _curve_strength(bits), explicit=True)
    except (ValueError, IndexError):
        return PublicKey(spki, name, 0, 0)
    bits = _FIXED_BITS.get(name, 0)
    return PublicKey(spki, name, bits, 224 if name in {"Ed448", "X448"} else 128 if bits else 0)


class PssParameters(NamedTuple):
    """RSASSA-PSS-params (RFC 4055, 3.1): digest, digest of the mask, salt length in bytes."""

    digest: str
    mask_digest: str
    salt: int


def pss_parameters(algorithm: bytes) -> PssParameters:
    """Read the parameters of an rsassaPss AlgorithmIdentifier. ValueError where unknown."""
    digest, mask, salt = "sha1", "sha1", 20
    parts = der.sequence(algorithm)
    for part in der.children(parts[1].value) if len(parts) > 1 else ():
        inner = der.read(part.value)
        if part.tag == 0xA0:
            digest = _digest(inner.raw)
        elif part.tag == 0xA1:
            mask = _digest(der.children(inner.value)[1].raw)
        elif part.tag == 0xA2:
            salt = der.integer(inner)
    return PssParameters(digest, mask, salt)


@dataclass(frozen=True)
class Signature:
    """An AlgorithmIdentifier, its dotted OID, the bytes signed and the signature over them."""

    algorithm: bytes
    oid: str
    signed: bytes
    value: bytes

    @cached_property
    def known(self) -> Algorithm | None:
        """The algorithm, where OpenSSL knows it; the digest of a PSS signature filled in."""
        found = ALGORITHMS.get(self.oid)
        if found is None or found.key != "RSA-PSS":
            return found
        try:
            return found._replace(digest=pss_parameters(self.algorithm).digest)
        except (ValueError, IndexError):
            return found

    def strength(self, *, legacy: bool) -> int:
        """Security bits of the digest as OpenSSL 3 rates it, or, if `legacy`, OpenSSL 1.1.1."""
        digest = self.known.digest if self.known else "unknown"
        if legacy and digest in _LEGACY_STRENGTH:
            return _LEGACY_STRENGTH[digest]
        return _STRENGTH.get(digest, 0)

    def verifies(self, key: PublicKey) -> bool:
        """Whether the key's owner made the signature."""
        loaded, known = key.loaded, self.known
        digest = DIGESTS.get(known.digest) if known else None
        try:
            match loaded:
                case rsa.RSAPublicKey() if known and known.key == "RSA-PSS":
                    pss = pss_parameters(self.algorithm)
                    mask = padding.MGF1(DIGESTS[pss.mask_digest])
                    scheme = padding.PSS(mask, pss.salt)
                    loaded.verify(self.value, self.signed, scheme, DIGESTS[pss.digest])
                case rsa.RSAPublicKey() if digest:
                    loaded.verify(self.value, self.signed, padding.PKCS1v15(), digest)
                case ec.EllipticCurvePublicKey() if digest:
                    loaded.verify(self.value, self.signed, ec.ECDSA(digest))
                case dsa.DSAPublicKey() if digest:
                    loaded.verify(self.value, self.signed, digest)
                case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
                    loaded.verify(self.value, self.signed)
                case _:
                    return False
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, IndexError):
            return False
        return known is not None and known.key in {key.type, "RSA-PSS"}


def read_signature(algorithm: der.Element, signed: bytes, value: der.Element) -> Signature:
    """The signature of a certificate or CRL. DerError where malformed."""
    bits = value.expect(der.BIT_STRING, "signature").value[1:]
    return Signature(algorithm.raw, algorithm_oid(algorithm), signed, bits)


def algorithm_oid(algorithm: der.Element) -> str:
    """Dotted OID of an AlgorithmIdentifier. DerError where malformed."""
    parts = der.children(algorithm.expect(der.SEQUENCE, "algorithm").value)
    if not parts:
        raise der.DerError("algorithm: it is empty")
    return der.oid(parts[0].expect(der.OID, "algorithm").value)


def _digest(algorithm: bytes) -> str:
    oid = algorithm_oid(der.read(algorithm))
    if oid not in _DIGEST_OIDS:
        raise der.DerError(f"unknown digest {oid}")
    return _DIGEST_OIDS[oid]


def _factoring_strength(bits: int) -> int:
    """ossl_ifc_ffc_compute_security_bits of OpenSSL 3 (SP 800-56B rev. 2, appendix D)."""
    exact = {2048: 112, 3072: 128, 4096: 152, 6144: 176, 7680: 192, 8192: 200, 15360: 256}
    if bits in exact:
        return exact[bits]
    if bits < 8:
        return 0
    x = bits * math.log(2)
    strength = int((1.923 * math.cbrt(x * math.log(x) ** 2) - 4.69) / math.log(2))
    return min((strength + 4) & ~7, 192 if bits <= 7680 else 256 if bits <= 15360 else 1200)


def _table_strength(bits: int, limit: int) -> int:
    """BN_security_bits: the strength of a field of that size, at most `limit`; below 80 is 0."""
    steps = ((15360, 256), (7680, 192), (3072, 128), (2048, 112), (1024, 80))
    strength = next((found for size, found in steps if bits >= size), 0)
    return min(strength, limit) if limit >= 80 else 0


def _curve_strength(order: int) -> int:
    steps = ((512, 256), (384, 192), (256, 128), (224, 112), (160, 80))
    return next((found for size, found in steps if order >= size), order // 2)

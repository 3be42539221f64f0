"""Private keys that are the same in every run, made in microseconds. For test material only.

Each key is worked out from its place in a pool, so that the same deployment gives the same bytes
on every machine, and no search for primes slows the tests. Anybody can work these keys out.
"""

from __future__ import annotations

import hashlib
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

_EXPONENT = 65537
_CURVES: dict[str, ec.EllipticCurve] = {"ec256": ec.SECP256R1(), "ec384": ec.SECP384R1()}
# For each RSA key: how far its two primes lie above the numbers that _start gives.
_RSA2048 = (
    (6, 554), (1846, 228), (98, 676), (268, 130), (1038, 2420), (2264, 1694), (800, 374),
    (1064, 986), (448, 890), (8, 1704), (408, 90), (1106, 358), (570, 284), (136, 266),
    (696, 306), (248, 436), (140, 42), (620, 332), (144, 892), (434, 212), (1014, 90),
    (330, 976), (200, 896), (22, 948), (12, 572), (1242, 430), (204, 398), (1496, 1272),
)  # fmt: skip
_DISTANCES: dict[str, tuple[tuple[int, int], ...]] = {
    "rsa1024": ((300, 188), (1100, 212)),
    "rsa2048": _RSA2048,
    "rsa4096": ((946, 60), (6026, 2658)),
    "rsa8192": ((1846, 3720),),
}

KEY_TYPES = frozenset(_DISTANCES) | frozenset(_CURVES) | {"ed25519"}
DISTINCT_RSA2048 = len(_RSA2048)


@cache
def pool_key(kind: str, slot: int) -> PrivateKey:
    """The key of type `kind` at a place in the pool.

    EC keys differ for every slot. There are only a few RSA keys of a size, `DISTINCT_RSA2048` of
    2048 bits; slots beyond them start again from the first.
    """
    if kind in _CURVES:
        curve = _CURVES[kind]
        seed = hashlib.shake_256(f"certclinic {kind} {slot}".encode()).digest(curve.key_size // 8)
        # Without its top bit the number is below the order of the group.
        return ec.derive_private_key(int.from_bytes(seed) >> 1 | 1, curve)
    if kind == "ed25519":
        seed = hashlib.shake_256(f"certclinic {kind} {slot}".encode()).digest(32)
        return ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    distances = _DISTANCES[kind]
    place = slot % len(distances)
    bits = int(kind.removeprefix("rsa"))
    p, q = (
        _start(bits, place, factor) + distance
        for factor, distance in zip("pq", distances[place], strict=True)
    )
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=d % (p - 1),
        dmq1=d % (q - 1),
        iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(_EXPONENT, p * q),
    )
    # OpenSSL's check takes longer than all the rest; the tests make it for every key.
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def _start(bits: int, place: int, factor: str) -> int:
    """An odd number of half the size, with its two top bits set so that the product is full."""
    half = bits // 2
    seed = hashlib.shake_256(f"certclinic {bits} {place} {factor}".encode()).digest(half // 8)
    return int.from_bytes(seed) | 3 << (half - 2) | 1

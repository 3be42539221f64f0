"""The checks of a built chain, in the order of OpenSSL's X509_verify_cert."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..x509.certificate import CLIENT_AUTH, SERVER_AUTH, Certificate
from ..x509.extensions import (
    BASIC_CONSTRAINTS,
    CRL_DISTRIBUTION_POINTS,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    NAME_CONSTRAINTS,
    NETSCAPE_CERT_TYPE,
    PROXY_CERT_INFO,
    SUBJECT_ALT_NAME,
)
from .constraints import check_constraints
from .hostnames import has_name
from .revocation import revocation_failures
from .verification import Failure, Parameters, forbids

LEAST_STRENGTH = 80  # security bits at security level 1
_NAME_ERRORS = {"dns": 62, "email": 63, "ip": 64}

# Extensions that may be critical: OpenSSL's supported_nids in v3_purp.c.
_HANDLED = frozenset(
    {
        BASIC_CONSTRAINTS,
        CRL_DISTRIBUTION_POINTS,
        EXTENDED_KEY_USAGE,
        KEY_USAGE,
        NAME_CONSTRAINTS,
        NETSCAPE_CERT_TYPE,
        PROXY_CERT_INFO,
        SUBJECT_ALT_NAME,
        "1.3.6.1.5.5.7.1.7",  # IP address blocks
        "1.3.6.1.5.5.7.1.8",  # autonomous systems
        "1.3.6.1.5.5.7.48.1.5",  # OCSP no check
        "2.5.29.32",  # certificate policies
        "2.5.29.33",  # policy mappings
        "2.5.29.36",  # policy constraints
        "2.5.29.54",  # inhibit any policy
    }
)
_SERVER_GATED = frozenset({"1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1"})
_EXTENDED_USAGES = {
    "server": frozenset({SERVER_AUTH}) | _SERVER_GATED,
    "client": frozenset({CLIENT_AUTH}),
}
_KEY_USAGES = {
    "server": frozenset({"digitalSignature", "keyEncipherment", "keyAgreement"}),
    "client": frozenset({"digitalSignature", "keyAgreement"}),
}
_NETSCAPE_BITS = {"server": 0x40, "client": 0x80}
_NETSCAPE_SSL_CA, _NETSCAPE_ANY_CA = 0x04, 0x07


def check_chain(chain: Sequence[Certificate], parameters: Parameters) -> Iterator[Failure]:
    """Every failure on a chain that ends at its last certificate, leaf first in `chain`.

    They come in the order in which OpenSSL tells them to a callback that lets it go on; the first
    is its answer if the chain is anchored. Other than OpenSSL, the validity of the last certificate
    is checked on incomplete chains too. A weak leaf key is not among them, see `leaf_key_is_weak`:
    OpenSSL looks at it before it builds the chain.
    """
    yield from _extension_failures(chain, parameters)
    yield from _strength_failures(chain, parameters)
    if parameters.name is not None and not has_name(chain[0], parameters.name):
        yield Failure(_NAME_ERRORS[parameters.name.kind], 0)
    if parameters.crls:
        yield from revocation_failures(chain, parameters)
    yield from _signature_and_time_failures(chain, parameters)
    yield from _constraint_failures(chain)


def leaf_key_is_weak(leaf: Certificate) -> bool:
    """The leaf's key is unreadable or below security level 1 (error 66)."""
    return leaf.public_key.strength < LEAST_STRENGTH or leaf.public_key.unusable


def ca_kind(certificate: Certificate, parameters: Parameters) -> int:
    """X509_check_ca: 0 no CA, 1 by basicConstraints, 3 version 1, 4 keyUsage, 5 nsCertType."""
    if forbids(certificate, "keyCertSign"):
        return 0
    if certificate.basic_constraints is not None:
        return int(certificate.basic_constraints.ca)
    if certificate.version == 1 and parameters.seems_self_signed(certificate):
        return 3
    if certificate.key_usage is not None:
        return 4
    return 5 if (certificate.extensions.netscape_cert_type or 0) & _NETSCAPE_ANY_CA else 0


def fits_purpose(certificate: Certificate, parameters: Parameters, *, ca: bool) -> bool:
    """X509_check_purpose for TLS, apart from whether a CA is one."""
    if parameters.purpose == "any" or parameters.damaged(certificate):
        return True
    usages = certificate.eku_oids
    if usages is not None and not usages & _EXTENDED_USAGES[parameters.purpose]:
        return False
    netscape = certificate.extensions.netscape_cert_type
    if ca:
        return ca_kind(certificate, parameters) != 5 or bool((netscape or 0) & _NETSCAPE_SSL_CA)
    if netscape is not None and not netscape & _NETSCAPE_BITS[parameters.purpose]:
        return False
    usage = certificate.key_usage
    return usage is None or bool(usage & _KEY_USAGES[parameters.purpose])


def _extension_failures(chain: Sequence[Certificate], parameters: Parameters) -> Iterator[Failure]:
    below = 0  # CAs so far that are not self-issued
    under_proxy = False  # what issues a proxy certificate is no CA (RFC 3820)
    for depth, certificate in enumerate(chain):
        raw = certificate.raw_extensions
        if any(extension.critical and extension.oid not in _HANDLED for extension in raw):
            yield Failure(34, depth)
        if certificate.is_proxy:
            yield Failure(40, depth)
        must_be_ca = depth > 0 and not under_proxy
        kind = ca_kind(certificate, parameters)
        if must_be_ca and (kind == 0 or (depth + 1 < len(chain) and kind != 1)):
            yield Failure(24 if parameters.legacy else 79, depth)
        if len(chain) > 1 and certificate.public_key.explicit and not parameters.legacy:
            yield Failure(94, depth)
        if not fits_purpose(certificate, parameters, ca=must_be_ca):
            yield Failure(26, depth)
        elif must_be_ca and kind == 0 and parameters.purpose != "any":
            yield Failure(26, depth, derived=True)
        constraints = certificate.basic_constraints
        limit = constraints.path_length if constraints else None
        if depth > 1 and limit is not None and below > limit:
            yield Failure(25, depth)
        if depth > 0 and not certificate.self_issued:
            below += 1
        under_proxy = certificate.is_proxy


def _strength_failures(chain: Sequence[Certificate], parameters: Parameters) -> Iterator[Failure]:
    for depth, certificate in enumerate(chain):
        if depth > 0 and certificate.public_key.strength < LEAST_STRENGTH:
            yield Failure(67, depth)
        strength = certificate.signature.strength(legacy=parameters.legacy)
        if depth + 1 < len(chain) and strength < LEAST_STRENGTH:
            yield Failure(68, depth)


def _signature_and_time_failures(
    chain: Sequence[Certificate], parameters: Parameters
) -> Iterator[Failure]:
    if len(chain) == 1 and not parameters.seems_self_signed(chain[0]):
        yield Failure(21, 0, derived=True)
    for depth in range(len(chain) - 1, -1, -1):
        if depth + 1 < len(chain):
            issuer = chain[depth + 1]
            if forbids(issuer, "keyCertSign") and not parameters.legacy:
                yield Failure(32, depth + 1, derived=True)
            if issuer.public_key.unusable:
                yield Failure(6, depth + 1)
            elif not chain[depth].signed_by(issuer):
                yield Failure(7, depth)
        if code := parameters.time_error(chain[depth]):
            yield Failure(code, depth)


def _constraint_failures(chain: Sequence[Certificate]) -> Iterator[Failure]:
    constraining = [depth for depth, c in enumerate(chain) if c.extensions.name_constraints]
    for depth in range(len(chain) - 1, -1, -1) if constraining else ():
        if depth > 0 and chain[depth].self_issued:
            continue
        for above in reversed(constraining):
            if above > depth and (
                code := check_constraints(chain[depth], chain[above], leaf=depth == 0)
            ):
                yield Failure(code, depth)

"""Certificate files given beside the bundles, in the formats in which people send them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from .keys import DISTINCT_RSA2048, pool_key
from .pki import Issued, pem, revocation_list
from .spec import Spec, choice, did_you_mean, file_name, instant, names

_FORMATS = (
    "pem", "cut_pem", "der", "pkcs7", "chain", "html", "empty", "key", "encrypted_key", "cut_key",
    "csr", "foreign_csr", "crl",
)  # fmt: skip


def certificate_files(
    specs: Mapping[str, Spec],
    certificates: Mapping[str, x509.Certificate],
    authorities: Mapping[str, Issued],
    at: datetime,
) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file. `certificates` are those that a spec can name."""
    cas = [issued.certificate for issued in authorities.values()]
    for name, own in specs.items():
        path = f"certificate_files.{name}"
        file_name(name, path)
        own = own or {}
        source = str(own.get("certificate"))
        certificate = _named(source, certificates, f"{path}.certificate")
        form = choice(own.get("format", "pem"), _FORMATS, f"{path}.format")
        if form == "crl":
            if source not in authorities:
                raise ValueError(f"{path}.certificate: {source!r} is no authority")
            revoked = names(own.get("revoked", ()), f"{path}.revoked")
            made = revocation_list(
                authorities[source],
                at,
                until=instant(own.get("to", "4d"), f"{path}.to", at),
                revoked=[_named(one, certificates, f"{path}.revoked") for one in revoked],
            )
            yield name, made.public_bytes(Encoding.PEM)
        else:
            yield name, _encoded(certificate, form, cas)


def _named(name: str, certificates: Mapping[str, x509.Certificate], path: str) -> x509.Certificate:
    if name not in certificates:
        hint = did_you_mean(name, certificates)
        raise ValueError(f"{path}: no authority or node {name!r}{hint}")
    return certificates[name]


def _encoded(
    certificate: x509.Certificate, form: str, authorities: Sequence[x509.Certificate]
) -> bytes:
    match form:
        case "pem":
            return pem(certificate)
        case "cut_pem":
            return pem(certificate).rstrip()
        case "der":
            return certificate.public_bytes(Encoding.DER)
        case "pkcs7":
            return pkcs7.serialize_certificates([certificate], Encoding.PEM)
        case "chain":
            return b"".join(map(pem, (certificate, *authorities)))
        case "html":
            return b"<!DOCTYPE html>\n<html><body>Certificate Services</body></html>\n"
        case "csr" | "foreign_csr":
            return _request(certificate, foreign=form == "foreign_csr")
        case "key" | "cut_key":
            # Readers only look at the frame: what stands in it is no key.
            text = b"-----BEGIN PRIVATE KEY-----\nTk8gS0VZ\n-----END PRIVATE KEY-----\n"
            return text.rstrip() if form == "cut_key" else text
        case "encrypted_key":
            return (
                b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nTk8gS0VZ\n"
                b"-----END ENCRYPTED PRIVATE KEY-----\n"
            )
        case _:
            return b""


def _request(certificate: x509.Certificate, *, foreign: bool) -> bytes:
    """The request that a certificate with a 2048-bit RSA key answers, or one with another key."""
    keys = (pool_key("rsa2048", slot) for slot in range(DISTINCT_RSA2048))
    key = next(
        (k for k in keys if (k.public_key() == certificate.public_key()) is not foreign), None
    )
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("a request can be made for a 2048-bit RSA key only")
    builder = x509.CertificateSigningRequestBuilder().subject_name(certificate.subject)
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)

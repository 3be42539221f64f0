"""What a file that somebody sent turned out to hold, and the words for what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from ..x509.certificate import Certificate

Format = Literal[
    "pem",
    "trusted_pem",
    "der",
    "base64",
    "pkcs7",
    "pkcs12",
    "sst",
    "jks",
    "csr",
    "crl",
    "key",
    "public_key",
    "utf16",
    "html",
    "xml",
    "rtf",
    "gzip",
    "zip",
    "archive",
    "text",
    "binary",
    "empty",
    "oversized",
    "damaged",
]
"""What a file is, whatever its name says; `damaged` is what made a reader fail."""


@dataclass(frozen=True)
class Found:
    """A certificate and where it stands.

    `label` names the place, such as "PEM block 2"; `line` is that of the BEGIN line, from 1.
    `offset` is the first byte of it, or of the container that it came out of; where the file is
    UTF-16, bytes are counted as if it were UTF-8.
    """

    certificate: Certificate
    label: str
    line: int | None
    offset: int


@dataclass(frozen=True)
class Problem:
    """A part of a file that was not read, or was read only in part, and why."""

    line: int | None
    text: str


@dataclass(frozen=True)
class Contents:
    """Everything in a file. Private keys are counted, never kept; `public_keys` are the
    subjectPublicKeyInfo (DER) of those that could be read.

    `acceptable` says whether Expressway's upload page reads it as an X.509 PEM certificate.
    `fault` says in a few words what is wrong with it, None if nothing is; `advice` how to do
    better. `crls` and `csrs` are DER.
    """

    format: Format
    certificates: tuple[Found, ...] = ()
    crls: tuple[bytes, ...] = ()
    csrs: tuple[bytes, ...] = ()
    private_keys: int = 0
    public_keys: tuple[bytes, ...] = ()
    encrypted_key: bool = False
    acceptable: bool = False
    fault: str | None = None
    advice: str | None = None
    problems: tuple[Problem, ...] = ()
    needs_password: bool = False


class Remark(NamedTuple):
    """What is wrong with a format as such, and what to do instead."""

    fault: str
    advice: str


_EXPORT = "Export the certificate again as Base-64 encoded X.509 (.CER)"
_CONVERT = "or turn this file into PEM with `certclinic convert`"
_PLAIN_TEXT = "Save it as plain text in UTF-8 or ASCII, with nothing but the PEM blocks in it"

PEM_ADVICE = f"{_EXPORT} and don't edit it, {_CONVERT}."

REMARKS: dict[Format, Remark] = {
    "trusted_pem": Remark(
        "OpenSSL's TRUSTED CERTIFICATE, which carries trust settings beside the certificate",
        "Write it with `openssl x509` without -trustout.",
    ),
    "der": Remark("binary DER, not PEM text", f"{_EXPORT}, not as DER, {_CONVERT}."),
    "base64": Remark(
        "base64 without BEGIN and END lines",
        f"Put the lines around it that PEM needs, {_CONVERT}.",
    ),
    "pkcs7": Remark(
        "a PKCS#7 bundle (.p7b), not a PEM certificate",
        f"{_EXPORT}, each certificate for itself, {_CONVERT}.",
    ),
    "pkcs12": Remark(
        "a PKCS#12 container (.pfx, .p12), not a PEM certificate",
        f"{_EXPORT} without the private key, {_CONVERT}.",
    ),
    "sst": Remark(
        "a Microsoft serialised certificate store (.sst)",
        f"{_EXPORT}, each certificate for itself, {_CONVERT}.",
    ),
    "jks": Remark(
        "a Java keystore",
        "Export the certificate as PEM with `keytool -exportcert -rfc`.",
    ),
    "csr": Remark(
        "a certificate signing request, not a certificate",
        "Have the certificate authority sign it, and upload what the authority returns.",
    ),
    "crl": Remark(
        "a certificate revocation list, not a certificate",
        "Upload it on the page for revocation lists, and the certificate here.",
    ),
    "key": Remark(
        "a private key, not a certificate",
        "Upload the certificate; keep the key to yourself.",
    ),
    "public_key": Remark(
        "a bare public key, not a certificate",
        "Upload the certificate that the authority issued for it.",
    ),
    "utf16": Remark('saved as UTF-16 ("Unicode")', f"{_PLAIN_TEXT}, {_CONVERT}."),
    "html": Remark(
        "a web page (HTML)",
        "Download the certificate itself; the server answered with a page, perhaps a login.",
    ),
    "xml": Remark(
        "an XML document, such as SAML metadata",
        f"{_EXPORT} from where the document came, {_CONVERT}.",
    ),
    "rtf": Remark("a word processor's document (RTF)", f"{_PLAIN_TEXT}, {_CONVERT}."),
    "gzip": Remark("a gzip archive", "Unpack it and give the files in it."),
    "zip": Remark("a ZIP archive or office document", "Unpack it and give the files in it."),
    "archive": Remark("an archive", "Unpack it and give the files in it."),
    "text": Remark("text without any certificate in it", f"{_EXPORT}."),
    "binary": Remark("binary data of no known kind", f"{_EXPORT}."),
    "empty": Remark("an empty file", "Export or download the certificate again."),
    "oversized": Remark(
        "larger than 8 MiB, which no certificate file is",
        "Give the certificates themselves, in smaller files.",
    ),
    "damaged": Remark("a damaged file", "Export or download the certificate again."),
}
"""Every format except `pem`, whose faults are those of its blocks."""

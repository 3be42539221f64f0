"""What UC servers give out about certificates, in each form in which people send it.

The forms are those of the certificate-management snapshot, of `show cert list`, of `show cert own`
in the dialects up to 14SU1 and from 14SU2 on, and of `run sql` (Cisco 210541).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import NameOID

from .pki import pem
from .unified_cm import UcNode


def uc_files(node: UcNode) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file."""
    for kind in node.files:
        match kind:
            case "snapshot":
                yield f"{node.name}_snapshot.json", _snapshot(node)
            case "sql":
                yield f"{node.name}_run_sql.txt", _table(node)
            case "list":
                yield f"{node.name}_show_cert_list.txt", _list(node)
            case _:
                dumps = "".join(_dumps(node, kind))
                yield f"{node.name}_show_cert_own.txt", dumps.encode()


def _snapshot(node: UcNode) -> bytes:
    data = {
        "trackingId": "1",
        "server": node.fqdn,
        "identities": [
            {"service": unit, "certificate": pem(certificate).decode(), "csr": ""}
            for unit, certificate in node.certificates.items()
        ],
        "trusts": [
            {
                "service": store.removesuffix("-trust"),
                "certificate_data": [
                    {"filename": _file(entry), "certificate": pem(entry).decode()}
                    for entry in entries
                ],
            }
            for store, entries in node.trust.items()
        ],
        "revokedCertificates": [],
    }
    return json.dumps(data, indent=1).encode()


def _list(node: UcNode) -> bytes:
    lines = ["admin:show cert list own", ""]
    for unit, certificate in node.certificates.items():
        lines.append(f"{unit}/{unit}.pem: {_description(certificate)}")
    lines += ["", "admin:show cert list trust", ""]
    for store, entries in node.trust.items():
        lines += [f"{store}/{_file(entry)}: {_description(entry)}" for entry in entries]
    return "\r\n".join([*lines, ""]).encode()


def _dumps(node: UcNode, kind: str) -> Iterator[str]:
    """Each own certificate as text; `show_text` is a page from which the PEM was cut off."""
    for unit, certificate in node.certificates.items():
        text = _newer(certificate) if kind == "show_newer" else _older(certificate)
        block = "" if kind == "show_text" else pem(certificate).decode()
        yield f"admin:show cert own {unit}\n{text}{block}\n"


def _older(certificate: x509.Certificate) -> str:
    return (
        "[\n  Version: V3\n"
        f"  Serial Number: {certificate.serial_number:032X}\n"
        "  SignatureAlgorithm: SHA256withRSA (1.2.840.113549.1.1.11)\n"
        f"  Issuer Name: {_name(certificate.issuer)}\n"
        f"  Validity From: {certificate.not_valid_before_utc:%a %b %d %H:%M:%S GMT %Y}\n"
        f"           To:   {certificate.not_valid_after_utc:%a %b %d %H:%M:%S GMT %Y}\n"
        f"  Subject Name: {_name(certificate.subject)}\n"
        "  Key: RSA (1.2.840.113549.1.1.1)\n    Key value: 3082010a\n"
        "  Extensions: 1 present\n  Signature:\n  0000: 38 8f 11 [8.Z]\n]"
    )


def _newer(certificate: x509.Certificate) -> str:
    return (
        "  [0]         Version: 3\n"
        f"         SerialNumber: {certificate.serial_number}\n"
        f"             IssuerDN: {_name(certificate.issuer)}\n"
        f"           Start Date: {certificate.not_valid_before_utc:%a %b %d %H:%M:%S GMT %Y}\n"
        f"           Final Date: {certificate.not_valid_after_utc:%a %b %d %H:%M:%S GMT %Y}\n"
        f"            SubjectDN: {_name(certificate.subject)}\n"
        "  Signature Algorithm: SHA256WITHRSA\n            Signature: 388f11\n"
    )


def _table(node: UcNode) -> bytes:
    """The rows of the certificate tables for this server, in the columns of Cisco 210541."""
    header = ("pkid", "serialnumber", "ipv4address", "servername", "name", "subjectname")
    held = [(unit, certificate) for unit, certificate in node.certificates.items()]
    held += [(store, entry) for store, entries in node.trust.items() for entry in entries]
    rows = [
        (
            f"{number:08d}-0000-0000-0000-000000000000",
            f"{certificate.serial_number:x}",
            "10.0.0.20",
            node.fqdn,
            unit,
            _name(certificate.subject),
        )
        for number, (unit, certificate) in enumerate(held, 1)
    ]
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [
        "admin:run sql select CERTIFICATE.pkid, CERTIFICATE.serialnumber from CERTIFICATE",
        " ".join(word.ljust(width) for word, width in zip(header, widths, strict=True)),
        " ".join("=" * width for width in widths),
    ]
    lines += [" ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([*lines, ""]).encode()


def _file(certificate: x509.Certificate) -> str:
    return f"{_cn(certificate.subject).replace(' ', '_')}_{certificate.serial_number:032x}.pem"


def _description(certificate: x509.Certificate) -> str:
    if certificate.issuer == certificate.subject:
        return "Self-signed certificate generated by system"
    return f"Certificate Signed by {_cn(certificate.issuer)}"


def _cn(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else "none"


def _name(name: x509.Name) -> str:
    return name.rfc4514_string().replace(",", ", ")

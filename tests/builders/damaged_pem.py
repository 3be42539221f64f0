"""PEM files, sound and damaged in the ways in which people damage them."""

from __future__ import annotations

import re

from cryptography.hazmat.primitives.serialization import Encoding

from .container_material import BOM, Messy, armour, hierarchy, key_pem, request, to_der, to_pem


def clean_pem() -> list[Messy]:
    """PEM that OpenSSL reads and nobody need worry about."""
    pki = hierarchy()
    leaf, one = to_pem(pki.leaf), (to_der(pki.leaf),)
    chain = to_pem(*pki.chain)
    three = tuple(map(to_der, pki.chain))
    bag = b"Bag Attributes\n    friendlyName: expe\nsubject=CN = expe.example.com\n\n"
    long_line = armour(one[0], "CERTIFICATE").split(b"\n")
    one_line = b"\n".join((long_line[0], b"".join(long_line[1:-2]), *long_line[-2:]))
    texts = {
        "plain": (leaf, one),
        "crlf": (leaf.replace(b"\n", b"\r\n"), one),
        "text-before": (b"Here it is:\n\n" + leaf, one),
        "text-after": (leaf + b"Regards\n", one),
        "bag-attributes": (bag + leaf, one),
        "no-final-newline": (leaf.rstrip(b"\n"), one),
        "trailing-spaces": (leaf.replace(b"\n", b"  \n"), one),
        "one-long-line": (one_line, one),
        "x509-label": (armour(one[0], "X509 CERTIFICATE"), one),
        "chain": (chain, three),
        "text-between": (chain.replace(b"-----BEGIN", b"# next: a CA\n-----BEGIN"), three),
        "body-indented": (leaf.replace(b"\n", b"\n\t", 5), one),
        "key-and-certificate": (key_pem() + leaf, one),
        "request-and-certificate": (request().public_bytes(Encoding.PEM) + leaf, one),
    }
    return [Messy(name, data, "pem", found, clean=True) for name, (data, found) in texts.items()]


def damaged_pem() -> list[Messy]:
    """PEM as editors, mail programs and people leave it behind."""
    pki = hierarchy()
    leaf, one = to_pem(pki.leaf), (to_der(pki.leaf),)
    chain = to_pem(*pki.chain)
    lines = leaf.splitlines()
    broken = leaf.replace(lines[3], lines[3][:20] + b"*" + lines[3][21:])
    quoted = b"".join(b"> " + line + b"\n" for line in lines)
    trusted = one[0] + bytes.fromhex("300c300a06082b06010505070301")
    texts = {
        "bom": BOM + leaf,
        "cr-only": leaf.replace(b"\n", b"\r"),
        "mail-quoted": quoted,
        "mail-quoted-twice": b"".join(b"> " + line for line in quoted.splitlines(keepends=True)),
        "mail-quoted-html": quoted.replace(b"> ", b"&gt; "),
        "literal-lf": leaf.replace(b"\n", b"\\n"),
        "literal-crlf": leaf.replace(b"\n", b"\\r\\n"),
        "json": b'{"certificate": "' + leaf.replace(b"\n", b"\\n") + b'"}\n',
        "source-code": b"\n".join(b'  "' + line + b'\\n"' for line in lines),
        "glued-to-text": b"trace [certificate]" + leaf,
        "header-glued": leaf.replace(b"CERTIFICATE-----\n", b"CERTIFICATE-----", 1),
        "footer-glued": leaf.replace(b"\n-----END", b"-----END"),
        "spaces-for-newlines": leaf.replace(b"\n", b" "),
        "one-line-no-spaces": leaf.replace(b"\n", b""),
        "double-spaced": leaf.replace(b"\n", b"\n\n"),
        "blank-line-first": leaf.replace(b"CERTIFICATE-----\n", b"CERTIFICATE-----\n\n", 1),
        "blank-line-last": leaf.replace(b"-----END", b"\n-----END"),
        "indented": b"".join(b"    " + line + b"\n" for line in lines),
        "en-dashes": leaf.replace(b"-----", "–––––".encode()),
        "em-dashes-windows": leaf.replace(b"-----", b"\x97" * 5),
        "four-dashes": leaf.replace(b"-----", b"----"),
        "six-dashes": leaf.replace(b"-----", b"------"),
        "spaced-dashes": leaf.replace(b"-----BEGIN", b"----- BEGIN"),
        "lower-case": leaf.replace(b"BEGIN CERTIFICATE", b"begin certificate"),
        "end-label-differs": leaf.replace(b"END CERTIFICATE", b"END X509 CERTIFICATE"),
        "end-missing": b"\n".join(lines[:-1]) + b"\n",
        "begin-missing": b"\n".join(lines[1:]) + b"\n",
        "html-breaks": leaf.replace(b"\n", b"<br>"),
        "nul-bytes": leaf.replace(b"\n", b"\0\n", 3),
        "no-break-spaces": leaf.replace(b"\n", b"\xc2\xa0\n"),
        "zero-width-spaces": leaf.replace(b"MII", b"M\xe2\x80\x8bII"),
        "quoted-printable": re.sub(rb"([A-Za-z0-9+/]{60})", rb"\1=\n", leaf).replace(
            b"==\n", b"=3D=3D\n"
        ),
        "padding-missing": armour(one[0] + bytes(0), "CERTIFICATE").replace(b"=", b""),
    }
    files = [Messy(name, data, "pem", one) for name, data in texts.items()]
    return [
        *files,
        Messy("truncated", b"\n".join(lines[:8]), "pem"),
        Messy("broken", broken, "pem"),
        Messy(
            "broken-among-good",
            to_pem(pki.root) + broken + to_pem(pki.issuing),
            "pem",
            (to_der(pki.root), to_der(pki.issuing)),
        ),
        Messy("cut-in-chain", chain[: -len(leaf) // 2], "pem", tuple(map(to_der, pki.chain[:2]))),
        Messy("empty-block", armour(b"", "CERTIFICATE"), "pem"),
        Messy("no-certificate-inside", armour(b"\x30\x03\x02\x01\x05", "CERTIFICATE"), "pem"),
        Messy("trusted", armour(trusted, "TRUSTED CERTIFICATE"), "trusted_pem", one),
        Messy("parameters", armour(b"\x06\x05\x2b\x81\x04\x00\x22", "EC PARAMETERS"), "pem"),
    ]

"""The certificate-management snapshot of a UC server (`…/certmgr/config/snapshot/server`), as JSON.

One file tells a whole server: `identities` are its own certificates, `trusts` its trust stores in
order (Cisco DevNet, Certificate Management API).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..formats.containers import read_pem
from ..vocabulary import Evidence
from .uc_material import UcEntry, UcFile, read_file_name

MOST_ENTRIES = 5_000
_KEYS = re.compile(rb'"(?:identities|trusts)"\s*:\s*\[')


def recognises(head: bytes) -> bool:
    """Whether a file begins as a snapshot does."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and bool(_KEYS.search(head))


def parse(text: bytes, where: Evidence) -> UcFile:
    """All certificates of a snapshot; what is not as it should be is stated in `problems`."""
    plain = text.decode("utf-8-sig", "replace")
    try:
        data = json.loads(plain)
    except (ValueError, RecursionError) as error:
        return UcFile((), problems=((None, f"is not the JSON of a snapshot: {error}"),))
    if not isinstance(data, Mapping):
        return UcFile((), problems=((None, "is not the JSON object of a snapshot"),))
    server = data.get("server")
    host = server.lower() if isinstance(server, str) and server.strip() else None
    entries: list[UcEntry] = []
    problems: list[tuple[int | None, str]] = []
    line, position = 1, 0
    for number, (unit, file, pem) in enumerate(_certificates(data, problems)):
        if number >= MOST_ENTRIES:
            problems.append((line, f"more than {MOST_ENTRIES:,} certificates; the rest is left"))
            break
        found_at = _position(plain, pem, position)
        if found_at is not None:
            line, position = line + plain.count("\n", position, found_at), found_at + 1
        contents = read_pem(pem.encode())
        name, serial = read_file_name(file)
        if not contents.certificates:
            problems.append((line, f"{unit}/{file}: no certificate that can be read"))
            entries.append(
                UcEntry(
                    unit,
                    replace(where, line=line, text=file),
                    of_whole=True,
                    common_name=name,
                    serial=serial,
                )
            )
        for found in contents.certificates[:1]:
            certificate = found.certificate
            evidence = replace(
                where, line=line, text=certificate.subject, fingerprint=certificate.fingerprint
            )
            entries.append(UcEntry(unit, evidence, certificate, of_whole=True))
    return UcFile(tuple(entries), host, problems=tuple(dict.fromkeys(problems)))


def _certificates(
    data: Mapping[str, Any], problems: list[tuple[int | None, str]]
) -> Iterator[tuple[str, str, str]]:
    """Unit or trust store, file name and PEM of each certificate, in order."""
    for identity in _mappings(data, "identities", problems):
        service, pem = identity.get("service"), identity.get("certificate")
        if isinstance(service, str) and isinstance(pem, str) and pem.strip():
            yield service, f"{service}.pem", pem
        elif not isinstance(service, str) or pem:  # a unit may have a request alone
            problems.append((None, "identities: one is left out, it lacks service or certificate"))
    for trust in _mappings(data, "trusts", problems):
        service = trust.get("service")
        if not isinstance(service, str):
            problems.append((None, "trusts: one is left out, it does not say of which service"))
            continue
        store = service if service.endswith("-trust") else f"{service}-trust"
        for held in _mappings(trust, "certificate_data", problems):
            pem = held.get("certificate")
            yield store, str(held.get("filename") or ""), pem if isinstance(pem, str) else ""


def _mappings(
    data: Mapping[str, Any], key: str, problems: list[tuple[int | None, str]]
) -> Iterator[Mapping[str, Any]]:
    """The objects of the list under a key; what is none is stated."""
    held = data.get(key)
    if held is None:
        return
    if not isinstance(held, list):
        problems.append((None, f"{key} is left out: it is not a list"))
        return
    for one in held:
        if isinstance(one, Mapping):
            yield one
        else:
            problems.append((None, f"{key}: one is left out, it is not an object"))


def _position(text: str, pem: str, start: int) -> int | None:
    """Where a certificate stands after a position: the first line of its own Base64."""
    lines = [line.strip() for line in pem.splitlines() if line.strip()]
    found = text.find(lines[1], start) if len(lines) > 1 and len(lines[1]) > 20 else -1
    return found if found >= 0 else None

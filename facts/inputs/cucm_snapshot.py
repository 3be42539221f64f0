"""The certificate-management snapshot of a UC server (`…/certmgr/config/snapshot/server`), as JSON.

One snapshot tells a whole server: `identities` are its own certificates, `trusts` its trust stores
in order (Cisco DevNet, Certificate Management API). Scripts that ask every server of a cluster save
the answers together, in an array or in an object by server; each is read for itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from ..formats.containers import read_pem
from ..vocabulary import Evidence
from .uc_material import UcEntry, UcFile, read_file_name

MOST_ENTRIES = 5_000
_MOST_LEVELS = 3
"""How deep a snapshot may stand in arrays and objects."""
_MOST_SNAPSHOTS = 200
_KEYS = re.compile(rb'"(?:identities|trusts)"\s*:')


def recognises(head: bytes) -> bool:
    """Whether a file begins as one snapshot or several do."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) and bool(_KEYS.search(head))


def parse(text: bytes, where: Evidence) -> UcFile:
    """All certificates of the snapshots; what is not as it should be is stated in `problems`.

    Of several snapshots each entry names its server, and the file has no host of its own.
    """
    plain = text.decode("utf-8-sig", "replace")
    try:
        data = json.loads(plain)
    except (ValueError, RecursionError) as error:
        return UcFile((), problems=((None, f"is not the JSON of a snapshot: {error}"),))
    snapshots = list(islice(_snapshots(data, None), _MOST_SNAPSHOTS + 1))
    if not snapshots:
        return UcFile((), problems=((None, "holds no JSON object of a snapshot"),))
    problems: list[tuple[int | None, str]] = []
    if len(snapshots) > _MOST_SNAPSHOTS:
        problems.append((None, f"more than {_MOST_SNAPSHOTS} snapshots; the rest is left"))
    entries: list[UcEntry] = []
    read = _Reader(plain, where, problems)
    for host, snapshot in snapshots[:_MOST_SNAPSHOTS]:
        found = read.entries(snapshot, MOST_ENTRIES - len(entries))
        if len(snapshots) > 1:
            if host is None:
                problems.append((read.line, "one of several snapshots does not name its server"))
                continue
            found = [replace(entry, server=host) for entry in found]
        entries += found
    host = snapshots[0][0] if len(snapshots) == 1 else None
    return UcFile(tuple(entries), host, problems=tuple(dict.fromkeys(problems)))


def _snapshots(
    data: object, key: str | None, level: int = 0
) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
    """Every snapshot and its server: as the snapshot says, else the key that it stands under."""
    if isinstance(data, Mapping):
        if "identities" in data or "trusts" in data:
            server = data.get("server")
            said = server if isinstance(server, str) and server.strip() else key
            yield (said.strip().lower() if said else None), data
        elif level < _MOST_LEVELS:
            for name, held in data.items():
                yield from _snapshots(held, name, level + 1)
    elif isinstance(data, list) and level < _MOST_LEVELS:
        for held in data:
            yield from _snapshots(held, None, level + 1)


class _Reader:
    """Reads snapshots of one text in order, so that each certificate gets the line it stands on."""

    def __init__(self, text: str, where: Evidence, problems: list[tuple[int | None, str]]) -> None:
        self._text = text
        self._where = where
        self._problems = problems
        self._position = 0
        self.line = 1

    def entries(self, snapshot: Mapping[str, Any], most: int) -> list[UcEntry]:
        """The entries of one snapshot, at most so many."""
        entries: list[UcEntry] = []
        for unit, file, pem in _certificates(snapshot, self._problems):
            if len(entries) >= most:
                text = f"more than {MOST_ENTRIES:,} certificates; the rest is left"
                self._problems.append((self.line, text))
                break
            self._advance(pem)
            entries.append(self._entry(unit, file, pem))
        return entries

    def _entry(self, unit: str, file: str, pem: str) -> UcEntry:
        where = replace(self._where, line=self.line)
        certificates = read_pem(pem.encode()).certificates
        if not certificates:
            text = f"{unit}/{file}: no certificate that can be read"
            self._problems.append((self.line, text))
            name, serial = read_file_name(file)
            evidence = replace(where, text=file)
            return UcEntry(unit, evidence, of_whole=True, common_name=name, serial=serial)
        certificate = certificates[0].certificate
        evidence = replace(where, text=certificate.subject, fingerprint=certificate.fingerprint)
        return UcEntry(unit, evidence, certificate, of_whole=True)

    def _advance(self, pem: str) -> None:
        """Go on to where a certificate stands: the first line of its own Base64."""
        lines = [line.strip() for line in pem.splitlines() if line.strip()]
        if len(lines) < 2 or len(lines[1]) <= 20:
            return
        found = self._text.find(lines[1], self._position)
        if found >= 0:
            self.line += self._text.count("\n", self._position, found)
            self._position = found + 1


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

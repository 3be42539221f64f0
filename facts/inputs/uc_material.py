"""What was read of a UC server, file by file, before it is known whose file it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..vocabulary import Evidence
from ..x509.certificate import Certificate

_FILE = re.compile(r"(?P<name>.+?)(?:_(?P<serial>[0-9a-fA-F]{6,40}))?\.(?:pem|der)", re.IGNORECASE)


@dataclass(frozen=True)
class UcEntry:
    """A certificate of a unit, or of a trust store, as far as its source shows it.

    `unit` is `tomcat`, `CallManager-ECDSA` and so on, a trust store where it ends in `-trust`.
    `server` and `address` are the server that the source names for this entry, if any;
    `of_whole` says that the source lists trust stores whole, so that absence can be concluded.
    `serial` is lower-case hex without leading zeros, `not_after` seconds since the epoch.
    """

    unit: str
    evidence: Evidence
    certificate: Certificate | None = None
    server: str | None = None
    address: str | None = None
    in_database: bool = False
    of_whole: bool = False
    subject: str | None = None
    issuer: str | None = None
    common_name: str | None = None
    serial: str | None = None
    not_after: int | None = None
    self_signed: bool | None = None

    @property
    def is_trust(self) -> bool:
        """It is an entry of a trust store."""
        return self.unit.endswith("-trust")

    @property
    def serial_number(self) -> str | None:
        """Serial number, of the certificate if there is one."""
        return self.certificate.serial if self.certificate else self.serial

    @property
    def name(self) -> str:
        """What the entry is called, as fully as its source tells: its subject, or common name."""
        if self.certificate:
            return self.certificate.subject
        if self.subject:
            return self.subject
        return f"CN={self.common_name}" if self.common_name else "unknown subject"

    @property
    def first_common_name(self) -> str | None:
        """First common name of the subject."""
        return self.certificate.common_name if self.certificate else self.common_name


@dataclass(frozen=True)
class UcFile:
    """All entries of one file. `host` is the server that the text names as its own."""

    entries: tuple[UcEntry, ...]
    host: str | None = None
    names: tuple[str, ...] = ()
    problems: tuple[tuple[int | None, str], ...] = ()


def plain_serial(text: str) -> str:
    """A hexadecimal serial number in the form in which they are compared.

    >>> plain_serial("00 6F:A8")
    '6fa8'
    """
    return re.sub(r"[^0-9a-f]", "", text.lower()).lstrip("0") or "0"


def read_file_name(name: str) -> tuple[str | None, str | None]:
    """Common name and serial number that a trust store's file name tells (`<CN>_<serial>.pem`).

    >>> read_file_name("CCMPUB-EC_6fa80c1b26ef5c540529502ea9ade80b.pem")
    ('CCMPUB-EC', '6fa80c1b26ef5c540529502ea9ade80b')
    """
    match = _FILE.fullmatch(name)
    if match is None:
        return None, None
    return match["name"], plain_serial(match["serial"]) if match["serial"] else None

"""What a file of the inputs is, by its name or else by its first bytes.

Names as in the Administrator Guide, "Configuring Diagnostic Logging": `<what>_<host>_<time>.<ext>`.
Browsers turn the colons of the time into blanks or underscores, and releases before X8.8 wrote no
host and time at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from ..logs import client_log, cucm_log
from . import cucm_cli, cucm_snapshot

Kind = Literal[
    "log",
    "configuration",
    "configuration_xml",
    "status",
    "status_xml",
    "trust_list",
    "server_certificate",
    "client_certificate",
    "capture",
    "certificate_file",
    "uc_certificates",
    "uc_snapshot",
    "uc_log",
    "client_log",
    "unknown",
]

_TIME = r"(?P<date>\d{4}-\d\d-\d\d)[ _T](?P<h>\d\d)[ _:.\-](?P<m>\d\d)[ _:.\-](?P<s>\d\d)"
_NAME = re.compile(
    r"(?P<what>loggingsnapshot|xconf_dump|xstat_dump|ca|server|client(?:_?cert(?:ificate)?)?"
    r"|(?:eth\d+_)?diagnostic_logging_tcpdump\d*)"
    rf"(?:_(?P<host>.+?)_{_TIME})?(?: ?\(\d+\))?\.(?P<ext>txt|xml|pem|pcap|log|crt|cer)",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(rf"diagnostic_log_(?P<host>[^/]+?)_{_TIME}", re.IGNORECASE)
_KINDS: dict[tuple[str, str], Kind] = {
    ("loggingsnapshot", "txt"): "log",
    ("loggingsnapshot", "log"): "log",
    ("xconf_dump", "txt"): "configuration",
    ("xconf_dump", "xml"): "configuration_xml",
    ("xstat_dump", "txt"): "status",
    ("xstat_dump", "xml"): "status_xml",
}
_STORES: dict[str, Kind] = {
    "ca": "trust_list",
    "server": "server_certificate",
    "client": "client_certificate",
}
_LOG_LINE = re.compile(rb"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d \S+ ", re.MULTILINE)
_CERTIFICATE_SUFFIX = re.compile(
    r"\.(pem|crt|cer|der|p7b|p7c|pfx|p12|sst|csr|key|jks|cert|ca-bundle)$", re.IGNORECASE
)


@dataclass(frozen=True)
class BundleName:
    """A member's name, read: what it is, whose it is and when it was written (epoch seconds)."""

    kind: Kind
    host: str | None = None
    written: int | None = None


def classify(name: str, head: bytes) -> BundleName:
    """Name a member by its file name; where that says nothing, by its first bytes.

    `name` may have folders before it. The time of a name is the node's own and has no zone;
    it is taken as UTC.
    """
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    match = _NAME.fullmatch(base)
    if match is None:
        return BundleName(_by_content(base, head))
    what, ext = match["what"].lower(), match["ext"].lower()
    if "tcpdump" in what:
        kind: Kind = "capture"
    elif ext in ("pem", "crt", "cer") and what.startswith(("ca", "server", "client")):
        kind = _STORES[what if what in _STORES else "client"]
    else:
        kind = _KINDS.get((what, ext), "unknown")
    if kind == "unknown":
        return BundleName(_by_content(base, head))
    return BundleName(kind, match["host"].lower() if match["host"] else None, _written(match))


@dataclass(frozen=True)
class ArchiveName:
    """A bundle's own name, read: whose it is and when it was written (epoch seconds)."""

    host: str
    written: int | None


def archive_name(place: str) -> ArchiveName | None:
    """The innermost archive or folder `diagnostic_log_<host>_<time>` in a place; None without."""
    names = list(_ARCHIVE.finditer(place))
    return ArchiveName(names[-1]["host"].lower(), _written(names[-1])) if names else None


def _written(name: re.Match[str]) -> int | None:
    if not name["date"]:
        return None
    try:
        moment = datetime.fromisoformat(f"{name['date']}T{name['h']}:{name['m']}:{name['s']}")
    except ValueError:
        return None
    return int(moment.replace(tzinfo=UTC).timestamp())


def _by_content(base: str, head: bytes) -> Kind:
    if kind := _of_uc(base, head):
        return kind
    if b"xConfiguration " in head and not _LOG_LINE.search(head):
        return "configuration"
    if re.search(rb"^\*s ", head, re.MULTILINE):
        return "status"
    if _LOG_LINE.search(head):
        return "log"
    if head[:4] in (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x0a\x0d\x0d\x0a"):
        return "capture"
    if _CERTIFICATE_SUFFIX.search(base) or b"-----BEGIN " in head or head[:2] == b"\x30\x82":
        return "certificate_file"
    return "unknown"


def _of_uc(base: str, head: bytes) -> Kind | None:
    """The kinds of files that come from UC servers and clients."""
    if cucm_snapshot.recognises(head):
        return "uc_snapshot"
    if cucm_log.recognises(head):
        return "uc_log"
    if client_log.recognises(base, head):
        return "client_log"
    if b"xConfiguration " not in head and cucm_cli.recognises(head):
        return "uc_certificates"
    return None

"""Certificate trouble in the logs of clients: Jabber, Webex App, TelePresence, phones.

Jabber's problem report has `csf-unified.log`, Webex App `current_log.txt`, TelePresence `all.log`;
phones log `SECD` lines. Personal data that Jabber wraps (`PII_CED_Exception{…}`) is taken out of
its wrapper (Cisco 221845, 211304, 223101).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Literal, NamedTuple

from ..terms import FailureClass, Side
from ..vocabulary import Evidence
from .line_counts import LineCounts, quoted
from .log_scan import Stream, scan
from .tls_reasons import read_reason, reason_code

Client = Literal["jabber", "webex_app", "telepresence", "phone"]
Stage = Literal[
    "https", "xmpp", "policy", "identity", "edge_domain", "provisioning", "discovery", "tls"
]

LONGEST = 8_000
"""Bytes of a line that are looked at."""
_ANCHORS = (
    b"Certificate Verification Result",
    b"curl_easy_perform for request",
    b"handlePlatformVerificationResultSynchronously",
    b"checkIdentifiers",
    b"Policy verification failed",
    b"OnLoginError: LERR_",
    b"CLoginCup::OnLoginFailed",
    b"TLS handshake failed",
    b"SSL alert ",
    b"SSLErrorCode",
    b"ServiceDiscoveryHandlerResult return code",
    b"verify_edge_domain_in_san",
    b"SSL certificate problem",
    b"ProvisionRequest failed",
    b"SSL3 alert",
    b"HTTPS cert not in CTL",
    b"No match found in trust list",
)
_HTTP_RESULT = re.compile(r"Certificate Verification Result:\s*(?P<result>\w+)")
_CURL = re.compile(r"curl_easy_perform for request #\d+:\s*(?P<result>[A-Z_]+)")
_PLATFORM = re.compile(
    r"Verification result\s*:\s*(?P<result>\w+)\s+reason\s*:\s*\[(?P<why>[^\]]{0,200})\]"
    r"|finalResult:\s*(?P<final>\w+)"
)
_IDENTITY = re.compile(r"Verification of identity:\s*'(?P<name>[^']{0,300})'\s+failed")
_IOS = re.compile(r"Policy verification failed.{0,200}?result\s*=\s*(?P<result>\d+)")
_LOGIN = re.compile(r"OnLoginError:\s*(?P<which>LERR_(?:CUP|JABBER)_CERT)\s*<\d+>")
_SOAP = re.compile(r"CLoginCup::OnLoginFailed.{0,300}?(?P<error>error:\s*[0-9A-Fa-f]{8}:[^\"]*)")
_ALERT = re.compile(
    r"SSL3? alert \[?(?P<way>read|write)\]?:\[?(?:fatal|warning)\]?:\[?"
    r"(?P<alert>[A-Za-z ]+?[A-Za-z])"
    r"(?=\s+type=|\s*\]|\s*$|[^A-Za-z ])"
)
_DECIMAL = re.compile(r"SSLErrorCode\s*=\s*(?P<code>\d{1,12})")
_DISCOVERY = re.compile(r"ServiceDiscoveryHandlerResult return code\s+(?P<code>[A-Z0-9_]+)")
_EDGE = re.compile(
    r"Edge domain '(?P<name>[^']{1,300})' and corresponding SRVName '[^']{1,300}' not found"
)
_PROBLEM = re.compile(r"SSL certificate problem:\s*(?P<why>[A-Za-z' -]+[A-Za-z])(?=\s+\d|\s*$|\W)")
_PROVISION = re.compile(r"ProvisionRequest failed:\s*(?P<code>\d+)\s*\((?P<why>[^)]{0,200})\)")
_PHONE_LIST = re.compile(r"HTTPS cert not in CTL|No match found in trust list[^\r\n]{0,80}")
_WRAPPED = re.compile(r"PII_CED_Exception\{([^}]{0,200})\}")
_CERTIFICATE_WORDS = re.compile(r"CERT|SSL|TLS|PEER_FAILED_VERIFICATION")
_NO_TROUBLE = {"SUCCESS", "OK"}
_CLOSURE = ("close notify", "user canceled")
"""Alerts that end a connection in order (RFC 8446, section 6.1)."""


class ClientKind(NamedTuple):
    """Failures alike."""

    client: Client
    stage: Stage
    cls: FailureClass
    rejected_by: Side
    reason: str
    name: str | None = None


@dataclass
class ClientEvents:
    """What one client's log says."""

    where: Evidence
    failures: LineCounts[ClientKind] = field(default_factory=LineCounts)

    @property
    def name(self) -> str:
        """What the log is called everywhere: its member, or its file's name."""
        return self.where.member or PurePath(self.where.input).name


def recognises(name: str, head: bytes) -> bool:
    """Whether a file is such a log, by its name or by its first bytes."""
    return bool(
        re.fullmatch(
            r"csf-unified.*\.log.*|all\.log(\.\d+)?|uclogin.*\.(log|txt)", name, re.IGNORECASE
        )
        or re.search(rb"\[csf[.:]|\bcsf::|CSFUnified|SECD: |SECUREAPP-|\[verify_edge_domain", head)
        or re.search(rb" PROV | appl\[\d+\]: |HttpClient +SSL certificate problem", head)
        or re.search(
            rb"OnLoginError: LERR_|CLoginCup::|@XmppSDK|curl_easy_perform for request"
            rb"|ServiceDiscoveryHandlerResult return code",
            head,
        )
    )


def read(stream: Stream, where: Evidence, name: str) -> tuple[ClientEvents, Exception | None]:
    """Read a log to its end, or to where it is damaged; then that error comes with the events."""
    events = ClientEvents(where)
    failure: Exception | None = None
    try:
        for hit in scan(stream, _ANCHORS):
            text = _WRAPPED.sub(r"\1", hit.line[:LONGEST].decode("utf-8", "replace"))
            for kind in _kinds(text, _client(text, name)):
                events.failures.add(kind, quoted(where, hit, text))
    except Exception as error:  # a damaged stream: what came before it counts
        failure = error
    return events, failure


def _client(text: str, name: str) -> Client:
    if "SECD" in text or "SECUREAPP" in text:
        return "phone"
    if re.search(r"CertificateVerification|HttpClient\b|\bPROV\b|\bappl\[", text):
        return "telepresence"
    mobile = "[csf.cert.ios]" in text or name.startswith(("current_log", "uclogin"))
    return "webex_app" if mobile else "jabber"


def _kinds(text: str, client: Client) -> Iterator[ClientKind]:
    """What a line says: nothing where it tells of success."""
    if match := _EDGE.search(text):
        name = match["name"].lower()
        yield ClientKind(client, "edge_domain", "name", "local", match[0], name)
    elif match := _IOS.search(text):
        yield ClientKind(client, "policy", "revocation", "local", match[0])
    elif match := _IDENTITY.search(text):
        yield ClientKind(client, "identity", "name", "local", match[0], match["name"].lower())
    elif match := _PLATFORM.search(text):
        result, why = match["result"] or match["final"], (match["why"] or "").split()
        if result not in _NO_TROUBLE:
            cls: FailureClass = "name" if "CN_NO_MATCH" in why else "other"
            yield ClientKind(client, "policy", cls, "local", match[0])
    elif match := _HTTP_RESULT.search(text):
        if match["result"] not in _NO_TROUBLE:
            yield ClientKind(client, "https", "other", "local", match[0])
    elif match := _CURL.search(text):
        if _CERTIFICATE_WORDS.search(match["result"]):
            yield ClientKind(client, "https", "other", "local", match["result"])
    elif match := _LOGIN.search(text):
        stage: Stage = "https" if "CUP" in match["which"] else "xmpp"
        yield ClientKind(client, stage, "other", "local", match["which"])
    elif match := _SOAP.search(text):
        verdict = read_reason(match["error"])
        yield ClientKind(client, "https", verdict.cls, verdict.rejected_by, match["error"].strip())
    elif "TLS handshake failed" in text and "Xmpp" in text:
        yield ClientKind(client, "xmpp", "other", "unknown", "TLS handshake failed")
    elif match := _DISCOVERY.search(text):
        if match["code"].startswith("FAILED"):
            yield ClientKind(client, "discovery", "other", "unknown", match["code"])
    elif match := _PROBLEM.search(text):
        verdict = read_reason(match["why"])
        yield ClientKind(client, "https", verdict.cls, "local", match["why"])
    elif match := _PROVISION.search(text):
        untrusted = "certificate" in match["why"].lower()
        cls = "untrusted" if untrusted else "other"
        yield ClientKind(client, "provisioning", cls, "local" if untrusted else "unknown", match[0])
    elif match := _PHONE_LIST.search(text):
        yield ClientKind(client, "tls", "untrusted", "local", match[0])
    else:
        yield from _alerts(text, client)


def _alerts(text: str, client: Client) -> Iterator[ClientKind]:
    """A TLS alert, by its words, or by the OpenSSL code that the line gives in decimal."""
    if match := _ALERT.search(text):
        alert = " ".join(match["alert"].lower().split())
        if alert in _CLOSURE:
            return
        words = f"alert {alert}"
        side: Side = "remote" if match["way"] == "read" else "local"
        yield ClientKind(client, "tls", read_reason(words).cls, side, words)
    elif match := _DECIMAL.search(text):
        code = int(match["code"])
        if reason_code(code) is not None and code < 1 << 32:
            words = f"error:{code:08X}:"
            verdict = read_reason(words)
            yield ClientKind(client, "tls", verdict.cls, verdict.rejected_by, words)

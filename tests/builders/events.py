"""Events of a deployment spec's `log:` by name, each turned into the lines it leaves in the log.

A keyword of a function here is a key of the event in the spec.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from . import handshakes, traffic
from .spec import check, did_you_mean
from .writer import Writer

Maker = Callable[..., list[str]]
"""Takes the writer and the event's keys, gives the lines."""


def alarm(w: Writer, *, id: int, severity: str, detail: str, state: str = "Raised") -> list[str]:
    """An alarm that is raised or lowered."""
    return [
        w.line(
            "alarm",
            f'Level="WARN" Event="Alarm {state}" Id="{id}" UUID="{w.uuid(str(id))}"'
            f' Severity="{severity}" Detail="{detail}" {w.utc}',
        )
    ]


def wrong_password(
    w: Writer, *, remote: str, method: str = "OPTIONS", port: int = 7001
) -> list[str]:
    """SIP credentials of `remote` that the node refuses."""
    return [
        w.event(
            "tvcs",
            f'Event="Authentication Failed" Service="SIP" Src-ip="{w.address(remote)}"'
            f' Src-port="{w.port}" Dst-ip="{w.node.ip}" Dst-port="{port}"'
            ' Detail="Incorrect authentication credential for user" Protocol="TLS"'
            f' Method="{method}"',
        )
    ]


def tcp_failed(
    w: Writer, *, remote: str, port: int, reason: str = "Connection timed out"
) -> list[str]:
    """A TCP connection to `remote` that does not come about."""
    return [_tcp(w, remote, port, "TCP Connection Failed", reason)]


def tcp_closed(
    w: Writer, *, remote: str, port: int, reason: str = "Idle countdown expired"
) -> list[str]:
    """A TCP connection to `remote` that ends."""
    return [_tcp(w, remote, port, "TCP Connection Closed", reason)]


def service_message(w: Writer, *, certificate_of: str) -> list[str]:
    """A SIP SERVICE message that brings the certificate of an Expressway-E, as PEM in its body."""
    sender = w.address(certificate_of)
    branch, call = w.token("branch"), w.token("call")
    body = [
        f"|SERVICE sip:serviceserver@{w.node.ip} SIP/2.0",
        f"Via: SIP/2.0/TLS {sender}:7001;branch=z9hG4bK{branch};received={sender}",
        f"Call-ID: {call}@{sender}",
        "CSeq: 101 SERVICE",
        f"From: <sip:serviceproxy@{sender}>;tag={w.token('from')[:16]}",
        f"To: <sip:serviceserver@{w.node.ip}>",
        "Max-Forwards: 70",
        f"User-Agent: TANDBERG/4137 ({w.node.version})",
        "Content-Type: multipart/mixed;boundary=boundary-certificate",
        "",
        "--boundary-certificate",
        "Content-Type: application/x-x509-ca-cert",
        "",
        *w.certificate(certificate_of).splitlines(),
        "--boundary-certificate--",
        "|",
    ]
    return [_sip(w, sender), " SIPMSG:", *(f" {line}" for line in body)]


def service_timeout(
    w: Writer, *, sender: str, method: str = "SERVICE", status: str = "408 Request Timeout"
) -> list[str]:
    """A SIP request that brought an Expressway-E's certificate is answered with a timeout.

    Other methods and status lines make it the refusal of another request.
    """
    address = w.address(sender)
    body = [
        f"|SIP/2.0 {status}",
        f"Via: SIP/2.0/TLS {address}:7001;branch=z9hG4bK{w.token('branch')};received={address}",
        f"Call-ID: {w.token('call')}@{address}",
        f"CSeq: 101 {method}",
        f"From: <sip:serviceproxy@{address}>;tag={w.token('from')[:16]}",
        f"To: <sip:serviceserver@{w.node.ip}>",
        "|",
    ]
    return [_sip(w, address), " SIPMSG:", *(f" {line}" for line in body)]


def certificate_upload(w: Writer, *, store: str = "Server", user: str = "admin") -> list[str]:
    """An administrator uploads a certificate."""
    return [
        w.event(
            "httpd[15060]",
            f'web: Event="Certificate Management" Detail="{store} certificate uploaded"'
            f' Src-ip="10.0.0.99" Src-port="{w.port}" User="{user}"',
        )
    ]


def restart(w: Writer, *, user: str = "admin") -> list[str]:
    """An administrator restarts the system."""
    return [
        w.event(
            "httpd[15060]",
            f'web: Event="Restart Requested" Src-ip="10.0.0.99" Src-port="{w.port}" User="{user}"',
        ),
        w.event("tvcs", 'Event="System Start" Detail="Product started"'),
    ]


def cluster_mode(w: Writer, *, to: str, user: str = "admin") -> list[str]:
    """An administrator changes the cluster's TLS verification mode; it waits for a restart."""
    before = {"Enforcing": "Permissive", "Permissive": "Enforcing"}.get(to)
    if before is None:
        raise ValueError(f"to: {to!r} is neither Enforcing nor Permissive")
    return [
        f'{w.local} {w.node.hostname} {w.utc} Event="System Configuration Changed"'
        f' Node="clusterdb@{w.node.fqdn}" PID="<0.345.0>" Detail="xconfiguration'
        f' clusterConfiguration tls_verify - changed from: {before} to: {to}"',
        w.event(
            "httpd[15060]",
            'web: Event="System Configuration Changed" Detail="configuration/cluster/tls_verify'
            f" - changed from: '{before}' to: '{to}'\" Src-ip=\"10.0.0.99\""
            f' Src-port="{w.port}" User="{user}"',
        ),
        w.trace(
            "management",
            "developer.management.databasemanager",
            "INFO",
            f'Detail="TLS Verify change status" Startup="{before == "Enforcing"}"'
            f' New="{to == "Enforcing"}"',
        ),
    ]


def raw(w: Writer, text: str) -> list[str]:
    """Lines as given; `{time}`, `{host}` and `{utc}` stand for what the log would have there."""
    replaced = text.replace("{time}", w.local).replace("{host}", w.node.hostname)
    return replaced.replace("{utc}", w.utc).split("\n")


EVENTS: Mapping[str, Maker] = {
    maker.__name__: maker
    for maker in (
        alarm,
        handshakes.tls_failure,
        traffic.ats_untrusted,
        traffic.ats_name,
        traffic.ats_rejected,
        traffic.http_502,
        traffic.xcp_name,
        traffic.xcp_no_ptr,
        wrong_password,
        tcp_failed,
        tcp_closed,
        service_message,
        service_timeout,
        certificate_upload,
        restart,
        cluster_mode,
    )
}


def maker_of(event: Any, path: str) -> tuple[Maker, dict[str, Any]]:
    """The function for an event and its keys; ValueError names a wrong event or key."""
    if isinstance(event, str):
        return raw, {"text": event}
    if isinstance(event, list | tuple):
        return raw, {"text": "\n".join(map(str, event))}
    if not isinstance(event, Mapping) or "event" not in event:
        raise ValueError(f"{path}: an event is a line, a list of lines or a mapping with `event`")
    name = str(event["event"])
    maker = EVENTS.get(name)
    if maker is None:
        raise ValueError(f"{path}.event: unknown event {name!r}{did_you_mean(name, EVENTS)}")
    keys: dict[str, Any] = {
        key: value for key, value in event.items() if key not in ("event", "count")
    }
    parameters = list(inspect.signature(maker).parameters.values())[1:]
    check(keys, {parameter.name: "" for parameter in parameters}, path)
    for key, value in keys.items():
        if not isinstance(value, str | int | None):
            raise ValueError(f"{path}.{key}: expected text or a number, not {value!r}")
    missing = [p.name for p in parameters if p.default is p.empty and p.name not in keys]
    if missing:
        raise ValueError(f"{path}: event {name} needs {', '.join(missing)}")
    return maker, keys


def _tcp(w: Writer, remote: str, port: int, detail: str, reason: str) -> str:
    return w.trace(
        "tvcs",
        "network.tcp",
        "DEBUG",
        f' Src-ip="{w.node.ip}" Src-port="{w.port}" Dst-ip="{w.address(remote)}"'
        f' Dst-port="{port}" Detail="{detail}" Reason="{reason}"',
    )


def _sip(w: Writer, sender: str) -> str:
    return w.trace(
        "tvcs",
        "network.sip",
        "DEBUG",
        f' Action="Received" Local-ip="{w.node.ip}" Local-port="{w.port}" Src-ip="{sender}"'
        f' Src-port="7001" Msg-Hash="{int(w.token("hash")[:15], 16)}"',
    )

"""What Traffic Server and XCP log on the way of an MRA request (Cisco documents 218018, 225746)."""

from __future__ import annotations

import base64

from .writer import Writer

_VERIFY_FAILED = (
    "error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed"
)


def ats_untrusted(
    w: Writer,
    *,
    server: str,
    ip: str = "10.0.0.20",
    error: str = "self signed certificate",
    depth: int = 0,
    action: str = "Terminate",
    port: int = 6972,
    user: str = "alice",
    domain: str = "example.com",
) -> list[str]:
    """Traffic Server does not trust the certificate of `server`; `Continue` only notes it."""
    warning = (
        f"Core server certificate verification failed for ({server}). Action={action}"
        f" Error={error} server={server}({ip}) depth={depth}"
    )
    return _refusal(w, warning, server, ip, port, user, domain, action)


def ats_name(
    w: Writer,
    *,
    server: str,
    ip: str = "10.0.0.20",
    action: str = "Terminate",
    port: int = 6972,
    user: str = "alice",
    domain: str = "example.com",
) -> list[str]:
    """The certificate is trusted and does not carry the name that the request is for."""
    warning = f"SNI ({server}) not in certificate. Action={action} server={server}({ip})"
    return _refusal(w, warning, server, ip, port, user, domain, action)


def ats_rejected(
    w: Writer,
    *,
    server: str,
    ip: str = "10.0.0.20",
    alert: str = "tlsv1 alert unknown ca",
    code: str = "14094418",
    port: int = 6972,
    user: str = "alice",
    domain: str = "example.com",
) -> list[str]:
    """`server` refuses the node's certificate."""
    refusal = f"error:{code}:SSL routines:ssl3_read_bytes:{alert}"
    return [
        *_request(w, server, ip, port, user, domain),
        _native(w, f"ERROR: SSL connection failed for '{server}': {refusal}"),
        _response(w, "502 connect failed"),
    ]


def http_502(
    w: Writer,
    *,
    reason: str = "Next Hop Connection Failed",
    client: str = "198.51.100.77",
    domain: str = "example.com",
) -> list[str]:
    """A client's request for its configuration is answered with 502."""
    path = encoded_path(domain)
    return [
        _trace(
            w,
            f'Detail="Receive Request" Txn-id="{w.number}" TrackingID="{w.uuid("track")}"'
            f' Src-ip="{client}" Src-port="{w.port}" Last-via-addr=""'
            f' Msg="GET https://{w.node.fqdn}:8443/{path}/get_edge_config?service_name=_cisco-uds'
            ' HTTP/1.1"',
        ),
        _response(w, f"502 {reason}", client),
    ]


def xcp_name(w: Writer, *, remote: str) -> list[str]:
    """XCP finds the name of the PTR record not in the certificate of `remote`."""
    host = w.address(remote)
    return [
        _xcp(
            w,
            "ERROR",
            "cvsservice.cpp:601",
            f"Certificate verification failed for host={host}, additional info: Invalid Hostname",
        )
    ]


def xcp_no_ptr(w: Writer, *, remote: str) -> list[str]:
    """XCP finds no PTR record for the address of `remote`."""
    address = w.address(remote)
    return [
        _xcp(
            w,
            "WARN ",
            "cvsservice.cpp:409",
            "caught exception: exception in reverseDNSLookup: reverse DNS lookup failed for"
            f" address={address}",
        )
    ]


def encoded_path(*parts: object) -> str:
    """The path element that names a request's target: base64 without its padding."""
    return base64.b64encode("/".join(map(str, parts)).encode()).decode().rstrip("=")


def _refusal(
    w: Writer, warning: str, server: str, ip: str, port: int, user: str, domain: str, action: str
) -> list[str]:
    lines = [*_request(w, server, ip, port, user, domain), _native(w, f"WARNING: {warning}")]
    if action != "Terminate":
        return [*lines, _response(w, "200 OK")]
    return [
        *lines,
        _native(w, f"ERROR: SSL connection failed for '{server}': {_VERIFY_FAILED}"),
        _response(w, "502 connect failed"),
    ]


def _request(w: Writer, server: str, ip: str, port: int, user: str, domain: str) -> list[str]:
    path = encoded_path(domain, "https", server, port)
    transaction = f'Txn-id="{w.number}" TrackingID="{w.uuid("track")}"'
    return [
        _trace(
            w,
            f'Detail="Receive Request" {transaction} Src-ip="127.0.0.1" Src-port="{w.port}"'
            f' Last-via-addr="" Msg="GET http://vcs_control.{domain}:8443/{path}/CSF{user}.cnf.xml'
            ' HTTP/1.1"',
        ),
        _trace(
            w,
            f'Detail="Sending Request" {transaction} Dst-ip="{ip}" Dst-port="{port}"'
            f' Msg="GET /CSF{user}.cnf.xml HTTP/1.1"',
        ),
    ]


def _response(w: Writer, status: str, client: str = "127.0.0.1") -> str:
    return _trace(
        w,
        f'Detail="Sending Response" Txn-id="{w.number}" TrackingID="" Dst-ip="{client}"'
        f' Dst-port="{w.port}" Msg="HTTP/1.1 {status} "',
    )


def _trace(w: Writer, text: str) -> str:
    return w.trace("traffic_server[18242]", "network.http.trafficserver", "INFO", text)


def _native(w: Writer, text: str) -> str:
    return w.line("traffic_server[18242]", f"[ET_NET {w.number % 3}] {text}")


def _xcp(w: Writer, level: str, place: str, detail: str) -> str:
    return w.line(
        "XCP_JABBERD[20026]",
        f'{w.utc} ThreadID="139741302843136" Module="Jabber" Level="{level}"'
        f' CodeLocation="{place}" Detail="{detail}"',
    )

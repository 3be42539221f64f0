"""TLS failures of the SIP stack as the log tells them: the event and its companions."""

from __future__ import annotations

from .writer import Writer

IDENTITY = "Peer's TLS certificate identity was unacceptable"
DISCONNECT = "No SSL error available, probably remote disconnect"
NO_CERTIFICATE = "no certificate returned"

# What the other side's alert says, and the reason code of OpenSSL 1.1.1 for it.
ALERTS = {
    "sslv3 alert bad certificate": "14094412",
    "sslv3 alert unsupported certificate": "14094413",
    "sslv3 alert certificate revoked": "14094414",
    "sslv3 alert certificate expired": "14094415",
    "sslv3 alert certificate unknown": "14094416",
    "sslv3 alert handshake failure": "14094410",
    "tlsv1 alert unknown ca": "14094418",
    "tlsv1 alert access denied": "14094419",
    "tlsv1 alert decrypt error": "1409441B",
    "tlsv1 alert protocol version": "1409442E",
    "tlsv13 alert certificate required": "1409445C",
}


def tls_failure(
    w: Writer, *, remote: str, direction: str, detail: str, port: int = 7001, expected: str = ""
) -> list[str]:
    """A handshake with `remote` that failed for the reason in `detail`.

    `direction` is `outbound` where the node was TLS client; `expected` is the name that it looked
    for. A local refusal closes the connection for the same reason, an alert or a cut shows as the
    end of the stream.
    """
    if direction not in ("inbound", "outbound"):
        raise ValueError(f"direction {direction!r} is neither inbound nor outbound")
    inbound = direction == "inbound"
    here, there = w.node.ip, w.address(remote)
    source, target = (there, here) if inbound else (here, there)
    ends = f'Src-ip="{source}" Src-port="{w.port}" Dst-ip="{target}" Dst-port="{port}"'
    local, distant = (port, w.port) if inbound else (w.port, port)
    common_name = f' Common-name="{expected}"' if expected else ""
    by_peer = detail in ALERTS or detail == DISCONNECT
    closed = "Got EOF on socket" if by_peer else detail
    lines = [
        _ssl(w, "INFO", "Handshake in progress", ' Reason="want read/write"'),
        w.event(
            "tvcs",
            f'Event="{direction.capitalize()} TLS Negotiation Error" Service="SIP" {ends}'
            f' Detail="{detail}" Protocol="TLS"{common_name}',
        ),
        w.trace(
            "tvcs",
            "network.tcp",
            "DEBUG",
            f' {ends} Detail="TCP Connection Closed" Reason="{closed}"',
        ),
    ]
    if detail == IDENTITY:
        # The handshake itself went well: the name is looked at afterwards.
        lines.insert(1, _ssl(w, "DEBUG", "Handshake succeeded"))
    else:
        failure = (
            'CodeLocation="ppcmains/ssl/ttssl/ttssl_openssl.cpp(68)" Method="::TTSSLErrorOutput"'
            f' Thread="{w.thread}": TTSSL_continueHandshake: Failed to establish SSL connection'
            f' iResult="-1" error="{5 if detail == DISCONNECT else 1}"'
            f' bServer="{str(inbound).lower()}"'
            f""" localAddress="['IPv4''TCP''{here}:{local}']\""""
            f""" remoteAddress="['IPv4''TCP''{there}:{distant}']\""""
            f"{_reason(detail, inbound)}"
        )
        lines.insert(1, w.line("tvcs", f'{w.utc} Module="developer.ssl" Level="ERROR" {failure}'))
    return lines


def _ssl(w: Writer, level: str, detail: str, reason: str = "") -> str:
    place = (
        'CodeLocation="ppcmains/ssl/ttssl/ttssl_openssl.cpp(1671)"'
        f' Method="::ttssl_continueHandshake" Thread="{w.thread}":'
    )
    return w.line(
        "tvcs",
        f'{w.utc} Module="developer.ssl" Level="{level}" {place} Detail="{detail}"{reason}',
    )


def _reason(detail: str, inbound: bool) -> str:
    if detail == DISCONNECT:
        return ""
    if detail in ALERTS:
        text = f"{ALERTS[detail]}:SSL routines:ssl3_read_bytes:{detail}"
    elif detail == NO_CERTIFICATE:
        text = "140890C7:SSL routines:ssl3_get_client_certificate:peer did not return a certificate"
    elif inbound:
        text = "14089086:SSL routines:ssl3_get_client_certificate:certificate verify failed"
    else:
        text = "1416F086:SSL routines:tls_process_server_certificate:certificate verify failed"
    return f' ssl_error_reason="error:{text}"'

"""Ordinary lines of a diagnostic log, for a fault to hide among."""

from __future__ import annotations

from .writer import Writer


def noise(w: Writer) -> list[str]:
    """The lines of one ordinary record; the writer's number chooses its kind."""
    return _KINDS[w.number % len(_KINDS)](w)


def _options(w: Writer) -> list[str]:
    peer = next(iter(w.node.far_side.values()), "10.0.0.99")
    head = (
        f' Action="Sent" Local-ip="{w.node.ip}" Local-port="{w.port}" Dst-ip="{peer}"'
        f' Dst-port="7001" Msg-Hash="{int(w.token("hash")[:15], 16)}"'
    )
    return [
        w.trace("tvcs", "network.sip", "DEBUG", head),
        " SIPMSG:",
        f" |OPTIONS sip:{peer}:7001;transport=tls SIP/2.0",
        f" Via: SIP/2.0/TLS {w.node.ip}:5061;branch=z9hG4bK{w.token('branch')};rport",
        f" Call-ID: {w.token('call')}@{w.node.ip}",
        " CSeq: 1 OPTIONS",
        f" From: <sip:{w.node.ip}>;tag={w.token('from')[:16]}",
        f" To: <sip:{peer}:7001>",
        " Max-Forwards: 0",
        f" User-Agent: TANDBERG/4137 ({w.node.version})",
        " Content-Length: 0",
        " ",
        " |",
    ]


def _tcp(w: Writer) -> list[str]:
    return [
        w.trace(
            "tvcs",
            "network.tcp",
            "DEBUG",
            f' Src-ip="{w.node.ip}" Src-port="{w.port}" Dst-ip="10.0.0.20" Dst-port="5061"'
            ' Detail="TCP Connection Established"',
        )
    ]


def _handshake(w: Writer) -> list[str]:
    return [
        w.line(
            "tvcs",
            f'{w.utc} Module="developer.ssl" Level="DEBUG"'
            ' CodeLocation="ppcmains/ssl/ttssl/ttssl_openssl.cpp(1671)"'
            f' Method="::ttssl_continueHandshake" Thread="{w.thread}":'
            ' Detail="Handshake succeeded"',
        )
    ]


def _request(w: Writer) -> list[str]:
    return [
        w.trace(
            "traffic_server[18242]",
            "network.http.trafficserver",
            "DEBUG",
            f'Detail="Receive Request" Txn-id="{w.number}" TrackingID="{w.uuid("track")}"'
            f' Src-ip="198.51.100.{w.number % 200}" Src-port="{w.port}"',
        ),
        " HTTPMSG:",
        f" |GET https://{w.node.fqdn}:8443/ZXhhbXBsZS5jb20/get_edge_config HTTP/1.1",
        f" Host: {w.node.fqdn}:8443",
        f" Cookie: X-Auth={w.uuid('cookie')}",
        " User-Agent: Jabber-Win-1415",
        " ",
        " |",
    ]


def _provisioning(w: Writer) -> list[str]:
    return [
        w.trace(
            "edgeconfigprovisioning",
            "network.http.edgeconfigprovisioning",
            "DEBUG",
            ' Action="Received" Request-url="https://10.0.0.20:8443/cucm-uds/user/alice/devices"'
            f' TrackingID="{w.uuid("track")}" Status="200"',
        )
    ]


def _web(w: Writer) -> list[str]:
    return [
        w.event(
            "httpd[15060]",
            'web: Event="System Configuration Changed" Detail="configuration/logger/module'
            f' - changed from: \'INFO\' to: \'DEBUG\'" Src-ip="10.0.0.99" Src-port="{w.port}"'
            ' User="admin"',
        )
    ]


def _zone(w: Writer) -> list[str]:
    return [
        w.line(
            "tvcs",
            f'{w.utc} Module="developer.zone.zonemgr" Level="DEBUG"'
            ' CodeLocation="ppcmains/oak/zones/ZoneManager.cpp(1226)"'
            f' Method="ZoneManager::getZoneByIdentities" Thread="{w.thread}":'
            f' Detail="getZoneByIdentities, match complete" Identitites="{{CN: {w.node.fqdn}}}"'
            ' MatchMechanism="DefaultZone" MatchedZone="DefaultZone"',
        )
    ]


def _chat(w: Writer) -> list[str]:
    return [
        w.line(
            "XCP_CM2[23843]",
            f'{w.utc} ThreadID="139741302843136" Module="cm-2.node" Level="VBOSE"'
            ' CodeLocation="stream.cpp:774" Detail="(jid=alice@example.com) packet routed"',
        )
    ]


def _mark(w: Writer) -> list[str]:
    return [f"{w.local} {w.node.hostname} -- MARK --"]


_KINDS = (_options, _tcp, _handshake, _request, _provisioning, _tcp, _web, _zone, _chat, _mark)

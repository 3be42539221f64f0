"""Ordinary traffic in a diagnostic log, at length: what a busy node writes when nothing is wrong.

The shapes are those that Cisco's documents quote: SIP and HTTP messages with their bodies, the
states of connections and handshakes, provisioning, chat. None of the lines is of interest to the
analysis. Identifiers are drawn, so that the log packs about as well as real ones do.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

_LOCAL = timezone(timedelta(hours=1))
_METHODS = ("INVITE", "OPTIONS", "REGISTER", "SUBSCRIBE", "NOTIFY", "ACK", "BYE", "INFO")
_ANSWERS = ("200 OK", "100 Trying", "180 Ringing", "401 Unauthorized")
_STATES = ("TCP Connecting", "TCP Connection Established", "TCP data received", "TCP data sent")
_STEPS = ("ttssl_continueHandshake", "TTSSL_retrieveCommonName", "TTSSL_postHandshakeChecks")
_MODULES = ("zone.zonemgr", "sip.leg", "callrouting", "sip.transport")
_ZONES = ("TraversalClient", "Neighbor", "DNS", "Default")
_HTTP = ("Receive Request", "Send Request", "Receive Response", "Send Response")
_USERS = 800


class Traffic:
    """Records of one node, each a text of one or more whole lines. The same seed, the same text."""

    def __init__(self, seed: int, host: str) -> None:
        draw = random.Random(seed)  # noqa: S311
        self._bits = draw.getrandbits
        self._host = host
        bits = self._bits
        self._inside = [f"10.{bits(3)}.{bits(4)}.{1 + bits(7)}" for _ in range(64)]
        self._outside = [f"203.0.{bits(8)}.{bits(8)}" for _ in range(512)]
        self._threads = [f"0x7f{bits(28):07x}a700" for _ in range(16)]
        self._second = -1
        self._local = self._utc = ""

    def record(self, time: float) -> str:
        """The lines of the next record, at a time in seconds since 1970."""
        second = int(time)
        if second != self._second:
            moment = datetime.fromtimestamp(second, UTC)
            self._second = second
            self._local = f"{moment.astimezone(_LOCAL):%Y-%m-%dT%H:%M:%S}"
            self._utc = f"{moment:%Y-%m-%d %H:%M:%S}"
        fraction = f"{int((time - second) * 1000):03d}"
        local = f"{self._local}.{fraction}+01:00 {self._host}"
        utc = f'UTCTime="{self._utc},{fraction}"'
        kind = self._bits(7)
        if kind < 16:
            return self._sip(local, utc)
        if kind < 58:
            return self._tcp(local, utc)
        if kind < 80:
            return self._handshake(local, utc)
        if kind < 98:
            return self._zone(local, utc)
        if kind < 108:
            return self._http(local, utc)
        if kind < 118:
            return self._provisioning(local, utc)
        return self._chat(local, utc)

    def _sip(self, local: str, utc: str) -> str:
        bits = self._bits
        here, there = self._inside[bits(6)], self._outside[bits(9)]
        port, call, branch = 25000 + bits(12), f"{bits(128):032x}", f"{bits(120):030x}"
        user, other, method = self._user(), self._user(), _METHODS[bits(3)]
        start = (
            f"{method} sip:{user}@example.com SIP/2.0"
            if bits(1)
            else f"SIP/2.0 {_ANSWERS[bits(2)]}"
        )
        body = self._session(here) if method == "INVITE" else ""
        return (
            f'{local} tvcs: {utc} Module="network.sip" Level="DEBUG":  Action="Sent"'
            f' Local-ip="{here}" Local-port="{port}" Dst-ip="{there}" Dst-port="7001"'
            f' Msg-Hash="{bits(63)}"\n'
            " SIPMSG:\n"
            f" |{start}\n"
            f" Via: SIP/2.0/TLS {here}:{port};egress-zone=TraversalZone;branch=z9hG4bK{branch}"
            f".{bits(64):016x};proxy-call-id={call[:8]}-{call[8:12]}-4{call[12:15]}-a{call[15:18]}"
            f"-{call[18:30]};rport\n"
            f" Via: SIP/2.0/TLS {there}:5061;branch=z9hG4bK{bits(64):016x};received={there}\n"
            f" Call-ID: {call}@{here}\n"
            f" CSeq: {100 + bits(6)} {method}\n"
            f" Contact: <sip:{user}@{there}:{port};transport=tls>\n"
            f' From: "{user}" <sip:{user}@example.com>;tag={bits(64):016x}\n'
            f" To: <sip:{other}@example.com>\n"
            f" Max-Forwards: {60 + bits(3)}\n"
            f" Route: <sip:{here}:7001;transport=tls;lr>\n"
            " User-Agent: TANDBERG/4137 (X14.3.4)\n"
            " Supported: replaces,100rel,timer,gruu,outbound\n"
            f" P-Asserted-Identity: <sip:{user}@example.com>\n"
            f" Content-Length: {len(body)}\n"
            f"{body} \n |\n"
        )

    def _session(self, here: str) -> str:
        bits = self._bits
        return (
            f" \n v=0\n o=tandberg {bits(20)} {bits(4)} IN IP4 {here}\n s=-\n c=IN IP4 {here}\n"
            " b=AS:6000\n t=0 0\n"
            f" m=audio {36000 + bits(13)} RTP/SAVP 107 108 109 110 9 18 8 0 101\n"
            " a=rtpmap:107 MP4A-LATM/90000\n"
            " a=fmtp:107 profile-level-id=25;object=23;bitrate=128000\n"
            " a=rtpmap:9 G722/8000\n a=rtpmap:0 PCMU/8000\n"
            f" a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{bits(180):045x}\n a=sendrecv\n"
        )

    def _tcp(self, local: str, utc: str) -> str:
        bits = self._bits
        return (
            f'{local} tvcs: {utc} Module="network.tcp" Level="DEBUG":'
            f'  Src-ip="{self._inside[bits(6)]}" Src-port="{25000 + bits(12)}"'
            f' Dst-ip="{self._outside[bits(9)]}" Dst-port="5061" Detail="{_STATES[bits(2)]}"\n'
        )

    def _handshake(self, local: str, utc: str) -> str:
        bits = self._bits
        return (
            f'{local} tvcs: {utc} Module="developer.ssl" Level="DEBUG"'
            f' CodeLocation="ppcmains/ssl/ttssl/ttssl_openssl.cpp({1600 + bits(7)})"'
            f' Method="::{_STEPS[bits(16) % 3]}" Thread="{self._threads[bits(4)]}": '
            ' Detail="Handshake in progress" Reason="want read/write"\n'
        )

    def _zone(self, local: str, utc: str) -> str:
        bits = self._bits
        return (
            f'{local} tvcs: {utc} Module="developer.{_MODULES[bits(2)]}" Level="DEBUG"'
            f' CodeLocation="ppcmains/oak/zones/Zone.cpp({bits(11)})" Method="Zone::updateState"'
            f' Thread="{self._threads[bits(4)]}":  this="0x7f{bits(40):010x}"'
            f' Type="{_ZONES[bits(2)]}" Global-CallId="{bits(128):032x}" '
            f' Detail="state change {bits(3)} -> {bits(3)}"\n'
        )

    def _http(self, local: str, utc: str) -> str:
        bits = self._bits
        return (
            f'{local} traffic_server[18242]: {utc} Module="network.http.trafficserver"'
            f' Level="DEBUG":  Detail="{_HTTP[bits(2)]}" Txn-id="{bits(22)}"'
            f' TrackingID="{bits(64):016x}" Src-ip="{self._outside[bits(9)]}"'
            f' Src-port="{25000 + bits(12)}"\n'
            " HTTPMSG:\n"
            " |GET https://edge1.example.com:8443/ZXhhbXBsZS5jb20/get_edge_config HTTP/1.1\n"
            " Host: edge1.example.com:8443\n"
            f" Cookie: X-Auth={bits(64):016x}-{bits(64):016x}\n"
            f" User-Agent: Jabber-Win-14{bits(4)}\n Accept: */*\n \n |\n"
        )

    def _provisioning(self, local: str, utc: str) -> str:
        bits = self._bits
        return (
            f'{local} edgeconfigprovisioning: {utc} Module="network.http.edgeconfigprovisioning"'
            f' Level="DEBUG":  Action="Received" Request-url="https://{self._inside[bits(6)]}:8443'
            f'/cucm-uds/user/{self._user()}/devices" TrackingID="{bits(96):024x}" Status="200"\n'
        )

    def _chat(self, local: str, utc: str) -> str:
        bits = self._bits
        return (
            f'{local} XCP_CM2[23843]: {utc} ThreadID="139{bits(40)}" Module="cm-2.node"'
            f' Level="VBOSE" CodeLocation="stream.cpp:{bits(11)}" Detail="(jid={self._user()}'
            f'@example.com/jabber_{bits(16)}) packet routed, bytes={bits(12)}"\n'
        )

    def _user(self) -> str:
        return f"user{self._bits(16) % _USERS}"

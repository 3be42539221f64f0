"""Log lines of UC servers and clients, as Cisco's documents print them.

Documents 200694, 210541, 211304 (Unified CM, TelePresence), 221845, 223101 (Jabber, Webex App).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .spec import choice, did_you_mean

_LINES: dict[str, str] = {
    "handle_ssl": "{sdl}HandleSSLError - Certificate verification failed:"
    "(Verification error:{code})- {text} for {peer}:52089",
    "handle_ssl_alert": "{sdl}HandleSSLError - TLS protocol error(ssl reason code={alert}),"
    "lib=SSL routines [20],fun=ssl3_read_bytes [148], errno=0 for {peer}:5061",
    "verify_cb": "{sdl}SdlSSLTCPListener::verify_cb pre-verified=0,cert verification errno={code},"
    "depth={depth}",
    "x509_name": "{sdl}SIPStationD(18400) - validTLSConnection:TLS InvalidX509NameInCertificate"
    " Error , did not find matching SAN either, Rcvd={received}, Expected={expected}",
    "x509_name_first": "{sdl}SIPStationD(18400) - validTLSConnection:TLS"
    " InvalidX509NameInCertificate, Rcvd={received}, Expected={expected}. Will check SAN the next",
    "connection_failure": "{sdl}AlarmName: ConnectionFailure, AlarmSeverity: Error,"
    " AlarmDescription: DeviceName:{device}, IPAddress:{peer}, DeviceType:647, Reason:{code}",
    "uc_alarm": "Nov 24 10:00:00 {host} local7 2 : 12: {host}: Nov 24 2026 09:00:00 UTC :"
    " %UC_{group}-{level}-{name}: %[Message=Certificate expiration Notification. Certificate"
    " name:{unit}.pem Unit:{unit} Type:own-cert][AppID=Cisco Certificate Monitor][NodeID={host}]:",
    "unity_https": "10:00:00.123 |12345,,,CuMixer,3,Peer certificate cannot be authenticated with"
    " known CA certificates - SSL certification problem, verify that the CA cert is OK. Details:"
    " error:14090086:SSL routines:ssl3_get_server_certificate:certificate verify failed",
    "jabber_http": "{jabber}[csf.httpclient] [csf::netutils::adapters::HttpCertAdapter::"
    "verifyCertificate] - *-----* Certificate Verification Result: {result}",
    "jabber_curl": "{jabber}[csf.httpclient] [csf::http::executeImpl] - There was an issue"
    " performing the call to curl_easy_perform for request #0: {result}",
    "jabber_policy": "{jabber}[csf.cert] [handlePlatformVerificationResultSynchronously] -"
    " Verification result : FAILURE reason : [{why}]",
    "jabber_identity": "{jabber}[csf.cert.][checkIdentifiers] Verification of identity:"
    " '{name}'  failed.",
    "jabber_login": "{jabber}[service] - OnLoginError: LERR_{which}_CERT <11>:",
    "jabber_soap": '{jabber}CLoginCup::OnLoginFailed errtype: 37345 "SSL_ERROR_SSL error:{error}"',
    "jabber_xmpp": "{jabber}[gloox::ClientBase::handleHandshakeResult] - @XmppSDK: #0, TLS"
    " handshake failed!",
    "jabber_alert": "{jabber}[csf.ecc.handyiron][ssl_state_callback] SSL alert {way}:fatal:{alert}"
    " type=560",
    "jabber_discovery": "{jabber}[service-discovery] - ServiceDiscoveryHandlerResult return code"
    " {result}",
    "ios_policy": "{jabber}[csf.cert.ios] [verifyCertificatePolicy] - Policy verification failed,"
    " the urls of CRL Distribution Points and Authority Information Access might be unreachable,"
    " result=5",
    "telepresence_domain": "{tc}CertificateVerification ERROR: [verify_edge_domain_in_san]: Edge"
    " TLS verification failed: Edge domain '{name}' and corresponding SRVName"
    " '_collab-edge._tls.{name}' not found in certificate SAN list",
    "telepresence_https": "{tc}HttpClient   SSL certificate problem: {why}",
    "telepresence_provision": "{tc}PROV ProvisionRequest failed: 4 (Peer certificate cannot be"
    " authenticated with given CA certificates)",
    "phone_alert": "{phone}SECD: EROR:clpState: SSL3 alert read:fatal:{alert}",
    "phone_not_in_list": "{phone}SECD: -HTTPS cert not in CTL",
}
_DEFAULTS = {
    "sdl": "00012345.001 |10:00:00.123 |AppInfo  |",
    "jabber": "2026-11-24 10:00:00,123 INFO  [0x00001a2c] [src\\cert.cpp(120)] ",
    "tc": "2026-11-24T10:00:00.123+01:00 appl[1234]: ",
    "phone": "1234 NOT 10:00:00.123456 ",
    "host": "cucm1",
    "peer": "10.0.0.11",
    "code": "20",
    "text": "unable to get local issuer certificate",
    "depth": "0",
    "received": "core1.example.com",
    "expected": "secure-jabber.example.com",
    "device": "SEP00506006EAFE",
    "level": "2",
    "group": "CERT",
    "name": "CertValidfor7days",
    "unit": "tomcat",
    "result": "FAILURE",
    "why": "UNKNOWN",
    "which": "CUP",
    "alert": "handshake failure",
    "way": "read",
    "error": "1416F086:SSL routines:tls_process_server_certificate:certificate verify failed",
}
_KEY = re.compile(r"\{(\w+)\}")


def other_log(events: Iterable[Any], path: str, host: str = "cucm1") -> bytes:
    """A log of these events: mappings with `event` and its values, or whole lines."""
    lines = [_line(event, f"{path}[{i}]", host) for i, event in enumerate(events)]
    return "".join(f"{line}\n" for line in lines).encode()


def _line(event: Any, path: str, host: str) -> str:
    if isinstance(event, str):
        return event
    if not isinstance(event, Mapping):
        raise ValueError(f"{path}: expected a line or a mapping with `event`, not {event!r}")
    line = _LINES[choice(event.get("event"), _LINES, f"{path}.event")]
    keys = set(_KEY.findall(line))
    for key in event:
        if key != "event" and key not in keys:
            raise ValueError(f"{path}.{key}: unknown key{did_you_mean(str(key), keys)}")
    values = {**_DEFAULTS, "host": host, **{key: str(value) for key, value in event.items()}}
    return _KEY.sub(lambda match: values[match[1]], line)

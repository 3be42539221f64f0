"""Logs of clients: each published kind of line is recognised, whatever its dress."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.facts.inputs.bundle_names import classify
from certclinic.facts.logs.client_log import ClientKind, read
from certclinic.facts.vocabulary import Evidence

J = "2026-11-24 10:00:00,123 INFO  [0x00001a2c] [src\\cert.cpp(120)] "
# Lines as printed in Cisco documents 211304, 221845 and 223101.
HTTP = (
    f"{J}[csf.httpclient] [csf::netutils::adapters::HttpCertAdapter::verifyCertificate] -"
    " *-----* Certificate Verification Result: FAILURE"
)
CURL = (
    f"{J}[csf.httpclient] [csf::http::executeImpl] - There was an issue performing the call to"
    " curl_easy_perform for request #0: CERTIFICATE_VALIDATION_ERROR"
)
PLATFORM = (
    f"{J}[csf.cert] [handlePlatformVerificationResultSynchronously] - Verification result :"
    " FAILURE reason : [CN_NO_MATCH UNKNOWN]"
)
FINAL = (
    f"{J}[csf.cert] [csf::cert::PlatformVerificationHandler::"
    "handlePlatformVerificationResultSynchronously] - finalResult: FAILURE"
)
IDENTITY = f"{J}[csf.cert.][checkIdentifiers] Verification of identity: 'imp.example.com'  failed."
IOS = (
    f"{J}[csf.cert.ios] [verifyCertificatePolicy] - Policy verification failed, the urls of CRL"
    " Distribution Points and Authority Information Access might be unreachable, result=5"
)
SOAP = (
    f'{J}CLoginCup::OnLoginFailed errtype: 37345 x "SSL_ERROR_SSL error:1416F086:SSL routines:'
    'tls_process_server_certificate:certificate verify failed"'
)
XMPP = f"{J}[gloox::ClientBase::handleHandshakeResult] - @XmppSDK: #0, TLS handshake failed!"
ALERT = (
    f"{J}[csf.ecc.handyiron][ssl_state_callback] SSL alert read:fatal:handshake failure type=560"
)
DECIMAL = f"{J}[csf.ecc] failureReason=eTLSFailure, SSLErrorCode=336151568"
DISCOVERY = f"{J}ServiceDiscoveryHandlerResult return code FAILED_NO_SRV_RECORDS_FOUND"
TC = "2016-06-17T10:00:00.123+02:00 appl[1234]: "
EDGE = (
    f"{TC}CertificateVerification ERROR: [verify_edge_domain_in_san]: Edge TLS verification failed:"
    " Edge domain 'tbtp.local' and corresponding SRVName '_collab-edge._tls.tbtp.local' not found"
    " in certificate SAN list"
)
PROBLEM = f"{TC}HttpClient   SSL certificate problem: self signed certificate in certificate chain"
PROVISION = (
    f"{TC}PROV ProvisionRequest failed: 4 (Peer certificate cannot be authenticated with given CA"
    " certificates) 12.34 PROV"
)


def kinds(line: str, name: str = "csf-unified.log") -> list[ClientKind]:
    """What a log of this line says."""
    stream = io.BufferedReader(io.BytesIO(f"{line}\n".encode()))
    found, failure = read(stream, Evidence(input="t"), name)

    assert failure is None
    return list(found.failures.kinds)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (HTTP, ("jabber", "https", "other", "local")),
        (CURL, ("jabber", "https", "other", "local")),
        (
            CURL.replace("CERTIFICATE_VALIDATION_ERROR", "PEER_FAILED_VERIFICATION"),
            ("jabber", "https", "other", "local"),
        ),
        (PLATFORM, ("jabber", "policy", "name", "local")),
        (PLATFORM.replace("CN_NO_MATCH ", ""), ("jabber", "policy", "other", "local")),
        (PLATFORM.replace("] - Ver", "] Ver"), ("jabber", "policy", "name", "local")),
        (FINAL, ("jabber", "policy", "other", "local")),
        (IDENTITY, ("jabber", "identity", "name", "local")),
        (IOS, ("webex_app", "policy", "revocation", "local")),
        (f"{J}OnLoginError: LERR_CUP_CERT <11>:", ("jabber", "https", "other", "local")),
        (f"{J}OnLoginError: LERR_JABBER_CERT <15>: x", ("jabber", "xmpp", "other", "local")),
        (SOAP, ("jabber", "https", "other", "local")),
        (
            SOAP.replace("1416F086", "0A000418").replace(
                "certificate verify failed", "tlsv1 alert unknown ca"
            ),
            ("jabber", "https", "untrusted", "remote"),
        ),
        (XMPP, ("jabber", "xmpp", "other", "unknown")),
        (ALERT, ("jabber", "tls", "handshake_failure", "remote")),
        (
            ALERT.replace("handshake failure", "unknown CA"),
            ("jabber", "tls", "untrusted", "remote"),
        ),
        (ALERT.replace("read", "write"), ("jabber", "tls", "handshake_failure", "local")),
        (DECIMAL, ("jabber", "tls", "handshake_failure", "remote")),
        (DISCOVERY, ("jabber", "discovery", "other", "unknown")),
        (EDGE, ("telepresence", "edge_domain", "name", "local")),
        (PROBLEM, ("telepresence", "https", "self_signed", "local")),
        (
            PROBLEM.replace("self signed", "self-signed"),
            ("telepresence", "https", "self_signed", "local"),
        ),
        (
            f"{TC}HttpClient SSL certificate problem: application verification failure 1.2",
            ("telepresence", "https", "other", "local"),
        ),
        (PROVISION, ("telepresence", "provisioning", "untrusted", "local")),
        (
            "1 NOT SECD: EROR:clpState: SSL3 alert read:fatal:handshake failure",
            ("phone", "tls", "handshake_failure", "remote"),
        ),
        (
            "1 NOT SECD: -STATE_SSL3_ALERT: SSL3 alert [read]:[fatal]:[unknown CA",
            ("phone", "tls", "untrusted", "remote"),
        ),
        ("1 NOT SECD: -HTTPS cert not in CTL", ("phone", "tls", "untrusted", "local")),
        (
            "1 NOT SECUREAPP-No match found in trust list against the item",
            ("phone", "tls", "untrusted", "local"),
        ),
    ],
)
def test_each_kind_of_line_is_recognised(line: str, expected: tuple[str, ...]) -> None:
    """Client, stage, class and who refused, in both spellings and generations of codes."""
    (kind,) = kinds(line)

    assert expected == (kind.client, kind.stage, kind.cls, kind.rejected_by)


@pytest.mark.parametrize(
    "line",
    [
        HTTP.replace("FAILURE", "SUCCESS"),
        FINAL.replace("FAILURE", "SUCCESS"),
        CURL.replace("CERTIFICATE_VALIDATION_ERROR", "COULDNT_RESOLVE_HOST_ERROR"),
        DISCOVERY.replace("FAILED_NO_SRV_RECORDS_FOUND", "SUCCESS_USING_EXPRESSWAY"),
        DECIMAL.replace("336151568", "17"),
        ALERT.replace("fatal:handshake failure", "warning:close notify"),
    ],
)
def test_success_and_other_trouble_say_nothing(line: str) -> None:
    """A line about something else than certificates is no certificate failure."""
    assert [] == kinds(line)


def test_an_alert_is_told_by_its_words_alone() -> None:
    """What follows the alert on the line is no part of its name."""
    assert "alert handshake failure" == kinds(ALERT)[0].reason


def test_the_names_are_read() -> None:
    """Domain and identity, in lower case, out of the wrapper for personal data."""
    wrapped = IDENTITY.replace("imp.example.com", "PII_CED_Exception{IMP.example.com}")

    assert "tbtp.local" == kinds(EDGE)[0].name
    assert "imp.example.com" == kinds(wrapped)[0].name


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("prt/csf-unified.log", b"x"),
        ("csf-unified.log.1", b"x"),
        ("current/all.log", b"2016-06-17T10:00:00.123+02:00 x y\n"),
        ("unknown.txt", PLATFORM.encode()),
        ("unknown.txt", EDGE.encode()),
        ("unknown.txt", b"12.3 HttpClient   SSL certificate problem: self-signed certificate"),
        ("unknown.txt", b"OnLoginError: LERR_CUP_CERT <11>:"),
        ("console.log", b"1234 NOT 10:00 SECD: start"),
    ],
)
def test_a_client_log_is_known_by_name_or_content(name: str, head: bytes) -> None:
    """TelePresence writes times as Expressway does, so its name or its process decides."""
    assert "client_log" == classify(name, head).kind


LINES = [HTTP, CURL, PLATFORM, IDENTITY, IOS, SOAP, ALERT, DECIMAL, EDGE, PROBLEM, PROVISION]


@given(st.data())
def test_damaged_lines_do_not_break_the_reader(data: st.DataObject) -> None:
    """A line that lost a part is read or left."""
    line = data.draw(st.sampled_from(LINES))
    start, length = data.draw(st.integers(0, len(line))), data.draw(st.integers(0, 40))
    kinds(line[:start] + line[start + length :])


@given(st.binary(max_size=300))
def test_any_bytes_are_read(noise: bytes) -> None:
    """Bytes that are no text do not stop the reading."""
    data = HTTP.encode() + b"\n" + noise + b"\n" + EDGE.encode() + b"\n"
    found, failure = read(
        io.BufferedReader(io.BytesIO(data)),
        Evidence(input="t"),
        "x.log",
    )

    assert failure is None
    assert len(found.failures.kinds) >= 2


def test_a_line_brings_those_beside_it() -> None:
    """Two before and two after."""
    beside = [f"{J}line {number}" for number in range(6)]
    log = "\n".join([*beside[:3], CURL, *beside[3:]]) + "\n"
    stream = io.BufferedReader(io.BytesIO(log.encode()))
    events, _ = read(stream, Evidence(input="t"), "csf-unified.log")
    (tally,) = events.failures.kinds.values()
    (quote,) = tally.samples
    assert ("\n".join(beside[1:3]), "\n".join(beside[3:5])) == (quote.before, quote.after)

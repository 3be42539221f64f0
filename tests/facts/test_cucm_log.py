"""Logs of UC servers: each published kind of line is recognised, whatever its dress."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.facts.inputs.bundle_names import classify
from certclinic.facts.logs.cucm_log import UcEvents, UcFailureKind, read
from certclinic.facts.vocabulary import Evidence

SDL = "00012345.001 |10:00:00.123 |AppInfo  |"
# Lines as printed in Cisco documents 200694, 210541 and 211304.
CALLBACK = f"{SDL}SdlSSLTCPListener::verify_cb pre-verified=0,cert verification errno= 20 ,depth=0"
REFUSED = (
    f"{SDL}[1, 600, 17, 1]: HandleSSLError - Certificate verification failed:"
    "(Verification error: 20 )- unable to get local issuer certificate for 192.168.255.95:52089"
)
SELF_SIGNED = (
    f"{SDL}HandleSSLError - Certificate verification failed:(Verification error:18)-"
    " self signed certificate for 10.106.104.220:7501"
)
PROTOCOL = (
    f"{SDL}HandleSSLError - TLS protocol error(ssl reason code=bad message type [114]),"
    "lib=SSL routines [20],fun=ssl3_get_server_hello [146], errno=0 for 10.0.0.9:5061"
)
NAME_FIRST = (
    f"{SDL}SIPStationD(18400) - validTLSConnection:TLS InvalidX509NameInCertificate,"
    " Rcvd=core1.example.com, Expected=SEP00506006EAFE. Will check SAN the next"
)
NAME = (
    f"{SDL}SIPStationD(18400) - validTLSConnection:TLS InvalidX509NameInCertificate Error ,"
    " did not find matching SAN either, Rcvd=core1.example.com, Expected=secure-dx.example.com"
)
ALARM = (
    "Nov 24 10:00:00 cucm1 local7 2 : 12: cucm1.example.com: Nov 24 2026 09:00:00 UTC : "
    " %UC_CERT-2-CertValidfor7days: %[Message=Certificate expiration Notification. Certificate"
    " name:tomcat.pem Unit:tomcat Type:own-cert][AppID=Cisco Certificate Monitor][NodeID=cucm1]:"
)


def events(*lines: str) -> UcEvents:
    """The events of a log of these lines."""
    data = "".join(f"{line}\n" for line in lines).encode()
    found, failure = read(io.BufferedReader(io.BytesIO(data)), Evidence(input="t"))

    assert failure is None
    return found


def only(*lines: str) -> UcFailureKind:
    """The one kind of failure of a log of these lines."""
    (kind,) = events(*lines).failures.kinds
    return kind


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (REFUSED, ("verification", "untrusted", 20, "192.168.255.95")),
        (REFUSED.replace(": 20 )", ":20)"), ("verification", "untrusted", 20, "192.168.255.95")),
        (SELF_SIGNED, ("verification", "self_signed", 18, "10.106.104.220")),
        (
            SELF_SIGNED.replace("self signed", "self-signed"),
            ("verification", "self_signed", 18, "10.106.104.220"),
        ),
        (
            SELF_SIGNED.replace(":18)- self signed certificate", ":26)- "),
            ("verification", "purpose", 26, "10.106.104.220"),
        ),
        (
            SELF_SIGNED.replace("10.106.104.220", "2001:db8::9"),
            ("verification", "self_signed", 18, "2001:db8::9"),
        ),
        (SELF_SIGNED.split(" for ")[0], ("verification", "self_signed", 18, None)),
        (PROTOCOL, ("handshake", "other", None, "10.0.0.9")),
    ],
)
def test_a_refused_peer_is_recognised(
    line: str, expected: tuple[str, str, int | None, str | None]
) -> None:
    """Blanks, both OpenSSL spellings, missing text and missing peer make no difference."""
    kind = only(line)

    assert expected == (kind.event, kind.cls, kind.code, kind.remote_ip)


def test_the_callback_gives_the_depth_and_is_not_counted_twice() -> None:
    """Callback and error tell of one handshake."""
    found = events(CALLBACK, CALLBACK, REFUSED)
    ((kind, tally),) = found.failures.kinds.items()

    assert (20, 0, 1) == (kind.code, kind.depth, tally.count)


def test_a_callback_alone_is_a_failure_too() -> None:
    """Where the error is not logged, the callback's code is all there is."""
    kind = only(CALLBACK.replace("depth=0", "depth = 1"))

    assert ("verification", "untrusted", 20, 1) == (kind.event, kind.cls, kind.code, kind.depth)


@pytest.mark.parametrize(
    ("line", "event", "name"),
    [
        (NAME, "name", "secure-dx.example.com"),
        (NAME.replace(" Error , did", " Error, did"), "name", "secure-dx.example.com"),
        (NAME_FIRST, "name_not_in_cn", "sep00506006eafe"),
        (
            NAME_FIRST.replace("Certificate, Rcvd", "Certificate,,Rcvd"),
            "name_not_in_cn",
            "sep00506006eafe",
        ),
    ],
)
def test_the_expected_name_is_read(line: str, event: str, name: str) -> None:
    """Expected= names what the certificate has to carry; a full stop after it is no part of it."""
    kind = only(line)

    assert (event, "core1.example.com", name) == (kind.event, kind.received, kind.expected)


@pytest.mark.parametrize(
    "line",
    [
        f"{SDL}AlarmName: ConnectionFailure, AlarmSeverity: Error, DeviceName:SEP1, Reason:2",
        "Nov 24 10:00:00 cucm1 %UC_CALLMANAGER-3-ConnectionFailure: %[DeviceName=SEP1][Reason=2]",
    ],
)
def test_the_connection_alarm_gives_device_and_reason(line: str) -> None:
    """In the trace and in syslog alike."""
    kind = only(line)

    assert ("connection", "name", 2, "SEP1") == (kind.event, kind.cls, kind.code, kind.device)


@pytest.mark.parametrize(
    ("level", "name"),
    [
        (0, "CertExpired"),
        (1, "CertValidLessthanADay"),
        (2, "CertValidfor7days"),
        (4, "CertValidLessThanMonth"),
        (5, "CertValidityOver30Days"),
        (6, "CertExpiryApproaching"),
        (2, "TomcatCertRegen"),
        (0, "CertificateRevoked"),
    ],
)
def test_certificate_alarms_are_recognised(level: int, name: str) -> None:
    """Name, severity, unit and node of every certificate alarm."""
    found = events(ALARM.replace("2-CertValidfor7days", f"{level}-{name}"))
    ((alarm, _),) = found.alarms.kinds.items()

    assert (name, level, "tomcat", "tomcat.pem") == alarm
    assert ["cucm1"] == list(found.hosts)


def test_unity_as_client_is_recognised() -> None:
    """The line tells that it is a Unity Connection."""
    line = (
        "10:00 |1,,,CuMixer,3,Peer certificate cannot be authenticated with known CA certificates -"
        " SSL certification problem, verify that the CA cert is OK. Details: error:0A000086:SSL"
        " routines::certificate verify failed"
    )
    found = events(line)

    assert found.unity
    assert "client" == next(iter(found.failures.kinds)).event


@pytest.mark.parametrize("line", [REFUSED, NAME, ALARM, CALLBACK])
def test_a_trace_is_known_by_its_content(line: str) -> None:
    """Without its name."""
    assert "uc_log" == classify("trace (2).txt", f"{line}\n".encode()).kind


@given(st.lists(st.sampled_from([CALLBACK, REFUSED, NAME, PROTOCOL, ALARM]) | st.text(max_size=60)))
def test_no_log_breaks_the_reader(lines: list[str]) -> None:
    """Whatever stands among the lines, reading ends and counts no more than there are lines."""
    text = "\n".join(lines)
    found, failure = read(
        io.BufferedReader(io.BytesIO(text.encode("utf-8", "replace"))),
        Evidence(input="t"),
    )

    assert failure is None
    assert sum(t.count for t in found.failures.kinds.values()) <= len(text.split("\n"))


@given(st.data())
def test_damaged_lines_do_not_break_the_reader(data: st.DataObject) -> None:
    """A line that lost a part is read or left."""
    line = data.draw(st.sampled_from([CALLBACK, REFUSED, NAME, NAME_FIRST, PROTOCOL, ALARM]))
    start = data.draw(st.integers(0, len(line)))
    length = data.draw(st.integers(0, 40))
    events(line[:start] + line[start + length :])


def test_a_line_brings_those_beside_it() -> None:
    """Two before and two after, whether it is counted at once or waits for its handshake."""
    beside = [f"{SDL}line {number}" for number in range(6)]
    for line in (REFUSED, ALARM, CALLBACK):
        log = "\n".join([*beside[:3], line, *beside[3:]]) + "\n"
        events, _ = read(io.BufferedReader(io.BytesIO(log.encode())), Evidence(input="t"))
        (tally,) = (*events.failures.kinds.values(), *events.alarms.kinds.values())
        (quote,) = tally.samples
        assert ("\n".join(beside[1:3]), "\n".join(beside[3:5])) == (quote.before, quote.after)

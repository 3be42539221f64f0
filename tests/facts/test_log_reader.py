"""The log: each kind of line that Cisco's documents print is recognised, whatever its dress."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.facts.logs.log_events import LogEvents
from certclinic.facts.logs.log_lines import read_line, split_glued
from certclinic.facts.logs.log_reader import ANCHORS, read_log
from certclinic.facts.logs.log_scan import scan
from certclinic.facts.vocabulary import Evidence

T = "2026-11-24T10:00:00.123+01:00"
UTC = 'UTCTime="2026-11-24 09:00:00,123"'
EVENT = (
    f'{T} edge1 tvcs: Event="Inbound TLS Negotiation Error" Service="SIP" Src-ip="192.0.2.9"'
    ' Src-port="58531" Dst-ip="10.0.1.21" Dst-port="7001"'
    ' Detail="self signed certificate in certificate chain" Protocol="TLS" Level="1"'
    f" {UTC}"
)
SSL = (
    f'{T} edge1 tvcs: {UTC} Module="developer.ssl" Level="ERROR"'
    ' CodeLocation="ppcmains/ssl/ttssl/ttssl_openssl.cpp(68)" Method="::TTSSLErrorOutput"'
    ' Thread="0x7f29ddefa700": TTSSL_continueHandshake: Failed to establish SSL connection'
    ' iResult="-1" error="1" bServer="true"'
    " localAddress=\"['IPv4''TCP''10.0.1.21:7001']\""
    " remoteAddress=\"['IPv4''TCP''192.0.2.9:58531']\""
    ' ssl_error_reason="error:14089086:SSL routines:ssl3_get_client_certificate:'
    'certificate verify failed"'
)
OUTBOUND = (
    f'{T} core1 tvcs: Event="Outbound TLS Negotiation Error" Service="SIP" Src-ip="10.0.0.11"'
    ' Src-port="25697" Dst-ip="10.0.1.21" Dst-port="7001"'
    ' Detail="Peer\'s TLS certificate identity was unacceptable" Protocol="TLS"'
    f' Common-name="10.0.1.21" Level="1" {UTC}'
)
SENT = (
    f'{T} core1 traffic_server[18242]: {UTC} Module="network.http.trafficserver" Level="INFO":'
    ' Detail="Sending Request" Txn-id="191" TrackingID="bb0c" Dst-ip="10.0.0.20" Dst-port="6972"'
    ' Msg="GET /CSFalice.cnf.xml HTTP/1.1"'
)
UNTRUSTED = (
    f"{T} core1 traffic_server[18242]: [ET_NET 0] WARNING: Core server certificate verification"
    " failed for (cucm.example.com). Action=Terminate Error=self signed certificate"
    " server=cucm.example.com(10.0.0.20) depth=0"
)
VERIFY_ERROR = (
    f"{T} core1 traffic_server[18242]: [ET_NET 0] ERROR: SSL connection failed for"
    " 'cucm.example.com': error:1416F086:SSL routines:tls_process_server_certificate:"
    "certificate verify failed"
)
ANSWER = (
    f'{T} core1 traffic_server[18242]: {UTC} Module="network.http.trafficserver" Level="INFO":'
    ' Detail="Sending Response" Txn-id="191" TrackingID="" Dst-ip="127.0.0.1" Dst-port="35766"'
    ' Msg="HTTP/1.1 502 connect failed "'
)
NAME = (
    f"{T} core1 traffic_server[3916]: [ET_NET 2] WARNING: SNI (10.0.0.20) not in certificate."
    " Action=Terminate server=10.0.0.20(10.0.0.20)"
)
ALERT = (
    f"{T} core1 traffic_server[2030]:[ET_NET 1]ERROR:SSL connection failed for"
    " 'cucm.example.com':error:14094418: SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca"
)
ALARM = (
    f'{T} core1 alarm: Level="WARN" Event="Alarm Raised" Id="35013" UUID="0f96695e"'
    ' Severity="warning" Detail="Unified Communications SSH tunnel failure: This system cannot'
    f' communicate with one or more remote hosts: edge1.example.com" {UTC}'
)
PASSWORD = (
    f'{T} edge1 tvcs: Event="Authentication Failed" Service="SIP" Src-ip="10.0.0.11"'
    ' Src-port="25001" Detail="Incorrect authentication credential for user" Protocol="TLS"'
    f' Method="OPTIONS" Level="1" {UTC}'
)


def read(*lines: str) -> LogEvents:
    """The events of a log of these lines."""
    data = "".join(line + "\n" for line in lines).encode()
    events, failure = read_log(io.BufferedReader(io.BytesIO(data)), Evidence(input="t"))

    assert failure is None
    return events


def test_three_lines_of_one_handshake_are_counted_once() -> None:
    """The event, the SSL error and the closed connection tell of one handshake (Cisco 212475)."""
    closed = EVENT.replace('Event="Inbound TLS Negotiation Error"', 'Module="network.tcp"')
    closed = closed.replace("Detail=", 'Detail="TCP Connection Closed" Reason=')

    ((kind, tally),) = read(SSL, EVENT, closed).tls.items()

    assert ("inbound", 7001, "192.0.2.9", "self_signed", "local") == (
        kind.direction,
        kind.port,
        kind.remote_ip,
        kind.cls,
        kind.rejected_by,
    )
    assert 1 == tally.count
    assert [2, 1] == [sample.line for sample in tally.samples]


def test_the_expected_name_of_an_outbound_handshake_is_kept() -> None:
    """Common-name is the name that the node looked for, not one that the peer has."""
    ((kind, _),) = read(OUTBOUND).tls.items()

    assert ("outbound", "name", "10.0.1.21") == (kind.direction, kind.cls, kind.expected_name)


def test_an_ssl_error_without_an_event_is_not_lost() -> None:
    """Where only the SSL module logged, its bServer gives the direction."""
    alert = SSL.replace("14089086", "0A000418").replace(
        "ssl3_get_client_certificate:certificate verify failed", ":tlsv1 alert unknown ca"
    )

    ((kind, _),) = read(alert).tls.items()

    assert ("inbound", "untrusted", "remote") == (kind.direction, kind.cls, kind.rejected_by)


def test_a_failed_handshake_without_a_reason_is_not_lost() -> None:
    """Some builds give no ssl_error_reason; who failed with whom is still told."""
    ((kind, _),) = read(SSL.partition(" ssl_error_reason=")[0]).tls.items()

    assert ("inbound", 7001, "192.0.2.9", "other", "unknown") == (
        kind.direction,
        kind.port,
        kind.remote_ip,
        kind.cls,
        kind.rejected_by,
    )


def test_the_event_gives_the_reason_that_the_ssl_line_lacks() -> None:
    """Both lines are one handshake, in either order."""
    ((kind, tally),) = read(SSL.partition(" ssl_error_reason=")[0], EVENT).tls.items()

    assert ("self_signed", 1) == (kind.cls, tally.count)


def test_traffic_server_failure_finds_its_port_by_transaction() -> None:
    """WARNING, ERROR and 502 are one failure; the port stands only in the request line."""
    events = read(SENT, UNTRUSTED, VERIFY_ERROR, ANSWER)

    ((kind, tally),) = events.traffic_server.items()

    assert ("cucm.example.com", "10.0.0.20", 6972, "self_signed", "local", 0, True) == (
        kind.server,
        kind.ip,
        kind.port,
        kind.cls,
        kind.rejected_by,
        kind.depth,
        kind.terminated,
    )
    assert 1 == tally.count
    assert [(502, "10.0.0.20:6972")] == [(kind.status, kind.target) for kind in events.http]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (NAME, ("10.0.0.20", "name", "local")),
        (NAME.replace("(10.0.0.20) not", "( 10.0.0.20 ) not"), ("10.0.0.20", "name", "local")),
        (NAME.replace("SNI (10.0.0.20)", "SNI( 10.0.0.20 )"), ("10.0.0.20", "name", "local")),
        (
            UNTRUSTED.replace("for (cucm", "for( cucm"),
            ("cucm.example.com", "self_signed", "local"),
        ),
        (
            UNTRUSTED.replace(
                "self signed certificate", "issuer certificate doesn't have a public key"
            ),
            ("cucm.example.com", "untrusted", "local"),
        ),
        (
            UNTRUSTED.replace(
                "self signed certificate", "authority and subject key identifier mismatch"
            ),
            ("cucm.example.com", "untrusted", "local"),
        ),
        (ALERT, ("cucm.example.com", "untrusted", "remote")),
        (
            UNTRUSTED.replace(": [ET_NET 0] ", ":[ET_NET 0]"),
            ("cucm.example.com", "self_signed", "local"),
        ),
        (
            UNTRUSTED.replace("self signed certificate", "self-signed certificate"),
            ("cucm.example.com", "self_signed", "local"),
        ),
        (
            UNTRUSTED.replace("self signed certificate", "unsuitable certificate purpose"),
            ("cucm.example.com", "purpose", "local"),
        ),
    ],
)
def test_traffic_server_lines_in_their_variants(line: str, expected: tuple[str, str, str]) -> None:
    """Blanks come and go, and both generations of OpenSSL's words are known."""
    ((kind, _),) = read(line).traffic_server.items()

    assert expected == (kind.server, kind.cls, kind.rejected_by)


def test_a_permissive_warning_is_told_apart() -> None:
    """Action=Continue means noted, not refused."""
    ((kind, _),) = read(UNTRUSTED.replace("Terminate", "Continue")).traffic_server.items()

    assert not kind.terminated


def test_a_permissive_warning_does_not_swallow_the_next_refusal() -> None:
    """Nothing is refused after Action=Continue, so an ERROR that follows tells of another one."""
    noted = UNTRUSTED.replace("Terminate", "Continue")
    pid = UNTRUSTED.partition("traffic_server[")[2].partition("]")[0]
    refused = VERIFY_ERROR.replace("cucm.example.com", "imp.example.com")
    assert f"traffic_server[{pid}]" in refused

    events = read(noted, refused)

    assert [("cucm.example.com", False), ("imp.example.com", True)] == [
        (kind.server, kind.terminated) for kind in events.traffic_server
    ]


def test_an_alarm_that_was_lowered_is_not_active() -> None:
    """The last word on an alarm counts."""
    lowered = ALARM.replace("Alarm Raised", "Alarm Lowered").replace("10:00:00", "10:05:00")

    raised, both = read(ALARM), read(ALARM, lowered)

    assert [(35013, True)] == [(kind.id, state.active) for kind, state in raised.alarms.items()]
    assert [(35013, False, 1)] == [
        (kind.id, state.active, state.raised.count) for kind, state in both.alarms.items()
    ]


def failed_connection(source: int, target: str) -> str:
    """A TCP connection from a port to a port that does not come about, as the SIP stack logs it."""
    return (
        f'{T} core1 tvcs: Module="network.tcp" Level="DEBUG": Src-ip="10.0.0.11"'
        f' Src-port="{source}" Dst-ip="10.0.0.12" Dst-port="{target}"'
        f' Detail="TCP Connection Failed" Reason="Connection timed out" {UTC}'
    )


def test_a_failed_connection_counts_for_the_port_it_went_to() -> None:
    """One to the tunnels' port is kept; 2222 as a client's port says nothing of the tunnels."""
    events = read(failed_connection(30_123, "2222"), failed_connection(2222, "5061"))

    assert [(2222, "10.0.0.12", "timeout", 1)] == [
        (kind.port, kind.remote, kind.cls, tally.count)
        for kind, tally in events.connections.items()
    ]


@pytest.mark.parametrize("port", ["", "x", "9" * 5_000])
def test_a_port_that_is_none_does_not_stop_the_reader(port: str) -> None:
    """The line is read, and its port is not known."""
    idle = failed_connection(30_123, port).replace("Connection timed out", "Idle countdown expired")

    assert [(0, "idle")] == [(kind.port, kind.cls) for kind in read(idle).connections]


def test_refused_credentials_keep_their_method() -> None:
    """OPTIONS is the traversal zone's own keep-alive, REGISTER a user's."""
    ((kind, tally),) = read(PASSWORD, PASSWORD).authentication.items()

    assert ("OPTIONS", "10.0.0.11", 2) == (kind.method, kind.remote_ip, tally.count)


@pytest.mark.parametrize(
    ("dress", "time", "process"),
    [
        (lambda line: line, 1795510800, "alarm"),
        (lambda line: line.replace(".123+01:00", "+01:00"), 1795510800, "alarm"),
        (lambda line: line.replace(" alarm: ", " "), 1795510800, ""),
        (lambda line: line.replace(" alarm: ", " alarm "), 1795510800, "alarm"),
        (lambda line: line.replace('"35013"', '" 35013 "'), 1795510800, "alarm"),
        (lambda line: line.replace(" core1 ", " localhost "), 1795510800, "alarm"),
    ],
)
def test_headers_in_their_variants(dress: Callable[[str], str], time: int, process: str) -> None:
    """Tags may be missing or lose their colon, fractions are optional, values may hold blanks."""
    line = read_line(1, dress(ALARM))

    assert (time, process, "35013") == (line.time, line.process, line.fields["Id"])


def test_glued_lines_are_told_apart() -> None:
    """Two log lines on one physical line count as two, with the same number."""
    assert [NAME, ALARM] == split_glued(NAME + ALARM)

    events = read("noise", NAME + ALARM)

    assert [2] == [t.samples[0].line for t in events.traffic_server.values()]
    assert [35013] == [kind.id for kind in events.alarms]


def test_a_quote_inside_a_value_does_not_end_it() -> None:
    """A value ends at a quote that a blank, a colon or the end follows."""
    line = read_line(1, f'{T} h tvcs: Event="x" Reason="<a b="c"d>" Level="1"')

    assert ("x", "1") == (line.fields["Event"], line.fields["Level"])


@settings(max_examples=60)
@given(
    noise=st.lists(st.text(alphabet="abc =\"'[]\n", max_size=60), min_size=1, max_size=40),
    places=st.lists(st.integers(0, 39), min_size=1, max_size=6, unique=True),
    chunk=st.integers(1, 700),
)
def test_chunks_do_not_matter(noise: list[str], places: list[int], chunk: int) -> None:
    """Whatever the pieces in which a log arrives, the same lines are found at the same numbers."""
    lines = [line.replace("\n", " ") for line in noise]
    for place in places:
        lines.insert(place % (len(lines) + 1), ALARM)
    data = "\n".join(lines).encode()

    class Pieces:
        """A stream that never gives more than `chunk` bytes."""

        position = 0

        def read1(self, size: int, /) -> bytes:
            piece = data[self.position : self.position + min(size, chunk)]
            self.position += len(piece)
            return piece

    found = [(hit.number, hit.line) for hit in scan(Pieces(), ANCHORS)]

    assert [(n, line.encode()) for n, line in enumerate(lines, 1) if line == ALARM] == found


@given(data=st.binary(max_size=2_000))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    """A binary taken for a log is read to its end."""
    read_log(io.BufferedReader(io.BytesIO(ALARM.encode() + data)), Evidence(input="t"))


def test_a_giant_line_is_cut_around_its_anchor() -> None:
    """A line of ten megabytes costs no more than a buffer, and its anchor is still found."""
    hits = list(scan(io.BufferedReader(io.BytesIO(b"x" * 10_000_000 + NAME.encode())), ANCHORS))

    assert 1 == len(hits)
    assert len(hits[0].line) <= 1 << 16
    assert b"not in certificate" in hits[0].line


def around(log: str) -> Evidence:
    """The first line of evidence of a failed handshake, as it was read from a log."""
    events, failure = read_log(io.BytesIO(log.encode()), Evidence(input="bundle", member="log.txt"))
    assert failure is None
    (tally,) = events.tls.values()
    return tally.samples[0]


def test_evidence_has_two_lines_on_either_side() -> None:
    """In their order, without those that are empty, and where the log ends, fewer."""
    before = f"{T} edge1 a: one\n{T} edge1 a: two\r\n |\n"
    after = f"{T} edge1 a: three\n\n{T} edge1 a: four\n"
    quoted = around(f"{before}{EVENT}\n{after}")
    assert (quoted.text, quoted.line) == (EVENT, 4)
    assert quoted.before == f"{T} edge1 a: two"
    assert quoted.after == f"{T} edge1 a: three"
    assert (around(EVENT).before, around(EVENT).after) == ("", "")


@given(st.integers(0, 400), st.integers(1, 5_000))
@settings(max_examples=20, deadline=None)
def test_neighbours_do_not_depend_on_what_else_is_in_the_log(lines: int, length: int) -> None:
    """Wherever a chunk ends, and each is cut to 300 characters, however long it is."""
    filler = f"{T} edge1 b: {'x' * length}\n" * lines
    quoted = around(f"{filler}{T} edge1 a: one\n{EVENT}\n{'y' * length}\n{filler}")
    assert quoted.before.splitlines()[-1] == f"{T} edge1 a: one"
    assert quoted.after.splitlines()[0] == ("y" * length)[:300]
    assert all(len(line) <= 300 for line in (quoted.before + "\n" + quoted.after).splitlines())

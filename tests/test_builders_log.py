"""The logs of deployments made in code keep to Expressway's grammar and to published lines."""

import base64
import re
from collections.abc import Mapping
from typing import Any

import pytest

from certclinic.builders.deployment import build
from certclinic.builders.scenarios import MIXED, SYMPTOMS, healthy_cluster
from certclinic.builders.symptom import pair

# The grammar of a log line: local time, host, then a process, or key-value pairs at once.
LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+01:00 [\w-]+ (-- MARK --|UTCTime=|\w+(\[\d+\])?: )"
)
SPECS: dict[str, Mapping[str, Any]] = {
    "healthy cluster": healthy_cluster(),
    **{f"{name} shows": scenario.shows for name, scenario in SYMPTOMS.items()},
    **{f"{name} almost": scenario.almost for name, scenario in SYMPTOMS.items()},
    **{name: mixed.spec for name, mixed in MIXED.items()},
}


def log_lines(spec: Mapping[str, Any], node: str = "core1") -> list[str]:
    """The log of a node, line by line."""
    return build(spec).member(node, "loggingsnapshot").decode().splitlines()


def with_events(*events: Any, node: str = "core1") -> dict[str, Any]:
    """A healthy pair, one node's log made of the events only."""
    return {"nodes": {node: {"log": list(events), "log_noise": 0}}}


@pytest.mark.parametrize("name", SPECS)
def test_every_scenario_keeps_to_the_log_grammar(name: str) -> None:
    """A line starts with time, host and process, or with a blank where it continues a message."""
    for members in build(SPECS[name]).members.values():
        (log,) = (data for file, data in members.items() if file.startswith("loggingsnapshot"))
        for line in log.decode().splitlines():
            assert line.startswith(" ") or LINE.match(line), line


class TestEvents:
    """Events leave the lines that Cisco's documents print."""

    # Published lines, shortened: documents 212475, 218018, 225746, 118798, 217230, 117811.
    @pytest.mark.parametrize(
        ("event", "patterns"),
        [
            (
                {
                    "event": "tls_failure",
                    "direction": "inbound",
                    "remote": "core1",
                    "detail": "self signed certificate in certificate chain",
                },
                [
                    r'bServer="true" localAddress="\[\'IPv4\'\'TCP\'\'10.0.1.21:7001\'\]".*'
                    r'ssl_error_reason="error:14089086:SSL routines:ssl3_get_client_certificate:',
                    r'tvcs: Event="Inbound TLS Negotiation Error" Service="SIP" Src-ip="10.0.0.11"'
                    r' Src-port="25\d+" Dst-ip="10.0.1.21" Dst-port="7001" Detail="self signed'
                    r' certificate in certificate chain" Protocol="TLS" Level="1" UTCTime="',
                    r'Module="network.tcp" Level="DEBUG":.* Detail="TCP Connection Closed"'
                    r' Reason="self signed certificate in certificate chain"',
                ],
            ),
            (
                {
                    "event": "tls_failure",
                    "direction": "outbound",
                    "remote": "198.51.100.62",
                    "port": 5062,
                    "detail": "sslv3 alert certificate unknown",
                    "expected": "callservice.example.net",
                },
                [
                    r'ssl_error_reason="error:14094416:SSL routines:ssl3_read_bytes:sslv3 alert',
                    r'Dst-ip="198.51.100.62" Dst-port="5062" Detail="sslv3 alert certificate'
                    r' unknown" Protocol="TLS" Common-name="callservice.example.net" Level="1"',
                    r'Detail="TCP Connection Closed" Reason="Got EOF on socket"',
                ],
            ),
            (
                {"event": "wrong_password", "remote": "core1"},
                [r'Event="Authentication Failed" Service="SIP".* Method="OPTIONS" Level="1"'],
            ),
            (
                {"event": "ats_untrusted", "server": "cucm.example.com"},
                [
                    r'Detail="Receive Request" Txn-id="\d+".* Msg="GET http://',
                    r'Dst-ip="10.0.0.20" Dst-port="6972" Msg="GET /CSFalice.cnf.xml HTTP/1.1"',
                    r"traffic_server\[\d+\]: \[ET_NET \d\] WARNING: Core server certificate"
                    r" verification failed for \(cucm.example.com\). Action=Terminate Error=self"
                    r" signed certificate server=cucm.example.com\(10.0.0.20\) depth=0$",
                    r"\[ET_NET \d\] ERROR: SSL connection failed for 'cucm.example.com':"
                    r" error:1416F086:SSL routines:tls_process_server_certificate:certificate",
                    r'Detail="Sending Response" Txn-id="\d+".* Msg="HTTP/1.1 502 connect failed "',
                ],
            ),
            (
                {"event": "ats_name", "server": "10.0.0.20"},
                [
                    r"WARNING: SNI \(10.0.0.20\) not in certificate. Action=Terminate"
                    r" server=10.0.0.20\(10.0.0.20\)$"
                ],
            ),
            (
                {"event": "ats_rejected", "server": "cucm.example.com"},
                [r"'cucm.example.com': error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert"],
            ),
            (
                {"event": "xcp_name", "remote": "core1"},
                [r'cvsservice.cpp:601" Detail="Certificate verification failed for host=10.0.0.11'],
            ),
            (
                {"event": "xcp_no_ptr", "remote": "core1"},
                [r"in reverseDNSLookup: reverse DNS lookup failed for address=10.0.0.11"],
            ),
            (
                {"event": "cluster_mode", "to": "Enforcing"},
                [
                    r'Detail="xconfiguration clusterConfiguration tls_verify - changed from:'
                    r' Permissive to: Enforcing"$',
                    r"tls_verify - changed from: 'Permissive' to: 'Enforcing'\"",
                    r'Detail="TLS Verify change status" Startup="False" New="True"',
                ],
            ),
            ({"event": "certificate_upload"}, [r'web: Event="Certificate Management" Detail="']),
            ({"event": "restart"}, [r'Event="Restart Requested"', r'Event="System Start"']),
            (
                {"event": "tcp_failed", "remote": "core1", "port": 2222},
                [r'Dst-ip="10.0.0.11" Dst-port="2222" Detail="TCP Connection Failed"'],
            ),
            ("{time} {host} web: Detail={utc}", [r'\+01:00 edge1 web: Detail=UTCTime="2026-']),
        ],
    )
    def test_lines(self, event: Any, patterns: list[str]) -> None:
        """The lines come in the published order."""
        lines = iter(log_lines(with_events(event, node="edge1"), "edge1"))
        for pattern in patterns:
            assert any(re.search(pattern, line) for line in lines), pattern

    def test_request_path_names_the_server(self) -> None:
        """The first element of the path is base64 of domain, scheme, server and port."""
        event = {"event": "ats_untrusted", "server": "cucm.example.com", "domain": "example.org"}
        log = "\n".join(log_lines(with_events(event)))
        match = re.search(r":8443/([A-Za-z0-9]+)/CSF", log)
        assert match is not None
        decoded = base64.b64decode(match[1] + "=" * (-len(match[1]) % 4))
        assert decoded == b"example.org/https/cucm.example.com/6972"

    def test_alarm_names_title_description_and_hosts(self) -> None:
        """An alarm that was lowered has two lines."""
        alarms = [35013, {"id": 25022, "lowered": True}]
        lines = log_lines(pair(core={"alarms": alarms, "log_noise": 0}))
        assert [re.findall(r'Event="([\w ]+)" Id="(\d+)"', line) for line in lines] == [
            [("Alarm Raised", "35013")],
            [("Alarm Raised", "25022")],
            [("Alarm Lowered", "25022")],
        ]
        assert (
            'Severity="warning" Detail="Unified Communications SSH tunnel failure: This system'
            ' cannot communicate with one or more remote hosts: edge1.example.com" UTCTime='
        ) in lines[0]

    def test_service_message_carries_the_certificate(self) -> None:
        """The PEM in a SIP SERVICE message is the Expressway-E's own."""
        spec = with_events({"event": "service_message", "certificate_of": "edge1"})
        lines = [line.removeprefix(" ") for line in log_lines(spec)]
        begin, end = (lines.index(f"-----{word} CERTIFICATE-----") for word in ("BEGIN", "END"))
        block = "\n".join([*lines[begin : end + 1], ""]).encode()
        assert block == build(spec).member("edge1", "server_")
        assert lines[-1] == "|"

    def test_events_keep_their_order_in_time(self) -> None:
        """Times rise from the first line to the last, and end before the download."""
        spec = pair(
            core={"log": [{"event": "restart", "count": 3}, "{time} last"], "alarms": [35013]}
        )
        times = [line[:29] for line in log_lines(spec) if line[0] != " "]
        assert times == sorted(times)
        assert times[-1] < "2026-11-24T11:00:00.000+01:00"

    def test_a_skewed_clock_moves_the_whole_bundle(self) -> None:
        """Names, log and status of the node go by its own clock."""
        deployment = build(pair(edge={"clock": "+400s"}))
        status = deployment.member("edge1", "xstat_dump_edge1_2026-11-24_10_06_40", ".txt")
        assert b'SystemTime: "2026-11-24 10:06:40"' in status

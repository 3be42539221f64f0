"""Each literal that the scan looks for leads to an event; one that had drifted would lose lines."""

from __future__ import annotations

import io
from pathlib import Path
from unittest.mock import patch

import pytest
import yaml

from certclinic.builders.container_material import hierarchy, to_pem
from certclinic.facts.logs import client_log, cucm_log, log_reader
from certclinic.facts.logs.log_events import LogEvents
from certclinic.facts.vocabulary import Evidence

WHERE = Evidence(input="t")
T = "2026-11-24T10:00:01.123+01:00 core1 tvcs: "
PATTERNS = yaml.safe_load(Path(__file__).with_name("every_pattern.yaml").read_text("utf-8"))
LINES = [sample["line"] for samples in PATTERNS.values() for sample in samples if sample["read"]]
ENDS = 'Src-ip="10.0.0.1" Src-port="25000" Dst-ip="10.0.0.2" Dst-port='
REST = {
    'Reason="no certificate returned': f'Event="TCP Closed" {ENDS}"5061" '
    'Reason="no certificate returned"',
    "Incorrect authentication credential": 'Event="Authentication Failed" Method="SIP" '
    'Detail="Incorrect authentication credential for user"',
    "Idle countdown expired": f'Event="TCP Closed" {ENDS}"7001" Reason="Idle countdown expired"',
    'Dst-port="2222"': f'Event="TCP Connection Failed" {ENDS}"2222" Detail="Connection refused"',
    "HTTP/1.1 403": 'Detail="Sending Response" Txn-id="1" Msg="HTTP/1.1 403 Forbidden "',
    'Event="Alarm ': 'Event="Alarm Raised" Id="35013" Detail="Unsecure"',
    'Event="Certificate Management"': 'Event="Certificate Management" Detail="Server"',
    'Event="Restart Requested"': 'Event="Restart Requested" Detail="by admin"',
    'Event="System Start"': 'Event="System Start" Detail=""',
    'Event="Upgrade"': 'Event="Upgrade" Detail="X15.0"',
    "tls_verify": "configuration tls_verify changed from: 'Permissive' to: 'Enforcing'",
    "TLS Verify change status": 'TLS Verify change status: New="true" Old="false"',
    "TANDBERG/41": " |User-Agent: TANDBERG/4137 (X14.2.1)",
    'Rule="https://': 'Detail="Allowed" Rule="https://cucm1.example.com:8443/"',
    "-----BEGIN CERTIFICATE-----": to_pem(hierarchy().root).decode(),
    "SIP/2.0 408": 'Msg="x"\n |SIP/2.0 408 Request Timeout\n |CSeq: 1 SERVICE\n |\n',
    "SIP/2.0 405": 'Msg="x"\n |SIP/2.0 405 Method Not Allowed\n |CSeq: 1 REGISTER\n |\n',
    "codec cannot decode byte": "'ascii' codec cannot decode byte 0xc3",
    "codec can't decode byte": "'ascii' codec can't decode byte 0xc3",
    "is not an IM and Presence Server": "imp1 is not an IM and Presence Server",
    "52-set_pubkeyalgorithms": "running 52-set_pubkeyalgorithms",
    "SIPPROXY_E_ROUTING_MSG_CERT_MISMATCH": "SIPPROXY_E_ROUTING_MSG_CERT_MISMATCH",
    "Smart license communication error": "Smart license communication error",
    ", port 7400:(111) Connection refused": "10.0.0.1, port 7400:(111) Connection refused",
}
"""A line for each anchor that no line of the table has."""


def events(text: str) -> LogEvents:
    """What an Expressway's log says, its times and host aside."""
    found, failure = log_reader.read_log(io.BufferedReader(io.BytesIO(text.encode())), WHERE)
    assert failure is None
    found.first = found.last = found.host = None
    return found


@pytest.mark.parametrize(
    "anchor", [a.decode() for a in (*log_reader.ANCHORS, *log_reader.REPEATING)]
)
def test_every_anchor_finds_an_event(anchor: str) -> None:
    """A line with it leaves an event; without the anchor, the lines that have no other do not."""
    lines = [T + REST[anchor]] if anchor in REST else [one for one in LINES if anchor in one]
    assert lines
    assert all(events(f"{line}\n") != LogEvents(WHERE) for line in lines)
    others = [a for a in log_reader.ANCHORS if a.decode() != anchor]
    repeating = [a for a in log_reader.REPEATING if a.decode() != anchor]
    with (
        patch.object(log_reader, "ANCHORS", others),
        patch.object(log_reader, "REPEATING", repeating),
    ):
        alone = [
            line for line in lines if not any(a.decode() in line for a in (*others, *repeating))
        ]
        assert all(events(f"{line}\n") == LogEvents(WHERE) for line in alone)


@pytest.mark.parametrize("anchor", [a.decode() for a in cucm_log._ANCHORS])
def test_every_anchor_of_uc_servers_finds_a_failure_or_an_alarm(anchor: str) -> None:
    """Of the lines in the table that are read, some have it."""
    lines = [line for line in LINES if anchor in line]
    assert lines
    for line in lines:
        found, _ = cucm_log.read(io.BufferedReader(io.BytesIO(f"{line}\n".encode())), WHERE)
        assert found.failures.kinds or found.alarms.kinds


@pytest.mark.parametrize("anchor", [a.decode() for a in client_log._ANCHORS])
def test_every_anchor_of_clients_finds_a_failure(anchor: str) -> None:
    """Of the lines in the table that are read, some have it."""
    lines = [line for line in LINES if anchor in line]
    assert lines
    for line in lines:
        name = "all.log" if "appl[" in line or "PROV" in line else "csf-unified.log"
        stream = io.BufferedReader(io.BytesIO(f"{line}\n".encode()))
        found, _ = client_log.read(stream, WHERE, name)
        assert found.failures.kinds

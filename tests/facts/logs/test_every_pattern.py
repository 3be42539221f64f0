"""Every form of log line about certificates, in its variants; `every_pattern.yaml` has them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml

from certclinic.facts.logs import client_log, cucm_log
from certclinic.facts.logs.log_reader import read_log
from certclinic.facts.vocabulary import Evidence

WHERE = Evidence(input="t")
TABLE = yaml.safe_load(Path(__file__).with_name("every_pattern.yaml").read_text("utf-8"))
KEYS = """
    ats.verify_failed ats.name_mismatch ats.ssl_failed ats.txn ats.502 ats.path
    exp.tls_event exp.ttssl exp.ssl_reason exp.xcp_cvs exp.xcp_rdns
    cucm.handle_ssl cucm.verify_cb cucm.x509name cucm.conn_fail cucm.alarm
    jab.http_verify jab.curl jab.platform jab.identity jab.ios_policy jab.lerr jab.soap jab.xmpp
    jab.ecc jab.ssldec jab.disc tp.san tp.curl tp.prov ph.alert ph.notl cuc.curl
"""
Said = list[object]


def stream(text: str) -> io.BufferedReader:
    """A log of this text."""
    return io.BufferedReader(io.BytesIO(f"{text}\n".encode()))


def read(key: str, text: str) -> list[Said]:
    """What a log of the pattern's kind says, in short."""
    group = key.partition(".")[0]
    if group in ("ats", "exp"):
        return _expressway(text)
    if group in ("cucm", "cuc"):
        uc, _ = cucm_log.read(stream(text), WHERE)
        failures: list[Said] = [
            ["uc", k.event, k.cls, k.rejected_by, k.code, k.remote_ip or k.expected]
            for k in uc.failures.kinds
        ]
        return [*failures, *(["alarm", k.name, k.level] for k in uc.alarms.kinds)]
    name = "csf-unified.log" if group == "jab" else "all.log"
    client, _ = client_log.read(stream(text), WHERE, name)
    return [
        ["client", k.client, k.stage, k.cls, k.rejected_by, k.name] for k in client.failures.kinds
    ]


def _expressway(text: str) -> list[Said]:
    events, _ = read_log(stream(text), WHERE)
    said: list[Said] = [
        ["traffic", k.cls, k.rejected_by, k.server, k.ip, k.port, k.depth, k.terminated]
        for k in events.traffic_server
    ]
    said += [["http", k.status, k.target] for k in events.http]
    said += [["xcp", k.cls, k.remote] for k in events.xcp]
    said += [
        ["sip", k.cls, k.rejected_by, k.direction, k.port, k.expected_name] for k in events.tls
    ]
    return said


@pytest.mark.parametrize(
    ("key", "line", "said"),
    [
        pytest.param(key, variant["line"], variant["read"], id=f"{key}-{number}")
        for key, variants in TABLE.items()
        for number, variant in enumerate(variants)
    ],
)
def test_a_line_is_read_as_it_is_meant(key: str, line: str, said: Said) -> None:
    """Each variant is one event, or none where it tells of no fault."""
    assert ([said] if said else []) == read(key, line)


def test_no_pattern_is_missing() -> None:
    """The table has every form of line that is known, and none without a variant."""
    assert set(KEYS.split()) == {key for key, variants in TABLE.items() if variants}

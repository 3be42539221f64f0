"""UC servers and clients of a deployment keep to published forms, and mistakes name their place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography import x509

from certclinic.builders.deployment import build


def files(**own: Any) -> dict[str, bytes]:
    """The files of a server `cucm1` with these keys."""
    return dict(build({"unified_cm": {"cucm1": own}}).files)


def test_a_snapshot_has_the_shape_of_the_api() -> None:
    """Identities by service with PEM; trusts by service with file names (DevNet)."""
    data = json.loads(files()["cucm1_snapshot.json"])

    assert ["tomcat", "CallManager"] == [one["service"] for one in data["identities"]]
    assert ["tomcat", "CallManager"] == [one["service"] for one in data["trusts"]]
    held = data["trusts"][0]["certificate_data"][0]
    serial = x509.load_pem_x509_certificate(held["certificate"].encode()).serial_number
    assert f"Example_Root_CA_{serial:032x}.pem" == held["filename"]


def test_keys_of_a_server_differ() -> None:
    """Tomcat and CallManager never share a key, so that twins are real ones."""
    made = build({"unified_cm": {"cucm1": {"certificates": {"tomcat": {"issuer": "self"}}}}})
    data = json.loads(made.files["cucm1_snapshot.json"])
    first, second = (
        x509.load_pem_x509_certificate(one["certificate"].encode()) for one in data["identities"]
    )

    assert first.public_key() != second.public_key()


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"product": "cvp"}, "unified_cm.cucm1.product: 'cvp' is none of"),
        ({"files": ["pdf"]}, "unified_cm.cucm1.files: 'pdf' is none of"),
        ({"trust": {"tomcat-trust": ["rot"]}}, r"no authority or node 'rot' \(did you mean 'root'"),
        ({"log": [{"event": "nope"}]}, r"unified_cm.cucm1.log\[0\].event"),
        ({"log": [{"event": "handle_ssl", "pear": "x"}]}, r"pear: unknown key \(did you mean"),
        ({"certificates": {"tomcat": {"eku": ["mail"]}}}, "certificates.tomcat.eku"),
    ],
)
def test_a_mistake_names_its_place(own: dict[str, Any], words: str) -> None:
    """The path of the key at fault is in the error."""
    with pytest.raises(ValueError, match=words):
        files(**own)


def test_nodes_can_trust_a_servers_certificate() -> None:
    """`name/unit` stands for it in a trusted CA list."""
    spec = {
        "nodes": {"core1": {"trust": ["cucm1/tomcat"]}, "edge1": {}},
        "unified_cm": {"cucm1": {"certificates": {"tomcat": {"issuer": "self"}}}},
    }
    listed = build(spec).member("core1", "ca_", ".pem")

    assert b"cucm1.example.com" in listed
    assert 1 == listed.count(b"BEGIN CERTIFICATE")

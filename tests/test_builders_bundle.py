"""Specs are checked with care; bundles have the files and formats that Expressway gives them."""

import contextlib
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.builders.deployment import build, merge, write
from certclinic.builders.scenarios import SYMPTOMS, demo, healthy_cluster
from certclinic.builders.shape import full
from certclinic.builders.symptom import pair

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("99999999999d")
JUNK = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=3), SCALARS)
Place = tuple[str | int, ...]


def paths(value: Any, path: Place = ()) -> Iterator[Place]:
    """The places of all values in a spec."""
    steps: Mapping[Any, Any] = {}
    if isinstance(value, Mapping):
        steps = value
    elif isinstance(value, list | tuple):
        steps = dict(enumerate(value))
    for step, inner in steps.items():
        yield (*path, step)
        yield from paths(inner, (*path, step))


def replaced(value: Any, path: Place, new: Any) -> Any:
    """A spec with another value at one place."""
    if not path:
        return new
    step, *rest = path
    copy: Any = dict(value) if isinstance(value, Mapping) else list(value)
    copy[step] = replaced(copy[step], tuple(rest), new)
    return copy


def with_events(*events: Any, node: str = "core1") -> dict[str, Any]:
    """A healthy pair, one node's log made of the events only."""
    return {"nodes": {node: {"log": list(events), "log_noise": 0}}}


def openssl(*arguments: str, text: bytes = b"") -> str:
    """What OpenSSL's command says, on either stream."""
    run = subprocess.run(["openssl", *arguments], input=text, capture_output=True, check=False)
    return (run.stdout + run.stderr).decode()


class TestSpec:
    """Reading a spec."""

    @pytest.mark.parametrize(
        ("spec", "message"),
        [
            ({"node": {}}, "node: unknown key (did you mean 'nodes'?)"),
            (pair(edge={"certficate": {}}), "nodes.edge1.certficate: unknown key (did you mean"),
            (pair(edge={"certificate": {"issuer": "issuing-9"}}), "no authority 'issuing-9'"),
            (pair(edge={"certificate": {"eku": ["sever"]}}), "did you mean 'server'"),
            (pair(edge={"certificate": {"to": "20 days"}}), "nodes.edge1.certificate.to: '20 d"),
            (pair(edge={"certificate": {"key": "rsa"}}), "nodes.edge1.certificate.key: 'rsa'"),
            (pair(edge={"certificate": 5}), "nodes.edge1.certificate: expected a mapping"),
            (pair(core={"trust": ["rot"]}), "nodes.core1.trust: no authority or node 'rot' (did"),
            (pair(core={"role": "core"}), "nodes.core1.role: 'core' is none of c, e"),
            (pair(core={"tunnels": "active"}), "nodes.core1.tunnels: 'active' is none of"),
            (pair(core={"zones": {}}), "nodes.core1.zones: expected a list"),
            (pair(core={"zones": [{"type": "dsn"}]}), "nodes.core1.zones[0].type: 'dsn'"),
            (pair(core={"cluster": {"peers": []}}), "nodes.core1.cluster: a cluster needs a name"),
            (pair(core={"alarms": [1]}), "nodes.core1.alarms[0]: no text is known for alarm 1"),
            (pair(core={"clock": "fast"}), "nodes.core1.clock: 'fast' is not a span"),
            (pair(core={"files": {"omit": ["xcon"]}}), "did you mean 'xconf'"),
            (pair(core={"bundle": {"format": "rar"}}), "nodes.core1.bundle.format: 'rar'"),
            (pair(authorities={"a": {"issuer": "b"}}), "authorities.a.issuer: no authority 'b'"),
            (
                pair(authorities={"a": {"issuer": "b"}, "b": {"issuer": "a"}}),
                "authorities.a.issuer: they issue each other: a → b → a",
            ),
            (
                pair(authorities={f"ca-{n}": {} for n in range(40)}),
                "authorities have an RSA key of their own; use ec256",
            ),
            (with_events({"event": "restrat"}), "log[0].event: unknown event 'restrat' (did you"),
            (with_events({"event": "restart", "usr": "x"}), "log[0].usr: unknown key (did you"),
            (with_events({"event": "tcp_failed"}), "log[0]: event tcp_failed needs remote, port"),
            (with_events(7), "nodes.core1.log[0]: an event is a line, a list of lines or a mapp"),
            (
                with_events(
                    {"event": "tls_failure", "remote": "e", "direction": "in", "detail": ""}
                ),
                "nodes.core1.log[0]: direction 'in' is neither inbound nor outbound",
            ),
            (
                with_events({"event": "service_message", "certificate_of": "edge9"}),
                "nodes.core1.log[0]: no node 'edge9' (did you mean 'edge1'?)",
            ),
            ({"at": "today"}, "at: 'today' is neither a time in ISO 8601 nor a span"),
            (
                {"certificate_files": {"../x": {}}},
                "certificate_files.../x: '../x' cannot be part of a file name",
            ),
            ({"certificate_files": {"x": {"certificate": "y"}}}, "no authority or node 'y'"),
            (pair(core={"hostname": "../x"}), "nodes.core1.hostname: '../x' cannot be part of a f"),
            (
                pair(core={"hostname": "edge1"}),
                "nodes.edge1: its host name is that of core1, too",
            ),
            (pair(core={"log_noise": 10**9}), "nodes.core1.log_noise: 1000000000 is not a whole"),
            (pair(core={"version": "14"}), "nodes.core1.version: '14' is not a release such as"),
            (
                pair(edge={"certificate": {"san": ["ip:x"]}}),
                "nodes.edge1.certificate: 'x' does",
            ),
            (pair(edge={"certificate": {"from": "1d", "to": "0d"}}), "nodes.edge1.certificate: "),
            (pair(authorities={"root": {"path_length": "1"}}), "authorities.root: "),
        ],
    )
    def test_a_mistake_is_named_with_its_place(self, spec: Any, message: str) -> None:
        """The error has the key's path, and a proposal where one is near."""
        with pytest.raises(ValueError, match=re.escape(message)):
            build(spec)

    @settings(deadline=None)
    @given(st.sampled_from(sorted(SYMPTOMS)), st.data())
    def test_no_other_error_comes_of_a_mistake(self, symptom: str, data: st.DataObject) -> None:
        """Whatever a value is replaced by, the spec is built or refused by ValueError."""
        spec = full(SYMPTOMS[symptom].shows)
        path = data.draw(st.sampled_from(list(paths(spec))))
        with contextlib.suppress(ValueError):
            build(replaced(spec, path, data.draw(JUNK)))

    @settings(deadline=None)
    @given(
        st.recursive(
            st.integers(),
            lambda inner: st.dictionaries(st.sampled_from("abc"), inner),
        ).filter(lambda value: isinstance(value, dict)),
        st.dictionaries(st.sampled_from("abc"), st.dictionaries(st.sampled_from("ab"), st.none())),
    )
    def test_merging_twice_is_merging_once(self, base: Any, change: Any) -> None:
        """Merging is idempotent, and nothing merges to the base."""
        assert merge(base, {}) == base
        assert merge(merge(base, change), change) == merge(base, change)


class TestBundles:
    """Files and archives."""

    def test_members_carry_host_and_time(self) -> None:
        """Names are those of the administrator guide; X15.5 adds the client certificate."""
        names = set(build({"version": "X15.5"}).members["core1"])
        suffix = "core1_2026-11-24_10_00_00"
        assert names == {
            f"loggingsnapshot_{suffix}.txt",
            f"xconf_dump_{suffix}.txt",
            f"xconf_dump_{suffix}.xml",
            f"xstat_dump_{suffix}.txt",
            f"xstat_dump_{suffix}.xml",
            f"eth0_diagnostic_logging_tcpdump0_{suffix}.pcap",
            f"ca_{suffix}.pem",
            f"server_{suffix}.pem",
            f"client_{suffix}.pem",
        }

    @pytest.mark.parametrize(
        ("files", "expected"),
        [
            (
                {"naming": "old", "omit": ["pcap", "xstat"]},
                {"loggingsnapshot.txt", "xconf_dump.txt"},
            ),
            ({"log_only": True}, {"loggingsnapshot_core1_2026-11-24_10_00_00.txt"}),
            (
                {"log_only": True, "naming": "colon"},
                {"loggingsnapshot_core1_2026-11-24_10:00:00.txt"},
            ),
            (
                {"log_only": True, "naming": "space"},
                {"loggingsnapshot_core1_2026-11-24_10 00 00.txt"},
            ),
        ],
    )
    def test_variants(self, files: Any, expected: set[str]) -> None:
        """Older releases, partial bundles and renamed downloads."""
        assert set(build(pair(core={"files": files})).members["core1"]) == expected

    @pytest.mark.parametrize("form", ["tar.gz", "tgz", "zip", "folder"])
    def test_archives_hold_the_members(self, tmp_path: Path, form: str) -> None:
        """Each format unpacks to what is built in memory."""
        spec = pair(core={"bundle": {"format": form}}, edge={"given": False})
        (path,) = write(spec, tmp_path)
        assert path.name.startswith("diagnostic_log_core1_2026-11-24_10_00_00")
        if form == "folder":
            found = {file.name: file.read_bytes() for file in path.iterdir()}
        elif form == "zip":
            with zipfile.ZipFile(path) as zipped:
                found = {Path(name).name: zipped.read(name) for name in zipped.namelist()}
        else:
            with tarfile.open(path) as archive:
                read = {m.name: archive.extractfile(m) for m in archive if m.isfile()}
                found = {Path(name).name: file.read() for name, file in read.items() if file}
        assert found == build(spec).members["core1"]

    def test_nested_archive(self, tmp_path: Path) -> None:
        """An attachment holds the bundle as it was downloaded."""
        write(pair(core={"bundle": {"nested": True}}), tmp_path)
        (attachment,) = tmp_path.glob("*.zip")
        names = zipfile.ZipFile(attachment).namelist()
        assert names == ["diagnostic_log_core1_2026-11-24_10_00_00.tar.gz"]

    def test_openssl_reads_every_block(self, tmp_path: Path) -> None:
        """Trusted CA lists count as many certificates as named, text between blocks or not."""
        deployment = build(demo(AT))
        for node, count in {"core1": 2, "edge1": 3}.items():
            file = tmp_path / node
            file.write_bytes(deployment.member(node, "ca_"))
            bag = openssl("crl2pkcs7", "-nocrl", "-certfile", str(file))
            subjects = openssl("pkcs7", "-print_certs", "-noout", text=bag.encode())
            assert subjects.count("subject=") == count

    def test_certificate_files(self) -> None:
        """Files beside the bundles have the format asked for."""
        formats = {f: {"certificate": "edge1", "format": f} for f in ("pem", "der", "pkcs7")}
        for form, data in build({"certificate_files": formats}).files.items():
            command = "pkcs7" if form == "pkcs7" else "x509"
            inform = "DER" if form == "der" else "PEM"
            shown = openssl(command, "-inform", inform, "-text", "-noout", text=data)
            assert ("edge1.example.com" in shown) == (form != "pkcs7")
            assert "unable to load" not in shown.lower()


class TestConfiguration:
    """The dumps of configuration and status."""

    def test_healthy_zone_leads_to_the_name_in_the_certificate(self) -> None:
        """What the zones of both sides ask for stands in the other side's certificate."""
        deployment = build(healthy_cluster())
        xconf = deployment.member("core2", "xconf", ".txt").decode()
        client = "*c xConfiguration Zones Zone 1 TraversalClient"
        for number, edge in enumerate(("edge1", "edge2"), start=1):
            assert f'{client} Peer {number} Address: "{edge}.example.com"\n' in xconf
        assert f'{client} Collaboration Edge: "On"\n' in xconf
        xconf = deployment.member("edge1", "xconf", ".txt").decode()
        server = "*c xConfiguration Zones Zone 1 TraversalServer"
        assert f'{server} SIP TLS Verify Subject Name: "core.example.com"\n' in xconf
        core = deployment.member("core1", "server_")
        shown = openssl("x509", "-noout", "-ext", "subjectAltName", text=core)
        assert "DNS:core1.example.com, DNS:core.example.com\n" in shown
        edge_certificate = deployment.member("edge2", "server_")
        shown = openssl("x509", "-noout", "-ext", "subjectAltName", text=edge_certificate)
        assert "DNS:edge2.example.com, DNS:edge.example.com, DNS:example.com\n" in shown

    def test_single_nodes_have_a_zone_each(self) -> None:
        """Two Expressway-C without a cluster get two zones on the Expressway-E, a port each."""
        deployment = build({"nodes": {"core2": {"role": "c"}}})
        edge = deployment.member("edge1", "xconf", ".txt").decode()
        core = deployment.member("core2", "xconf", ".txt").decode()
        for number, port in ((1, 7001), (2, 7002)):
            zone = f"*c xConfiguration Zones Zone {number} TraversalServer SIP"
            assert f'{zone} Port: "{port}"\n' in edge
            assert f'{zone} TLS Verify Subject Name: "core{number}.example.com"\n' in edge
        assert '*c xConfiguration Zones Zone 1 TraversalClient SIP Port: "7002"\n' in core

    def test_every_setting_is_quoted(self) -> None:
        """Dumps since X8 quote all values; passwords are ciphered."""
        spec = pair(core={"settings": {"EdgeConfigServer VerifyOriginServer": "Off"}})
        lines = build(spec).member("core1", "xconf", ".txt").decode().splitlines()
        assert all(re.fullmatch(r'\*c xConfiguration [\w .]+: "[^"]*"', line) for line in lines)
        assert '*c xConfiguration EdgeConfigServer VerifyOriginServer: "Off"' in lines
        (password,) = (line for line in lines if "Password" in line)
        assert password.endswith('=="')
        assert '"{cipher}' in password

    def test_status_is_a_sequence_of_closed_blocks(self) -> None:
        """Every block starts with `*s` and ends with `*s/end`; the role shows in the software."""
        deployment = build(pair(core={"zone": {"status": "Failed"}, "tunnels": "Failed"}))
        status = deployment.member("core1", "xstat", ".txt").decode()
        blocks = [block for block in status.split("*s/end\n") if block]
        assert all(re.match(r"\*s \w+:( /)?\n", block) for block in blocks)
        assert "      Expressway: False\n" in status
        assert "    Status: Failed\n    Type: TraversalClient\n" in status
        assert '  Tunnel 1:\n    Peer: "edge1.example.com"\n' in status
        edge = deployment.member("edge1", "xstat", ".txt").decode()
        assert "      Expressway: True\n" in edge

"""Deployments made in code are what their specs say, as OpenSSL sees them."""

import ast
import hashlib
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import certclinic.builders
from certclinic.builders.deployment import Deployment, build
from certclinic.builders.keys import DISTINCT_RSA2048, pool_key
from certclinic.builders.pki import pem
from certclinic.builders.scenarios import MIXED, SYMPTOMS, demo, healthy, healthy_cluster
from certclinic.builders.symptom import pair

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
SPECS: dict[str, Mapping[str, Any]] = {
    "healthy": healthy(),
    "healthy cluster": healthy_cluster(),
    "demo": demo(AT),
    **{f"{name} shows": scenario.shows for name, scenario in SYMPTOMS.items()},
    **{f"{name} almost": scenario.almost for name, scenario in SYMPTOMS.items()},
    **{name: mixed.spec for name, mixed in MIXED.items()},
}


def openssl(*arguments: str, text: bytes = b"") -> str:
    """What OpenSSL's command says, on either stream."""
    run = subprocess.run(["openssl", *arguments], input=text, capture_output=True, check=False)
    return (run.stdout + run.stderr).decode()


class Verifier:
    """Asks `openssl verify` about certificates of a deployment."""

    def __init__(self, deployment: Deployment, folder: Path) -> None:
        self.deployment, self.folder = deployment, folder

    def verify(self, of: str, by: str, *options: str, sent: tuple[str, ...] = ()) -> str:
        """The result for node `of`'s certificate against node `by`'s trusted CA list.

        `sent` are authorities whose certificates the handshake brings along.
        """
        leaf, trust, untrusted = (self.folder / name for name in ("leaf", "trust", "untrusted"))
        leaf.write_bytes(self.deployment.member(of, "server_"))
        trust.write_bytes(self.deployment.member(by, "ca_"))
        issuers = self.deployment.authorities
        untrusted.write_bytes(b"".join(pem(issuers[name].certificate) for name in sent))
        more = ["-untrusted", str(untrusted)] if sent else []
        time = str(int(self.deployment.at.timestamp()))
        chosen = ["-attime", time, "-no-CApath", *more, *options]
        return openssl("verify", *chosen, "-CAfile", str(trust), str(leaf))


@pytest.mark.parametrize("name", SPECS)
def test_no_private_key_is_in_a_bundle(name: str) -> None:
    """Bundles hold certificates only, as Expressway's do."""
    deployment = build(SPECS[name])
    contents = [data for members in deployment.members.values() for data in members.values()]
    assert contents
    assert not [data for data in (*contents, *deployment.files.values()) if b"PRIVATE" in data]


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_what_shows_a_symptom_differs_from_what_almost_does(symptom: str) -> None:
    """The two deployments of a scenario are not the same bytes."""
    scenario = SYMPTOMS[symptom]
    shows, almost = build(scenario.shows), build(scenario.almost)
    assert (shows.members, shows.files) != (almost.members, almost.files)
    assert set(scenario.nodes) <= {node.hostname for node in shows.nodes}


def test_builders_stand_apart_from_the_code_under_test() -> None:
    """No module of the builders imports another part of the package."""
    for source in Path(certclinic.builders.__path__[0]).glob("*.py"):
        for statement in ast.walk(ast.parse(source.read_text())):
            if isinstance(statement, ast.ImportFrom):
                assert statement.level < 2, source
                assert statement.level == 1 or not str(statement.module).startswith("certclinic")
            elif isinstance(statement, ast.Import):
                assert not [n for n in statement.names if n.name.startswith("certclinic")], source


class TestKeys:
    """The pool of private keys."""

    def test_rsa_keys_pass_openssls_check(self) -> None:
        """Every RSA key up to 4096 bits has two primes and a fitting exponent."""
        kinds = {"rsa1024": 2, "rsa2048": DISTINCT_RSA2048, "rsa4096": 2}
        for kind, count in kinds.items():
            for slot in range(count):
                key = pool_key(kind, slot)
                assert isinstance(key, rsa.RSAPrivateKey)
                # Making the key from its numbers again runs OpenSSL's RSA_check_key.
                assert key.private_numbers().private_key().key_size == int(kind[3:])

    def test_keys_of_different_slots_differ(self) -> None:
        """No two authorities or nodes of a deployment share a key by accident."""
        keys = [pool_key("rsa2048", slot) for slot in range(DISTINCT_RSA2048)]
        keys += [
            pool_key(kind, slot) for kind in ("ec256", "ec384", "ed25519") for slot in range(40)
        ]
        public = {
            key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            for key in keys
        }
        assert len(public) == len(keys)


class TestChains:
    """`openssl verify` agrees with what a spec says about trust."""

    @pytest.fixture
    def verifier(self, tmp_path: Path) -> Any:
        """Makes a verifier for a spec."""
        return lambda spec: Verifier(build(spec), tmp_path)

    @pytest.mark.parametrize("spec", [healthy(), healthy_cluster(), healthy_cluster(3, 1)])
    def test_healthy_nodes_trust_each_other(self, verifier: Any, spec: Any) -> None:
        """Every certificate is good for both purposes in every trusted CA list."""
        ask = verifier(spec)
        for of in ask.deployment.nodes:
            for purpose in ("sslserver", "sslclient"):
                answer = ask.verify(of.name, "core1", "-purpose", purpose, "-x509_strict")
                assert answer.endswith("OK\n")
            for name in (of.fqdn, of.cluster.name if of.cluster else of.fqdn):
                answer = ask.verify(of.name, "edge1", "-verify_hostname", name)
                assert answer.endswith("OK\n")

    def test_unsent_intermediate_breaks_the_chain(self, verifier: Any) -> None:
        """EXW-030: good with the intermediate that TLS brings along, broken without, as in SSH."""
        ask = verifier(SYMPTOMS["EXW-030"].shows)
        assert "error 20 at 0 depth" in ask.verify("edge1", "core1")
        assert ask.verify("edge1", "core1", sent=("issuing-2",)).endswith("OK\n")
        assert ask.verify("core1", "edge1").endswith("OK\n")

    def test_untrusted_root(self, verifier: Any) -> None:
        """EXW-027: even with the whole chain sent, its root is not trusted."""
        ask = verifier(SYMPTOMS["EXW-027"].shows)
        sent = ("public-issuing", "public-root")
        assert "error 19 at 2 depth" in ask.verify("edge1", "core1", sent=sent)
        ask = verifier(SYMPTOMS["EXW-027"].almost)
        assert ask.verify("edge1", "core1", sent=sent).endswith("OK\n")

    def test_upper_twin_shadows_the_lower(self, verifier: Any) -> None:
        """EXW-023a: the first CA of the issuer's name is taken, and its key does not fit."""
        assert "error 7 at 0" in verifier(SYMPTOMS["EXW-023a"].shows).verify("edge1", "core1")
        answer = verifier(SYMPTOMS["EXW-023a"].almost).verify("edge1", "core1")
        assert answer.endswith("OK\n")

    @pytest.mark.parametrize(("symptom", "depth"), [("EXW-010", 0), ("EXW-012", 1)])
    def test_expiry(self, verifier: Any, symptom: str, depth: int) -> None:
        """An expired certificate fails at its own depth."""
        answer = verifier(SYMPTOMS[symptom].shows).verify("edge1", "core1")
        assert f"error 10 at {depth} depth" in answer
        assert verifier(SYMPTOMS[symptom].almost).verify("edge1", "core1").endswith("OK\n")

    def test_extended_key_usage(self, verifier: Any) -> None:
        """EXW-029b: server-only is no TLS client; without the extension it is."""
        client = ("-purpose", "sslclient")
        answer = verifier(SYMPTOMS["EXW-029b"].shows).verify("core1", "edge1", *client)
        assert "error 26 at 0 depth" in answer
        answer = verifier(SYMPTOMS["EXW-029b"].almost).verify("core1", "edge1", *client)
        assert answer.endswith("OK\n")

    def test_cross_certificate(self, verifier: Any) -> None:
        """An authority's second certificate leads to another root."""
        spec = pair(
            core={"trust": ["other"]},
            authorities={
                "other": {"cn": "Other Root"},
                "cross": {"cross_of": "issuing-1", "issuer": "other"},
            },
        )
        assert "error 20" in verifier(spec).verify("edge1", "core1", sent=("issuing-1",))
        assert verifier(spec).verify("edge1", "core1", sent=("cross",)).endswith("OK\n")

    def test_faulty_authority(self, verifier: Any) -> None:
        """An authority without basicConstraints is no CA to OpenSSL."""
        spec = pair(authorities={"issuing-1": {"ca": "missing", "ski": False}})
        assert "error 79 at 1 depth" in verifier(spec).verify("edge1", "core1", "-x509_strict")

    def test_weak_digest(self, verifier: Any) -> None:
        """A signature over SHA-1 is right, and too weak for OpenSSL's default."""
        spec = pair(edge={"certificate": {"digest": "sha1"}})
        weak = verifier(spec).verify("edge1", "core1", "-auth_level", "0")
        assert weak.endswith("OK\n")
        assert "error" in verifier(spec).verify("edge1", "core1", "-auth_level", "2")
        assert "sha1WithRSAEncryption" in openssl(
            "x509", "-noout", "-text", text=build(spec).member("edge1", "server_")
        )

    @pytest.mark.parametrize("key", ["ec256", "ec384", "rsa1024", "rsa4096", "rsa8192"])
    def test_other_keys(self, verifier: Any, key: str) -> None:
        """Certificates with other kinds of key verify as well."""
        spec = pair(edge={"certificate": {"key": key, "digest": "sha384"}})
        assert verifier(spec).verify("edge1", "core1", "-auth_level", "1").endswith("OK\n")


class TestDeterminism:
    """The same spec gives the same bytes."""

    def test_in_another_process(self, tmp_path: Path) -> None:
        """Neither the order of hashes nor the time of day shows in a bundle."""
        program = (
            "import pathlib, sys\n"
            "from certclinic.builders.deployment import write\n"
            "from certclinic.builders.scenarios import healthy_cluster\n"
            "write(healthy_cluster(), pathlib.Path(sys.argv[1]))"
        )
        digests = set()
        for seed in "12":
            folder = tmp_path / seed
            environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}
            command = [sys.executable, "-c", program, str(folder)]
            subprocess.run(command, env=environment, check=True)
            files = sorted(folder.iterdir())
            assert len(files) == 4
            data = b"".join(file.name.encode() + file.read_bytes() for file in files)
            digests.add(hashlib.sha256(data).hexdigest())
        assert len(digests) == 1

    def test_elliptic_curves(self) -> None:
        """ECDSA signatures are deterministic, too."""
        spec = pair(authorities={"issuing-1": {"key": "ec384"}, "root": {"key": "ec256"}})
        assert build(spec).members == build(spec).members


def test_demo_is_dated_by_its_argument() -> None:
    """The certificate of the demo was renewed three days before the time given."""
    at = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    certificate = build(demo(at)).member("edge1", "server_")
    shown = openssl("x509", "-noout", "-startdate", "-issuer", text=certificate)
    assert "notBefore=Jan 31 04:05:06 2031 GMT" in shown
    assert "CN = Example Issuing CA 2026" in shown
    trusted = build(demo(at)).member("core1", "ca_")
    assert trusted.startswith(b"CN=Example Root CA G2,O=Example Corp,C=US\n-----BEGIN CERT")

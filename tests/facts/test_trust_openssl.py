"""The verdict is OpenSSL's: number, depth and all, on hierarchies no CA would make."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from certclinic.facts.formats import containers
from certclinic.facts.trust.judgement import Judgement, judge
from certclinic.facts.x509.certificate import Certificate

from .openssl_cli import Asked, needs_openssl, verdicts
from .pki import Graphs

GRAPHS = int(os.environ.get("CERTCLINIC_GRAPHS", "400"))
SEED = int(os.environ.get("CERTCLINIC_SEED", "20261124"))


def judged(asked: Asked) -> Judgement:
    """The judgement on a question."""
    return judge(
        asked.leaf,
        asked.presented,
        asked.trust,
        name=asked.name,
        purpose=asked.purpose,
        at=asked.at,
        depth=asked.depth,
    )


@needs_openssl
def test_random_hierarchies(tmp_path: Path) -> None:
    """Random questions get the answer of `openssl verify`; CERTCLINIC_GRAPHS says how many."""
    graphs = Graphs(SEED)
    differing = []
    for number in range(GRAPHS):
        asked = Asked(**graphs.question())
        verdict = judged(asked)
        expected = verdicts(tmp_path, asked)
        if [(verdict.code, verdict.depth)] != expected:
            differing.append((number, expected, (verdict.code, verdict.depth)))
        assert verdict.code == (verdict.defects[0].openssl if verdict.defects else 0)
    assert not differing


@needs_openssl
def test_the_change_for_a_better_path_works(tmp_path: Path) -> None:
    """OpenSSL answers what is foretold once the trust list is changed as proposed."""
    graphs = Graphs(SEED + 1)
    proposed = 0
    while proposed < GRAPHS // 8:
        asked = Asked(**graphs.question())
        better = judged(asked).better_path
        if better is None:
            continue
        proposed += 1
        removed = {fingerprint for _, fingerprint in better.remove}
        for position, fingerprint in better.remove:
            assert asked.trust[position - 1].fingerprint == fingerprint
        kept = [entry for entry in asked.trust if entry.fingerprint not in removed]
        added = [c for c in asked.presented if c.fingerprint in better.add]
        ((code, _),) = verdicts(tmp_path, replace(asked, trust=[*kept, *added]))
        assert code == better.code


EC = ["-newkey", "ec", "-pkeyopt"]
KEYS = {
    "P-256": [*EC, "ec_paramgen_curve:P-256"],
    "P-521": [*EC, "ec_paramgen_curve:P-521"],
    "P-192": [*EC, "ec_paramgen_curve:P-192"],
    "brainpool": [*EC, "ec_paramgen_curve:brainpoolP256r1"],
    "binary curve": [*EC, "ec_paramgen_curve:sect233k1"],
    "small curve": [*EC, "ec_paramgen_curve:secp128r1"],
    "explicit curve": [*EC, "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
    "RSA 2048": ["-newkey", "rsa:2048"],
    "RSA 1020": ["-newkey", "rsa:1020"],
    "RSA 900": ["-newkey", "rsa:900"],
    "RSA 512": ["-newkey", "rsa:512"],
    "RSA-PSS": ["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:1024"],
    "Ed25519": ["-newkey", "ed25519"],
    "Ed448": ["-newkey", "ed448"],
    "SHA-1": ["-newkey", "rsa:1024", "-sha1"],
    "MD5": ["-newkey", "rsa:1024", "-md5"],
    "PSS signature": ["-newkey", "rsa:1024", "-sigopt", "rsa_padding_mode:pss"],
}


@needs_openssl
@pytest.mark.parametrize("kind", KEYS)
def test_keys_and_signatures(tmp_path: Path, kind: str) -> None:
    """Keys and signatures that OpenSSL itself makes, as leaf, as CA and as root."""
    plain = ["-newkey", "rsa:1024"] if "rsa:1024" in KEYS[kind] else KEYS["P-256"]
    for place in range(3) if kind != "binary curve" else [0]:  # the library cannot verify with it
        chain: list[Certificate] = []
        for depth in (2, 1, 0):
            chain.insert(0, _made(tmp_path, depth, KEYS[kind] if depth == place else plain))
        asked = Asked(chain[0], chain[1:2], chain[2:], at=None)
        (expected,) = verdicts(tmp_path, asked)
        verdict = judge(chain[0], chain[1:2], chain[2:], at=None)
        assert expected == (verdict.code, verdict.depth), place


def _made(folder: Path, depth: int, options: list[str]) -> Certificate:
    """A certificate made by the command, issued by the one of the next depth."""
    if depth < 2:
        issuer = folder / f"{depth + 1}"
        options = [*options, "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key"]
    ca = "critical,CA:" + ("TRUE" if depth else "FALSE")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-subj", f"/CN=depth {depth}"),
            *("-addext", f"basicConstraints={ca}", *options),
            *("-keyout", f"{folder / str(depth)}.key", "-out", f"{folder / str(depth)}.pem"),
        ],
        check=True,
        capture_output=True,
    )
    (found,) = containers.read((folder / f"{depth}.pem").read_bytes()).certificates
    return found.certificate

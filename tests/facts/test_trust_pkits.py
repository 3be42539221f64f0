"""NIST's Public Key Interoperability Test Suite, answered as OpenSSL answers it."""

from __future__ import annotations

from pathlib import Path

import pytest

from certclinic.facts.trust.judgement import TrustList, judge
from certclinic.facts.x509.certificate import Certificate
from certclinic.facts.x509.crl import Crl

from .openssl_cli import Asked, needs_openssl, verdicts

vectors = pytest.importorskip(
    "cryptography_vectors", reason="needs the package cryptography-vectors, which holds PKITS"
)
AT = 1_700_000_000  # within the validity that the suite means to be valid


@needs_openssl
def test_pkits_with_and_without_crls(tmp_path: Path) -> None:
    """Every end entity gets OpenSSL's number and depth, all CAs and CRLs of the suite at hand."""
    folder = Path(vectors.__file__).parent / "x509" / "PKITS_data"
    certificates = {
        path.stem: Certificate.from_der(path.read_bytes())
        for path in sorted((folder / "certs").glob("*.crt"))
    }
    anchor = certificates.pop("TrustAnchorRootCertificate")
    leaves = [c for name, c in certificates.items() if name.endswith("EE")]
    presented = [c for name, c in certificates.items() if not name.endswith("EE")]
    crls = [Crl.from_der(path.read_bytes()) for path in sorted((folder / "crls").glob("*.crl"))]
    crls = [crl for crl in crls if not crl.delta]  # releases of OpenSSL 3 differ about those
    crl_file = tmp_path / "crls.pem"
    crl_file.write_text("".join(crl.pem() for crl in crls))
    asked = Asked(leaves[0], presented, [anchor], at=AT)
    for given, file in (([], None), (crls, crl_file)):
        answers = [
            judge(leaf, presented, TrustList([anchor]), at=AT, crls=given) for leaf in leaves
        ]
        expected = verdicts(tmp_path, asked, *leaves[1:], crl_file=file)
        assert expected == [(answer.code, answer.depth) for answer in answers]

"""The `openssl verify` command, which the runner of the library is held against."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from certclinic.facts.x509 import der
from certclinic.facts.x509.certificate import Certificate
from tests.facts.openssl_cli import Asked, verdicts

from .case import Case
from .libcrypto import Answer


def command_differs(case: Case, answer: Answer) -> bool:
    """Whether the command says another number or depth than the library did."""
    with TemporaryDirectory() as folder:
        crl_file = Path(folder) / "crls.pem" if case.crls else None
        if crl_file is not None:
            crl_file.write_text("".join(der.pem("X509 CRL", crl) for crl in case.crls))
        asked = Asked(
            Certificate.from_der(case.leaf),
            [Certificate.from_der(found) for found in case.presented],
            [Certificate.from_der(found) for found in case.trust],
            case.name,
            case.purpose,
            case.at,
            case.depth,
        )
        return verdicts(Path(folder), asked, crl_file=crl_file) != [(answer.code, answer.depth)]

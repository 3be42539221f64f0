"""Stand-ins of certificates: other names and keys, and all else as it was."""

from __future__ import annotations

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from certclinic.facts.x509.certificate import Certificate
from certclinic.facts.x509.crl import Crl
from certclinic.facts.x509.stand_in import StandIns

WHEN = datetime.datetime(2026, 1, 1)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class Renaming:
    """Says `other` for acme."""

    def text(self, text: str) -> str:
        return text.replace("acme", "other").replace("Acme", "Other")

    value = text

    def address(self, text: str) -> str:
        return "192.0.2.1"

    def serial(self, text: str) -> str:
        return text[:2] + "0" * (len(text) - 2)


def issue(
    subject: str, key: Key, issuer: str, signer: Key, *names: x509.GeneralName
) -> Certificate:
    """A certificate of the library's own making."""
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(public)
        .serial_number(0x52A1B2C3D4E5F607)
        .not_valid_before(WHEN)
        .not_valid_after(WHEN + datetime.timedelta(days=90))
        .add_extension(x509.BasicConstraints(subject == issuer, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(x509.ExtendedKeyUsage([x509.OID_SERVER_AUTH]), critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Certificate.from_der(builder.sign(signer, digest).public_bytes(Encoding.DER))


ROOT_KEY = rsa.generate_private_key(65537, 2048)
ROOT = issue("Acme Root", ROOT_KEY, "Acme Root", ROOT_KEY)


def stand_in(certificate: Certificate, *others: Certificate) -> tuple[Certificate, Certificate]:
    """The stand-ins of a certificate and of the root."""
    made = StandIns([ROOT, certificate, *others], Renaming(), lambda name: False)
    new, root = made.certificate(certificate.der), made.certificate(ROOT.der)
    assert new is not None
    assert root is not None
    return Certificate.from_der(new), Certificate.from_der(root)


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1()),
     ed25519.Ed25519PrivateKey.generate()],
    ids=["rsa", "ec", "ed25519"],
)  # fmt: skip
def test_all_but_names_and_keys_is_as_it_was(key: Key) -> None:
    """Type and size of the key, validity, usages, number of digits; the root's stand-in signs."""
    old = issue(
        "core1.acme.com", key, "Acme Root", ROOT_KEY,
        x509.DNSName("core1.acme.com"), x509.RFC822Name("a@acme.com"),
        x509.UniformResourceIdentifier("sip:core1.acme.com"),
        x509.IPAddress(__import__("ipaddress").ip_address("10.0.0.1")),
    )  # fmt: skip

    new, root = stand_in(old)

    assert b"acme" not in new.der.lower()
    assert "CN=core1.other.com" == new.subject
    assert ("core1.other.com",) == new.dns_names
    assert ("192.0.2.1",) == new.ip_addresses
    assert root.subject_key == new.issuer_key
    assert new.signed_by(root)
    assert root.self_signed
    assert not new.signed_by(ROOT)
    assert root.ski == new.aki
    assert old.public_key.spki != new.public_key.spki
    for name in ("key_type", "key_bits", "curve", "validity", "eku", "is_ca", "signature_digest"):
        assert getattr(old, name) == getattr(new, name)
    assert len(old.serial) == len(new.serial)
    x509.load_der_x509_certificate(new.der)


def test_a_signature_that_did_not_verify_still_does_not() -> None:
    """A certificate that names an issuer whose key did not sign it stays such a one."""
    key = ec.generate_private_key(ec.SECP256R1())
    old = issue("core1.acme.com", key, "Acme Root", rsa.generate_private_key(65537, 2048))

    new, root = stand_in(old)

    assert root.subject_key == new.issuer_key
    assert not new.signed_by(root)


def test_public_cas_keep_their_name_and_number() -> None:
    """What everybody's trust list holds is no secret, and knowledge goes by its name."""
    made = StandIns([ROOT], Renaming(), lambda name: b"Acme Root" in name)
    new = Certificate.from_der(made.certificate(ROOT.der) or b"")

    assert ROOT.subject == new.subject
    assert ROOT.serial == new.serial


def test_a_revocation_list_revokes_the_stand_in() -> None:
    """The list's stand-in is signed by the CA's, and holds the number of the certificate's."""
    old = issue("core1.acme.com", ROOT_KEY, "Acme Root", ROOT_KEY)
    revoked = x509.RevokedCertificateBuilder().serial_number(int(old.serial, 16))
    listed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.load_der_x509_certificate(ROOT.der).subject)
        .last_update(WHEN)
        .next_update(WHEN + datetime.timedelta(days=7))
        .add_revoked_certificate(revoked.revocation_date(WHEN).build())
        .sign(ROOT_KEY, hashes.SHA256())
    )
    made = StandIns([ROOT, old], Renaming(), lambda name: False)
    crl = Crl.from_der(made.crl(listed.public_bytes(Encoding.DER)) or b"")
    root = Certificate.from_der(made.certificate(ROOT.der) or b"")
    new = Certificate.from_der(made.certificate(old.der) or b"")

    assert crl.signature.verifies(root.public_key)
    assert new.serial_number in crl.revoked
    assert root.subject_key == crl.issuer_key


def test_a_request_keeps_the_key_of_its_certificate() -> None:
    """Whether request and certificate belong together is a finding; it must stay one."""
    key = rsa.generate_private_key(65537, 2048)
    old = issue("core1.acme.com", key, "Acme Root", ROOT_KEY)
    asked = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.load_der_x509_certificate(old.der).subject)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("core1.acme.com")]), False)
        .sign(key, hashes.SHA256())
    )
    made = StandIns([ROOT, old], Renaming(), lambda name: False)
    request = x509.load_der_x509_csr(made.request(asked.public_bytes(Encoding.DER)) or b"")
    new = x509.load_der_x509_certificate(made.certificate(old.der) or b"")

    assert request.is_signature_valid
    assert request.public_key() == new.public_key()
    assert b"acme" not in request.public_bytes(Encoding.DER)


@pytest.mark.parametrize("data", [b"", b"\x30\x03\x02\x01\x05", ROOT.der[:-9]])
def test_what_is_no_certificate_has_no_stand_in(data: bytes) -> None:
    """Damage is told to the caller, who must not send the original on."""
    made = StandIns([], Renaming(), lambda name: False)

    assert made.certificate(data) is made.crl(data) is made.request(data) is None

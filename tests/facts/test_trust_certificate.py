"""Every field of a certificate, as other readers give it."""

from __future__ import annotations

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certclinic.facts.x509 import der
from certclinic.facts.x509.certificate import Certificate, CertificateError

from .pki import HOST, NOW, YEAR, encoded, issue, key, leaf, resigned, tampered, version_1

ROOT = issue("Root", path_length=1, usage=["key_cert_sign", "crl_sign"])
SAMPLES = [
    ROOT,
    leaf("Root", names=[HOST, "10.0.0.1", "2001:db8::1", "a@example.com"], own="rsa"),
    leaf("Root", own="ed25519", extended=None, key_ids=False),
    issue('Ünïcode, "quoted" + x=<y>;#1\\', "Root", ca=None),
]


@pytest.mark.parametrize("certificate", SAMPLES, ids=lambda c: c.subject)
def test_fields_are_those_of_cryptography(certificate: Certificate) -> None:
    """Names, numbers, times, keys and identifiers agree with the library's reader."""
    other = x509.load_der_x509_certificate(certificate.der)
    assert certificate.subject == other.subject.rfc4514_string()
    assert certificate.issuer == other.issuer.rfc4514_string()
    assert certificate.serial == f"{other.serial_number:x}"
    assert certificate.not_before == other.not_valid_before_utc.timestamp()
    assert certificate.not_after == other.not_valid_after_utc.timestamp()
    assert certificate.version == 3
    assert certificate.fingerprint == hashlib.sha256(certificate.der).hexdigest()
    spki = other.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert certificate.spki_sha256 == hashlib.sha256(spki).hexdigest()
    assert x509.load_pem_x509_certificate(certificate.pem().encode()) == other
    assert certificate.unreadable == ()
    assert certificate.signed_by(ROOT)


def test_key_and_signature() -> None:
    """Type, size and curve of the key, and the digest of the signature."""
    root, server, odd, _ = SAMPLES
    assert (root.key_type, root.key_bits, root.curve) == ("EC", 256, "secp256r1")
    assert (server.key_type, server.key_bits, server.curve) == ("RSA", 2048, None)
    assert odd.key_type == "Ed25519"
    assert (root.signature_algorithm, root.signature_digest) == ("ecdsa-with-SHA256", "sha256")


def test_extensions() -> None:
    """What a CA and a server certificate say of themselves."""
    root, server, odd, bare = SAMPLES
    assert root.is_ca and root.basic_constraints == (True, 1)
    assert root.key_usage == frozenset({"keyCertSign", "cRLSign"})
    assert root.self_signed and root.self_issued
    assert root.ski == root.aki == server.aki
    assert server.dns_names == (HOST,)
    assert server.ip_addresses == ("10.0.0.1", "2001:db8::1")
    assert server.emails == ("a@example.com",)
    assert (server.eku, odd.eku) == ("both", "none")
    assert (odd.ski, odd.aki) == (None, None)
    assert (bare.is_ca, bare.basic_constraints) == (False, None)
    for extended, usage in ((["server"], "server"), (["client"], "client"), (["any"], "other")):
        assert leaf("Root", extended=extended).eku == usage


def test_urls_policies_and_other_names() -> None:
    """AIA, CRL and OCSP addresses, policies, SRV and XMPP names."""
    uri = encoded(0x86, b"http://ca.example.com/x")
    srv = encoded(
        0xA0,
        bytes.fromhex("06082b06010505070807"),
        encoded(0xA0, encoded(der.IA5_STRING, b"_collab-edge._tls.example.com")),
    )
    xmpp = encoded(
        0xA0,
        bytes.fromhex("06082b06010505070805"),
        encoded(0xA0, encoded(der.UTF8_STRING, b"im@example.com")),
    )
    access = [
        encoded(der.SEQUENCE, bytes.fromhex(f"06082b060105050730{method}"), uri)
        for method in ("01", "02")
    ]
    point = encoded(der.SEQUENCE, encoded(0xA0, encoded(0xA0, uri)))
    certificate = leaf(
        "Root",
        names=[],
        extra=[
            ("2.5.29.17", False, encoded(der.SEQUENCE, srv, xmpp, uri)),
            ("1.3.6.1.5.5.7.1.1", False, encoded(der.SEQUENCE, *access)),
            ("2.5.29.31", False, encoded(der.SEQUENCE, point)),
            ("2.5.29.32", False, bytes.fromhex("3006300406022a03")),
        ],
    )
    assert certificate.srv_names == ("_collab-edge._tls.example.com",)
    assert certificate.xmpp_addresses == ("im@example.com",)
    url = ("http://ca.example.com/x",)
    assert certificate.uris == certificate.aia_urls == certificate.ocsp_urls == url
    assert certificate.crl_urls == url
    assert certificate.policy_oids == ("1.2.3",)


def test_equality_is_that_of_the_der() -> None:
    """The same bytes are the same certificate, however often they are read."""
    again = Certificate.from_der(bytes(bytearray(ROOT.der)))
    assert again == ROOT and len({again, ROOT}) == 1
    assert ROOT != SAMPLES[1] and ROOT != ROOT.der


def test_names_compare_without_case_space_and_charset() -> None:
    """`subject_key` is equal where OpenSSL's X509_NAME_cmp says so."""
    plain = issue("Issuing CA").subject_key
    assert issue("ISSUING  ca ").subject_key == plain
    assert issue("Issuing-CA").subject_key != plain
    wide = encoded(der.BMP_STRING, "Issuing CA".encode("utf-16-be"))
    name = encoded(
        der.SEQUENCE,
        encoded(der.SET, encoded(der.SEQUENCE, bytes.fromhex("0603550403"), wide)),
    )
    other = resigned(issue("Issuing CA"), "Issuing CA", lambda f: [*f[:5], name, *f[6:]])
    assert other.subject_key == plain
    assert other.subject == "CN=Issuing CA"


def test_control_characters_are_escaped() -> None:
    """Nothing that a terminal or a right-to-left mark could act on stays in a readable name."""
    certificate = leaf("Root", names=[], extra=[("2.5.29.17", False, b"\x30\6\x82\4a\x1b[m")])
    assert certificate.dns_names == ("a\\1B[m",)
    assert issue("a\u202eb").subject == "CN=a\\E2\\80\\AEb"


def test_one_broken_extension_hides_no_other() -> None:
    """An unreadable extension is told in words, and the rest can still be read."""
    certificate = leaf("Root", names=[], extra=[("2.5.29.17", False, b"\x30\x05\x82")])
    assert certificate.dns_names == ()
    assert certificate.eku == "both"
    (told,) = certificate.unreadable
    assert told.startswith("subjectAltName: ")


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        (b"\x17\x0d491231235959Z", 2524607999),
        (b"\x17\x0d500101000000Z", -631152000),
        (b"\x18\x0f00000101000000Z", -62167219200),
        (b"\x18\x0f99991231235959Z", 253402300799),
        (b"\x18\x1120270101000000.5Z", None),
        (b"\x17\x0d261301000000Z", None),
    ],
)
def test_times(time: bytes, seconds: int | None) -> None:
    """Centuries as in RFC 5280, 4.1.2.5; what it does not allow is unreadable, as in OpenSSL."""
    certificate = resigned(
        ROOT,
        "Root",
        lambda f: [*f[:4], encoded(der.SEQUENCE, b"\x17\x0d260101000000Z", time), *f[5:]],
    )
    assert certificate.not_after == seconds
    assert bool(certificate.unreadable) == (seconds is None)


def test_signatures() -> None:
    """A signature holds for the key that made it alone."""
    server = leaf("Root")
    assert server.signed_by(ROOT)
    assert not server.signed_by(issue("Root", own="other"))
    assert not tampered(server).signed_by(ROOT)
    assert version_1(server, "Root").signed_by(ROOT)
    assert version_1(server, "Root").version == 1
    assert not issue("Root", signer="other").self_signed


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the data end"),
        (b"\x31\0", "expected tag 0x30"),
        (ROOT.der[:-1], "bytes more than there are"),
        (ROOT.der + b"\n", "followed by other data"),
        (encoded(der.SEQUENCE, encoded(der.INTEGER, b"\0")), "fields instead of 3"),
        (
            key("Root").public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
            "fields instead of 3",
        ),
    ],
    ids=["nothing", "a set", "cut off", "with more behind", "one field", "a public key"],
)
def test_what_is_no_certificate_says_why(data: bytes, words: str) -> None:
    """The error tells what was found instead."""
    with pytest.raises(CertificateError, match=words):
        Certificate.from_der(data)


def test_validity_is_read_to_the_second() -> None:
    """`not_after` is what was asked of the builder."""
    assert leaf("Root", not_after=NOW + YEAR).not_after == NOW + YEAR

"""Certificate files in every container and state that people send them in, made in code.

Of each is known what it is and which certificates are in it, because it was made that way.
"""

from __future__ import annotations

import base64
import gzip
import io
import zipfile

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)

from .container_material import (
    Messy,
    armour,
    hierarchy,
    indefinite,
    key_pem,
    request,
    revocation_list,
    serialized_store,
    to_der,
    to_pem,
)
from .damaged_pem import clean_pem, damaged_pem

PASSWORD = b"correct horse"


def messy_files() -> list[Messy]:
    """All of them, each with a name of its own."""
    return [
        *clean_pem(),
        *damaged_pem(),
        *_encoded_text(),
        *_binary(),
        *_pkcs7(),
        *_pkcs12(),
        *_not_certificates(),
        *_no_containers(),
    ]


def _encoded_text() -> list[Messy]:
    pki = hierarchy()
    leaf, one = to_pem(pki.leaf), (to_der(pki.leaf),)
    text = leaf.decode("ascii")
    body = b"".join(leaf.splitlines()[1:-1])
    rtf = b"{\\rtf1\\ansi\\deff0 " + leaf.replace(b"\n", b"\\par\n") + b"}"
    page = b"<!DOCTYPE html>\n<html><body><pre>\n" + leaf + b"</pre></body></html>\n"
    metadata = (
        b'<?xml version="1.0"?>\n<md:EntityDescriptor xmlns:md="urn:example"><ds:X509Data>'
        b"<ds:X509Certificate>" + body + b"</ds:X509Certificate></ds:X509Data>"
        b"</md:EntityDescriptor>\n"
    )
    return [
        Messy("utf16-le", b"\xff\xfe" + text.encode("utf-16-le"), "utf16", one),
        Messy("utf16-be", b"\xfe\xff" + text.encode("utf-16-be"), "utf16", one),
        Messy("utf16-no-mark", text.encode("utf-16-le"), "utf16", one),
        Messy("utf16-text", "no certificate".encode("utf-16"), "utf16"),
        Messy("rtf", rtf, "rtf", one),
        Messy("html-with-pem", page, "html", one),
        Messy("xml-metadata", metadata, "xml", one),
        Messy("xml-other", b'<?xml version="1.0"?>\n<a>b</a>\n', "xml"),
        Messy("base64-wrapped", base64.encodebytes(one[0]), "base64", one),
        Messy("base64-one-line", body, "base64", one),
        Messy("base64-of-pem", base64.b64encode(leaf), "base64", one),
    ]


def _binary() -> list[Messy]:
    pki = hierarchy()
    root, issuing, leaf = map(to_der, (pki.root, pki.issuing, pki.leaf))
    crl = revocation_list().public_bytes(Encoding.DER)
    store = serialized_store(leaf, root, crls=(crl,))
    return [
        Messy("der", leaf, "der", (leaf,)),
        Messy("der.pem", leaf, "der", (leaf,)),
        Messy("der-newline", leaf + b"\r\n", "der", (leaf,)),
        Messy("der-zeros", leaf + bytes(100), "der", (leaf,)),
        Messy("der-rubbish", leaf + b"rubbish", "der", (leaf,)),
        Messy("der-concatenated", leaf + issuing + root, "der", (leaf, issuing, root)),
        Messy("der-truncated", leaf[:-100], "der"),
        Messy("der-unknown", b"\x30\x82\x01\x00" + b"\x04\x81\xfd" + bytes(253), "der"),
        Messy("sst", store, "sst", (leaf, root)),
        Messy("sst-truncated", store[: -len(crl) - 24], "sst", (leaf, root)),
    ]


def _pkcs7() -> list[Messy]:
    pki = hierarchy()
    chain = list(pki.chain)
    bundle = pkcs7.serialize_certificates(chain, Encoding.DER)
    # A SET OF is sorted in DER, so the order in the file is its own.
    found = tuple(c.public_bytes(Encoding.DER) for c in pkcs7.load_der_pkcs7_certificates(bundle))
    files = {
        "pkcs7.der": bundle,
        "pkcs7.pem": armour(bundle, "PKCS7"),
        "pkcs7-cms": armour(bundle, "CMS"),
        "pkcs7-as-certificate": armour(bundle, "CERTIFICATE"),
        "pkcs7-base64": base64.encodebytes(bundle),
        "pkcs7-indefinite": indefinite(bundle),
    }
    return [Messy(name, data, "pkcs7", found) for name, data in files.items()] + [
        Messy("pkcs7-truncated", armour(bundle[:-50], "PKCS7"), "pkcs7")
    ]


def _pkcs12() -> list[Messy]:
    pki = hierarchy()
    chain = tuple(map(to_der, pki.chain))

    def container(encryption: KeySerializationEncryption) -> bytes:
        return pkcs12.serialize_key_and_certificates(
            b"expe", pki.key, pki.leaf, list(pki.chain[1:]), encryption
        )

    strong = container(BestAvailableEncryption(PASSWORD))
    builder = PrivateFormat.PKCS12.encryption_builder()
    old = builder.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
    bomb = container(builder.kdf_rounds(0x10001).build(PASSWORD))
    return [
        Messy("pkcs12-open", container(NoEncryption()), "pkcs12", chain),
        Messy("pkcs12", strong, "pkcs12", chain, password=PASSWORD),
        Messy("pkcs12-3des", container(old.build(PASSWORD)), "pkcs12", chain, password=PASSWORD),
        Messy("pkcs12-base64", base64.b64encode(strong), "pkcs12", chain, password=PASSWORD),
        Messy("pkcs12-ber", indefinite(strong), "pkcs12", chain, password=PASSWORD),
        Messy("pkcs12-no-password", strong, "pkcs12"),
        Messy("pkcs12-wrong-password", strong, "pkcs12", password=b"wrong"),
        Messy("pkcs12-bomb", _more_rounds(bomb), "pkcs12", password=PASSWORD),
    ]


def _more_rounds(container: bytes) -> bytes:
    """The same container claiming 8,388,607 key derivation rounds, which take seconds to do."""
    return container.replace(b"\x02\x03\x01\x00\x01", b"\x02\x03\x7f\xff\xff")


def _not_certificates() -> list[Messy]:
    pki = hierarchy()
    csr, crl = request(), revocation_list()
    public = pki.key.public_key()
    keys = {
        "key-pkcs1": (PrivateFormat.TraditionalOpenSSL, Encoding.PEM, NoEncryption()),
        "key-pkcs8": (PrivateFormat.PKCS8, Encoding.PEM, NoEncryption()),
        "key-pkcs8.der": (PrivateFormat.PKCS8, Encoding.DER, NoEncryption()),
        "key-pkcs1.der": (PrivateFormat.TraditionalOpenSSL, Encoding.DER, NoEncryption()),
        "key-encrypted": (PrivateFormat.PKCS8, Encoding.PEM, BestAvailableEncryption(PASSWORD)),
        "key-encrypted.der": (PrivateFormat.PKCS8, Encoding.DER, BestAvailableEncryption(PASSWORD)),
        "key-encrypted-pkcs1": (
            PrivateFormat.TraditionalOpenSSL,
            Encoding.PEM,
            BestAvailableEncryption(PASSWORD),
        ),
        "key-openssh": (PrivateFormat.OpenSSH, Encoding.PEM, NoEncryption()),
    }
    return [
        Messy("csr.pem", csr.public_bytes(Encoding.PEM), "csr"),
        Messy(
            "csr-new",
            armour(csr.public_bytes(Encoding.DER), "NEW CERTIFICATE REQUEST"),
            "csr",
        ),
        Messy("csr.der", csr.public_bytes(Encoding.DER), "csr"),
        Messy("crl.pem", crl.public_bytes(Encoding.PEM), "crl"),
        Messy("crl.der", crl.public_bytes(Encoding.DER), "crl"),
        Messy(
            "public-key",
            public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            "public_key",
        ),
        Messy(
            "public-key.der",
            public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
            "public_key",
        ),
        *(
            Messy(name, pki.key.private_bytes(encoding, layout, encryption), "key")
            for name, (layout, encoding, encryption) in keys.items()
        ),
        Messy(
            "key-ec.der",
            pki.issuing_key.private_bytes(
                Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
            ),
            "key",
        ),
        Messy("key-no-newline", key_pem().rstrip(b"\n"), "key"),
    ]


def _no_containers() -> list[Messy]:
    leaf = to_pem(hierarchy().leaf)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("expe.pem", leaf)
    return [
        Messy("html-login", b"<html><head><title>Log in</title></head></html>\n", "html"),
        Messy("text", b"The certificate is attached.\n", "text"),
        Messy("word", b"test", "text"),
        Messy("empty", b"", "empty"),
        Messy("white-space", b"\r\n \t\r\n", "empty"),
        Messy("zeros", bytes(1000), "empty"),
        Messy("binary", bytes(range(1, 256)), "binary"),
        Messy("keystore", b"\xfe\xed\xfe\xed\0\0\0\2\0\0\0\1", "jks"),
        Messy("gzip", gzip.compress(leaf, mtime=0), "gzip"),
        Messy("zip", packed.getvalue(), "zip"),
        Messy("seven-zip", b"7z\xbc\xaf\x27\x1c\0\4", "archive"),
        Messy("oversized", b"a" * ((8 << 20) + 1), "oversized"),
    ]

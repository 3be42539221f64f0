"""Expected names and name constraints are compared as OpenSSL compares them."""

from __future__ import annotations

from pathlib import Path

import pytest

from certclinic.facts.trust.hostnames import has_name
from certclinic.facts.trust.judgement import Name, judge
from certclinic.facts.x509 import der

from .openssl_cli import Asked, needs_openssl, verdicts
from .pki import HOST, NOW, encoded, issue, leaf

ROOT = issue("Root")
PATTERNS = [
    b"example.com",
    b"EXPE.Example.COM",
    b"expe.example.com.",
    b"*.example.com",
    b"*.com",
    b"*",
    b"*.*.com",
    b"a.*.com",
    b"*.exa_mple.com",
    b"*.-x.example.com",
    b"xn--bcher-kva.example.com",
    b"*.xn--bcher-kva.example",
    b"my_host.example.com",
    b".example.com",
    b"10.0.0.1",
    b"expe.example.com\0.evil.example",
    b"",
    b"-.example.com",
]
HOSTS = [
    "example.com",
    HOST,
    HOST + ".",
    "a.b.example.com",
    "EXPE.EXAMPLE.COM",
    ".example.com",
    ".",
    "*.example.com",
    "x.com",
    "xn--bcher-kva.example.com",
    "a.xn--bcher-kva.example",
    "my_host.example.com",
    "a.exa_mple.com",
    "expe",
    "10.0.0.1",
    "bücher.example.com",
]


def alternative_names(*names: tuple[int, bytes]) -> tuple[str, bool, bytes]:
    """A subjectAltName extension of names by tag."""
    return ("2.5.29.17", False, encoded(der.SEQUENCE, *(encoded(t, v) for t, v in names)))


@needs_openssl
def test_host_names(tmp_path: Path) -> None:
    """Every pattern against every host, in a subject alternative name and as common name."""
    leaves = [leaf("Root", names=[], extra=[alternative_names((0x82, p))]) for p in PATTERNS]
    leaves += [
        issue(pattern.decode(), "Root", ca=False)
        for pattern in PATTERNS
        if b"\0" not in pattern and pattern
    ]
    for host in HOSTS:
        name = Name("dns", host)
        asked = Asked(leaves[0], [], [ROOT], name=name, at=NOW)
        expected = [code == 0 for code, _ in verdicts(tmp_path, asked, *leaves[1:])]
        assert expected == [has_name(certificate, name) for certificate in leaves], host


@needs_openssl
@pytest.mark.parametrize(
    "name",
    [
        Name("email", "a@example.com"),
        Name("email", "A@example.com"),
        Name("email", "a@EXAMPLE.com"),
        Name("email", "example.com"),
        Name("ip", "10.0.0.1"),
        Name("ip", "2001:db8::1"),
    ],
)
def test_addresses(tmp_path: Path, name: Name) -> None:
    """Mailboxes and IP addresses match whole entries of their kind."""
    leaves = [
        leaf("Root", names=names)
        for names in (["a@example.com"], ["10.0.0.1"], ["2001:db8::1"], ["example.com"])
    ]
    leaves.append(leaf("Root", names=[], extra=[alternative_names((0x82, b"10.0.0.1"))]))
    asked = Asked(leaves[0], [], [ROOT], name=name, at=NOW)
    expected = [code == 0 for code, _ in verdicts(tmp_path, asked, *leaves[1:])]
    assert expected == [has_name(certificate, name) for certificate in leaves]


def test_partial_wildcards_never_match() -> None:
    """A star must be the whole first label."""
    for pattern in ("exp*.example.com", "*pe.example.com", "e*e.example.com"):
        assert not has_name(leaf("Root", names=[pattern]), Name("dns", HOST))


@pytest.mark.parametrize(
    ("kind", "value"), [("ip", "expe"), ("dns", ""), ("dns", "a\0b"), ("uri", "x")]
)
def test_names_that_cannot_be_expected(kind: str, value: str) -> None:
    """A name that cannot be one is refused in words."""
    with pytest.raises(ValueError, match=r"name|address"):
        Name(kind, value)  # type: ignore[arg-type]


DIRECTORY = encoded(
    0xA4,
    encoded(
        der.SEQUENCE,
        encoded(
            der.SET,
            encoded(
                der.SEQUENCE, bytes.fromhex("0603550403"), encoded(0x0C, HOST.upper().encode())
            ),
        ),
    ),
)
BASES = [
    encoded(0x82, b"example.com"),
    encoded(0x82, b".example.com"),
    encoded(0x82, b"EXPE.example.com"),
    encoded(0x82, b""),
    encoded(0x81, b"example.com"),
    encoded(0x81, b".example.com"),
    encoded(0x81, b"a@Example.com"),
    encoded(0x81, b"@example.com"),
    encoded(0x86, b"example.com"),
    encoded(0x86, b".example.com"),
    encoded(0x87, bytes.fromhex("0a000000ff000000")),
    encoded(0x87, bytes.fromhex("0a000000ff0000")),
    encoded(0x87, bytes(32)),
    encoded(0x88, bytes.fromhex("2a0304")),
    DIRECTORY,
]
NAMES = [
    (0x82, b"expe.example.com"),
    (0x82, b"Example.com"),
    (0x82, b"badexample.com"),
    (0x81, b"a@example.com"),
    (0x81, b"b@mail.example.com"),
    (0x81, b"nobody"),
    (0x86, b"https://expe.example.com/x"),
    (0x86, b"https://example.com:8443/x:y"),
    (0x86, b"https://example.com/x:y"),
    (0x86, b"urn:x"),
    (0x87, bytes.fromhex("0a010203")),
    (0x87, bytes.fromhex("0b010203")),
    (0x87, bytes(16)),
    (0x88, bytes.fromhex("2a0304")),
]


@needs_openssl
@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("tag", [0xA0, 0xA1])
def test_name_constraints(tmp_path: Path, base: bytes, tag: int) -> None:
    """Names of every kind under a permitted or excluded subtree of every kind."""
    subtrees = encoded(tag, encoded(der.SEQUENCE, base))
    constrained = issue(
        "Issuing", "Root", extra=[("2.5.29.30", True, encoded(der.SEQUENCE, subtrees))]
    )
    leaves = [leaf("Issuing", names=[], extra=[alternative_names(name)]) for name in NAMES]
    leaves.append(leaf("Issuing", names=[]))
    asked = Asked(leaves[0], [constrained], [ROOT], at=NOW)
    answers = [judge(c, [constrained], [ROOT], at=NOW) for c in leaves]
    assert verdicts(tmp_path, asked, *leaves[1:]) == [(a.code, a.depth) for a in answers]

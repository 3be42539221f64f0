"""Corners of OpenSSL's rules, each once; the numbers are those of `openssl verify`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from certclinic.facts.trust.judgement import Judgement, Name, judge
from certclinic.facts.x509 import der
from certclinic.facts.x509.certificate import Certificate
from certclinic.facts.x509.crl import Crl

from .openssl_cli import Asked, needs_openssl, verdicts
from .pki import HOST, NOW, encoded, issue, leaf, resigned, revocations

ROOT = issue("Root")
ISSUING = issue("Issuing", "Root")
PATH_OF_LISTS = [revocations("Root")]

ALTERNATIVE_NAMES, NAME_CONSTRAINTS, LISTS = "2.5.29.17", "2.5.29.30", "2.5.29.31"
PROXY, NETSCAPE_TYPE = "1.3.6.1.5.5.7.1.14", "2.16.840.1.113730.1.1"
COMMON_NAME, EMAIL_ADDRESS = "0603550403", "06092a864886f70d010901"
SMTP_UTF8, DNS_SRV = "06082b06010505070809", "06082b06010505070807"
EC_KEY, P_256 = "06072a8648ce3d0201", "06082a8648ce3d030107"
OLD_RSA = "060455080101"  # id-ea-rsa of X.509, which some CAs wrote
PROXY_POLICY = encoded(
    der.SEQUENCE, encoded(der.SEQUENCE, bytes.fromhex("06082b06010505071501"))
)  # inherit all


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE of these elements."""
    return encoded(der.SEQUENCE, *parts)


def named(subject: bytes, made: Certificate, signer: str = "Issuing") -> Certificate:
    """The certificate with another subject, signed anew."""
    return resigned(made, signer, lambda fields: [*fields[:5], subject, *fields[6:]])


def attribute(kind: str, string: int, text: bytes) -> bytes:
    """A subject with one attribute."""
    return sequence(encoded(der.SET, sequence(bytes.fromhex(kind), encoded(string, text))))


def with_key(spki: bytes, made: Certificate) -> Certificate:
    """The certificate with another key, signed anew by the root."""
    return resigned(made, "Root", lambda fields: [*fields[:6], spki, *fields[7:]])


def other_name(kind: str, value: bytes) -> bytes:
    """An otherName."""
    return encoded(0xA0, bytes.fromhex(kind), encoded(0xA0, value))


def constrained(*subtrees: bytes, excluded: bool = False) -> Certificate:
    """An issuing CA with these GeneralSubtrees."""
    value = sequence(encoded(0xA1 if excluded else 0xA0, *subtrees))
    return issue("Issuing", "Root", extra=[(NAME_CONSTRAINTS, True, value)])


def with_names(*names: bytes) -> Certificate:
    """A leaf with these GeneralNames."""
    return leaf("Issuing", names=[], extra=[(ALTERNATIVE_NAMES, False, sequence(*names))])


def listed(*points: bytes) -> Certificate:
    """A leaf with these CRL distribution points."""
    return leaf("Issuing", extra=[(LISTS, False, sequence(*points))])


def old_rsa_issuing() -> Certificate:
    """An issuing CA that names its RSA key as X.509 once did."""
    made = issue("Issuing", "Root", own="rsa issuing")
    _, bits = der.sequence(made.public_key.spki)
    algorithm = sequence(bytes.fromhex(OLD_RSA), b"\5\0")
    return with_key(sequence(algorithm, bits.raw), made)


def not_on_the_curve() -> bytes:
    """A P-256 key that is no point of the curve."""
    algorithm = sequence(bytes.fromhex(EC_KEY), bytes.fromhex(P_256))
    return sequence(algorithm, encoded(der.BIT_STRING, b"\0\4" + bytes(64)))


DOMAIN = encoded(0x82, b"example.com")
MAIL_DOMAIN = encoded(0x81, b"example.com")
SMTP_MAILBOX = other_name(SMTP_UTF8, encoded(der.UTF8_STRING, "jürgen@example.com".encode()))
POINT = encoded(0xA0, encoded(0xA0, encoded(0x86, b"http://example.com/crl")))
ONLY_SOME_REASONS = encoded(0x81, bytes.fromhex("0640"))  # keyCompromise
PROXY_LEAF = issue("A proxy", HOST, signer="leaf", ca=None, extra=[(PROXY, True, PROXY_POLICY)])

CORNERS: dict[str, tuple[dict[str, Any], int, int | None]] = {
    "key of the issuer unreadable": (
        {"presented": [with_key(not_on_the_curve(), ISSUING)]},
        20,
        0,
    ),
    "RSA by its old identifier": (
        {"leaf": leaf("Issuing", signer="rsa issuing"), "presented": [old_rsa_issuing()]},
        0,
        None,
    ),
    "distribution point without name and issuer": (
        {"leaf": listed(sequence(ONLY_SOME_REASONS))},
        20,
        0,
    ),
    "name constraints with an unknown field": (
        {"leaf": leaf("Issuing", extra=[(NAME_CONSTRAINTS, False, sequence(sequence()))])},
        20,
        0,
    ),
    "empty nsCertType": (
        {"leaf": leaf("Issuing", extra=[(NETSCAPE_TYPE, False, b"\3\1\0")]), "purpose": "server"},
        26,
        0,
    ),
    "proxy certificate with alternative names": (
        {"leaf": leaf("Issuing", extra=[(PROXY, True, PROXY_POLICY)])},
        20,
        0,
    ),
    "proxy certificate": (
        {"leaf": PROXY_LEAF, "presented": [leaf("Issuing"), ISSUING]},
        40,
        0,
    ),
    "common name with a NUL inside": (
        {
            "leaf": named(
                attribute(COMMON_NAME, der.UTF8_STRING, b"a\0.example.com"),
                leaf("Issuing", names=[]),
            ),
            "presented": [constrained(sequence(DOMAIN))],
        },
        53,
        0,
    ),
    "address that is no IA5String": (
        {
            "leaf": named(
                attribute(EMAIL_ADDRESS, der.UTF8_STRING, b"a@example.com"), leaf("Issuing")
            ),
            "presented": [constrained(sequence(DOMAIN))],
        },
        53,
        0,
    ),
    "international mailbox outside": (
        {
            "leaf": with_names(SMTP_MAILBOX),
            "presented": [constrained(sequence(encoded(0x81, b"example.org")))],
        },
        47,
        0,
    ),
    "international mailbox inside": (
        {"leaf": with_names(SMTP_MAILBOX), "presented": [constrained(sequence(MAIL_DOMAIN))]},
        0,
        None,
    ),
    "international mailbox excluded": (
        {
            "leaf": with_names(SMTP_MAILBOX),
            "presented": [constrained(sequence(MAIL_DOMAIN), excluded=True)],
        },
        48,
        0,
    ),
    "international mailbox that is no UTF8String": (
        {
            "leaf": with_names(other_name(SMTP_UTF8, encoded(der.IA5_STRING, b"a@example.com"))),
            "presented": [constrained(sequence(MAIL_DOMAIN))],
        },
        53,
        0,
    ),
    "international mailbox asked for": (
        {"leaf": with_names(SMTP_MAILBOX), "name": Name("email", "jürgen@EXAMPLE.com")},
        0,
        None,
    ),
    "excluded before bounds": (
        {
            "presented": [
                constrained(sequence(DOMAIN), sequence(DOMAIN, b"\x81\1\5"), excluded=True)
            ]
        },
        48,
        0,
    ),
    "bounds before excluded": (
        {
            "presented": [
                constrained(sequence(DOMAIN, b"\x81\1\5"), sequence(DOMAIN), excluded=True)
            ]
        },
        49,
        0,
    ),
    "lists for some reasons only": (
        {
            "leaf": listed(sequence(POINT, ONLY_SOME_REASONS)),
            "crls": [revocations("Issuing"), *PATH_OF_LISTS],
        },
        3,
        0,
    ),
    "list for users only and for CAs only": (
        {
            "crls": [
                revocations(
                    "Issuing",
                    extensions=[
                        x509.UnrecognizedExtension(
                            x509.ObjectIdentifier("2.5.29.28"),
                            sequence(b"\x81\1\xff", b"\x82\1\xff"),
                        )
                    ],
                ),
                *PATH_OF_LISTS,
            ]
        },
        3,
        0,
    ),
    "list for CAs only": (
        {
            "crls": [
                revocations(
                    "Issuing",
                    extensions=[
                        x509.UnrecognizedExtension(
                            x509.ObjectIdentifier("2.5.29.28"), sequence(b"\x82\1\xff")
                        )
                    ],
                ),
                *PATH_OF_LISTS,
            ]
        },
        44,
        0,
    ),
}


def question(corner: str) -> tuple[Asked, Sequence[Crl]]:
    """The question of a corner, a sound chain where it says nothing else."""
    usual: dict[str, Any] = {"leaf": leaf("Issuing"), "presented": [ISSUING], "trust": [ROOT]}
    given = usual | {"at": NOW} | CORNERS[corner][0]
    crls = given.pop("crls", [])
    return Asked(**given), crls


def judged(asked: Asked, crls: Sequence[Crl] = ()) -> Judgement:
    """Our answer."""
    return judge(
        asked.leaf,
        asked.presented,
        asked.trust,
        name=asked.name,
        purpose=asked.purpose,
        at=asked.at,
        crls=crls,
        depth=asked.depth,
    )


@pytest.mark.parametrize("corner", CORNERS)
def test_corner(corner: str) -> None:
    """The answer is the one that OpenSSL gives."""
    asked, crls = question(corner)
    answer = judged(asked, crls)
    assert (answer.code, answer.depth) == CORNERS[corner][1:]


@needs_openssl
@pytest.mark.parametrize("corner", CORNERS)
def test_the_command_agrees(tmp_path: Path, corner: str) -> None:
    """What is expected above is what the command says."""
    asked, crls = question(corner)
    crl_file = tmp_path / "crls.pem" if crls else None
    if crl_file is not None:
        crl_file.write_text("".join(crl.pem() for crl in crls))
    assert verdicts(tmp_path, asked, crl_file=crl_file) == [CORNERS[corner][1:]]


def told(judgement: Judgement) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Numbers and depths of the causes, and of what follows from them."""
    assert not any(defect.consequence for defect in judgement.defects)
    assert all(defect.consequence for defect in judgement.consequences)
    return (
        {(defect.openssl, defect.depth) for defect in judgement.defects},
        {(defect.openssl, defect.depth) for defect in judgement.consequences},
    )


def test_one_cause_by_several_numbers() -> None:
    """A CA that may not sign is one cause, for which OpenSSL has three numbers."""
    forbidden = issue("Issuing", "Root", usage=["crl_sign"])
    asked = Asked(leaf("Issuing"), [forbidden], [ROOT], purpose="server", at=NOW)
    assert told(judged(asked)) == ({(79, 1)}, {(26, 1), (32, 1)})
    both = issue("Issuing", "Root", usage=["crl_sign"], extended=["client"])
    assert told(judged(replace(asked, presented=[both]))) == ({(79, 1), (26, 1)}, {(32, 1)})


def test_consequences_of_a_missing_issuer() -> None:
    """A leaf alone has a signature that cannot be checked, which is no second cause."""
    assert told(judged(Asked(leaf("Issuing"), [], [ROOT], at=NOW))) == ({(20, 0)}, {(21, 0)})


def test_a_chain_beyond_the_depth() -> None:
    """At the depth allowed OpenSSL looks for no issuer, and says so too; other faults stay."""
    expired = leaf("Issuing", not_after=NOW - 1)
    answer = judged(Asked(expired, [ISSUING], [ROOT], at=NOW, depth=0))
    assert (answer.code, answer.depth) == (22, 1)
    assert told(answer) == ({(22, 1), (10, 0)}, {(20, 1)})


def test_a_list_of_another_scope() -> None:
    """A CRL that is about CAs leaves the leaf's state unknown: one cause."""
    causes, consequences = told(judged(*question("list for CAs only")))
    assert (causes, consequences) == ({(44, 0)}, {(3, 0)})


def test_delta_lists() -> None:
    """A delta CRL stands for no complete one, yet whom it revokes is refused."""
    server = leaf("Issuing")
    delta = [x509.DeltaCRLIndicator(1)]
    asked = Asked(server, [ISSUING], [ROOT], at=NOW)
    alone = [revocations("Issuing", extensions=delta), *PATH_OF_LISTS]
    assert judged(asked, alone).code == 3
    complete = [revocations("Issuing"), *PATH_OF_LISTS]
    assert judged(asked, [*complete, revocations("Issuing", extensions=delta)]).trusted
    newer = revocations("Issuing", server, extensions=delta)
    assert judged(asked, [newer, *complete]).code == 23


def test_who_issues_a_proxy_certificate_is_no_ca() -> None:
    """Only the proxy certificate is at fault, not the end entity that issued it (RFC 3820)."""
    asked, _ = question("proxy certificate")
    assert told(judged(asked))[0] == {(40, 0)}

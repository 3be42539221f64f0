"""Every cause is named, nothing else is, and the cure cures."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.facts.trust.judgement import Judgement, Name, judge
from certclinic.facts.x509.certificate import Certificate

from .pki import HOST, NOW, YEAR, issue, leaf, revocations, tampered, version_1

ROOT = issue("Root")
ISSUING = issue("Issuing", "Root")
LEAF = leaf("Issuing")

# A fault: whose certificate is made how, and the name and depth of the defect.
FAULTS: dict[str, tuple[str, dict[str, Any], tuple[str, int]]] = {
    "leaf expired": ("leaf", {"not_after": NOW - YEAR}, ("CERT_HAS_EXPIRED", 0)),
    "wrong host": ("leaf", {"names": ["other.example.com"]}, ("HOSTNAME_MISMATCH", 0)),
    "no server usage": ("leaf", {"extended": ["client"]}, ("INVALID_PURPOSE", 0)),
    "odd critical extension": (
        "leaf",
        {"extra": [("1.2.3.4", True, b"\5\0")]},
        ("UNHANDLED_CRITICAL_EXTENSION", 0),
    ),
    "issuing CA expired": ("issuing", {"not_after": NOW - YEAR}, ("CERT_HAS_EXPIRED", 1)),
    "issuing CA is none": ("issuing", {"ca": False}, ("INVALID_CA", 1)),
    "issuing CA may not sign": ("issuing", {"usage": ["crl_sign"]}, ("INVALID_CA", 1)),
    "issuing CA for clients": ("issuing", {"extended": ["client"]}, ("INVALID_PURPOSE", 1)),
    "names constrained": ("issuing", {"permitted": ["example.org"]}, ("PERMITTED_VIOLATION", 0)),
    "root not yet valid": ("root", {"not_before": NOW + YEAR}, ("CERT_NOT_YET_VALID", 2)),
    "root allows no CA below": ("root", {"path_length": 0}, ("PATH_LENGTH_EXCEEDED", 2)),
    "leaf altered": ("altered", {}, ("CERT_SIGNATURE_FAILURE", 0)),
    "root not trusted": ("untrusted", {}, ("SELF_SIGNED_CERT_IN_CHAIN", 2)),
}


def asked(
    leaf: Certificate,
    presented: list[Certificate],
    trust: list[Certificate],
    **more: Any,
) -> Judgement:
    """The judgement at the present about a TLS server of that host name."""
    usual: dict[str, Any] = {"name": Name("dns", HOST), "purpose": "server", "at": NOW}
    return judge(leaf, presented, trust, **usual | more)


def causes(judgement: Judgement) -> set[tuple[str, int]]:
    """Names and depths of the defects."""
    return {(defect.code, defect.depth) for defect in judgement.defects}


def test_a_right_chain_has_no_defects() -> None:
    """A chain in order is trusted, and nothing is said against it."""
    judgement = asked(LEAF, [ISSUING], [ROOT])
    assert (judgement.trusted, judgement.code, judgement.defects) == (True, 0, ())
    assert judgement.path == (LEAF.fingerprint, ISSUING.fingerprint, ROOT.fingerprint)


def faulty(chosen: Collection[str]) -> Judgement:
    """The judgement on a hierarchy of three that has these faults at once."""
    made: dict[str, dict[str, Any]] = {}
    for fault in chosen:
        whose, change, _ = FAULTS[fault]
        made.setdefault(whose, {}).update(change)
    server = leaf("Issuing", **made.get("leaf", {}))
    if "altered" in made:
        server = tampered(server)
    issuing = issue("Issuing", "Root", **made.get("issuing", {}))
    root = issue("Root", **made.get("root", {}))
    trust = [] if "untrusted" in made else [root]
    return asked(server, [issuing, root], trust)


@settings(deadline=None, max_examples=60)
@given(st.sets(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=4))
def test_all_faults_and_nothing_else(chosen: set[str]) -> None:
    """Whatever faults a hierarchy has at once, each is a defect, and there is no other."""
    judgement = faulty(chosen)
    assert causes(judgement) == {FAULTS[fault][2] for fault in chosen}
    assert (judgement.code, judgement.depth) in {(d.openssl, d.depth) for d in judgement.defects}


def test_missing_intermediate_is_located() -> None:
    """A CA that nobody presents is named, found where it was seen, and its root looked up."""
    judgement = asked(LEAF, [], [ROOT], elsewhere=[ISSUING])
    (defect,) = judgement.defects
    assert defect.code == "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"
    assert defect.missing_subject == "CN=Issuing"
    assert defect.missing_key_id == ISSUING.ski
    assert defect.missing_kind == "intermediate"
    assert defect.found_in == ISSUING.fingerprint
    assert defect.anchor_trusted is True
    lower, upper = asked(LEAF, [], [], elsewhere=[ISSUING, ROOT]).defects
    assert (lower.missing_kind, lower.anchor_trusted) == ("intermediate", False)
    assert (upper.missing_kind, upper.found_in) == ("root", ROOT.fingerprint)
    (defect,) = asked(LEAF, [], [ROOT]).defects
    assert (defect.missing_kind, defect.found_in, defect.anchor_trusted) == ("unknown", None, None)


def test_kind_of_a_missing_issuer_by_its_namesakes() -> None:
    """A CA of that name with another key tells whether a root or an intermediate is missing."""
    (defect,) = asked(LEAF, [], [issue("Issuing", "Root", own="before")]).defects
    assert (defect.missing_kind, defect.twins) == ("intermediate", (1,))
    (defect,) = asked(leaf("Root"), [], [issue("Root", own="before")]).defects
    assert (defect.missing_kind, defect.twins) == ("root", (1,))


@pytest.mark.parametrize("presented", [[ISSUING, ROOT], [ISSUING]])
def test_missing_root_is_located(presented: list[Certificate]) -> None:
    """A root that is not trusted is told from an intermediate that is not presented."""
    (defect,) = asked(LEAF, presented, [issue("Other")], elsewhere=[ROOT]).defects
    assert (defect.missing_kind, defect.missing_subject) == ("root", "CN=Root")
    assert defect.found_in == ROOT.fingerprint
    assert defect.anchor_trusted is False


def test_trusted_intermediate_without_its_root() -> None:
    """OpenSSL wants the root although the intermediate is trusted (error 2)."""
    judgement = asked(LEAF, [ROOT], [ISSUING])
    (defect,) = judgement.defects
    assert (judgement.code, judgement.depth) == (2, 1)
    assert (defect.missing_kind, defect.missing_subject) == ("root", "CN=Root")


def test_a_stale_twin_shadows_the_issuer() -> None:
    """A re-keyed CA of the same name in the way is named with its place in the trust list."""
    issuing = issue("Issuing", "Root", key_ids=False)
    stale = issue("Issuing", "Root", own="Issuing before", key_ids=False)
    server = leaf("Issuing", key_ids=False)
    judgement = asked(server, [issuing], [ROOT, issue("Other"), stale])
    assert causes(judgement) == {("CERT_SIGNATURE_FAILURE", 0)}
    assert judgement.defects[0].twins == (3,)
    better = judgement.better_path
    assert better is not None
    assert better.path == (server.fingerprint, issuing.fingerprint, ROOT.fingerprint)
    assert (better.remove, better.add, better.code) == (((3, stale.fingerprint),), (), 0)
    assert asked(server, [issuing], [ROOT]).trusted


def test_a_twin_before_the_issuer_in_the_trust_list_is_to_be_removed() -> None:
    """Nobody is sent for a CA that the list holds, only behind a re-keyed one of its name."""
    signer = issue("Issuing", "Root", key_ids=False)
    stale = issue("Issuing", "Root", own="Issuing before", key_ids=False)
    (defect,) = asked(leaf("Issuing", key_ids=False), [], [stale, ROOT, signer]).defects
    assert (defect.code, defect.twins) == ("CERT_SIGNATURE_FAILURE", (1,))
    assert defect.fix.startswith("Remove entry 1 of the trust list")
    assert "entry 3 has the key" in defect.fix


def test_self_signed_twin_with_another_key() -> None:
    """Two self-signed certificates of one name: the one trusted first is not the one presented."""
    own, twin = (
        issue(HOST, own=name, ca=False, names=[HOST], key_ids=False) for name in ("tomcat", "cm")
    )
    judgement = asked(own, [], [twin, own])
    assert judgement.code == 18
    assert judgement.defects[0].twins == (1,)
    assert judgement.better_path is not None
    assert judgement.better_path.remove == ((1, twin.fingerprint),)
    assert asked(own, [], [own]).trusted


def test_expired_copy_in_the_trust_list() -> None:
    """An expired copy of the intermediate in the trust list wins over the good one presented."""
    expired = issue("Issuing", "Root", not_after=NOW - YEAR)
    judgement = asked(LEAF, [ISSUING], [expired, ROOT])
    assert causes(judgement) == {("CERT_HAS_EXPIRED", 1)}
    assert judgement.better_path is not None
    assert judgement.better_path.remove == ((1, expired.fingerprint),)


def test_both_a_shadow_and_a_fault_of_its_own() -> None:
    """What also stays wrong on the better path is named with what shadows it."""
    expired = issue("Issuing", "Root", not_after=NOW - YEAR)
    judgement = asked(leaf("Issuing", names=["a.example.com"]), [ISSUING], [expired, ROOT])
    assert causes(judgement) == {("CERT_HAS_EXPIRED", 1), ("HOSTNAME_MISMATCH", 0)}
    assert judgement.better_path is not None
    assert judgement.better_path.code == 62


def test_cross_certificate_whose_issuer_is_absent() -> None:
    """A cross-signed copy of the root in the trust list leads OpenSSL away from the root."""
    cross = issue("Root", "Cross")
    judgement = asked(LEAF, [ISSUING], [cross, ROOT])
    assert (judgement.code, judgement.depth) == (2, 2)
    assert judgement.better_path is not None
    assert judgement.better_path.remove == ((1, cross.fingerprint),)


def test_better_path_by_adding() -> None:
    """Of two presented CAs of one name the wrong comes first; trusting the right one helps."""
    right = issue("Issuing", "Root", key_ids=False)
    wrong = issue("Issuing", "Root", own="Issuing before", key_ids=False)
    judgement = asked(leaf("Issuing", key_ids=False), [wrong, right], [ROOT])
    assert judgement.code == 7
    assert judgement.better_path is not None
    assert judgement.better_path.add == (right.fingerprint,)


def test_authority_key_identifier_of_another_key() -> None:
    """A wrong key identifier is named beside the number that OpenSSL gives for it."""
    judgement = asked(leaf("Issuing", authority=b"\1" * 20), [ISSUING], [ROOT])
    assert judgement.code == 20
    assert causes(judgement) == {
        ("UNABLE_TO_GET_ISSUER_CERT_LOCALLY", 0),
        ("AKID_SKID_MISMATCH", 0),
    }
    assert judgement.defects[0].missing_subject is None


def test_unreadable_extension() -> None:
    """A malformed extension is named beside the number that OpenSSL gives for it."""
    broken = leaf("Issuing", names=[], extra=[("2.5.29.17", False, b"\x30\3\x2e\1a")])
    judgement = asked(broken, [ISSUING], [ROOT])
    assert judgement.code == 20
    assert ("INVALID_EXTENSION", 0) in causes(judgement)


def test_version_1_authority() -> None:
    """A root of X.509 version 1 is taken for a CA, an intermediate is not."""
    root = version_1(ROOT, "Root")
    assert asked(leaf("Root", key_ids=False), [], [root]).trusted
    judgement = asked(leaf("Issuing", key_ids=False), [version_1(ISSUING, "Root")], [ROOT])
    assert causes(judgement) == {("INVALID_CA", 1)}


def test_revocation() -> None:
    """With CRLs every certificate of the chain is looked up."""
    root_list = revocations("Root")
    assert asked(LEAF, [ISSUING], [ROOT], crls=[revocations("Issuing"), root_list]).trusted
    for lists, expected in (
        ([revocations("Issuing", LEAF), root_list], {("CERT_REVOKED", 0)}),
        ([revocations("Issuing", until=NOW - YEAR), root_list], {("CRL_HAS_EXPIRED", 0)}),
        ([revocations("Issuing", signer="Other"), root_list], {("CRL_SIGNATURE_FAILURE", 0)}),
        ([root_list], {("UNABLE_TO_GET_CRL", 0)}),
        (
            [revocations("Issuing", LEAF), revocations("Root", ISSUING)],
            {("CERT_REVOKED", 0), ("CERT_REVOKED", 1)},
        ),
    ):
        assert causes(asked(LEAF, [ISSUING], [ROOT], crls=lists)) == expected


def test_openssl_1_1_1_numbers() -> None:
    """OpenSSL 1.1.1 gives a CA that is none the number 24 instead of 79."""
    none = issue("Issuing", "Root", ca=False)
    assert asked(LEAF, [none], [ROOT]).code == 79
    judgement = asked(LEAF, [none], [ROOT], profile="openssl-1.1.1")
    assert (judgement.code, judgement.defects[0].code) == (24, "INVALID_CA")


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(sorted(FAULTS)), st.booleans())
def test_elsewhere_never_changes_the_verdict(fault: str, withheld: bool) -> None:
    """Certificates seen elsewhere explain; OpenSSL's answer stays what it was."""
    whose, change, _ = FAULTS[fault]
    server = leaf("Issuing", **(change if whose == "leaf" else {}))
    issuing = issue("Issuing", "Root", **(change if whose == "issuing" else {}))
    root = issue("Root", **(change if whose == "root" else {}))
    presented = [] if withheld else [issuing]
    plain = asked(server, presented, [root])
    told = asked(server, presented, [root], elsewhere=[ROOT, ISSUING, issuing, root])
    assert (plain.trusted, plain.code, plain.depth) == (told.trusted, told.code, told.depth)
    assert plain.path == told.path

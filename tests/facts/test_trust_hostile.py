"""Hostile certificates, stores and graphs cost bounded work and are still answered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.facts.trust import paths
from certclinic.facts.trust.judgement import Judgement, Name, TrustList, judge
from certclinic.facts.x509.certificate import Certificate, CertificateError
from certclinic.facts.x509.crl import Crl, CrlError

from .pki import HOST, NOW, YEAR, issue, leaf, revocations

ROOT = issue("Root")
ISSUING = issue("Issuing", "Root")
RICH = leaf(
    "Issuing",
    names=[HOST, "10.0.0.1", "a@example.com"],
    usage=["digital_signature"],
    extra=[
        ("2.5.29.31", False, bytes.fromhex("300f300da00ba0098607687474703a2f2f")),
        ("1.3.6.1.5.5.7.1.1", False, bytes.fromhex("3013301106082b0601050507300286056c6461703a")),
        ("2.5.29.32", False, bytes.fromhex("30083006060455 1d2000".replace(" ", ""))),
    ],
)
CONSTRAINED = issue("Sub", "Root", permitted=["example.com"], path_length=1)
FIELDS = sorted(
    name
    for name in dir(Certificate)
    if not name.startswith("_") and not callable(getattr(Certificate, name))
)


@st.composite
def mutated(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """A valid encoding with some bytes changed, inserted, removed or repeated."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(["change", "insert", "remove", "repeat"])):
            case "change":
                data[at] = draw(st.integers(0, 255))
            case "insert":
                data[at:at] = draw(st.binary(max_size=4))
            case "remove":
                del data[at + 1 : at + draw(st.integers(2, 60))]
            case _:
                data[at:at] = data[at : at + 20]
    return bytes(data)


@settings(deadline=None, max_examples=600)
@given(st.one_of(mutated([RICH.der, CONSTRAINED.der]), st.binary(max_size=200)))
def test_any_bytes_are_a_certificate_or_an_error(data: bytes) -> None:
    """Reading raises CertificateError and nothing else; what is read has every field."""
    try:
        certificate = Certificate.from_der(data)
    except CertificateError as error:
        assert str(error)
        return
    for field in FIELDS:
        getattr(certificate, field)
    judge(certificate, [ISSUING], [ROOT], at=NOW, name=Name("dns", HOST), purpose="client")
    judge(RICH, [certificate], [certificate, ROOT], at=NOW, crls=[revocations("Issuing")])


@settings(deadline=None, max_examples=200)
@given(mutated([revocations("Issuing", RICH).der]))
def test_any_bytes_are_a_crl_or_an_error(data: bytes) -> None:
    """Reading raises CrlError and nothing else; what is read can be judged by."""
    try:
        crl = Crl.from_der(data)
    except CrlError:
        return
    judge(RICH, [ISSUING], [ROOT], at=NOW, crls=[crl])


def test_a_deep_nest_is_no_certificate() -> None:
    """Nesting without end is refused without recursion."""
    with pytest.raises(CertificateError):
        Certificate.from_der(b"\x30\x80" * 100_000)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many certificates each search for causes has looked at."""
    seen: list[int] = []

    class Counted(paths.Search):
        def best(self, leaf: Certificate, own: paths.Path) -> paths.Path | None:
            found = super().best(leaf, own)
            seen.append(self.checked)
            return found

    monkeypatch.setattr("certclinic.facts.trust.judgement.Search", Counted)
    return seen


def asked(leaf: Certificate, presented: list[Certificate], trust: Any) -> Judgement:
    """The judgement at the present."""
    return judge(leaf, presented, trust, at=NOW)


def test_a_store_of_ten_thousand() -> None:
    """Size alone changes nothing: the right root among ten thousand entries is found."""
    others = [issue(f"CA {n}", own=f"key {n}") for n in range(20)]
    store = TrustList([*others * 500, ROOT])
    assert len(store.entries) == 10_001
    assert asked(leaf("Issuing"), [ISSUING], store).trusted
    assert asked(leaf("Issuing"), [], store).code == 20


def test_thousands_of_twins(checked: list[int]) -> None:
    """Thousands of CAs of one name: OpenSSL's answer stands, and the search says it was cut."""
    twins = [
        issue(
            "Issuing", "Root", own=f"key {n % 20}", key_ids=False, not_after=NOW + n * YEAR // 400
        )
        for n in range(1, 1000)
    ]
    judgement = asked(leaf("Issuing", key_ids=False), [ISSUING], [*twins, ROOT])
    assert judgement.code == 7
    assert not judgement.exhaustive
    assert checked[0] < 25_000


@pytest.mark.parametrize("trusted", [True, False])
def test_as_many_paths_as_grains_of_sand(checked: list[int], trusted: bool) -> None:
    """Ten copies of each of twelve CAs make a trillion paths, of which few are looked at."""
    layers = [
        issue(f"L{level}", f"L{level + 1}", not_after=NOW - YEAR - copy, key_ids=False)
        for level in range(12)
        for copy in range(10)
    ]
    top = issue("L12", not_after=NOW - YEAR)
    judgement = asked(leaf("L0", key_ids=False), layers, [top] if trusted else [ROOT])
    assert judgement.code == (10 if trusted else 20)
    assert checked[0] < 25_000


def test_cas_that_sign_each_other() -> None:
    """Eight CAs that all sign each other run OpenSSL in a circle (error 22), and nothing else."""
    names = [f"X{n}" for n in range(8)]
    mesh = [issue(a, b, key_ids=False) for a in names for b in names if a != b]
    judgement = asked(leaf("X0", key_ids=False), [], mesh)
    assert (judgement.code, judgement.depth) == (22, 101)
    assert judgement.defects[0].code == "CERT_CHAIN_TOO_LONG"


@pytest.mark.parametrize("long", [60, 101])
def test_a_long_chain(long: int) -> None:
    """A chain as long as OpenSSL builds is judged to its end; a longer one is too long."""
    chain = [issue(f"D{n}", f"D{n + 1}") for n in range(long)]
    judgement = asked(leaf("D0"), chain, [issue(f"D{long}")])
    assert judgement.code == (0 if long == 60 else 22)


def test_constraints_on_every_step(checked: list[int]) -> None:
    """A hundred CAs that all constrain names are many pairs, of which a bounded number is tried."""
    given: dict[str, Any] = {"permitted": ["example.org"], "not_after": NOW - YEAR}
    chain = [issue(f"E{n}", f"E{n + 1}", **given) for n in range(100)]
    judgement = asked(leaf("E0"), chain, [issue("E100")])
    assert (judgement.code, judgement.depth) == (10, 100)
    assert "PERMITTED_VIOLATION" in {defect.code for defect in judgement.defects}
    assert checked[0] < 30_000


def test_more_names_than_can_be_compared() -> None:
    """Names times constraints beyond 2^20 are refused as OpenSSL does (error 1)."""
    permitted = [f"x{n}.example.org" for n in range(1100)]
    constrained = issue("Issuing", "Root", permitted=permitted)
    names = [f"h{n}.example.com" for n in range(1000)]
    assert asked(leaf("Issuing", names=names), [constrained], [ROOT]).code == 1
    assert asked(leaf("Issuing", names=names[:900]), [constrained], [ROOT]).code == 47


def test_texts_are_bounded_and_harmless() -> None:
    """A name of megabytes with terminal codes in it is cut and escaped in the texts."""
    hostile = leaf("Issuing", names=["a" * 100_000 + ".example.com"])
    judgement = judge(hostile, [ISSUING], [ROOT], at=NOW, name=Name("dns", "\x1b[2J\u202eexample"))
    (defect,) = judgement.defects
    assert len(defect.text) < 2_000
    assert defect.text.isprintable()

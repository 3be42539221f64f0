"""What an explanation costs beside OpenSSL's own verification, for ordinary chains."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

from certclinic.facts.trust.judgement import Name, TrustList, judge
from certclinic.facts.x509 import certificate
from certclinic.facts.x509.certificate import Certificate
from tests.facts.pki import HOST, NOW, YEAR, issue, leaf

from .case import Case
from .libcrypto import Libcrypto

_ROOTS = 150
_LEAVES = 60  # of each kind; each is judged once, so that its signature is not known beforehand
_HEADINGS = (
    "question, everything read before",
    "OpenSSL: answer",
    "OpenSSL: every error",
    "ours: explanation",
    "ratio",
    "from DER, OpenSSL: answer",
    "ours",
    "ratio",
)


def measure(library: Libcrypto) -> None:
    """Print the times of both, by kind of chain."""
    print(f"OpenSSL {library.version}; {_ROOTS} roots; microseconds, median of {_LEAVES} leaves\n")
    print(f"| {' | '.join(_HEADINGS)} |")
    print("|" + " --- |" * len(_HEADINGS))
    for what, cases in _questions():
        answer, every, ours = _medians(
            [library.verifier(case, go_on=False) for case in cases],
            [library.verifier(case, go_on=True) for case in cases],
            _judging(cases),
        )
        reading, ours_too = _medians(
            [partial(_read_by, library, case) for case in cases],
            [partial(_read_and_judged, case) for case in cases],
        )
        cells = (what, *(f"{spent:.0f}" for spent in (answer, every, ours)), f"{ours / every:.1f}")
        more = (f"{reading:.0f}", f"{ours_too:.0f}", f"{ours_too / reading:.1f}")
        print(f"| {' | '.join((*cells, *more))} |")


def _questions() -> Iterable[tuple[str, list[Case]]]:
    roots = [issue(f"Root {n}", own="rsa root") for n in range(_ROOTS)]
    top = "Root 75"
    policy = issue("Policy", top, own="rsa policy", signer="rsa root")
    short = issue("Issuing", top, own="rsa issuing", signer="rsa root")
    long = issue("Issuing", "Policy", own="rsa issuing", signer="rsa policy")
    faults: dict[str, dict[str, Any]] = {
        "": {},
        ", leaf expired": {"not_after": NOW - YEAR},
        ", wrong name": {"names": ["other.example.com"]},
        ", two faults": {"not_after": NOW - YEAR, "extended": ["client"]},
    }
    for length, presented in ((3, [short]), (4, [long, policy])):
        for fault, change in faults.items():
            yield f"{length} certificates{fault}", _asked(presented, roots, change)
    yield "issuing CA missing", _asked([], roots, {})
    yield "root missing", _asked([short], [r for r in roots if r.common_name != top], {})


def _asked(
    presented: list[Certificate], roots: list[Certificate], change: dict[str, Any]
) -> list[Case]:
    case = Case(
        "",
        b"",
        tuple(c.der for c in presented),
        tuple(c.der for c in roots),
        name=Name("dns", HOST),
        purpose="server",
        at=NOW,
    )
    made = (leaf("Issuing", own="rsa leaf", signer="rsa issuing", **change) for _ in range(_LEAVES))
    return [replace(case, leaf=c.der) for c in made]


def _judging(cases: list[Case]) -> list[Callable[[], object]]:
    trust = TrustList(map(Certificate.from_der, cases[0].trust))
    presented = list(map(Certificate.from_der, cases[0].presented))
    return [
        partial(_judged, Certificate.from_der(case.leaf), presented, trust, case) for case in cases
    ]


def _read_by(library: Libcrypto, case: Case) -> None:
    library.certificate.cache_clear()
    library.ask(case)


def _read_and_judged(case: Case) -> None:
    certificate._from_der.cache_clear()
    presented = list(map(Certificate.from_der, case.presented))
    trust = TrustList(map(Certificate.from_der, case.trust))
    _judged(Certificate.from_der(case.leaf), presented, trust, case)


def _judged(leaf: Certificate, presented: list[Certificate], trust: TrustList, case: Case) -> None:
    judge(leaf, presented, trust, name=case.name, purpose=case.purpose, at=case.at)


def _medians(*contestants: list[Callable[[], object]]) -> list[float]:
    """Microseconds of each; they take turns to be first, so that all meet the same conditions."""
    times: list[list[float]] = [[] for _ in contestants]
    places = list(range(len(contestants)))
    gc.disable()
    try:
        for runs in zip(*contestants, strict=True):
            for place in places:
                start = time.perf_counter()
                runs[place]()
                times[place].append(1e6 * (time.perf_counter() - start))
            places.append(places.pop(0))
    finally:
        gc.enable()
    return [median(spent) for spent in times]

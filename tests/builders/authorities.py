"""The certificate authorities of a deployment spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509

from .keys import DISTINCT_RSA2048, KEY_TYPES, PrivateKey, pool_key
from .pki import DIGESTS, Issued, Profile, issue
from .spec import Spec, at_path, choice, did_you_mean, instant, names

NODE_SLOTS = 12
AUTHORITY_SLOTS = DISTINCT_RSA2048 - NODE_SLOTS
"""Places in the pool of keys: authorities take the first, nodes the rest."""
MOST_FILLER = 2_000


def authorities(specs: Mapping[str, Spec], at: datetime) -> dict[str, Issued]:
    """Every authority by name, issued by the one that its `issuer` names, else self-signed.

    `twin_of` gives an authority the subject of another one, with a key of its own; `cross_of`
    gives it subject and key, for a second certificate under another issuer.
    """
    made: dict[str, Issued] = {}

    def make(name: str, pending: tuple[str, ...]) -> Issued:
        if name in pending:
            circle = " → ".join((*pending, name))
            raise ValueError(f"authorities.{name}.issuer: they issue each other: {circle}")
        if name not in made:
            issuer = _reference(specs, name, "issuer")
            parent = make(issuer, (*pending, name)) if issuer else None
            profile, key = _profile(specs, name, at), _key(specs, name)
            with at_path(f"authorities.{name}"):
                made[name] = issue(profile, key, parent)
        return made[name]

    for name in specs:
        make(name, ())
    return made


def filler(at: datetime, count: int) -> Iterator[x509.Certificate]:
    """So many root CAs that nothing rests on, as a long trusted CA list has them."""
    key = pool_key("ed25519", 0)
    for number in range(count):
        profile = Profile(
            common_name=f"Filler Root CA {number:04}",
            not_before=at - timedelta(days=700),
            not_after=at + timedelta(days=1825),
            ca=True,
        )
        yield issue(profile, key).certificate


def _reference(specs: Mapping[str, Spec], name: str, key: str) -> str | None:
    """The authority that `key` of an authority names, if any; ValueError if there is none such."""
    other = (specs[name] or {}).get(key)
    if other is not None and str(other) not in specs:
        hint = did_you_mean(str(other), specs)
        raise ValueError(f"authorities.{name}.{key}: no authority {other!r}{hint}")
    return None if other is None else str(other)


def _common_name(specs: Mapping[str, Spec], name: str) -> Any:
    model = _reference(specs, name, "twin_of") or _reference(specs, name, "cross_of") or name
    return (specs[model] or {}).get("cn", f"Example CA {model}")


def _key(specs: Mapping[str, Spec], name: str) -> PrivateKey:
    owner = _reference(specs, name, "cross_of") or name
    path = f"authorities.{owner}.key"
    kind = choice((specs[owner] or {}).get("key", "rsa2048"), KEY_TYPES, path)
    slot = list(specs).index(owner)
    if kind == "rsa2048" and slot >= AUTHORITY_SLOTS:
        raise ValueError(
            f"{path}: only the first {AUTHORITY_SLOTS} authorities have an RSA key of their own;"
            " use ec256"
        )
    return pool_key(kind, slot)


def _profile(specs: Mapping[str, Spec], name: str, at: datetime) -> Profile:
    own = specs[name] or {}
    path = f"authorities.{name}"
    ca = own.get("ca", True)
    return Profile(
        common_name=_common_name(specs, name),
        organisation=str(own.get("organisation", "Example Corp")),
        not_before=instant(own.get("from", "-700d"), f"{path}.from", at),
        not_after=instant(own.get("to", "1825d"), f"{path}.to", at),
        ca=None if ca == "missing" else bool(ca),
        path_length=own.get("path_length"),
        ski=own.get("ski", True),
        aki=own.get("aki", True),
        aia=names(own.get("aia", ()), f"{path}.aia"),
        digest=choice(own.get("digest", "sha256"), DIGESTS, f"{path}.digest"),
    )

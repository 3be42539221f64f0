"""The certificate that a spec describes for a node, a server or a service of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cryptography import x509

from .authorities import AUTHORITY_SLOTS, NODE_SLOTS
from .keys import KEY_TYPES, pool_key
from .pki import DIGESTS, EKUS, Issued, Profile, issue
from .spec import Spec, at_path, choice, did_you_mean, instant, names


def leaf(
    own: Spec,
    path: str,
    at: datetime,
    issuers: Mapping[str, Issued],
    place: int,
    *,
    common_name: str,
    own_names: tuple[str, ...],
    key: str = "rsa2048",
) -> x509.Certificate:
    """The certificate of `own`; the last three are what it has where the spec does not say.

    `place` tells its key apart from those of others.
    """
    issuer = str(own.get("issuer", "issuing-1"))
    if issuer != "self" and issuer not in issuers:
        hint = did_you_mean(issuer, issuers)
        raise ValueError(f"{path}.issuer: no authority {issuer!r}{hint}")
    eku = names(own.get("eku", ("server", "client")), f"{path}.eku")
    usages = None if eku == ("none",) else eku
    for usage in usages or ():
        choice(usage, EKUS, f"{path}.eku")
    profile = Profile(
        common_name=own.get("cn", common_name),
        names=names(own.get("san", own_names), f"{path}.san"),
        not_before=instant(own.get("from", "-100d"), f"{path}.from", at),
        not_after=instant(own.get("to", "265d"), f"{path}.to", at),
        eku=usages,
        ski=own.get("ski", True),
        aki=own.get("aki", True),
        aia=names(own.get("aia", ()), f"{path}.aia"),
        digest=choice(own.get("digest", "sha256"), DIGESTS, f"{path}.digest"),
        attribute=own.get("attribute"),
    )
    kind = choice(own.get("key", key), KEY_TYPES, f"{path}.key")
    with at_path(path):
        made = issue(
            profile, pool_key(kind, AUTHORITY_SLOTS + place % NODE_SLOTS), issuers.get(issuer)
        )
    return made.certificate

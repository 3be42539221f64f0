"""The UC servers of a deployment spec: Unified CM, IM and Presence, Unity Connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509

from .leaf import leaf
from .pki import Issued
from .shape import DEFAULT_TRUST
from .spec import Spec, choice, did_you_mean, file_name, names

_UNITS = {
    "cucm": ("tomcat", "CallManager"),
    "imp": ("tomcat", "cup-xmpp"),
    "unity": ("tomcat",),
}
_STORES = {
    "cucm": ("tomcat-trust", "CallManager-trust"),
    "imp": ("tomcat-trust", "cup-xmpp-trust"),
    "unity": ("tomcat-trust",),
}
_FILES = ("snapshot", "list", "show", "show_newer", "show_text", "sql")


@dataclass(frozen=True)
class UcNode:
    """A server with every default filled in. `log` is as in the spec, `files` are kinds of file."""

    name: str
    fqdn: str
    certificates: Mapping[str, x509.Certificate]
    trust: Mapping[str, tuple[x509.Certificate, ...]]
    files: tuple[str, ...]
    log: tuple[Any, ...]


def uc_certificates(
    specs: Mapping[str, Spec], at: datetime, issuers: Mapping[str, Issued]
) -> dict[str, x509.Certificate]:
    """The certificates of all servers, as `name/unit`."""
    made: dict[str, x509.Certificate] = {}
    for name, own in specs.items():
        path = f"unified_cm.{name}"
        fqdn = _fqdn(name, own)
        units: dict[str, Spec] = {unit: {} for unit in _UNITS[_product(name, own)]}
        for unit, given in {**units, **((own or {}).get("certificates") or {})}.items():
            if given is None:
                continue
            ecdsa = unit.endswith("-ECDSA")
            label, _, domain = fqdn.partition(".")
            made[f"{name}/{unit}"] = leaf(
                given,
                f"{path}.certificates.{unit}",
                at,
                issuers,
                5 + len(made),
                common_name=f"{label}-EC.{domain}" if ecdsa else fqdn,
                own_names=(fqdn,),
                key="ec256" if ecdsa else "rsa2048",
            )
    return made


def uc_nodes(
    specs: Mapping[str, Spec],
    own_certificates: Mapping[str, x509.Certificate],
    known: Mapping[str, x509.Certificate],
) -> tuple[UcNode, ...]:
    """All servers. `known` are the certificates that a trust store can hold, by name."""
    return tuple(_node(name, own or {}, own_certificates, known) for name, own in specs.items())


def _node(
    name: str,
    own: Spec,
    own_certificates: Mapping[str, x509.Certificate],
    known: Mapping[str, x509.Certificate],
) -> UcNode:
    path = f"unified_cm.{name}"
    file_name(name, path)
    files = names(own.get("files", ("snapshot",)), f"{path}.files")
    log = own.get("log") or ()
    if not isinstance(log, list | tuple):
        raise ValueError(f"{path}.log: expected a list, not {log!r}")
    return UcNode(
        name=name,
        fqdn=_fqdn(name, own),
        certificates={
            key.partition("/")[2]: certificate
            for key, certificate in own_certificates.items()
            if key.partition("/")[0] == name
        },
        trust=dict(_trust(path, own, _STORES[_product(name, own)], known)),
        files=tuple(choice(kind, _FILES, f"{path}.files") for kind in files),
        log=tuple(log),
    )


def _trust(
    path: str, own: Spec, stores: tuple[str, ...], known: Mapping[str, x509.Certificate]
) -> Iterator[tuple[str, tuple[x509.Certificate, ...]]]:
    given = {**dict.fromkeys(stores, DEFAULT_TRUST), **(own.get("trust") or {})}
    for store, entries in given.items():
        held = names(entries or (), f"{path}.trust.{store}")
        for entry in held:
            if entry not in known:
                hint = did_you_mean(entry, known)
                raise ValueError(f"{path}.trust.{store}: no authority or node {entry!r}{hint}")
        yield store, tuple(known[entry] for entry in held)


def _product(name: str, own: Spec | None) -> str:
    guess = next((p for p in ("imp", "unity") if name.startswith(p)), "cucm")
    return choice((own or {}).get("product", guess), _UNITS, f"unified_cm.{name}.product")


def _fqdn(name: str, own: Spec | None) -> str:
    return str((own or {}).get("fqdn", f"{name}.example.com"))

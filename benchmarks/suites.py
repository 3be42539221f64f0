"""Readers of the public path suites: each yields its cases as TLS questions."""

from __future__ import annotations

import json
import re
import time
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from certclinic.facts.trust.judgement import Name, Purpose
from tests.facts.pki import Graphs

from .case import Case, der_blocks

_PKITS_TIME = 1_700_000_000  # inside the validity that the suite means to be valid
_PKITS = files("cryptography_vectors") / "x509" / "PKITS_data"
_CHROMIUM_TIME = "211005120000Z"  # what DEFAULT stands for


def limbo(folder: Path) -> Iterator[Case]:
    """x509-limbo: `limbo.json`. Cases without a time are asked at the present."""
    now = int(time.time())
    kinds = {"DNS": "dns", "IP": "ip", "RFC822": "email"}
    purposes: dict[str, Purpose] = {"SERVER": "server", "CLIENT": "client"}
    for case in json.loads((folder / "limbo.json").read_bytes())["testcases"]:
        name, at = case["expected_peer_name"], case["validation_time"]
        yield Case(
            id=case["id"],
            leaf=der_blocks(case["peer_certificate"])[0],
            presented=_each(case["untrusted_intermediates"]),
            trust=_each(case["trusted_certs"]),
            crls=_each(case["crls"]),
            name=Name(kinds[name["kind"]], name["value"]) if name else None,  # type: ignore[arg-type]
            purpose=purposes[case["validation_kind"]],
            at=int(datetime.fromisoformat(at).timestamp()) if at else now,
            depth=case["max_chain_depth"],
        )


def bettertls(file: Path) -> Iterator[Case]:
    """BetterTLS: the file that its `export-tests` writes."""
    exported = json.loads(file.read_bytes())
    root, now = b64decode(exported["trustRoot"]), int(time.time())
    for suite, content in exported["suites"].items():
        for case in content["testCases"]:
            leaf, *presented = map(b64decode, case["certificates"])
            yield Case(
                id=f"{suite} {case['id']}",
                leaf=leaf,
                presented=tuple(presented),
                trust=(root,),
                name=_host(case["hostname"]),
                purpose="server",
                at=now,
            )


def pkits() -> Iterator[Case]:
    """NIST PKITS: each end entity before all CAs of the suite, with and without all its CRLs."""
    certificates = {
        path.name.removesuffix(".crt"): path.read_bytes() for path in (_PKITS / "certs").iterdir()
    }
    root = certificates.pop("TrustAnchorRootCertificate")
    authorities = tuple(
        der for name, der in sorted(certificates.items()) if not name.endswith("EE")
    )
    lists = tuple(path.read_bytes() for path in (_PKITS / "crls").iterdir())
    for name in sorted(certificates):
        if name.endswith("EE"):
            for crls in ((), lists):
                yield Case(
                    f"{name}{' with CRLs' if crls else ''}",
                    certificates[name],
                    authorities,
                    (root,),
                    crls,
                    at=_PKITS_TIME,
                )


def pkits_paths(folder: Path) -> Iterator[Case]:
    """NIST PKITS by Go's manifest: the path and the CRLs that each test names."""
    manifest = folder / "testdata" / "nist-pkits" / "vectors.json"
    for test in json.loads(manifest.read_bytes()):
        root, *between, leaf = [(_PKITS / "certs" / name).read_bytes() for name in test["CertPath"]]
        yield Case(
            test["Name"],
            leaf,
            tuple(reversed(between)),
            (root,),
            tuple((_PKITS / "crls" / name).read_bytes() for name in test["CRLPath"]),
            at=_PKITS_TIME,
        )


def chromium(folder: Path) -> Iterator[Case]:
    """Chromium's verify_certificate_chain_unittest, now in BoringSSL's pki/testdata."""
    usages: dict[str, Purpose] = {"SERVER": "server", "CLIENT": "client"}
    for file in sorted(folder.glob("**/*.test")):
        lines = [line.split(": ", 1) for line in file.read_text().splitlines() if ": " in line]
        given = dict(reversed(lines))
        leaf, *others = der_blocks((file.parent / given["chain"]).read_text(errors="replace"))
        trusted = given["last_cert_trust"].startswith("TRUSTED")
        top = (others or [leaf])[-1:]
        moment = given["utc_time"].replace("DEFAULT", _CHROMIUM_TIME)
        yield Case(
            str(file.relative_to(folder)),
            leaf,
            tuple(others[:-1] if trusted else others),
            tuple(top) if trusted else (),
            purpose=usages.get(given["key_purpose"].split("_")[0], "any"),
            at=int(datetime.strptime(moment, "%y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()),
        )


def go(folder: Path) -> Iterator[Case]:
    """The table of Go's crypto/x509/verify_test.go, as far as its certificates are written out."""
    text = (folder / "verify_test.go").read_text()
    written = dict(re.findall(r"(?:const|var) (\w+) = `(-----BEGIN[^`]*)`", text))
    table = text[text.index("var verifyTests") : text.index("func expectHostnameError")]
    for test in re.split(r"\n\t\{\n", table)[1:]:
        fields: dict[str, str] = dict(re.findall(r"^\t\t(\w+): +(.*),$", test, re.MULTILINE))
        leaf, *others = (re.findall(r"\w+", fields.get(key, "")) for key in _GO_CERTIFICATES)
        intermediates, roots = [names[1:] for names in others]  # without the word `string`
        if not {*leaf, *intermediates, *roots} <= written.keys():
            continue
        host = json.loads(fields.get("dnsName", '""')).strip("[]")
        usages = fields.get("keyUsages", "ExtKeyUsageServerAuth")
        yield Case(
            json.loads(fields.get("name", f'"{leaf[0]}"')),
            der_blocks(written[leaf[0]])[0],
            tuple(der for name in intermediates for der in der_blocks(written[name])),
            tuple(der for name in roots for der in der_blocks(written[name])),
            name=_host(host) if host else None,
            purpose="server" if "ServerAuth" in usages else "any",
            at=int(fields["currentTime"]),
        )


_GO_CERTIFICATES = ("leaf", "intermediates", "roots")


def openssl_tests(folder: Path) -> Iterator[Case]:
    """The calls of OpenSSL's 25-test_verify.t, without those of OpenSSL's own trust format."""
    now = int(time.time())
    recipe = (folder / "recipes" / "25-test_verify.t").read_text()
    call = r'verify\("([^"]+)", "(\w*)", \[([^\]]*)\],\s*\[([^\]]*)\]([^;]*?)\)[,)]'
    purposes: dict[str, Purpose] = {"sslserver": "server", "sslclient": "client"}
    for number, match in enumerate(re.finditer(call, recipe), 1):
        leaf, purpose, trusted, untrusted, options = match.groups()
        try:
            (der,) = _files(folder, f'"{leaf}"')
            presented, trust = _files(folder, untrusted), _files(folder, trusted)
        except (ValueError, FileNotFoundError):  # one that the recipe names is not shipped
            continue
        asked = dict(re.findall(r'"-(\w+)", "?([^",]+)"?', options))
        host = asked.get("verify_hostname")
        yield Case(
            f"{number} {leaf}",
            der,
            presented,
            trust,
            name=_host(host) if host else None,
            purpose=purposes.get(purpose, "any"),
            at=int(asked.get("attime", now)),
            depth=int(asked["verify_depth"]) if "verify_depth" in asked else None,
        )


def graphs(count: int, seed: int) -> Iterator[Case]:
    """Random hierarchies: cross-signed, twinned, re-keyed, damaged."""
    made = Graphs(seed)
    for number in range(count):
        question: dict[str, Any] = made.question()
        yield Case(
            f"graph {number}",
            question["leaf"].der,
            tuple(c.der for c in question["presented"]),
            tuple(c.der for c in question["trust"]),
            name=question["name"],
            purpose=question["purpose"],
            at=question["at"],
            depth=question["depth"],
        )


def _each(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(der for text in texts for der in der_blocks(text))


def _host(host: str) -> Name:
    try:
        return Name("ip", host)
    except ValueError:
        return Name("dns", host)


def _files(folder: Path, words: str) -> tuple[bytes, ...]:
    """The certificates of a Perl list of names; ValueError where one is not plain PEM."""
    found: list[bytes] = []
    for name in re.findall(r"[\w+-][\w.+-]*", re.sub(r"\bqw\b", "", words)):
        blocks = der_blocks((folder / "certs" / f"{name}.pem").read_text(errors="replace"))
        if not blocks:
            raise ValueError(f"{name}: no plain certificate")
        found += blocks
    return tuple(found)

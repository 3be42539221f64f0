"""The `verify` command: one question about a path, or many as JSON lines."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from ..facts.formats import containers
from ..facts.trust.crosscheck import CrossCheck, CrossCheckError, not_comparable
from ..facts.trust.judgement import Judgement, Name, Profile, Purpose, TrustList, judge
from ..facts.x509.certificate import Certificate
from ..facts.x509.crl import Crl

# One certificate in PEM, laid out as tools lay it out.
_PLAIN = re.compile(
    r"-----BEGIN CERTIFICATE-----\n((?:[0-9A-Za-z+/=]{1,76}\n)+)-----END CERTIFICATE-----\n?"
)
LONGEST_LINE = 64 << 20
"""Characters of one JSON line that are read."""


class QuestionError(ValueError):
    """A question cannot be read; the text says which part, and what is expected of it."""


@dataclass(frozen=True)
class Question:
    """A question, with everything in it read."""

    leaf: Certificate
    untrusted: tuple[Certificate, ...] = ()
    trust: TrustList = field(default_factory=lambda: TrustList(()))
    crls: tuple[Crl, ...] = ()
    name: Name | None = None
    purpose: Purpose = "any"
    at: int | None = None
    depth: int | None = None
    profile: Profile = "openssl-3"


def verify_files(
    leaf: Path,
    untrusted: Sequence[Path] = (),
    trust: Sequence[Path] = (),
    *,
    name: str | None = None,
    purpose: Purpose = "any",
    at: int | None = None,
    crls: Sequence[Path] = (),
    profile: Profile = "openssl-3",
) -> dict[str, Any]:
    """Answer one question about files of any certificate format.

    The first certificate of `leaf` is judged; what follows it counts as presented. A name is taken
    for an IP address, an e-mail address or a DNS name by its looks. Raises QuestionError for what
    cannot be used, and OSError for what cannot be opened.
    """
    judged, *sent = _certificates_of(leaf)
    question = Question(
        leaf=judged,
        untrusted=(*sent, *(c for path in untrusted for c in _certificates_of(path))),
        trust=TrustList(c for path in trust for c in _certificates_of(path)),
        crls=tuple(crl for path in crls for crl in _crls(_contents(path), str(path))),
        name=None if name is None else _name(_kind(name), name),
        purpose=purpose,
        at=at,
        profile=profile,
    )
    with CrossCheck() as library:
        return _answered(question, library)


def answer_lines(lines: Iterable[str], profile: Profile = "openssl-3") -> Iterator[str]:
    """Answer JSON questions, one a line, in their order; an unreadable one gets an `error`."""
    with CrossCheck() as library:
        for line in lines:
            # In ASCII: an `id` may hold half of a surrogate pair, which UTF-8 cannot.
            yield json.dumps(_answer_line(line, profile, library))


def answer(
    question: object, profile: Profile = "openssl-3", library: CrossCheck | None = None
) -> dict[str, Any]:
    """Answer a question as `verify --jsonl` takes it. Raises QuestionError where unreadable."""
    read = _read_question(question, profile)
    if library is not None:
        return _answered(read, library)
    with CrossCheck() as own:
        return _answered(read, own)


def as_text(found: dict[str, Any]) -> str:
    """The answer for people."""
    if found["trusted"]:
        lines = [f"Trusted ({found['profile']}), by a chain of {len(found['path'])}."]
    else:
        lines = [
            f"Not trusted ({found['profile']}): error {found['code']} at depth {found['depth']}."
        ]
    for defect in (defect for defect in found["defects"] if not defect["consequence"]):
        number = f"{defect['code']} ({defect['openssl']}) at depth {defect['depth']}"
        lines += ["", number, f"  {defect['text']}", f"  Fix: {defect['fix']}"]
    following = [
        f"{defect['openssl']} at depth {defect['depth']}"
        for defect in found["defects"]
        if defect["consequence"]
    ]
    if following:
        lines += ["", f"Goes away with the above: OpenSSL's error {', '.join(following)}."]
    if found["better_path"]:
        lines += ["", f"Better path: {found['better_path']['text']}"]
    if not found["exhaustive"]:
        lines += ["", "The search for causes met its limits; there may be more of them."]
    library = found["openssl"]
    if found["agrees"] is None:
        lines += ["", f"Not cross-checked: {found['openssl_missing']}."]
    else:
        same = "agrees" if found["agrees"] else "DISAGREES"
        lines += ["", f"OpenSSL {library['version']} {same}: {library['code']} {library['text']}"]
    return "\n".join(lines) + "\n"


def _answer_line(line: str, profile: Profile, library: CrossCheck) -> dict[str, Any]:
    asked: object = None
    try:
        if len(line) > LONGEST_LINE:
            raise QuestionError(f"the line has more than {LONGEST_LINE} characters")
        line.encode()  # UnicodeEncodeError where it was not UTF-8
        asked = json.loads(line.removeprefix("\ufeff"))  # RFC 8259, 8.1: may be ignored
        return {"id": _id(asked)} | answer(asked, profile, library)
    except QuestionError as error:
        return {"id": _id(asked), "error": str(error)}
    except UnicodeEncodeError:
        return {"id": None, "error": "the line is not UTF-8"}
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"not a line of JSON: {error}"}


def _id(question: object) -> object:
    found = question.get("id") if isinstance(question, dict) else None
    return found if isinstance(found, str | int) else None


def _answered(question: Question, library: CrossCheck) -> dict[str, Any]:
    judgement = judge(
        question.leaf,
        question.untrusted,
        question.trust,
        name=question.name,
        purpose=question.purpose,
        at=question.at,
        crls=question.crls,
        depth=question.depth,
        profile=question.profile,
    )
    better = judgement.better_path
    return {
        "trusted": judgement.trusted,
        "profile": judgement.profile,
        "code": judgement.code,
        "depth": judgement.depth,
        "path": list(judgement.path),
        "defects": [asdict(found) for found in (*judgement.defects, *judgement.consequences)],
        "better_path": asdict(better) if better else None,
        "exhaustive": judgement.exhaustive,
        **_cross_checked(question, judgement, library),
    }


def _cross_checked(question: Question, judgement: Judgement, library: CrossCheck) -> dict[str, Any]:
    try:
        found = library.ask(
            question.leaf,
            question.untrusted,
            question.trust.above((question.leaf, *question.untrusted)),
            name=question.name,
            purpose=question.purpose,
            at=question.at,
            crls=question.crls,
            depth=question.depth,
        )
    except CrossCheckError as error:
        return {"openssl": None, "agrees": None, "openssl_missing": str(error)}
    openssl = {"version": found.version, "code": found.code, "text": found.text}
    why = not_comparable(found, judgement.code, judgement.chain, question.name, question.at)
    if why is not None:
        return {"openssl": openssl, "agrees": None, "openssl_missing": why}
    if question.profile == "openssl-3":
        return {"openssl": openssl, "agrees": found.code == judgement.code}
    # The library's numbers are those of OpenSSL 3 and later; the verdict can be compared.
    return {"openssl": openssl, "agrees": (found.code == 0) == judgement.trusted}


def _read_question(question: object, profile: Profile) -> Question:
    if not isinstance(question, dict):
        raise QuestionError("a question is a JSON object with at least `leaf` and `trust`")
    text = question.get("leaf")
    if not isinstance(text, str):
        raise QuestionError("leaf: give a certificate in PEM as text")
    leaf = _certificates(text, "leaf")
    asked = question.get("purpose") or "any"
    purpose: Purpose | None = next((p for p in get_args(Purpose) if p == asked), None)
    if purpose is None:
        raise QuestionError("purpose: give server, client or any")
    depth = _whole(question.get("depth"), "depth")
    if depth is not None and depth < 0:
        raise QuestionError("depth: give 0 or more, or null")
    name = question.get("name")
    if name is not None and not isinstance(name, dict):
        raise QuestionError('name: give {"kind": "dns", "value": "…"} or null')
    return Question(
        leaf=leaf[0],
        untrusted=(*leaf[1:], *_listed(question, "untrusted")),
        trust=_trust_list(tuple(_strings(question, "trust"))),
        crls=tuple(
            crl
            for text in _strings(question, "crls")
            for crl in _crls(containers.read_pem(text.encode("utf-8", "replace")), "crls")
        ),
        name=None if name is None else _name(name.get("kind"), name.get("value")),
        purpose=purpose,
        at=_whole(question.get("time"), "time"),
        depth=depth,
        profile=profile,
    )


def _strings(question: dict[str, Any], key: str) -> list[str]:
    found = question.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise QuestionError(f"{key}: give a list of PEM texts")
    return found


def _listed(question: dict[str, Any], key: str) -> list[Certificate]:
    return [c for text in _strings(question, key) for c in _certificates(text, key)]


# Many questions are asked about few trust lists.
@lru_cache(maxsize=16)
def _trust_list(texts: tuple[str, ...]) -> TrustList:
    return TrustList(c for text in texts for c in _certificates(text, "trust"))


@lru_cache(maxsize=4096)
def _certificates(text: str, where: str) -> tuple[Certificate, ...]:
    if plain := _PLAIN.fullmatch(text):  # no need to find out what it is
        with suppress(ValueError):
            return (Certificate.from_der(b64decode(plain[1])),)
    return _usable(containers.read_pem(text.encode("utf-8", "replace")), where)


def _usable(contents: containers.Contents, where: str) -> tuple[Certificate, ...]:
    if contents.problems:
        raise QuestionError(f"{where}: {contents.problems[0].text}")
    if not contents.certificates:
        raise QuestionError(f"{where}: {contents.fault or 'no certificate in it'}")
    return tuple(found.certificate for found in contents.certificates)


def _certificates_of(path: Path) -> tuple[Certificate, ...]:
    return _usable(_contents(path), str(path))


def _contents(path: Path) -> containers.Contents:
    with path.open("rb") as file:
        data = file.read(containers.MAX_BYTES + 1)
    if len(data) > containers.MAX_BYTES:
        raise QuestionError(f"{path}: more than {containers.MAX_BYTES >> 20} MiB; split the file")
    return containers.read(data, name=path.name)


def _crls(contents: containers.Contents, where: str) -> list[Crl]:
    if not contents.crls:
        raise QuestionError(f"{where}: no CRL in it; give one in PEM or DER")
    try:
        return [Crl.from_der(data) for data in contents.crls]
    except ValueError as error:
        raise QuestionError(f"{where}: {error}") from error


def _kind(name: str) -> str:
    try:
        Name("ip", name)
    except ValueError:
        return "email" if "@" in name else "dns"
    return "ip"


def _name(kind: object, value: object) -> Name:
    if not isinstance(kind, str) or not isinstance(value, str):
        raise QuestionError("name: its kind and value are texts")
    try:
        return Name(kind, value)  # type: ignore[arg-type]  # Name checks it
    except ValueError as error:
        raise QuestionError(f"name: {error}") from error


def _whole(value: object, where: str) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise QuestionError(f"{where}: give a whole number or null")

"""PEM (RFC 7468) in every state that people send it in.

Editors, mail programs, ticket systems and word processors damage PEM in a few well-known ways.
Blocks are read through that damage, and each says what it was, since stricter readers refuse it.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile

from .private_key import public_half

BOM = b"\xef\xbb\xbf"

# A dash as typed, as a typographic one in UTF-8, or as one in Windows-1252.
_DASH = rb"(?:-|\xe2\x80[\x90-\x95]|\xe2\x88\x92|\x96|\x97)"
# Only the first dash of a run is tried, so that long rules of dashes cost linear time.
_FIRST_DASH = rb"(?:-(?<!--)|\xe2(?:\x80[\x90-\x95]|\x88\x92)|\x96(?<!\x96\x96)|\x97(?<!\x97\x97))"
_BOUNDARY = re.compile(
    _FIRST_DASH
    + _DASH
    + rb"{2,20} ?(?P<which>BEGIN|END) (?P<label>[A-Z0-9#/ ]{1,40}?) ?"
    + _DASH
    + rb"{3,20}",
    re.IGNORECASE,
)
_CANONICAL_BODY = re.compile(
    rb"[ \t]*+\r?\n(?:[A-Za-z0-9+/]++[ \t]*+\r?\n)*+(?:[A-Za-z0-9+/]*+==?[ \t]*+\r?\n)?"
)
_LINE_BREAK = re.compile(rb"[^A-Za-z0-9+/=\r\n]{0,20}\r?\n")
_ODD = re.compile(rb"[^A-Za-z0-9+/=]")
_WHITESPACE = b" \t\r\n\v\f"

_MAIL_QUOTING = "mail quoting (>) before the lines"
_MAIL_ENCODING = "mail encoding (quoted-printable) in the block"

# What is taken out of a block, and what its presence means.
_DAMAGE = (
    (re.compile(rb"\\pard?\b ?|\\line\b ?"), "formatting of a word processor (RTF) in the block"),
    (re.compile(rb"\\[rnt]"), r"line breaks written as \n"),
    (re.compile(rb"<br ?/?>|&nbsp;", re.IGNORECASE), "HTML in the block"),
    (re.compile(rb"(?<=[\r\n])[ \t]*(?:(?:>|&gt;|\|)[ \t]*)+"), _MAIL_QUOTING),
    (re.compile(rb"=\r?\n(?=[A-Za-z0-9+/])"), _MAIL_ENCODING),
    (re.compile(rb"\0+"), "NUL bytes in the block"),
    (
        re.compile(rb"\xc2\xa0|\xe2\x80[\x8b-\x8d\xa8-\xae]|\xe2\x81\xa0|\xef\xbb\xbf|\xa0"),
        "invisible characters in the block",
    ),
    (re.compile(rb"[\"',;]+"), "quotation marks or commas in the block"),
    (re.compile(rb"\r(?!\n)"), "lines that end in a carriage return alone"),
    (re.compile(rb"(?<=\n)[ \t\r]*\n"), "blank lines in the block"),
)


@dataclass(frozen=True)
class Block:
    """One block, from its BEGIN line on.

    `label` is in capitals; `line` counts from 1; `offset` is in bytes. `der` is None where `error`
    says why, and for private keys, which are never kept; `public_key` is the subjectPublicKeyInfo
    (DER) of one that could be read. `damage` lists what was read through.
    """

    label: str
    line: int
    offset: int
    der: bytes | None
    damage: tuple[str, ...] = ()
    error: str | None = None
    encrypted: bool = False
    public_key: bytes | None = None

    @property
    def is_private_key(self) -> bool:
        """Its label says that it is one, of whatever kind."""
        return self.label.endswith("PRIVATE KEY")


def blocks(text: bytes) -> Iterator[Block]:
    """Every block of a text in an ASCII-compatible encoding, in order, the unreadable ones too."""
    line, counted, previous_end = 1, 0, 0
    is_open = False
    found: list[re.Match[bytes] | None] = [*_BOUNDARY.finditer(text), None]
    for boundary, following in pairwise(found):
        if boundary is None:
            break
        line += _newlines(text, counted, boundary.start())
        counted = boundary.start()
        if _is_begin(boundary):
            is_open = following is not None and not _is_begin(following)
            stop = following.start() if following else len(text)
            end = following if is_open else None
            yield _block(text, line, boundary, end, text[boundary.end() : stop])
        elif is_open:
            is_open = False
        else:
            body = _last_base64_lines(text[previous_end : boundary.start()])
            yield _block(text, line, boundary, boundary, body)
        previous_end = boundary.end()


def base64_der(text: bytes) -> bytes:
    """Decode base64 that has no BEGIN and END lines. Raises ValueError if it is anything else."""
    return _decode(text)[0]


def _is_begin(boundary: re.Match[bytes]) -> bool:
    return boundary["which"].upper() == b"BEGIN"


def _newlines(text: bytes, start: int, end: int) -> int:
    """Line breaks of any system in a part of the text."""
    return (
        text.count(b"\n", start, end)
        + text.count(b"\r", start, end)
        - text.count(b"\r\n", start, end)
    )


def _block(
    text: bytes, line: int, first: re.Match[bytes], end: re.Match[bytes] | None, body: bytes
) -> Block:
    """The block of a body; `first` is its BEGIN line, or its END line where that is missing."""
    label = _label(first)
    if label.endswith("PRIVATE KEY"):
        encrypted = label.startswith("ENCRYPTED") or b"ENCRYPTED" in body[:200]
        public = None if encrypted else _public_half(body)
        return Block(label, line, first.start(), None, encrypted=encrypted, public_key=public)
    damage = (*_begin_damage(text, first), *_end_damage(text, end, label))
    try:
        decoded, body_damage = _decode(body)
    except ValueError as error:
        cut = "" if end else ", and has no END line: the file is cut off"
        return Block(label, line, first.start(), None, damage, f"{error}{cut}")
    return Block(label, line, first.start(), decoded, (*damage, *body_damage))


def _public_half(body: bytes) -> bytes | None:
    try:
        return public_half(base64_der(body))
    except ValueError:
        return None


def _label(boundary: re.Match[bytes]) -> str:
    return boundary["label"].decode("ascii").strip().upper()


def _begin_damage(text: bytes, begin: re.Match[bytes]) -> Iterator[str]:
    if not _is_begin(begin):
        yield "no BEGIN line"
        return
    yield from _spelling(begin)
    before = re.split(rb"[\r\n]", text[max(0, begin.start() - 80) : begin.start()])[-1]
    if before and not before.strip(b" \t"):
        yield "the BEGIN line is indented"
    elif before and not before.replace(b"&gt;", b">").strip(b"> |\t"):
        yield _MAIL_QUOTING
    elif before == BOM and begin.start() == len(BOM):
        yield "a byte-order mark before the BEGIN line, which OpenSSL before 3.0 stumbles over"
    elif before:
        yield "other text before -----BEGIN on its line"
    if not _LINE_BREAK.match(text, begin.end()):
        yield "no line break after the BEGIN line"


def _end_damage(text: bytes, end: re.Match[bytes] | None, label: str) -> Iterator[str]:
    if end is None:
        yield "no END line"
        return
    yield from _spelling(end)
    if _label(end) != label:
        yield f"the END line says {_label(end)}, the BEGIN line {label}"
    if text[end.start() - 1 : end.start()] not in (b"\n", b"\r", b" ", b"\t"):
        yield "no line break before the END line"


def _spelling(boundary: re.Match[bytes]) -> Iterator[str]:
    which, label = boundary["which"], boundary["label"]
    if not (which + label).isupper():
        yield "BEGIN or END in small letters"
    if not boundary[0].isascii():
        yield "typographic dashes instead of hyphens"
    elif boundary[0] != b"-----%s %s-----" % (which, label):
        yield "BEGIN or END not between exactly five hyphens"


def _last_base64_lines(text: bytes) -> bytes:
    lines = reversed(text.splitlines())
    body = takewhile(lambda line: line.strip() and not _ODD.search(line.strip()), lines)
    return b"\n".join(reversed(list(body)))


def _decode(body: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The bytes that base64 stands for, and the damage that was read through.

    Raises ValueError if it is not base64, however damaged.
    """
    damage: list[str] = []
    if not _CANONICAL_BODY.fullmatch(body):
        if b"=3D" in body:
            body = body.replace(b"=3D", b"=")
            damage.append(_MAIL_ENCODING)
        for pattern, meaning in _DAMAGE:
            body, count = pattern.subn(b"", body)
            if count:
                damage.append(meaning)
    body = body.translate(None, _WHITESPACE)
    if odd := _ODD.search(body):
        character = ascii(odd[0].decode("latin-1"))
        raise ValueError(f"holds {character}, which is not base64")
    if not body:
        raise ValueError("is empty")
    if missing := -len(body) % 4:
        if missing == 3:
            raise ValueError("is cut off within its base64")
        damage.append("base64 without its padding")
    try:
        return binascii.a2b_base64(body + b"=" * missing, strict_mode=True), tuple(damage)
    except binascii.Error as error:
        raise ValueError("has padding in the middle of its base64") from error

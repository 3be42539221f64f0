"""Takes secrets out of what a report quotes.

Evidence comes from configuration dumps, SIP and HTTP messages and debug logs. What names a fault
stays; what opens a door, or tells who was at the other end, is replaced by `MASKED`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, MatchKind

MASKED = "[masked]"


class _Rule(NamedTuple):
    """`pattern` is tried only where one of `words` is in the lower-cased text: most texts have
    none, and looking for a word is a hundred times faster than looking for a pattern."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str


_HEADER_WORDS = ("authorization", "cookie", "x-")
_HEADERS = r"(?:Proxy-)?Authorization|(?:Set-)?Cookie2?|X-Auth[\w-]{0,30}|X-\w{1,20}-Token"
_KEY_WORDS = (
    *("pass", "pwd", "secret", "key", "psk", "token"),
    *("session", "credential", "community", "saml", "nonce"),
)
_KEYS = (
    r"pass(?:word|wd|phrase|code)|pwd|secret|api[_-]?key|private[_-]?key|psk|"
    r"(?:access|refresh|id|auth|session|bearer)[_-]?token|j?session[_-]?id(?:sso)?|"
    r"credentials?|community(?:[_ ]?name)?|SAML(?:Response|Request|Assertion)|c?nonce"
)
_QUOTED = r'"(?:[^"\\\n]|\\.)*"?|\'(?:[^\'\\\n]|\\.)*\'?'

# Order matters: whole blocks first, then values in quotes, then values up to a delimiter.
# Every repetition is bounded or has one way to match, so that time grows with the text only.
_RULES = (
    _Rule(
        ("private key-----",),
        re.compile(
            rf"(-----BEGIN [A-Z0-9 ]{{0,40}}PRIVATE KEY-----)(?!{re.escape(MASKED)})"
            r"(?:(?!-----END)[\s\S])*(?:-----END [A-Z0-9 ]{0,40}-----)?"
        ),
        rf"\1{MASKED}",
    ),
    # Expressway's own form of an encrypted value in a configuration dump.
    _Rule(
        ("{cipher}",),
        re.compile(r"(\{cipher\})[^\s\"'<>]+", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    # JSON Web Tokens (RFC 7519): three base64url parts, the first two of them JSON objects.
    _Rule(("eyj",), re.compile(r"\beyJ[\w-]+\.eyJ[\w-]+(?:\.[\w-]*)?"), MASKED),
    _Rule(
        (*_HEADER_WORDS, *_KEY_WORDS),
        re.compile(
            rf"((?:\b(?:{_HEADERS})|(?:{_KEYS})\w{{0,20}})[\"']?[ \t]{{0,8}}[:=][ \t]{{0,8}})"
            rf"(?:{_QUOTED})",
            re.IGNORECASE,
        ),
        rf'\1"{MASKED}"',
    ),
    _Rule(
        _HEADER_WORDS,
        re.compile(
            rf"(\b(?:{_HEADERS})[ \t]{{0,8}}[:=][ \t]{{0,8}})(?![\"'])[^\n]+", re.IGNORECASE
        ),
        rf"\1{MASKED}",
    ),
    _Rule(
        _KEY_WORDS,
        re.compile(rf"((?:{_KEYS})\w{{0,20}}=)[^\s\"'&;,<>]+", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    # `Password: value` as a line's last word; in the middle of a line it would be prose.
    _Rule(
        _KEY_WORDS,
        re.compile(
            rf"((?:{_KEYS})[ \t]{{0,8}}:[ \t]{{1,8}})(?![\"'])\S+[ \t]*$",
            re.IGNORECASE | re.MULTILINE,
        ),
        rf"\1{MASKED}",
    ),
    _Rule(
        _KEY_WORDS,
        re.compile(rf"(<(?:[\w.]{{1,30}}:)?(?:{_KEYS})\b[^<>]{{0,200}}>)[^<]+", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    # An authentication scheme with its credentials; the look-ahead spares "Basic Constraints".
    _Rule(
        ("bearer", "basic", "negotiate", "ntlm"),
        re.compile(
            r"\b((?:Bearer|Basic|Negotiate|NTLM)[ \t]{1,8})"
            r"(?=[\w.~+/-]*(?:[a-z][A-Z]|[0-9=]))[\w.~+/=-]{8,}"
        ),
        rf"\1{MASKED}",
    ),
    # Digest credentials (RFC 7616) outside of their header.
    _Rule(
        ('response="',),
        re.compile(r"(\bresponse=)\"[0-9a-f]{32,}\"?", re.IGNORECASE),
        rf'\1"{MASKED}"',
    ),
    # User information in a URI (RFC 3986, 3.2.1); in SIP the user is the address, so it stays.
    _Rule(
        ("://",),
        re.compile(r"(\b[a-z][a-z0-9+.-]{1,15}://)[^\s/@\"'<>]{1,300}@", re.IGNORECASE),
        rf"\1{MASKED}@",
    ),
    _Rule(
        ("sip:", "sips:"),
        re.compile(r"(\bsips?:[^\s:@;\"<>]{1,100}:)[^\s@\"<>]{1,100}(?=@)", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    # Who signed in: UDS (…/cucm-uds/user/NAME), and soft clients' files (…/CSFNAME.cnf.xml).
    _Rule(
        ("/cucm-uds/",),
        re.compile(r"(/cucm-uds/(?:[\w-]{1,30}/)?users?/)[^/\s?&\"'<>]+", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    _Rule(
        ("user", "mail"),
        re.compile(r"([?&](?:user(?:name|id)?|e-?mail)=)[^&\s\"'<>]+", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    _Rule(
        (".cnf.xml",),
        re.compile(r"(/(?:CSF|TCT|BOT|TAB))(?!\[)[\w.@-]{1,128}?(?=\.cnf\.xml)"),
        rf"\1{MASKED}",
    ),
)
# Whose computer a file was on. An engineer's report keeps its inputs' paths: they are read again.
_PERSONAL = (
    _Rule(
        ("/home/", "/users/", "\\users\\", "/export/home/", "documents and settings"),
        re.compile(
            r"((?:/export)?/(?:home|users)/|\b[a-z]:\\{1,2}(?:users|documents and settings)\\{1,2})"
            r"(?!\[masked)[^/\\\s:\"'<>|]{1,64}",
            re.IGNORECASE,
        ),
        rf"\1{MASKED}",
    ),
)
# A line of a PEM body tells nothing as evidence and may be of a key; a fingerprint is no such line.
_PEM_BODY = re.compile(r"(?![0-9A-Fa-f]+$)[A-Za-z0-9+/]{60,76}={0,2}\r?")

_PEM_BODIES = re.compile(rb"^(?![0-9A-Fa-f]+\r?$)[A-Za-z0-9+/]{60,76}={0,2}(?=\r?$)", re.MULTILINE)

_PASSES = 8  # what one rule leaves may be what another looks for; each pass finds less


def masked(text: str, *, personal: bool = False) -> str:
    """The text without its secrets; `personal`, without names of users in paths, too.

    Masking twice changes nothing more.
    """
    rules = (*_RULES, *_PERSONAL) if personal else _RULES
    for _ in range(_PASSES):
        once = _masked_once(text, rules)
        if once == text:
            break
        text = once
    return text


mask = lru_cache(maxsize=4096)(masked)
"""The same for short texts: hosts, paths and states stand in every part of a report."""


mask_personal = lru_cache(maxsize=4096)(partial(masked, personal=True))
"""The same for whom names of users in paths are none of their business."""


def masked_log(data: bytes) -> bytes:
    """The same, with `personal`, for whole lines of a large text in UTF-8 or anything like it.

    Only lines that hold a word of a rule are looked at, with what an XML element goes on with.
    """
    pieces: list[bytes] = []
    end = 0
    for _, position, _ in _search().find_matches_as_indexes(data.lower()):
        if position < end:
            continue
        begin = data.rfind(b"\n", end, position) + 1 or end
        stop = data.find(b"\n", position) + 1 or len(data)
        if data[begin:stop].rstrip().endswith(b">"):
            stop = data.find(b"\n", stop) + 1 or len(data)
        text = masked(data[begin:stop].decode("utf-8", "surrogateescape"), personal=True)
        pieces += data[end:begin], text.encode("utf-8", "surrogateescape")
        end = stop
    pieces.append(data[end:])
    return _PEM_BODIES.sub(MASKED.encode(), b"".join(pieces))


@cache
def _search() -> BytesAhoCorasick:
    words = {word for rule in (*_RULES, *_PERSONAL) for word in rule.words}
    return BytesAhoCorasick([word.encode() for word in sorted(words)], MatchKind.LeftmostFirst)


def _masked_once(text: str, rules: Sequence[_Rule]) -> str:
    lowered = text.lower()
    for rule in rules:
        if any(word in lowered for word in rule.words):
            text = rule.pattern.sub(rule.replacement, text)
    return "\n".join(MASKED if _PEM_BODY.fullmatch(line) else line for line in text.split("\n"))

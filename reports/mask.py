"""Takes secrets out of what a report quotes.

Evidence comes from configuration dumps, SIP and HTTP messages and debug logs. What names a fault
stays; what opens a door, or tells who was at the other end, is replaced by `MASKED`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache, partial
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, MatchKind

MASKED = "[masked]"


class _Rule(NamedTuple):
    """`pattern` is tried only where one of `words` is in the lower-cased text: most texts have
    none, and looking for a word is a hundred times faster than looking for a pattern.

    In large texts, `after` has to match the lower-cased bytes behind the word, too.
    """

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str
    after: str = ""


_HEADER_WORDS = ("authorization", "cookie", "x-auth", "-token")
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
_ASSIGNED = r"[\w\x80-\xff-]{0,99}(?: name)?\\{0,7}[\"']?[ \t]{0,8}[:=]"
_IN_TAG = r"[^<>]{0,999}>"
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
    # The end of a key whose beginning is not in the text.
    _Rule(
        ("private key-----",),
        re.compile(
            r"(?:^[ \t|>]*[A-Za-z0-9+/]{1,76}={0,2}[ \t]*\r?\n)+"
            r"(?=[ \t|>]*-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)",
            re.MULTILINE,
        ),
        f"{MASKED}\n",
    ),
    # Expressway's own form of an encrypted value in a configuration dump.
    _Rule(
        ("{cipher}",),
        re.compile(r"(\{cipher\})[^\s\"'<>]+", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    # JSON Web Tokens (RFC 7519): three base64url parts, the first two of them JSON objects.
    _Rule(("eyj",), re.compile(r"\beyJ[\w-]+\.eyJ[\w-]+(?:\.[\w-]*)?"), MASKED, r"[\w-]+\.eyj"),
    _Rule(
        (*_HEADER_WORDS, *_KEY_WORDS),
        re.compile(
            rf"((?:\b(?:{_HEADERS})|(?:{_KEYS})\w{{0,20}})[\"']?[ \t]{{0,8}}[:=][ \t]{{0,8}})"
            rf"(?:{_QUOTED})",
            re.IGNORECASE,
        ),
        rf'\1"{MASKED}"',
        _ASSIGNED,
    ),
    # A value inside of quotes, whose own quotes are escaped; it ends as it begins.
    _Rule(
        _KEY_WORDS,
        re.compile(
            rf"((?:{_KEYS})\w{{0,20}}(?:\\{{1,7}}[\"'])?"
            r"[ \t]{0,8}[:=][ \t]{0,8}(\\{1,7}[\"']))(?:(?!(?<!\\)\2)[^\n])+",
            re.IGNORECASE,
        ),
        rf"\1{MASKED}",
        _ASSIGNED,
    ),
    _Rule(
        _HEADER_WORDS,
        re.compile(
            rf"(\b(?:{_HEADERS})[ \t]{{0,8}}[:=][ \t]{{0,8}})(?![\"'])[^\n]+", re.IGNORECASE
        ),
        rf"\1{MASKED}",
        _ASSIGNED,
    ),
    _Rule(
        _KEY_WORDS,
        re.compile(rf"((?:{_KEYS})\w{{0,20}}=)[^\s\"'&;,<>]+", re.IGNORECASE),
        rf"\1{MASKED}",
        _ASSIGNED,
    ),
    # `Password: value` as the last word of a line or of a quoted text; elsewhere it would be prose.
    _Rule(
        _KEY_WORDS,
        re.compile(
            rf"((?:{_KEYS})[ \t]{{0,8}}:[ \t]{{1,8}})(?![\"'])(?:\S+[ \t]*$|[^\s\"'<]+(?=[\"'<]))",
            re.IGNORECASE | re.MULTILINE,
        ),
        rf"\1{MASKED}",
        _ASSIGNED,
    ),
    _Rule(
        _KEY_WORDS,
        re.compile(rf"(<(?:[\w.]{{1,30}}:)?(?:{_KEYS})\b[^<>]{{0,200}}>)[^<]+", re.IGNORECASE),
        rf"\1{MASKED}",
        _IN_TAG,
    ),
    # An authentication scheme with its credentials; the look-ahead spares "Basic Constraints".
    _Rule(
        ("bearer", "basic", "negotiate", "ntlm"),
        re.compile(
            r"\b((?:Bearer|Basic|Negotiate|NTLM)[ \t]{1,8})"
            r"(?=[\w.~+/-]*(?:[a-z][A-Z]|[0-9=]))[\w.~+/=-]{8,}"
        ),
        rf"\1{MASKED}",
        r"[ \t]{1,8}[\w.~+/=-]{8}",
    ),
    # Digest credentials (RFC 7616) outside of their header.
    _Rule(
        ('response="',),
        re.compile(r"(\bresponse=)\"[0-9a-f]{32,}\"?", re.IGNORECASE),
        rf'\1"{MASKED}"',
        "[0-9a-f]{32}",
    ),
    # User information in a URI (RFC 3986, 3.2.1); in SIP the user is the address, so it stays.
    _Rule(
        ("://",),
        re.compile(r"(\b[a-z][a-z0-9+.-]{1,15}://)[^\s/@\"'<>]{1,300}@", re.IGNORECASE),
        rf"\1{MASKED}@",
        r"[^\s/@\"'<>]{1,999}@",
    ),
    _Rule(
        ("sip:", "sips:"),
        re.compile(r"(\bsips?:[^\s:@;\"<>]{1,100}:)[^\s@\"<>]{1,100}(?=@)", re.IGNORECASE),
        rf"\1{MASKED}",
        r"[^\s:@;\"<>]{1,400}:[^\s@\"<>]{1,400}@",
    ),
    # Who signed in: UDS (…/cucm-uds/user/NAME), and soft clients' files (…/CSFNAME.cnf.xml).
    _Rule(
        ("/cucm-uds/",),
        re.compile(r"(/cucm-uds/(?:[\w-]{1,30}/)?users?/)[^/\s?&\"'<>]+", re.IGNORECASE),
        rf"\1{MASKED}",
        r"(?:[\w-]{1,30}/)?users?/[^/\s?&\"'<>]",
    ),
    _Rule(
        ("?user", "&user", "?email", "&email", "?e-mail", "&e-mail"),
        re.compile(r"([?&](?:user(?:name|id)?|e-?mail)=)[^&\s\"'<>]+", re.IGNORECASE),
        rf"\1{MASKED}",
        "(?:name|id)?=",
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
_EVERY = (*_RULES, *_PERSONAL)
# A line of a PEM body tells nothing as evidence and may be of a key; a fingerprint is no such line.
_PEM_BODY = re.compile(r"(?![0-9A-Fa-f]+$)[A-Za-z0-9+/]{60,76}={0,2}\r?")

# A line feed first: that is found ten times faster than the beginning of a line.
_PEM_BODIES = re.compile(
    rb"\n(?![0-9A-Fa-f]+\r?(?:\n|\Z))[A-Za-z0-9+/]{60,76}={0,2}(?=\r?(?:\n|\Z))"
)

_PASSES = 8  # what one rule leaves may be what another looks for; each pass finds less


def masked(text: str, *, personal: bool = False) -> str:
    """The text without its secrets; `personal`, without names of users in paths, too.

    Masking twice changes nothing more.
    """
    rules = _rules_for(text, personal=personal)
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

    Only lines are looked at where a word of a rule is followed by what the rule wants, with what
    an XML element goes on with.
    """
    pieces: list[bytes] = [b"\n"]
    end = 0
    lowered = data.lower()
    search, _, after = _search()
    for word, position, stop in search.find_matches_as_indexes(lowered, overlapping=True):
        if position < end or not after[word].match(lowered, stop):
            continue
        begin = data.rfind(b"\n", end, position) + 1 or end
        line_end = data.find(b"\n", position) + 1 or len(data)
        if data[begin:line_end].rstrip().endswith(b">"):
            line_end = data.find(b"\n", line_end) + 1 or len(data)
        text = masked(data[begin:line_end].decode("utf-8", "surrogateescape"), personal=True)
        pieces += data[end:begin], text.encode("utf-8", "surrogateescape")
        end = line_end
    pieces.append(data[end:])
    return _PEM_BODIES.sub(f"\n{MASKED}".encode(), b"".join(pieces))[1:]


def _rules_for(text: str, *, personal: bool) -> list[_Rule]:
    """The rules of which a word is in the text; what a rule puts into it brings no new word."""
    search, rules, _ = _search()
    data = text.lower().encode("utf-8", "surrogatepass")
    words = {word for word, _, _ in search.find_matches_as_indexes(data, overlapping=True)}
    found = set().union(*(rules[word] for word in words))
    last = len(_RULES) + (len(_PERSONAL) if personal else 0)
    return [_EVERY[number] for number in sorted(found) if number < last]


@cache
def _search() -> tuple[BytesAhoCorasick, list[set[int]], list[re.Pattern[bytes]]]:
    """A search for all words; for each of them its rules, and what has to follow it."""
    rules: dict[str, set[int]] = {}
    for number, rule in enumerate(_EVERY):
        for word in rule.words:
            rules.setdefault(word, set()).add(number)
    after = ("|".join(sorted({_EVERY[n].after for n in every})) for every in rules.values())
    return (
        BytesAhoCorasick([word.encode() for word in rules], MatchKind.Standard),
        list(rules.values()),
        [re.compile(pattern.encode()) for pattern in after],
    )


def _masked_once(text: str, rules: Iterable[_Rule]) -> str:
    for rule in rules:
        text = rule.pattern.sub(rule.replacement, text)
    return "\n".join(MASKED if _PEM_BODY.fullmatch(line) else line for line in text.split("\n"))

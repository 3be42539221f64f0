"""Takes secrets out of what a report quotes.

Evidence comes from configuration dumps, SIP and HTTP messages and debug logs. What names a fault
stays; what opens a door, or tells who was at the other end, is replaced by `MASKED`.
"""

from __future__ import annotations

import re

MASKED = "[masked]"

_HEADERS = r"(?:Proxy-)?Authorization|(?:Set-)?Cookie2?|X-Auth[\w-]{0,30}|X-\w{1,20}-Token"
_KEYS = (
    r"pass(?:word|wd|phrase|code)|pwd|secret|api[_-]?key|private[_-]?key|psk|"
    r"(?:access|refresh|id|auth|session|bearer)[_-]?token|j?session[_-]?id(?:sso)?|"
    r"credentials?|community(?:[_ ]?name)?|SAML(?:Response|Request|Assertion)|c?nonce"
)
_QUOTED = r'"(?:[^"\\\n]|\\.)*"?|\'(?:[^\'\\\n]|\\.)*\'?'

# Order matters: whole blocks first, then values in quotes, then values up to a delimiter.
# Every repetition is bounded or has one way to match, so that time grows with the text only.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----)"
            r"(?:(?!-----END)[\s\S])*(?:-----END [A-Z0-9 ]{0,40}-----)?"
        ),
        rf"\1{MASKED}",
    ),
    # A line of a PEM body tells nothing as evidence, and may be of a key.
    (
        re.compile(r"^(?![0-9A-Fa-f]+$)[A-Za-z0-9+/]{60,76}={0,2}$", re.MULTILINE),
        MASKED,
    ),
    # Expressway's own form of an encrypted value in a configuration dump.
    (re.compile(r"(\{cipher\})[^\s\"'<>]+", re.IGNORECASE), rf"\1{MASKED}"),
    # JSON Web Tokens (RFC 7519): three base64url parts, the first two of them JSON objects.
    (re.compile(r"\beyJ[\w-]+\.eyJ[\w-]+(?:\.[\w-]*)?"), MASKED),
    (
        re.compile(
            rf"((?:\b(?:{_HEADERS})|(?:{_KEYS})\w{{0,20}})[\"']?[ \t]{{0,8}}[:=][ \t]{{0,8}})"
            rf"(?:{_QUOTED})",
            re.IGNORECASE,
        ),
        rf'\1"{MASKED}"',
    ),
    (
        re.compile(rf"(\b(?:{_HEADERS})[ \t]{{0,8}}[:=][ \t]{{0,8}})(?!\")[^\n]+", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    (
        re.compile(rf"((?:{_KEYS})\w{{0,20}}=)[^\s\"'&;,<>]+", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    # `Password: value` as a line's last word; in the middle of a line it would be prose.
    (
        re.compile(
            rf"((?:{_KEYS})[ \t]{{0,8}}:[ \t]{{1,8}})(?!\")\S+[ \t]*$",
            re.IGNORECASE | re.MULTILINE,
        ),
        rf"\1{MASKED}",
    ),
    (
        re.compile(rf"(<(?:[\w.]{{1,30}}:)?(?:{_KEYS})\b[^<>]{{0,200}}>)[^<]+", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    # An authentication scheme with its credentials; the look-ahead spares "Basic Constraints".
    (
        re.compile(
            r"\b((?:Bearer|Basic|Negotiate|NTLM)[ \t]{1,8})"
            r"(?=[\w.~+/-]*(?:[a-z][A-Z]|[0-9=]))[\w.~+/=-]{8,}"
        ),
        rf"\1{MASKED}",
    ),
    # Digest credentials (RFC 7616) outside of their header.
    (re.compile(r"(\bresponse=)\"[0-9a-f]{32,}\"?", re.IGNORECASE), rf'\1"{MASKED}"'),
    # User information in a URI (RFC 3986, 3.2.1); in SIP the user is the address, so it stays.
    (re.compile(r"(\b[a-z][a-z0-9+.-]{1,15}://)[^\s/@\"'<>]+@", re.IGNORECASE), rf"\1{MASKED}@"),
    (re.compile(r"(\bsips?:[^\s:@;\"<>]{1,200}:)[^\s@\"<>]+(?=@)", re.IGNORECASE), rf"\1{MASKED}"),
    # Who signed in: UDS (…/cucm-uds/user/NAME), and soft clients' files (…/CSFNAME.cnf.xml).
    (
        re.compile(r"(/cucm-uds/(?:[\w-]{1,30}/)?users?/)[^/\s?&\"'<>]+", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    (
        re.compile(r"([?&](?:user(?:name|id)?|e-?mail)=)[^&\s\"'<>]+", re.IGNORECASE),
        rf"\1{MASKED}",
    ),
    (
        re.compile(r"(/(?:CSF|TCT|BOT|TAB))(?!\[)[\w.@-]{1,128}?(?=\.cnf\.xml)"),
        rf"\1{MASKED}",
    ),
)


def mask(text: str) -> str:
    """The text without its secrets. Masking twice changes nothing more."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text

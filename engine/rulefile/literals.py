"""Values as rules write them, and as matchers compare them."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

from ..facts import Scalar
from ..vocabulary import Field, Kind

MAX_INTEGER = 2**63 - 1
MAX_TEXT_BYTES = 4096
_KEPT = 1000
_RELEASE = re.compile(
    r"X?(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?(?:\.(\d{1,5}))?(?:[.-](\d{1,3}))?"
)


_FLAG_WORDS = {
    **dict.fromkeys(("true", "yes", "on"), "true"),
    **dict.fromkeys(("false", "no", "off"), "false"),
}
_SIGNS = {">": "gt", ">=": "ge", "<": "lt", "<=": "le"}


class LiteralError(ValueError):
    """The value doesn't fit the field; the message says why, `hint` what would."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def release_number(text: str) -> int:
    """A release such as X14.3.4 or 14.0.1.13900-155 as a number that orders like it.

    Raises LiteralError.
    """
    parts = _RELEASE.fullmatch(text)
    if parts is None:
        raise LiteralError(f"'{text}' is not a release", "write it as X14.3.4")
    number = 0
    for part, width in zip(parts.groups("0"), (3, 3, 3, 5, 3), strict=True):
        number = number * 10**width + int(part)
    return number


def release_text(number: int) -> str:
    """The release that `release_number` gives this number for, without zeros at its end."""
    parts: list[int] = []
    for width in (3, 5, 3, 3):
        number, part = divmod(number, 10**width)
        if part or parts:
            parts.insert(0, part)
    return "X" + ".".join(map(str, (number, *(parts or [0]))))


def epoch_seconds(value: Any) -> int:
    """ISO 8601 text, or seconds since 1970, as seconds; without a zone it is UTC.

    Raises LiteralError.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise LiteralError(f"{value!r} is not a time", "write it as 2026-11-24T08:00:00Z") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def time_text(seconds: int) -> str:
    """The time that `epoch_seconds` gives this number for, in UTC; a time beyond 9999 as it is."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return str(seconds)
    return moment.isoformat().replace("+00:00", "Z")


def as_written(kind: Kind, value: Any) -> Any:
    """A value as rules write it: releases and times, which matchers compare as numbers, as text."""
    if isinstance(value, int) and kind in ("version", "time"):
        return release_text(value) if kind == "version" else time_text(value)
    return value


def bounded_text(text: str) -> str:
    """The text if it is short; else its first 1,000 characters and a digest, so that it stays
    equal to itself only. Lone surrogates become question marks."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= MAX_TEXT_BYTES:
        return raw.decode()
    return f"{raw.decode()[:_KEPT]}…sha256:{hashlib.sha256(raw).hexdigest()}"


def comparable_value(field: Field, value: Any) -> Scalar | tuple[str, ...]:
    """A field's value as both matchers compare it: text, integer, flag, or a set of texts.

    Raises LiteralError where the value isn't of the field's kind.
    """
    kind = field.kind
    if kind == "list":
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            raise LiteralError(f"{value!r} is not a list of text")
        return tuple(sorted({bounded_text(v) for v in value}))
    if kind == "version" and isinstance(value, str):
        return release_number(value)
    if kind == "time":
        value, kind = epoch_seconds(value), "number"
    if kind == "number" and isinstance(value, int) and not isinstance(value, bool):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise LiteralError("the number is out of range")
        return value
    if kind == "flag" and isinstance(value, bool):
        return value
    if kind in ("text", "choice") and isinstance(value, str):
        return bounded_text(value)
    raise _wrong_kind(field, value)


def _wrong_kind(field: Field, value: Any) -> LiteralError:
    wanted = {
        "text": "text", "choice": "text", "number": "a whole number", "flag": "true or false",
        "version": "a release as text",
    }[field.kind]  # fmt: skip
    hint = ""
    if field.kind in ("text", "choice", "version") and isinstance(value, int | float):
        hint = "put it in quotes"
    elif field.kind == "flag" and str(value).lower() in _FLAG_WORDS:
        hint = f"write {_FLAG_WORDS[str(value).lower()]} without quotes"
    elif field.kind == "number" and isinstance(value, str):
        compared = re.fullmatch(r"([<>]=?)\s*(-?\d+)", value)
        if compared:
            hint = f"write {{{_SIGNS[compared[1]]}: {compared[2]}}}"
        elif re.fullmatch(r"-?\d+", value):
            hint = "write it without quotes"
    elif isinstance(value, list):
        hint = "for several values write {in: [...]}"
    elif value is None:
        hint = "for a missing value write {exists: false}"
    return LiteralError(f"{_shown(value)} must be {wanted}", hint)


def _shown(value: Any) -> str:
    return "a number" if isinstance(value, int) and abs(value) > MAX_INTEGER else repr(value)[:80]

"""Reading a deployment spec: merging it over defaults, refusing unknown keys, working out times.

A spec is a plain mapping, as written in YAML. Every error is a `ValueError` that gives the path of
the key at fault.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

Spec = Mapping[str, Any]
Shape = Mapping[str, Any]
"""Allowed keys, each with the shape of what it holds or, for a plain value, its description. The
key `*` stands for names that the author chooses; a shape in a list is that of its elements."""

_DURATION = re.compile(r"([+-]?\d+)([dhms])")
_FILE_NAME = re.compile(r"\w[\w .-]*")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def merge(base: Spec, change: Spec) -> dict[str, Any]:
    """`base` with `change` laid over it, mapping by mapping; lists and scalars are replaced.

    None leaves a mapping as it is: in YAML it is what a key with nothing beneath it holds.
    """
    merged = dict(base)
    for key, value in change.items():
        old = merged.get(key)
        if not isinstance(old, Mapping):
            merged[key] = value
        elif value is not None:
            merged[key] = merge(old, value)
    return merged


def check(value: Any, shape: Shape | list[Shape] | str, path: str = "") -> None:
    """Raise ValueError for the first key of `value` that `shape` does not allow."""
    if isinstance(shape, str) or value is None:
        return
    if isinstance(shape, list):
        if not isinstance(value, list | tuple):
            raise ValueError(f"{path}: expected a list, not {value!r}")
        for index, element in enumerate(value):
            check(element, shape[0], f"{path}[{index}]")
        return
    if not isinstance(value, Mapping):
        raise ValueError(f"{path or 'deployment'}: expected a mapping, not {value!r}")
    for key, inner in value.items():
        inner_path = f"{path}.{key}" if path else str(key)
        if not isinstance(key, str):
            raise ValueError(f"{inner_path}: a key is text, not {key!r}")
        if key not in shape and "*" not in shape:
            raise ValueError(f"{inner_path}: unknown key{did_you_mean(key, shape)}")
        check(inner, shape[key if key in shape else "*"], inner_path)


def choice(value: Any, allowed: Iterable[str], path: str) -> str:
    """`value`, or ValueError when it is none of `allowed`."""
    options = sorted(allowed)
    if value not in options:
        hint = did_you_mean(str(value), options)
        raise ValueError(f"{path}: {value!r} is none of {', '.join(options)}{hint}")
    return str(value)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'x'?)` for the known word most like `word`, else empty."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


@contextmanager
def at_path(path: str) -> Iterator[None]:
    """Raise what goes wrong inside, with a value of the spec, as ValueError with its path."""
    try:
        yield
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{path}: {error}") from None


def names(value: Any, path: str) -> tuple[str, ...]:
    """A list of names, or one name by itself, as a tuple."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list | tuple) or not all(isinstance(n, str) for n in listed):
        raise ValueError(f"{path}: expected a list of names, not {value!r}")
    return tuple(listed)


def number(value: Any, path: str, most: int) -> int:
    """A whole number from 0 to `most`."""
    if not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"{path}: {value!r} is not a whole number from 0 to {most}")
    return value


def file_name(value: Any, path: str) -> str:
    """Text that is safe as the name of a file."""
    if not isinstance(value, str) or not _FILE_NAME.fullmatch(value):
        raise ValueError(f"{path}: {value!r} cannot be part of a file name")
    return value


def duration(value: Any, path: str) -> timedelta:
    """A span such as `-20d`, `90m` or `+400s`."""
    match = _DURATION.fullmatch(str(value))
    if match is None:
        raise ValueError(f"{path}: {value!r} is not a span such as -20d, 12h, 90m or 30s")
    with at_path(path):
        return timedelta(**{_UNITS[match[2]]: int(match[1])})


def instant(value: Any, path: str, at: datetime | None = None) -> datetime:
    """A time in UTC, to the second: ISO 8601, or a span counted from `at`."""
    if at is not None and isinstance(value, str) and _DURATION.fullmatch(value):
        with at_path(path):
            return at + duration(value, path)
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(
            f"{path}: {value!r} is neither a time in ISO 8601 nor a span such as -20d"
        ) from None
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return time.astimezone(UTC).replace(microsecond=0)

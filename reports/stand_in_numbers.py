"""Serial numbers, key identifiers and fingerprints that stand for others."""

from __future__ import annotations

import hashlib
import re


def number_like(text: str, number: int) -> str:
    """The number that stands for the one with that index: as many digits, beginning alike."""
    digits = hashlib.shake_256(f"serial {number}".encode()).hexdigest(len(text))
    if text.isdecimal():
        digits = "".join(str(int(digit, 16) % 10) for digit in digits)
    # A number of letters and digits keeps which of them stand where.
    hexadecimal = re.fullmatch(r"[0-9a-fA-F]+", text)
    fitted = (d if hexadecimal or c.isdigit() else c for d, c in zip(digits, text))  # noqa: B905
    return text[:2] + "".join(fitted)[2:]


def spellings(digits: str) -> tuple[str, ...]:
    """A number in hexadecimal as programs write it: plain, padded, with colons, in decimal."""
    even = digits if len(digits) % 2 == 0 else f"0{digits}"
    return digits, digits.zfill(32), even, ":".join(re.findall("..", even)), f"{int(digits, 16)}"

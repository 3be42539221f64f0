"""What a run is asked to measure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Sizes of logs in bytes, rounds of which the medians are taken, and a folder to work in."""

    sizes: tuple[int, ...]
    rounds: int
    folder: Path

    @property
    def large(self) -> int:
        """The largest size up to 1 GB, and that where all are above."""
        return max((size for size in self.sizes if size <= 10**9), default=10**9)

    @property
    def bundles(self) -> Path:
        """Where bundles are, and stay for the next run."""
        return self.folder / "bundles"


def named(size: int) -> str:
    """A size as people say it."""
    large = size >= 10**9
    return f"{size / (10**9 if large else 10**6):g} {'GB' if large else 'MB'}"

"""Reading ahead changes nothing but the time: what the source gives, its end and its damage."""

from __future__ import annotations

import gzip
import io
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certclinic.facts.inputs.read_ahead import ReadAhead
from certclinic.facts.inputs.reading import observe


class Pieces:
    """A source of these pieces, which then ends, or raises `damage` once and for all."""

    def __init__(self, pieces: Sequence[bytes], damage: Exception | None = None) -> None:
        self._pieces, self._damage = list(pieces), damage

    def read1(self, size: int, /) -> bytes:
        if self._pieces:
            return self._pieces.pop(0)
        if self._damage is not None:
            raise self._damage
        return b""


pieces = st.lists(st.binary(min_size=1, max_size=9), max_size=12)


@given(pieces, st.integers(1, 12))
def test_all_that_the_source_has_and_then_the_end(parts: list[bytes], size: int) -> None:
    """Nothing is lost, added or longer than asked for; the end stays the end."""
    with closing(ReadAhead(Pieces(parts))) as ahead:
        read = list(iter(lambda: ahead.read1(size), b""))
        assert b"".join(read) == b"".join(parts)
        assert all(len(one) <= size for one in read)
        assert [ahead.read1(size), ahead.read1(size)] == [b"", b""]


@given(pieces)
def test_damage_comes_after_all_that_precedes_it(parts: list[bytes]) -> None:
    """What was read before is given first; whoever asks again is told again."""
    with closing(ReadAhead(Pieces(parts, OSError("damaged")))) as ahead:
        assert b"".join(ahead.read1(99) for _ in parts) == b"".join(parts)
        for _ in range(2):
            with pytest.raises(OSError, match="damaged"):
                ahead.read1(99)


def test_closing_ends_the_thread_of_a_stream_that_nobody_reads() -> None:
    """Also where pieces wait to be taken."""
    before = threading.active_count()
    ahead = ReadAhead(io.BufferedReader(io.BytesIO(bytes(9 << 20))))
    ahead.close()
    assert threading.active_count() == before


def test_an_empty_gzip_file_is_not_told_as_damaged(tmp_path: Path) -> None:
    """It ends where it should."""
    (tmp_path / "empty.log.gz").write_bytes(gzip.compress(b""))
    (only,) = observe([tmp_path / "empty.log.gz"]).problems
    assert "damaged" not in only.text
    assert "is not a diagnostic bundle" in only.text

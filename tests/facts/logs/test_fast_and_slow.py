"""The fast scan of a log, and reading it line by line: the same events, wherever chunks end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from certclinic.builders.container_material import hierarchy, to_pem
from certclinic.facts.logs import log_reader, log_scan
from certclinic.facts.logs.log_events import LogEvents
from certclinic.facts.logs.log_reader import read_log
from certclinic.facts.logs.log_scan import Hit, Stream
from certclinic.facts.vocabulary import Evidence

AROUND = 3_000
"""In place of 64 KiB, so that a short log has lines on both sides of every bound."""
LINE = 400
"""In place of 64 KiB, likewise."""
T = "2026-11-24T10:00:0{}.123+01:00 core1"
PATTERNS = yaml.safe_load(Path(__file__).with_name("every_pattern.yaml").read_text("utf-8"))
MESSAGES = [
    *(
        sample["line"]
        for key, samples in PATTERNS.items()
        if key.startswith(("ats.", "exp."))
        for sample in samples
    ),
    f'{T} tvcs: Event="Alarm Raised" Id="35013" Detail="Not secure" Level="1"',
    f'{T} tvcs: Event="Alarm Lowered" Id="35013" Detail="Not secure" Level="1"',
    f'{T} tvcs: Event="Restart Requested" Detail="by admin" Level="1"',
    f'{T} tvcs: Module="network.sip" Msg="OPTIONS"\n |User-Agent: TANDBERG/4137 (X14.2.1)',
    f'{T} tvcs: Module="network.sip" Msg="OPTIONS"\n |User-Agent: TANDBERG/4137 (X15.0.0)',
    f'{T} tvcs: Module="network.sip" Msg="x"\n |SIP/2.0 408 Timeout\n |CSeq: 1 SERVICE\n |\n',
    f'{T} traffic_server[1]: Rule="https://cucm1.example.com:8443/"',
    f'{T} tvcs: message {"é" * LINE} Event="Alarm Raised" Id="30001" Detail="long"',
    f"{T} tvcs: Msg=|" + "\n ".join(to_pem(hierarchy().root).decode().splitlines()),
    f"{T} tvcs: nothing of interest here, at length: {'x' * 300}",
    "|a continuation of nothing",
    "",
]
piece = st.sampled_from(MESSAGES).map(lambda text: text.replace("{}", "1"))
ends = st.sampled_from(["\n", "\n", "\n", "\r\n", ""])
logs = st.lists(st.tuples(piece, ends), max_size=40).map(
    lambda parts: "".join(text + end for text, end in parts).encode()
)


class Pieces:
    """A stream that ends each read somewhere else."""

    def __init__(self, data: bytes, sizes: Sequence[int]) -> None:
        self._data, self._sizes, self._reads, self._at = data, sizes, 0, 0

    def read1(self, size: int, /) -> bytes:
        self._reads += 1
        begin = self._at
        self._at += min(size, self._sizes[self._reads % len(self._sizes)])
        return self._data[begin : self._at]


def slow_scan(
    stream: Stream, anchors: Sequence[bytes], repeating: Sequence[bytes] = ()
) -> Iterator[Hit]:
    """What `scan` promises, by taking the whole log into memory and looking at every line."""
    log = b"".join(iter(lambda: stream.read1(1 << 16), b""))
    wanted = re.compile(b"|".join(map(re.escape, [*anchors, *repeating])))
    seen: Counter[bytes] = Counter()
    begin = 0
    for number, line in enumerate(log.split(b"\n"), 1):
        end = begin + len(line)
        for match in wanted.finditer(line):
            if match[0] in repeating:
                alike = log[begin + match.start() :][:24]
                seen[alike] += 1
                if seen[alike] > 3:
                    continue
            first, last = begin, end
            if len(line) > LINE:
                first = max(begin, begin + match.start() - LINE // 2)
                last = min(end, first + LINE)
            around = memoryview(log)
            yield Hit(
                number,
                log[first:last].rstrip(b"\r"),
                around[max(0, first - AROUND) : first],
                around[last : last + AROUND],
            )
            break
        begin = end + 1


def events_of(data: bytes, sizes: Sequence[int], scan: object) -> LogEvents:
    with (
        patch.object(log_reader, "scan", scan),
        patch.object(log_scan, "AROUND", AROUND),
        patch.object(log_scan, "LONGEST_LINE", LINE),
    ):
        events, failure = read_log(Pieces(data, sizes), Evidence(input="t"))
    assert failure is None
    return events


@settings(max_examples=150)
@given(logs, st.lists(st.integers(1, 9_000), min_size=1, max_size=5))
def test_the_fast_scan_loses_and_adds_nothing(data: bytes, sizes: list[int]) -> None:
    """Every event, count, number, quote and neighbour is that of reading line by line."""
    assert events_of(data, sizes, slow_scan) == events_of(data, sizes, log_scan.scan)


@settings(max_examples=40)
@given(logs, st.integers(1, 50))
def test_tiny_pieces_are_no_different(data: bytes, size: int) -> None:
    """A stream of a few bytes at a time gives what one read gives."""
    data = data[:20_000]
    assert events_of(data, [len(data) + 1], log_scan.scan) == events_of(data, [size], log_scan.scan)


def test_the_messages_leave_events_of_every_kind() -> None:
    """What the tests above compare is not nothing."""
    log = "\n".join(MESSAGES).replace("{}", "1").encode()
    events = events_of(log, [999], log_scan.scan)
    assert events.tls and events.traffic_server and events.http and events.xcp
    assert events.alarms and events.changes and events.phrases and events.seen
    assert events.uc_targets and {"X14.2.1", "X15.0.0"} == set(events.releases)

"""What a symptom's scenario is, and the specs that most of them start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .spec import Spec, merge

# A second intermediate, which no node trusts unless its `trust` says so.
ISSUING_2 = {"issuing-2": {"issuer": "root", "cn": "Example Issuing CA 2", "from": "-60d"}}
ALL = ("root", "issuing-1", "issuing-2")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A deployment that shows a symptom, and one that comes close without showing it.

    `nodes` are hosts that a finding of the symptom must name; none where it is about a file.
    `also` are other symptoms that the same fault brings with it in `shows`. `almost` may show
    neighbours of the symptom, not the symptom.
    """

    shows: Spec
    almost: Spec
    nodes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def pair(core: Spec | None = None, edge: Spec | None = None, **whole: Any) -> dict[str, Any]:
    """An Expressway-C `core1` and an Expressway-E `edge1`, with keys of the whole deployment."""
    return {"nodes": {"core1": core or {}, "edge1": edge or {}}, **whole}


def cluster(
    cores: int = 2, edges: int = 2, changes: Spec | None = None, **whole: Any
) -> dict[str, Any]:
    """Clusters `core.example.com` and `edge.example.com`; `changes` by node name."""
    names = {
        **{f"core{n}": "core.example.com" for n in range(1, cores + 1)},
        **{f"edge{n}": "edge.example.com" for n in range(1, edges + 1)},
    }
    healthy = {n: {"cluster": {"name": label}, "alarms": [40049]} for n, label in names.items()}
    nodes = {name: merge(own, (changes or {}).get(name, {})) for name, own in healthy.items()}
    return {"nodes": nodes, **whole}


def failed(*alarms: Any, log: Any = (), **changes: Any) -> dict[str, Any]:
    """A node whose traversal zone and tunnels are down."""
    own = {"zone": {"status": "Failed"}, "tunnels": "Failed", "alarms": alarms, "log": log}
    return merge(own, changes)

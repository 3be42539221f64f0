"""Facts that tell how things went, not how they are set up: logs, alarms and states.

After a change they tell of the time before it, so what-if sets them aside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from . import model, model_checks, model_uc
from .vocabulary import Fact

EFFECTS: tuple[type[Fact], ...] = (
    model.Alarm,
    model.AuthenticationFailure,
    model.Change,
    model.ConnectionFailure,
    model.HttpFailure,
    model.TlsFailure,
    model.TrafficServerFailure,
    model.Tunnel,
    model.XcpFailure,
    model_checks.LogPhrase,
    model_uc.ClientFailure,
    model_uc.UcAlarm,
    model_uc.UcFailure,
)


IDENTITIES: tuple[type[Fact], ...] = (
    model.Coverage,
    model.Node,
    model.Pair,
    model_uc.UcServer,
)
"""Facts that tell which node it is, not what is wrong with it."""


def logs_alone(facts: Iterable[Fact]) -> bool:
    """Nothing but logs and states shows the fault."""
    telling = [fact for fact in facts if not isinstance(fact, IDENTITIES)]
    return bool(telling) and all(is_effect(fact) for fact in telling)


def is_effect(fact: Fact) -> bool:
    """The fact is known from a log or a state alone."""
    return isinstance(fact, EFFECTS)


def set_aside(facts: Iterable[Fact], hosts: Collection[str]) -> Iterator[Fact]:
    """The facts without the effects on these nodes, and on clients; zones' states are unknown."""
    for fact in facts:
        host = getattr(fact, type(fact).host_field or "", None)
        if isinstance(fact, model.Zone) and host in hosts:
            yield replace(fact, status="unknown")
        elif not is_effect(fact) or (host is not None and host not in hosts):
            yield fact

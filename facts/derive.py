"""Facts from observations: what rules see. Pure, so that what-if can derive them again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import permutations

from . import (
    certificate_facts,
    client_auth,
    list_facts,
    log_facts,
    node_facts,
    renewals,
    request_facts,
    revocation_facts,
    uc_facts,
)
from .inputs.observations import Observations, Problem
from .knowledge import Knowledge
from .links import Held, hold
from .model import Coverage, LinkCheck, Pair
from .pairing import Pairing, ZonePair, pair
from .profile import Profile
from .revocation_facts import HeldList, held_lists
from .uc_links import shown_to, uc_checks
from .uc_pairing import by_name, serve
from .vocabulary import Fact, Topic
from .x509.certificate import Certificate as X509
from .zone_links import cluster_checks, neighbor_checks, zone_checks

_APART_DAYS = 7
"""Bundles that are further apart do not show one state of a deployment."""


@dataclass(frozen=True)
class Derived:
    """Facts of a case, in a fixed order; what they were derived from; what stays open.

    `held` are the certificates of all inputs, `lists` the revocation lists. `unseen` are
    addresses of Expressways that the inputs name and no bundle is of.
    """

    facts: tuple[Fact, ...]
    profiles: tuple[Profile, ...]
    pairs: tuple[ZonePair, ...]
    held: Held
    problems: tuple[Problem, ...]
    at: int
    lists: tuple[HeldList, ...]
    unseen: tuple[str, ...]


def derive(observations: Observations, at: int, knowledge: Knowledge) -> Derived:
    """All facts at a time (seconds since the epoch), whatever the order of the inputs."""
    profiles = tuple(Profile(node) for node in observations.nodes)
    pairing = pair(profiles)
    ghosts = {p.edge.host: p.edge for p in pairing.pairs if not p.edge.given}
    everyone = (*profiles, *(ghosts[host] for host in sorted(ghosts)))
    served, unserved = serve(profiles, observations.uc_servers)
    held = hold(everyone, _other_certificates(observations))
    clusters = _clusters(profiles)
    facts: list[Fact] = []
    hosts = node_facts.hosts_by_name(everyone)
    for profile in everyone:
        facts += node_facts.facts(profile, hosts)
    facts += _coverage(profiles, pairing)
    facts += _pairs(pairing)
    for one in pairing.pairs:
        facts += zone_checks(one, at, held, knowledge)
    facts += _cluster_checks(clusters, at, held, knowledge)
    facts += _neighbor_checks(profiles, at, held, knowledge)
    lists = held_lists(everyone, observations.files)
    checked = [fact for fact in facts if isinstance(fact, LinkCheck)]
    facts += revocation_facts.facts(checked, everyone, lists, at, held)
    facts += certificate_facts.facts(
        everyone, observations.files, at, held, pairing.pairs, clusters, shown_to(served)
    )
    for to_server in served:
        facts += uc_checks(to_server, at, held)
    facts += uc_facts.facts(observations, served, profiles, at, held)
    facts += client_auth.facts(everyone, pairing.pairs, clusters, held, knowledge)
    facts += list_facts.facts(profiles, pairing.pairs, lists, at, knowledge)
    facts += request_facts.facts(observations.files)
    facts += renewals.facts(profiles, observations.files, pairing.pairs, clusters, served, at, held)
    facts += node_facts.domain_checks(pairing.pairs)
    facts += log_facts.facts(profiles, by_name(observations.uc_servers))
    absent = tuple(_absent_peers(profiles, clusters))
    problems = (
        *observations.problems,
        *pairing.problems,
        *unserved,
        *_node_problems(profiles),
        *_absence(absent),
        *_older_bundles(profiles),
    )
    ordered = sorted(dict.fromkeys(facts), key=_order)
    peers = (address for _, addresses in absent for address in addresses)
    unseen = tuple(dict.fromkeys((*peers, *sorted(ghosts))))
    return Derived(tuple(ordered), everyone, pairing.pairs, held, problems, at, lists, unseen)


def _order(fact: Fact) -> tuple[str, ...]:
    """A place for each fact that depends on nothing but the fact."""
    values = (repr(getattr(fact, f.name)) for f in fields(fact) if f.name != "evidence")
    return (type(fact).__name__, *values, repr(fact.evidence))


def _other_certificates(observations: Observations) -> list[tuple[str, X509]]:
    """Certificates outside the nodes' bundles, with the words for where they are."""
    lone = [(f.path, c.certificate) for f in observations.files for c in f.contents.certificates]
    uc = [
        (f"the {entry.unit} of {server.host}", entry.certificate)
        for server in observations.uc_servers
        for entry in server.entries
        if entry.certificate
    ]
    return lone + uc


def _clusters(profiles: Sequence[Profile]) -> dict[str, list[Profile]]:
    """Nodes by cluster, for clusters of which more than one node is given."""
    found: dict[str, list[Profile]] = {}
    for profile in profiles:
        if profile.cluster:
            found.setdefault(profile.cluster, []).append(profile)
    return {name: members for name, members in found.items() if len(members) > 1}


def _cluster_checks(
    clusters: dict[str, list[Profile]], at: int, held: Held, knowledge: Knowledge
) -> Iterator[LinkCheck]:
    for members in clusters.values():
        for verifier, presenter in permutations(members, 2):
            mode = node_facts.cluster_mode(verifier)
            name = mode[0] if mode else None
            yield from cluster_checks(verifier, presenter, name, at, held, knowledge)


def _neighbor_checks(
    profiles: Sequence[Profile], at: int, held: Held, knowledge: Knowledge
) -> Iterator[LinkCheck]:
    """Neighbour zones whose peer address leads to another Expressway among the inputs."""
    for verifier, presenter in permutations(profiles, 2):
        names = {presenter.fqdn, presenter.host, *presenter.addresses}
        for zone in verifier.zones:
            for address in zone.peers if zone.type == "neighbor" else ():
                if address[0] in names:
                    yield from neighbor_checks(
                        verifier, zone, presenter, address, at, held, knowledge
                    )


def _pairs(pairing: Pairing) -> Iterator[Pair]:
    for one in pairing.pairs:
        yield Pair(
            core=one.core.host,
            edge=one.edge.host,
            zone=one.zone.name,
            uc=one.zone.uc,
            basis=one.basis,
            evidence=(one.zone.peers[one.address_at][1],),
        )


def _coverage(profiles: Sequence[Profile], pairing: Pairing) -> Iterator[Coverage]:
    paired = {host for one in pairing.pairs for host in (one.core.host, one.edge.host)}
    for profile in profiles:
        observation = profile.observation
        seen: dict[Topic, bool] = {
            "configuration": observation.configuration is not None,
            "status": observation.status is not None,
            "log": observation.events is not None and observation.events.last is not None,
            "server_certificate": observation.server is not None,
            "client_certificate": observation.client is not None or not profile.two_stores,
            "trust_list": observation.trust is not None,
            "version": profile.version is not None,
            "peer_bundle": profile.host in paired and profile.host not in pairing.absent,
        }
        for topic, there in seen.items():
            unreadable = topic in observation.unreadable and not there
            state = "seen" if there else "unreadable" if unreadable else "absent"
            yield Coverage(host=profile.host, topic=topic, state=state)  # type: ignore[arg-type]


def _absent_peers(
    profiles: Sequence[Profile], clusters: Mapping[str, Sequence[Profile]]
) -> Iterator[tuple[Sequence[Profile], tuple[str, ...]]]:
    """For each cluster the peers given, and the addresses of those of which no input is."""
    for profile in profiles:
        given = clusters.get(profile.cluster or "", (profile,))
        if profile is not given[0] or len(given) >= len(profile.cluster_peers):
            continue
        known = {name for one in given for name in (one.fqdn, one.host, *one.addresses)}
        absent = tuple(address for address, _ in profile.cluster_peers if address not in known)
        if absent:
            yield given, absent


def _absence(
    absent: Iterable[tuple[Sequence[Profile], tuple[str, ...]]],
) -> Iterator[Problem]:
    """Cluster peers of which no input is: what each trusts and presents is its own."""
    for given, addresses in absent:
        hosts = " and ".join(one.host for one in given)
        text = (
            f"no bundle is of {', '.join(addresses)}, in one cluster with {hosts}; certificates"
            " and trusted CA lists are not replicated, so nothing is known of theirs"
        )
        yield Problem(", ".join(given[0].observation.inputs), text)


def _older_bundles(profiles: Sequence[Profile]) -> Iterator[Problem]:
    """Nodes whose bundle is so much older than another's that things may have changed since."""
    dated = [(p.observation.written, p) for p in profiles if p.observation.written is not None]
    newest = max((written for written, _ in dated), default=0)
    for written, profile in dated:
        days = (newest - written) // certificate_facts.DAY
        if days > _APART_DAYS:
            text = (
                f"the bundle of {profile.host} is {days} days older than the newest, unless its"
                " clock is wrong: what was renewed there since is not seen, and what it shows is"
                " judged at the time of the newest"
            )
            yield Problem(", ".join(profile.observation.inputs), text)


def _node_problems(profiles: Iterable[Profile]) -> Iterator[Problem]:
    """Nodes whose bundle lacks a part, or whose role cannot be told."""
    for profile in profiles:
        observation = profile.observation
        source = ", ".join(observation.inputs)
        parts = (
            (observation.configuration, "zones, names and settings"),
            (observation.trust, "which CAs it trusts"),
            (observation.server, "what it presents"),
        )
        missing = [words for part, words in parts if part is None]
        if missing:
            only_log = observation.events is not None and len(missing) == len(parts)
            why = " (a restart leaves only the log in a bundle)" if only_log else ""
            text = f"the bundle of {profile.host} does not show {', '.join(missing)}{why}"
            yield Problem(source, text)
        if profile.role == "unknown":
            signs = "; ".join(text for _, text in profile.role_signs)
            text = f"{profile.host} cannot be told to be an Expressway-C or an Expressway-E"
            yield Problem(source, f"{text}: {signs}" if signs else text)
        if profile.two_stores and observation.client is None and observation.server is not None:
            text = (
                f"{profile.host} keeps a client certificate of its own, but its bundle holds none;"
                " its server certificate is taken for both"
            )
            yield Problem(source, text)

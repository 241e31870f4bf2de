"""From needs to pools: what the planner places together."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from capacity.demand.needs import Need, Pool, PoolKind, Resource
from capacity.inputs.services import GpuHours, Programme, Wholesale
from capacity.inputs.settings import Payer

RESOURCES_OF_KIND: dict[PoolKind, tuple[Resource, ...]] = {
    "cpu": ("vcpu", "billable_vcpu", "memory_gib", "storage_tb", "billable_storage_tb"),
    "gpu": ("storage_tb", "billable_storage_tb", "gpu_equivalent", "gpu_hours"),
    "wholesale": ("wholesale_mw",),
}


@dataclass(frozen=True, slots=True)
class PoolKey:
    """What the needs of a pool have in common, and the pool's id."""

    id: str
    kind: PoolKind
    payer: Payer
    load_class: str
    security_level: int
    in_room: bool = False
    sites: tuple[str, ...] = ()


def has_own_pool(programme: Programme) -> bool:
    """Whether a programme is a pool of its own: AI work and wholesale halls are."""
    return isinstance(programme.sizing, GpuHours | Wholesale)


def pool_key(programme: Programme, load_class: str, security_level: int, *, in_room: bool = False) -> PoolKey:
    """AI work and wholesale are pools under the programme's id, the rest under ``<payer>-<load class>-l<level>``.

    Work that is tied to sites ends in ``-at-<site>+<site>``. Systems that are still in their room are pools of their
    own, whose ids end in ``-room``: they stay where they are, whatever sites their programme names.
    """
    kind: PoolKind = "cpu"
    if has_own_pool(programme):
        kind = "gpu" if isinstance(programme.sizing, GpuHours) else "wholesale"
    name = f"{programme.payer}-{load_class}-l{security_level}" if kind == "cpu" else programme.id
    if in_room:
        return PoolKey(f"{name}-room", kind, programme.payer, load_class, security_level, in_room)
    sites = tuple(sorted(programme.sites))
    if kind == "cpu" and sites:
        name = f"{name}-at-{'+'.join(sites)}"
    return PoolKey(name, kind, programme.payer, load_class, security_level, in_room, sites)


def pools_of(needs: Iterable[tuple[PoolKey, Need]], years: tuple[int, ...]) -> tuple[Pool, ...]:
    """The pools in the order of their ids; a sum does not depend on the order of the needs."""
    gathered: dict[PoolKey, list[Need]] = defaultdict(list)
    for key, need in needs:
        gathered[key].append(need)
    return tuple(_pool(key, gathered[key], years) for key in sorted(gathered, key=lambda key: key.id))


def _pool(key: PoolKey, needs: list[Need], years: tuple[int, ...]) -> Pool:
    parts: dict[tuple[Resource, int], list[float]] = defaultdict(list)
    for need in needs:
        parts[need.resource, need.year].append(need.amount)
    return Pool(
        id=key.id,
        kind=key.kind,
        payer=key.payer,
        load_class=key.load_class,
        security_level=key.security_level,
        programmes=tuple(sorted({need.programme for need in needs})),
        amounts={
            resource: tuple(math.fsum(parts[resource, year]) for year in years)
            for resource in RESOURCES_OF_KIND[key.kind]
        },
        in_room=key.in_room,
        sites=key.sites,
    )

"""What demand is: needs by programme and system, and the pools of needs that the planner places."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

from capacity.inputs.settings import Payer

Resource = Literal[
    "vcpu",
    "billable_vcpu",
    "memory_gib",
    "storage_tb",
    "billable_storage_tb",
    "gpu_equivalent",
    "gpu_hours",
    "wholesale_mw",
]
RESOURCES: tuple[Resource, ...] = get_args(Resource)
PoolKind = Literal["cpu", "gpu", "wholesale"]
ServerKind = Literal["cpu", "gpu", "storage"]
OWNED_RESOURCES: tuple[Resource, ...] = ("vcpu", "memory_gib", "storage_tb", "gpu_equivalent", "wholesale_mw")
RENTED_RESOURCES: tuple[Resource, ...] = ("billable_vcpu", "memory_gib", "billable_storage_tb", "gpu_hours")


@dataclass(frozen=True, slots=True)
class Need:
    """Installed capacity that one programme or system needs in one year, and how the figure came about.

    ``formula`` is the rule with its numbers written out; ``source`` is that of its coefficients. vcpu are what servers
    must give, after overcommit; billable_vcpu what a cloud bills: every vCPU of the machines. storage_tb is raw
    (what disks must hold when owned), billable_storage_tb is what a cloud bills (usable with backup copies and logs,
    without the replication, snapshots and fill limit that its price covers). gpu_equivalent is installed
    H100-equivalents when owned, gpu_hours the H100-equivalent hours of a year that a cloud bills. ``pool`` is the id of
    the pool that holds the need; ``cited`` are (field, source) of the coefficients one by one. Years before the
    programme's ``first_year``, and years in which a system does not load the province's capacity, have no need.
    """

    programme: str
    system: str | None
    year: int
    resource: Resource
    amount: float
    formula: str
    source: str
    pool: str | None = None
    cited: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Pool:
    """Needs that can be placed together: same payer, load class, security level and kind (cpu, gpu or wholesale).

    ``amounts``: resource -> one amount per year of the horizon, >= 0. ``programmes`` are the
    ids of the programmes inside. ``sites`` are those at which it may stand, without any all of its payer.
    Those ``in_room`` hold systems that have not moved yet: they stand in existing halls, and are not rented. A GPU pool
    counts H100-equivalents of installed GPUs, and raw storage with them.
    """

    id: str
    kind: PoolKind
    payer: Payer
    load_class: str
    security_level: int
    programmes: tuple[str, ...]
    amounts: dict[Resource, tuple[float, ...]]
    in_room: bool = False
    sites: tuple[str, ...] = ()

    def may_stand_at(self, site: str) -> bool:
        """Whether its programmes allow a site of its payer."""
        return not self.sites or site in self.sites


@dataclass(frozen=True)
class Demand:
    """All needs, and the pools made of them. Needs of a year sum up to the amounts of the pools of that year."""

    years: tuple[int, ...]
    needs: tuple[Need, ...]
    pools: tuple[Pool, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        # what was computed of it stays behind: it is large, and computed again in no time
        return Demand, (self.years, self.needs, self.pools)

    def programme_share(self, programme: str, pool: str, year: int, server: ServerKind | None) -> float:
        """Share of a pool's capacity in a year that a programme needs, in [0, 1]; 0 in years in which it needs nothing.

        Of storage servers it is the share of raw storage, of CPU servers that of vCPU, else of memory; pools of GPUs
        and of tenants (``server`` None) go by GPUs and by MW.
        """
        return self._share(programme, pool, year, _MEASURES[server])

    def rented_share(self, programme: str, pool: str, year: int) -> float:
        """Share of what a cloud bills for a pool in a year that a programme needs: by GPU hours, vCPU or memory."""
        return self._share(programme, pool, year, ("gpu_hours", "billable_vcpu", "memory_gib", "billable_storage_tb"))

    def _share(self, programme: str, pool: str, year: int, measures: tuple[Resource, ...]) -> float:
        for resource in measures:
            amounts = self._amounts.get((pool, year, resource), {})
            whole = math.fsum(amounts.values())
            if whole > 0:
                return amounts.get(programme, 0.0) / whole
        return 0.0

    def is_needed(self, programme: str, pool: str, year: int) -> bool:
        """Whether a programme needs anything of a pool in a year."""
        return any(self._amounts.get((pool, year, resource), {}).get(programme, 0.0) > 0 for resource in RESOURCES)

    @cached_property
    def moved(self) -> frozenset[str]:
        """Pools that hold systems of the register after their move: they have left existing halls."""
        in_rooms = {pool.id for pool in self.pools if pool.in_room}
        return frozenset(need.pool for need in self.needs if need.system and need.pool and need.pool not in in_rooms)

    @cached_property
    def _amounts(self) -> dict[tuple[str | None, int, Resource], dict[str, float]]:
        """(pool, year, resource) -> programme -> amount."""
        found: dict[tuple[str | None, int, Resource], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for need in self.needs:
            found[need.pool, need.year, need.resource][need.programme] += need.amount
        return found


_MEASURES: dict[ServerKind | None, tuple[Resource, ...]] = {
    "storage": ("storage_tb",),
    "cpu": ("vcpu", "memory_gib"),
    "gpu": ("gpu_equivalent",),
    None: ("wholesale_mw",),
}

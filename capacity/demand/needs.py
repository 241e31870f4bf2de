"""What demand is: needs by programme and system, and the pools of needs that the planner places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from capacity.inputs.settings import Payer

Resource = Literal[
    "vcpu", "memory_gib", "storage_tb", "billable_storage_tb", "gpu_equivalent", "gpu_hours", "wholesale_mw"
]
RESOURCES: tuple[Resource, ...] = (
    "vcpu",
    "memory_gib",
    "storage_tb",
    "billable_storage_tb",
    "gpu_equivalent",
    "gpu_hours",
    "wholesale_mw",
)
PoolKind = Literal["cpu", "gpu", "wholesale"]
OWNED_RESOURCES: tuple[Resource, ...] = ("vcpu", "memory_gib", "storage_tb", "gpu_equivalent", "wholesale_mw")
RENTED_RESOURCES: tuple[Resource, ...] = ("vcpu", "memory_gib", "billable_storage_tb", "gpu_hours")


@dataclass(frozen=True, slots=True)
class Need:
    """Installed capacity that one programme or system needs in one year, and how the figure came about.

    ``formula`` is the rule with its numbers written out; ``source`` is that of its coefficients. storage_tb is raw
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

    ``amounts``: resource -> one amount per year of the horizon, >= 0. vCPU are after overcommit. ``programmes`` are the
    ids of the programmes inside. A GPU pool counts H100-equivalents of installed GPUs, and raw storage with them.
    """

    id: str
    kind: PoolKind
    payer: Payer
    load_class: str
    security_level: int
    programmes: tuple[str, ...]
    amounts: dict[Resource, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Demand:
    """All needs, and the pools made of them. Needs of a year sum up to the amounts of the pools of that year."""

    years: tuple[int, ...]
    needs: tuple[Need, ...]
    pools: tuple[Pool, ...]

"""The plan as data: what to build, rent and run. Made by the solver, read by checker, reports and later rooms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from capacity.inputs.settings import Payer

BuildKind = Literal[
    "module",
    "ups",
    "genset",
    "chiller",
    "server",
    "grid_step",
    "generation",
    "battery_mw",
    "battery_mwh",
    "dppa_mw",
    "fuel_tank",
    "ups_battery",
]


@dataclass(frozen=True, slots=True)
class Build:
    """One order. In service from 1 January of ``year``; ordered at the latest on ``order_by`` (year start - lead time).

    ``item`` is the id of the hall type, plant unit, SKU, grid step or technology. ``amount`` is a count for whole
    things (module, ups, genset, chiller, server, fuel_tank, grid_step = 1) and MW or MWh otherwise. ``hall`` says for
    which facility (site and hall type) it is and is None for site-wide things (grid_step, generation, battery, dppa,
    fuel_tank, ups_battery). The site's payer pays.
    """

    kind: BuildKind
    site: str
    item: str
    year: int
    amount: float
    order_by: dt.date
    hall: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """``servers`` of ``sku`` (may be fractional) in a facility that serve ``pool`` in ``year``.

    For a wholesale pool sku is None and ``wholesale_mw`` is the IT load let there.
    """

    pool: str
    site: str
    hall: str
    year: int
    sku: str | None
    servers: float
    wholesale_mw: float = 0.0


@dataclass(frozen=True, slots=True)
class Rent:
    """Fraction of a pool's amounts rented in ``location`` in ``year``.

    location: a zone id, or ``tender`` for an eligible domestic zone without a published price (planning price).
    gpu_price: id of the price entry used for gpu_hour (which fixes the GPU model), None when no GPU is rented.
    """

    pool: str
    location: str
    year: int
    fraction: float
    gpu_price: str | None = None


@dataclass(frozen=True, slots=True)
class LinkLease:
    """``mbps`` leased by a payer on a link in ``year``, above what it has; ordered by ``order_by`` at the latest."""

    link: str
    payer: Payer
    year: int
    mbps: float
    order_by: dt.date


@dataclass(frozen=True, slots=True)
class Flow:
    """Traffic of ``fraction`` of a pool with a group of ``users`` in ``year``, to the ``node`` where that part runs.

    ``links`` lead from the users to the node; ``second`` is the second route that can carry all of it, empty when there
    is none. pool None: fibre and 5G, from an exchange.
    """

    pool: str | None
    users: str
    node: str
    year: int
    fraction: float
    links: tuple[str, ...]
    second: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standby:
    """``servers`` of ``sku`` (may be fractional) that stand idle for ``pool`` in case another site is lost."""

    pool: str
    site: str
    hall: str
    year: int
    sku: str
    servers: float


@dataclass(frozen=True, slots=True)
class Extra:
    """``servers`` of ``sku`` (may be fractional) beyond the need: on them waiting work of ``load_class`` may run."""

    load_class: str
    site: str
    hall: str
    year: int
    sku: str
    servers: float


@dataclass(frozen=True, slots=True)
class StandbyRent:
    """Fraction of what ``pool`` needs to stand ready that is rented in ``location``; fields as of ``Rent``."""

    pool: str
    location: str
    year: int
    fraction: float
    gpu_price: str | None = None


@dataclass(frozen=True)
class Dispatch:
    """One site and year, hour by hour, in whole watts (int64 arrays of 8760 or 8784): >= 0 all.

    grid: bought at the meter; charge and discharge at the battery's terminals; dppa: part of the grid import that is
    matched in the same hour by the on-grid DPPA; deferred: (load class, hall) -> IT watts of deferrable work done in
    the hour.
    """

    site: str
    year: int
    grid_w: npt.NDArray[np.int64]
    charge_w: npt.NDArray[np.int64]
    discharge_w: npt.NDArray[np.int64]
    dppa_w: npt.NDArray[np.int64]
    deferred_w: dict[tuple[str, str], npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Violation:
    """A policy constraint that does not hold: ``amount`` in ``unit``, in ``year``, at ``site`` (None: the province)."""

    policy: str
    year: int
    site: str | None
    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class MissedTarget:
    """A target that can no longer be met in its year: it is shown, and the first year in which it can be."""

    policy: str
    year: int
    required: float
    earliest_year: int | None
    reason: str


@dataclass(frozen=True)
class Plan:
    """A complete plan: orders, placements, rents and dispatch of every site and year that has any load.

    ``leases`` and ``flows`` are empty without a network in the inputs, standby without the rule, and ``extras`` where
    no load class has them.
    """

    years: tuple[int, ...]
    builds: tuple[Build, ...]
    placements: tuple[Placement, ...]
    rents: tuple[Rent, ...]
    dispatches: tuple[Dispatch, ...]
    missed: tuple[MissedTarget, ...]
    leases: tuple[LinkLease, ...] = ()
    flows: tuple[Flow, ...] = ()
    standbys: tuple[Standby, ...] = ()
    standby_rents: tuple[StandbyRent, ...] = ()
    extras: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a plan must keep: a policy of a year (and site), or a limit that people can relax (year None: all years).

    name: id of the policy, ``budget:<payer>:<category>``, ``demand:<pool>``, or a limit: ``land``, ``water``,
    ``connection``, ``limit:<technology>``, ``dppa``, ``quota:<zone>:<resource>``, ``lead_times``.
    """

    name: str
    year: int | None
    site: str | None
    unit: str


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A requirement relaxed by ``amount`` of its unit. ``least``: with less there is no plan (proved)."""

    requirement: Requirement
    amount: float
    least: float


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What, relaxed together, lets all other requirements hold; ``priced_vnd`` ranks. ``found``: a plan was made."""

    parts: tuple[Relaxed, ...]
    priced_vnd: float
    found: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Requirements that cannot hold together, proved by a violation of at least ``bound_vnd`` as priced.

    ``needed``: those members without which a plan of the others was made; all of them are when the set is minimal.
    ``relaxations``: cheapest first; each alone lets the province have a plan.
    """

    members: tuple[Requirement, ...]
    needed: tuple[Requirement, ...]
    bound_vnd: float
    relaxations: tuple[Relaxation, ...]
    seconds: float

    @property
    def minimal(self) -> bool:
        """Whether dropping any one member lets the others hold, each shown by a plan."""
        return len(self.needed) == len(self.members)


Status = Literal["optimal", "feasible", "infeasible", "no_plan"]


@dataclass(frozen=True)
class SizingResult:
    """The answer of ``capacity.solve``.

    status: ``optimal`` (gap <= requested), ``feasible`` (a plan, larger gap: time limit), ``infeasible`` (proved),
    ``no_plan`` (time limit before any plan, or a search that ended with neither plan nor proof). Money in VND of the
    price year, present value. gap = (objective - bound) / objective. ``hours``: site-hours solved and certified,
    those of every site and year that can have load; the others draw nothing. ``shadow_prices_doubt_vnd``: what the
    prices leave unproved of the plan's cost, None when there are no prices. For infeasible: ``violations`` is the
    least total violation found, ``violation_vnd`` its priced total and ``violation_bound_vnd`` > 0 the proved lower
    bound.
    """

    status: Status
    plan: Plan | None
    objective_vnd: float | None
    bound_vnd: float | None
    gap: float | None
    hours: int
    seconds: float
    peak_memory_mib: float
    seed: int
    method: str
    versions: dict[str, str]
    violations: tuple[Violation, ...] = ()
    violation_vnd: float | None = None
    violation_bound_vnd: float | None = None
    shadow_prices: tuple[ShadowPrice, ...] = ()
    shadow_prices_doubt_vnd: float | None = None


@dataclass(frozen=True, slots=True)
class ShadowPrice:
    """What one unit of a binding constraint costs: dual with the integers as in the plan (present value).

    With the integers as they are, relaxing limits saves at most their prices times what is relaxed and the result's
    ``shadow_prices_doubt_vnd``; tightening them costs at least their prices less that. A limit without a price has 0.
    """

    constraint: str
    year: int | None
    site: str | None
    unit: str
    vnd_per_unit: float


@dataclass(frozen=True)
class ScenarioPlan:
    """What a plan for several scenarios does in one of them: the orders of all, and everything else as this one asks.

    ``cost_vnd``: present value in the scenario. ``violations``: when there is no plan for all, what is missed here.
    """

    name: str
    probability: float
    plan: Plan | None
    cost_vnd: float | None
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True)
class StochasticResult:
    """The answer of ``capacity.solve_scenarios``: orders in common, all requirements held in every scenario.

    ``objective_vnd`` is (1 − λ) · ``expected_vnd`` + λ · ``cvar_vnd``, VND of the price year, present value; the other
    fields as of ``SizingResult``, for all scenarios together: a shadow price is what the objective saves when a limit
    is relaxed in all of them.
    """

    status: Status
    scenarios: tuple[ScenarioPlan, ...]
    objective_vnd: float | None
    bound_vnd: float | None
    gap: float | None
    expected_vnd: float | None
    cvar_vnd: float | None
    hours: int
    seconds: float
    peak_memory_mib: float
    seed: int
    method: str
    versions: dict[str, str]
    violation_vnd: float | None = None
    violation_bound_vnd: float | None = None
    shadow_prices: tuple[ShadowPrice, ...] = ()
    shadow_prices_doubt_vnd: float | None = None

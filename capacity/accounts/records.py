"""The records that the accounts are made of, in MW, MWh, tCO2, m3 and VND of the price year; None: does not apply."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from capacity.inputs.network import LinkKind
from capacity.inputs.settings import CostCategory, Payer
from capacity.plan import BuildKind

Scope = Literal["new", "all"]
PartKey = Literal[
    "hall",
    "pad",
    "server",
    "energy_asset",
    "grid",
    "salvage",
    "rent",
    "network_lease",
    "egress",
    "operation",
    "grid_energy",
    "capacity_charge",
    "dppa_energy",
    "private_wire_energy",
    "carbon",
]
PARTS: tuple[PartKey, ...] = (
    "hall",
    "pad",
    "server",
    "energy_asset",
    "grid",
    "salvage",
    "rent",
    "network_lease",
    "egress",
    "operation",
    "grid_energy",
    "capacity_charge",
    "dppa_energy",
    "private_wire_energy",
    "carbon",
)
Unit = Literal["gpu_hour", "vcpu_hour"]


@dataclass(frozen=True, slots=True)
class GenerationYear:
    """Output of a technology behind the meter of a site in a year: produced = used + curtailed."""

    technology: str
    mw: float
    produced_mwh: float
    used_mwh: float
    curtailed_mwh: float


@dataclass(frozen=True, slots=True)
class SiteYear:
    """One site and year. ``candidate`` sites are the scope ``new``.

    facility_mwh is the load with cooling and losses, without battery losses. charge and discharge are at the
    battery's terminals. ups_battery_mw of critical load are held by UPS batteries, ups_reserve_mw by a part of the
    battery that no hour uses. dppa_generated_mwh is all that the on-grid contract produces, dppa_matched_mwh what met
    the site's import in the same hour. tco2_location is grid factor x import + diesel of genset tests; tco2_market
    takes the matched import off. tco2_location_hourly is tco2_location by the estimated factor of every hour, None
    without an estimate. renewable_share and hourly_carbon_free by the formulas of the policies; pue is facility over IT
    energy of the year.
    """

    site: str
    year: int
    candidate: bool
    facility_mwh: float
    it_mwh: float
    grid_mwh: float
    generation: tuple[GenerationYear, ...]
    battery_mw: float
    battery_mwh: float
    ups_battery_mw: float
    ups_reserve_mw: float
    charge_mwh: float
    discharge_mwh: float
    dppa_mw: float
    dppa_generated_mwh: float
    dppa_matched_mwh: float
    connection_mw: float
    voltage_kv: float
    peak_grid_mw: float
    peak_facility_mw: float
    peak_it_mw: float
    pue: float | None
    renewable_share: float | None
    hourly_carbon_free: float | None
    tco2_location: float
    tco2_market: float
    tco2_location_hourly: float | None
    genset_test_tco2: float
    water_m3: float
    modules: Mapping[str, int]
    critical_it_kw: float

    @property
    def dppa_unmatched_mwh(self) -> float:
        """Generation of the on-grid contract that met no import of its hour."""
        return self.dppa_generated_mwh - self.dppa_matched_mwh

    @property
    def generation_used_mwh(self) -> float:
        """Output of all technologies behind the meter that was used or stored."""
        return sum(row.used_mwh for row in self.generation)


@dataclass(frozen=True, slots=True)
class ProvinceYear:
    """Sums over the sites of a scope (``new``: candidates) in a year, and the shares that policies ask for.

    low and high: with the grid's factor at the ends of its error band, None where none is known.
    """

    year: int
    scope: Scope
    facility_mwh: float
    it_mwh: float
    grid_mwh: float
    generation_used_mwh: float
    generation_curtailed_mwh: float
    dppa_generated_mwh: float
    dppa_matched_mwh: float
    pue: float | None
    renewable_share: float | None
    hourly_carbon_free: float | None
    tco2_location: float
    tco2_location_low: float | None
    tco2_location_high: float | None
    tco2_market: float
    tco2_market_low: float | None
    tco2_market_high: float | None
    tco2_location_hourly: float | None
    water_m3: float


@dataclass(frozen=True, slots=True)
class FacilityYear:
    """What stands in a facility (site and hall type) in a year.

    servers are installed servers by SKU (spares included), placed those that serve pools; racks are whole racks by SKU.
    critical_it_kw is nameplate IT (installed servers with fabric, and MW let); it_capacity_kw is modules x it_kw.
    ups, gensets and chillers are bought units; an existing hall brings its own plant and has none here.
    peak_facility_kw is the largest hour with cooling and losses.
    """

    site: str
    hall: str
    year: int
    modules: int
    ups: int
    gensets: int
    chillers: int
    servers: Mapping[str, int]
    placed: Mapping[str, float]
    racks: Mapping[str, int]
    wholesale_mw: float
    critical_it_kw: float
    it_capacity_kw: float
    peak_facility_kw: float


@dataclass(frozen=True, slots=True)
class Order:
    """One line of the build list: to be ordered by ``order_by`` for service from 1 January of ``year``.

    capex_vnd is for the whole amount, with VAT where it is a cost to the payer.
    """

    kind: BuildKind
    site: str
    hall: str | None
    item: str
    amount: float
    year: int
    order_by: dt.date
    payer: Payer
    category: CostCategory
    capex_vnd: float


@dataclass(frozen=True, slots=True)
class PadLine:
    """What of an order's capital raises the ground under it by some height of fill, with VAT where it is a cost."""

    site: str
    kind: BuildKind
    item: str
    year: int
    order_by: dt.date
    amount: float
    height_m: float
    fill_m3: float
    capex_vnd: float


@dataclass(frozen=True, slots=True)
class OutageYear:
    """How the new halls of a site survive the outage of the rule in a year.

    load_mwh: each load class in its own worst stretch of the outage's hours, and losses. storm_generation_mwh: what
    generation behind the meter is sure to give. held_mwh: what UPS batteries and reserve hold for their autonomy.
    genset_margin_kw: kW of the gensets that start beyond the most that their hall can draw, of the hall with the least.
    """

    site: str
    year: int
    outage_hours: int
    load_mwh: float
    storm_generation_mwh: float
    held_mwh: float
    fuel_needed_m3: float
    fuel_stored_m3: float
    genset_margin_kw: float


@dataclass(frozen=True, slots=True)
class RentYear:
    """What is rented for a pool in a location in a year, in billed units, and its price as paid.

    vcpu and memory_gib are held all year, storage_tb is billable TB held all year, gpu_hours are hours of the rented
    GPU model in the year and gpus their mean number.
    """

    pool: str
    payer: Payer
    location: str
    year: int
    fraction: float
    gpu_price: str | None
    vcpu: float
    memory_gib: float
    storage_tb: float
    gpu_hours: float
    gpus: float
    vnd: float


@dataclass(frozen=True, slots=True)
class LinkYear:
    """What a payer has, leases and sends on a link in a year, Mbit/s in the busy hour; vnd is the lease as paid.

    start and end are the link's nodes; utilisation is load / (existing + leased).
    """

    link: str
    kind: LinkKind
    start: str
    end: str
    payer: Payer
    year: int
    existing_mbps: float
    leased_mbps: float
    load_mbps: float
    utilisation: float | None
    round_trip_ms: float
    vnd: float


@dataclass(frozen=True, slots=True)
class PathYear:
    """The traffic of a fraction of a pool with a group of users in a year, over the links from them to its node.

    pool None: fibre and 5G, from an exchange. second: the links of the second route, which can carry all of it.
    """

    pool: str | None
    payer: Payer
    users: str
    node: str
    year: int
    fraction: float
    mbps: float
    links: tuple[str, ...]
    round_trip_ms: float
    second: tuple[str, ...]
    second_round_trip_ms: float | None
    round_trip_ms_max: float | None


@dataclass(frozen=True, slots=True)
class EgressYear:
    """Traffic out of what a pool rents in a location in a year, GB, and its price as paid."""

    pool: str
    payer: Payer
    location: str
    year: int
    gb: float
    vnd: float


@dataclass(frozen=True, slots=True)
class StandbyYear:
    """What stands ready for a pool at a site or in a zone in a year, in case another site is lost.

    fraction is of what must stand ready for the whole of the pool. Amounts as of ``RentYear`` when rented, with vnd as
    paid; at a site storage is raw, gpus are H100-equivalents, and vnd is None: its servers are orders like others.
    """

    pool: str
    payer: Payer
    location: str
    rented: bool
    year: int
    fraction: float
    vcpu: float
    memory_gib: float
    storage_tb: float
    gpus: float
    vnd: float | None


@dataclass(frozen=True, slots=True)
class SiteLossYear:
    """What the loss of a site would leave of a pool without a place in a year, and what stands ready for it.

    Both are fractions: lost of the pool, ready of what must stand ready for the whole of it.
    """

    site: str
    pool: str
    year: int
    lost_fraction: float
    ready_fraction: float


@dataclass(frozen=True, slots=True)
class DemandCharge:
    """What a month's largest hourly import of a site costs under a two-part tariff; vnd with VAT where it is a cost."""

    site: str
    payer: Payer
    year: int
    month: int
    peak_mw: float
    capacity_vnd_per_kw_month: float
    vnd: float


@dataclass(frozen=True, slots=True)
class CostLine:
    """Cash of a payer, year and category, VND with VAT where it is a cost, and its present value (before salvage)."""

    year: int
    payer: Payer
    category: CostCategory
    cash_vnd: float
    present_value_vnd: float


@dataclass(frozen=True, slots=True)
class CostPart:
    """One step of the cost waterfall: present value in VND (salvage is negative). The parts sum up to the objective."""

    key: PartKey
    present_value_vnd: float


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What an hour of owned capacity costs a payer in a year beside what the clouds charge for the same.

    gpu_hour: one H100-equivalent hour of work. vcpu_hour: one vCPU reserved for an hour, with its memory.
    owned_units: hours served by owned servers; owned_vnd their levelised cost (see ``capacity.accounts.unit_costs``).
    rent_vnd_per_unit: location -> VND for the same payer, only locations that are eligible for all of its pools of
    the kind.
    """

    year: int
    payer: Payer
    unit: Unit
    owned_units: float
    owned_vnd: float
    owned_vnd_per_unit: float | None
    rent_vnd_per_unit: Mapping[str, float]


@dataclass(frozen=True)
class SiteSeries:
    """Every hour of a site and year, MW (soc in MWh at the end of the hour), float arrays of 8760 or 8784.

    grid + generation used + discharge - charge = load; generation is what the technologies produce (used or not), by
    technology; curtailed is the part that is neither used nor stored; dppa_matched <= grid. price is VND/kWh before
    VAT.
    """

    site: str
    year: int
    it_mw: npt.NDArray[np.float64]
    load_mw: npt.NDArray[np.float64]
    grid_mw: npt.NDArray[np.float64]
    generation_mw: Mapping[str, npt.NDArray[np.float64]]
    pv_mw: npt.NDArray[np.float64]
    wind_mw: npt.NDArray[np.float64]
    curtailed_mw: npt.NDArray[np.float64]
    charge_mw: npt.NDArray[np.float64]
    discharge_mw: npt.NDArray[np.float64]
    soc_mwh: npt.NDArray[np.float64]
    dppa_matched_mw: npt.NDArray[np.float64]
    price_vnd_per_kwh: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Accounts:
    """Every figure of a plan, recomputed from plan and inputs.

    site_years, facility_years: only where something stands. province_years: every year and both scopes. costs: every
    cash year x payer x category that is not zero. programme_mw: programme -> nameplate IT MW in the province, one per
    year of ``years``. carbon_free_hours: year -> carbon-free fraction of every hour in [0, 1], scope ``new``
    together, NaN in hours without load; a year without load has no entry. pads: orders with fill under them. outages:
    sites with new halls in the years of the rule. link_years, path_years and egress_years are empty without a network.
    standbys, site_losses: what stands ready, and what each loss asks. demand_charges: months with a capacity price.
    """

    years: tuple[int, ...]
    site_years: tuple[SiteYear, ...]
    province_years: tuple[ProvinceYear, ...]
    facility_years: tuple[FacilityYear, ...]
    orders: tuple[Order, ...]
    rents: tuple[RentYear, ...]
    costs: tuple[CostLine, ...]
    parts: tuple[CostPart, ...]
    objective_vnd: float
    unit_costs: tuple[UnitCost, ...]
    programme_mw: Mapping[str, tuple[float, ...]]
    carbon_free_hours: Mapping[int, npt.NDArray[np.float64]]
    pads: tuple[PadLine, ...] = ()
    outages: tuple[OutageYear, ...] = ()
    link_years: tuple[LinkYear, ...] = ()
    path_years: tuple[PathYear, ...] = ()
    egress_years: tuple[EgressYear, ...] = ()
    standbys: tuple[StandbyYear, ...] = ()
    site_losses: tuple[SiteLossYear, ...] = ()
    demand_charges: tuple[DemandCharge, ...] = ()

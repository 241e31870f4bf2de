"""The frame of the master model: what can be bought where and when, and the columns that say so.

The master holds everything without an hour index. Constraints stand in the files beside this one, one function each.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from capacity.demand.needs import Demand, Pool
from capacity.demand.standby import standby_amounts
from capacity.demand.traffic import traffic_of
from capacity.hourly import SiteHours
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.hardware import HallType, Sku
from capacity.inputs.settings import CostCategory
from capacity.inputs.sites import Site
from capacity.model.linear import Expression, Key, LinearModel
from capacity.model.pad import pad_vnd
from capacity.model.timeline import first_service_year, serves, stands
from capacity.plan import BuildKind

FLAT = "FLAT"
"""Load class of constant power; capitals, so that no class of the folder has the name."""
BILLION = 1e9
MODULES_AT_MOST = 200
"""Of a hall type at a site, when its land does not limit them to fewer."""
AssetKey = tuple[BuildKind, str, str, str]
"""kind, site, hall ('' for site-wide things), item"""


@dataclass(frozen=True)
class Asset:
    """Something that can be bought for a place. ``upper`` bounds what stands at a time; ``existing`` is by year.

    ``delay_years``: how much later than ordered it serves.
    """

    kind: BuildKind
    site: Site
    hall: str
    item: str
    category: CostCategory
    unit_capex_vnd: float
    operation_vnd_per_year: float
    lead_time_months: float
    lifetime_years: float
    whole: bool
    upper: float
    orderable: bool = True
    existing: Mapping[int, float] = field(default_factory=dict)
    delay_years: int = 0

    def serves(self, bought_for: int, year: int) -> bool:
        """Whether what was ordered for service from ``bought_for`` serves ``year``."""
        return serves(bought_for + self.delay_years, year, self.lifetime_years)

    @property
    def key(self) -> AssetKey:
        """kind, site, hall, item."""
        return (self.kind, self.site.id, self.hall, self.item)


@dataclass(frozen=True)
class Facility:
    """A hall type at a site, with the modules that stand there already by year."""

    site: Site
    hall: HallType
    existing_modules: Mapping[int, int]


@dataclass(frozen=True)
class Slack:
    """What an elastic column is: ``price`` in billion VND per unit of it, ``to_unit`` turns it into ``unit``."""

    policy: str
    year: int
    site: str | None
    unit: str
    price: float
    to_unit: float = 1.0


def fits(sku: Sku, hall: HallType) -> bool:
    """Whether a rack of a SKU may stand in a hall: power density, weight and cooling.

    The cooling model of a direct-liquid hall holds for racks whose heat goes into the liquid, so GPUs cooled by air do
    not stand there; CPU and storage servers beside liquid-cooled GPUs are a small share and may.
    """
    liquid_hall = hall.cooling == "direct_liquid"
    return (
        sku.rack_kw <= hall.max_rack_kw * (1 + 1e-9)
        and sku.rack_weight_kg <= hall.max_rack_weight_kg
        and (liquid_hall if sku.liquid_cooled else not (liquid_hall and sku.kind == "gpu"))
    )


class Frame:
    """Inputs, the model under construction and the index of what can be bought."""

    def __init__(self, inputs: CapacityInputs, demand: Demand) -> None:
        self.inputs = inputs
        self.demand = demand
        self.settings = inputs.settings
        self.years = inputs.settings.years
        self.traffic = traffic_of(inputs, demand)
        self.model = LinearModel()
        self.slacks: dict[int, Slack] = {}
        self.allotments: set[int] = set()
        self.standby = standby_amounts(inputs, demand)
        self.assets: dict[AssetKey, Asset] = {}
        self.facilities: list[Facility] = []
        self._hours: dict[tuple[str, int], SiteHours] = {}
        for site in inputs.sites.sites:
            self._facilities_of(site)
            self._supply_of(site)
            self._fuel_of(site)
            self._ups_battery_of(site)
        for asset in self.assets.values():
            self._columns_of(asset)

    def _facilities_of(self, site: Site) -> None:
        existing: dict[str, dict[int, int]] = {}
        for row in site.existing_modules:
            for year in self.years:
                if stands(row.from_date, row.to_date, year):
                    counts = existing.setdefault(row.hall, {})
                    counts[year] = counts.get(year, 0) + row.modules
        servers = self._existing_servers(site)
        for hall_id in dict.fromkeys((*site.allowed_halls, *existing)):
            hall = self.inputs.hall(hall_id)
            orderable = hall.orderable and hall_id in site.allowed_halls and self._halls_can_be_paid(site)
            if orderable and self.first_year(hall.lead_time_months) > self.years[-1]:
                orderable = False
            most = math.floor(site.land_m2 / hall.land_m2) if hall.land_m2 else MODULES_AT_MOST
            standing = existing.get(hall_id, {})
            modules = min(most, MODULES_AT_MOST) if orderable else 0
            if not modules and not standing:
                continue
            facility = Facility(site, hall, standing)
            self.facilities.append(facility)
            self._asset(
                Asset(
                    "module", site, hall_id, hall_id, "hall",
                    hall.capex_vnd * site.hall_capex_factor + pad_vnd(self.settings, site, hall.land_m2),
                    hall.operation_vnd_per_year, hall.lead_time_months, hall.lifetime_years, True, modules,
                    orderable, standing,
                )
            )  # fmt: skip
            if orderable:
                self._plant_of(site, hall, modules)
            self._servers_of(site, hall, modules + max(standing.values(), default=0), servers)
        for hall_id, sku_id in servers:
            if ("server", site.id, hall_id, sku_id) not in self.assets:
                self._server(site, hall_id, self.inputs.sku(sku_id), 0.0, False, servers[hall_id, sku_id])

    def _halls_can_be_paid(self, site: Site) -> bool:
        sources = [source for source in self.settings.funding if source.payer == site.payer]
        if not sources:
            return site.payer != "state"  # which builds nothing unless a source of public investment is entered
        return any("hall" in s.covers and sum(s.budget_vnd.values()) > 0 for s in sources)

    def _plant_of(self, site: Site, hall: HallType, modules: int) -> None:
        doubling = {"N": 1.0, "N+1": 1.0, "2N": 2.0}[hall.tier]
        for unit_id in dict.fromkeys(u for u in (hall.ups, hall.genset, hall.chiller) if u is not None):
            unit = self.inputs.plant(unit_id)
            most = math.ceil(2.0 * doubling * modules * hall.it_kw / unit.unit_kw / site.cooling_capacity_factor) + 2
            fuel = unit.test_hours_per_year * unit.unit_kw * unit.fuel_litre_per_kwh
            operation = unit.operation_vnd_per_year + fuel * self.inputs.energy.diesel_vnd_per_litre
            self._asset(
                Asset(
                    unit.kind, site, hall.id, unit.id, "hall", unit.capex_vnd, operation,
                    unit.lead_time_months, unit.lifetime_years, True, most,
                )
            )  # fmt: skip

    def _existing_servers(self, site: Site) -> dict[tuple[str, str], dict[int, float]]:
        """(hall, SKU) -> servers by year, put once: in the first existing hall in service, or the first of all."""
        found: dict[tuple[str, str], dict[int, float]] = {}
        for year in self.years:
            halls = [row.hall for row in site.existing_modules if stands(row.from_date, row.to_date, year)]
            home = next(iter(halls or [row.hall for row in site.existing_modules]), None)
            for row in site.existing_servers:
                if home is not None and stands(row.from_date, row.to_date, year):
                    counts = found.setdefault((home, row.sku), {})
                    counts[year] = counts.get(year, 0.0) + row.servers
        return found

    def _servers_of(
        self, site: Site, hall: HallType, modules: int, existing: Mapping[tuple[str, str], Mapping[int, float]]
    ) -> None:
        for sku in self.inputs.hardware.skus:
            standing = existing.get((hall.id, sku.id), {})
            wanted = any(sku_serves(sku, pool) for pool in self.demand.pools if belongs(pool, site))
            orderable = sku.orderable and fits(sku, hall) and wanted
            if orderable or standing:
                self._server(site, hall.id, sku, modules * hall.racks * sku.servers_per_rack, orderable, standing)

    def _server(
        self, site: Site, hall_id: str, sku: Sku, upper: float, orderable: bool, existing: Mapping[int, float]
    ) -> None:
        price = sku.price_vnd * (1 + sku.fabric_price_fraction)
        self._asset(
            Asset(
                "server", site, hall_id, sku.id, "server", price, price * sku.maintenance_fraction_per_year,
                sku.lead_time_months, sku.lifetime_years, True, upper, orderable, existing,
            )
        )  # fmt: skip

    def _supply_of(self, site: Site) -> None:
        for step in site.grid.steps:
            self._asset(
                Asset(
                    "grid_step", site, "", step.id, "grid", step.capex_vnd, 0.0, step.lead_time_months,
                    step.lifetime_years, True, 1.0, delay_years=step.delay_years,
                )
            )  # fmt: skip
        limits = {limit.technology: limit.max_mw for limit in site.energy_limits}
        for technology in self.inputs.energy.generation:
            self._asset(
                Asset(
                    "generation", site, "", technology.id, "energy_asset", technology.capex_vnd_per_mw,
                    technology.operation_vnd_per_mw_year, technology.lead_time_months, technology.lifetime_years,
                    False, limits.get(technology.id, 0.0),
                )
            )  # fmt: skip
        battery = self.inputs.energy.battery
        if battery is not None:
            most = limits.get(battery.id, 0.0)
            common = (battery.lead_time_months, battery.lifetime_years, False)
            self._asset(
                Asset(
                    "battery_mw", site, "", battery.id, "energy_asset", battery.capex_vnd_per_mw,
                    battery.operation_vnd_per_mw_year, *common, most,
                )
            )  # fmt: skip
            self._asset(
                Asset(
                    "battery_mwh", site, "", battery.id, "energy_asset", battery.capex_vnd_per_mwh, 0.0, *common,
                    most * battery.maximum_hours,
                )
            )  # fmt: skip
        dppa = self.inputs.energy.dppa
        if dppa is not None and dppa.eligible:
            self._asset(
                Asset(
                    "dppa_mw", site, "", dppa.generation, "energy", 0.0, 0.0, dppa.lead_time_months,
                    float(len(self.years)), False, dppa.max_mw_per_site,
                )
            )  # fmt: skip

    def _fuel_of(self, site: Site) -> None:
        tank, rule = self.inputs.hardware.fuel_tank, self.settings.resilience.outage
        if tank is None or rule is None:
            return
        litres = 0.0
        for (kind, site_id, _, item), asset in self.assets.items():
            if (kind, site_id) == ("genset", site.id):
                unit = self.inputs.plant(item)
                litres += asset.upper * unit.unit_kw * rule.hours * unit.fuel_litre_per_kwh
        most = float(math.ceil(litres / tank.litres))
        if site.fuel_tank_limit_litres is not None:
            most = min(most, float(math.floor(site.fuel_tank_limit_litres / tank.litres + 1e-9)))
        price = tank.capex_vnd + tank.litres * self.inputs.energy.diesel_vnd_per_litre
        self._asset(
            Asset(
                "fuel_tank", site, "", tank.id, "hall", price + pad_vnd(self.settings, site, tank.land_m2),
                tank.operation_vnd_per_year, tank.lead_time_months, tank.lifetime_years, True, most,
            )
        )  # fmt: skip

    def _ups_battery_of(self, site: Site) -> None:
        battery = self.inputs.hardware.ups_battery
        if battery is None:
            return
        most_kw = 0.0
        for (kind, site_id, _, item), asset in self.assets.items():
            if (kind, site_id) == ("module", site.id) and asset.orderable:
                hall = self.inputs.hall(item)
                most_kw += asset.upper * hall.it_kw if self.inputs.plant(hall.ups).autonomy_minutes else 0.0
        self._asset(
            Asset(
                "ups_battery", site, "", battery.id, "hall", battery.capex_vnd_per_mw,
                battery.operation_vnd_per_mw_year, battery.lead_time_months, battery.lifetime_years, False,
                most_kw * 1e-3,
            )
        )  # fmt: skip

    def _asset(self, asset: Asset) -> None:
        if asset.upper > 0 or asset.existing:
            self.assets[asset.key] = asset

    def _columns_of(self, asset: Asset) -> None:
        if not asset.orderable:
            return
        for year in range(self.first_year(asset.lead_time_months), self.years[-1] + 1):
            self.model.column(("build", *asset.key, year), upper=asset.upper, integer=asset.whole)

    def hours(self, site: Site, year: int) -> SiteHours:
        """Hourly facts of a site and year, computed once."""
        return self._hours.setdefault((site.id, year), SiteHours(self.inputs, site, year))

    def first_year(self, lead_time_months: float) -> int:
        """First year of service of something ordered at ``as_of``; not before the horizon."""
        return max(self.years[0], first_service_year(self.settings, lead_time_months))

    def bought(self, asset: Asset) -> Iterable[tuple[int, int]]:
        """(year, column) of every possible purchase."""
        for year in self.years:
            column = self.model.find("build", *asset.key, year)
            if column is not None:
                yield year, column

    def standing(self, key: AssetKey, year: int) -> Expression:
        """How much of an asset serves a year: what exists and what was bought and is not past its life."""
        expression = Expression()
        asset = self.assets.get(key)
        if asset is not None:
            expression.constant = asset.existing.get(year, 0.0)
            for bought_for, column in self.bought(asset):
                if asset.serves(bought_for, year):
                    expression.add(column, 1.0)
        return expression

    def most(self, key: AssetKey, year: int) -> float:
        """Upper bound of what stands in a year."""
        asset = self.assets.get(key)
        if asset is None:
            return 0.0
        can_buy = any(asset.serves(bought_for, year) for bought_for, _ in self.bought(asset))
        return asset.existing.get(year, 0.0) + (asset.upper if can_buy else 0.0)

    def open_facilities(self, year: int) -> list[Facility]:
        """Facilities that can hold a module in a year."""
        return [f for f in self.facilities if self.most(("module", f.site.id, f.hall.id, f.hall.id), year) > 0]

    def open_sites(self, year: int) -> list[Site]:
        """Sites that can hold a module in a year: the others have no load and no hours to solve."""
        wanted = {f.site.id for f in self.open_facilities(year)}
        return [site for site in self.inputs.sites.sites if site.id in wanted]

    def modules(self, facility: Facility, year: int) -> Expression:
        """Modules of a facility in a year."""
        return self.standing(("module", facility.site.id, facility.hall.id, facility.hall.id), year)

    def servers(self, facility: Facility, year: int) -> list[tuple[Sku, Expression]]:
        """Installed servers of a facility in a year by SKU."""
        place = ("server", facility.site.id, facility.hall.id)
        return [
            (self.inputs.sku(key[3]), self.standing(key, year))
            for key in self.assets
            if key[:3] == place and self.most(key, year) > 0
        ]

    def pools(self, year: int) -> list[tuple[Pool, dict[str, float]]]:
        """Pools that need anything in a year, with their amounts."""
        index = self.years.index(year)
        found = []
        for pool in self.demand.pools:
            amounts = {str(resource): values[index] for resource, values in pool.amounts.items() if values[index] > 0}
            if amounts:
                found.append((pool, amounts))
        return found

    def elastic(self, slack: Slack, upper: float, part: str = "") -> int:
        """A column that lets a requirement be missed, at a price that is far above any real cost.

        ``part`` tells the columns of one policy, year and site apart.
        """
        key: Key = ("slack", slack.policy, slack.year, slack.site or "", *([part] if part else []))
        column = self.model.column(key, upper=upper, cost=0.0)
        self.slacks[column] = slack
        return column


def belongs(pool: Pool, site: Site) -> bool:
    """Whether a pool may be placed at a site: of its payer, and of those that it is tied to."""
    return pool.payer == site.payer and pool.may_stand_at(site.id)


def sku_serves(sku: Sku, pool: Pool) -> bool:
    """Whether a SKU gives something that the pool needs: storage SKUs serve any pool with raw storage."""
    if sku.kind == "storage":
        return any(pool.amounts.get("storage_tb", ()))
    return sku.kind == pool.kind


def capacity_of(sku: Sku, resource: str) -> float:
    """What one server gives of an owned resource."""
    if sku.kind == "storage":
        return sku.raw_storage_tb if resource == "storage_tb" else 0.0
    if sku.kind == "gpu":
        return sku.gpus * sku.gpu_equivalent if resource == "gpu_equivalent" else 0.0
    return {"vcpu": sku.vcpu, "memory_gib": sku.memory_gib}.get(resource, 0.0)

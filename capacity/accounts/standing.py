"""What stands where in each year: the orders of a plan within their lifetimes, and what stood there before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from capacity.accounts.catalogue import Terms, nameplate_kw, terms_of
from capacity.accounts.timing import serves, stands
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.hardware import Sku
from capacity.inputs.sites import GridStep, Site
from capacity.plan import Build, BuildKind, Extra, Placement, Plan, Standby


class Standing:
    """Counts, MW and MWh in service by place, item and year. Raises KeyError for an order not in the folder.

    Existing servers of a site stand in the first of its existing halls that is in service in the year (in the first
    of all when none is); plant counts are of bought units, since an existing hall brings its own.
    """

    def __init__(self, inputs: CapacityInputs, plan: Plan) -> None:
        self.inputs = inputs
        self.plan = plan
        self.orders: tuple[tuple[Build, Terms], ...] = tuple((build, terms_of(inputs, build)) for build in plan.builds)
        self._bought: dict[tuple[BuildKind, str, str, str, int], float] = defaultdict(float)
        for build, terms in self.orders:
            for year in self.years_served(build, terms):
                self._bought[build.kind, build.site, build.hall or "", build.item, year] += build.amount
        self._existing_modules: dict[tuple[str, str, int], int] = defaultdict(int)
        self._existing_servers: dict[tuple[str, str, str, int], int] = defaultdict(int)
        for site in inputs.sites.sites:
            for year in plan.years:
                self._add_existing(site, year)
        self._placements: dict[tuple[str, int], list[Placement]] = defaultdict(list)
        for placement in plan.placements:
            self._placements[placement.site, placement.year].append(placement)
        self._standbys: dict[tuple[str, int], list[Standby]] = defaultdict(list)
        for standby in plan.standbys:
            self._standbys[standby.site, standby.year].append(standby)
        self._extras: dict[tuple[str, int], list[Extra]] = defaultdict(list)
        for extra in plan.extras:
            self._extras[extra.site, extra.year].append(extra)

    def _add_existing(self, site: Site, year: int) -> None:
        standing = [row for row in site.existing_modules if stands(row.from_date, row.to_date, year)]
        for modules in standing:
            self._existing_modules[site.id, modules.hall, year] += modules.modules
        for home in (standing or site.existing_modules)[:1]:
            for servers in site.existing_servers:
                if stands(servers.from_date, servers.to_date, year):
                    self._existing_servers[site.id, home.hall, servers.sku, year] += servers.servers

    def years_served(self, build: Build, terms: Terms) -> list[int]:
        """Years of the plan in which an order is in service."""
        first = build.year + terms.delay_years
        return [year for year in self.plan.years if serves(first, year, terms.lifetime_years)]

    def bought(self, kind: BuildKind, site: str, hall: str, item: str, year: int) -> float:
        """Amount of an item that was ordered and serves the year; ``hall`` is '' for site-wide things."""
        return self._bought.get((kind, site, hall, item, year), 0.0)

    def existing_modules(self, site: str, hall: str, year: int) -> int:
        """Modules that stood there before the plan."""
        return self._existing_modules.get((site, hall, year), 0)

    def modules(self, site: str, hall: str, year: int) -> float:
        """Modules of a facility, existing and bought."""
        return self.existing_modules(site, hall, year) + self.bought("module", site, hall, hall, year)

    def existing_servers(self, site: str, hall: str, sku: str, year: int) -> int:
        """Servers that stood there before the plan."""
        return self._existing_servers.get((site, hall, sku, year), 0)

    def servers(self, site: str, hall: str, year: int) -> list[tuple[Sku, float]]:
        """Installed servers of a facility by SKU, in the order of the catalogue, without zeros."""
        found: list[tuple[Sku, float]] = []
        for sku in self.inputs.hardware.skus:
            bought = self.bought("server", site, hall, sku.id, year)
            if installed := bought + self.existing_servers(site, hall, sku.id, year):
                found.append((sku, installed))
        return found

    def plant(self, kind: BuildKind, site: str, hall: str, year: int) -> dict[str, float]:
        """Bought plant units of a kind by id, without zeros."""
        units = {unit.id: self.bought(kind, site, hall, unit.id, year) for unit in self.inputs.hardware.plant}
        return {unit: amount for unit, amount in units.items() if amount}

    def placements(self, site: str, year: int) -> list[Placement]:
        """Placements at a site in a year."""
        return self._placements.get((site, year), [])

    def placed(self, site: str, hall: str, year: int) -> dict[str, float]:
        """Servers of each SKU that serve pools in a facility."""
        found: dict[str, float] = defaultdict(float)
        for row in self.placements(site, year):
            if row.hall == hall and row.sku is not None:
                found[row.sku] += row.servers
        return dict(found)

    def standbys(self, site: str, year: int) -> list[Standby]:
        """Servers at a site that stand idle in case another is lost."""
        return self._standbys.get((site, year), [])

    def extras(self, site: str, year: int) -> list[Extra]:
        """Servers at a site beyond the need, for waiting work."""
        return self._extras.get((site, year), [])

    def idle_kw(self, site: str, year: int) -> dict[str, float]:
        """Hall -> kW drawn at all hours by servers that stand by and by those beyond the need, with their fabric."""
        found: dict[str, float] = defaultdict(float)
        idle: list[Standby | Extra] = [*self.standbys(site, year), *self.extras(site, year)]
        for row in idle:
            sku = self.inputs.sku(row.sku)
            found[row.hall] += row.servers * sku.idle_kw * (1 + sku.fabric_power_fraction)
        return dict(found)

    def extra_kw(self, site: str, year: int) -> dict[tuple[str, str], float]:
        """(load class, hall) -> kW of waiting work that servers beyond the need can do at a time."""
        found: dict[tuple[str, str], float] = defaultdict(float)
        for row in self.extras(site, year):
            sku = self.inputs.sku(row.sku)
            swing_kw = (sku.peak_kw - sku.idle_kw) * (1 + sku.fabric_power_fraction)
            found[row.load_class, row.hall] += row.servers * swing_kw
        return dict(found)

    def wholesale_mw(self, site: str, hall: str, year: int) -> float:
        """IT MW let to tenants in a facility."""
        return sum(row.wholesale_mw for row in self.placements(site, year) if row.hall == hall)

    def critical_it_kw(self, site: str, hall: str, year: int) -> float:
        """Nameplate IT power of a facility: installed servers with their fabric, and what is let."""
        servers = sum(count * nameplate_kw(sku) for sku, count in self.servers(site, hall, year))
        return servers + 1000 * self.wholesale_mw(site, hall, year)

    def halls(self, site: str, year: int) -> list[str]:
        """Hall types with a module, server, plant unit or placement at a site in a year, in the catalogue's order."""
        return [hall.id for hall in self.inputs.hardware.halls if self._anything(site, hall.id, year)]

    def _anything(self, site: str, hall: str, year: int) -> bool:
        return bool(
            self.modules(site, hall, year)
            or self.servers(site, hall, year)
            or any(self.plant(kind, site, hall, year) for kind in ("ups", "genset", "chiller"))
            or any(row.hall == hall for row in self.placements(site, year))
        )

    def facilities(self) -> Iterator[tuple[Site, str, int]]:
        """Site, hall type and year of everything that stands."""
        for site in self.inputs.sites.sites:
            for year in self.plan.years:
                for hall in self.halls(site.id, year):
                    yield site, hall, year

    def grid_steps(self, site: Site, year: int) -> list[GridStep]:
        """Grid steps in service."""
        return [step for step in site.grid.steps if self.bought("grid_step", site.id, "", step.id, year) > 0]

    def connection_mw(self, site: Site, year: int) -> float:
        """Grid connection with the steps in service."""
        return site.grid.existing_mw + sum(step.add_mw for step in self.grid_steps(site, year))

    def voltage_kv(self, site: Site, year: int) -> float:
        """Highest voltage among the steps in service, else that of the connection as it is now."""
        return max((step.voltage_kv for step in self.grid_steps(site, year)), default=site.grid.voltage_kv)

    def generation_mw(self, site: str, year: int) -> dict[str, float]:
        """MW of each technology behind the meter, without zeros."""
        found = {t.id: self.bought("generation", site, "", t.id, year) for t in self.inputs.energy.generation}
        return {technology: mw for technology, mw in found.items() if mw}

    def battery(self, site: str, year: int) -> tuple[float, float]:
        """MW and MWh of the battery."""
        battery = self.inputs.energy.battery
        if battery is None:
            return 0.0, 0.0
        mw = self.bought("battery_mw", site, "", battery.id, year)
        return mw, self.bought("battery_mwh", site, "", battery.id, year)

    def ups_battery_mw(self, site: str, year: int) -> float:
        """MW of critical load that the UPS batteries of a site hold."""
        battery = self.inputs.hardware.ups_battery
        return 0.0 if battery is None else self.bought("ups_battery", site, "", battery.id, year)

    def autonomous_it_mw(self, site: str, year: int) -> float:
        """Critical IT of the new halls of a site whose UPS have an autonomy to be held."""
        total_kw = 0.0
        for hall_id in self.halls(site, year):
            hall = self.inputs.hall(hall_id)
            if hall.orderable and self.inputs.plant(hall.ups).autonomy_minutes > 0:
                total_kw += self.critical_it_kw(site, hall_id, year)
        return total_kw / 1000

    def reserve(self, site: Site, year: int) -> tuple[float, float]:
        """MW, and MWh above the minimum charge, that the battery holds back for UPS: what their batteries lack.

        The minutes are the longest of the halls that the site allows; discharging loses a part.
        """
        battery = self.inputs.energy.battery
        megawatt = max(0.0, self.autonomous_it_mw(site.id, year) - self.ups_battery_mw(site.id, year))
        if battery is None or megawatt == 0.0:
            return megawatt, 0.0
        allowed = [hall for hall in self.inputs.hardware.halls if hall.orderable and hall.id in site.allowed_halls]
        minutes = max((self.inputs.plant(hall.ups).autonomy_minutes for hall in allowed), default=0.0)
        return megawatt, megawatt * minutes / 60 / battery.discharge_efficiency

    def fuel_litres(self, site: str, year: int) -> float:
        """Litres that the fuel tanks of a site hold."""
        tank = self.inputs.hardware.fuel_tank
        return 0.0 if tank is None else tank.litres * self.bought("fuel_tank", site, "", tank.id, year)

    def dppa_mw(self, site: str, year: int) -> float:
        """MW of the on-grid DPPA contract."""
        dppa = self.inputs.energy.dppa
        return 0.0 if dppa is None else self.bought("dppa_mw", site, "", dppa.generation, year)

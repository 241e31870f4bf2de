"""The other side: a reference province as a PyPSA network, from the hourly facts, without ``capacity.model`` or solver.

Every site and year is a bus with its own PV, wind, battery and queue, and all of them share the hours of one year; what
stands in a year is what stood the year before and what is built (rows of linopy on ``p_nom``). So no hour has a column
for every year of building, as PyPSA's own investment periods would have: a smaller program, in the other side's favour.
A leap year in the horizon lengthens all years to 8,784 hours; the last day of the others is dead (no load, sun, wind,
grid, and nothing moves). Money is in million VND of present value, power in MW. Everything is already paid for in VAT
by enterprises, so there is none. Work that waits is work owed: a store that is never positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import linopy
import numpy as np
import pandas as pd
import pypsa

from capacity.hourly import Hours, SiteHours
from capacity.inputs import CapacityInputs
from capacity.inputs.sites import Site
from tests.benchmarks.network import MILLION, waiting_limit

BUILT = (("Generator-p_nom", "pv"), ("Generator-p_nom", "wind"), ("Link-p_nom", "charge"), ("Store-e_nom", "energy"))
"""Variables whose difference from year to year is built, by the name before the site and year."""


@dataclass(frozen=True)
class Found:
    """Million VND, what HiGHS says of its own time, and the largest violation of a row or bound, MW or million VND.

    ``violation`` is recomputed from the rows that linopy wrote. ``status`` is ``ok`` or what HiGHS ended with.
    """

    status: str
    objective: float | None
    seconds: float
    violation: float | None
    rows: int
    columns: int


class ReferenceNetwork:
    """The network of a reference province whose servers stand already, and its rows beyond PyPSA's components."""

    def __init__(self, inputs: CapacityInputs) -> None:
        self.inputs = inputs
        self.years = inputs.settings.years
        self.at = {(site.id, year): SiteHours(inputs, site, year) for site in inputs.sites.sites for year in self.years}
        self.span = max(hours.hours for hours in self.at.values())
        self.load_mwh = dict.fromkeys(self.years, 0.0)

    def present_value(self, year: int) -> float:
        """Of one VND of ``year``."""
        settings = self.inputs.settings
        return float((1 + settings.discount_rate) ** (settings.price_year - year))

    def build_cost(self, capex_vnd: float, lifetime_years: float, year: int) -> float:
        """Million VND of a unit that serves from ``year`` on, less straight-line salvage; it is paid in that year."""
        end = self.years[-1] + 1
        salvage = max(0.0, 1 - (end - year) / lifetime_years) * self.present_value(end)
        return capex_vnd * (self.present_value(year) - salvage) / MILLION

    def standing_cost(self, capex_vnd: float, lifetime_years: float, operation_vnd: float, year: int) -> float:
        """Million VND of a unit that stands in ``year``: built then instead of a year later, and operated."""
        later = self.build_cost(capex_vnd, lifetime_years, year + 1) if year < self.years[-1] else 0.0
        operated = operation_vnd * self.present_value(year) / MILLION
        return self.build_cost(capex_vnd, lifetime_years, year) - later + operated

    def it_mw(self, site: Site, year: int) -> dict[str, float]:
        """MW of the servers of a site by load class, at full utilisation."""
        programmes = {p.sizing.rule: p.load_class for p in self.inputs.services.programmes}
        classes = {"gpu": programmes["gpu_hours"], "cpu": programmes["fixed_platform"]}
        found = dict.fromkeys(classes.values(), 0.0)
        for row in site.existing_servers:
            if row.from_date.year <= year:
                sku = self.inputs.sku(row.sku)
                found[classes[sku.kind]] += row.servers * sku.peak_kw / 1000
        return found

    def dead(self, values: Hours, last: float = 0.0) -> Hours:
        """A series with the hours that a year has not."""
        return np.concatenate([values, np.full(self.span - values.size, last)])

    @cached_property
    def network(self) -> pypsa.Network:
        """Buses, loads, supply and storage of every site and year."""
        pypsa.options.api.legacy_string_dtype = False
        pypsa.options.params.optimize.include_objective_constant = False
        network = pypsa.Network()
        network.set_snapshots(list(pd.date_range("2024-01-01", periods=self.span, freq="h")))
        for site in self.inputs.sites.sites:
            for year in self.years:
                self._add_load(network, site, year)
                self._add_supply(network, site, year)
                self._add_battery(network, site, year)
        return network

    def _add_load(self, network: pypsa.Network, site: Site, year: int) -> None:
        hours, here = self.at[site.id, year], f"{site.id}:{year}"
        network.add("Bus", here)
        slope = hours.slope(site.existing_modules[0].hall)
        load = np.zeros(hours.hours)
        for class_id, mw in self.it_mw(site, year).items():
            load_class = self.inputs.load_class(class_id)
            use = hours.utilisation(class_id)
            now, later = use * (1 - load_class.deferrable_fraction), use * load_class.deferrable_fraction
            load += slope * now * mw
            if load_class.deferrable_fraction == 0:
                continue
            work = f"work:{here}"
            owed = waiting_limit(later, load_class.deferrable_hours)
            network.add("Bus", work)
            network.add("Load", work, bus=work, p_set=self.dead(later * mw))
            network.add(
                "Link", work, bus0=here, bus1=work, efficiency=self.dead(1 / slope, 1.0), p_nom=mw,
                p_max_pu=self.dead(slope * (1 - now)),
            )  # fmt: skip
            network.add(
                "Store", work, bus=work, e_nom=mw, e_min_pu=-self.dead(owed, float(owed[-1])), e_max_pu=0.0,
                e_cyclic=True,
            )  # fmt: skip
        network.add("Load", here, bus=here, p_set=self.dead(load))
        self.load_mwh[year] += float(load.sum())

    def _add_supply(self, network: pypsa.Network, site: Site, year: int) -> None:
        hours, here = self.at[site.id, year], f"{site.id}:{year}"
        carbon = self.inputs.settings.carbon_price_vnd_per_tco2.get(year, 0.0) * hours.emission_factor / 1000
        price = (hours.price(site.grid.voltage_kv) + carbon) * 1000 * self.present_value(year) / MILLION
        network.add(
            "Generator", f"grid:{here}", bus=here, p_nom=site.grid.existing_mw, marginal_cost=self.dead(price),
            p_max_pu=self.dead(np.ones(hours.hours)),
        )  # fmt: skip
        limits = {limit.technology: limit.max_mw for limit in site.energy_limits}
        for technology in self.inputs.energy.generation:
            cost = self.standing_cost(
                technology.capex_vnd_per_mw, technology.lifetime_years, technology.operation_vnd_per_mw_year, year
            )
            network.add(
                "Generator", f"{technology.id}:{here}", bus=here, p_nom_extendable=True, capital_cost=cost,
                p_nom_max=limits[technology.id], p_max_pu=self.dead(hours.capacity_factor(technology)),
            )  # fmt: skip

    def _add_battery(self, network: pypsa.Network, site: Site, year: int) -> None:
        battery, here = self.inputs.energy.battery, f"{site.id}:{year}"
        assert battery is not None
        most = next(limit.max_mw for limit in site.energy_limits if limit.technology == battery.id)
        life, operation = battery.lifetime_years, battery.operation_vnd_per_mw_year
        moves = self.dead(np.ones(self.at[site.id, year].hours))
        network.add("Bus", f"battery:{here}")
        network.add(
            "Store", f"energy:{here}", bus=f"battery:{here}", e_nom_extendable=True, e_cyclic=True,
            e_nom_max=most * battery.maximum_hours, e_min_pu=battery.minimum_charge_fraction,
            capital_cost=self.standing_cost(battery.capex_vnd_per_mwh, life, 0.0, year),
        )  # fmt: skip
        network.add(
            "Link", f"charge:{here}", bus0=here, bus1=f"battery:{here}", efficiency=battery.charge_efficiency,
            p_nom_extendable=True, p_nom_max=most, p_max_pu=moves,
            capital_cost=self.standing_cost(battery.capex_vnd_per_mw, life, operation, year),
        )  # fmt: skip
        network.add(
            "Link", f"discharge:{here}", bus0=f"battery:{here}", bus1=here, efficiency=battery.discharge_efficiency,
            p_nom_extendable=True, p_max_pu=moves,
        )  # fmt: skip

    def add_rows(self, network: pypsa.Network, _: pd.Index[Any]) -> None:
        """Inverters, hours of batteries, builds, budgets, clean shares and carbon caps."""
        model, battery = network.model, self.inputs.energy.battery
        assert battery is not None

        def stands(variable: str, name: str, site_id: str, year: int) -> Any:
            return model.variables[variable].sel(name=f"{name}:{site_id}:{year}", drop=True)

        for site_id, year in self.at:
            charge = stands("Link-p_nom", "charge", site_id, year)
            # the power of a link is that of its entry: MW of discharge are measured behind the losses
            discharge = battery.discharge_efficiency * stands("Link-p_nom", "discharge", site_id, year)
            model.add_constraints(charge - discharge == 0, name=f"inverter-{site_id}-{year}")
            stored = stands("Store-e_nom", "energy", site_id, year)
            model.add_constraints(stored - battery.maximum_hours * charge <= 0, name=f"battery_hours-{site_id}-{year}")
            for variable, name in BUILT if year > self.years[0] else ():
                built = stands(variable, name, site_id, year) - stands(variable, name, site_id, year - 1)
                model.add_constraints(built >= 0, name=f"built-{name}-{site_id}-{year}")
        for year in self.years:
            self._add_year(network, model, year, stands)

    def _add_year(self, network: pypsa.Network, model: linopy.Model, year: int, stands: Any) -> None:
        sites = [site.id for site in self.inputs.sites.sites]
        power = model.variables["Generator-p"].sel(name=[f"grid:{site}:{year}" for site in sites])
        policies = {policy.kind: policy.by_year for policy in self.inputs.settings.policies}
        from_grid = 1 - policies["renewable_share_min"][year]
        waiting = [name for name in network.links.index if name.startswith("work:") and name.endswith(f":{year}")]
        imported = power.sum()
        share = imported - from_grid * model.variables["Link-p"].sel(name=waiting).sum()
        model.add_constraints(share <= from_grid * self.load_mwh[year], name=f"clean_share-{year}")
        if year in policies.get("carbon_cap_tco2", {}):
            factor = self.at[sites[0], year].emission_factor
            model.add_constraints(factor * imported <= policies["carbon_cap_tco2"][year], name=f"carbon-{year}")
        for source in self.inputs.settings.funding:
            if "energy_asset" in source.covers:
                spent = self._spent(sites, year, stands)
                model.add_constraints(spent <= source.budget_vnd[year] / MILLION, name=f"budget-{year}")

    def _spent(self, sites: list[str], year: int, stands: Any) -> Any:
        """Million VND of the year for energy assets."""
        energy = self.inputs.energy
        assert energy.battery is not None
        prices = {technology.id: technology.capex_vnd_per_mw for technology in energy.generation}
        prices |= {"charge": energy.battery.capex_vnd_per_mw, "energy": energy.battery.capex_vnd_per_mwh}
        spent: Any = 0
        for site_id in sites:
            for variable, name in BUILT:
                price = prices[name] / MILLION
                spent = spent + price * stands(variable, name, site_id, year)
                if year > self.years[0]:
                    spent = spent - price * stands(variable, name, site_id, year - 1)
        return spent

    def optimise(self, options: dict[str, Any]) -> Found:
        """What HiGHS finds, whatever its end."""
        network = self.network
        status, condition = network.optimize(
            solver_name="highs", solver_options=options, extra_functionality=self.add_rows, log_to_console=False
        )
        model = network.model
        engine = model.solver_model
        # a solution at the time limit is "ok" too, and no optimum
        solved = (status, condition) == ("ok", "optimal") and network.objective is not None
        return Found(
            "ok" if solved else str(condition),
            float(network.objective) if solved and network.objective is not None else None,
            float(engine.getRunTime()) if engine is not None else 0.0,
            violation(model) if solved else None,
            int(model.ncons),
            int(model.nvars),
        )


def violation(model: linopy.Model) -> float:
    """Largest violation of a row or bound of the solution that the model holds."""
    arrays = model.matrices
    assert arrays.A is not None
    solution = np.asarray(arrays.sol, dtype=np.float64)
    left, right = arrays.A @ solution, np.asarray(arrays.b, dtype=np.float64)
    over = np.where(arrays.sense == ">", right - left, left - right)
    rows = np.where(arrays.sense == "=", np.abs(left - right), over)
    bounds = np.maximum(arrays.lb - solution, solution - arrays.ub)
    return max(float(rows.max()), float(bounds.max()))

"""The other side: the same problem as a PyPSA network, from the facts alone, without ``capacity.model`` and its solver.

Money is in million VND of present value, power in MW. The queue of deferrable work is a store of work done ahead, which
is never positive: work waiting is work owed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pypsa

from capacity.hourly import Hours
from tests.benchmarks.problem import HALL, YEAR, Problem

MILLION = 1e6


@dataclass(frozen=True)
class Optimum:
    """Billion VND, the capacities bought and the size of the linear program that PyPSA wrote."""

    objective: float
    capacities: dict[str, float]
    rows: int
    columns: int


def present_value(problem: Problem, year: int) -> float:
    """Of one VND of ``year``, with VAT where it is a cost."""
    settings = problem.inputs.settings
    vat = settings.vat.rate(year) if problem.hours.site.payer in settings.vat.is_cost_to else 0.0
    return float((1 + vat) / (1 + settings.discount_rate) ** (year - settings.price_year))


def cost_of_serving(
    problem: Problem, *, capex_vnd: float, yearly_vnd: float, lead_time_months: float, lifetime_years: float
) -> float:
    """Million VND for the span's share of the last year alone: paid when ordered, linear salvage a year later."""
    settings = problem.inputs.settings
    ordered = max((YEAR * 12 - int(np.ceil(lead_time_months))) // 12, settings.as_of.year)
    salvage = (1 - 1 / lifetime_years) * present_value(problem, YEAR + 1)
    capital = capex_vnd * (present_value(problem, ordered) - salvage)
    return (capital + yearly_vnd * present_value(problem, YEAR)) * problem.share_of_year / MILLION


def waiting_limit(arrivals: Hours, hours: int) -> Hours:
    """Arrivals of the last ``hours`` hours, the year being a ring."""
    return np.asarray(sum(np.roll(arrivals, lag) for lag in range(hours)), dtype=np.float64)


def facts(problem: Problem) -> None:
    """Computes the hourly facts once, so that they are not part of the time of a solve."""
    hours = problem.hours
    hours.slope(HALL)
    for technology in problem.inputs.energy.generation:
        hours.capacity_factor(technology)


def network_of(problem: Problem) -> pypsa.Network:
    """The network: site, battery and queues."""
    pypsa.options.api.legacy_string_dtype = False
    pypsa.options.params.optimize.include_objective_constant = False
    network = pypsa.Network()
    network.set_snapshots(list(pd.date_range(f"{YEAR}-01-01", periods=problem.span, freq="h")))
    network.add("Bus", "site")
    _add_load(network, problem)
    _add_supply(network, problem)
    _add_battery(network, problem)
    network.sanitize()
    return network


def _add_load(network: pypsa.Network, problem: Problem) -> None:
    hours = problem.hours
    slope = problem.within(hours.slope(HALL))
    load = problem.fixed_mw + problem.steady_mw * slope
    for class_id, mw in problem.it_mw.items():
        load_class = problem.inputs.load_class(class_id)
        use = problem.within(hours.utilisation(class_id))
        now, later = use * (1 - load_class.deferrable_fraction), use * load_class.deferrable_fraction
        load = load + slope * now * mw
        if load_class.deferrable_fraction == 0:
            continue
        work = f"work:{class_id}"
        network.add("Bus", work)
        network.add("Load", work, bus=work, p_set=later * mw)
        network.add("Link", work, bus0="site", bus1=work, efficiency=1 / slope, p_nom=mw, p_max_pu=slope * (1 - now))
        owed = waiting_limit(later, load_class.deferrable_hours)
        network.add("Store", work, bus=work, e_nom=mw, e_min_pu=-owed, e_max_pu=0.0, e_cyclic=True)
    network.add("Load", "site", bus="site", p_set=load)


def _add_supply(network: pypsa.Network, problem: Problem) -> None:
    hours, energy = problem.hours, problem.inputs.energy
    voltage = max([hours.site.grid.voltage_kv, *(step.voltage_kv for step in hours.site.grid.steps)])
    carbon = problem.inputs.settings.carbon_price_vnd_per_tco2.get(YEAR, 0.0) * hours.emission_factor / 1000
    price = (problem.within(hours.price(voltage)) + carbon) * 1000 * present_value(problem, YEAR) / MILLION
    network.add("Generator", "grid", bus="site", p_nom=problem.connection_mw, marginal_cost=price)
    limits = {limit.technology: limit.max_mw for limit in hours.site.energy_limits}
    for technology in energy.generation:
        if technology.id not in limits:
            continue
        output = hours.capacity_factor(technology)
        contract = technology.price_vnd_per_kwh * float(output.sum()) * 1000
        cost = cost_of_serving(
            problem,
            capex_vnd=technology.capex_vnd_per_mw,
            yearly_vnd=technology.operation_vnd_per_mw_year + contract,
            lead_time_months=technology.lead_time_months,
            lifetime_years=technology.lifetime_years,
        )
        network.add(
            "Generator", technology.id, bus="site", p_nom_extendable=True, p_nom_max=limits[technology.id],
            capital_cost=cost, p_max_pu=problem.within(output),
        )  # fmt: skip


def _add_battery(network: pypsa.Network, problem: Problem) -> None:
    battery = problem.inputs.energy.battery
    assert battery is not None
    most = next(limit.max_mw for limit in problem.hours.site.energy_limits if limit.technology == battery.id)
    per_mw = cost_of_serving(
        problem, capex_vnd=battery.capex_vnd_per_mw, yearly_vnd=battery.operation_vnd_per_mw_year,
        lead_time_months=battery.lead_time_months, lifetime_years=battery.lifetime_years,
    )  # fmt: skip
    per_mwh = cost_of_serving(
        problem, capex_vnd=battery.capex_vnd_per_mwh, yearly_vnd=0.0,
        lead_time_months=battery.lead_time_months, lifetime_years=battery.lifetime_years,
    )  # fmt: skip
    network.add("Bus", "battery")
    network.add(
        "Store", "battery", bus="battery", e_nom_extendable=True, e_nom_max=most * battery.maximum_hours,
        capital_cost=per_mwh, e_min_pu=battery.minimum_charge_fraction, e_cyclic=True,
    )  # fmt: skip
    network.add(
        "Link", "charge", bus0="site", bus1="battery", efficiency=battery.charge_efficiency, p_nom_extendable=True,
        p_nom_max=most, capital_cost=per_mw,
    )  # fmt: skip
    network.add(
        "Link", "discharge", bus0="battery", bus1="site", efficiency=battery.discharge_efficiency,
        p_nom_extendable=True,
    )  # fmt: skip


def optimise(problem: Problem, solver_options: dict[str, Any]) -> Optimum:
    """The optimum by HiGHS. Raises RuntimeError for any other end than an optimal one."""
    network = network_of(problem)
    battery = problem.inputs.energy.battery
    assert battery is not None
    from_grid = 1 - max(problem.clean_shares.values())

    def beyond_components(net: pypsa.Network, _: pd.Index[Any]) -> None:
        model = net.model
        powers, stored = model.variables["Link-p_nom"], model.variables["Store-e_nom"].sel(name="battery", drop=True)
        charge, discharge = powers.sel(name="charge", drop=True), powers.sel(name="discharge", drop=True)
        # the power of a link is that of its entry: MW of discharge are measured behind the losses
        model.add_constraints(charge - battery.discharge_efficiency * discharge == 0, name="one_inverter")
        model.add_constraints(stored - battery.maximum_hours * charge <= 0, name="battery_hours")
        imported = model.variables["Generator-p"].sel(name="grid", drop=True).sum()
        queues = [name for name in net.links.index if name.startswith("work:")]
        if queues:
            imported = imported - from_grid * model.variables["Link-p"].sel(name=queues).sum()
        cannot_wait = float(net.loads_t.p_set["site"].sum())
        model.add_constraints(imported <= from_grid * cannot_wait, name="clean_share")

    status, condition = network.optimize(
        solver_name="highs", solver_options=solver_options, extra_functionality=beyond_components, log_to_console=False
    )
    if (status, condition) != ("ok", "optimal") or network.objective is None:
        raise RuntimeError(f"HiGHS: {status}, {condition}")
    return Optimum(
        objective=network.objective * MILLION / 1e9,
        capacities={
            **{
                f"generation/{name}": float(network.generators.p_nom_opt[name])
                for name in network.generators.index
                if name != "grid"
            },
            f"battery_mw/{battery.id}": float(network.links.p_nom_opt["charge"]),
            f"battery_mwh/{battery.id}": float(network.stores.e_nom_opt["battery"]),
        },
        rows=int(network.model.ncons),
        columns=int(network.model.nvars),
    )

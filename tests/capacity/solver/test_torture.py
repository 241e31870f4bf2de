"""Provinces at the edge of what numbers can do: the right answer or an honest status, never a wrong certificate.

Right is what HiGHS finds on the whole model over all hours with whole numbers, or the bracket that it reaches in its
time. A bound above a solution, a plan below a proof, or "infeasible" where something holds is wrong; so is a plan that
the checker refuses. "feasible" and "no_plan" are honest: they claim nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from capacity.accounts import compute_accounts
from capacity.check import check
from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.inputs.energy import EnergyFile
from capacity.plan import SizingResult
from capacity.solver import SolveOptions, solve
from tests.factories import make_funding, make_policy
from tests.properties.other_solvers import BILLION, Bracket, by_highs, whole
from tests.properties.provinces import FIRST_YEAR, Province, inputs_of

GAP = 1e-3
TOUCH = 1e-6
LITTLE = 1e-9
"""Billion VND: what two solvers may differ by where nothing costs anything."""
SECONDS = 10.0
ORDERED_SECONDS = 300.0
RICH = Province(gpus=48.0, pv_mw=12.0, wind_mw=6.0, battery_mw=4.0, ai_mw=0.05, renewable_share=0.1)
TENANTS = Province(tenants_mw=10.0)
Folder = tuple[CapacityInputs, Demand]


@dataclass(frozen=True)
class Judged:
    """The answer, and what HiGHS knows of the optimum, billion VND."""

    result: SizingResult
    truth: Bracket


def judged(inputs: CapacityInputs, demand: Demand, gap: float = GAP) -> Judged:
    """Fails for a wrong certificate."""
    result = solve(inputs, demand, SolveOptions(gap=gap, time_limit_s=120.0), lambda *_: None)
    problem = whole(inputs, demand)
    truth = by_highs(problem, SECONDS)
    if result.plan is not None:
        best = by_highs(problem.with_orders_of(result.plan, amounts=True), ORDERED_SECONDS)
        truth = replace(truth, upper=min(truth.upper, best.upper), lower=truth.lower if truth.ended else -math.inf)
        assert check(inputs, demand, result.plan, objective_vnd=result.objective_vnd) == ()
    if result.bound_vnd is not None:
        bound = result.bound_vnd / BILLION
        assert bound <= truth.upper + TOUCH * abs(bound) + LITTLE, f"bound {bound}, a solution costs {truth.upper}"
    if result.objective_vnd is not None:
        cost = result.objective_vnd / BILLION
        assert truth.lower <= cost + TOUCH * abs(cost) + LITTLE, f"plan of {cost}, proven to cost {truth.lower}"
        assert not truth.infeasible
        total = compute_accounts(inputs, demand, _plan(result)).objective_vnd
        assert total == pytest.approx(result.objective_vnd, rel=1e-7, abs=1.0)
    if result.status == "optimal":
        assert result.objective_vnd is not None
        assert result.bound_vnd is not None
        assert result.objective_vnd - result.bound_vnd <= gap * abs(result.objective_vnd) + LITTLE * BILLION
    if result.status == "infeasible":
        assert math.isinf(truth.upper), f"called infeasible, but a solution costs {truth.upper}"
    return Judged(result, truth)


def _plan(result: SizingResult) -> Any:
    assert result.plan is not None
    return result.plan


def with_energy(folder: Folder, change: Callable[[EnergyFile], dict[str, Any]]) -> Folder:
    """Another energy.yaml."""
    inputs, demand = folder
    return replace(inputs, energy=inputs.energy.model_copy(update=change(inputs.energy))), demand


def with_site(folder: Folder, **update: Any) -> Folder:
    """The first site changed."""
    inputs, demand = folder
    first, *others = inputs.sites.sites
    sites = inputs.sites.model_copy(update={"sites": (first.model_copy(update=update), *others)})
    return replace(inputs, sites=sites), demand


def with_policy(folder: Folder, kind: str, limit: float) -> Folder:
    """One more policy of the first year."""
    inputs, demand = folder
    policy = make_policy(kind, {FIRST_YEAR: limit}, slack_price_vnd=1e9)
    policies = (*inputs.settings.policies, policy)
    return replace(inputs, settings=inputs.settings.model_copy(update={"policies": policies})), demand


def with_money(folder: Folder, factor: float) -> Folder:
    """Every price of the folder times a factor."""
    inputs, demand = folder

    def scaled(record: Any) -> Any:
        fields = [name for name in type(record).model_fields if "vnd" in name and name != "usd_vnd"]
        changed = {n: v * factor for n in fields if isinstance(v := getattr(record, n), (int, float))}
        return record.model_copy(update=changed)

    energy, hardware, clouds = inputs.energy, inputs.hardware, inputs.clouds
    return replace(
        inputs,
        energy=scaled(energy).model_copy(
            update={
                "tariffs": tuple(scaled(tariff) for tariff in energy.tariffs),
                "generation": tuple(scaled(technology) for technology in energy.generation),
                "battery": None if energy.battery is None else scaled(energy.battery),
            }
        ),
        hardware=hardware.model_copy(
            update={
                name: tuple(scaled(each) for each in getattr(hardware, name)) for name in ("skus", "plant", "halls")
            }
        ),
        clouds=clouds.model_copy(update={"prices": tuple(scaled(price) for price in clouds.prices)}),
    ), demand


def free(folder: Folder) -> Folder:
    """Nothing costs anything but the grid's least price."""
    inputs, demand = with_money(folder, 0.0)
    tariffs = tuple(
        tariff.model_copy(update={f"{band}_vnd_per_kwh": 1e-9 for band in ("off_peak", "normal", "peak")})
        for tariff in inputs.energy.tariffs
    )
    return replace(inputs, energy=inputs.energy.model_copy(update={"tariffs": tariffs})), demand


def equal(folder: Folder) -> Folder:
    """PV and wind at one price, all hours at one price, two sites that nothing tells apart."""

    def change(energy: EnergyFile) -> dict[str, Any]:
        one = {"capex_vnd_per_mw": 15e9, "operation_vnd_per_mw_year": 3e8, "price_vnd_per_kwh": 0.0}
        flat = {f"{band}_vnd_per_kwh": 2000.0 for band in ("off_peak", "normal", "peak")}
        return {
            "generation": tuple(technology.model_copy(update=one) for technology in energy.generation),
            "tariffs": tuple(tariff.model_copy(update=flat) for tariff in energy.tariffs),
        }

    return with_site(with_energy(folder, change), hall_capex_factor=1.2)


def calm(folder: Folder) -> Folder:
    """Not a breath of wind all year."""
    inputs, demand = folder
    still = {site: replace(weather, wind_speed_m_s=np.zeros(weather.hours)) for site, weather in inputs.weather.items()}
    return replace(inputs, weather=still), demand


def lossless(folder: Folder) -> Folder:
    """A battery that loses nothing, costs little and may be charged and discharged at once for nothing."""
    perfect = {
        "charge_efficiency": 1.0, "discharge_efficiency": 1.0, "minimum_charge_fraction": 0.0,
        "capex_vnd_per_mw": 1e8, "capex_vnd_per_mwh": 1e8, "operation_vnd_per_mw_year": 0.0,
    }  # fmt: skip

    def change(energy: EnergyFile) -> dict[str, Any]:
        assert energy.battery is not None
        return {"battery": energy.battery.model_copy(update=perfect)}

    return with_energy(folder, change)


def without_load(folder: Folder) -> Folder:
    """Sites, technologies and policies, and nobody who needs anything."""
    inputs, demand = folder
    return inputs, Demand(demand.years, (), ())


CASES: dict[str, Callable[[], Folder]] = {
    "everything is free": lambda: free(inputs_of(RICH)),
    "everything costs the same": lambda: equal(inputs_of(replace(RICH, second_site=True))),
    "money a million times larger": lambda: with_money(inputs_of(RICH), 1e6),
    "money a million times smaller": lambda: with_money(inputs_of(RICH), 1e-6),
    "a GW of tenants": lambda: inputs_of(
        replace(TENANTS, tenants_mw=900.0, land_m2=1e7, grid_mw=3000.0, cooling_water_m3=1e12)
    ),
    "one GPU": lambda: inputs_of(replace(RICH, gpus=1.0, ai_mw=None)),
    "a thousandth of a GPU": lambda: inputs_of(replace(RICH, gpus=1e-3, ai_mw=None)),
    "no wind": lambda: calm(inputs_of(RICH)),
    "no load": lambda: without_load(inputs_of(RICH)),
    "a lossless battery": lambda: lossless(inputs_of(RICH)),
    "a leap year": lambda: inputs_of(Province(gpus=48.0, pv_mw=12.0, years=2, ai_mw=0.05)),
}


TOO_SMALL = ("money a million times smaller",)
"""The whole province costs less than a meal; a plan with an open gap is honest."""


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_no_certificate_is_wrong(name: str) -> None:
    found = judged(*CASES[name]())
    allowed = ("optimal", "feasible") if name in TOO_SMALL else ("optimal",)
    assert found.result.status in allowed, f"{found.result.status}, gap {found.result.gap}"


def at_the_edge(name: str, factor: float) -> Folder:
    """Tenants whose plan has nothing to choose, under a limit of what it takes times a factor."""
    folder = with_site(inputs_of(TENANTS), energy_limits=())
    inputs, demand = folder
    plan = _plan(solve(inputs, demand, SolveOptions(gap=GAP), lambda *_: None))
    accounts = compute_accounts(inputs, demand, plan)
    (year,) = accounts.site_years
    match name:
        case "carbon":
            return with_policy(folder, "carbon_cap_tco2", factor * year.tco2_location)
        case "connection":
            grid = inputs.sites.sites[0].grid
            alone = {"existing_mw": factor * year.peak_grid_mw, "steps": (), "voltage_kv": year.voltage_kv}
            return with_site(folder, grid=grid.model_copy(update=alone))
        case "pue":
            assert year.pue is not None
            return with_policy(folder, "pue_max", factor * year.pue)
        case "water":
            return with_policy(folder, "water_max_m3", factor * year.water_m3)
    halls = {line.year: line.cash_vnd for line in accounts.costs if line.category == "hall"}
    (paid_in,) = halls
    others = ("server", "energy_asset", "grid", "rent", "network", "operation", "energy")
    pays_halls = make_funding("halls", "enterprise", ("hall",), 0.0)
    pays_halls = pays_halls.model_copy(update={"budget_vnd": {paid_in: factor * halls[paid_in]}})
    funding = (pays_halls, make_funding("others", "enterprise", others, 1e15))
    return replace(inputs, settings=inputs.settings.model_copy(update={"funding": funding})), demand


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["budget", "carbon", "connection", "pue", "water"])
@pytest.mark.parametrize("beyond", [1e-6, -1e-6])
def test_a_millionth_beside_the_edge(limit: str, beyond: float) -> None:
    """A millionth more than what is needed is never called infeasible, a millionth less never has a plan."""
    found = judged(*at_the_edge(limit, 1 + beyond))
    if beyond > 0:
        assert not found.truth.infeasible
        assert found.result.status != "infeasible"
    else:
        assert found.result.plan is None
        assert found.result.status in ("infeasible", "no_plan")


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["budget", "carbon", "connection", "pue", "water"])
@pytest.mark.parametrize("beyond", [1e-4, -1e-4])
def test_a_ten_thousandth_beside_the_edge_is_told_apart(limit: str, beyond: float) -> None:
    found = judged(*at_the_edge(limit, 1 + beyond))
    assert found.result.status == ("optimal" if beyond > 0 else "infeasible")

"""What the binding constraints cost: duals of the master with the plan's integers fixed and all cuts of the hours.

The cuts hold for every master, so the duals prove what they say: with limits changed by t, no plan with these integers
costs less than the master's least cost and the duals times t. What that least cost is below the plan's is the doubt.
The interior point's own duals have no such proof, and know no price of what was decided before the hours: the
connection, servers, rents.
"""

from __future__ import annotations

import numpy as np

from capacity.model.build import SizingModel
from capacity.model.stages import Part
from capacity.plan import ShadowPrice
from capacity.solver.arrays import Vector
from capacity.solver.candidate import Candidate
from capacity.solver.problem import Problem

VND = 1e9
OF_WHAT_STANDS = ("fuel_lasts_the_outage", "ups_load_is_held")
"""Rows that bind nothing where nothing stands: their duals are the price of asking for more than nothing."""
NOTHING = 0.02
"""MW or units up to which a plan has nothing."""
ROUNDING = 1e-6
"""Billion VND per unit of a row: the tolerance of the linear solver."""
MOST_SECONDS = 60.0


def shadow_prices(problem: Problem, best: Candidate) -> tuple[tuple[ShadowPrice, ...], float | None]:
    """Present value saved by relaxing each binding constraint by one unit, dearest first, and the doubt in VND, see
    ``ShadowPrice``. None: the linear program was not solved.

    Of several scenarios it is what the objective saves when a limit is relaxed in all of them: their rows have their
    weight in the objective already, and one that they share counts once.
    """
    found = master_duals(problem, best)
    if found is None:
        return (), None
    duals, doubt = found
    total: dict[tuple[str, int | None, str | None, str], float] = {}
    counted: set[int] = set()
    for part in problem.staged.parts:
        rows = np.array([row not in counted for row in part.rows])
        for price in prices_of(problem, part, best, np.where(rows, duals[part.rows], 0.0), doubt):
            key = (price.constraint, price.year, price.site, price.unit)
            total[key] = total.get(key, 0.0) + price.vnd_per_unit
        counted.update(part.rows.tolist())
    prices = [ShadowPrice(*key, vnd) for key, vnd in total.items()]
    return tuple(sorted(prices, key=lambda p: (-p.vnd_per_unit, p.constraint, p.year or 0, p.site or ""))), doubt * VND


def master_duals(problem: Problem, best: Candidate) -> tuple[Vector, float] | None:
    """Duals of the master's rows with the integers of a plan, shape (rows,), and the doubt in billion VND."""
    lower, upper = problem.lower.copy(), problem.upper.copy()
    lower[problem.whole] = upper[problem.whole] = np.round(best.master[problem.whole])
    found = problem.master.prices_within(lower, upper, seconds=MOST_SECONDS)
    return None if found is None else (found[1], max(best.cost - found[0], 0.0))


def prices_of(problem: Problem, part: Part, best: Candidate, duals: Vector, doubt: float) -> list[ShadowPrice]:
    """Prices of the constraints of a scenario from duals of its own rows, shape (own rows,)."""
    model, master = part.model, part.own(best.master)
    found: list[ShadowPrice] = []
    loads = _loads(model, master)
    for (key, terms, _, _), dual in zip(model.frame.model.rows, duals, strict=True):
        if key[0] in OF_WHAT_STANDS and not any(master[column] > NOTHING for column in terms):
            continue
        told = _of_row(key, abs(float(dual)), loads) if abs(dual) > ROUNDING else None
        if told is not None:
            found.append(told)
    return [*found, *_of_pue(problem, part, best, doubt)]


def _of_pue(problem: Problem, part: Part, best: Candidate, doubt: float) -> list[ShadowPrice]:
    """Prices of limits of PUE, which the hours keep by themselves: those of the relaxation, where all that a limit asks
    for is worth more than the doubt."""
    found = []
    relaxation, policies = best.relaxation, part.model.frame.settings.policies
    for index, layout, duals in zip(best.busy, relaxation.layouts, relaxation.duals, strict=True):
        block = problem.blocks[index]
        for policy in policies if index in part.places else ():
            if policy.kind == "pue_max" and policy.id in layout.yearly:
                load = sum(float(best.master[f.column]) * float(f.utilisation.mean()) for f in block.loads)
                worth = float(duals[layout.yearly[policy.id]]) * load
                if worth * (policy.by_year[block.year] - 1) > doubt:
                    found.append(ShadowPrice(policy.id, block.year, block.site.id, "0.01 PUE", 0.01 * worth * VND))
    return found


def _loads(model: SizingModel, master: Vector) -> dict[int, float]:
    """Mean facility MW of all sites by year."""
    loads: dict[int, float] = {}
    for block in model.blocks:
        columns = model.frame.model.columns
        megawatt = float(master[columns["fixed", block.site.id, block.year]])
        for factor in block.loads:
            megawatt += float(master[factor.column]) * float((factor.slope * factor.utilisation).mean())
        loads[block.year] = loads.get(block.year, 0.0) + megawatt
    return loads


def _of_row(key: tuple[str | int, ...], dual: float, loads: dict[int, float]) -> ShadowPrice | None:
    name = str(key[0])
    if name == "clean_energy_shares_are_reached":
        return ShadowPrice(str(key[1]), int(key[2]), None, "percentage point", dual * VND * 0.01 * loads[int(key[2])])
    if name == "carbon_stays_under_the_cap":
        return ShadowPrice(str(key[1]), int(key[2]), None, "tCO2", dual * VND / 1000)
    if name == "programmes_stand_in_the_province":
        return ShadowPrice(str(key[1]), int(key[2]), None, "MW", dual * VND)
    if name == "connection_follows_the_steps":
        return ShadowPrice("connection", int(key[2]), str(key[1]), "MW", dual * VND)
    if name == "land_is_enough":
        return ShadowPrice("land", int(key[2]), str(key[1]), "m2", dual * VND / 1000)
    if name == "water_is_enough":
        return ShadowPrice("water", int(key[2]), str(key[1]), "m3", dual * VND / 1000)
    if name == "energy_limits_hold" and key[1] in ("generation", "battery_mw"):
        return ShadowPrice(f"limit:{key[4]}", int(key[5]), str(key[2]), "MW", dual * VND)
    if name == "fuel_lasts_the_outage":
        return ShadowPrice("resilience:outage", int(key[2]), str(key[1]), "m3 of fuel", dual * VND)
    if name == "ups_load_is_held":
        return ShadowPrice(name, int(key[2]), str(key[1]), "MW", dual * VND)
    if name == "source_is_not_overspent":
        return ShadowPrice(f"budget:{key[1]}", int(key[2]), None, "bn VND", dual * VND)
    return None

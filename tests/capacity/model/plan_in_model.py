"""A plan as a solution of the model: values of every master column and of every hourly column."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from capacity.accounts.hours import HourlyAccount, HourlyAccounts
from capacity.accounts.standing import Standing
from capacity.demand.needs import Demand
from capacity.hourly import Hours, hours_of_month
from capacity.inputs import CapacityInputs
from capacity.model import Block, SizingModel
from capacity.model.blocks import Coefficient, Term
from capacity.model.linear import Key
from capacity.model.network import BETWEEN_LINKS
from capacity.model.supply import voltage_groups
from capacity.plan import Plan


@dataclass
class Solution:
    """The values; ``cost`` is what the whole of it costs, billion VND."""

    model: SizingModel
    master: Hours
    hours: dict[tuple[str, int], dict[str, Hours]] = field(default_factory=dict)

    def set(self, value: float, *key: str | int) -> None:
        """Gives a column its value. Raises KeyError when the model has no such column."""
        self.master[self.model.frame.model.columns[key]] = value

    @property
    def cost(self) -> float:
        """Objective of the master and of the hours."""
        linear = self.model.frame.model
        total = linear.offset + float(np.dot(linear.cost, self.master))
        for block in self.model.blocks:
            for name, column in block.columns.items():
                total += float(np.sum(column.cost * self.hours[block.key][name]))
        return total

    def broken_rows(self, tolerance: float = 1e-6) -> list[Key]:
        """Keys of the master rows and column bounds that do not hold."""
        linear = self.model.frame.model
        broken = [
            key
            for key, terms, low, high in linear.rows
            if not low - tolerance <= sum(self.master[c] * v for c, v in terms.items()) <= high + tolerance
        ]
        outside = (self.master < np.array(linear.lower) - tolerance) | (
            self.master > np.array(linear.upper) + tolerance
        )
        return broken + [key for key, column in linear.columns.items() if outside[column]]

    def broken_hours(self, tolerance: float) -> Iterator[str]:
        """Hourly columns and rows, and rows of the mean, that do not hold."""
        for block in self.model.blocks:
            values, place = self.hours[block.key], f"{block.site.id} {block.year}"
            for name, column in block.columns.items():
                scale = 1.0 if column.scale is None else self.master[column.scale]
                if np.any(values[name] < column.low * scale - tolerance):
                    yield f"{place}: {name} too low"
                if np.any(values[name] > column.high * scale + tolerance):
                    yield f"{place}: {name} too high"
            for name, row in block.hourly.items():
                total = self._sum(block, row.terms, row.master)
                if np.any(total < -tolerance) or (row.equality and np.any(total > tolerance)):
                    yield f"{place}: {name}"
            for name, yearly in block.yearly.items():
                if float(self._sum(block, yearly.terms, yearly.master).mean()) < -tolerance:
                    yield f"{place}: {name}"

    def _sum(
        self,
        block: Block,
        terms: tuple[Term, ...],
        master: tuple[tuple[int, Coefficient], ...] | tuple[tuple[int, float], ...],
    ) -> Hours:
        total = np.zeros(block.hours)
        for term in terms:
            total += term.coefficient * np.roll(self.hours[block.key][term.column], term.lag)
        for column, coefficient in master:
            total += self.master[column] * coefficient
        return total


def solution_of(model: SizingModel, inputs: CapacityInputs, demand: Demand, plan: Plan) -> Solution:
    """The solution that stands for a plan in which each pool and year is owned at one site or rented."""
    linear = model.frame.model
    solution = Solution(model, np.zeros(len(linear.lower)))
    standing = Standing(inputs, plan)
    accounts = HourlyAccounts(inputs, demand, plan, standing)
    for build in plan.builds:
        solution.set(build.amount, "build", build.kind, build.site, build.hall or "", build.item, build.year)
    for row in plan.placements:
        if row.sku is None:
            solution.set(row.wholesale_mw, "let", row.pool, row.site, row.hall, row.year)
            solution.set(1.0, "lets", row.pool, row.site, row.year)
        else:
            solution.set(row.servers, "placed", row.pool, row.site, row.hall, row.sku, row.year)
        solution.set(1.0, "own", row.pool, row.site, row.year)
    for rent in plan.rents:
        solution.set(rent.fraction, "rent", rent.pool, rent.location, rent.gpu_price or "", rent.year)
    _carry(solution, plan)
    for standby in plan.standbys:
        place = (standby.pool, standby.site, standby.hall, standby.sku, standby.year)
        solution.set(standby.servers, "standby_servers", *place)
        solution.set(1.0, "standby", standby.pool, standby.site, standby.year)
    for extra in plan.extras:
        solution.set(extra.servers, "extra", extra.load_class, extra.site, extra.hall, extra.sku, extra.year)
    for ready in plan.standby_rents:
        where = (ready.location, ready.gpu_price or "")
        solution.set(ready.fraction, "standby_rent", ready.pool, *where, ready.year)
    for key, column in linear.matching("racks"):
        site, hall, sku, year = str(key[1]), str(key[2]), str(key[3]), int(key[4])
        installed = {s.id: count for s, count in standing.servers(site, hall, year)}.get(sku, 0.0)
        solution.master[column] = math.ceil(installed / inputs.sku(sku).servers_per_rack)
    for key, column in linear.matching("open"):
        solution.master[column] = min(1.0, standing.modules(str(key[1]), str(key[2]), int(key[3])))
    for key, column in linear.matching("reserve"):
        solution.master[column] = standing.reserve(inputs.site(str(key[1])), int(key[2]))[0]
    for block in model.blocks:
        _supply(solution, block, standing)
    for key, terms, low, _ in linear.rows:
        if key[0] == "hours_see_the_master":
            own = linear.columns[key[1:]]
            solution.master[own] = sum(solution.master[c] * v for c, v in terms.items() if c != own) - low
    for block in model.blocks:
        group = _group(block, standing, model)
        solution.hours[block.key] = _hours(block, accounts.of(block.site, block.year), group, solution.master)
        for month, of_month in enumerate(hours_of_month(block.year), start=1):
            peak = linear.find("demand_peak", block.site.id, group, month, block.year)
            if peak is not None:
                solution.master[peak] = float(solution.hours[block.key][f"grid:{group}"][of_month].max())
    _allot(solution)
    _pay(solution)
    return solution


def _carry(solution: Solution, plan: Plan) -> None:
    """Flows and leases of a plan whose tenders are at one node each."""
    for flow in plan.flows:
        ways = (BETWEEN_LINKS.join(flow.links), BETWEEN_LINKS.join(flow.second))
        solution.set(flow.fraction, "flow", flow.pool or "", flow.node, flow.users, *ways, flow.year)
    for lease in plan.leases:
        solution.set(lease.mbps / 1000, "lease", lease.link, lease.payer, lease.year)
    for key, column in solution.model.frame.model.matching("tender_at"):
        rents = (r.fraction for r in plan.rents if (r.pool, r.location, r.year) == (key[1], "tender", key[3]))
        solution.master[column] = sum(rents)


def _group(block: Block, standing: Standing, model: SizingModel) -> int:
    groups = voltage_groups(model.frame.hours(block.site, block.year))
    voltage = standing.voltage_kv(block.site, block.year)
    return max(index for index, group in enumerate(groups) if group.voltage_kv <= voltage)


def _supply(solution: Solution, block: Block, standing: Standing) -> None:
    index = _group(block, standing, solution.model)
    connection = standing.connection_mw(block.site, block.year)
    solution.set(connection, "connection", block.site.id, index, block.year)
    if solution.model.frame.model.find("voltage", block.site.id, index, block.year) is not None:
        solution.set(1.0, "voltage", block.site.id, index, block.year)


def _hours(block: Block, account: HourlyAccount, group: int, master: Hours) -> dict[str, Hours]:
    zero = np.zeros(block.hours)
    values = dict.fromkeys(block.columns, zero)
    values[f"grid:{group}"] = account.grid_kw / 1000
    if f"dppa:{group}" in values:
        values[f"dppa:{group}"] = account.matched_kw / 1000
    if "energy" in values:
        values["charge"], values["discharge"] = account.charge_kw / 1000, account.discharge_kw / 1000
        values["energy"] = account.soc_kwh / 1000
        battery = account.facts.inputs.energy.battery
        if battery is not None and isinstance(block.columns["energy"].low, float) and not block.columns["energy"].low:
            # counted from what never leaves the battery
            least = battery.minimum_charge_fraction * account.battery_mwh + account.reserve_mwh
            values["energy"] = values["energy"] - least
    for work in account.deferrable:
        name = f"{work.load_class.id}@{work.hall}"
        values[f"done:{name}"] = work.done_kw / 1000
        if f"more:{name}" in values:
            # placed servers do what they can, the others the rest
            column = block.columns[f"done:{name}"]
            values[f"done:{name}"] = np.minimum(values[f"done:{name}"], column.high * master[column.scale or 0])
            values[f"more:{name}"] = work.done_kw / 1000 - values[f"done:{name}"]
        values[f"backlog:{name}"] = work.backlog_kwh / 1000
    return values


def _allot(solution: Solution) -> None:
    """Every site gets just what its row of the mean needs."""
    for block in solution.model.blocks:
        for name, row in block.yearly.items():
            column = solution.model.frame.model.find("allotment", name, block.site.id, block.year)
            if column is not None:
                solution.master[column] = -float(solution._sum(block, row.terms, row.master).mean())


def _pay(solution: Solution) -> None:
    """The one source of each payer pays every category that it covers."""
    linear = solution.model.frame.model
    for key, terms, low, _ in linear.rows:
        if key[0] == "budgets_hold":
            cost = low - sum(solution.master[c] * v for c, v in terms.items())
            for column_key, column in linear.matching("paid"):
                if column in terms and cost > 0:
                    assert column_key[2:] == key[2:]
                    solution.master[column] = cost

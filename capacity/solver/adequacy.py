"""What a block asks of the master whatever it costs: supply in its hardest hours and days, and its year-long rows.

Each requirement is a cut of feasibility: with costs of zero no duals can prove a positive cost, so the bound of
``cut_from_duals`` must be at most zero at every master solution that the block can live with. Simple duals are enough.
"""

from __future__ import annotations

import numpy as np

from capacity.model.blocks import Block, HourlyRow
from capacity.solver.arrays import BlockLayout, Vector
from capacity.solver.cuts import Cut, cut_from_duals

HARD_HOURS = 8
HARD_DAYS = 3
CALM_SHARES = (0.3, 0.5, 0.65, 0.8, 0.9)


def requirements(index: int, block: Block) -> list[Cut]:
    """Cuts whose value must be at most zero."""
    hours = block.hours
    layout = BlockLayout.of(block)
    found: list[Vector] = []
    for start, length in _hard_spans(block):
        duals = np.zeros(len(block.hourly) * hours + len(block.yearly))
        span = (start + np.arange(length)) % hours
        duals[layout.hourly["balance"] + span] = 1.0 / length
        _storages_stand_aside(block, layout, duals, None)
        found.append(duals)
    calm = _calm_hours(block)
    for name in block.yearly:
        of_grid = any(term.column.startswith("grid:") for term in block.yearly[name].terms)
        # grid energy is at least zero in any hours, and at least load less generation in the others
        for netted in calm if of_grid else calm[:1]:
            duals = np.zeros(len(block.hourly) * hours + len(block.yearly))
            duals[layout.yearly[name]] = 1.0
            if of_grid:
                duals[layout.hourly["balance"] : layout.hourly["balance"] + hours] = netted / hours
            _storages_stand_aside(block, layout, duals, name)
            found.append(duals)
    return [cut_from_duals(index, block, layout, duals, priced=False) for duals in found]


def _calm_hours(block: Block) -> list[Vector]:
    """1 for no hour, for the calmer part of the year's hours in some steps, and for all hours."""
    generation = np.zeros(block.hours)
    for output in block.generation.values():
        generation += output
    parts = [np.zeros(block.hours), np.ones(block.hours)]
    if generation.any():
        parts += [(generation <= np.quantile(generation, share)).astype(np.float64) for share in CALM_SHARES]
    return parts


def _hard_spans(block: Block) -> list[tuple[int, int]]:
    """Hours and days with much load and little generation: (first hour, length)."""
    load = np.zeros(block.hours)
    for factor in block.loads:
        load += factor.slope * factor.fixed_utilisation
    generation = np.zeros(block.hours)
    for output in block.generation.values():
        generation += output
    hardness = load / max(float(load.max(initial=0.0)), 1e-9) - generation
    by_day = hardness.reshape(-1, 24)
    worst_days = np.argsort(-by_day.max(axis=1), kind="stable")[:HARD_HOURS]
    spans = [(int(day * 24 + np.argmax(by_day[day])), 1) for day in worst_days]
    long_days = np.argsort(-by_day.sum(axis=1), kind="stable")[:HARD_DAYS]
    return spans + [(int(day) * 24, 24) for day in long_days]


def _storages_stand_aside(block: Block, layout: BlockLayout, duals: Vector, year_row: str | None) -> None:
    """Duals of batteries and queues that make the rows given so far as strong as a simple choice can."""
    hours = block.hours
    balance = duals[layout.hourly["balance"] : layout.hourly["balance"] + hours]
    for name, row in block.hourly.items():
        at = slice(layout.hourly[name], layout.hourly[name] + hours)
        if name == "battery":
            duals[at] = -balance / _coefficient(row, "discharge")
        elif name.startswith("queue:") and year_row is not None:
            done = "done:" + name.removeprefix("queue:")
            worth = np.zeros(hours)
            for term in block.hourly["balance"].terms:
                if term.column == done:
                    worth -= balance * term.coefficient
            for term in block.yearly[year_row].terms:
                if term.column == done:
                    worth -= np.asarray(term.coefficient) / hours
            duals[at] = float(worth.min())


def _coefficient(row: HourlyRow, column: str) -> float:
    return next(float(np.mean(term.coefficient)) for term in row.terms if term.column == column)

"""The problem that both sides solve: Bac Lieu in 2030 with halls and load decided, power supply to be sized.

Only facts stand here: what the province folder says, hour by hour, and the load of a plausible plan. What to buy is PV,
wind by private wire, battery MW and MWh, all continuous; the connection has all its upgrade steps.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from capacity.demand import compute_demand
from capacity.demand.needs import Demand
from capacity.hourly import Hours, SiteHours
from capacity.inputs.bundle import CapacityInputs
from orchestrator.province import read_province
from orchestrator.translate import to_capacity_inputs

FOLDER = Path(__file__).parents[2] / "examples" / "ca-mau"
SITE, YEAR, HALL = "bac-lieu", 2030, "liquid-n1"
STEADY_MW = 8.0
"""MW of IT at all hours: idle servers and classes of constant utilisation."""
IT_MW = {"ai-interactive": 6.0, "ai-batch": 10.0}
"""MW of IT at full utilisation by load class, beyond idle power, as a plan for the AI data centre has them."""


@dataclass(frozen=True)
class Problem:
    """Inputs and needs of the province; ``steady_mw`` and ``it_mw`` by load class stand in halls of ``HALL``.

    ``days`` from ``first_day`` (0: 1 January) are the span, a ring like the year itself; capacities cost that share of
    their yearly cost.
    """

    inputs: CapacityInputs
    demand: Demand
    steady_mw: float
    it_mw: dict[str, float]
    first_day: int
    days: int

    @cached_property
    def hours(self) -> SiteHours:
        """Hourly facts of the site and year."""
        return SiteHours(self.inputs, self.inputs.site(SITE), YEAR)

    @property
    def span(self) -> int:
        """Number of hours."""
        return self.days * 24

    @property
    def share_of_year(self) -> float:
        """Share of the year that the span is."""
        return self.span / self.hours.hours

    def within(self, year: Hours) -> Hours:
        """The span's part of a series of the year."""
        return year[self.first_day * 24 : self.first_day * 24 + self.span]

    @property
    def fixed_mw(self) -> float:
        """Losses of the halls' modules and of N+1 UPS units that draw power at all hours."""
        hall = self.inputs.hall(HALL)
        ups = self.inputs.plant(hall.ups)
        modules = math.ceil((self.steady_mw + sum(self.it_mw.values())) * 1000 / hall.it_kw)
        units = math.ceil(modules * hall.it_kw / ups.unit_kw) + 1
        return (modules * hall.fixed_loss_kw + units * ups.unit_kw * ups.no_load_loss_fraction) / 1000

    @property
    def connection_mw(self) -> float:
        """The connection with all upgrade steps in service."""
        grid = self.hours.site.grid
        return grid.existing_mw + sum(step.add_mw for step in grid.steps)

    @property
    def clean_shares(self) -> dict[str, float]:
        """Targets of the year by policy: without a DPPA each limits the grid to 1 - target of the load."""
        kinds = ("renewable_share_min", "hourly_carbon_free_min")
        return {p.id: p.by_year[YEAR] for p in self.inputs.settings.policies if p.kind in kinds}


def ca_mau(it_mw: dict[str, float], first_day: int, days: int) -> Problem:
    """The problem from the example's folder. Raises ValueError when the folder has errors."""
    reading = read_province(FOLDER, "base")
    if reading.province is None:
        raise ValueError(f"{FOLDER.name} cannot be read: {reading.problems[:3]}")
    inputs = to_capacity_inputs(reading.province)
    # the peer has no reserve that a battery holds back: both sides size the battery for shifting energy alone
    plant = tuple(unit.model_copy(update={"autonomy_minutes": 0.0}) for unit in inputs.hardware.plant)
    inputs = dataclasses.replace(inputs, hardware=inputs.hardware.model_copy(update={"plant": plant}))
    return Problem(inputs, compute_demand(inputs), STEADY_MW, it_mw, first_day, days)

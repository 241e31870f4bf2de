"""Reference problems CM-1, CM-6 and CM-6-S as province folders, written from a seed for the public reader.

``python -m tests.benchmarks.reference cm6 OUT --seed 918``. CM-1: one site and year, 80 % renewable. CM-6: four sites,
six years, renewable shares from 0.40 to 0.90, a carbon cap, budgets, builds of every year. CM-6-S: five scenarios of
weather and demand. ``cm6-halls``: CM-6 with halls to be bought in modules of 2 MW. Any number of sites and years.

How the problems are restated, MW and USD of the originals (25,000 VND to the dollar):

* PV, wind, battery MW and MWh, cumulative builds of every year: ``generation`` and ``battery`` with the published
  lifetimes and yearly costs. Prices of a folder do not change with the year, so the published declining prices stand
  at the mean of their path; the yearly cost of a MWh of battery is in its price. Capital leaves straight-line salvage
  where the originals pay annuities. Builds are paid on 1 January of their first year.
* Tariff of three bands and carbon price by year: as published; Sunday and weekend follow the calendar of each year.
* Renewable share by year and carbon cap of 93 % of what the share leaves: policies of the province. (The originals ask
  for the share of every site; the province's model of all sites together, where the cap is the tighter of the two.)
* Budget of a year: a funding source that covers energy assets alone.
* IT load: servers that stand already, of 20 kW, as many by site and year as the published load has: one kind for AI,
  one for everything else, none to be bought and nothing to be rented, so that all of them are used where they are.
* 20 % of the AI work may wait: W = 24 hours in the queue of the province's model instead of any hour of its day. The
  servers are 1.3 times the mean AI load, which leaves room for 2.5 times the waiting work, as published.
* ``cm6-halls``: a programme of AI and one of everything else for each site, tied to it. Servers of 20 kW cost nothing
  and draw nothing when idle; halls of 2 MW for 6 million dollars hold them. The need takes as many servers as the mean
  load; what waiting work can be done in an hour more is extra servers, whose number is a decision, as is that of the
  halls. A hall holds nameplate power, so that N halls leave 2·N - servers of the need, where the originals have
  2·(N - 1) - load of the hour: the model's redundancy is that of plant, and has no spare hall. Their other limit,
  2.5 times the waiting work, is not there. Land has room for twice the halls that the need takes.
* PUE from 1.25 to 1.50 with the wet bulb: COP falls with it from 5 to 2.22; between the ends PUE bends a little.
* Connection: that of the last year's load. Boxes that the originals have not (most PV, wind, battery of a site, 12 h of
  battery) are far from the optimum.
* Weather: see ``reference_weather``; a site has one year of it, which all years of the horizon repeat.

Noise of the load from hour to hour is left out: load classes are shapes of a day.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.benchmarks.reference_folder import write
from tests.benchmarks.reference_problem import Reference, cm1, cm6


def problem_of(name: str, seed: int, sites: int = 4, scenarios: int = 5) -> Reference:
    """A problem by its short name: cm1, cm6, cm6-halls, cm6-s."""
    match name:
        case "cm1":
            return cm1(seed)
        case "cm6":
            return cm6(seed, sites=sites)
        case "cm6-halls":
            return cm6(seed, sites=sites, halls=True)
        case "cm6-s":
            return cm6(seed, sites=sites, scenarios=scenarios)
    raise ValueError(f"problem: {name!r}, must be one of cm1, cm6, cm6-halls, cm6-s")


def main() -> None:
    """Writes one folder."""
    parser = argparse.ArgumentParser(description="Write a reference problem as a province folder.")
    parser.add_argument("problem", choices=["cm1", "cm6", "cm6-halls", "cm6-s"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=918)
    parser.add_argument("--sites", type=int, default=4)
    parser.add_argument("--scenarios", type=int, default=5)
    chosen = parser.parse_args()
    write(problem_of(chosen.problem, chosen.seed, chosen.sites, chosen.scenarios), chosen.folder)


if __name__ == "__main__":
    main()

"""What the province needs, before anything is decided: needs of programmes and systems by year, and pools of them.

One pure function per sizing rule of ``services.yaml``, one file per family of rules. A rule computes with figures that
carry their own formula and sources (``figures``), so that every amount can be traced to the fields it came from.
"""

from capacity.demand.compute import compute_demand
from capacity.demand.figures import value_in_year
from capacity.demand.needs import OWNED_RESOURCES, RENTED_RESOURCES, RESOURCES, Demand, Need, Pool, Resource
from capacity.demand.problems import DemandInputError, DemandProblem, DemandProblemKind, demand_problems
from capacity.demand.traffic import Traffic, TrafficBook, traffic_of

__all__ = [
    "OWNED_RESOURCES",
    "RENTED_RESOURCES",
    "RESOURCES",
    "Demand",
    "DemandInputError",
    "DemandProblem",
    "DemandProblemKind",
    "Need",
    "Pool",
    "Resource",
    "Traffic",
    "TrafficBook",
    "compute_demand",
    "demand_problems",
    "traffic_of",
    "value_in_year",
]

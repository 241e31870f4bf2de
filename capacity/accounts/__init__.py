"""The accounts: every figure of a plan, recomputed from the plan and the inputs without the model or a solver.

The checker, the report and every table read these; two roads to one figure are how a mistake of the model shows.
"""

from capacity.accounts.compute import compute_accounts, site_series
from capacity.accounts.network import without_idle_leases
from capacity.accounts.records import (
    PARTS,
    Accounts,
    CostLine,
    CostPart,
    DemandCharge,
    EgressYear,
    FacilityYear,
    GenerationYear,
    LinkYear,
    Order,
    OutageYear,
    PadLine,
    PartKey,
    PathYear,
    ProvinceYear,
    RentYear,
    Scope,
    SiteLossYear,
    SiteSeries,
    SiteYear,
    StandbyYear,
    Unit,
    UnitCost,
)

__all__ = [
    "PARTS",
    "Accounts",
    "CostLine",
    "CostPart",
    "DemandCharge",
    "EgressYear",
    "FacilityYear",
    "GenerationYear",
    "LinkYear",
    "Order",
    "OutageYear",
    "PadLine",
    "PartKey",
    "PathYear",
    "ProvinceYear",
    "RentYear",
    "Scope",
    "SiteLossYear",
    "SiteSeries",
    "SiteYear",
    "StandbyYear",
    "Unit",
    "UnitCost",
    "compute_accounts",
    "site_series",
    "without_idle_leases",
]

"""The accounts as tables of a document: rows of plain values, and the unit of every column that has one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from capacity.accounts import (
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
    PathYear,
    ProvinceYear,
    RentYear,
    SiteLossYear,
    SiteYear,
    StandbyYear,
    UnitCost,
)

Table = dict[str, Any]
"""``{"units": {column: unit}, "rows": [{column: value}]}``"""

SCHEMAS: dict[str, type] = {
    "site_years": SiteYear,
    "province_years": ProvinceYear,
    "facility_years": FacilityYear,
    "orders": Order,
    "rents": RentYear,
    "costs": CostLine,
    "parts": CostPart,
    "unit_costs": UnitCost,
    "pads": PadLine,
    "outages": OutageYear,
    "link_years": LinkYear,
    "path_years": PathYear,
    "egress_years": EgressYear,
    "standbys": StandbyYear,
    "site_losses": SiteLossYear,
    "demand_charges": DemandCharge,
}
"""Tables that are one record of the accounts a row."""

_UNIT_OF_ENDING = {
    "_mwh": "MWh",
    "_mw": "MW",
    "_kw": "kW",
    "_kv": "kV",
    "_m3": "m3",
    "_m": "m",
    "_gib": "GiB",
    "_tb": "TB",
    "_vnd": "VND",
    "_vnd_per_unit": "VND/unit",
    "_vnd_per_kw_month": "VND/kW/month",
    "_hours": "h",
    "_mbps": "Mbps",
    "_ms": "ms",
    "_ms_max": "ms",
}
_UNIT_OF_NAME = {
    "mw": "MW",
    "mbps": "Mbps",
    "gb": "GB",
    "utilisation": "fraction of the capacity",
    "vnd": "VND",
    "pue": "facility MWh / IT MWh",
    "renewable_share": "fraction of load",
    "hourly_carbon_free": "fraction of load",
    "tco2_location": "tCO2",
    "tco2_location_low": "tCO2",
    "tco2_location_high": "tCO2",
    "tco2_market": "tCO2",
    "tco2_market_low": "tCO2",
    "tco2_market_high": "tCO2",
    "tco2_location_hourly": "tCO2",
    "genset_test_tco2": "tCO2",
    "modules": "pieces",
    "ups": "pieces",
    "gensets": "pieces",
    "chillers": "pieces",
    "servers": "pieces",
    "placed": "pieces",
    "racks": "pieces",
    "amount": "pieces, MW or MWh by kind",
    "fraction": "fraction of the pool",
    "lost_fraction": "fraction of the pool",
    "ready_fraction": "fraction of the pool",
    "vcpu": "vCPU",
    "gpus": "GPU",
    "owned_units": "h by unit",
    "rent_vnd_per_unit": "VND/unit",
}


def plain(value: object) -> Any:
    """A value as JSON knows it: dates as ISO text, NumPy numbers as Python's, tuples as lists."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [plain(entry) for entry in value]
    return value


def record(value: object, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a dataclass in their order."""
    return {f.name: plain(getattr(value, f.name)) for f in fields(value) if f.name not in without}  # type: ignore[arg-type]


def unit_of(column: str) -> str | None:
    """Unit of a column by its name; None for ids, years and dates."""
    if column in _UNIT_OF_NAME:
        return _UNIT_OF_NAME[column]
    return next((unit for ending, unit in _UNIT_OF_ENDING.items() if column.endswith(ending)), None)


def table(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> Table:
    """A table with the units of its columns."""
    units = {column: unit for column in columns if (unit := unit_of(column)) is not None}
    return {"units": units, "rows": [dict(row) for row in rows]}


def _columns(kind: type, without: tuple[str, ...] = ()) -> list[str]:
    return [f.name for f in fields(kind) if f.name not in without]


def accounts_tables(accounts: Accounts) -> dict[str, Any]:
    """All figures of the accounts, in tables."""
    generation = [
        {"site": year.site, "year": year.year, **record(row)} for year in accounts.site_years for row in year.generation
    ]
    programmes = [
        {"programme": programme, "year": year, "mw": plain(mw)}
        for programme, by_year in accounts.programme_mw.items()
        for year, mw in zip(accounts.years, by_year, strict=True)
    ]
    tables: dict[str, Any] = {}
    for name, kind in SCHEMAS.items():
        without = ("generation",) if kind is SiteYear else ()
        tables[name] = table(_columns(kind, without), (record(row, without=without) for row in getattr(accounts, name)))
    tables["generation_years"] = table(["site", "year", *_columns(GenerationYear)], generation)
    tables["programme_years"] = table(["programme", "year", "mw"], programmes)
    return {"objective_vnd": plain(accounts.objective_vnd), **tables}

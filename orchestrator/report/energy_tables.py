"""Tables of what the grid's energy brings along: carbon by two ways of counting, and the demand charge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import Messages
from orchestrator.report.plan_tables import by_year, rows_of, year_columns
from orchestrator.report.table import Names, Table

Document = Mapping[str, Any]

_CARBON = (
    "tco2_location",
    "tco2_location_low",
    "tco2_location_high",
    "tco2_market",
    "tco2_market_low",
    "tco2_market_high",
    "tco2_location_hourly",
)


def carbon_table(document: Document, text: Messages) -> Table:
    """Emissions by location and by market side by side, with their error band, and by the estimated hourly factor."""
    rows, keys = [], []
    for scope in ("new", "all"):
        for column in _CARBON:
            of_scope = [row for row in rows_of(document, "province_years") if row["scope"] == scope]
            values = {row["year"]: row[column] for row in of_scope}
            if any(value is not None for value in values.values()):
                rows.append((text(f"scope.{scope}"), text(f"carbon.{column}"), *by_year(document, values, text.number)))
                keys.append(f"{column}/{scope}")
    columns = year_columns(document, text("column.scope"), text("column.indicator"))
    hourly = any(key.startswith("tco2_location_hourly") for key in keys)
    band = any(key.startswith("tco2_location_low") for key in keys)
    notes = [text("carbon.note"), text("carbon.band" if band else "carbon.no_band")]
    notes.append(text("carbon.hourly" if hourly else "carbon.no_hourly"))
    note, keyed = " ".join(notes), tuple(keys)
    return Table("carbon", text("carbon.title"), columns, tuple(rows), note, groups=1, keys=keyed, unit="tCO₂")


def demand_charge_table(document: Document, text: Messages) -> Table:
    """The largest month, the mean of the months and what they cost, by site; without a capacity price nothing."""
    names, rows = Names(document, text), []
    charges = rows_of(document, "demand_charges")
    for site in dict.fromkeys(row["site"] for row in charges):
        peaks: dict[int, list[float]] = {}
        paid: dict[int, float | None] = {}
        for row in (row for row in charges if row["site"] == site):
            peaks.setdefault(row["year"], []).append(row["peak_mw"])
            paid[row["year"]] = (paid.get(row["year"]) or 0.0) + row["vnd"]
        largest: dict[int, float | None] = {year: max(months) for year, months in peaks.items()}
        mean: dict[int, float | None] = {year: sum(months) / len(months) for year, months in peaks.items()}
        place = names.of("sites", site)
        if not any(largest.values()):
            continue
        for key, values, decimals in (("largest", largest, 3), ("mean", mean, 3)):
            cells = by_year(document, values, lambda v, d=decimals: text.number(v, d))  # type: ignore[misc]
            rows.append((place, text(f"demand_charge.{key}"), *cells))
        rows.append((place, text("demand_charge.paid"), *by_year(document, paid, text.billion)))
    columns = year_columns(document, text("column.site"), text("column.figure"))
    note = text("demand_charge.note") if rows else ""
    return Table("demand_charges", text("demand_charge.title"), columns, tuple(rows), note, groups=1)

"""Tables of resilience: what every site survives alone, the ground under it, and what stands ready elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import Messages
from orchestrator.report.plan_tables import Format, by_year, rows_of, year_columns
from orchestrator.report.table import Column, Names, Row, Table

Document = Mapping[str, Any]
Lines = list[tuple[str, ...]]


def by_site(document: Document, table: str) -> dict[str, list[Row]]:
    """Rows of a table of the accounts by site."""
    found: dict[str, list[Row]] = {}
    for row in rows_of(document, table):
        found.setdefault(row["site"], []).append(row)
    return found


def outage_table(document: Document, text: Messages) -> Table:
    """What every site with new halls needs and has for the outage of the rule, by year."""
    names = Names(document, text)
    forms: dict[str, Format] = {
        "load_mwh": text.number,
        "storm_generation_mwh": lambda v: text.number(v, 1),
        "held_mwh": lambda v: text.number(v, 1),
        "fuel_needed_m3": text.number,
        "fuel_stored_m3": text.number,
        "genset_margin_kw": text.number,
    }
    rows: Lines = []
    hours = 0
    for site, years in by_site(document, "outages").items():
        hours = years[0]["outage_hours"]
        for column, form in forms.items():
            values = {row["year"]: row[column] for row in years}
            rows.append((names.of("sites", site), text(f"outage.{column}"), *by_year(document, values, form)))
    note = text("outage.note", hours=hours) if rows else ""
    columns = year_columns(document, text("column.site"), text("column.figure"))
    return Table("outages", text("outage.title"), columns, tuple(rows), note, groups=1)


def pad_table(document: Document, text: Messages) -> Table:
    """Fill under new halls and tanks: height, volume and what it costs."""
    names = Names(document, text)
    pads = rows_of(document, "pads")
    rows: Lines = [
        (
            names.of("sites", row["site"]),
            names.item(row["kind"], row["site"], row["item"]),
            str(row["year"]),
            text.amount(row["amount"]),
            text.number(row["height_m"], 2),
            text.number(row["fill_m3"]),
            text.billion(row["capex_vnd"], 2),
        )
        for row in pads
    ]
    if rows:
        volume, capital = (sum(row[name] for row in pads) for name in ("fill_m3", "capex_vnd"))
        rows.append((text("table.total"), "", "", "", "", text.number(volume), text.billion(capital, 2)))
    columns = (
        Column(text("column.site")),
        Column(text("column.what")),
        Column(text("column.serves_from"), True),
        Column(text("column.quantity"), True),
        Column(text("column.pad_height"), True),
        Column(text("column.pad_fill"), True),
        Column(text("column.capex"), True),
    )
    total = frozenset({len(rows) - 1}) if rows else frozenset()
    note = text("pad.note") if rows else ""
    return Table("pads", text("pad.title"), columns, tuple(rows), note, total, groups=1)


def standby_table(document: Document, text: Messages) -> Table:
    """What stands ready for whom and where, by year."""
    names = Names(document, text)
    groups: dict[tuple[str, str, bool], list[Row]] = {}
    for row in rows_of(document, "standbys"):
        groups.setdefault((row["pool"], row["location"], row["rented"]), []).append(row)
    rows: Lines = []
    for (pool, location, rented), years in groups.items():
        where = names.of("locations" if rented else "sites", location)
        for column, unit, decimals in (("vcpu", "vCPU", 0), ("memory_gib", "GiB", 0), ("storage_tb", "TB", 1)):
            values = {row["year"]: row[column] for row in years}
            if any(values.values()):
                cells = by_year(document, values, lambda v, d=decimals: text.number(v, d))  # type: ignore[misc]
                rows.append((names.pool(pool), where, unit, *cells))
        gpus = {row["year"]: row["gpus"] for row in years}
        if any(gpus.values()):
            rows.append((names.pool(pool), where, "GPU", *by_year(document, gpus, lambda v: text.number(v, 1))))
        if rented:
            cost = {row["year"]: row["vnd"] for row in years}
            rows.append((names.pool(pool), where, text("unit.billion"), *by_year(document, cost, text.billion)))
    columns = year_columns(document, text("column.for"), text("column.location"), text("column.unit"))
    note = text("standby.note") if rows else ""
    return Table("standby", text("standby.title"), columns, tuple(rows), note, groups=2)


def site_loss_table(document: Document, text: Messages) -> Table:
    """Whichever site is lost: how much of each pool goes with it, and for how much what must run soon stands ready."""
    names = Names(document, text)
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows_of(document, "site_losses"):
        groups.setdefault((row["site"], row["pool"]), []).append(row)
    rows: Lines = []
    for (site, pool), years in groups.items():
        for column in ("lost_fraction", "ready_fraction"):
            values = {row["year"]: row[column] for row in years}
            label = text(f"site_loss.{column}")
            rows.append((names.of("sites", site), names.pool(pool), label, *by_year(document, values, text.percent)))
    columns = year_columns(document, text("column.lost_site"), text("column.for"), text("column.figure"))
    note = text("site_loss.note") if rows else ""
    return Table("site_losses", text("site_loss.title"), columns, tuple(rows), note, groups=2)

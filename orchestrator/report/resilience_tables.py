"""Tables of resilience: what every site survives alone, and the ground that it stands on."""

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

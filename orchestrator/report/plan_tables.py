"""Tables of a plan: what to order, what stands, what to rent, and the prices beside those of the clouds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from orchestrator.i18n import MISSING, Messages
from orchestrator.report.table import Column, Names, Row, Table
from orchestrator.shown import with_unit

Document = Mapping[str, Any]
Format = Callable[[float | None], str]
ORDER_HEADS = (2, 4)
"""Columns of orders that stand over their rows where there is no room."""


def rows_of(document: Document, table: str) -> list[Row]:
    """Rows of a table of the accounts."""
    rows: list[Row] = document["accounts"][table]["rows"]
    return rows


def year_columns(document: Document, *headings: str) -> tuple[Column, ...]:
    """Columns with a heading, then one for every year."""
    return (*(Column(heading) for heading in headings), *(Column(str(year), True) for year in document["years"]))


def by_year(document: Document, values: Mapping[int, float | None], form: Format) -> tuple[str, ...]:
    """One cell for every year; years that are not there get a dash."""
    return tuple(form(values[year]) if year in values else MISSING for year in document["years"])


def build_table(document: Document, text: Messages) -> Table:
    """What to build where, for which year, and the last day to order it."""
    names = Names(document, text)
    orders = sorted(rows_of(document, "orders"), key=lambda r: (r["order_by"], r["site"], r["kind"], r["item"]))
    rows: list[tuple[str, ...]] = [
        (
            *order_cells(row, names, text),
            text("payer." + row["payer"]),
            text("build.by_kwh") if is_paid_by_kwh(row) else text.billion(row["capex_vnd"]),
        )
        for row in orders
    ]
    total = text.billion(sum(row["capex_vnd"] for row in orders))
    if rows:
        rows.append((text("table.total"), "", "", "", "", "", "", total))
    columns = (
        *order_columns(text),
        Column(text("column.payer"), tight=True),
        Column(text("column.capex"), True),
    )
    note = text("build.note") if rows else text("build.none")
    if any(is_paid_by_kwh(row) for row in orders):
        note = f"{note} {text('build.by_kwh_note')}"
    title, last, sums = text("build.title"), _last(rows), _sums(rows)
    return Table("build", title, columns, tuple(rows), note, last, heads=ORDER_HEADS, sums=sums)


def order_columns(text: Messages) -> tuple[Column, ...]:
    """Heads of what ``order_cells`` says of an order."""
    return (
        Column(text("column.order_by"), tight=True),
        Column(text("column.serves_from"), True),
        Column(text("column.site")),
        Column(text("column.what")),
        Column(text("column.hall")),
        Column(text("column.quantity"), True),
    )


def order_cells(order: Row, names: Names, text: Messages) -> tuple[str, ...]:
    """When an order is placed and serves, where, what of, for which hall, and how much."""
    return (
        text.date(order["order_by"]),
        str(order["year"]),
        names.of("sites", order["site"]),
        item_name(order, names, text),
        names.of("halls", order["hall"]) if order["hall"] is not None and order["kind"] != "module" else "",
        quantity(order["kind"], order["amount"], text),
    )


def is_paid_by_kwh(order: Row) -> bool:
    """Whether an order is a contract for energy, whose price pays the plant: it has no capital of its own."""
    return order["kind"] in ("generation", "dppa_mw") and not order["capex_vnd"]


def item_name(row: Row, names: Names, text: Messages) -> str:
    """What an order is of."""
    name = names.item(row["kind"], row["site"], row["item"])
    if row["kind"] == "dppa_mw":
        return text("build.dppa", what=name)
    return name


def quantity(kind: str, amount: float, text: Messages) -> str:
    """An amount with its unit."""
    return with_unit(text.amount(amount), text("unit." + kind))


def _last(rows: list[tuple[str, ...]]) -> frozenset[int]:
    return frozenset({len(rows) - 1}) if rows else frozenset()


def _sums(rows: list[tuple[str, ...]]) -> dict[int, tuple[int, ...]]:
    """The last row adds up all before it."""
    return {len(rows) - 1: tuple(range(len(rows) - 1))} if rows else {}


_STANDING_OF_SITE: tuple[tuple[str, str, int], ...] = (
    ("connection_mw", "MW", 1),
    ("peak_it_mw", "MW", 2),
    ("peak_facility_mw", "MW", 2),
    ("peak_grid_mw", "MW", 2),
    ("battery_mw", "MW", 1),
    ("battery_mwh", "MWh", 1),
    ("ups_reserve_mw", "MW", 2),
    ("ups_battery_mw", "MW", 2),
    ("dppa_mw", "MW", 1),
)


def capacity_table(document: Document, text: Messages) -> Table:
    """What stands at every site in every year."""
    names = Names(document, text)
    rows: list[tuple[str, ...]] = []
    for site in document["labels"]["sites"]:
        facilities = [row for row in rows_of(document, "facility_years") if row["site"] == site]
        for hall in dict.fromkeys(row["hall"] for row in facilities):
            rows += _facility_rows(document, text, names, [row for row in facilities if row["hall"] == hall])
        years = {row["year"]: row for row in rows_of(document, "site_years") if row["site"] == site}
        for column, unit, decimals in _STANDING_OF_SITE:
            values = {year: row[column] for year, row in years.items()}
            if any(values.values()):
                label = f"{text('standing.' + column)} ({unit})"
                cells = by_year(document, values, lambda v, d=decimals: text.number(v, d))  # type: ignore[misc]
                rows.append((names.of("sites", site), text("standing.whole_site"), label, *cells))
        rows += _generation_rows(document, text, names, site)
    columns = year_columns(document, text("column.site"), text("column.hall"), text("column.standing"))
    return Table("capacity", text("capacity.title"), columns, tuple(rows), text("capacity.note"), groups=2)


def _facility_rows(document: Document, text: Messages, names: Names, rows: list[Row]) -> list[tuple[str, ...]]:
    place, hall = names.of("sites", rows[0]["site"]), names.of("halls", rows[0]["hall"])

    def line(label: str, values: dict[int, float | None], form: Format = text.number) -> list[tuple[str, ...]]:
        return [(place, hall, label, *by_year(document, values, form))] if any(values.values()) else []

    lines = line(text("standing.modules"), {row["year"]: row["modules"] for row in rows})
    for plant in ("ups", "gensets", "chillers"):
        lines += line(text("standing." + plant), {row["year"]: row[plant] for row in rows})
    for sku in dict.fromkeys(sku for row in rows for sku in row["servers"]):
        label = text("standing.servers", sku=names.of("skus", sku))
        lines += line(label, {row["year"]: row["servers"].get(sku, 0) for row in rows})
    extras = [e for e in document.get("extras") or () if (e["site"], e["hall"]) == (rows[0]["site"], rows[0]["hall"])]
    for sku in dict.fromkeys(extra["sku"] for extra in extras):
        counts: dict[int, float | None] = {row["year"]: 0 for row in rows}
        for extra in (extra for extra in extras if extra["sku"] == sku):
            counts[extra["year"]] = (counts[extra["year"]] or 0) + extra["servers"]
        lines += line(text("standing.extra", sku=names.of("skus", sku)), counts, lambda v: text.number(v, 1))
    lines += line(text("standing.racks"), {row["year"]: sum(row["racks"].values()) for row in rows})
    wholesale = {row["year"]: row["wholesale_mw"] for row in rows}
    lines += line(f"{text('standing.wholesale')} (MW)", wholesale, lambda v: text.number(v, 2))
    critical = {row["year"]: row["critical_it_kw"] / 1000 for row in rows}
    lines += line(f"{text('standing.critical_it')} (MW)", critical, lambda v: text.number(v, 2))
    return lines


def _generation_rows(document: Document, text: Messages, names: Names, site: str) -> list[tuple[str, ...]]:
    rows = [row for row in rows_of(document, "generation_years") if row["site"] == site]
    lines = []
    for technology in dict.fromkeys(row["technology"] for row in rows):
        values = {row["year"]: row["mw"] for row in rows if row["technology"] == technology}
        if any(values.values()):
            cells = by_year(document, values, lambda v: text.number(v, 1))
            label = f"{names.of('technologies', technology)} (MW)"
            lines.append((names.of("sites", site), text("standing.whole_site"), label, *cells))
    return lines


_RENTED = (("vcpu", "vCPU", 0), ("memory_gib", "GiB", 0), ("storage_tb", "TB", 1), ("gpus", "GPU", 1))


def rent_table(document: Document, text: Messages) -> Table:
    """What to rent for whom and from whom, by year."""
    names = Names(document, text)
    groups: dict[tuple[str, str, str | None], list[Row]] = defaultdict(list)
    for row in rows_of(document, "rents"):
        groups[row["pool"], row["location"], row["gpu_price"]].append(row)
    rows: list[tuple[str, ...]] = []
    costs: list[int] = []
    for (pool, location, gpu_price), years in groups.items():
        where = names.of("locations", location)
        for column, unit, decimals in _RENTED:
            values = {row["year"]: row[column] for row in years}
            if any(values.values()):
                model = f" {names.of('gpu_prices', gpu_price)}" if column == "gpus" and gpu_price else ""
                cells = by_year(document, values, lambda v, d=decimals: text.number(v, d))  # type: ignore[misc]
                rows.append((names.pool(pool), where, unit + model, *cells))
        cost = {row["year"]: row["vnd"] for row in years}
        costs.append(len(rows))
        rows.append((names.pool(pool), where, text("unit.billion"), *by_year(document, cost, text.billion)))
    sums = {}
    if rows:
        whole: dict[int, float | None] = dict.fromkeys(document["years"], 0.0)
        for row in rows_of(document, "rents"):
            whole[row["year"]] = (whole[row["year"]] or 0.0) + row["vnd"]
        sums = {len(rows): tuple(costs)}
        rows.append((text("table.total"), "", text("unit.billion"), *by_year(document, whole, text.billion)))
    note = text("rent.note") if rows else text("rent.none")
    columns = year_columns(document, text("column.for"), text("column.location"), text("column.unit"))
    return Table("rent", text("rent.title"), columns, tuple(rows), note, frozenset(sums), 2, sums=sums)


def unit_cost_table(document: Document, text: Messages) -> Table:
    """An hour of owned capacity beside what the eligible clouds charge for the same."""
    names = Names(document, text)
    groups: dict[tuple[str, str], dict[int, Row]] = defaultdict(dict)
    for row in rows_of(document, "unit_costs"):
        groups[row["payer"], row["unit"]][row["year"]] = row
    rows: list[tuple[str, ...]] = []
    for (payer, unit), years in groups.items():
        who, what = text("payer." + payer), text("unit_cost." + unit)
        own = {year: row["owned_vnd_per_unit"] for year, row in years.items()}
        rows.append((who, what, text("unit_cost.owned"), *by_year(document, own, text.number)))
        for location in dict.fromkeys(place for row in years.values() for place in row["rent_vnd_per_unit"]):
            prices = {year: row["rent_vnd_per_unit"].get(location) for year, row in years.items()}
            rows.append((who, what, names.of("locations", location), *by_year(document, prices, text.number)))
    columns = year_columns(document, text("column.payer"), text("column.unit_hour"), text("column.location"))
    return Table(
        "unit_costs",
        text("unit_cost.title"),
        columns,
        tuple(rows),
        text("unit_cost.note"),
        groups=2,
        unit=text("unit.vnd_per_hour"),
    )


def programme_table(document: Document, text: Messages) -> Table:
    """IT MW of every programme that stands in the province."""
    names = Names(document, text)
    groups: dict[str, dict[int, float | None]] = defaultdict(dict)
    for row in rows_of(document, "programme_years"):
        groups[row["programme"]][row["year"]] = row["mw"]
    rows = [
        (names.of("programmes", programme), *by_year(document, values, lambda v: text.number(v, 3)))
        for programme, values in groups.items()
        if any(values.values())
    ]
    columns = year_columns(document, text("column.programme"))
    return Table("programmes", text("programme.title"), columns, tuple(rows), text("programme.note"), unit="MW")

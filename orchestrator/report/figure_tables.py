"""Tables of a plan's figures: energy, clean shares, emissions, water, cost, and what the constraints cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import BILLION, MISSING, Messages
from orchestrator.report.plan_tables import Format, by_year, rows_of, year_columns
from orchestrator.report.table import Column, Names, Row, Table
from orchestrator.shown import with_unit

Document = Mapping[str, Any]
Values = dict[int, float | None]
_SMALLEST_MWH = 1e-6


def _sum(document: Document, table: str, column: str, **where: object) -> Values:
    sums: Values = {}
    for row in rows_of(document, table):
        if all(row[name] == value for name, value in where.items()):
            sums[row["year"]] = (sums.get(row["year"]) or 0.0) + row[column]
    return sums


def _less(values: Values, other: Values) -> Values:
    return {year: (value or 0.0) - (other.get(year) or 0.0) for year, value in values.items()}


def energy_sources(document: Document) -> list[tuple[str, str | None, Values]]:
    """(key, technology, MWh by year) of the sources that meet the load of all sites; battery losses are negative.

    keys: grid (without the matched DPPA), dppa, used (output of a technology behind the meter), battery_losses.
    """
    matched = _sum(document, "site_years", "dppa_matched_mwh")
    sources: list[tuple[str, str | None, Values]] = [
        ("grid", None, _less(_sum(document, "site_years", "grid_mwh"), matched)),
        ("dppa", None, matched),
    ]
    for technology in dict.fromkeys(row["technology"] for row in rows_of(document, "generation_years")):
        used = _sum(document, "generation_years", "used_mwh", technology=technology)
        sources.append(("used", technology, used))
    losses = _less(_sum(document, "site_years", "discharge_mwh"), _sum(document, "site_years", "charge_mwh"))
    sources.append(("battery_losses", None, losses))
    return [source for source in sources if any(source[2].values())]


def energy_table(document: Document, text: Messages) -> Table:
    """Energy by source and year; the sources sum up to the facility load."""
    names = Names(document, text)

    def line(label: str, values: Values) -> tuple[str, ...]:
        return (label, *by_year(document, values, text.number))

    sources, facility = energy_sources(document), _sum(document, "site_years", "facility_mwh")
    rows = [
        line(text(f"energy.{key}", technology=names.of("technologies", technology)), values)
        for key, technology, values in sources
    ]
    rest = facility
    for _, _, values in sources:
        rest = _less(rest, values)
    if any(abs(value or 0.0) > _SMALLEST_MWH for value in rest.values()):
        rows.append(line(text("energy.surplus"), rest))
    rows.append(line(text("energy.facility"), facility))
    sums = {len(rows) - 1: tuple(range(len(rows) - 1))}
    rows.append(line(text("energy.it"), _sum(document, "site_years", "it_mwh")))
    curtailed = _sum(document, "generation_years", "curtailed_mwh")
    if any(curtailed.values()):
        rows.append(line(text("energy.curtailed"), curtailed))
    columns = year_columns(document, text("column.source"))
    note = text("energy.note")
    return Table("energy", text("energy.title"), columns, tuple(rows), note, frozenset(sums), unit="MWh", sums=sums)


_INDICATORS: tuple[tuple[str, str], ...] = (
    ("hourly_carbon_free", "share"),
    ("renewable_share", "share"),
    ("pue", "ratio"),
    ("tco2_location", "amount"),
    ("tco2_market", "amount"),
    ("water_m3", "amount"),
)


def indicator_table(document: Document, text: Messages) -> Table:
    """Carbon-free and renewable share, PUE, emissions and water: of the new sites, and of all."""
    forms: dict[str, Format] = {
        "share": text.percent,
        "ratio": lambda v: text.number(v, 3),
        "amount": text.number,
    }
    rows, keys = [], []
    for column, form in _INDICATORS:
        for scope in ("new", "all"):
            values = {
                row["year"]: row[column] if row["it_mwh"] or form == "amount" else None
                for row in rows_of(document, "province_years")
                if row["scope"] == scope
            }
            cells = by_year(document, values, forms[form])
            rows.append((text(f"indicator.{column}"), text(f"scope.{scope}"), *cells))
            keys.append(f"{column}/{scope}")
    columns = year_columns(document, text("column.indicator"), text("column.scope"))
    title, note = text("indicator.title"), text("indicator.note")
    return Table("indicators", title, columns, tuple(rows), note, groups=1, keys=tuple(keys))


def cost_table(document: Document, text: Messages) -> Table:
    """Cash by year, payer and category, in tỷ đồng."""
    groups: dict[str, dict[str, Values]] = defaultdict(dict)
    for row in rows_of(document, "costs"):
        values = groups[row["payer"]].setdefault(row["category"], {})
        values[row["year"]] = (values.get(row["year"]) or 0.0) + row["cash_vnd"]
    rows: list[tuple[str, ...]] = []
    sums: dict[int, tuple[int, ...]] = {}
    years = cost_years(document)
    for payer, categories in groups.items():
        who = text("payer." + payer)
        for category, values in categories.items():
            rows.append(_cost_row(text, years, who, text("category." + category), values))
        whole = {year: sum(values.get(year) or 0.0 for values in categories.values()) for year in years}
        sums[len(rows)] = tuple(range(len(rows) - len(categories), len(rows)))
        rows.append(_cost_row(text, years, who, text("table.total"), dict(whole)))
        charged = [row for row in rows_of(document, "demand_charges") if row["payer"] == payer]
        if charged:
            of_year = {year: sum(row["vnd"] for row in charged if row["year"] == year) for year in years}
            rows.append(_cost_row(text, years, who, text("cost.capacity_charge"), dict(of_year)))
    columns = (
        Column(text("column.payer")),
        Column(text("column.category")),
        *(Column(str(year), True) for year in years),
        Column(text("table.total"), True),
    )
    title, note = text("cost.title"), text("cost.note", year=document["price_year"])
    unit = text("unit.billion")
    return Table("cost", title, columns, tuple(rows), note, frozenset(sums), 1, unit=unit, sums=sums, across=True)


def cost_years(document: Document) -> list[int]:
    """Years with money: those of the plan, and earlier or later ones in which orders are paid."""
    return sorted({*document["years"], *(row["year"] for row in rows_of(document, "costs"))})


def _cost_row(text: Messages, years: list[int], who: str, what: str, values: Values) -> tuple[str, ...]:
    cells = [text.billion(values.get(year) or 0.0) for year in years]
    return (who, what, *cells, text.billion(sum(value or 0.0 for value in values.values())))


def part_table(document: Document, text: Messages) -> Table:
    """Present value by part; the parts sum up to the objective."""
    parts = [row for row in rows_of(document, "parts") if row["present_value_vnd"]]
    rows = [(text("part." + row["key"]), text.billion(row["present_value_vnd"])) for row in parts]
    rows.append((text("part.total"), text.billion(document["accounts"]["objective_vnd"])))
    columns = (Column(text("column.part")), Column(text("column.present_value"), True))
    note = text("part.note", year=document["price_year"])
    sums = {len(parts): tuple(range(len(parts)))}
    return Table("parts", text("part.title"), columns, tuple(rows), note, frozenset(sums), sums=sums)


def unit_name(unit: str, text: Messages) -> str:
    """A unit of the model in the language of the reader."""
    return text.find(f"unit_name.{unit}", unit)


def shadow_table(document: Document, text: Messages) -> Table:
    """Constraints that bind, and what one unit of each costs."""
    names = Names(document, text)
    prices = sorted(document["shadow_prices"], key=lambda row: -abs(row["vnd_per_unit"]))
    rows = [
        (
            names.policy(row["constraint"]),
            MISSING if row["year"] is None else str(row["year"]),
            names.of("sites", row["site"]) if row["site"] is not None else text("scope.province"),
            unit_name(row["unit"], text),
            text.significant(row["vnd_per_unit"] / BILLION),
        )
        for row in prices
    ]
    columns = (
        Column(text("column.constraint")),
        Column(text("column.year"), True),
        Column(text("column.site")),
        Column(text("column.unit")),
        Column(text("column.vnd_per_unit"), True),
    )
    doubt = document["shadow_prices_doubt_vnd"]
    if doubt is None:
        note = text("shadow.unknown")
    else:
        note = text("shadow.note") if rows else text("shadow.none")
        note += " " + text("shadow.doubt", doubt=text.significant(doubt / BILLION))
    return Table("shadow", text("shadow.title"), columns, tuple(rows), note)


def required(kind: str, value: float, text: Messages) -> str:
    """What a policy constraint asks for, in the unit of its kind."""
    if kind in ("renewable_share_min", "hourly_carbon_free_min"):
        return text.percent(value)
    unit = {"carbon_cap_tco2": "tCO₂", "water_max_m3": "m³", "programme_in_province_mw_min": "MW"}.get(kind, "")
    amount = text.amount(value)
    return with_unit(amount, unit) if unit else amount


def missed_table(document: Document, text: Messages) -> Table:
    """Targets that can no longer be met in their year."""
    names = Names(document, text)
    rows = [
        (
            names.policy(row["policy"]),
            names.citation(row["policy"]),
            str(row["year"]),
            required(names.policy_kind(row["policy"]), row["required"], text),
            str(row["earliest_year"]) if row["earliest_year"] is not None else text("missed.never"),
        )
        for row in document["missed_targets"] or ()
    ]
    columns = (
        Column(text("column.target")),
        Column(text("column.citation")),
        Column(text("column.year"), True),
        Column(text("column.required"), True),
        Column(text("column.earliest"), True),
    )
    note = ""
    if document["missed_targets"] is not None:
        note = text("missed.note", as_of=text.date(document["as_of"])) if rows else text("missed.none")
    return Table("missed", text("missed.title"), columns, tuple(rows), note)


def violation_amount(row: Row, text: Messages) -> tuple[str, str]:
    """By how much a constraint is missed, and in which unit; money in tỷ đồng."""
    if row["unit"] == "VND":
        return text.billion(row["amount"]), text("unit.billion")
    return text.amount(row["amount"], 4), unit_name(row["unit"], text)


def violation_table(document: Document, text: Messages) -> Table:
    """The policy constraints that cannot hold together, with the least amounts by which they are missed."""
    names = Names(document, text)
    rows = [
        (
            names.policy(row["policy"]),
            names.citation(row["policy"]),
            str(row["year"]),
            names.of("sites", row["site"]) if row["site"] is not None else text("scope.province"),
            *violation_amount(row, text),
        )
        for row in document["violations"]
    ]
    columns = (
        Column(text("column.constraint")),
        Column(text("column.citation")),
        Column(text("column.year"), True),
        Column(text("column.site")),
        Column(text("column.missing"), True),
        Column(text("column.unit")),
    )
    note = text(
        "violation.note",
        total=text.billion(document["violation_vnd"], 3),
        bound=text.billion(document["violation_bound_vnd"], 3),
    )
    return Table("violations", text("violation.title"), columns, tuple(rows), note if rows else "")


def source_table(document: Document, text: Messages) -> Table:
    """How many input figures stand on what."""
    counts: Mapping[str, int] = document["sources"] or {}
    whole = sum(counts.values())
    rows = [
        (
            text.find(f"standing_of_source.{key}", key),
            text.number(count),
            text.percent(count / whole if whole else None),
        )
        for key, count in counts.items()
    ]
    sums = {len(rows): tuple(range(len(rows)))} if rows else {}
    if rows:
        rows.append((text("table.total"), text.number(whole), text.percent(1.0 if whole else None)))
    columns = (Column(text("column.basis")), Column(text("column.figures"), True), Column(text("column.share"), True))
    title, note = text("sources.title"), text("sources.note") if rows else ""
    return Table("sources", title, columns, tuple(rows), note, frozenset(sums), sums=sums, share=(2, 1))

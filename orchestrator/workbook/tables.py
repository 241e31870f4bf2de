"""Tables that the workbook has beside those of the report: summary, sites by year, notices, input figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orchestrator.i18n import MISSING, Messages
from orchestrator.province import Figure
from orchestrator.report import Column, Table
from orchestrator.report.page_parts import cards
from orchestrator.report.plan_tables import by_year, rows_of, year_columns
from orchestrator.report.table import Names

Document = Mapping[str, Any]

_SITE_FIGURES: tuple[tuple[str, str, int], ...] = (
    ("facility_mwh", "MWh", 1),
    ("it_mwh", "MWh", 1),
    ("grid_mwh", "MWh", 1),
    ("dppa_generated_mwh", "MWh", 1),
    ("dppa_matched_mwh", "MWh", 1),
    ("charge_mwh", "MWh", 1),
    ("discharge_mwh", "MWh", 1),
    ("pue", "", 3),
    ("renewable_share", "%", 1),
    ("hourly_carbon_free", "%", 1),
    ("tco2_location", "tCO₂", 1),
    ("tco2_market", "tCO₂", 1),
    ("tco2_location_hourly", "tCO₂", 1),
    ("water_m3", "m³", 0),
    ("critical_it_mw", "MW", 3),
    ("peak_it_mw", "MW", 3),
    ("peak_facility_mw", "MW", 3),
    ("peak_grid_mw", "MW", 3),
    ("connection_mw", "MW", 1),
    ("voltage_kv", "kV", 1),
    ("battery_mw", "MW", 2),
    ("battery_mwh", "MWh", 2),
    ("dppa_mw", "MW", 2),
)
BASIS = ("facility_mwh", "it_mwh", "grid_mwh", "dppa_generated_mwh", "dppa_matched_mwh")
"""What shares and PUE are computed from."""


def summary_table(document: Document, text: Messages) -> Table:
    """The cards of the report, a row each."""
    rows = tuple((card.name, card.value, card.about) for card in cards(document, text))
    columns = (Column(text("column.figure")), Column(text("column.value"), numeric=True), Column(text("column.about")))
    note = text(
        "workbook.summary_note",
        status=text(f"status.{document['status']}"),
        scenario=text.pick(document["labels"]["scenario"]),
        as_of=text.date(document["as_of"]),
    )
    keys = tuple(card.key for card in cards(document, text))
    return Table("summary", text("report.title"), columns, rows, note, keys=keys)


def site_figures_table(document: Document, text: Messages) -> Table:
    """Figures of every site and year, a line each: what shares and sums are computed from."""
    names = Names(document, text)
    rows = []
    for row in rows_of(document, "site_years"):
        row = {**row, "critical_it_mw": row["critical_it_kw"] / 1000}
        cells = (
            text.percent(row[key], decimals) if unit == "%" else text.number(row[key], decimals)
            for key, unit, decimals in _SITE_FIGURES
        )
        scope = text("scope.new" if row["candidate"] else "scope.existing")
        rows.append((names.of("sites", row["site"]), str(row["year"]), scope, *cells))
    columns = (
        Column(text("column.site"), key="site"),
        Column(text("column.year"), numeric=True, key="year"),
        Column(text("column.scope"), key="scope"),
        *(Column(_headed(text(f"site_figure.{key}"), unit), True, key=key) for key, unit, _ in _SITE_FIGURES),
    )
    title, note = text("workbook.site_figures"), text("workbook.site_figures_note")
    return Table("site_figures", title, columns, tuple(rows), note)


def _headed(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit and unit != "%" else name


def basis_table(document: Document, text: Messages) -> Table:
    """Energy by scope and year from which shares and PUE are computed."""
    rows, keys = [], []
    for key in BASIS:
        for scope in ("new", "all"):
            values = {row["year"]: row[key] for row in rows_of(document, "province_years") if row["scope"] == scope}
            cells = by_year(document, values, lambda v: text.number(v, 1))
            rows.append((text(f"site_figure.{key}"), text(f"scope.{scope}"), *cells))
            keys.append(f"{key}/{scope}")
    columns = year_columns(document, text("column.physical"), text("column.scope"))
    title, note = text("workbook.basis"), text("workbook.basis_note")
    return Table("basis", title, columns, tuple(rows), note, groups=1, keys=tuple(keys), unit="MWh")


def notice_table(document: Document, text: Messages) -> Table:
    """What a reader must know before using a figure."""
    rows = tuple((text(f"notice_kind.{notice['kind']}"), text.pick(notice)) for notice in document["notices"])
    columns = (Column(text("column.kind")), Column(text("line.notices")))
    return Table("notices", text("line.notices"), columns, rows)


def figure_table(figures: Iterable[Figure], text: Messages) -> Table:
    """Every input figure with its place, its standing and its source, by file and line."""
    rows = [
        (
            figure.file,
            str(figure.line),
            figure.path,
            _value(figure.value, text),
            text.find(f"standing_of_source.{figure.standing}", figure.standing),
            figure.source,
            figure.title or "",
            text.date(figure.date) if figure.date is not None else "",
        )
        for figure in figures
    ]
    columns = (
        Column(text("column.file"), tight=True),
        Column(text("column.line"), numeric=True),
        Column(text("column.figure")),
        Column(text("column.value"), numeric=True),
        Column(text("column.basis"), tight=True, key="standing"),
        Column(text("column.source_text")),
        Column(text("column.document")),
        Column(text("column.dated"), tight=True),
    )
    return Table("figures", text("workbook.figures"), columns, tuple(rows), text("workbook.figures_note"))


def _value(value: Any, text: Messages) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return text.amount(float(value), 6)
    if isinstance(value, list | tuple):
        return "; ".join(_value(entry, text) for entry in value)
    return MISSING if value is None else str(value)

"""Vega-Lite specifications of the charts, in one language; the page draws them with the library inside it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from orchestrator.i18n import BILLION, Messages
from orchestrator.report.figure_tables import cost_years, energy_sources, unit_name
from orchestrator.report.palette import DOWN, PALETTE, PRICE, TOTAL, UP, source_colours
from orchestrator.report.plan_tables import rows_of
from orchestrator.report.table import Names

Document = Mapping[str, Any]
Spec = dict[str, Any]

_MOST_SHADOWS = 12
_PART_LETTERS, _SHADOW_LETTERS, _LEGEND_LETTERS, _LINE_PX = 24, 42, 40, 13.5


def capacity_chart(document: Document, text: Messages) -> Spec | None:
    """Critical IT by year and site, stacked."""
    names = Names(document, text)
    sites = list(document["labels"]["sites"])
    rows = [
        {"year": row["year"], "site": names.of("sites", row["site"]), "mw": row["critical_it_kw"] / 1000}
        for row in rows_of(document, "site_years")
        if row["critical_it_kw"]
    ]
    if not rows:
        return None
    present = {row["site"] for row in rows}
    order = [name for site in sites if (name := names.of("sites", site)) in present]
    return _stacked_bars(
        rows, "site", "mw", order, PALETTE, text, ("column.site", "chart.capacity.y"), document["years"]
    )


def source_names(document: Document, text: Messages) -> dict[str, str]:
    """Names of what meets the load, by key of the week's series."""
    technologies: Mapping[str, Any] = document["labels"]["technologies"]
    return {
        "grid": text("chart.week.grid"),
        "dppa": text("chart.week.dppa"),
        **{technology: text.pick(names) for technology, names in technologies.items()},
        "discharge": text("chart.week.discharge"),
    }


def energy_chart(document: Document, text: Messages, kinds: Mapping[str, str]) -> Spec | None:
    """Energy by source and year, stacked; battery losses stand below zero."""
    names, colours = Names(document, text), source_colours(document["labels"]["technologies"], kinds)
    rows, order, range_ = [], [], []
    for key, technology, values in energy_sources(document):
        name = text(f"energy.{key}", technology=names.of("technologies", technology))
        order.append(name)
        range_.append(colours[technology or key])
        rows += [{"year": year, "source": name, "gwh": (mwh or 0.0) / 1000} for year, mwh in values.items()]
    if not rows:
        return None
    keys = ("chart.week.series", "chart.energy.y")
    return _stacked_bars(rows, "source", "gwh", order, tuple(range_), text, keys, document["years"])


def cost_charts(document: Document, text: Messages) -> dict[str, Spec]:
    """Cost by year and category, stacked, a chart for every payer."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(document, "costs"):
        rows.setdefault(row["payer"], []).append(
            {
                "year": row["year"],
                "category": text("category." + row["category"]),
                "bn": row["cash_vnd"] / BILLION,
            }
        )
    categories = ("hall", "server", "energy_asset", "grid", "rent", "network", "operation", "energy")
    order = [text("category." + key) for key in categories]
    keys, years = ("column.category", "chart.cost.y"), cost_years(document)
    return {
        payer: _stacked_bars(of_payer, "category", "bn", order, PALETTE, text, keys, years)
        for payer, of_payer in rows.items()
    }


def _stacked_bars(
    rows: list[dict[str, Any]],
    series: str,
    value: str,
    order: list[str],
    colours: tuple[str, ...],
    text: Messages,
    title_keys: tuple[str, str],
    years: list[int],
) -> Spec:
    present = {row[series] for row in rows}
    kept = [(name, colours[index % len(colours)]) for index, name in enumerate(order) if name in present]
    rank = {name: index for index, (name, _) in enumerate(kept)}
    columns = 2 if all(len(name) <= _LEGEND_LETTERS for name in rank) else 1
    series_title, value_title = text(title_keys[0]), text(title_keys[1])
    return {
        "data": {"values": [{**row, "rank": rank[row[series]]} for row in rows]},
        "width": "container",
        "height": 260,
        "name": "bars",
        "mark": {"type": "bar", "width": {"band": 0.66}},
        "encoding": {
            "x": {
                "field": "year",
                "type": "ordinal",
                "scale": {"domain": years},
                "axis": {"labelAngle": 0, "title": None},
            },
            "y": {"field": value, "type": "quantitative", "title": value_title},
            "color": {
                "field": series,
                "type": "nominal",
                "scale": {"domain": [name for name, _ in kept], "range": [colour for _, colour in kept]},
                "legend": {"title": None, "orient": "bottom", "columns": columns, "labelLimit": 0},
            },
            "order": {"field": "rank", "type": "quantitative"},
            "tooltip": [
                {"field": "year", "type": "ordinal", "title": text("column.year")},
                {"field": series, "type": "nominal", "title": series_title},
                {"field": value, "type": "quantitative", "title": value_title, "format": ",.2f"},
            ],
        },
    }


def waterfall_chart(document: Document, text: Messages) -> Spec | None:
    """Parts of the present value below each other, each from where the one before ended, then the total."""
    rows, reached = [], 0.0
    for part in rows_of(document, "parts"):
        amount = part["present_value_vnd"] / BILLION
        if amount:
            kind = "up" if amount > 0 else "down"
            rows.append(_step(text("part." + part["key"]), reached, reached + amount, amount, kind, text))
            reached += amount
    if not rows:
        return None
    rows.append(_step(text("part.total"), 0.0, reached, reached, "total", text))
    bars = {
        "name": "bars",
        "mark": {"type": "bar", "height": {"band": 0.7}},
        "encoding": {
            "x": {"field": "from", "type": "quantitative", "title": text("chart.waterfall.y")},
            "x2": {"field": "to"},
            "color": {
                "field": "kind",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": ["up", "down", "total"], "range": [UP, DOWN, TOTAL]},
            },
            "tooltip": [
                {"field": "part", "type": "nominal", "title": text("column.part")},
                {"field": "amount", "type": "quantitative", "title": text("column.present_value"), "format": ",.1f"},
            ],
        },
    }
    amounts = {
        "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 11},
        "encoding": {"x": {"field": "top", "type": "quantitative"}, "text": {"field": "label", "type": "nominal"}},
    }
    return {
        "data": {"values": rows},
        "width": "container",
        "height": 34 * len(rows),
        "encoding": {"y": _lines_axis("lines")},
        "layer": [bars, amounts],
    }


def _lines_axis(field: str) -> Spec:
    """The vertical axis of bars whose names are whole, in lines."""
    return {
        "field": field,
        "type": "nominal",
        "sort": None,
        "axis": {
            "title": None,
            "labelExpr": "split(datum.label, '\\n')",
            "labelLimit": 0,
            "labelFontSize": 11,
            "labelLineHeight": _LINE_PX,
            "labelOverlap": False,
            "labelBaseline": "middle",
            # A label of several lines stands with the middle of its first line at the bar.
            "labelOffset": {
                "condition": [
                    {"test": f"length(split(datum.label, '\\n')) === {lines}", "value": -_LINE_PX * (lines - 1) / 2}
                    for lines in range(2, 7)
                ],
                "value": 0,
            },
        },
    }


def _in_lines(name: str, letters: int) -> str:
    return "\n".join(textwrap.wrap(name, letters, break_on_hyphens=False))


def _step(part: str, start: float, end: float, amount: float, kind: str, text: Messages) -> dict[str, Any]:
    label = text.number(amount, 0 if abs(amount) >= 100 else 1)
    return {
        "part": part,
        "lines": _in_lines(part, _PART_LETTERS),
        "from": start,
        "to": end,
        "top": max(start, end),
        "amount": amount,
        "kind": kind,
        "label": label,
    }


def shadow_chart(document: Document, text: Messages) -> Spec | None:
    """What one unit of each binding constraint costs, the dearest first."""
    names = Names(document, text)
    prices = [row for row in document["shadow_prices"] if row["vnd_per_unit"]]
    prices.sort(key=lambda row: -abs(row["vnd_per_unit"]))
    rows = []
    for row in prices[:_MOST_SHADOWS]:
        where = names.of("sites", row["site"]) if row["site"] is not None else text("scope.province")
        when = "" if row["year"] is None else f"{row['year']} · "
        name, unit = names.policy(row["constraint"]), unit_name(row["unit"], text)
        cost = abs(row["vnd_per_unit"]) / BILLION
        label = f"{when}{where} · {name}"
        lines = _in_lines(label, _SHADOW_LETTERS)
        rows.append({"label": label, "lines": lines, "cost": cost, "said": f"{text.significant(cost)} / {unit}"})
    if not rows:
        return None
    least = min(row["cost"] for row in rows)
    most_lines = max(row["lines"].count("\n") + 1 for row in rows)
    return {
        "data": {"values": rows},
        "width": "container",
        "height": (_LINE_PX * most_lines + 10) * len(rows),
        "name": "bars",
        "mark": {"type": "bar", "color": PRICE, "height": {"band": 0.6}},
        "encoding": {
            "y": _lines_axis("lines"),
            "x": {
                "field": "cost",
                "type": "quantitative",
                "title": text("chart.shadow.x"),
                "scale": {"type": "log", "domainMin": least / 3},
                "axis": {"format": "~g", "labelOverlap": True},
            },
            "x2": {"datum": least / 3},
            "tooltip": [
                {"field": "label", "type": "nominal", "title": text("column.constraint")},
                {"field": "said", "type": "nominal", "title": text("unit.billion")},
            ],
        },
    }


def heat_chart(text: Messages) -> Spec:
    """A rectangle for every hour of the year that the page puts in: day, hour, share in percent."""
    return {
        "data": {"name": "hours"},
        "width": "container",
        "height": 240,
        "mark": {"type": "rect"},
        "encoding": {
            "x": {
                "field": "day",
                "timeUnit": "utcmonthdate",
                "type": "ordinal",
                "title": None,
                "axis": {
                    "labelExpr": "utcFormat(datum.value, '%d') === '15' ? utcFormat(datum.value, '%b') : ''",
                    "ticks": False,
                    "labelAngle": 0,
                    "labelOverlap": False,
                },
            },
            "y": {
                "field": "hour",
                "type": "ordinal",
                "sort": "descending",
                "title": text("chart.heat.y"),
                "axis": {"values": [0, 6, 12, 18, 23], "ticks": False},
            },
            "color": {
                "field": "share",
                "type": "quantitative",
                "scale": {"domain": [0, 100], "scheme": "yellowgreenblue"},
                "legend": {"title": text("chart.heat.value"), "orient": "right", "gradientLength": 200},
            },
            "tooltip": [
                {"field": "when", "type": "nominal", "title": text("chart.heat.date")},
                {"field": "share", "type": "quantitative", "title": text("chart.heat.value")},
            ],
        },
        "config": {"view": {"stroke": None}},
    }


def week_chart(document: Document, text: Messages, kinds: Mapping[str, str]) -> Spec:
    """Stacked sources and the load of the week that the page puts in; all values of an hour show together.

    ``keys`` of the colour scale is the page's: it keeps the sources of the week and takes the key off before drawing.
    """
    names, colours = source_names(document, text), source_colours(document["labels"]["technologies"], kinds)
    load, charging = text("chart.week.load"), text("chart.week.charge")
    order = list(names)
    x = {"field": "time", "type": "temporal", "scale": {"type": "utc"}, "title": None}
    hours = {"format": text("chart.week.day"), "tickCount": "day", "labelOverlap": True}
    areas = {
        "name": "sources",
        "transform": [{"filter": {"field": "key", "oneOf": order}}],
        "mark": {"type": "area", "interpolate": "step-after", "opacity": 0.9},
        "encoding": {
            "y": {"field": "mw", "type": "quantitative", "stack": "zero", "title": text("chart.week.y")},
            "color": {
                "field": "series",
                "type": "nominal",
                "scale": {
                    "domain": [names[key] for key in order],
                    "range": [colours[key] for key in order],
                    "keys": order,
                },
                "legend": {"title": None, "orient": "bottom", "columns": 2, "labelLimit": 0},
            },
            "order": {"field": "rank", "type": "quantitative"},
        },
    }

    def line(name: str, key: str, dash: list[int]) -> Spec:
        return {
            "name": name,
            "transform": [{"filter": {"field": "key", "equal": key}}],
            "mark": {
                "type": "line",
                "interpolate": "step-after",
                "strokeWidth": 1.6,
                "strokeDash": dash,
                "color": "#333",
            },
            "encoding": {"y": {"field": "mw", "type": "quantitative"}},
        }

    pointer = {
        "name": "pointer",
        "transform": [{"filter": {"field": "key", "equal": "load"}}],
        "params": [{"name": "hour", "select": {"type": "point", "on": "pointerover", "clear": "pointerout"}}],
        "mark": {"type": "rect", "color": "#666"},
        "encoding": {
            "x2": {"field": "until"},
            "opacity": {"condition": {"param": "hour", "empty": False, "value": 0.18}, "value": 0},
            "tooltip": [
                {"field": "when", "type": "nominal", "title": text("chart.week.time")},
                {"field": "said_load", "type": "nominal", "title": load},
                {"field": "said_charge", "type": "nominal", "title": charging},
                *({"field": f"said_{key}", "type": "nominal", "title": names[key]} for key in order),
                {"field": "said_price", "type": "nominal", "title": text("chart.week.price")},
            ],
        },
    }
    return {
        "data": {"name": "week"},
        "width": "container",
        "height": 300,
        "encoding": {"x": {**x, "axis": hours}},
        "layer": [areas, line("load", "load", []), line("drawn", "drawn", [5, 3]), pointer],
    }

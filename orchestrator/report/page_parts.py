"""What one language of the report holds: cards, sections, tables and charts in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestrator.i18n import Language, Messages, messages
from orchestrator.report import (
    charts,
    conflict_tables,
    difference_tables,
    energy_tables,
    figure_tables,
    frontier_tables,
    network_tables,
    plan_tables,
    resilience_tables,
)
from orchestrator.report.geography import NOWHERE, Geography
from orchestrator.report.hourly import HourlyFigures
from orchestrator.report.site_map import SiteMap, site_map
from orchestrator.report.table import Column, Names, Table
from orchestrator.shown import with_unit

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Card:
    """One figure of the summary."""

    key: str
    name: str
    value: str
    about: str


@dataclass(frozen=True)
class Block:
    """A table, or the map, or charts side by side as (name, key of its texts).

    ``options`` is what a chart can be switched to.
    """

    table: Table | None = None
    map: SiteMap | None = None
    figures: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    label: str = ""
    chosen: str = ""


@dataclass(frozen=True)
class Section:
    """A heading with its blocks."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Side:
    """The whole report in one language; ``suffixes`` are ends of titles of charts that exist more than once."""

    language: Language
    text: Messages
    title: str
    subtitle: str
    cards: tuple[Card, ...]
    sections: tuple[Section, ...]
    charts: Mapping[str, charts.Spec]
    suffixes: Mapping[str, str] = field(default_factory=dict)


def side(
    document: Document,
    hours: HourlyFigures,
    kinds: Mapping[str, str],
    language: Language,
    geography: Geography = NOWHERE,
) -> Side:
    """The report in one language. ``kinds``: technology -> pv or wind."""
    text = messages(language)
    years = document["years"]
    drawn: dict[str, charts.Spec] = {}
    suffixes: dict[str, str] = {}
    if document["accounts"] is None:
        sections = _conflict_sections(document, text)
    else:
        suffixes = _draw(document, text, hours, kinds, drawn)
        sections = (*_map_section(document, text, geography), *_sections(document, text, hours, drawn))
    return Side(
        language,
        text,
        text("report.title"),
        text("report.subtitle", province=text.pick(document["labels"]["province"]), first=years[0], last=years[-1]),
        cards(document, text),
        sections,
        drawn,
        suffixes,
    )


def _draw(
    document: Document, text: Messages, hours: HourlyFigures, kinds: Mapping[str, str], drawn: dict[str, charts.Spec]
) -> dict[str, str]:
    suffixes = {}
    single = {
        "capacity": charts.capacity_chart(document, text),
        "energy": charts.energy_chart(document, text, kinds),
        "waterfall": charts.waterfall_chart(document, text),
        "shadow": charts.shadow_chart(document, text),
        "heat": charts.heat_chart(text) if hours.carbon_free else None,
        "frontier": frontier_tables.frontier_chart(document, text),
        "week": charts.week_chart(document, text, kinds) if hours.weeks else None,
    }
    drawn.update({name: spec for name, spec in single.items() if spec is not None})
    for payer, spec in charts.cost_charts(document, text).items():
        drawn[f"cost-{payer}"] = spec
        suffixes[f"cost-{payer}"] = text("payer." + payer)
    return suffixes


def _map_section(document: Document, text: Messages, geography: Geography) -> tuple[Section, ...]:
    drawn = site_map(document, text, geography)
    return () if drawn is None else (Section("map", text("section.map"), (Block(map=drawn),)),)


def _figures(drawn: Mapping[str, charts.Spec], *names: str) -> list[Block]:
    present = tuple((name, name.split("-")[0]) for name in names if name in drawn)
    return [Block(figures=present)] if present else []


def _tables(*tables: Table) -> list[Block]:
    return [Block(table=table) for table in tables if table.rows or table.note]


def _sections(
    document: Document, text: Messages, hours: HourlyFigures, drawn: Mapping[str, charts.Spec]
) -> tuple[Section, ...]:
    build = _tables(
        figure_tables.missed_table(document, text),
        plan_tables.build_table(document, text),
    )
    capacity = _figures(drawn, "capacity") + _tables(
        plan_tables.capacity_table(document, text), plan_tables.programme_table(document, text)
    )
    rent = _tables(plan_tables.rent_table(document, text), plan_tables.unit_cost_table(document, text))
    network = _tables(
        network_tables.link_table(document, text),
        network_tables.egress_table(document, text),
    )
    energy = [
        *_figures(drawn, "energy"),
        *_tables(
            figure_tables.energy_table(document, text),
            figure_tables.indicator_table(document, text),
            energy_tables.carbon_table(document, text),
        ),
        *_heat(text, hours, drawn),
        *_week(document, text, hours, drawn),
    ]
    cost = [
        *_figures(drawn, "waterfall"),
        *_tables(figure_tables.part_table(document, text)),
        *_figures(drawn, *(name for name in drawn if name.startswith("cost-"))),
        *_tables(figure_tables.cost_table(document, text), energy_tables.demand_charge_table(document, text)),
    ]
    resilience = _tables(
        resilience_tables.outage_table(document, text),
        resilience_tables.pad_table(document, text),
        resilience_tables.site_loss_table(document, text),
        resilience_tables.standby_table(document, text),
    )
    constraints = _figures(drawn, "shadow") + _tables(figure_tables.shadow_table(document, text))
    doubted = {**(document["doubt"] or {}), "labels": document["labels"]}
    doubts = [difference_tables.doubt_table, difference_tables.decisions_table] if document["doubt"] else []
    blocks = {
        "build": build,
        "capacity": capacity,
        "rent": rent,
        "network": network,
        "energy": energy,
        "cost": cost,
        "resilience": resilience,
        "constraints": constraints,
        "doubt": _tables(*(maker(doubted, text) for maker in doubts)),
        "frontier": _figures(drawn, "frontier") + _tables(frontier_tables.frontier_table(document, text)),
        "paths": _tables(network_tables.way_table(document, text)),
        "certificate": _certificate(document, text),
    }
    return tuple(Section(key, text("section." + key), tuple(parts)) for key, parts in blocks.items() if parts)


def tables_in_order(document: Document, text: Messages) -> list[Table]:
    """The tables of a plan, or of a conflict, in their order; those with neither rows nor a note are left out."""
    conflict = (figure_tables.violation_table, figure_tables.missed_table, figure_tables.source_table)
    plan = (
        figure_tables.missed_table,
        plan_tables.build_table,
        plan_tables.capacity_table,
        plan_tables.programme_table,
        plan_tables.rent_table,
        plan_tables.unit_cost_table,
        network_tables.link_table,
        network_tables.egress_table,
        figure_tables.energy_table,
        figure_tables.indicator_table,
        energy_tables.carbon_table,
        figure_tables.part_table,
        figure_tables.cost_table,
        energy_tables.demand_charge_table,
        resilience_tables.outage_table,
        resilience_tables.pad_table,
        resilience_tables.site_loss_table,
        resilience_tables.standby_table,
        figure_tables.shadow_table,
        frontier_tables.frontier_table,
        network_tables.way_table,
        figure_tables.source_table,
    )
    tables = (maker(document, text) for maker in (conflict if document["accounts"] is None else plan))
    return [table for table in tables if table.rows or table.note]


def _heat(text: Messages, hours: HourlyFigures, drawn: Mapping[str, charts.Spec]) -> list[Block]:
    if "heat" not in drawn:
        return []
    years = sorted(hours.carbon_free)
    options = tuple((str(year), str(year)) for year in years)
    return [Block(figures=(("heat", "heat"),), options=options, label=text("report.year"), chosen=str(years[-1]))]


def _week(document: Document, text: Messages, hours: HourlyFigures, drawn: Mapping[str, charts.Spec]) -> list[Block]:
    if "week" not in drawn:
        return []
    names = Names(document, text)
    options = []
    for index, week in enumerate(hours.weeks):
        place = text("scope.all") if week.site is None else names.of("sites", week.site)
        options.append((str(index), f"{week.year} · {place}"))
    peaks = [float(week.sources["grid"].max()) if "grid" in week.sources else 0.0 for week in hours.weeks]
    chosen = str(peaks.index(max(peaks)))
    label = text("report.site_year")
    return [Block(figures=(("week", "week"),), options=tuple(options), label=label, chosen=chosen)]


def certificate_table(document: Document, text: Messages) -> Table:
    """What was proved, by what, on which inputs."""
    versions = ", ".join(f"{name} {version}" for name, version in document["versions"].items())
    rows = (
        (text("certificate.objective"), text.number(document["objective_vnd"])),
        (text("certificate.bound"), text.number(document["bound_vnd"])),
        (text("certificate.gap"), text.percent(document["gap"], 3)),
        (text("certificate.hours"), text.number(document["hours"])),
        (text("certificate.seconds"), text.number(document["seconds"], 1)),
        (text("certificate.memory"), text.number(document["peak_memory_mib"])),
        (text("certificate.seed"), str(document["seed"])),
        (text("certificate.method"), _method(document, text)),
        (text("certificate.versions"), versions),
        (text("certificate.digest"), document["inputs_digest"]),
    )
    columns = (Column(text("certificate.key")), Column(text("certificate.value")))
    keys = ("objective", "bound", "gap", "hours", "seconds", "memory", "seed", "method", "versions", "digest")
    return Table("certificate", text("certificate.title"), columns, rows, text("certificate.note"), keys=keys)


def _method(document: Document, text: Messages) -> str:
    """The steps of the solution that plan.json names in English, as people read them."""
    return "; ".join(text.find(f"method.{step}", step) for step in document["method"].split("; "))


def _certificate(document: Document, text: Messages) -> list[Block]:
    return _tables(certificate_table(document, text), figure_tables.source_table(document, text))


def _province(document: Document, year: int, scope: str) -> Mapping[str, Any]:
    rows = plan_tables.rows_of(document, "province_years")
    return next(row for row in rows if row["year"] == year and row["scope"] == scope)


def cards(document: Document, text: Messages) -> tuple[Card, ...]:
    """The figures of the summary, of a plan or of a conflict."""
    return _conflict_cards(document, text) if document["accounts"] is None else _cards(document, text)


def _cards(document: Document, text: Messages) -> tuple[Card, ...]:
    last = document["years"][-1]
    new, whole = _province(document, last, "new"), _province(document, last, "all")
    facilities = [row for row in plan_tables.rows_of(document, "facility_years") if row["year"] == last]
    critical = sum(row["critical_it_kw"] for row in facilities) / 1000
    wholesale = sum(row["wholesale_mw"] for row in facilities)
    rent = sum(row["vnd"] for row in plan_tables.rows_of(document, "rents") if row["year"] == last)
    bound = text.billion(document["bound_vnd"])
    return (
        Card(
            "cost",
            text("summary.cost"),
            text.billion(document["objective_vnd"], 0),
            text("summary.cost_unit", year=document["price_year"]),
        ),
        Card("gap", text("summary.gap"), text.percent(document["gap"], 2), text("summary.gap_note", bound=bound)),
        Card(
            "it",
            text("summary.it", year=last),
            with_unit(text.number(critical, 1), "MW"),
            text("summary.it_note", wholesale=text.number(wholesale, 1)),
        ),
        Card("rent", text("summary.rent", year=last), text.billion(rent), text("summary.rent_note")),
        Card(
            "carbon_free",
            text("summary.carbon_free", year=last),
            text.percent(new["hourly_carbon_free"]),
            text("summary.carbon_free_note", renewable=text.percent(new["renewable_share"])),
        ),
        Card("pue", text("summary.pue", year=last), text.number(new["pue"], 3), text("summary.pue_note")),
        Card(
            "emissions",
            text("summary.emissions", year=last),
            text.number(whole["tco2_location"]),
            text("summary.emissions_note", market=text.number(whole["tco2_market"])),
        ),
        _hours_card(document, text),
    )


def _hours_card(document: Document, text: Messages) -> Card:
    seconds, memory = text.number(document["seconds"]), text.number(document["peak_memory_mib"])
    note = text("summary.hours_note", seconds=seconds, memory=memory)
    return Card("hours", text("summary.hours"), text.number(document["hours"]), note)


def _conflict_cards(document: Document, text: Messages) -> tuple[Card, ...]:
    violation = document["violation_vnd"]
    bound = text.billion(document["violation_bound_vnd"], 3)
    least = Card(
        "violation", text("summary.violation"), text.billion(violation, 3), text("summary.violation_note", bound=bound)
    )
    return ((least,) if violation is not None else ()) + (_hours_card(document, text),)


def _conflict_sections(document: Document, text: Messages) -> tuple[Section, ...]:
    conflict = _tables(
        conflict_tables.member_table(document, text),
        conflict_tables.relaxation_table(document, text),
        figure_tables.violation_table(document, text),
        figure_tables.missed_table(document, text),
    )
    blocks = {"conflict": conflict, "certificate": _certificate(document, text)}
    return tuple(Section(key, text("section." + key), tuple(parts)) for key, parts in blocks.items() if parts)

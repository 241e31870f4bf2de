"""The tables of ``camau-dc demand``: programmes with what drives them, needs, pools and totals."""

from __future__ import annotations

import math
from collections.abc import Iterable

from capacity.demand import RESOURCES, Demand, Need, Resource, value_in_year
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.services import Programme, RegisterSystems, Transactions, Wholesale
from capacity.inputs.settings import Payer
from orchestrator.demand_view.words import field_name
from orchestrator.i18n import MISSING, Messages
from orchestrator.report import Column, Table

PAYERS: tuple[Payer, ...] = ("state", "enterprise")
Years = tuple[int, ...]


def population_line(inputs: CapacityInputs, text: Messages) -> str:
    """The head count that targets per person use, and the other one."""
    population = inputs.settings.population
    other = "resident" if population.basis == "administrative" else "administrative"
    return text(
        "line.population",
        persons=text.number(population.persons),
        basis=text(f"basis.{population.basis}"),
        other=text.number(getattr(population, other)),
        other_basis=text(f"basis.{other}"),
    )


def demand_tables(inputs: CapacityInputs, demand: Demand, text: Messages, year: int | None = None) -> tuple[Table, ...]:
    """Programmes, drivers by year, needs, pools and totals, of all years or of one. ``text``: words of the demand."""
    years = demand.years if year is None else (year,)
    return (
        _programmes(inputs, text),
        _drivers(inputs, demand, text, years),
        _needs(inputs, demand, text, years),
        _pools(demand, text, years),
        _totals(demand, text, years),
    )


def _name(programme: Programme, text: Messages) -> str:
    return text.pick({"vi": programme.name_vi, "en": programme.name_en})


def _by_year(years: Years) -> tuple[Column, ...]:
    return tuple(Column(str(year), numeric=True, tight=True) for year in years)


def _cells(amounts: Iterable[float | None], text: Messages) -> tuple[str, ...]:
    return tuple(text.significant(amount) for amount in amounts)


def _given(values: Iterable[float | None], text: Messages) -> tuple[str, ...]:
    return tuple(text.amount(value, 4 if value is not None and value < 10 else 1) for value in values)


def _resource(resource: Resource, text: Messages) -> str:
    return f"{text(f'resource.{resource}')} ({text(f'unit.{resource}')})"


def _programmes(inputs: CapacityInputs, text: Messages) -> Table:
    rows = tuple(
        (
            _name(programme, text),
            text(f"rule.{programme.sizing.rule}"),
            programme.target,
            text(f"payer.{programme.payer}"),
            str(programme.first_year),
            str(programme.security_level),
        )
        for programme in inputs.services.programmes
    )
    columns = (
        Column(text("column.programme")),
        Column(text("column.rule")),
        Column(text("column.target")),
        Column(text("column.payer")),
        Column(text("column.first_year"), numeric=True, tight=True),
        Column(text("column.level"), numeric=True, tight=True),
    )
    return Table("programmes", text("title.programmes"), columns, rows)


def _drivers(inputs: CapacityInputs, demand: Demand, text: Messages, years: Years) -> Table:
    rows = [
        (_name(programme, text), name, *cells)
        for programme in inputs.services.programmes
        for name, cells in _driver_rows(demand, programme, text, years)
    ]
    columns = (Column(text("column.programme")), Column(text("column.driver")), *_by_year(years))
    return Table("drivers", text("title.drivers"), columns, tuple(rows), text("note.drivers"), groups=1)


def _driver_rows(
    demand: Demand, programme: Programme, text: Messages, years: Years
) -> Iterable[tuple[str, tuple[str, ...]]]:
    rule = programme.sizing
    if isinstance(rule, RegisterSystems):
        loading = {(n.year, n.system) for n in demand.needs if n.programme == programme.id}
        counts = [sum(each == year for each, _ in loading) for year in years]
        yield text("field.systems"), _given(_from(programme, years, counts), text)
        return
    tables: dict[str, dict[int, float]] = {name: value for name, value in rule if isinstance(value, dict)}
    if isinstance(rule, Wholesale):
        tables = {} if rule.case == "none" else {f"it_mw.{rule.case}": rule.it_mw[rule.case]}
    for name, table in tables.items():
        values = [value_in_year(table, year) for year in years]
        yield field_name(text, name), _given(_from(programme, years, values), text)
    if isinstance(rule, Transactions):
        growth = [rule.growth_per_year] * len(years)
        yield field_name(text, "growth_per_year"), _given(_from(programme, years, growth), text)
    if isinstance(rule, Wholesale) and rule.case == "none":
        none = _from(programme, years, [0.0] * len(years))
        yield text("field.case"), tuple(MISSING if each is None else text("case.none") for each in none)


def _from(programme: Programme, years: Years, values: Iterable[float]) -> tuple[float | None, ...]:
    """Values of the years that a programme loads, None before."""
    return tuple(v if year >= programme.first_year else None for year, v in zip(years, values, strict=True))


def _needs(inputs: CapacityInputs, demand: Demand, text: Messages, years: Years) -> Table:
    rows = []
    for programme in inputs.services.programmes:
        mine = [need for need in demand.needs if need.programme == programme.id]
        for resource in RESOURCES:
            of_resource = [need for need in mine if need.resource == resource]
            if of_resource:
                sums = _from(programme, years, [_sum(of_resource, year) for year in years])
                rows.append((_name(programme, text), _resource(resource, text), *_cells(sums, text)))
    columns = (Column(text("column.programme")), Column(text("column.resource")), *_by_year(years))
    return Table("needs", text("title.needs"), columns, tuple(rows), text("note.needs"), groups=1)


def _sum(needs: Iterable[Need], year: int) -> float:
    return math.fsum(need.amount for need in needs if need.year == year)


def _pools(demand: Demand, text: Messages, years: Years) -> Table:
    rows = tuple(
        (
            pool.id,
            text(f"payer.{pool.payer}"),
            _resource(resource, text),
            *_cells((pool.amounts[resource][demand.years.index(year)] for year in years), text),
        )
        for pool in demand.pools
        for resource in RESOURCES
        if resource in pool.amounts
    )
    columns = (
        Column(text("column.pool")),
        Column(text("column.payer")),
        Column(text("column.resource")),
        *_by_year(years),
    )
    return Table("pools", text("title.pools"), columns, rows, text("note.pools"), groups=2)


def _totals(demand: Demand, text: Messages, years: Years) -> Table:
    rows: list[tuple[str, ...]] = []
    sums: set[int] = set()
    for resource in RESOURCES:
        parts = {
            payer: [
                math.fsum(
                    pool.amounts[resource][demand.years.index(year)]
                    for pool in demand.pools
                    if pool.payer == payer and resource in pool.amounts
                )
                for year in years
            ]
            for payer in PAYERS
        }
        for payer, amounts in parts.items():
            if any(amounts):
                rows.append((_resource(resource, text), text(f"payer.{payer}"), *_cells(amounts, text)))
        sums.add(len(rows))
        whole = [math.fsum(column) for column in zip(*parts.values(), strict=True)]
        rows.append((_resource(resource, text), text("row.total"), *_cells(whole, text)))
    columns = (Column(text("column.resource")), Column(text("column.payer")), *_by_year(years))
    return Table("totals", text("title.totals"), columns, tuple(rows), totals=frozenset(sums), groups=1)

"""Formulas of the workbook: sums, shares, and figures that other sheets hold, each with the result that it gives.

A result is computed here from the same cells, so that a formula that would not give the document's figure is not
written: the workbook then has the figure itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from orchestrator.report import Table
from orchestrator.shown import Shown
from orchestrator.workbook.layout import Book, Placed

_RELATIVE, _ABSOLUTE = 1e-9, 1e-6
_MOST_ARGUMENTS = 200
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its ``=``, and what it gives."""

    text: str
    result: float


def value_of(table: Table, row: int, column: int) -> float | None:
    """The number in a cell, None where a text or a day stands."""
    cell = table.rows[row][column]
    if isinstance(cell, Shown) and isinstance(cell.value, int | float):
        return float(cell.value)
    return None


def formulas(book: Book) -> dict[str, dict[Place, Formula]]:
    """Table key -> (row, column) of the table -> the formula that stands there."""
    found: dict[str, dict[Place, Formula]] = {}
    for key, placed in book.items():
        makers: tuple[Callable[[Placed, Book], Iterator[tuple[Place, Formula]]], ...]
        makers = (_sums, _across, _shares, *_SPECIAL.get(key, ()))
        kept: dict[Place, Formula] = {}
        for make in makers:
            for place, formula in make(placed, book):
                value = value_of(placed.table, *place)
                if value is not None and _same(formula.result, value):
                    kept[place] = formula
        found[key] = kept
    return found


def _same(result: float, value: float) -> bool:
    return math.isclose(result, value, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)


def _sum(references: list[str]) -> str:
    parts = [references[i : i + _MOST_ARGUMENTS] for i in range(0, len(references), _MOST_ARGUMENTS)]
    return "+".join(f"SUM({','.join(part)})" for part in parts)


def _sums(placed: Placed, _book: Book) -> Iterator[tuple[Place, Formula]]:
    table = placed.table
    for total, rows in table.sums.items():
        for column, about in enumerate(table.columns):
            if about.numeric and rows:
                result = math.fsum(value_of(table, row, column) or 0.0 for row in rows)
                yield (total, column), Formula(_sum(placed.run(rows, column)), result)


def _across(placed: Placed, _book: Book) -> Iterator[tuple[Place, Formula]]:
    table = placed.table
    if not table.across:
        return
    last = len(table.columns) - 1
    first = next(column for column, about in enumerate(table.columns) if about.numeric)
    for row in range(len(table.rows)):
        if row not in table.sums:  # There the columns are summed, the last one like the others.
            result = math.fsum(value_of(table, row, column) or 0.0 for column in range(first, last))
            yield (row, last), Formula(f"SUM({placed.here(row, first)}:{placed.here(row, last - 1)})", result)


def _shares(placed: Placed, _book: Book) -> Iterator[tuple[Place, Formula]]:
    table = placed.table
    if table.share is None or not table.rows:
        return
    column, of = table.share
    last = len(table.rows) - 1
    whole = value_of(table, last, of)
    for row in range(len(table.rows)):
        part = value_of(table, row, of)
        if part is not None and whole:
            reference = placed.here(last, of, fixed_row=True)
            yield (row, column), Formula(f"{placed.here(row, of)}/{reference}", part / whole)


def _gap(placed: Placed, _book: Book) -> Iterator[tuple[Place, Formula]]:
    rows = [placed.row_of(key) for key in ("objective", "bound", "gap")]
    objective_row, bound_row, gap_row = rows
    if objective_row is None or bound_row is None or gap_row is None:
        return
    objective, bound = value_of(placed.table, objective_row, 1), value_of(placed.table, bound_row, 1)
    if objective and bound is not None:
        one, other = placed.here(objective_row, 1), placed.here(bound_row, 1)
        yield (gap_row, 1), Formula(f"({one}-{other})/{one}", (objective - bound) / objective)


def _counts(placed: Placed, book: Book) -> Iterator[tuple[Place, Formula]]:
    """How many figures of the list stand on what."""
    figures = book.get("figures")
    if figures is None or not figures.table.rows:
        return
    column = figures.columns["standing"]
    standings = [row[column] for row in figures.table.rows]
    for row, cells in enumerate(placed.table.rows):
        if row not in placed.table.sums:
            criterion = placed.here(row, 0)
            yield (row, 1), Formula(f"COUNTIF({figures.column(column)},{criterion})", standings.count(cells[0]))


def _site_ratios(placed: Placed, _book: Book) -> Iterator[tuple[Place, Formula]]:
    """PUE of every site and year: facility load by IT load."""
    columns = placed.columns
    for row in range(len(placed.table.rows)):
        facility, it = (value_of(placed.table, row, columns[key]) for key in ("facility_mwh", "it_mwh"))
        if facility is not None and it:
            one, other = placed.here(row, columns["facility_mwh"]), placed.here(row, columns["it_mwh"])
            yield (row, columns["pue"]), Formula(f"{one}/{other}", facility / it)


def _of_sites(placed: Placed, book: Book) -> Iterator[tuple[Place, Formula]]:
    """Sums over the sites of a scope in a year, of rows with the key ``column/scope``."""
    sites = book.get("site_figures")
    if sites is None or not sites.table.rows:
        return
    columns = sites.columns
    year, scope = columns["year"], columns["scope"]
    for row, key in enumerate(placed.table.keys):
        name, _, of = key.partition("/")
        if name not in columns:
            continue
        for column in range(2, len(placed.table.columns)):
            heading = placed.table.columns[column].heading
            text = f"SUMIFS({sites.column(columns[name])},{sites.column(year)},{placed.heading(column)}"
            chosen = [line for line, cells in enumerate(sites.table.rows) if cells[year] == heading]
            if of != "all":
                text += f",{sites.column(scope)},{placed.here(row, 1, fixed_column=True)}"
                chosen = [line for line in chosen if sites.table.rows[line][scope] == placed.table.rows[row][1]]
            values = [value_of(sites.table, line, columns[name]) or 0.0 for line in chosen]
            yield (row, column), Formula(text + ")", math.fsum(values))


_SHARES: Mapping[str, str] = {
    "pue": "{facility_mwh}/{it_mwh}",
    "renewable_share": "1-({grid_mwh}-{dppa_generated_mwh})/{facility_mwh}",
    "hourly_carbon_free": "1-({grid_mwh}-{dppa_matched_mwh})/{facility_mwh}",
}
"""As in DESIGN.md, "Policies by year"; the places are rows of the table ``basis``."""


def _ratio(name: str, values: Mapping[str, float]) -> float:
    if name == "pue":
        return values["facility_mwh"] / values["it_mwh"]
    credited = values["dppa_generated_mwh" if name == "renewable_share" else "dppa_matched_mwh"]
    return 1 - (values["grid_mwh"] - credited) / values["facility_mwh"]


def _indicators(placed: Placed, book: Book) -> Iterator[tuple[Place, Formula]]:
    """PUE and clean shares from the energy of the scope; emissions and water as sums over the sites."""
    yield from _of_sites(placed, book)
    basis = book.get("basis")
    if basis is None:
        return
    for row, key in enumerate(placed.table.keys):
        name, _, scope = key.partition("/")
        if name not in _SHARES:
            continue
        rows = {
            part.removesuffix(f"/{scope}"): line
            for line, part in enumerate(basis.table.keys)
            if part.endswith(f"/{scope}")
        }
        for column in range(2, len(placed.table.columns)):
            values = {part: value_of(basis.table, line, column) or 0.0 for part, line in rows.items()}
            if values.get("facility_mwh") and values.get("it_mwh"):
                references = {part: basis.here(line, column) for part, line in rows.items()}
                yield (row, column), Formula(_SHARES[name].format(**references), _ratio(name, values))


def _cards(placed: Placed, book: Book) -> Iterator[tuple[Place, Formula]]:
    """Figures of the summary as references to the tables that hold them."""
    last = len(placed.table.columns) - 2
    for row, key in enumerate(placed.table.keys):
        if key == "it":
            yield from _critical_it(row, last, book)
            continue
        if (target := _TARGETS.get(key)) is None or (there := book.get(target[0])) is None:
            continue
        line = len(there.table.rows) - 1 if target[1] is None else there.row_of(target[1])
        if line is not None and line >= 0:
            column = len(there.table.columns) - 1
            value = value_of(there.table, line, column)
            if value is not None:
                yield (row, last), Formula(there.cell(line, column), value)


_TARGETS: Mapping[str, tuple[str, str | None]] = {
    "cost": ("parts", None),
    "gap": ("certificate", "gap"),
    "rent": ("rent", None),
    "carbon_free": ("indicators", "hourly_carbon_free/new"),
    "pue": ("indicators", "pue/new"),
    "emissions": ("indicators", "tco2_location/all"),
    "hours": ("certificate", "hours"),
}
"""Card -> the table and the row (None: the last) whose last column, that of the last year, holds its figure."""


def _critical_it(row: int, column: int, book: Book) -> Iterator[tuple[Place, Formula]]:
    sites = book.get("site_figures")
    if sites is None or not sites.table.rows:
        return
    columns = sites.columns
    mw, year = columns["critical_it_mw"], columns["year"]
    last = max(cells[year] for cells in sites.table.rows)
    values = [value_of(sites.table, line, mw) or 0.0 for line, c in enumerate(sites.table.rows) if c[year] == last]
    yield (row, column), Formula(f"SUMIFS({sites.column(mw)},{sites.column(year)},{last})", math.fsum(values))


_SPECIAL: Mapping[str, tuple[Callable[[Placed, Book], Iterator[tuple[Place, Formula]]], ...]] = {
    "basis": (_of_sites,),
    "certificate": (_gap,),
    "indicators": (_indicators,),
    "site_figures": (_site_ratios,),
    "sources": (_counts,),
    "summary": (_cards,),
}

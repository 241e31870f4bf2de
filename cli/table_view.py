"""A table of the report in a terminal: long names stand over their rows where their columns have no room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from cli.console import output_console, print_table
from orchestrator.report import Table

_BORDER, _GAP, _INDENT, _NARROWEST = 3, 2, 2, 12


def show_table(table: Table) -> None:
    """Prints a table with its title and note; lines of cells with tabs between them where that is no terminal."""
    console = output_console()
    heads = table.heads or tuple(range(table.groups))
    if table.rows and console.is_terminal and heads and not _fits(table, console.width):
        _show_under_headings(table, heads, console)
    elif table.rows:
        headings = [column.heading + (">" if column.numeric else "") for column in table.columns]
        rows = [
            ["" if console.is_terminal and table.repeats(number, place) else cell for place, cell in enumerate(row)]
            for number, row in enumerate(table.rows)
        ]
        print_table(headings, rows, title=table.title)
    else:
        typer.echo(table.title)
    if table.note:
        typer.echo(table.note)
    typer.echo()


def _longest(table: Table, column: int) -> int:
    return max(map(cell_len, (table.columns[column].heading, *(row[column] for row in table.rows))))


def _fits(table: Table, width: int) -> bool:
    return sum(_longest(table, column) + _BORDER for column in range(len(table.columns))) < width


def _show_under_headings(table: Table, heads: Sequence[int], console: Console) -> None:
    """Rows of one name together under it, names in the order in which they come up; the last of all are sums."""
    rest = [column for column in range(len(table.columns)) if column not in heads]
    widths = _widths(table, rest, console.width - _INDENT)
    console.print(Text(table.title, "italic"))
    names = list(dict.fromkeys(tuple(row[head] for head in heads) for row in table.rows))
    firsts = list(dict.fromkeys(name[0] for name in names))
    # Rows stay together with those of their first name; what belongs to none, like the sum of all, comes last.
    place = {name: (not any(name), firsts.index(name[0]), number) for number, name in enumerate(names)}
    order = sorted(table.rows, key=lambda row: place[tuple(row[head] for head in heads)])
    heading = _grid(table, rest, widths)
    heading.add_row(*(Text(table.columns[column].heading, "bold") for column in rest))
    console.print(Padding(heading, (0, 0, 0, _INDENT)))
    console.print(Text("─" * min(console.width, sum(widths) + _GAP * len(widths) + _INDENT), "dim"))
    shown: tuple[str, ...] = ()
    for name, rows in groupby(order, lambda row: tuple(row[head] for head in heads)):
        for level, part in enumerate(name):
            if part and name[: level + 1] != shown[: level + 1]:
                console.print(Text("  " * level + part, "bold" if level == 0 else "dim"))
        shown = name
        grid = _grid(table, rest, widths)
        for row in rows:
            grid.add_row(*(row[column] for column in rest))
        console.print(Padding(grid, (0, 0, 0, _INDENT)))


def _grid(table: Table, columns: Sequence[int], widths: Sequence[int]) -> Grid:
    grid = Grid.grid(padding=(0, _GAP, 0, 0))
    for column, width in zip(columns, widths, strict=True):
        grid.add_column(justify="right" if table.columns[column].numeric else "left", width=width, overflow="fold")
    return grid


def _widths(table: Table, columns: Sequence[int], width: int) -> list[int]:
    """Numbers whole, texts in what is left for them."""
    longest = {column: _longest(table, column) for column in columns}
    texts = [column for column in columns if not table.columns[column].numeric and not table.columns[column].tight]
    room = width - sum(longest[c] for c in columns if c not in texts) - _GAP * (len(columns) + 1)
    most = max((longest[column] for column in texts), default=0)
    while most > _NARROWEST and sum(min(longest[column], most) for column in texts) > room:
        most -= 1
    return [min(longest[column], most) if column in texts else longest[column] for column in columns]

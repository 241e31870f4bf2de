"""Tables of a plan in terminals of several widths, and where there is no terminal."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.cells import cell_len
from rich.console import Console

from cli.table_view import show_table
from orchestrator.i18n import messages
from orchestrator.report import Column, Table, tables_in_order
from orchestrator.report.plan_tables import build_table
from tests.orchestrator.report.sample import sample_document

Show = Callable[[Table, int | None], list[str]]
LONG = "Khu công nghiệp Khánh An, cạnh cụm Khí - Điện - Đạm Cà Mau"
OTHER = "Phường Hiệp Thành (ven biển Bạc Liêu), gần các nhà máy điện gió"


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Show:
    """Lines of a table in a terminal of a width, None: no terminal."""

    def call(table: Table, width: int | None) -> list[str]:
        written = io.StringIO()

        def console() -> Console:
            if width is None:
                return Console(markup=False, highlight=False, file=io.StringIO())
            return Console(
                markup=False, highlight=False, file=written, force_terminal=True, width=width, color_system=None
            )

        for module in ("cli.console", "cli.table_view"):
            monkeypatch.setattr(f"{module}.output_console", console)
        show_table(table)
        return [line.rstrip() for line in (written.getvalue() + capsys.readouterr().out).splitlines()]

    return call


def orders() -> Table:
    columns = (
        Column("Order by", tight=True),
        Column("Site"),
        Column("Item"),
        Column("Hall"),
        Column("Capital", numeric=True),
    )
    rows = (
        ("2027", LONG, "Module", "", "621.2"),
        ("2027", OTHER, "Grid connection", "", "170.0"),
        ("2028", LONG, "Genset", "Liquid hall", "83.1"),
        ("2028", LONG, "Battery", "", "10.2"),
        ("2029", OTHER, "UPS", "Chilled hall", "291.1"),
        ("Total", "", "", "", "1,175.6"),
    )
    return Table("build", "Orders", columns, rows, "A note.", frozenset({5}), heads=(1, 3))


def test_a_table_with_room_is_a_table(show: Show) -> None:
    lines = show(orders(), 160)
    assert any(line.startswith("┏") for line in lines)
    assert sum(LONG in line for line in lines) == 3


def test_names_stand_over_their_rows_where_there_is_no_room(show: Show) -> None:
    lines = show(orders(), 80)
    assert not any(line.startswith("┏") for line in lines)
    assert [line for line in lines if line in (LONG, OTHER)] == [LONG, OTHER]
    told = [line.split() for line in lines]
    items = [words[1] for words in told if words and words[0] in ("2027", "2028", "2029")]
    assert items == ["Module", "Battery", "Genset", "Grid", "UPS"]
    assert lines.index("  Liquid hall") == lines.index(OTHER) - 2
    assert next(words for words in reversed(told) if "Total" in words) == ["Total", "1,175.6"]
    assert lines[-2:] == ["A note.", ""]


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_no_name_of_a_plan_is_cut_or_broken_by_letters(show: Show, width: int) -> None:
    for table in tables_in_order(sample_document(), messages("vi")):
        lines = show(table, width)
        note = next((number for number, line in enumerate(lines) if table.note and line == table.note), len(lines))
        assert all(cell_len(line) <= width for line in lines[:note])
        text = " ".join(lines)
        assert {word for row in table.rows for cell in row for word in cell.split() if word not in text} == set()


def test_a_site_has_one_line_in_an_ordinary_terminal(show: Show) -> None:
    table = build_table(sample_document(), messages("vi"))
    lines = show(table, 80)
    for site in {row[2] for row in table.rows if row[2]}:
        assert lines.count(site) == 1


def test_where_there_is_no_terminal_cells_stand_between_tabs(show: Show) -> None:
    lines = show(orders(), None)
    assert lines[0] == "# Orders"
    assert lines[1].split("\t") == ["Order by", "Site", "Item", "Hall", "Capital"]
    assert lines[2].split("\t") == ["2027", LONG, "Module", "", "621.2"]


def test_a_table_without_rows_says_its_note(show: Show) -> None:
    assert show(Table("t", "Orders", (), (), "Nothing."), 80) == ["Orders", "Nothing.", ""]

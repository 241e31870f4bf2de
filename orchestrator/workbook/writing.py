"""Writes tables onto the sheets of a workbook: formats, widths, frozen headings, and how a sheet is printed."""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from orchestrator.i18n import Language, Messages
from orchestrator.report import Column, Table
from orchestrator.shown import Shown
from orchestrator.workbook.formulas import Formula, Place
from orchestrator.workbook.layout import Placed, Sheet

_A4 = 9
_MOST_TEXT = 32_767
"""Letters that fit a cell."""
_NARROWEST, _NARROWEST_TEXT, _WIDEST_NUMBER, _WIDEST_FROZEN = 9, 30, 16, 60
_WIDEST_TEXT, _FEW_COLUMNS = 60, 3
_WIDTH, _WIDEST_PAGE = 185, 230
"""Letters across a sheet that texts may fill, and those that are still read on a page of A4."""
_LINE_POINTS = 13.5
_ROOM = 0.82
"""Width of a letter of a text in that of a digit, with room for programs whose fonts are wider."""
_LEADERS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First letters that make a spreadsheet read a typed or imported text as a formula."""

_INK, _SOFT, _RULE, _HEAD, _SHADE = "#1C2530", "#5A6776", "#C9D1DA", "#DCE6F1", "#F0F3F6"


class Styles:
    """Formats of cells, made once each. Numbers and days are formats: how they look is the viewer's locale."""

    def __init__(self, book: Workbook, language: Language) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        # The month's name in English whatever the viewer's language; Vietnamese days have none.
        self._day = "dd\\/mm\\/yyyy" if language == "vi" else "[$-409]d mmm yyyy"

    def of(self, **properties: Any) -> Format:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": "Calibri", "font_size": 10, "font_color": _INK, "valign": "top"}
            self._made[key] = self._book.add_format({**base, **properties})
        return self._made[key]

    def number_format(self, shown: Shown) -> str:
        """The number format of a value: separators are the viewer's, decimals and unit those of the text."""
        if shown.form == "date":
            return self._day
        digits = "." + "0" * shown.decimals if shown.decimals else ""
        if shown.form == "percent":
            return f"0{digits} %"
        unit = shown.unit.replace(chr(34), "")
        unit = f'" {unit}"' if unit else ""
        # A zero is a plain 0, as in the report.
        return f"#,##0{digits}{unit};-#,##0{digits}{unit};0{unit}" if digits else f"#,##0{unit}"


class SheetWriter:
    """One sheet of the workbook."""

    def __init__(self, worksheet: Worksheet, sheet: Sheet, styles: Styles, text: Messages) -> None:
        self.sheet = sheet
        self._worksheet = worksheet
        self._styles = styles
        self._text = text

    def write(self, placed: list[Placed], written: Mapping[str, Mapping[Place, Formula]], subtitle: str) -> None:
        """Everything on the sheet."""
        widths = _widths([one.table for one in placed])
        for column, width in enumerate(widths):
            self._worksheet.set_column(column, column, width)
        self._worksheet.hide_gridlines(2)
        for number, one in enumerate(placed):
            self._title(one, widths, subtitle if number == 0 else None)
            self._head(one, widths)
            self._rows(one, written[one.table.key], widths)
        self._freeze(placed[0], widths)
        self._print(placed[0], widths)

    def list_contents(self, row: int, heading: str, sheets: Iterable[Sheet]) -> None:
        """Links to the other sheets, from a row on."""
        self._worksheet.write_string(row, 0, heading, self._styles.of(bold=True))
        link = self._styles.of(font_color="#1F5FA8", underline=1)
        for line, sheet in enumerate(sheets, row + 1):
            quoted = sheet.name.replace("'", "''")
            self._worksheet.write_url(line, 0, f"internal:'{quoted}'!A1", link, sheet.name)

    def _title(self, placed: Placed, widths: list[float], subtitle: str | None) -> None:
        table = placed.table
        size = 14 if subtitle is not None else 12
        self._text_cell(placed.title, 0, table.title, bold=True, font_size=size)
        if subtitle is not None:
            self._text_cell(placed.title + 1, 0, subtitle, font_color=_SOFT)
        if placed.note is not None:
            self._note(placed.note, table, widths)
        if placed.unit is not None:
            first = next(column for column, about in enumerate(table.columns) if about.numeric)
            self._text_cell(placed.unit, first, table.unit, italic=True, font_color=_SOFT, align="right")

    def _note(self, row: int, table: Table, widths: list[float]) -> None:
        """A note over all columns; a merged cell does not grow by itself."""
        last = len(table.columns) - 1
        width = sum(widths[: last + 1])
        style = self._styles.of(font_color=_SOFT, text_wrap=True)
        if last > 0:
            self._worksheet.merge_range(row, 0, row, last, "", style)
        self._text_cell(row, 0, table.note, font_color=_SOFT, text_wrap=True)
        self._worksheet.set_row(row, _LINE_POINTS * _lines(table.note, width))

    def _grow(self, row: int, cells: Iterable[tuple[str, float]]) -> None:
        """Makes a row as high as its wrapped texts: not every program does so when it opens a file."""
        lines = max(_lines(cell, width) for cell, width in cells)
        if lines > 1:
            self._worksheet.set_row(row, _LINE_POINTS * lines + 1.5)

    def _head(self, placed: Placed, widths: list[float]) -> None:
        properties: dict[str, Any] = {"bold": True, "bg_color": _HEAD, "bottom": 2, "text_wrap": True}
        for number, column in enumerate(placed.table.columns):
            if column.heading.isdigit():
                style = self._styles.of(num_format="0", align="right", **properties)
                self._worksheet.write_number(placed.head, number, int(column.heading), style)
            else:
                self._text_cell(placed.head, number, column.heading, **_aligned(column), **properties)
        self._grow(placed.head, ((column.heading, widths[i]) for i, column in enumerate(placed.table.columns)))

    def _rows(self, placed: Placed, written: Mapping[Place, Formula], widths: list[float]) -> None:
        table = placed.table
        for row, cells in enumerate(table.rows):
            for column, (cell, about) in enumerate(zip(cells, table.columns, strict=True)):
                properties: dict[str, Any] = {"bottom": 4, "bottom_color": _RULE}
                if row in table.totals:
                    properties |= {"bold": True, "top": 1, "bottom": 1, "bg_color": _SHADE}
                elif table.repeats(row, column):
                    properties["font_color"] = _SOFT
                self._cell(placed.first + row, column, cell, about, written.get((row, column)), properties)
            wrapped = (number for number, about in enumerate(table.columns) if not about.tight)
            self._grow(placed.first + row, ((cells[number], widths[number]) for number in wrapped))
        if table.rows and all(total >= len(table.rows) - len(table.totals) for total in table.totals):
            last = placed.first + len(table.rows) - len(table.totals) - 1
            if placed.title == 0 and last > placed.first:  # A sheet has one filter.
                self._worksheet.autofilter(placed.head, 0, last, len(table.columns) - 1)

    def _cell(
        self, row: int, column: int, cell: str, about: Column, formula: Formula | None, properties: dict[str, Any]
    ) -> None:
        sheet, styles = self._worksheet, self._styles
        if isinstance(cell, Shown):
            style = styles.of(num_format=styles.number_format(cell), align="right", **properties)
            if formula is not None:
                sheet.write_formula(row, column, f"={formula.text}", style, formula.result)
            elif isinstance(cell.value, dt.date):
                sheet.write_datetime(row, column, dt.datetime.combine(cell.value, dt.time()), style)
            else:
                sheet.write_number(row, column, cell.value, style)
        elif about.numeric and cell.isdecimal() and cell.isascii():
            sheet.write_number(row, column, int(cell), styles.of(num_format="0", align="right", **properties))
        else:
            self._text_cell(row, column, cell, text_wrap=not about.tight, **_aligned(about), **properties)

    def _text_cell(self, row: int, column: int, text: str, **properties: Any) -> None:
        """A text that stays one, whatever it begins with, also when the cell is edited."""
        if not text:
            self._worksheet.write_blank(row, column, None, self._styles.of(**properties))
            return
        if text.lstrip(" ").startswith(_LEADERS):
            properties["quote_prefix"] = True
        if len(text) > _MOST_TEXT:
            text = f"{text[: _MOST_TEXT - 1]}…"
        self._worksheet.write_string(row, column, text, self._styles.of(**properties))

    def _freeze(self, placed: Placed, widths: list[float]) -> None:
        columns = max(placed.table.groups, 1)
        while columns > 0 and sum(widths[:columns]) > _WIDEST_FROZEN:
            columns -= 1
        self._worksheet.freeze_panes(placed.first, columns)

    def _print(self, placed: Placed, widths: list[float]) -> None:
        sheet = self._worksheet
        sheet.set_paper(_A4)
        sheet.set_landscape()
        across = math.ceil(sum(widths) / _WIDEST_PAGE)
        sheet.fit_to_pages(across, 0)
        if across > 1:
            sheet.repeat_columns(0, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.repeat_rows(placed.head if placed.unit is None else placed.unit, placed.head)
        name = self.sheet.name.replace("&", "&&")
        sheet.set_footer(f"&L&9{name}&R&9{self._text('workbook.page', page='&P', pages='&N')}")


def _widths(tables: list[Table]) -> list[float]:
    """Width of every column of a sheet in letters: numbers whole, texts as far as a page has room for them."""
    count = max(len(table.columns) for table in tables)
    whole, texts = dict.fromkeys(range(count), float(_NARROWEST)), dict[int, float]()
    for table in tables:
        for number, about in enumerate(table.columns):
            lengths = sorted(len(row[number]) for row in table.rows) or [0]
            # Of a long list the few longest texts may take more lines.
            usual = (
                lengths[-1] if about.numeric or about.tight or len(lengths) < 100 else lengths[len(lengths) * 9 // 10]
            )
            longest = usual * _ROOM + 3
            words = max((len(word) for word in about.heading.split()), default=0) + 3
            if about.numeric:
                longest = min(longest, _WIDEST_NUMBER)
            elif not about.tight:
                texts[number] = max(texts.get(number, 0.0), longest)
            whole[number] = max(whole[number], words, longest)
    room = _WIDTH - sum(width for number, width in whole.items() if number not in texts)
    # A sheet of a few texts is as wide as they are; among many columns one text must not make the print small.
    widest = min(max(texts.values(), default=0.0), _WIDEST_TEXT if count > _FEW_COLUMNS else math.inf)
    while widest > _NARROWEST_TEXT and sum(min(width, widest) for width in texts.values()) > room:
        widest -= 1
    return [min(width, max(widest, _NARROWEST)) if n in texts else width for n, width in sorted(whole.items())]


def _aligned(column: Column) -> dict[str, Any]:
    """Numbers to the right, texts to the left with some distance from the number beside them."""
    return {"align": "right"} if column.numeric else {"align": "left", "indent": 1}


def _lines(text: str, width: float) -> int:
    """Lines that a text takes in a width in letters."""
    letters = max(1, int((width - 1) / _ROOM))
    return max(1, sum(max(1, len(textwrap.wrap(line, letters))) for line in text.split("\n")))

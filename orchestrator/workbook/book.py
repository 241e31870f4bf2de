"""The workbook as bytes: which sheets there are, in which order, and with which tables."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping
from typing import Any

from xlsxwriter import Workbook

from orchestrator.i18n import Language, Messages, messages
from orchestrator.province import Figure
from orchestrator.report import Table, certificate_table, tables_in_order
from orchestrator.report.network_tables import path_table
from orchestrator.workbook.formulas import formulas
from orchestrator.workbook.layout import Sheet, place, sheet_name
from orchestrator.workbook.tables import (
    basis_table,
    figure_table,
    notice_table,
    site_figures_table,
    summary_table,
)
from orchestrator.workbook.writing import SheetWriter, Styles

Document = Mapping[str, Any]


def render_workbook(document: Document, language: Language, figures: Iterable[Figure] = ()) -> bytes:
    """``plan.xlsx`` of a document in one language; the same document gives the same bytes.

    ``figures``: the input figures of the province folder, for the sheet of sources.
    """
    text = messages(language)
    sheets = _sheets(document, text, tuple(figures))
    placed = place(sheets)
    written = formulas(placed)
    memory = io.BytesIO()
    book = Workbook(memory, dict(_OPTIONS))
    province = text.pick(document["labels"]["province"])
    # A date of the plan, not of the writing: the same plan gives the same file.
    created = dt.datetime.fromisoformat(document["as_of"])
    book.set_properties({"title": text("report.title"), "subject": province, "author": "camau-dc", "created": created})
    first, last = document["years"][0], document["years"][-1]
    subtitle = text("report.subtitle", province=province, first=first, last=last)
    styles = Styles(book, language)
    writers = [SheetWriter(book.add_worksheet(sheet.name), sheet, styles, text) for sheet in sheets]
    for writer in writers:
        writer.write([placed[table.key] for table in writer.sheet.tables], written, subtitle)
    contents = text("report.contents")
    writers[0].list_contents(placed["summary"].end + 1, contents, [writer.sheet for writer in writers[1:]])
    book.close()
    return memory.getvalue()


_OPTIONS: Mapping[str, Any] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def _sheets(document: Document, text: Messages, figures: tuple[Figure, ...]) -> list[Sheet]:
    """Summary, the report's tables in their order, what they are computed from, notices, sources, certificate."""
    tables = [(table, *_below(table, document, text)) for table in tables_in_order(document, text)]
    sources = [group for group in tables if group[0].key == "sources"]
    groups: list[tuple[Table, ...]] = [(summary_table(document, text),)]
    groups += [group for group in tables if group[0].key != "sources"]
    if document["accounts"] is not None:
        groups.append((site_figures_table(document, text),))
        paths = path_table(document, text)
        groups += [(paths,)] if paths.rows else []
    if document["notices"]:
        groups.append((notice_table(document, text),))
    groups += sources
    if figures:
        groups.append((figure_table(figures, text),))
    groups.append((certificate_table(document, text),))
    sheets: list[Sheet] = []
    for group in groups:
        wanted = text.find(f"sheet.{group[0].key}", group[0].title)
        sheets.append(Sheet(sheet_name(wanted, [sheet.name for sheet in sheets]), group))
    return sheets


def _below(table: Table, document: Document, text: Messages) -> tuple[Table, ...]:
    return (basis_table(document, text),) if table.key == "indicators" else ()

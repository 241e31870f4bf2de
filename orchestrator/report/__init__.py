"""What people read of a plan: tables, charts and the report, made from the document alone.

The tables are the same in the terminal and in the report; the report is one HTML file in both languages, with the
chart library inside it, that opens offline.
"""

from orchestrator.report.figure_tables import violation_table
from orchestrator.report.geography import NOWHERE, Geography, Link, Position, geography_of
from orchestrator.report.hourly import NO_HOURS, HourlyFigures, hourly_figures
from orchestrator.report.page import render_report
from orchestrator.report.page_parts import certificate_table, tables_in_order
from orchestrator.report.table import Column, Table

__all__ = [
    "NOWHERE",
    "NO_HOURS",
    "Column",
    "Geography",
    "HourlyFigures",
    "Link",
    "Position",
    "Table",
    "certificate_table",
    "geography_of",
    "hourly_figures",
    "render_report",
    "tables_in_order",
    "violation_table",
]

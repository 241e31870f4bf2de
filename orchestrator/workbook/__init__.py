"""The workbook ``plan.xlsx``: the tables of a plan for people who live in spreadsheets.

Every sheet is a table of ``orchestrator.report``, so that terminal, report and workbook show the same figures; sums and
shares are formulas with their results beside them, and a formula stands only where it gives the document's figure.
"""

from orchestrator.workbook.book import render_workbook

__all__ = ["render_workbook"]

"""The demand as people and programs read it: tables and explanations in both languages, and a stable document."""

from orchestrator.demand_view.document import SCHEMA, demand_document
from orchestrator.demand_view.explanations import Explanation, cited_references, explanations
from orchestrator.demand_view.tables import demand_tables, population_line
from orchestrator.demand_view.words import demand_words

__all__ = [
    "SCHEMA",
    "Explanation",
    "cited_references",
    "demand_document",
    "demand_tables",
    "demand_words",
    "explanations",
    "population_line",
]

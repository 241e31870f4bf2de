"""The waves as people and programs read them: one stable document, tables in both languages, and reading it back."""

from orchestrator.waves_view.document import SCHEMA, previous_schedule, waves_document
from orchestrator.waves_view.tables import conflict_lines, summary_lines, wave_tables

__all__ = ["SCHEMA", "conflict_lines", "previous_schedule", "summary_lines", "wave_tables", "waves_document"]

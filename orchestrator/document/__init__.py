"""The document ``plan.json``: what a plan is to everyone outside this program.

A plan with its certificate, its figures in tables and every hour of its dispatch, in one JSON text with a published
schema, written atomically; read back with every fault told in a sentence.
"""

from orchestrator.document.accounts_tables import accounts_tables
from orchestrator.document.reading import DocumentError, from_document, plan_schema, read_document, validate
from orchestrator.document.writing import SCHEMA, Document, dumps, to_document, write_atomically

__all__ = [
    "SCHEMA",
    "Document",
    "DocumentError",
    "accounts_tables",
    "dumps",
    "from_document",
    "plan_schema",
    "read_document",
    "to_document",
    "validate",
    "write_atomically",
]

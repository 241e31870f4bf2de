"""Policy over a province: the catalogue of rules as it is read, the register on a day, and what the rules say of it."""

from orchestrator.policy.catalogue import criteria_sets, freshness, rule_set
from orchestrator.policy.cluster import exported, policy_facts
from orchestrator.policy.collecting import Collected, to_evidence, write_evidence
from orchestrator.policy.evidence_files import read_evidence
from orchestrator.policy.examples import Failure, failures
from orchestrator.policy.preview import Resource, read_resources, verdicts_on
from orchestrator.policy.standing import Register, load_register
from orchestrator.policy.view import (
    Counts,
    counts_of,
    counts_text,
    explain_document,
    explain_lines,
    rows_of,
    status_cells,
    status_document,
    status_headings,
    verdict_document,
    verdict_lines,
)

__all__ = [
    "Collected",
    "Counts",
    "Failure",
    "Register",
    "Resource",
    "counts_of",
    "counts_text",
    "criteria_sets",
    "explain_document",
    "explain_lines",
    "exported",
    "failures",
    "freshness",
    "load_register",
    "policy_facts",
    "read_evidence",
    "read_resources",
    "rows_of",
    "rule_set",
    "status_cells",
    "status_document",
    "status_headings",
    "to_evidence",
    "verdict_document",
    "verdict_lines",
    "verdicts_on",
    "write_evidence",
]

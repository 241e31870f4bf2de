"""A comparison of two plans as a document."""

from __future__ import annotations

from typing import Any

from orchestrator.difference import Difference
from orchestrator.document.labels import labels
from orchestrator.document.writing import Document


def merged_labels(*groups: dict[str, Any]) -> dict[str, Any]:
    """Names of both provinces, those of the last first."""
    merged: dict[str, Any] = {}
    for group in groups:
        for key, value in group.items():
            whole = isinstance(value, dict) and key != "province"
            merged[key] = {**merged.get(key, {}), **value} if whole else value
    return merged


def difference_document(found: Difference) -> Document:
    """``changes`` largest first, ``lines`` of the plan that differ, and both certificates."""
    sides = {
        name: {
            "status": side.result.status,
            "objective_vnd": side.result.objective_vnd,
            "bound_vnd": side.result.bound_vnd,
            "inputs_digest": side.inputs.digest,
            "scenario": side.inputs.scenario,
        }
        for name, side in (("old", found.old), ("new", found.new))
    }
    return {
        "schema": "camau-dc/plan-diff/1",
        **sides,
        "total_vnd": found.total_vnd,
        "interaction_vnd": found.interaction_vnd,
        "changes": [
            {
                "file": part.change.file,
                "field": part.change.shown,
                "lines": list(part.change.lines),
                "old": part.change.old,
                "new": part.change.new,
                "vnd": part.vnd,
                "error_vnd": part.error_vnd,
                "added_alone_vnd": part.added,
                "removed_alone_vnd": part.removed,
            }
            for part in found.parts
        ],
        "lines": [{**vars(line), "key": list(line.key)} for line in found.lines],
        "labels": merged_labels(*(labels(side.inputs, side.demand) for side in (found.old, found.new))),
    }

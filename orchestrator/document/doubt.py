"""Decisions under doubt as they stand in ``plan.json`` and in the answer of ``plan doubt``."""

from __future__ import annotations

from typing import Any

from orchestrator.doubt import RANGE, Doubt


def doubt_record(found: Doubt) -> dict[str, Any]:
    """The assumptions tried, those that flip a decision first; and every decision with what flips it."""
    by: dict[tuple[str, str], list[str]] = {key: [] for key in found.decisions}
    rows = []
    for tried in found.tried:
        about = tried.assumption
        for kind, what, _ in tried.flips:
            by.setdefault((kind, what), []).append(about.field)
        rows.append(
            {
                "file": about.file,
                "line": about.line,
                "field": about.field,
                "value": about.value,
                "low": 1 - RANGE,
                "high": 1 + RANGE,
                "doubt": about.doubt,
                "low_vnd": tried.low.objective_vnd if tried.low is not None else None,
                "high_vnd": tried.high.objective_vnd if tried.high is not None else None,
                "flips": [{"kind": kind, "of": what, "choice": choice} for kind, what, choice in tried.flips],
            }
        )
    return {
        "screened": found.screened,
        "assumptions": rows,
        "decisions": [
            {"kind": kind, "of": what, "choice": choice, "by": list(dict.fromkeys(by[kind, what]))}
            for (kind, what), choice in found.decisions.items()
        ],
    }

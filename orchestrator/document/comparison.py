"""Whether the figures of a document are those that its plan and inputs give."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from capacity.check import CheckViolation
from orchestrator.document.writing import DIGEST, Document, document_digest
from orchestrator.province.problems import Text, plain

RECOMPUTED = (
    "hours", "scenario", "as_of", "years", "price_year", "notices", "sources", "labels", "missed_targets", "accounts",
)  # fmt: skip
RULE = "figures_are_those_of_the_plan"
_RELATIVE, _ABSOLUTE = 1e-9, 1e-6


def differences(document: Document, again: Document) -> Iterator[CheckViolation]:
    """Every place where a document and its recomputation differ, and a certificate that contradicts itself."""
    for key in RECOMPUTED:
        yield from _differ(key, document[key], again[key])
    yield from _certificate(document)
    digest = document_digest(document)
    if document[DIGEST] != digest:
        yield _violation(DIGEST, document[DIGEST], digest)


def _differ(place: str, found: Any, expected: Any) -> Iterator[CheckViolation]:
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in dict.fromkeys((*found, *expected)):
            if key in found and key in expected:
                yield from _differ(f"{place}.{key}", found[key], expected[key])
            else:
                yield _violation(f"{place}.{key}", found.get(key), expected.get(key))
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for index, (left, right) in enumerate(zip(found, expected, strict=True)):
            yield from _differ(f"{place}[{index}]", left, right)
    elif isinstance(found, list) and isinstance(expected, list):
        yield _violation(f"{place}.length", len(found), len(expected))
    elif _is_number(found) and _is_number(expected):
        if not math.isclose(found, expected, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE):
            yield _violation(place, found, expected)
    elif found != expected:
        yield _violation(place, found, expected)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _certificate(document: Document) -> Iterator[CheckViolation]:
    if document["status"] not in ("optimal", "feasible"):
        words = Text("optimal or feasible, for there is a plan", "optimal hoặc feasible, vì có kế hoạch")
        yield _violation("status", document["status"], words)
    for key, nothing in (("violations", []), ("violation_vnd", None), ("violation_bound_vnd", None)):
        if document[key] != nothing:
            yield _violation(key, document[key], nothing)
    objective, bound, gap = document["objective_vnd"], document["bound_vnd"], document["gap"]
    if None in (objective, bound, gap):
        words = Text("objective, bound and gap together", "mục tiêu, cận và sai số cùng có")
        yield _violation("gap", gap, words)
        return
    expected = (objective - bound) / abs(objective) if objective else 0.0
    if not math.isclose(gap, expected, rel_tol=1e-6, abs_tol=1e-9):
        yield _violation("gap", gap, expected)
    if bound > objective + abs(objective) * _RELATIVE:
        yield _violation("bound_vnd", bound, objective)


def _violation(place: str, found: Any, expected: Any) -> CheckViolation:
    return CheckViolation(
        rule=RULE,
        where=place,
        amount=float(found) if _is_number(found) else 0.0,
        unit="",
        allowed=float(expected) if _is_number(expected) else 0.0,
        message_en=f"{place}: the document says {_shown(found).en}, recomputed it is {_shown(expected).en}.",
        message_vi=f"{place}: tài liệu ghi {_shown(found).vi}, tính lại là {_shown(expected).vi}.",
    )


def _shown(value: Any) -> Text:
    """A value as JSON writes it, nothing said as such."""
    if isinstance(value, Text):
        return value
    if value is None:
        return Text("nothing", "không có")
    text = repr(value)
    return plain(text if len(text) <= 120 else f"{text[:120]}…")

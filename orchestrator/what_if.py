"""What-ifs: the province with other values, sized from the plan that there is, and what that changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestrator.difference import Line, plan_lines
from orchestrator.document import Document
from orchestrator.document.labels import labels
from orchestrator.ensemble import Workers
from orchestrator.province import InvalidProvinceError, Problem, Text
from orchestrator.province.assignments import Assigned, Written, assigned
from orchestrator.province.plain_text import decoded
from orchestrator.province.yaml_text import parse_yaml
from orchestrator.rules import measures_of
from orchestrator.stored import Stored, Where, stored_at
from orchestrator.studies import Progress, Sized, Solve, Variation, run_study
from orchestrator.translate import to_capacity_inputs

if TYPE_CHECKING:
    from capacity.solver import SolveOptions
    from orchestrator.studied import StudyRequest

SCHEMA = "camau-dc/what-if/1"
LEAST_CHANGE = 0.005
"""MW or units below which a difference of two plans is rounding."""
_FORM = Text("what_ifs: [{name: …, set: [path=value, …]}, …]", "what_ifs: [{name: …, set: [đường_dẫn=giá_trị, …]}, …]")


@dataclass(frozen=True)
class WhatIf:
    """Values that are set together, under a name."""

    name: str
    written: tuple[Written, ...]


@dataclass(frozen=True)
class Tried:
    """A what-if with what was set and the province sized so."""

    what_if: WhatIf
    assigned: tuple[Assigned, ...]
    sized: Sized


def what_ifs_of(texts: Sequence[str], *, each: bool) -> tuple[WhatIf, ...]:
    """Assignments of a command line: one what-if of all, or one of each."""
    written = [Written(text, line=number) for number, text in enumerate(texts, start=1)]
    if each:
        return tuple(WhatIf(one.text, (one,)) for one in written)
    return (WhatIf("; ".join(texts), tuple(written)),) if written else ()


def what_ifs_in(file: Path) -> tuple[WhatIf, ...]:
    """What-ifs of a YAML file: ``what_ifs``, a list of ``name`` and ``set``, a list of assignments.

    Raises InvalidProvinceError with all problems of the file, and OSError.
    """
    text = decoded(file.read_bytes(), file.name)
    if not isinstance(text, str):
        raise InvalidProvinceError(str(file), tuple(text))
    parsed = parse_yaml(text, file.name)
    problems = list(parsed.problems)
    found: list[WhatIf] = []
    rows = parsed.data.get("what_ifs") if isinstance(parsed.data, dict) else None
    if not problems and (not isinstance(rows, list) or not rows):
        problems.append(Problem(file.name, 1, "what_ifs", Text("no list", "không có danh sách"), _FORM))
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        path = ("what_ifs", number)
        line = parsed.lines.get(path, 1)
        texts = row.get("set") if isinstance(row, dict) else None
        known = isinstance(row, dict) and set(row) == {"name", "set"} and isinstance(row["name"], str)
        if not known or not isinstance(texts, list) or not texts or not all(isinstance(t, str) for t in texts):
            wrong = Text("not a name and a list of assignments", "không phải tên và danh sách phép gán")
            problems.append(Problem(file.name, line, f"what_ifs[{number}]", wrong, _FORM))
            continue
        lines = [parsed.lines.get((*path, "set", place), line) for place in range(len(texts))]
        written = [Written(each, file.name, at) for each, at in zip(texts, lines, strict=True)]
        found.append(WhatIf(row["name"], tuple(written)))
    names = [each.name for each in found]
    for each in found:
        if names.count(each.name) > 1:
            twice = Text(f"'{each.name}' twice", f"'{each.name}' có hai lần")
            words = Text("each name once", "mỗi tên một lần")
            problems.append(Problem(file.name, each.written[0].line, "what_ifs", twice, words))
    if problems:
        raise InvalidProvinceError(str(file), tuple(dict.fromkeys(problems)))
    return tuple(found)


def try_what_ifs(
    stored: Stored,
    what_ifs: Sequence[WhatIf],
    options: SolveOptions,
    progress: Progress,
    *,
    workers: Workers | None = None,
    solve: Solve | None = None,
) -> tuple[Sized, tuple[Tried, ...]]:
    """The province as it is, and each what-if. Raises InvalidProvinceError before anything is sized."""
    problems: list[Problem] = []
    varied = []
    for each in what_ifs:
        try:
            province, done = assigned(stored.province, each.written)
        except InvalidProvinceError as error:
            problems += error.problems
            continue
        varied.append((each, done, to_capacity_inputs(province)))
    if problems:
        raise InvalidProvinceError(stored.province.settings.name_en, tuple(dict.fromkeys(problems)))
    base = stored.base(options, progress, workers, solve)
    variations = {each.name: Variation(inputs, start=base.start) for each, _, inputs in varied}
    sized = run_study(variations, options, progress, workers=workers, solve=solve)
    return base, tuple(Tried(each, done, sized[each.name]) for each, done, _ in varied)


def what_if(
    where: Where,
    what_ifs: Sequence[WhatIf],
    request: StudyRequest,
    progress: Progress,
    *,
    solve: Solve | None = None,
) -> Document:
    """The answer of ``plan whatif``. Raises DocumentError, InvalidProvinceError and WorkersError."""
    stored = stored_at(where)
    with request.workers.opened() as workers:
        base, tried = try_what_ifs(stored, what_ifs, request.options(), progress, workers=workers, solve=solve)
    return {
        "schema": SCHEMA,
        **({} if base.has_plan else {"status": base.status_told}),
        "inputs_digest": stored.inputs.digest,
        "scenario": stored.inputs.scenario,
        "base": _answer(base),
        "what_ifs": [_record(base, each) for each in tried],
        "labels": labels(base.inputs, base.demand),
    }


def _answer(sized: Sized) -> dict[str, Any]:
    return {
        "status": sized.result.status if sized.has_plan else sized.status_told,
        "objective_vnd": sized.objective_vnd,
        "bound_vnd": sized.result.bound_vnd if sized.has_plan else None,
    }


def _record(base: Sized, tried: Tried) -> dict[str, Any]:
    sized = tried.sized
    known = base.objective_vnd is not None and sized.objective_vnd is not None
    difference = (sized.objective_vnd or 0.0) - (base.objective_vnd or 0.0)
    return {
        "name": tried.what_if.name,
        "set": [{"file": a.file, "field": a.field, "old": a.old, "new": a.new} for a in tried.assigned],
        **_answer(sized),
        "difference_vnd": difference if known else None,
        "at_least_vnd": difference - sized.error_vnd if known else None,
        "at_most_vnd": difference + base.error_vnd if known else None,
        "changes": changes_between(base, sized),
        "lines": [line_record(line) for line in plan_lines(base.accounts, sized.accounts)],
    }


def changes_between(base: Sized, other: Sized) -> dict[str, float]:
    """What the other plan orders more (or, below zero, less) than the base, by measure."""
    if base.plan is None or other.plan is None:
        return {}
    one, two = measures_of(base.plan), measures_of(other.plan)
    differences = {name: two.get(name, 0.0) - one.get(name, 0.0) for name in sorted({*one, *two})}
    return {name: amount for name, amount in differences.items() if abs(amount) > LEAST_CHANGE}


def line_record(line: Line) -> dict[str, Any]:
    """A line of a difference in a document."""
    return {"table": line.table, "key": list(line.key), "old": line.old, "new": line.new}

"""What the commands of a studied plan do: compare two, say what an item is worth, and which decisions are in doubt."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from capacity.plan import Plan
from orchestrator.absence import Item, items_of, without
from orchestrator.archive import inputs_of_plan
from orchestrator.conflicts import explained_conflict
from orchestrator.difference import Line, difference, plan_lines
from orchestrator.document import Document, read_document
from orchestrator.document.conflict import conflict_record
from orchestrator.document.difference import difference_document
from orchestrator.document.doubt import doubt_record
from orchestrator.document.labels import labels
from orchestrator.doubt import doubt
from orchestrator.ensemble import THIS_PROCESS, WorkersRequest, cores
from orchestrator.i18n import LANGUAGES
from orchestrator.province import Province, Text, load_province
from orchestrator.stored import Where
from orchestrator.studies import Progress, Sized, Solve, Variation, run_study
from orchestrator.translate import to_capacity_inputs

if TYPE_CHECKING:
    from capacity.solver import SolveOptions


@dataclass(frozen=True)
class StudyRequest:
    """gap and time limit of each plan; ``workers`` size them, this process does by default."""

    gap: float = 0.001
    time_limit_s: float = 600.0
    workers: WorkersRequest = THIS_PROCESS

    def options(self) -> SolveOptions:
        """Those of the solver; a plan that is sized alone has all cores."""
        from capacity.solver import SolveOptions

        return SolveOptions(gap=self.gap, time_limit_s=self.time_limit_s, threads=cores())


class UnknownItemError(ValueError):
    """No item of the plan has the name; ``words`` name the nearest."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


def province_at(where: Where) -> Province:
    """The inputs of a plan.json, or a folder. Raises DocumentError and InvalidProvinceError."""
    path, scenario = where
    return inputs_of_plan(read_document(path), path) if path.is_file() else load_province(path, scenario)


def compare_plans(
    old: Where, new: Where, request: StudyRequest, progress: Progress, *, solve: Solve | None = None
) -> Document:
    """What changed between two plans or folders, see ``difference``."""
    provinces = province_at(old), province_at(new)
    with request.workers.opened() as workers:
        found = difference(*provinces, request.options(), progress, workers=workers, solve=solve)
    return difference_document(found)


def worth_of(
    wanted: str, where: Where, request: StudyRequest, progress: Progress, *, solve: Solve | None = None
) -> Document:
    """What the plan costs without an item, what replaces it, and what needs it. Raises UnknownItemError."""
    options, inputs = request.options(), to_capacity_inputs(province_at(where))
    base = run_study({"with": Variation(inputs)}, options, progress, solve=solve)["with"]
    names = labels(base.inputs, base.demand)
    if base.result.plan is None or not base.has_plan:
        return _no_plan(base)
    items = items_named(wanted, base.result.plan, names)
    study = run_study({"without": Variation(without(inputs, items), start=base.start)}, options, progress, solve=solve)
    other = study["without"]
    conflict = None
    if other.result.status == "infeasible":
        conflict = conflict_record(explained_conflict(other.inputs, other.demand, options, progress))
    return {
        "schema": "camau-dc/plan-item/1",
        "item": ", ".join(item.name for item in items),
        "keys": [[item.kind, item.site, item.of] for item in items if item.kind != "site"],
        "objective_vnd": base.objective_vnd,
        "without_vnd": other.objective_vnd,
        "without_status": other.result.status,
        "error_vnd": base.error_vnd + other.error_vnd,
        "lines": [_line(line) for line in plan_lines(base.accounts, other.accounts)],
        "prices": _dearer(base, other),
        "conflict": conflict,
        "labels": names,
    }


def _no_plan(base: Sized) -> Document:
    return {
        "status": base.result.status if base.result.status in ("infeasible", "no_plan") else "no_plan",
        "item": "",
        "keys": [],
        "objective_vnd": None,
        "without_vnd": None,
        "error_vnd": 0.0,
        "lines": [],
        "prices": [],
        "conflict": None,
        "labels": labels(base.inputs, base.demand),
    }


def _line(line: Line) -> dict[str, Any]:
    return {"table": line.table, "key": list(line.key), "old": line.old, "new": line.new}


def _dearer(base: Sized, other: Sized) -> list[dict[str, Any]]:
    """Constraints that cost more without the item than with it, by what a unit of them costs more, at most five."""
    before = {(p.constraint, p.year, p.site): p.vnd_per_unit for p in base.result.shadow_prices}
    found = []
    for price in other.result.shadow_prices:
        more = price.vnd_per_unit - before.get((price.constraint, price.year, price.site), 0.0)
        if more > 0.01 * price.vnd_per_unit:
            found.append({**asdict(price), "more_vnd_per_unit": more})
    return sorted(found, key=lambda row: -row["more_vnd_per_unit"])[:5]


def items_named(wanted: str, plan: Plan, names: Mapping[str, Any]) -> list[Item]:
    """Items of a plan that go by a name, given the labels of its document. Raises UnknownItemError."""
    known: dict[str, list[Item]] = {}
    for item in items_of(plan):
        for name in _names(item, names):
            known.setdefault(name.casefold(), []).append(item)
    found = known.get(wanted.strip().casefold())
    if found:
        return found
    near = difflib.get_close_matches(wanted.casefold(), known, n=5, cutoff=0.3) or sorted(known)[:8]
    shown = ", ".join(dict.fromkeys(known[name][0].name for name in near))
    en, vi = (
        f"'{wanted}' is not in the plan; the nearest: {shown}",
        f"'{wanted}' không có trong kế hoạch; gần nhất: {shown}",
    )
    raise UnknownItemError(Text(en, vi))


def _names(item: Item, names: Mapping[str, Any]) -> list[str]:
    """The ways to name an item: as the tables do in either language, by its id, or in full."""
    group = {
        "module": "halls",
        "server": "skus",
        "generation": "technologies",
        "battery": "technologies",
        "dppa_mw": "technologies",
        "rent": "locations",
        "site": "sites",
        "grid_step": "grid_steps",
        "fuel_tank": "plant",
        "ups_battery": "plant",
    }[item.kind]
    key = item.site if item.kind == "site" else f"{item.site}/{item.of}" if item.kind == "grid_step" else item.of
    said = names[group].get(key, {})
    return [item.name, key, f"{item.site}/{item.of}", *(said[language] for language in LANGUAGES if language in said)]


def doubt_of(
    where: Where, top: int, request: StudyRequest, progress: Progress, *, solve: Solve | None = None
) -> Document:
    """Decisions of a plan and the assumptions that flip them, see ``doubt``."""
    province = province_at(where)
    with request.workers.opened() as workers:
        found = doubt(province, top, request.options(), progress, workers=workers, solve=solve)
    if found is None:
        base = to_capacity_inputs(province)
        return {
            "status": "infeasible",
            "assumptions": [],
            "decisions": [],
            "labels": {"sites": {}},
            "scenario": base.scenario,
        }
    return {
        "schema": "camau-dc/plan-doubt/1",
        "objective_vnd": found.base.objective_vnd,
        **doubt_record(found),
        "labels": labels(found.base.inputs, found.base.demand),
    }

"""A plan document for each scenario of ``plan stochastic``: the orders of all, and what this scenario makes of them.

``verify`` and ``render`` read them as any other. A named scenario is one of the folder; a drawn one is drawn again from
the values in the document. The bound is proved for plans of the scenario with these orders: were one of them cheaper
by more than what the proof of all leaves open, over the weight of the scenario, all together would be cheaper than
their bound.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from capacity.accounts import Accounts
from capacity.plan import ScenarioPlan, SizingResult, StochasticResult
from orchestrator.document import Document, DocumentError, dumps, to_document
from orchestrator.draws import Case, DrawError, province_drawn, redrawn_case, scenarios_named
from orchestrator.notices import plan_notices
from orchestrator.outputs import PLAN_FILE, way
from orchestrator.province import Province, Text, load_province, load_scenarios, plan_figures, standing_counts
from orchestrator.stochastic import StochasticPlan

SCENARIOS = "scenarios"


def plan_place(name: str) -> str:
    """The document of a scenario, as a path from the folder of ``stochastic.json``."""
    return f"{SCENARIOS}/{name}/{PLAN_FILE}"


def scenario_files(plan: StochasticPlan, out: Path) -> dict[Path, str]:
    """The documents of all scenarios by their files; none without a plan."""
    if not plan.accounts:
        return {}
    files = {}
    for case, scenario, accounts in zip(plan.cases, plan.result.scenarios, plan.accounts, strict=True):
        file = out / plan_place(case.name)
        files[file] = dumps(_document(plan, case, scenario, accounts, file.parent))
    return files


def _document(plan: StochasticPlan, case: Case, scenario: ScenarioPlan, accounts: Accounts, place: Path) -> Document:
    province = province_drawn(plan.provinces, case.values) if case.values else plan.provinces[case.name]
    standing = standing_counts(plan_figures(province.book))
    together: dict[str, Any] = {
        "scenarios": [each.name for each in plan.cases],
        "probability": case.probability,
        "drawn": dict(case.values) or None,
    }
    return to_document(
        case.inputs,
        case.demand,
        _result(plan, scenario),
        accounts,
        notices=plan_notices(case.inputs, standing, accounts, together),
        standing=standing,
        folder=way(plan.request.folder, place),
        together=together,
    )


def _result(plan: StochasticPlan, scenario: ScenarioPlan) -> SizingResult:
    """The answer as one of this scenario with these orders. Prices of limits are of all scenarios, so none here."""
    result = plan.result
    cost, bound = scenario.cost_vnd or 0.0, _bound(result, scenario, plan.request.risk.weight)
    gap = (cost - bound) / abs(cost) if cost else 0.0
    return SizingResult(
        status="optimal" if gap <= plan.request.gap else "feasible",
        plan=scenario.plan,
        objective_vnd=cost,
        bound_vnd=bound,
        gap=gap,
        hours=0 if scenario.plan is None else sum(row.grid_w.size for row in scenario.plan.dispatches),
        seconds=result.seconds,
        peak_memory_mib=result.peak_memory_mib,
        seed=result.seed,
        method=result.method,
        versions=result.versions,
    )


def _bound(result: StochasticResult, scenario: ScenarioPlan, risk: float) -> float:
    """VND; in the objective a scenario's cost weighs its probability times one less the weight of risk at least."""
    left_open = (result.objective_vnd or 0.0) - (result.bound_vnd or 0.0)
    return (scenario.cost_vnd or 0.0) - max(left_open, 0.0) / (scenario.probability * (1 - risk))


def drawn_again(plan_file: Path, document: Document, folder: Path) -> tuple[Province, Case]:
    """The drawn scenario of a document, and the folder in the scenario that was drawn for it.

    Raises DocumentError when the folder draws no such scenario, and InvalidProvinceError.
    """
    provinces = load_scenarios(folder, scenarios_named(load_province(folder).uncertain))
    values = document["together"]["drawn"]
    try:
        case = redrawn_case(provinces, values, document["scenario"])
    except DrawError as error:
        en, vi = error.words.en, error.words.vi
        raise DocumentError([Text(f"{plan_file}: together: {en}", f"{plan_file}: together: {vi}")]) from error
    return province_drawn(provinces, values), replace(case, probability=document["together"]["probability"])

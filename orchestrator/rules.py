"""The rules that can be switched off one by one, and what each of them costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from capacity.accounts import Accounts, compute_accounts, without_idle_leases
from capacity.check import CheckViolation, check
from capacity.demand import Demand, compute_demand
from capacity.inputs import CapacityInputs
from capacity.inputs.network import BROADBAND, NetworkFile
from capacity.inputs.resilience import Resilience
from capacity.plan import BuildKind, Plan, Status
from orchestrator.ensemble import THIS_PROCESS, Workers, WorkersRequest
from orchestrator.province import load_province
from orchestrator.province.scenarios import BASE
from orchestrator.studies import Progress, Sized, Solve, Variation, no_progress, run_study
from orchestrator.translate import to_capacity_inputs

if TYPE_CHECKING:
    from capacity.solver import SolveOptions


@dataclass(frozen=True)
class Rule:
    """A rule with its switch. ``id`` names it in the catalogues of messages as ``rule.<id>``; rules of the folder have
    ``names`` of their own by language.

    ``off`` gives the inputs without it. ``stripped`` takes out of a plan what only this rule asks for: the rest is a
    plan without the rule.
    """

    id: str
    is_on: Callable[[CapacityInputs], bool]
    off: Callable[[CapacityInputs], CapacityInputs]
    stripped: Callable[[Plan], Plan]
    names: Mapping[str, str] | None = None


def _resilience(inputs: CapacityInputs, name: str) -> bool:
    return getattr(inputs.settings.resilience, name) is not None


def _without_resilience(inputs: CapacityInputs, name: str) -> CapacityInputs:
    changed: Resilience = inputs.settings.resilience.model_copy(update={name: None})
    return replace(inputs, settings=inputs.settings.model_copy(update={"resilience": changed}))


def _without_autonomy(inputs: CapacityInputs) -> CapacityInputs:
    plant = tuple(unit.model_copy(update={"autonomy_minutes": 0.0}) for unit in inputs.hardware.plant)
    return replace(inputs, hardware=inputs.hardware.model_copy(update={"plant": plant}))


def _without_orders(plan: Plan, kind: BuildKind) -> Plan:
    return replace(plan, builds=tuple(build for build in plan.builds if build.kind != kind))


RULES: tuple[Rule, ...] = (
    Rule(
        "outage",
        lambda inputs: _resilience(inputs, "outage"),
        lambda inputs: _without_resilience(inputs, "outage"),
        lambda plan: _without_orders(plan, "fuel_tank"),
    ),
    Rule(
        "pad",
        lambda inputs: _resilience(inputs, "pad"),
        lambda inputs: _without_resilience(inputs, "pad"),
        lambda plan: plan,
    ),
    Rule(
        "autonomy",
        lambda inputs: any(unit.autonomy_minutes > 0 for unit in inputs.hardware.plant),
        _without_autonomy,
        lambda plan: _without_orders(plan, "ups_battery"),
    ),
    Rule(
        "site_loss",
        lambda inputs: _resilience(inputs, "site_loss"),
        lambda inputs: _without_resilience(inputs, "site_loss"),
        lambda plan: replace(plan, standbys=(), standby_rents=()),
    ),
    Rule(
        "network",
        lambda inputs: inputs.network is not None,
        lambda inputs: replace(inputs, network=None),
        lambda plan: replace(plan, leases=(), flows=()),
    ),
)
"""In the order in which they are told. The rules of network.yaml follow (``rules_of``)."""


def rules_of(inputs: CapacityInputs) -> tuple[Rule, ...]:
    """Every rule that can be switched off in a folder: those of all folders, and the switches of its network."""
    if inputs.network is None:
        return RULES
    return (*RULES, *(_network_rule(inputs.network, switch) for switch in inputs.network.switches))


def _network_rule(network: NetworkFile, switch: str) -> Rule:
    def off(inputs: CapacityInputs) -> CapacityInputs:
        return replace(inputs, network=None if inputs.network is None else inputs.network.without(switch))

    def stripped(plan: Plan) -> Plan:
        if switch == BROADBAND:
            return replace(plan, flows=tuple(flow for flow in plan.flows if flow.pool is not None))
        if kinds.get(switch) == "two_routes":
            return replace(plan, flows=tuple(replace(flow, second=()) for flow in plan.flows))
        return plan

    kinds = {rule.id: rule.kind for rule in network.rules}
    statements = {rule.id: {"vi": rule.statement_vi, "en": rule.statement_en} for rule in network.rules}
    return Rule(
        switch,
        lambda inputs: inputs.network is not None and switch in inputs.network.switches,
        off,
        stripped,
        statements.get(switch),
    )


@dataclass(frozen=True)
class Solved:
    """The answer of one solve: VND of present value; None without a plan. ``findings`` are those of the checker."""

    status: Status
    objective_vnd: float | None
    bound_vnd: float | None
    plan: Plan | None
    findings: tuple[CheckViolation, ...] = ()
    fill_m3: float = 0.0


@dataclass(frozen=True)
class RulePrice:
    """What a rule costs: the cost under all rules less that without this one, and bounds of it from both proofs.

    ``changes`` is what the plan with the rule has more (or, below zero, less) than the one without, by measure.
    """

    rule: str
    without: Solved
    difference_vnd: float | None
    least_vnd: float | None
    most_vnd: float | None
    names: Mapping[str, str] | None = None
    changes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class RulePrices:
    """The province under all its rules, and the price of each rule that is on."""

    under_all: Solved
    prices: tuple[RulePrice, ...]

    @property
    def findings(self) -> tuple[CheckViolation, ...]:
        """What the checker found in any of the plans."""
        return tuple(found for each in (self.under_all, *(p.without for p in self.prices)) for found in each.findings)


def price_rules(
    folder: Path,
    scenario: str = BASE,
    *,
    options: SolveOptions,
    progress: Progress = no_progress,
    workers: WorkersRequest = THIS_PROCESS,
) -> RulePrices:
    """The price of every rule of a province folder. Raises InvalidProvinceError, DemandInputError and WorkersError."""
    inputs = to_capacity_inputs(load_province(folder, scenario))
    with workers.opened() as opened:
        return prices_of(inputs, options, progress=progress, workers=opened)


def prices_of(
    inputs: CapacityInputs,
    options: SolveOptions,
    solve: Solve | None = None,
    *,
    rules: Iterable[Rule] | None = None,
    demand_of: Callable[[CapacityInputs], Demand] = compute_demand,
    progress: Progress = no_progress,
    workers: Workers | None = None,
) -> RulePrices:
    """Solves the inputs under all their rules and again without each that is on; every plan is checked."""
    study = run_study({"all": Variation(inputs, demand_of(inputs))}, options, progress, workers=workers, solve=solve)
    under_all = _solved(study["all"])
    if under_all.plan is None or under_all.findings:
        return RulePrices(under_all, ())
    on = {rule.id: rule for rule in (rules_of(inputs) if rules is None else rules) if rule.is_on(inputs)}
    off = {name: rule.off(inputs) for name, rule in on.items()}
    start = study["all"].start
    variations = {name: Variation(given, demand_of(given), start) for name, given in off.items()}
    found = run_study(variations, options, progress, workers=workers, solve=solve)
    prices = []
    for name, rule in on.items():
        stripped = _stripped(off[name], found[name].demand, rule, under_all.plan)
        prices.append(_price(rule, under_all, _better(_solved(found[name]), stripped)))
    return RulePrices(under_all, tuple(prices))


def _solved(sized: Sized) -> Solved:
    result = sized.result
    if result.plan is None:
        return Solved(result.status, None, result.bound_vnd, None)
    fill_m3 = 0.0 if sized.accounts is None else _fill_m3(sized.accounts)
    return Solved(result.status, result.objective_vnd, result.bound_vnd, result.plan, sized.findings, fill_m3)


def _stripped(inputs: CapacityInputs, demand: Demand, rule: Rule, plan: Plan) -> Solved:
    """The plan under all rules without what only this one asks for, judged and priced without it."""
    rest = without_idle_leases(inputs, demand, rule.stripped(plan))
    accounts = compute_accounts(inputs, demand, rest)
    findings = check(inputs, demand, rest, objective_vnd=accounts.objective_vnd)
    return Solved("feasible", accounts.objective_vnd, None, rest, findings, _fill_m3(accounts))


def _fill_m3(accounts: Accounts) -> float:
    """Fill under all new halls and tanks."""
    return sum(line.fill_m3 for line in accounts.pads)


def _better(found: Solved, other: Solved) -> Solved:
    """The cheaper of two plans of one province, with the bound that was proved."""
    if other.findings or found.findings or other.objective_vnd is None:
        return found
    if found.objective_vnd is not None and found.objective_vnd <= other.objective_vnd:
        return found
    return replace(other, status=found.status if found.plan is not None else "feasible", bound_vnd=found.bound_vnd)


def measures_of(plan: Plan) -> dict[str, float]:
    """What a plan orders by kind (units, MW, MWh), the most Mbps that it leases in a year, and its idle servers."""
    found: dict[str, float] = defaultdict(float)
    for build in plan.builds:
        found[build.kind] += build.amount
    for name, rows in (
        ("leased_mbps", [(lease.year, lease.mbps) for lease in plan.leases]),
        ("standby_servers", [(row.year, row.servers) for row in plan.standbys]),
        ("standby_rents", [(row.year, row.fraction) for row in plan.standby_rents]),
    ):
        found[name] = max((sum(amount for at, amount in rows if at == year) for year in plan.years), default=0.0)
    return found


def _changes(under_all: Solved, without: Solved) -> dict[str, float]:
    if under_all.plan is None or without.plan is None:
        return {}
    one, other = (
        {**measures_of(solved.plan), "fill_m3": solved.fill_m3}
        for solved in (under_all, without)
        if solved.plan is not None
    )
    differences = {name: one.get(name, 0.0) - other.get(name, 0.0) for name in sorted(one.keys() | other.keys())}
    return {name: amount for name, amount in differences.items() if abs(amount) > 0.005}


def _price(rule: Rule, under_all: Solved, without: Solved) -> RulePrice:
    def less(one: float | None, other: float | None) -> float | None:
        return None if one is None or other is None else one - other

    return RulePrice(
        rule.id,
        without,
        less(under_all.objective_vnd, without.objective_vnd),
        less(under_all.bound_vnd, without.objective_vnd),
        less(under_all.objective_vnd, without.bound_vnd),
        rule.names,
        _changes(under_all, without),
    )

"""The requirements that a conflict is explained by: every slack of the model, and every limit that people can relax."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.settings import FundingSource, PolicyConstraint
from capacity.model.build import SizingModel, build_model
from capacity.model.frame import BILLION
from capacity.model.limits import LEAD_TIMES, LIMIT_KINDS, Limit, LimitKind, load_scale_mw
from capacity.model.policy import PUE_POINT, SHARE_POINT, in_scope
from capacity.model.relaxed_rules import later_resilience, wider_link, without_rule
from capacity.model.supply import TooManyLoadClassesError
from capacity.plan import Relaxed, Requirement


@dataclass(frozen=True)
class Elastic:
    """A requirement with the column that relaxes it: ``price`` in billion VND per unit of the column, ``to_unit`` turns
    the column into the requirement's unit, at most ``most`` of the column."""

    requirement: Requirement
    column: int
    price: float
    to_unit: float
    most: float
    limit: Limit | None = None


@dataclass(frozen=True)
class RelaxableModel:
    """The model of inputs whose limits are wider, held at their own values by elastic columns.

    ``always`` are columns of slacks that the real model does not have: they never bind.
    """

    model: SizingModel
    elastics: tuple[Elastic, ...]
    always: tuple[int, ...]


def relaxable_model(inputs: CapacityInputs, demand: Demand) -> RelaxableModel:
    """Every requirement of the inputs as an elastic column. Raises TooManyLoadClassesError as ``build_model`` does."""
    real = build_model(inputs, demand)
    own = {_slack_key(slack) for slack in real.frame.slacks.values()}
    scale = load_scale_mw(inputs, demand)
    found = [(kind, limit) for kind in LIMIT_KINDS for limit in kind.find(inputs, scale)]
    try:
        model = _widened(inputs, demand, found)
    except TooManyLoadClassesError:
        # earlier orders can open halls that the horizon has no room for: they are told apart from the rest
        found = [(kind, limit) for kind, limit in found if kind.name != LEAD_TIMES]
        model = _widened(inputs, demand, found)
    frame, linear = model.frame, model.frame.model
    elastics: list[Elastic] = []
    always: list[int] = []
    for column, slack in frame.slacks.items():
        if _slack_key(slack) not in own:
            always.append(column)
            continue
        requirement = Requirement(slack.policy, slack.year, slack.site, slack.unit)
        elastics.append(Elastic(requirement, column, slack.price, slack.to_unit, linear.upper[column]))
    for kind, limit in found:
        column = linear.column(("relaxed", limit.name, limit.site or ""), upper=limit.most)
        kind.hold(frame, limit, column)
        requirement = Requirement(limit.name, None, limit.site, limit.unit)
        elastics.append(Elastic(requirement, column, kind.price_vnd / BILLION, 1.0, limit.most, limit))
    return RelaxableModel(model, tuple(elastics), tuple(always))


def _slack_key(slack: object) -> tuple[object, ...]:
    return tuple(getattr(slack, name) for name in ("policy", "year", "site"))


def _widened(inputs: CapacityInputs, demand: Demand, found: list[tuple[LimitKind, Limit]]) -> SizingModel:
    wide = inputs
    for kind, limit in found:
        wide = kind.widen(wide, limit, limit.most)
    return build_model(wide, demand)


def relaxed_inputs(
    inputs: CapacityInputs, demand: Demand, requirement: Requirement, amount: float
) -> tuple[CapacityInputs, Demand] | None:
    """The province with one requirement relaxed by an amount in its unit, or None when inputs cannot say so.

    PUE and water policies are relaxed for all sites of their scope, links in all years: the folder states one limit for
    them. Rules of the network are off in the year, whatever the amount, and rules of resilience bind after it.
    """
    scale = load_scale_mw(inputs, demand)
    for kind in LIMIT_KINDS:
        for limit in kind.find(inputs, scale):
            if (limit.name, limit.site) == (requirement.name, requirement.site):
                return kind.widen(inputs, limit, amount), demand
    match requirement.name.split(":"):
        case ["demand", pool_id]:
            return inputs, _less_demand(demand, pool_id, requirement.year, amount)
        case ["contract", pool_id]:
            return _without_contracts(inputs, demand, pool_id), demand
        case ["budget", payer, category]:
            return _more_money(inputs, payer, category, requirement.year, amount), demand
        case ["link", link_id, payer]:
            wider = wider_link(inputs, link_id, payer, amount)
            return None if wider is None else (wider, demand)
    if requirement.year is not None:
        rules = without_rule(inputs, requirement.name, requirement.year) or later_resilience(
            inputs, requirement.name, requirement.year
        )
        if rules is not None:
            return rules, demand
    return _milder_policy(inputs, demand, requirement, amount)


def relaxed_together(
    inputs: CapacityInputs, demand: Demand, parts: Iterable[Relaxed]
) -> tuple[CapacityInputs, Demand] | None:
    """The province with all parts of a relaxation, or None when inputs cannot say one of them.

    Parts that one figure of the folder states (a link in several years, a PUE at several sites) are relaxed once, by
    the largest amount.
    """
    policies = {policy.id for policy in inputs.settings.policies}
    largest: dict[tuple[str, int | None, str | None], Relaxed] = {}
    for part in parts:
        about = part.requirement
        year = None if about.name.startswith("link:") else about.year
        key = (about.name, year, None if about.name in policies else about.site)
        if key not in largest or largest[key].amount < part.amount:
            largest[key] = part
    relaxed: tuple[CapacityInputs, Demand] | None = (inputs, demand)
    for part in largest.values():
        relaxed = relaxed_inputs(*relaxed, part.requirement, part.amount) if relaxed is not None else None
    return relaxed


def _less_demand(demand: Demand, pool_id: str, year: int | None, fraction: float) -> Demand:
    pools = []
    for pool in demand.pools:
        if pool.id == pool_id:
            amounts = {
                resource: tuple(
                    value * (1 - fraction) if at == year else value
                    for at, value in zip(demand.years, values, strict=True)
                )
                for resource, values in pool.amounts.items()
            }
            pool = dataclasses.replace(pool, amounts=amounts)
        pools.append(pool)
    return dataclasses.replace(demand, pools=tuple(pools))


def _without_contracts(inputs: CapacityInputs, demand: Demand, pool_id: str) -> CapacityInputs:
    programmes = next((pool.programmes for pool in demand.pools if pool.id == pool_id), ())
    left = tuple(contract for contract in inputs.clouds.contracts if contract.programme not in programmes)
    return dataclasses.replace(inputs, clouds=inputs.clouds.model_copy(update={"contracts": left}))


def _more_money(inputs: CapacityInputs, payer: str, category: str, year: int | None, vnd: float) -> CapacityInputs:
    more = FundingSource.model_validate(
        {
            "id": f"more-{payer}-{category}-{year}".replace("_", "-"),
            "name_vi": "Bổ sung",
            "name_en": "Supplement",
            "payer": payer,
            "covers": (category,),
            "budget_vnd": {year: vnd},
            "source": "assumption: what a relaxation of the budget would take",
        }
    )
    settings = inputs.settings
    return dataclasses.replace(inputs, settings=settings.model_copy(update={"funding": (*settings.funding, more)}))


def _milder_policy(
    inputs: CapacityInputs, demand: Demand, requirement: Requirement, amount: float
) -> tuple[CapacityInputs, Demand] | None:
    settings, year = inputs.settings, requirement.year
    policy = next((policy for policy in settings.policies if policy.id == requirement.name), None)
    if policy is None or year is None:
        return None
    by_year = dict(policy.by_year)
    match policy.kind:
        case "renewable_share_min" | "hourly_carbon_free_min":
            by_year[year] = max(0.0, by_year[year] - amount / 100)
        case "carbon_cap_tco2" | "water_max_m3":
            by_year[year] += amount
        case "pue_max":
            by_year[year] += 0.01 * amount
        case "programme_in_province_mw_min":
            # the target of a year is the largest of all years up to it
            target = max(mw for since, mw in by_year.items() if since <= year) - amount
            by_year = {since: min(mw, max(target, 0.0)) if since <= year else mw for since, mw in by_year.items()}
    changed = policy.model_copy(update={"by_year": by_year})

    def put(row: PolicyConstraint) -> PolicyConstraint:
        return changed if row.id == policy.id else row

    policies = tuple(put(row) for row in settings.policies)
    return dataclasses.replace(inputs, settings=settings.model_copy(update={"policies": policies})), demand


def told_amount(
    model: SizingModel, about: Requirement, to_unit: float, amount: float, master: npt.NDArray[np.float64]
) -> float:
    """An amount of a slack's column in the unit of the requirement, given a master solution.

    Clean shares are told in percentage points of the year's load in scope, PUE in hundredths at the site's IT load:
    both are products with the load that a linear column cannot hold. Without load the rough one of the price stands in.
    """
    if about.unit == PUE_POINT:
        blocks = [block for block in model.blocks if block.key == (about.site, about.year)]
        it = sum(float(master[f.column]) * float(f.utilisation.mean()) for block in blocks for f in block.loads)
        return 100 * amount / it if it > 0 else amount * to_unit
    if about.unit == SHARE_POINT:
        policy = next(policy for policy in model.frame.settings.policies if policy.id == about.name)
        load = 0.0
        for block in model.blocks:
            if block.year == about.year and in_scope(policy, block.site):
                load += float(master[model.frame.model.columns["fixed", block.site.id, block.year]])
                load += sum(float(master[f.column]) * float((f.slope * f.utilisation).mean()) for f in block.loads)
        return 100 * amount / load if load > 0 else amount * to_unit
    return amount * to_unit

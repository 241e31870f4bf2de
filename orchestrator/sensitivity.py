"""What a step of each limit is worth: by the duals with the plan's integers fixed, and by a new plan for the step.

Steps: 1 MW more grid at a site; of each policy one percentage point more (shares), 1 MW more (programmes), 0.01 more
(PUE) or 1 % more (carbon, water), in all its years; 1 bn VND more of a funding source in a year; 1 % more land of a
site. The dual holds for small steps of what is not whole, and has a doubt; the new plan decides everything anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from capacity.inputs import CapacityInputs
from capacity.inputs.settings import PolicyConstraint, PolicyKind
from capacity.inputs.sites import Site
from capacity.plan import ShadowPrice
from orchestrator.document import Document
from orchestrator.document.labels import labels
from orchestrator.stored import Where, stored_at
from orchestrator.studies import Progress, Sized, Solve, Variation, run_study
from orchestrator.what_if import changes_between

if TYPE_CHECKING:
    from orchestrator.studied import StudyRequest

SCHEMA = "camau-dc/sensitivity/1"
BILLION = 1e9
Unit = Literal["MW", "percentage point", "0.01 PUE", "%", "bn VND"]
_STEPS: dict[PolicyKind, tuple[Unit, bool]] = {
    "renewable_share_min": ("percentage point", False),
    "hourly_carbon_free_min": ("percentage point", False),
    "programme_in_province_mw_min": ("MW", False),
    "pue_max": ("0.01 PUE", True),
    "carbon_cap_tco2": ("%", True),
    "water_max_m3": ("%", True),
}
"""Unit of a policy's step, and whether more of it is easier to keep."""


@dataclass(frozen=True)
class Step:
    """One more ``unit`` of a limit. ``amounts``: by year, in the unit of its shadow price; ``relaxes``: costs less.

    ``constraint`` is named as shadow prices name it.
    """

    constraint: str
    site: str | None
    year: int | None
    unit: Unit
    amounts: Mapping[int, float]
    relaxes: bool
    inputs: CapacityInputs

    @property
    def name(self) -> str:
        """Tells it apart."""
        return f"{self.constraint} {self.site or ''} {self.year or ''}"

    def by_duals(self, prices: tuple[ShadowPrice, ...]) -> float:
        """Change of the cost by the shadow prices, VND; what has none does not bind, as far as their doubt can tell."""
        worth = sum(
            price.vnd_per_unit * self.amounts.get(price.year or 0, 0.0)
            for price in prices
            if price.constraint == self.constraint and self.site in (None, price.site)
        )
        return -worth if self.relaxes else worth


def steps_of(inputs: CapacityInputs) -> Iterator[Step]:
    """All steps of a province, in the order in which they are told."""
    settings = inputs.settings
    years = settings.years
    for site in inputs.sites.sites:
        if site.allowed_halls:
            more = site.grid.model_copy(update={"existing_mw": site.grid.existing_mw + 1.0})
            changed = _with_site(inputs, site, {"grid": more})
            yield Step("connection", site.id, None, "MW", dict.fromkeys(years, 1.0), True, changed)
    for policy in settings.policies:
        if policy.by_year:
            yield _policy_step(inputs, policy)
    for source in settings.funding:
        for year, budget in source.budget_vnd.items():
            more_money = source.model_copy(update={"budget_vnd": {**source.budget_vnd, year: budget + BILLION}})
            others = tuple(more_money if each.id == source.id else each for each in settings.funding)
            changed = replace(inputs, settings=settings.model_copy(update={"funding": others}))
            yield Step(f"budget:{source.id}", None, year, "bn VND", {year: 1.0}, True, changed)
    for site in inputs.sites.sites:
        if site.allowed_halls:
            square_metres = 0.01 * site.land_m2
            changed = _with_site(inputs, site, {"land_m2": site.land_m2 + square_metres})
            yield Step("land", site.id, None, "%", dict.fromkeys(years, square_metres), True, changed)


def _with_site(inputs: CapacityInputs, site: Site, update: dict[str, Any]) -> CapacityInputs:
    sites = tuple(each.model_copy(update=update) if each.id == site.id else each for each in inputs.sites.sites)
    return replace(inputs, sites=inputs.sites.model_copy(update={"sites": sites}))


def _policy_step(inputs: CapacityInputs, policy: PolicyConstraint) -> Step:
    unit, relaxes = _STEPS[policy.kind]
    share = unit == "percentage point"
    added = {"MW": 1.0, "percentage point": 0.01, "0.01 PUE": 0.01}
    by_year = {
        year: min(limit + added[unit], 1.0 if share else limit + added[unit]) if unit in added else 1.01 * limit
        for year, limit in policy.by_year.items()
    }
    per_unit = 100.0 if unit in ("percentage point", "0.01 PUE") else 1.0
    amounts = {year: per_unit * (by_year[year] - limit) for year, limit in policy.by_year.items()}
    changed = policy.model_copy(update={"by_year": by_year})
    policies = tuple(changed if each.id == policy.id else each for each in inputs.settings.policies)
    settings = inputs.settings.model_copy(update={"policies": policies})
    return Step(policy.id, None, None, unit, amounts, relaxes, replace(inputs, settings=settings))


def sensitivity(
    where: Where, request: StudyRequest, progress: Progress, *, duals_only: bool = False, solve: Solve | None = None
) -> Document:
    """The answer of ``plan sensitivity``. Raises DocumentError, InvalidProvinceError and WorkersError."""
    stored, options = stored_at(where), request.options()
    sized: dict[str, Sized] = {}
    with request.workers.opened() as workers:
        base = stored.base(options, progress, workers, solve)
        steps = list(steps_of(stored.inputs)) if base.has_plan else []
        if not duals_only:
            variations = {step.name: Variation(step.inputs, start=base.start) for step in steps}
            sized = run_study(variations, options, progress, workers=workers, solve=solve)
    return {
        "schema": SCHEMA,
        **({} if base.has_plan else {"status": base.status_told}),
        "inputs_digest": stored.inputs.digest,
        "scenario": stored.inputs.scenario,
        "objective_vnd": base.objective_vnd,
        "bound_vnd": base.result.bound_vnd if base.has_plan else None,
        "steps": [step_record(step, base, sized.get(step.name)) for step in steps],
        "labels": labels(base.inputs, base.demand),
    }


def step_record(step: Step, base: Sized, sized: Sized | None) -> dict[str, Any]:
    """A step with what it changes of the cost. The plan as it is keeps a relaxed limit; a tight one's keeps the old."""
    difference = at_least = at_most = None
    doubt = base.result.shadow_prices_doubt_vnd
    if sized is not None and sized.objective_vnd is not None and base.objective_vnd is not None:
        difference = sized.objective_vnd - base.objective_vnd
        at_least, at_most = difference - sized.error_vnd, difference + base.error_vnd
        if step.relaxes:
            difference, at_least, at_most = (min(each, 0.0) for each in (difference, at_least, at_most))
        else:
            difference, at_least, at_most = (max(each, 0.0) for each in (difference, at_least, at_most))
    return {
        "constraint": step.constraint,
        "site": step.site,
        "year": step.year,
        "unit": step.unit,
        "relaxes": step.relaxes,
        "by_duals_vnd": None if doubt is None else step.by_duals(base.result.shadow_prices),
        "by_duals_doubt_vnd": doubt,
        "status": None if sized is None else sized.result.status if sized.has_plan else sized.status_told,
        "difference_vnd": difference,
        "at_least_vnd": at_least,
        "at_most_vnd": at_most,
        "changes": {} if sized is None else changes_between(base, sized),
    }

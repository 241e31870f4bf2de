"""The cost of a rising share of clean energy: the province sized at each target of the last year, and one marked point.

``cfe``: targets of hourly carbon-free energy, and all energy matched over the year as the marked point; ``renewable``:
targets of the year's share, and all energy matched hour by hour as the marked point. Everything else stays as the
folder has it, other policies and other years too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from capacity.accounts import Scope
from capacity.demand import Demand
from capacity.inputs import CapacityInputs
from capacity.inputs.settings import PolicyConstraint, PolicyKind
from orchestrator.ensemble import Workers
from orchestrator.studies import Progress, Sized, Solve, Variation, run_study

if TYPE_CHECKING:
    from capacity.solver import SolveOptions

Over = Literal["cfe", "renewable"]
KINDS: dict[Over, PolicyKind] = {"cfe": "hourly_carbon_free_min", "renewable": "renewable_share_min"}
OTHER: dict[Over, Over] = {"cfe": "renewable", "renewable": "cfe"}
TARGETS = (0.70, 0.80, 0.85, 0.90, 0.95, 0.98, 0.99, 1.0)


def targets_between(lowest: float, highest: float, points: int) -> tuple[float, ...]:
    """``points`` evenly spaced targets, both ends among them, as fractions rounded to 1e-6.

    Raises ValueError unless 0 < lowest < highest <= 1 and there are two points at least.
    """
    if not 0 < lowest < highest <= 1 or points < 2:
        raise ValueError(f"{points} points from {lowest:g} to {highest:g}: 0 < lowest < highest <= 1, two at least")
    return tuple(round(lowest + (highest - lowest) * step / (points - 1), 6) for step in range(points))


@dataclass(frozen=True)
class Point:
    """One target of a share in the last year, and the province sized for it. ``scope``: of the policy."""

    over: Over
    target: float
    scope: Scope
    sized: Sized

    def shares(self) -> dict[str, float | None]:
        """Both shares of the last year and its emissions, in the scope of the target; None without a plan."""
        names = ("hourly_carbon_free", "renewable_share", "tco2_location", "tco2_market")
        accounts = self.sized.accounts
        if accounts is None:
            return dict.fromkeys(names)
        year = self.sized.inputs.settings.last_year
        row = next(row for row in accounts.province_years if (row.year, row.scope) == (year, self.scope))
        return {name: getattr(row, name) for name in names}


@dataclass(frozen=True)
class Frontier:
    """The points by rising target, the marked one last."""

    over: Over
    year: int
    points: tuple[Point, ...]


def with_target(inputs: CapacityInputs, over: Over, target: float) -> tuple[CapacityInputs, Scope]:
    """The inputs with a target of the last year, and its scope: in place of the folder's, or as a policy of its own."""
    settings, kind = inputs.settings, KINDS[over]
    last = settings.last_year
    own = [policy for policy in settings.policies if policy.kind == kind]
    if not own:
        own = [
            PolicyConstraint(
                id=f"frontier-{over}",
                kind=kind,
                statement_vi="Mục tiêu của đường cong chi phí",
                statement_en="Target of the cost curve",
                citation="plan frontier",
                by_year={},
                slack_price_vnd=1e10,
                source="assumption: a target to be priced, not a policy",
            )
        ]
    changed = [policy.model_copy(update={"by_year": {**policy.by_year, last: target}}) for policy in own]
    others = [policy for policy in settings.policies if policy.kind != kind]
    settings = settings.model_copy(update={"policies": (*others, *changed)})
    return replace(inputs, settings=settings), "all" if any(p.scope == "all" for p in changed) else "new"


def frontier(
    inputs: CapacityInputs,
    over: Over,
    targets: Sequence[float],
    options: SolveOptions,
    progress: Progress,
    *,
    demand: Demand | None = None,
    workers: Workers | None = None,
    solve: Solve | None = None,
) -> Frontier:
    """The province sized at every target, and with all energy matched the other way as the marked point.

    ``demand`` None: that of the inputs. A target does not change it. The lowest target comes first; all others start
    from its plan, so that the curve is the same however many workers there are.
    """
    wanted: list[tuple[Over, float]] = [(over, target) for target in sorted(set(targets))]
    wanted.append((OTHER[over], 1.0))
    varied = {f"{kind} {target}": with_target(inputs, kind, target) for kind, target in wanted}
    first = f"{wanted[0][0]} {wanted[0][1]}"
    study = {first: Variation(varied[first][0], demand)}
    sized = run_study(study, options, progress, workers=workers, solve=solve)
    start = sized[first].start
    rest = {name: Variation(changed, demand, start) for name, (changed, _) in varied.items() if name != first}
    sized |= run_study(rest, options, progress, workers=workers, solve=solve)
    points = [Point(kind, target, varied[f"{kind} {target}"][1], sized[f"{kind} {target}"]) for kind, target in wanted]
    return Frontier(over, inputs.settings.last_year, tuple(points))


def frontier_record(found: Frontier) -> dict[str, Any]:
    """The curve as it stands in ``plan.json`` and in ``frontier.json``: shares as fractions, money in VND."""
    return {
        "over": found.over,
        "year": found.year,
        "points": [
            {
                "over": point.over,
                "target": point.target,
                "scope": point.scope,
                "marked": point.over != found.over,
                "status": point.sized.result.status if point.sized.has_plan else point.sized.status_told,
                "objective_vnd": point.sized.objective_vnd,
                "bound_vnd": point.sized.result.bound_vnd if point.sized.has_plan else None,
                **point.shares(),
            }
            for point in found.points
        ],
    }

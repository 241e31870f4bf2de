"""What the rules look at: plan, inputs and the accounts of every hour; and what they answer: violations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from capacity.accounts.hours import HourlyAccount, HourlyAccounts
from capacity.accounts.standby import Standbys
from capacity.accounts.standing import Standing
from capacity.demand.needs import Demand, Pool
from capacity.demand.traffic import TrafficBook, traffic_of
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.settings import PolicyConstraint
from capacity.inputs.sites import Site
from capacity.plan import Plan, Rent, StandbyRent


@dataclass(frozen=True, slots=True)
class CheckViolation:
    """A rule that a plan breaks: ``amount`` of what was found against what is ``allowed``, both in ``unit``, and where.

    ``where`` names place and year (``nam-can/air-n1/2028``), pool or order. Both messages are whole sentences with
    the figures.
    """

    rule: str
    where: str
    amount: float
    unit: str
    allowed: float
    message_en: str
    message_vi: str


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What rounding may explain. Dispatch is whole watts, so every hour may be off by ``watt``.

    ``watt_hour`` is what a store may drift per hour of the year; ``share`` is of shares, fractions and sizes
    (relative); ``money`` is relative.
    """

    watt: float = 2.0
    watt_hour: float = 1.0
    share: float = 1e-6
    money: float = 1e-6


@dataclass(frozen=True)
class Evidence:
    """A plan with its inputs, demand and tolerances; accounts are computed when first asked for.

    ``objective_vnd`` is the total that the plan claims, None when it claims none.
    """

    inputs: CapacityInputs
    demand: Demand
    plan: Plan
    tolerances: Tolerances
    objective_vnd: float | None

    @cached_property
    def standing(self) -> Standing:
        """What stands where and when."""
        return Standing(self.inputs, self.plan)

    @cached_property
    def standbys(self) -> Standbys:
        """What stands ready in case a site is lost."""
        return Standbys(self.standing, self.demand)

    @cached_property
    def hourly(self) -> HourlyAccounts:
        """Hourly accounts by site and year."""
        return HourlyAccounts(self.inputs, self.demand, self.plan, self.standing)

    @cached_property
    def hours(self) -> list[HourlyAccount]:
        """Every site and year at which anything stands."""
        return self.hourly.all()

    @cached_property
    def traffic(self) -> TrafficBook:
        """Traffic of the pools, of fibre and of 5G."""
        return traffic_of(self.inputs, self.demand)

    @cached_property
    def pools(self) -> dict[str, Pool]:
        """Pools by id."""
        return {pool.id: pool for pool in self.demand.pools}

    def hours_in_scope(self, policy: PolicyConstraint, year: int) -> list[HourlyAccount]:
        """Sites that count for a policy in a year."""
        return [hour for hour in self.hours if hour.year == year and in_scope(policy, hour.site)]

    def exceeds(self, value: float, limit: float, slack: float = 0.0) -> bool:
        """Whether a size is above its limit by more than rounding explains."""
        return value > limit + slack + self.tolerances.share * max(1.0, abs(limit))


def all_rents(plan: Plan) -> list[Rent | StandbyRent]:
    """Rents of work and of standby."""
    return [*plan.rents, *plan.standby_rents]


Rule = Callable[[Evidence], Iterable[CheckViolation]]


def in_scope(policy: PolicyConstraint, site: Site) -> bool:
    """Whether a site counts for a policy: every site, or only candidates (``new``)."""
    return policy.scope == "all" or site.status == "candidate"

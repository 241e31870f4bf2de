"""What of a pool must run again soon when its site is lost, from the recovery objectives of what is in it."""

from __future__ import annotations

from collections import defaultdict

from capacity.demand.needs import Demand, Need
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.resilience import SiteLoss

STORED = frozenset({"storage_tb", "billable_storage_tb"})


def objectives(inputs: CapacityInputs, need: Need) -> tuple[float | None, float | None]:
    """RTO and RPO in hours of the system or programme of a need: its own, else those of its security level."""
    if need.system is not None:
        for system in inputs.systems:
            if system.id == need.system:
                return system.rto_hours, system.rpo_hours
    recovery = inputs.services.recovery
    for programme in inputs.services.programmes:
        if programme.id == need.programme:
            level = programme.security_level
            rto = {} if recovery is None else recovery.rto_hours_by_level
            rpo = {} if recovery is None else recovery.rpo_hours_by_level
            return (
                rto.get(level) if programme.rto_hours is None else programme.rto_hours,
                rpo.get(level) if programme.rpo_hours is None else programme.rpo_hours,
            )
    return None, None


def standby_share(rule: SiteLoss, rto_hours: float | None) -> float:
    """Share of the compute that must stand ready: that of the first tier whose hours are not below the RTO."""
    tiers = (tier.standby_share for tier in rule.tiers if rto_hours is not None and rto_hours <= tier.rto_hours_at_most)
    return next(tiers, 0.0)


def standby_amounts(inputs: CapacityInputs, demand: Demand) -> dict[tuple[str, int], dict[str, float]]:
    """(pool, year) -> amounts by resource that must stand ready for the whole of a pool, without zeros.

    Empty without the rule of site loss and before its first year. Tenants of wholesale halls look after themselves.
    """
    rule = inputs.settings.resilience.site_loss
    found: dict[tuple[str, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    if rule is None:
        return {}
    known: dict[tuple[str, str | None], tuple[float, bool]] = {}
    for need in demand.needs:
        if need.year < rule.from_year or need.pool is None or need.resource == "wholesale_mw":
            continue
        key = (need.programme, need.system)
        if key not in known:
            rto, rpo = objectives(inputs, need)
            known[key] = (standby_share(rule, rto), rpo is not None and rpo < rule.backup_interval_hours)
        share, replicated = known[key]
        amount = need.amount * (float(replicated) if need.resource in STORED else share)
        if amount > 0:
            found[need.pool, need.year][need.resource] += amount
    return {key: dict(amounts) for key, amounts in found.items()}

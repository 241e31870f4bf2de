"""Whether plans of several scenarios place the same orders, as plans made before the scenario is known must."""

from __future__ import annotations

from collections.abc import Mapping

from capacity.check.evidence import CheckViolation
from capacity.check.words import KIND_VI
from capacity.plan import BuildKind, Plan

Key = tuple[BuildKind, str, str, str, int]


def orders_agree(plans: Mapping[str, Plan]) -> tuple[CheckViolation, ...]:
    """Every order of one plan, by kind, place, item, year and amount, is one of all others; plans are by scenario.

    The day of an order follows from the lead time, which a scenario may change, and is not compared.
    """
    orders: dict[str, dict[Key, float]] = {}
    for name, plan in plans.items():
        found = orders.setdefault(name, {})
        for build in plan.builds:
            key = (build.kind, build.site, build.hall or "", build.item, build.year)
            found[key] = found.get(key, 0.0) + build.amount
    violations: list[CheckViolation] = []
    for key in dict.fromkeys(key for found in orders.values() for key in found):
        amounts = {name: found.get(key, 0.0) for name, found in orders.items()}
        low, high = min(amounts, key=amounts.__getitem__), max(amounts, key=amounts.__getitem__)
        if amounts[low] != amounts[high]:
            kind, site, hall, item, year = key
            where = f"{site}/{hall or item}/{year}"
            violations.append(
                CheckViolation(
                    "orders_agree",
                    where,
                    amounts[high] - amounts[low],
                    kind,
                    0,
                    f"{where}: {amounts[high]:g} of {kind} {item} are ordered in scenario {high}, {amounts[low]:g} in "
                    f"{low}.",
                    f"{where}: kịch bản {high} đặt {amounts[high]:g} {KIND_VI[kind]} {item}, kịch bản {low} đặt "
                    f"{amounts[low]:g}.",
                )
            )
    return tuple(violations)

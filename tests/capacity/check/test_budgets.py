from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from capacity.check.money import Shortfall, worst_shortfall
from capacity.inputs.settings import CostCategory

CATEGORIES: tuple[CostCategory, ...] = ("hall", "server", "rent", "operation", "energy")
Sources = list[tuple[frozenset[CostCategory], float]]

money = st.integers(0, 20).map(float)
cash_of_a_year = st.dictionaries(st.sampled_from(CATEGORIES), money.filter(bool), min_size=1)
sources_of_a_payer = st.lists(st.tuples(st.frozensets(st.sampled_from(CATEGORIES)), money), max_size=4)


def unpaid_at_least(cash: dict[CostCategory, float], sources: Sources) -> float:
    """Cash that no assignment to sources can pay, by a linear program."""
    names = sorted(cash)
    pairs = [(i, j) for i, name in enumerate(names) for j, (covers, _) in enumerate(sources) if name in covers]
    if not pairs:
        return sum(cash.values())
    of_category = np.array([[float(i == row) for i, _ in pairs] for row in range(len(names))])
    of_source = np.array([[float(j == row) for _, j in pairs] for row in range(len(sources))])
    limits = [cash[name] for name in names] + [budget for _, budget in sources]
    done = linprog(-np.ones(len(pairs)), A_ub=np.vstack((of_category, of_source)), b_ub=limits)
    assert done.fun is not None
    return sum(cash.values()) + float(done.fun)


@given(cash=cash_of_a_year, sources=sources_of_a_payer)
@settings(deadline=None)
def test_shortfall_is_what_no_assignment_can_pay(cash: dict[CostCategory, float], sources: Sources) -> None:
    lack = worst_shortfall(cash, sources, 1e-9)
    found = 0.0 if lack is None else lack.needed_vnd - lack.available_vnd
    assert abs(found - unpaid_at_least(cash, sources)) < 1e-6


def test_worst_group_is_named() -> None:
    sources: Sources = [(frozenset({"hall", "server"}), 10.0), (frozenset({"server", "rent"}), 5.0)]
    assert worst_shortfall({"hall": 9.0, "server": 6.0}, sources, 1e-9) is None
    assert worst_shortfall({"hall": 9.0, "server": 7.0}, sources, 1e-9) == Shortfall(("hall", "server"), 16.0, 15.0)
    assert worst_shortfall({"hall": 12.0, "rent": 5.0}, sources, 1e-9) == Shortfall(("hall",), 12.0, 10.0)
    assert worst_shortfall({"energy": 1.0}, sources, 1e-9) == Shortfall(("energy",), 1.0, 0.0)

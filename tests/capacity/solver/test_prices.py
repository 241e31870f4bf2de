"""What binding constraints cost is told where there is something that they bind."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from capacity.model.build import build_model
from capacity.solver.interior import Relaxation
from capacity.solver.prices import shadow_prices
from tests.factories import make_demand, make_resilient_inputs


@pytest.mark.parametrize(("standing", "told"), [(0.0, set()), (1.0, {"ups_load_is_held", "resilience:outage"})])
def test_where_nothing_stands_its_reserves_have_no_price(standing: float, told: set[str]) -> None:
    model = build_model(make_resilient_inputs(), make_demand())
    linear: Any = model.frame.model
    relaxation = SimpleNamespace(
        master=np.full(len(linear.cost), standing), row_duals=np.ones(len(linear.rows)), layouts=(), duals=()
    )
    found = shadow_prices(model, cast(Relaxation, relaxation), [])
    assert {price.constraint for price in found} & {"ups_load_is_held", "resilience:outage"} == told

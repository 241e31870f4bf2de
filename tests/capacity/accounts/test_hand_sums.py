"""1 MW of IT at PUE 1.4 all year: 12,264 MWh, 8,084 tCO2, and the bill by Decision 1279's table."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from capacity.accounts import Accounts, compute_accounts
from capacity.plan import Dispatch, Placement, Plan
from tests.factories import (
    make_cooling,
    make_demand,
    make_energy,
    make_hall,
    make_hardware,
    make_inputs,
    make_plant,
    make_settings,
    make_site,
    make_wholesale_pool,
)

HOURS = 8760
FLAT_MEAN = {
    "business": (30 * 5025 + 42 * 1609 + 96 * 2887) / 168,
    "production": (30 * 3398 + 42 * 1190 + 96 * 1833) / 168,
}


def one_megawatt(tariff_class: Literal["business", "production"]) -> Accounts:
    """COP 5 gives 0.2 kW of cooling per kW, fans and pumps another 0.2; nothing else is lost."""
    hall = make_hall(
        "pue-1-4",
        it_kw=1000.0,
        fixed_loss_kw=0.0,
        distribution_loss_fraction=0.0,
        wholesale=True,
        orderable=False,
        cooling_model=make_cooling(auxiliary_fraction=0.2),
    )
    plant = (
        make_plant("ups-250", "ups", 250),
        make_plant("genset-1000", "genset", 1000),
        make_plant("chiller-400", "chiller", 400),
    )
    standing = {"hall": hall.id, "modules": 1, "from_date": "2020-01-01", "source": "assumption: stands"}
    inputs = make_inputs(
        settings=make_settings(first_year=2027, last_year=2027, policies=()),
        hardware=make_hardware(halls=(hall,), plant=plant),
        sites=(make_site(existing_modules=[standing], allowed_halls=()),),
        energy=make_energy(tariff_class=tariff_class),
    )
    pool = make_wholesale_pool(amounts={"wholesale_mw": (1.0,)})
    zero = np.zeros(HOURS, dtype=np.int64)
    plan = Plan(
        years=(2027,),
        builds=(),
        placements=(Placement("tenants", "khanh-an", hall.id, 2027, None, 0.0, 1.0),),
        rents=(),
        dispatches=(Dispatch("khanh-an", 2027, zero + 1_400_000, zero, zero, zero, {}),),
        missed=(),
    )
    return compute_accounts(inputs, make_demand(pool, years=(2027,)), plan)


def test_energy_and_carbon_of_a_year() -> None:
    (row,) = one_megawatt("business").site_years
    assert row.it_mwh == pytest.approx(8760)
    assert row.facility_mwh == pytest.approx(12_264)
    assert row.grid_mwh == pytest.approx(12_264)
    assert row.pue == pytest.approx(1.4)
    assert round(row.tco2_location) == 8_084
    assert row.tco2_market == row.tco2_location
    assert row.renewable_share == pytest.approx(0.0)


@pytest.mark.parametrize(("tariff_class", "billion"), [("business", 36.2), ("production", 23.9)])
def test_bill_of_a_year(tariff_class: Literal["business", "production"], billion: float) -> None:
    accounts = one_megawatt(tariff_class)
    (line,) = [line for line in accounts.costs if line.category == "energy"]
    assert round(line.cash_vnd / 1e9, 1) == billion
    # 365 days are 52 weeks and a day, so the year is not exactly the mean of a week.
    assert line.cash_vnd == pytest.approx(12_264_000 * FLAT_MEAN[tariff_class], rel=1e-3)
    assert line.present_value_vnd == pytest.approx(line.cash_vnd / 1.08)

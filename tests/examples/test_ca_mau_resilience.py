"""examples/ca-mau: the rules of resilience and what is bought for them, by hand."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import pytest

from capacity.inputs import CapacityInputs
from capacity.model.pad import pad_height_m
from orchestrator.province import load_province
from orchestrator.translate import to_capacity_inputs

FOLDER = Path(__file__).parents[2] / "examples" / "ca-mau"


@cache
def inputs() -> CapacityInputs:
    return to_capacity_inputs(load_province(FOLDER))


def test_pads_are_as_high_as_flood_freeboard_and_thirty_years_of_subsidence_ask() -> None:
    rule = inputs().settings.resilience.pad
    assert rule is not None
    height = {site.id: pad_height_m(inputs().settings, site) for site in inputs().sites.sites}
    assert height["nam-can"] == pytest.approx(1.3 + 0.5 + 0.75)
    assert height["khanh-an"] == pytest.approx(0.8 + 0.5 + 0.45 - 0.6)
    share = 4000 * height["nam-can"] * rule.fill_vnd_per_m3 / inputs().hall("chilled-n1").capex_vnd
    assert 0.01 < share < 0.02


def test_ten_megawatt_last_72_hours_on_six_tanks() -> None:
    """13.3 MW x 72 h x 0.27 l/kWh = 259,000 litres."""
    rule, tank = inputs().settings.resilience.outage, inputs().hardware.fuel_tank
    assert rule is not None
    assert tank is not None
    litres = 13_300 * rule.hours * inputs().plant("genset-2500").fuel_litre_per_kwh
    assert math.ceil(litres / tank.litres) == 6
    assert all(site.fuel_tank_limit_litres for site in inputs().sites.sites if site.allowed_halls)


def test_a_share_of_the_battery_is_not_dearer_than_a_ups_battery() -> None:
    """Five minutes of one MW: 2.6 bn of power and 0.37 bn of energy, beside 3.36 bn."""
    shared, own = inputs().energy.battery, inputs().hardware.ups_battery
    assert shared is not None
    assert own is not None
    minutes = {unit.autonomy_minutes for unit in inputs().hardware.plant if unit.id in ("ups-500", "ups-125")}
    assert minutes == {5.0}
    share = shared.capex_vnd_per_mw + 5 / 60 / shared.discharge_efficiency * shared.capex_vnd_per_mwh
    assert 0.8 * own.capex_vnd_per_mw < share < own.capex_vnd_per_mw

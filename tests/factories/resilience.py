"""Rules of resilience, and what is bought for them."""

from __future__ import annotations

from typing import Any

from capacity.inputs import CapacityInputs
from capacity.inputs.hardware import FuelTank
from capacity.inputs.resilience import Outage, Pad, Resilience
from tests.factories.bundle import make_inputs, make_settings
from tests.factories.constants import SOURCE
from tests.factories.hardware import make_hardware


def make_outage(**overrides: Any) -> Outage:
    """Three days alone with one genset of each hall failed, from the second year on."""
    values = {
        "statement_vi": "Mỗi địa điểm tự duy trì 72 giờ",
        "statement_en": "Every site lasts 72 hours alone",
        "citation": "Decision 2",
        "from_year": 2027,
        "hours": 72,
        "storm_pv_fraction": 0.2,
        "failed_units": 1,
        "slack_price_vnd": 1e9,
        "source": SOURCE,
    }
    return Outage.model_validate({**values, **overrides})


def make_pad(**overrides: Any) -> Pad:
    """Half a metre of freeboard for thirty years."""
    values = {"freeboard_m": 0.5, "design_life_years": 30.0, "fill_vnd_per_m3": 300_000.0, "source": SOURCE}
    return Pad.model_validate({**values, **overrides})


def make_fuel_tank(**overrides: Any) -> FuelTank:
    """A tank of 20,000 litres."""
    values = {
        "id": "tank-20",
        "litres": 20_000.0,
        "capex_vnd": 600e6,
        "operation_vnd_per_year": 20e6,
        "lifetime_years": 25.0,
        "lead_time_months": 6.0,
        "land_m2": 50.0,
        "source": SOURCE,
    }
    return FuelTank.model_validate({**values, **overrides})


def make_resilience(**overrides: Any) -> Resilience:
    """Every rule."""
    return Resilience.model_validate({"outage": make_outage(), "pad": make_pad(), **overrides})


def make_resilient_inputs(**overrides: Any) -> CapacityInputs:
    """``make_inputs`` under every rule, with what is bought for them; ``resilience`` may be other rules."""
    rules = overrides.pop("resilience", make_resilience())
    settings = overrides.pop("settings", make_settings()).model_copy(update={"resilience": rules})
    hardware = overrides.pop("hardware", make_hardware()).model_copy(update={"fuel_tank": make_fuel_tank()})
    return make_inputs(settings=settings, hardware=hardware, **overrides)

"""Rules of resilience, and what is bought for them."""

from __future__ import annotations

from typing import Any

from capacity.inputs import CapacityInputs, HardwareFile
from capacity.inputs.hardware import FuelTank, UpsBattery
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


def make_ups_battery(**overrides: Any) -> UpsBattery:
    """Batteries for five minutes."""
    values = {
        "id": "vrla",
        "capex_vnd_per_mw": 3e9,
        "operation_vnd_per_mw_year": 5e7,
        "lifetime_years": 10.0,
        "lead_time_months": 6.0,
        "source": SOURCE,
    }
    return UpsBattery.model_validate({**values, **overrides})


def resilient_hardware(hardware: HardwareFile, autonomy_minutes: float = 5.0) -> HardwareFile:
    """The hardware with a tank and UPS batteries, and with UPS that need them."""
    plant = tuple(
        unit.model_copy(update={"autonomy_minutes": autonomy_minutes if unit.kind == "ups" else 0.0})
        for unit in hardware.plant
    )
    update = {"plant": plant, "fuel_tank": make_fuel_tank(), "ups_battery": make_ups_battery()}
    return hardware.model_copy(update=update)


def make_resilience(**overrides: Any) -> Resilience:
    """Every rule."""
    return Resilience.model_validate({"outage": make_outage(), "pad": make_pad(), **overrides})


def make_resilient_inputs(**overrides: Any) -> CapacityInputs:
    """``make_inputs`` under every rule, with what is bought for them; ``resilience`` may be other rules."""
    rules = overrides.pop("resilience", make_resilience())
    settings = overrides.pop("settings", make_settings()).model_copy(update={"resilience": rules})
    hardware = resilient_hardware(overrides.pop("hardware", make_hardware()))
    return make_inputs(settings=settings, hardware=hardware, **overrides)

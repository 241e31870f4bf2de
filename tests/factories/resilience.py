"""Rules of resilience, and what is bought for them."""

from __future__ import annotations

from typing import Any

from capacity.inputs import CapacityInputs, HardwareFile, ServicesFile
from capacity.inputs.hardware import FuelTank, UpsBattery
from capacity.inputs.resilience import Outage, Pad, Resilience, SiteLoss
from capacity.inputs.services import Programme
from tests.factories.bundle import make_inputs, make_settings
from tests.factories.constants import SOURCE
from tests.factories.demand import make_services
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


def make_site_loss(**overrides: Any) -> SiteLoss:
    """All of what must run again within four hours, half of what within a day, from the second year on."""
    values = {
        "statement_vi": "Mất một địa điểm bất kỳ vẫn khôi phục kịp thời",
        "statement_en": "Systems recover in time from the loss of any one site",
        "citation": "Decision 3",
        "from_year": 2027,
        "tiers": (
            {"rto_hours_at_most": 4.0, "standby_share": 1.0},
            {"rto_hours_at_most": 24.0, "standby_share": 0.5},
        ),
        "backup_interval_hours": 24.0,
        "slack_price_vnd": 1e13,
        "source": SOURCE,
    }
    return SiteLoss.model_validate({**values, **overrides})


def make_programme(programme_id: str, **overrides: Any) -> Programme:
    """A programme without needs of its own: demand is made by ``make_demand``."""
    values = {
        "id": programme_id,
        "name_vi": programme_id,
        "name_en": programme_id,
        "owner": "so-khcn",
        "payer": "enterprise",
        "target": "III.4",
        "first_year": 2026,
        "security_level": 2,
        "load_class": "office",
        "sizing": {"rule": "fixed_platform", "vcpu": {}, "memory_gib": {}, "storage_tb": {}},
        "source": SOURCE,
    }
    return Programme.model_validate({**values, **overrides})


def recoverable_services(services: ServicesFile) -> ServicesFile:
    """The services with clouds that must be back in an hour, systems within a day, and AI work that may wait."""
    programmes = (
        make_programme("cloud", rto_hours=1.0, rpo_hours=1.0),
        make_programme("systems", payer="state", security_level=3, rto_hours=24.0, rpo_hours=24.0),
        make_programme("ai-dc", rto_hours=168.0),
    )
    return services.model_copy(update={"programmes": programmes})


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
    rules = {"outage": make_outage(), "pad": make_pad(), "site_loss": make_site_loss()}
    return Resilience.model_validate({**rules, **overrides})


def make_resilient_inputs(**overrides: Any) -> CapacityInputs:
    """``make_inputs`` under every rule, with what is bought for them; ``resilience`` may be other rules."""
    rules = overrides.pop("resilience", make_resilience())
    settings = overrides.pop("settings", make_settings()).model_copy(update={"resilience": rules})
    hardware = resilient_hardware(overrides.pop("hardware", make_hardware()))
    services = recoverable_services(overrides.pop("services", make_services()))
    return make_inputs(settings=settings, hardware=hardware, services=services, **overrides)

"""Tariffs, generation, battery and DPPA."""

from __future__ import annotations

import datetime as dt
from typing import Any

from capacity.inputs import EnergyFile
from capacity.inputs.energy import Battery, EmissionFactor, Generation, HourlyGridCarbon, OnGridDppa, Tariff, TimeOfUse
from tests.factories.constants import SOURCE


def make_tariff(
    tariff_class: str = "business", off_peak: float = 1609, normal: float = 2887, peak: float = 5025
) -> Tariff:
    """A tariff for all voltages, VND/kWh."""
    return Tariff.model_validate(
        {
            "id": tariff_class,
            "tariff_class": tariff_class,
            "voltage_from_kv": 0.0,
            "off_peak_vnd_per_kwh": off_peak,
            "normal_vnd_per_kwh": normal,
            "peak_vnd_per_kwh": peak,
            "valid_from": dt.date(2025, 5, 10),
            "source": SOURCE,
        }
    )


def make_two_part_tariff(capacity: float = 200_000.0, **overrides: Any) -> Tariff:
    """The business tariff in two parts from March 2027 on, VND/kW/month; energy at about 45 % of the price."""
    values = {"id": "two-part", "structure": "two_part", "capacity_vnd_per_kw_month": capacity}
    values |= {"valid_from": dt.date(2027, 3, 1)}
    return Tariff.model_validate({**make_tariff("business", 860, 1263, 2193).model_dump(), **values, **overrides})


def make_generation(technology: str = "pv", **overrides: Any) -> Generation:
    """PV or wind; wind is on a private-wire contract."""
    values = {
        "id": technology,
        "name_vi": technology,
        "name_en": technology,
        "kind": technology,
        "capex_vnd_per_mw": 15e9 if technology == "pv" else 0.0,
        "operation_vnd_per_mw_year": 3e8 if technology == "pv" else 0.0,
        "price_vnd_per_kwh": 0.0 if technology == "pv" else 1900.0,
        "lifetime_years": 25.0,
        "lead_time_months": 9.0,
        "land_m2_per_mw": 1000.0 if technology == "pv" else 0.0,
        "loss_fraction": 0.1,
        "source": SOURCE,
    }
    return Generation.model_validate({**values, **overrides})


def make_battery(**overrides: Any) -> Battery:
    """A battery of at most four hours."""
    values = {
        "id": "battery",
        "capex_vnd_per_mw": 3e9,
        "capex_vnd_per_mwh": 5e9,
        "operation_vnd_per_mw_year": 1e8,
        "charge_efficiency": 0.95,
        "discharge_efficiency": 0.95,
        "minimum_charge_fraction": 0.1,
        "maximum_hours": 4.0,
        "lifetime_years": 12.0,
        "lead_time_months": 9.0,
        "source": SOURCE,
    }
    return Battery.model_validate({**values, **overrides})


def make_dppa(**overrides: Any) -> OnGridDppa:
    """An on-grid contract for wind, eligible."""
    values = {
        "eligible": True,
        "kind": "wind",
        "price_vnd_per_kwh": 1800.0,
        "system_charge_vnd_per_kwh": 500.0,
        "max_mw_per_site": 30.0,
        "lead_time_months": 6.0,
        "generator_weather_site": "khanh-an",
        "generation": "wind",
        "source": SOURCE,
    }
    return OnGridDppa.model_validate({**values, **overrides})


def make_hourly_grid_carbon(**overrides: Any) -> HourlyGridCarbon:
    """Half the carbon at noon; three quarters of everything in the wet season."""
    dry = (2.0,) * 10 + (1.0,) * 4 + (2.0,) * 10
    seasons = [
        {"months": (12, 1, 2, 3, 4, 5), "by_hour": dry},
        {"months": tuple(range(6, 12)), "by_hour": tuple(0.75 * value for value in dry)},
    ]
    return HourlyGridCarbon.model_validate({"seasons": seasons, "source": SOURCE, **overrides})


def make_energy(**overrides: Any) -> EnergyFile:
    """The windows of Decision 963/QD-BCT, PV, wind, DPPA and battery, 0.6592 tCO2/MWh."""
    windows = [
        {"band": "off_peak", "days": "all", "start": "00:00", "end": "06:00"},
        {"band": "peak", "days": "monday_to_saturday", "start": "17:30", "end": "22:30"},
    ]
    schedule = {"id": "decision-963", "valid_from": dt.date(2025, 1, 1), "windows": windows, "source": SOURCE}
    values = {
        "tariff_class": "business",
        "tariffs": (
            make_tariff(),
            make_tariff("production", 1190, 1833, 3398),
            make_tariff("administrative", *[2138] * 3),
        ),
        "time_of_use": (TimeOfUse.model_validate(schedule),),
        "generation": (make_generation("pv"), make_generation("wind")),
        "dppa": make_dppa(),
        "battery": make_battery(),
        "diesel_vnd_per_litre": 20_000.0,
        "diesel_tco2_per_litre": 0.00268,
        "diesel_source": SOURCE,
        "emission_factors": (
            EmissionFactor.model_validate({"year": 2023, "tco2_per_mwh": 0.6592, "official": True, "source": SOURCE}),
        ),
    }
    return EnergyFile.model_validate({**values, **overrides})

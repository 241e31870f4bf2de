"""Halls, plant and servers."""

from __future__ import annotations

from typing import Any

from capacity.inputs import HardwareFile
from capacity.inputs.hardware import CoolingModel, HallType, PlantUnit, Sku
from tests.factories.constants import SOURCE


def make_cooling(**overrides: Any) -> CoolingModel:
    """COP 5 whatever the weather."""
    values = {
        "temperature": "wet_bulb",
        "reference_c": 25.0,
        "cop_reference": 5.0,
        "cop_per_degree": 0.0,
        "cop_min": 2.0,
        "cop_max": 8.0,
        "auxiliary_fraction": 0.05,
        "water_litre_per_kwh_it": 1.0,
        "source": SOURCE,
    }
    return CoolingModel.model_validate({**values, **overrides})


def make_hall(hall_id: str = "chilled", **overrides: Any) -> HallType:
    """500 kW of chilled-water hall, N+1, one year of lead time at most."""
    values = {
        "id": hall_id,
        "name_vi": "Phòng máy",
        "name_en": "Hall",
        "cooling": "chilled_water",
        "tier": "N+1",
        "it_kw": 500.0,
        "racks": 50,
        "max_rack_kw": 30.0,
        "max_rack_weight_kg": 1500.0,
        "land_m2": 800.0,
        "capex_vnd": 60e9,
        "operation_vnd_per_year": 2e9,
        "lifetime_years": 20.0,
        "lead_time_months": 11.0,
        "fixed_loss_kw": 5.0,
        "distribution_loss_fraction": 0.02,
        "ups": "ups-250",
        "genset": "genset-1000",
        "chiller": "chiller-400",
        "cooling_model": make_cooling(),
        "source": SOURCE,
    }
    return HallType.model_validate({**values, **overrides})


def make_shell(**overrides: Any) -> HallType:
    """5 MW of hall for tenants, 2N."""
    values = {"tier": "2N", "it_kw": 5000.0, "racks": 300, "capex_vnd": 500e9, "land_m2": 5000.0, "wholesale": True}
    return make_hall("shell", **{**values, **overrides})


def make_room(**overrides: Any) -> HallType:
    """The server room that stands already: it cannot be ordered."""
    values = {"tier": "N", "it_kw": 60.0, "racks": 12, "cooling": "air", "chiller": None, "orderable": False}
    return make_hall("room", **{**values, **overrides})


def make_plant(unit_id: str, kind: str, unit_kw: float, **overrides: Any) -> PlantUnit:
    """A plant unit of a kind and size."""
    values = {
        "id": unit_id,
        "kind": kind,
        "unit_kw": unit_kw,
        "capex_vnd": 4e6 * unit_kw,
        "operation_vnd_per_year": 1e5 * unit_kw,
        "lifetime_years": 15.0,
        "lead_time_months": 8.0,
        "source": SOURCE,
    }
    return PlantUnit.model_validate({**values, **overrides})


def make_sku(sku_id: str = "cpu", **overrides: Any) -> Sku:
    """A CPU server of 128 vCPU, ten to a rack."""
    values = {
        "id": sku_id,
        "name": sku_id,
        "kind": "cpu",
        "vcpu": 128.0,
        "memory_gib": 1024.0,
        "idle_kw": 0.2,
        "peak_kw": 0.8,
        "fabric_power_fraction": 0.1,
        "fabric_price_fraction": 0.1,
        "servers_per_rack": 10,
        "rack_weight_kg": 700.0,
        "price_vnd": 400e6,
        "maintenance_fraction_per_year": 0.05,
        "lifetime_years": 5.0,
        "lead_time_months": 4.0,
        "source": SOURCE,
    }
    return Sku.model_validate({**values, **overrides})


def make_storage_sku(**overrides: Any) -> Sku:
    """A storage server of 500 TB raw."""
    values = {"kind": "storage", "vcpu": 0.0, "memory_gib": 0.0, "raw_storage_tb": 500.0, "idle_kw": 0.6}
    return make_sku("storage", **{**values, "servers_per_rack": 4, **overrides})


def make_gpu_sku(**overrides: Any) -> Sku:
    """A server of eight GPUs, two to a rack."""
    values = {"kind": "gpu", "gpus": 8, "gpu_model": "H200", "gpu_equivalent": 1.25, "idle_kw": 2.0, "peak_kw": 10.0}
    return make_sku("gpu", **{**values, "servers_per_rack": 2, "price_vnd": 8e9, **overrides})


def make_hardware(**overrides: Any) -> HardwareFile:
    """One of each kind of server, three hall types and their plant."""
    values = {
        "skus": (make_sku(), make_storage_sku(), make_gpu_sku()),
        "plant": (
            make_plant("ups-250", "ups", 250, loss_fraction_at_full_load=0.05, no_load_loss_fraction=0.01),
            make_plant("genset-1000", "genset", 1000, test_hours_per_year=12, fuel_litre_per_kwh=0.27),
            make_plant("chiller-400", "chiller", 400),
        ),
        "halls": (make_hall(), make_shell(), make_room()),
    }
    return HardwareFile.model_validate({**values, **overrides})

"""Inputs of the demand, with overrides. Files that demand must not read are empty shells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from capacity.inputs.bundle import CapacityInputs, SystemLoad
from capacity.inputs.clouds import CloudsFile
from capacity.inputs.energy import EnergyFile
from capacity.inputs.hardware import HardwareFile
from capacity.inputs.services import LoadClass, Programme, ServicesFile, StorageRule
from capacity.inputs.settings import Population, Settings, Vat
from capacity.inputs.sites import SitesFile

ASSUMED = "assumption: made for a test"
POPULATION_SOURCE = "ref:merger: head count"
OFFICE = [0.2] * 8 + [1.0] * 10 + [0.2] * 6


def population(**overrides: Any) -> Population:
    values: dict[str, Any] = {
        "administrative": 2_606_672,
        "resident": 2_140_000,
        "basis": "administrative",
        "adult_share": 0.7,
        "persons_per_household": 3.6,
        "source": POPULATION_SOURCE,
    }
    return Population.model_validate(values | overrides)


def settings(**overrides: Any) -> Settings:
    values: dict[str, Any] = {
        "name_vi": "Cà Mau",
        "name_en": "Ca Mau",
        "as_of": dt.date(2026, 11, 24),
        "first_year": 2025,
        "last_year": 2030,
        "price_year": 2026,
        "usd_vnd": 26_400,
        "discount_rate": 0.08,
        "vat": Vat(rate_by_year={2025: 0.08}, is_cost_to=("state",), source=ASSUMED),
        "population": population(),
        "minimum_wholesale_mw": 10,
        "usable_server_fraction": 0.9,
        "references": (),
        "funding": (),
        "policies": (),
        "source": ASSUMED,
    }
    return Settings.model_validate(values | overrides)


def storage_rule(**overrides: Any) -> StorageRule:
    values: dict[str, Any] = {
        "replication_or_coding": 1.5,
        "snapshot_fraction": 0.2,
        "fill_limit": 0.8,
        "backup_copies_by_level": {1: 1, 2: 1, 3: 2, 4: 2, 5: 2},
        "log_months_by_level": {1: 1, 2: 1, 3: 3, 4: 6, 5: 12},
        "log_gb_per_vcpu_month": 10,
        "growth_per_year": 0.3,
        "source": "assumption: storage",
    }
    return StorageRule.model_validate(values | overrides)


def load_class(name: str, **overrides: Any) -> LoadClass:
    values: dict[str, Any] = {
        "id": name,
        "weekday": [1.0] * 24,
        "weekend": [1.0] * 24,
        "interactive": False,
        "source": ASSUMED,
    }
    return LoadClass.model_validate(values | overrides)


LOAD_CLASSES = (
    load_class("flat"),
    load_class("office-hours", weekday=OFFICE, weekend=[0.2] * 24, interactive=True),
    load_class("inference", weekday=[0.25] * 12 + [0.75] * 12, weekend=[0.25] * 12 + [0.75] * 12, interactive=True),
    load_class("batch", deferrable_fraction=0.5, deferrable_hours=12),
)

SIZINGS: dict[str, dict[str, Any]] = {
    "connected_things": {
        "connections_per_person": {2025: 1, 2030: 4},
        "platform_fraction": 0.05,
        "messages_per_day": 96,
        "message_kb": 0.5,
        "messages_per_second_per_vcpu": 3000,
        "peak_factor": 3,
        "target_utilisation": 0.6,
        "memory_gib_per_vcpu": 4,
        "retention_days": 90,
    },
    "signatures": {
        "adult_adoption": {2025: 0.5, 2030: 0.7},
        "signatures_per_adult_month": 1,
        "officials": 5620,
        "signatures_per_official_day": 20,
        "cpu_seconds_per_signature": 0.05,
        "peak_factor": 10,
        "target_utilisation": 0.5,
        "minimum_vcpu": 0,
        "memory_gib_per_vcpu": 4,
        "kb_per_signature": 20,
        "retention_years": 10,
    },
    "transactions": {
        "base_year": 2023,
        "base_requests_per_year": 13_700_000,
        "merger_factor": 2,
        "growth_per_year": 0.5,
        "cpu_seconds_per_request": 0.5,
        "peak_factor": 8,
        "target_utilisation": 0.6,
        "minimum_vcpu": 0,
        "memory_gib_per_vcpu": 4,
        "kb_per_request": 10,
        "retention_years": 2,
    },
    "broadband": {
        "fibre_household_fraction": {2025: 0.8, 2030: 1.0},
        "mobile_5g_population_fraction": {2025: 0.2, 2030: 0.99},
        "busy_hour_mbps_per_household": 2,
        "busy_hour_mbps_per_mobile_user": 0.2,
        "served_locally_fraction": 0.1,
        "gbps_per_vcpu": 0.5,
        "memory_gib_per_vcpu": 2,
        "cache_tb_per_gbps": 4,
    },
    "fixed_platform": {
        "vcpu": {2025: 100, 2030: 200},
        "memory_gib": {2025: 400, 2030: 800},
        "storage_tb": {2025: 20, 2030: 60},
    },
    "gpu_hours": {
        "gpu_hours": {2025: 0, 2030: 876_000},
        "utilisation": {2025: 0.3, 2030: 0.6},
        "storage_tb_per_gpu": 4,
    },
    "wholesale": {"case": "base", "it_mw": {"low": {2029: 0, 2030: 10}, "base": {2029: 0, 2030: 20}}},
    "register_systems": {"vcpu_overcommit": 3, "growth_per_year": 0.1},
}
RULES = tuple(SIZINGS)


def programme(rule: str, name: str | None = None, sizing: dict[str, Any] | None = None, **overrides: Any) -> Programme:
    """A programme of a rule; ``sizing`` overrides single coefficients."""
    values: dict[str, Any] = {
        "id": name or rule.replace("_", "-"),
        "name_vi": "Chương trình thử nghiệm",
        "name_en": "Test programme",
        "owner": "dst",
        "payer": "state",
        "target": "Mục II",
        "first_year": 2025,
        "security_level": 3,
        "load_class": "flat",
        "sizing": {"rule": rule} | SIZINGS[rule] | (sizing or {}),
        "source": ASSUMED,
    }
    return Programme.model_validate(values | overrides)


def system(name: str, **overrides: Any) -> SystemLoad:
    values: dict[str, Any] = {
        "id": name,
        "name_vi": "Hệ thống thử nghiệm",
        "name_en": "Test system",
        "security_level": 2,
        "vcpu": 12,
        "memory_gib": 48,
        "storage_tb": 2,
        "load_class": "office-hours",
        "in_room_now": False,
        "retires": False,
        "moves_on": dt.date(2027, 6, 1),
        "source": "assumption: register",
    }
    return SystemLoad(**(values | overrides))


def inputs(
    *programmes: Programme,
    systems: Iterable[SystemLoad] = (),
    storage: StorageRule | None = None,
    load_classes: tuple[LoadClass, ...] = LOAD_CLASSES,
    **overrides: Any,
) -> CapacityInputs:
    """Inputs with these programmes and systems; ``overrides`` are those of the settings."""
    return CapacityInputs(
        settings=settings(**overrides),
        sites=SitesFile.model_construct(sites=()),
        hardware=HardwareFile.model_construct(skus=(), plant=(), halls=()),
        energy=EnergyFile.model_construct(),
        clouds=CloudsFile.model_construct(providers=(), prices=()),
        services=ServicesFile(load_classes=load_classes, storage=storage or storage_rule(), programmes=programmes),
        systems=tuple(systems),
        weather={},
        scenario="base",
        digest="0" * 64,
    )

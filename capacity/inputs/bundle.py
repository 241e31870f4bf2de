"""All that the planner reads, in one frozen value. The orchestrator builds it from the province folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from capacity.inputs.clouds import CloudsFile
from capacity.inputs.energy import EnergyFile
from capacity.inputs.hardware import HallType, HardwareFile, PlantUnit, Sku
from capacity.inputs.network import NetworkFile
from capacity.inputs.services import LoadClass, ServicesFile
from capacity.inputs.settings import Settings
from capacity.inputs.sites import Site, SitesFile
from capacity.weather.series import WeatherYear

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SystemLoad:
    """What a register system brings, from ``moves_on`` (None: in the server room already; see ``in_room_now``).

    ``rto_hours`` and ``rpo_hours`` are its recovery objectives, None when neither the register nor services.yaml has
    one.
    """

    id: str
    name_vi: str
    name_en: str
    security_level: int
    vcpu: float
    memory_gib: float
    storage_tb: float
    load_class: str
    in_room_now: bool
    retires: bool
    moves_on: dt.date | None
    source: str
    rto_hours: float | None = None
    rpo_hours: float | None = None


@dataclass(frozen=True, slots=True)
class CapacityInputs:
    """Frozen inputs of one scenario. ``weather`` is by site id; ``digest`` is the SHA-256 of folder and scenario.

    ``network`` None: no traffic is counted and no path asked for. ``scenario_vi`` and ``scenario_en`` name the
    scenario, empty where it is only known by its id.
    """

    settings: Settings
    sites: SitesFile
    hardware: HardwareFile
    energy: EnergyFile
    clouds: CloudsFile
    services: ServicesFile
    systems: tuple[SystemLoad, ...]
    weather: Mapping[str, WeatherYear]
    scenario: str
    digest: str
    network: NetworkFile | None = None
    scenario_vi: str = ""
    scenario_en: str = ""

    def hall(self, hall_id: str) -> HallType:
        """The hall type with this id. Raises KeyError when there is none."""
        return _by_id(self.hardware.halls, hall_id)

    def sku(self, sku_id: str) -> Sku:
        """The SKU with this id. Raises KeyError when there is none."""
        return _by_id(self.hardware.skus, sku_id)

    def plant(self, unit_id: str) -> PlantUnit:
        """The plant unit with this id. Raises KeyError when there is none."""
        return _by_id(self.hardware.plant, unit_id)

    def site(self, site_id: str) -> Site:
        """The site with this id. Raises KeyError when there is none."""
        return _by_id(self.sites.sites, site_id)

    def load_class(self, class_id: str) -> LoadClass:
        """The load class with this id. Raises KeyError when there is none."""
        return _by_id(self.services.load_classes, class_id)


def _by_id(records: tuple[_T, ...], wanted: str) -> _T:
    for record in records:
        if getattr(record, "id") == wanted:  # noqa: B009
            return record
    raise KeyError(wanted)

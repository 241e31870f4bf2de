"""The files of a province folder, and the limits on their size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import BaseModel

from capacity.inputs.clouds import CloudsFile
from capacity.inputs.energy import EnergyFile
from capacity.inputs.hardware import HardwareFile
from capacity.inputs.network import NetworkFile
from capacity.inputs.services import ServicesFile
from capacity.inputs.settings import Settings
from capacity.inputs.sites import SitesFile
from capacity.inputs.waves import WavesFile
from orchestrator.province.scenarios import ScenariosFile
from orchestrator.province.shapes import Shape, list_of, shape_of
from policies.assessment import Assessment
from policies.register import Agency, System
from policies.waivers import WaiversFile

MOST_BYTES = 4 * 1024 * 1024
MOST_REGISTER_BYTES = 16 * 1024 * 1024
MOST_WEATHER_BYTES = 16 * 1024 * 1024
MOST_WEATHER_LINES = 12_000
MOST_SCENARIOS = 500


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file holds: one ``model``, or with ``is_register`` a row of it in every line.

    One that ``is_optional`` may be missing: a folder without it asks for nothing of the kind.
    """

    model: type[BaseModel]
    is_register: bool = False
    is_optional: bool = False

    @property
    def most_bytes(self) -> int:
        """The largest size that is read."""
        return MOST_REGISTER_BYTES if self.is_register else MOST_BYTES

    @property
    def shape(self) -> Shape:
        """What the file allows."""
        return list_of(self.model) if self.is_register else shape_of(self.model)


FILES: Mapping[str, FileKind] = MappingProxyType(
    {
        "province.yaml": FileKind(Settings),
        "sites.yaml": FileKind(SitesFile),
        "hardware.yaml": FileKind(HardwareFile),
        "energy.yaml": FileKind(EnergyFile),
        "clouds.yaml": FileKind(CloudsFile),
        "services.yaml": FileKind(ServicesFile),
        "network.yaml": FileKind(NetworkFile, is_optional=True),
        "agencies.csv": FileKind(Agency, is_register=True),
        "systems.csv": FileKind(System, is_register=True),
        "assessments.csv": FileKind(Assessment, is_register=True, is_optional=True),
        "waivers.yaml": FileKind(WaiversFile, is_optional=True),
        "waves.yaml": FileKind(WavesFile, is_optional=True),
        "scenarios.yaml": FileKind(ScenariosFile),
    }
)
"""The weather files are named by the sites."""

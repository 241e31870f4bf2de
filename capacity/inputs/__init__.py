"""The planner's own inputs: frozen records with units in their names, one file per file of the province folder.

Change a record here and the JSON Schema, the reader and ``camau-dc init`` follow. Nothing in this room computes.
"""

from capacity.inputs.base import DatedRecord, Record, SourcedRecord
from capacity.inputs.bundle import CapacityInputs, SystemLoad
from capacity.inputs.clouds import CloudsFile
from capacity.inputs.energy import EnergyFile
from capacity.inputs.hardware import HardwareFile
from capacity.inputs.network import NetworkFile
from capacity.inputs.services import ServicesFile
from capacity.inputs.settings import Settings
from capacity.inputs.sites import SitesFile
from capacity.inputs.waves import WavesFile

__all__ = [
    "CapacityInputs",
    "CloudsFile",
    "DatedRecord",
    "EnergyFile",
    "HardwareFile",
    "NetworkFile",
    "Record",
    "ServicesFile",
    "Settings",
    "SitesFile",
    "SourcedRecord",
    "SystemLoad",
    "WavesFile",
]

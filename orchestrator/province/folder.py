"""A province folder that was read without a problem."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from capacity.inputs.clouds import CloudsFile
from capacity.inputs.energy import EnergyFile
from capacity.inputs.hardware import HardwareFile
from capacity.inputs.network import NetworkFile
from capacity.inputs.services import ServicesFile
from capacity.inputs.settings import Settings
from capacity.inputs.sites import SitesFile
from capacity.inputs.waves import WavesFile
from capacity.weather import WeatherYear
from orchestrator.province.nodes import Book
from orchestrator.province.scenarios import Scenario
from orchestrator.province.uncertain import Uncertain
from policies.assessment import Assessment
from policies.register import Agency, System
from policies.waivers import Waiver


@dataclass(frozen=True)
class Province:
    """The folder's records in one scenario. ``weather`` is by site id, ``digest`` as ``digest_of`` says.

    ``network`` is None in a folder without network.yaml, ``waves`` in one without waves.yaml; without assessments.csv
    or waivers.yaml there are none.

    ``book`` holds the parsed files with the line of every value, those of the scenario set.
    """

    settings: Settings
    sites: SitesFile
    hardware: HardwareFile
    energy: EnergyFile
    clouds: CloudsFile
    services: ServicesFile
    agencies: tuple[Agency, ...]
    systems: tuple[System, ...]
    scenarios: tuple[Scenario, ...]
    weather: Mapping[str, WeatherYear]
    scenario: str
    digest: str
    book: Book = field(repr=False, compare=False)
    network: NetworkFile | None = None
    uncertain: tuple[Uncertain, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    waves: WavesFile | None = None


def digest_of(contents: Mapping[str, bytes], scenario: str) -> str:
    """SHA-256 in hex over the folder's input files and the scenario.

    For each file, sorted by its name (relative, with forward slashes): the name in UTF-8, a zero byte, the length of
    the content as 8 bytes big-endian, the content; at the end the id of the scenario in UTF-8. Files that the folder
    does not use do not count.
    """
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(name.encode() + b"\0" + len(contents[name]).to_bytes(8, "big"))
        digest.update(contents[name])
    digest.update(scenario.encode())
    return digest.hexdigest()

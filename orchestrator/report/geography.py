"""Where the things of a plan are: positions of sites, and the links between sites and what is outside the province."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal

from capacity.inputs import CapacityInputs

Names = Mapping[str, str]
"""Text by language."""
LonLat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees east and north."""

    longitude_deg: float
    latitude_deg: float


@dataclass(frozen=True, slots=True)
class Link:
    """A connection between two ends: ids of sites, of locations that are rented from, or of ``Geography.outside``.

    ``kind`` chooses the line: what stands, what the plan leases, or a second route. ``facts`` are the lines that
    hovering shows, such as capacity and round-trip time, in each language with their units.
    """

    start: str
    end: str
    names: Names
    kind: Literal["existing", "leased", "second"] = "existing"
    facts: tuple[Names, ...] = ()


@dataclass(frozen=True)
class Geography:
    """``sites``: id -> position. ``outside``: id -> name of ends of links that no position in the province has."""

    sites: Mapping[str, Position] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    outside: Mapping[str, Names] = field(default_factory=dict)


NOWHERE = Geography()


def geography_of(inputs: CapacityInputs) -> Geography:
    """Positions of the folder's sites."""
    return Geography({site.id: Position(site.longitude_deg, site.latitude_deg) for site in inputs.sites.sites})


@dataclass(frozen=True)
class Outline:
    """A coast and borders drawn by hand, for orientation only, and names of seas with places for them."""

    points: tuple[LonLat, ...]
    seas: tuple[tuple[Names, tuple[LonLat, ...]], ...]

    def holds(self, positions: Iterable[Position]) -> bool:
        """Whether all positions are on its sheet: another province has another outline."""
        west, east = min(lon for lon, _ in self.points), max(lon for lon, _ in self.points)
        south, north = min(lat for _, lat in self.points), max(lat for _, lat in self.points)
        return all(west <= p.longitude_deg <= east and south <= p.latitude_deg <= north for p in positions)


@cache
def ca_mau() -> Outline:
    """The outline of Ca Mau, of which ``outline.json`` says how it was made."""
    text = resources.files("orchestrator.report").joinpath("page", "outline.json").read_text("utf-8")
    found = json.loads(text)
    points = tuple((float(lon), float(lat)) for lon, lat in found["points_lon_lat"])
    seas = tuple(
        ({"vi": sea["vi"], "en": sea["en"]}, tuple((float(lon), float(lat)) for lon, lat in sea["places_lon_lat"]))
        for sea in found["seas"]
    )
    return Outline(points, seas)

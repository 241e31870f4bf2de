"""Where the things of a plan are: positions of sites, and the links between sites and what is outside the province."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from capacity.inputs import CapacityInputs
from capacity.inputs.network import NetworkFile
from orchestrator.i18n import LANGUAGES, messages

LEAST_MBPS = 0.5
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
    """``sites``: id -> position. ``nodes``: id -> name and position of other ends of links, ``outside``: id -> name of
    those without a position. A node beyond the sheet of the map is drawn as one outside.
    """

    sites: Mapping[str, Position] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    outside: Mapping[str, Names] = field(default_factory=dict)
    nodes: Mapping[str, tuple[Names, Position]] = field(default_factory=dict)


NOWHERE = Geography()


def geography_of(inputs: CapacityInputs, document: Mapping[str, Any] | None = None) -> Geography:
    """Positions of the folder's sites, and the links of its network that carry or lease anything in the last year."""
    sites = {site.id: Position(site.longitude_deg, site.latitude_deg) for site in inputs.sites.sites}
    if inputs.network is None or document is None or document["accounts"] is None:
        return Geography(sites)
    place = {node.id: next((p for p in node.places if p in sites), node.id) for node in inputs.network.nodes}
    links = tuple(_links(document, inputs.network, place))
    ends = {end for link in links for end in (link.start, link.end)} - set(sites)
    nodes, outside = {}, {}
    for node in inputs.network.nodes:
        if node.id in ends and node.latitude_deg is not None and node.longitude_deg is not None:
            nodes[node.id] = ({"vi": node.name_vi, "en": node.name_en}, Position(node.longitude_deg, node.latitude_deg))
        elif node.id in ends:
            outside[node.id] = {"vi": node.name_vi, "en": node.name_en}
    return Geography(sites, links, outside, nodes)


def _links(document: Mapping[str, Any], network: NetworkFile, place: Mapping[str, str]) -> Iterator[Link]:
    """Links with busy-hour load or a lease in the last year, the payers together."""
    table, last = document["accounts"]["link_years"]["rows"], document["years"][-1]
    for link in network.links:
        rows = [row for row in table if row["link"] == link.id and row["year"] == last]
        load, leased = (sum(row[key] for row in rows) for key in ("load_mbps", "leased_mbps"))
        start, end = place[link.start], place[link.end]
        if start == end or (load < LEAST_MBPS and leased < LEAST_MBPS):
            continue
        existing = sum(row["existing_mbps"] for row in rows)
        facts: tuple[Names, ...] = tuple(
            {
                str(language): text("map_link." + key, value=text.number(value, 1 if key == "round_trip_ms" else 0))
                for language, text in ((each, messages(each)) for each in LANGUAGES)
            }
            for key, value in (
                ("load_mbps", load),
                ("existing_mbps", existing),
                ("leased_mbps", leased),
                ("round_trip_ms", link.round_trip_ms),
            )
        )
        names = {"vi": link.name_vi, "en": link.name_en}
        yield Link(start, end, names, "leased" if leased >= LEAST_MBPS else "existing", facts)


@dataclass(frozen=True)
class Outline:
    """A coast and borders drawn by hand, for orientation only, and names of seas with places for them."""

    points: tuple[LonLat, ...]
    seas: tuple[tuple[Names, tuple[LonLat, ...]], ...]

    def sheet(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, east = min(lon for lon, _ in self.points), max(lon for lon, _ in self.points)
        south, north = min(lat for _, lat in self.points), max(lat for _, lat in self.points)
        return west, south, east, north

    def holds(self, positions: Iterable[Position]) -> bool:
        """Whether all positions are on its sheet: another province has another outline."""
        west, south, east, north = self.sheet()
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

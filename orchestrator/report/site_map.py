"""The map of the report as geometry: sites by what is built, what is rented outside, and the links between them.

Coordinates are those of an SVG 1000 wide: a band with what is outside the province on top, the province under it in
the middle, and names of sites at both sides. Distances are true to about one percent (equirectangular at the mean
latitude).
"""

from __future__ import annotations

import math
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orchestrator.i18n import Messages
from orchestrator.report.geography import Geography, LonLat, Outline, Position, ca_mau
from orchestrator.report.plan_tables import rows_of
from orchestrator.report.table import Names

Document = Mapping[str, Any]
Point = tuple[float, float]

WIDTH, SIDE, MAP_HEIGHT, MARGIN = 1000.0, 245.0, 545.0, 16.0
LARGEST, SMALLEST, EMPTY = 30.0, 6.0, 5.0
"""Radius of the site with most MW, of the least, and of one where nothing stands."""
LABEL_LINE, LABEL_GAP, LABEL_LETTERS = 15.0, 10.0, 26
BOX_GAP, BOX_LINE, BOXES_PER_ROW, BOX_LETTERS = 12.0, 14.0, 4, 30
BAND_HEAD = 26.0
_SCALES_KM = (100, 50, 20, 10, 5, 2, 1)


@dataclass(frozen=True, slots=True)
class Tip:
    """What hovering or focusing shows: headings (the first is empty) and rows, or lines of text."""

    title: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marker:
    """A site: ``x``, ``y`` of its circle, ``home_x``, ``home_y`` its true place, its label with place and anchor."""

    key: str
    kind: str
    x: float
    y: float
    home_x: float
    home_y: float
    radius: float
    label_x: float
    label_y: float
    anchor: str
    label: tuple[str, ...]
    amount: str
    tip: Tip


@dataclass(frozen=True, slots=True)
class Box:
    """Something outside the province, with what is rented there."""

    key: str
    x: float
    y: float
    width: float
    height: float
    name: tuple[str, ...]
    amounts: tuple[str, ...]
    tip: Tip


@dataclass(frozen=True, slots=True)
class Line:
    """A link between two ends, with the point in its middle where it can be pointed at."""

    kind: str
    path: str
    x: float
    y: float
    tip: Tip


@dataclass(frozen=True)
class SiteMap:
    """Everything to draw; ``outline`` is an SVG path or empty. ``band``: height of the part outside the province."""

    width: float
    height: float
    band: float
    band_title: str
    outline: str
    seas: tuple[tuple[str, float, float], ...]
    markers: tuple[Marker, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    nodes: tuple[tuple[float, float, str], ...]
    scale_km: int
    scale_length: float
    note: str


def site_map(document: Document, text: Messages, geography: Geography) -> SiteMap | None:
    """The map of a plan in its last year; None when no position is known."""
    known = [site for site in document["labels"]["sites"] if site in geography.sites]
    if not known or document["accounts"] is None:
        return None
    outline = ca_mau() if ca_mau().holds(geography.sites[site] for site in known) else None
    extent = _extent(outline, geography, known)
    geography, inside = _by_place(geography, extent)
    boxes, band = _boxes(document, text, geography)
    sheet = _Sheet(extent, band)
    markers = _markers(document, text, geography, known, sheet)
    ends: dict[str, Point] = {marker.key: (marker.x, marker.y) for marker in markers}
    ends |= {box.key: (box.x + box.width / 2, box.y + box.height) for box in boxes}
    nodes = {key: sheet.point((at.longitude_deg, at.latitude_deg)) for key, (_, at) in inside.items()}
    ends = nodes | ends
    scale_km = next(km for km in _SCALES_KM if km * sheet.per_km <= 130 or km == 1)
    return SiteMap(
        WIDTH,
        band + MAP_HEIGHT,
        band,
        text("map.outside", year=document["years"][-1]) if boxes else "",
        _path(map(sheet.point, outline.points)) if outline else "",
        tuple(_seas(outline, text, sheet, markers)) if outline else (),
        tuple(markers),
        tuple(boxes),
        tuple(_lines(geography, text, ends)),
        tuple((*nodes[key], text.pick(inside[key][0])) for key in nodes),
        scale_km,
        scale_km * sheet.per_km,
        text("map.note_outline" if outline else "map.note"),
    )


Nodes = Mapping[str, tuple[Mapping[str, str], Position]]


def _by_place(geography: Geography, extent: tuple[float, float, float, float]) -> tuple[Geography, Nodes]:
    """The geography with nodes beyond the sheet among those outside, and the nodes on the sheet."""
    west, south, east, north = extent
    inside = {
        key: (names, at)
        for key, (names, at) in geography.nodes.items()
        if west <= at.longitude_deg <= east and south <= at.latitude_deg <= north
    }
    beyond = {key: names for key, (names, _) in geography.nodes.items() if key not in inside}
    return replace(geography, outside={**geography.outside, **beyond}, nodes=inside), inside


class _Sheet:
    """From degrees to the drawing: north is up, a kilometre is as long in both directions."""

    def __init__(self, extent: tuple[float, float, float, float], band: float) -> None:
        west, south, east, north = extent
        self._west, self._north, self.top = west, north, band
        km_lat = 111.2
        self._km_lon, self._km_lat = km_lat * math.cos(math.radians((south + north) / 2)), km_lat
        width, height = (east - west) * self._km_lon, (north - south) * km_lat
        self.per_km = min((WIDTH - 2 * SIDE) / width, (MAP_HEIGHT - 2 * MARGIN) / height)
        self._left = (WIDTH - width * self.per_km) / 2
        self._inset = (MAP_HEIGHT - height * self.per_km) / 2

    def point(self, where: LonLat) -> Point:
        """Point of the drawing."""
        lon, lat = where
        x = self._left + (lon - self._west) * self._km_lon * self.per_km
        return x, self.top + self._inset + (self._north - lat) * self._km_lat * self.per_km


def _extent(outline: Outline | None, geography: Geography, known: Sequence[str]) -> tuple[float, float, float, float]:
    """West, south, east, north of all that is drawn; at least a quarter of a degree each way."""
    points = [(geography.sites[site].longitude_deg, geography.sites[site].latitude_deg) for site in known]
    points += outline.points if outline else ()
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    wide, high = (max(0.0, 0.25 - (end - start)) / 2 for start, end in ((west, east), (south, north)))
    return west - wide, south - high, east + wide, north + high


def _path(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _seas(
    outline: Outline, text: Messages, sheet: _Sheet, markers: Sequence[Marker]
) -> Iterable[tuple[str, float, float]]:
    """Names of seas where no label of a site stands; a sea without such a place has none."""
    for names, places in outline.seas:
        for x, y in map(sheet.point, places):
            taken = any(
                abs(marker.label_x - x) < SIDE and -25 < y - marker.label_y < LABEL_LINE * (len(marker.label) + 1) + 12
                for marker in markers
            )
            if not taken:
                yield text.pick(names), x, y
                break


_TIP_OF_SITE = ("critical_it_mw", "peak_facility_mw", "connection_mw", "battery_mwh", "generation_mw")


def _site_figures(document: Document, site: str) -> dict[int, dict[str, float]]:
    """Figures of a site by year."""
    generation: dict[int, float] = defaultdict(float)
    for row in rows_of(document, "generation_years"):
        if row["site"] == site:
            generation[row["year"]] += row["mw"]
    return {
        row["year"]: {
            **{key: row[key] for key in ("peak_facility_mw", "connection_mw", "battery_mwh")},
            "critical_it_mw": row["critical_it_kw"] / 1000,
            "generation_mw": generation[row["year"]],
        }
        for row in rows_of(document, "site_years")
        if row["site"] == site
    }


def _site_tip(document: Document, text: Messages, name: str, figures: Mapping[int, Mapping[str, float]]) -> Tip:
    years = [year for year in document["years"] if year in figures]
    if not years:
        return Tip(name, lines=(text("map.nothing"),))
    rows = [
        (text(f"map.{key}"), *(text.number(figures[year][key], 1) for year in years))
        for key in _TIP_OF_SITE
        if any(figures[year][key] for year in years)
    ]
    return Tip(name, ("", *map(str, years)), tuple(rows))


def _markers(
    document: Document, text: Messages, geography: Geography, known: Sequence[str], sheet: _Sheet
) -> list[Marker]:
    names, last = Names(document, text), document["years"][-1]
    candidates = {row["site"] for row in rows_of(document, "site_years") if row["candidate"]}
    figures = {site: _site_figures(document, site) for site in known}
    mw = {site: figures[site].get(last, {}).get("critical_it_mw", 0.0) for site in known}
    most = max(mw.values())
    radii = {s: EMPTY if not mw[s] else max(SMALLEST, LARGEST * math.sqrt(mw[s] / most)) for s in known}
    homes = {s: sheet.point((geography.sites[s].longitude_deg, geography.sites[s].latitude_deg)) for s in known}
    places = apart(homes, radii)
    labels = {s: tuple(textwrap.wrap(names.of("sites", s), LABEL_LETTERS)) for s in known}
    label_places = _label_places(places, {s: len(labels[s]) + 1 for s in known}, sheet.top)
    markers = []
    for site in known:
        label_x, label_y, anchor = label_places[site]
        amount = f"{text.number(mw[site], 1)} MW" if mw[site] else text("map.nothing")
        kind = "empty" if not mw[site] else "new" if site in candidates else "existing"
        tip = _site_tip(document, text, names.of("sites", site), figures[site])
        where = (*places[site], *homes[site], radii[site], label_x, label_y, anchor)
        markers.append(Marker(site, kind, *where, labels[site], amount, tip))
    return markers


def apart(homes: Mapping[str, Point], radii: Mapping[str, float]) -> dict[str, Point]:
    """Places near their homes at which no two circles overlap: neighbours push each other away, step by step."""
    places = dict(homes)
    sites = list(homes)
    for _ in range(200):
        moved = False
        for index, one in enumerate(sites):
            for other in sites[index + 1 :]:
                (x1, y1), (x2, y2) = places[one], places[other]
                distance, least = math.hypot(x2 - x1, y2 - y1), radii[one] + radii[other] + 3
                if distance >= least - 1e-6:
                    continue
                moved = True
                # Two at the very same place go apart east and west.
                dx, dy = ((x2 - x1) / distance, (y2 - y1) / distance) if distance > 1e-9 else (1.0, 0.0)
                push = (least - distance) / 2
                places[one] = (x1 - dx * push, y1 - dy * push)
                places[other] = (x2 + dx * push, y2 + dy * push)
        if not moved:
            break
    return places


def _label_places(
    places: Mapping[str, Point], lines: Mapping[str, int], top: float
) -> dict[str, tuple[float, float, str]]:
    """Labels at the side that is nearer, from north to south, none on another: x, y of the first line, anchor."""
    found: dict[str, tuple[float, float, str]] = {}
    for x, anchor in ((SIDE - 12, "end"), (WIDTH - SIDE + 12, "start")):
        sites = [site for site in places if (places[site][0] < WIDTH / 2) is (anchor == "end")]
        sites.sort(key=lambda site: places[site][1])
        heights = [lines[site] * LABEL_LINE for site in sites]
        wanted = [places[site][1] - height / 2 for site, height in zip(sites, heights, strict=True)]
        tops = spread(wanted, heights, top + MARGIN, top + MAP_HEIGHT - MARGIN)
        found |= {site: (x, y + LABEL_LINE * 0.8, anchor) for site, y in zip(sites, tops, strict=True)}
    return found


def spread(wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Tops of labels in their order, as near to the wanted ones as a gap between them allows.

    They stay between top and bottom when they fit there at all.
    """
    tops: list[float] = []
    for want in wanted:
        least = tops[-1] + heights[len(tops) - 1] + LABEL_GAP if tops else top
        tops.append(max(want, least))
    limit = bottom
    for index in reversed(range(len(tops))):
        tops[index] = min(tops[index], limit - heights[index])
        limit = tops[index] - LABEL_GAP
    if tops and tops[0] < top:
        shift = top - tops[0]
        tops = [each + shift for each in tops]
    return tops


_RENTED = (("vcpu", "vCPU", 0), ("memory_gib", "GiB", 0), ("storage_tb", "TB", 1), ("gpus", "GPU", 1))


def _rented(document: Document) -> dict[str, dict[int, dict[str, float]]]:
    """Location -> year -> what is rented there for all pools."""
    found: dict[str, dict[int, dict[str, float]]] = {}
    for row in rows_of(document, "rents"):
        year = found.setdefault(row["location"], {}).setdefault(row["year"], defaultdict(float))
        for key in (*(key for key, _, _ in _RENTED), "vnd"):
            year[key] += row[key]
    return found


def _boxes(document: Document, text: Messages, geography: Geography) -> tuple[list[Box], float]:
    """What stands outside, in rows under a heading, and the height of that band."""
    names, rented = Names(document, text), _rented(document)
    drawn = {*geography.sites, *geography.nodes}
    ends = [end for link in geography.links for end in (link.start, link.end) if end not in drawn]
    keys = list(dict.fromkeys([*rented, *geography.outside, *ends]))
    if not keys:
        return [], 0.0
    contents = []
    for key in keys:
        name = text.pick(geography.outside[key]) if key in geography.outside else names.of("locations", key)
        amounts = _amounts(document, text, rented.get(key, {}))
        contents.append(
            (key, tuple(textwrap.wrap(name, BOX_LETTERS)), amounts, _box_tip(document, text, name, rented.get(key, {})))
        )
    per_row = min(BOXES_PER_ROW, len(keys))
    width = min(290.0, (WIDTH - BOX_GAP * (per_row - 1)) / per_row)
    boxes, y = [], BAND_HEAD
    for first in range(0, len(contents), per_row):
        row = contents[first : first + per_row]
        height = max(len(lines) + len(amounts) for _, lines, amounts, _ in row) * BOX_LINE + 14
        left = (WIDTH - len(row) * width - (len(row) - 1) * BOX_GAP) / 2
        for place, (key, lines, amounts, tip) in enumerate(row):
            boxes.append(Box(key, left + place * (width + BOX_GAP), y, width, height, lines, amounts, tip))
        y += height + BOX_GAP
    return boxes, y + BOX_GAP


def _amounts(document: Document, text: Messages, years: Mapping[int, Mapping[str, float]]) -> tuple[str, ...]:
    """What is rented in the last year with rent, which is named when it is not the plan's last."""
    with_rent = [year for year in years if years[year]["vnd"] > 0]
    if not with_rent:
        return ()
    last = max(with_rent)
    row = years[last]
    said = [f"{text.number(row[key], decimals)} {unit}" for key, unit, decimals in _RENTED if row[key]]
    said.append(f"{text.billion(row['vnd'])} {text('unit.billion')}")
    said = [f"{last}: {said[0]}", *said[1:]] if last != document["years"][-1] else said
    lines = [""]
    for part in said:
        joined = f"{lines[-1]} · {part}" if lines[-1] else part
        lines = [*lines[:-1], joined] if len(joined) <= BOX_LETTERS else [*lines, part]
    return tuple(lines)


def _box_tip(document: Document, text: Messages, name: str, years: Mapping[int, Mapping[str, float]]) -> Tip:
    shown = [year for year in document["years"] if year in years]
    if not shown:
        return Tip(name)
    rows = [
        (unit, *(text.number(years[year][key], decimals) for year in shown))
        for key, unit, decimals in _RENTED
        if any(years[year][key] for year in shown)
    ]
    rows.append((text("unit.billion"), *(text.billion(years[year]["vnd"]) for year in shown)))
    return Tip(name, ("", *map(str, shown)), tuple(rows))


def _lines(geography: Geography, text: Messages, ends: Mapping[str, Point]) -> list[Line]:
    """Links as curves; several between the same ends lie side by side."""
    pairs: dict[frozenset[str], int] = defaultdict(int)
    for link in geography.links:
        pairs[frozenset((link.start, link.end))] += 1
    drawn: dict[frozenset[str], int] = defaultdict(int)
    lines = []
    for link in geography.links:
        pair = frozenset((link.start, link.end))
        first, second = sorted((link.start, link.end))
        (x1, y1), (x2, y2) = ends[first], ends[second]
        bend = (drawn[pair] - (pairs[pair] - 1) / 2) * 36
        drawn[pair] += 1
        length = math.hypot(x2 - x1, y2 - y1) or 1.0
        cx = (x1 + x2) / 2 - (y2 - y1) / length * bend
        cy = (y1 + y2) / 2 + (x2 - x1) / length * bend
        path = f"M{x1:.1f} {y1:.1f}Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}"
        tip = Tip(text.pick(link.names), lines=tuple(text.pick(fact) for fact in link.facts))
        # The middle of a quadratic curve lies half way between its chord and its control point.
        lines.append(Line(link.kind, path, (x1 + x2) / 4 + cx / 2, (y1 + y2) / 4 + cy / 2, tip))
    return lines

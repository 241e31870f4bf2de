"""How far the weather is from the place that it is used for."""

from __future__ import annotations

import math

from capacity.weather.samples import Place

FAR_AWAY_KM = 25.0
"""Beyond it the weather may be another one, on a coast above all: reanalysis has a cell each 50 km. An assumption."""
ELSEWHERE_KM = 100.0
"""Beyond it the file is of another place. An assumption: the province is about 120 km long."""
_EARTH_RADIUS_KM = 6371.0


def distance_km(one: Place, other: Place) -> float:
    """Great-circle distance of two places (haversine on a sphere of 6371 km)."""
    latitudes = math.radians(one.latitude_deg), math.radians(other.latitude_deg)
    longitude = math.radians(other.longitude_deg - one.longitude_deg)
    half = math.sin((latitudes[1] - latitudes[0]) / 2) ** 2
    half += math.cos(latitudes[0]) * math.cos(latitudes[1]) * math.sin(longitude / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))

"""Whether the weather file of a site is of the site's place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from capacity.weather import ELSEWHERE_KM, Place, WeatherYear, distance_km
from orchestrator.province.nodes import Book
from orchestrator.province.problems import Problem, Text


def weather_of_elsewhere(book: Book, weather: Mapping[tuple[str, str], WeatherYear | None]) -> Iterator[Problem]:
    """Files whose position is not that of the site that names them; ``weather`` is by site and file, as it was read."""
    for site in book.nodes("sites.yaml", "sites.*"):
        file = site.child("weather_file")
        found = weather.get((site.child("id").text or "", file.text or ""))
        latitude, longitude = site.child("latitude_deg").number, site.child("longitude_deg").number
        if found is None or latitude is None or longitude is None:
            continue
        km = distance_km(Place(latitude, longitude), Place(found.latitude_deg, found.longitude_deg))
        if km > ELSEWHERE_KM:
            where = f"{found.latitude_deg:g}, {found.longitude_deg:g}"
            yield file.problem(
                Text(
                    f"'{file.text}': weather of {where}, {km:.0f} km from the site",
                    f"'{file.text}': khí tượng của {where}, cách địa điểm {km:.0f} km",
                ),
                Text(
                    f"weather of a place at most {ELSEWHERE_KM:g} km from the site",
                    f"khí tượng của nơi cách địa điểm nhiều nhất {ELSEWHERE_KM:g} km",
                ),
            )

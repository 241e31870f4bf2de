"""Hourly weather and what it gives: PV and wind output, wet-bulb temperature, files that say where their values come
from, and synthetic years where nothing was measured. The only importer of pvlib and windpowerlib.
"""

from capacity.weather.csvfile import format_weather, parse_weather, read_weather, write_weather
from capacity.weather.description import describe
from capacity.weather.humid_air import wet_bulb_c
from capacity.weather.photovoltaics import pv_capacity_factor
from capacity.weather.problems import CsvProblem
from capacity.weather.series import WeatherYear, for_year
from capacity.weather.synthetic import SyntheticSite, regenerate, synthesize
from capacity.weather.wind import wind_capacity_factor

__all__ = [
    "CsvProblem",
    "SyntheticSite",
    "WeatherYear",
    "describe",
    "for_year",
    "format_weather",
    "parse_weather",
    "pv_capacity_factor",
    "read_weather",
    "regenerate",
    "synthesize",
    "wet_bulb_c",
    "wind_capacity_factor",
    "write_weather",
]

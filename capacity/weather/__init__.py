"""Hourly weather and what it gives: PV and wind output, wet-bulb temperature, files that say where their values come
from, years made of what services, EPW files and measurements give (``capacity.weather.sources``), and synthetic years
where nothing was measured. The only importer of pandas, pvlib and windpowerlib, and the only user of a network in this
core.
"""

from capacity.weather.csvfile import (
    checked_content,
    format_weather,
    parse_weather,
    read_weather,
    write_content,
    write_weather,
)
from capacity.weather.description import describe
from capacity.weather.distance import ELSEWHERE_KM, FAR_AWAY_KM, distance_km
from capacity.weather.foreign import by_pattern, reason_of
from capacity.weather.humid_air import wet_bulb_c
from capacity.weather.origin import origin_vi
from capacity.weather.photovoltaics import pv_capacity_factor
from capacity.weather.preparation import Prepared, Wanted, prepare
from capacity.weather.problems import ChoiceError, CsvProblem, ServiceError, SourceError, WeatherError
from capacity.weather.samples import QUANTITIES, Place, Samples
from capacity.weather.series import WeatherYear, for_year
from capacity.weather.synthetic import SyntheticSite, regenerate, synthesize
from capacity.weather.wind import wind_capacity_factor
from capacity.weather.words import Words, words

__all__ = [
    "ELSEWHERE_KM",
    "FAR_AWAY_KM",
    "QUANTITIES",
    "ChoiceError",
    "CsvProblem",
    "Place",
    "Prepared",
    "Samples",
    "ServiceError",
    "SourceError",
    "SyntheticSite",
    "Wanted",
    "WeatherError",
    "WeatherYear",
    "Words",
    "by_pattern",
    "checked_content",
    "describe",
    "distance_km",
    "for_year",
    "format_weather",
    "origin_vi",
    "parse_weather",
    "prepare",
    "pv_capacity_factor",
    "read_weather",
    "reason_of",
    "regenerate",
    "synthesize",
    "wet_bulb_c",
    "wind_capacity_factor",
    "words",
    "write_content",
    "write_weather",
]

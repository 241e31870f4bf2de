"""Where weather comes from: NASA POWER and PVGIS over the network or as saved files, EPW files, and tables of
measurements. Each gives `Samples` in UTC; what is missing stays missing here. The network is used here alone.
"""

from capacity.weather.sources.files import FORMATS, FileFormat, FileOptions, read_source
from capacity.weather.sources.nasa_power import fetch_nasa_power
from capacity.weather.sources.pvgis import fetch_pvgis_typical, fetch_pvgis_years, with_humidity
from capacity.weather.sources.service import TIMEOUT_S
from capacity.weather.sources.table import STAMPS, Stamps, TableOptions

__all__ = [
    "FORMATS",
    "STAMPS",
    "TIMEOUT_S",
    "FileFormat",
    "FileOptions",
    "Stamps",
    "TableOptions",
    "fetch_nasa_power",
    "fetch_pvgis_typical",
    "fetch_pvgis_years",
    "read_source",
    "with_humidity",
]

"""Synthetic weather years: a seeded stochastic model, calibrated to published yearly figures and monsoon seasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import expit, log_ndtr

from capacity.weather import climate, photovoltaics, wind
from capacity.weather.clear_sky import clear_sky
from capacity.weather.humid_air import vapour_pressure_hpa
from capacity.weather.photovoltaics import SunPosition, ac_power, sun_position
from capacity.weather.random_streams import Streams
from capacity.weather.series import Hours, WeatherYear, hours_of, month_of_hours
from capacity.weather.wind import wind_capacity_factor

WIND_HEIGHT_M = 100.0
NOTICE_EN = (
    "Synthetic year, not measured: a stochastic model calibrated to published yearly figures. "
    "Replace it by measured or reanalysis data before an investment decision."
)
NOTICE_VI = (
    "Năm khí tượng tổng hợp, không phải số liệu quan trắc: mô hình ngẫu nhiên được hiệu chỉnh theo các số liệu năm "
    "đã công bố. Phải thay bằng số liệu quan trắc hoặc tái phân tích trước khi quyết định đầu tư."
)
SOURCE = (
    "PV: 1,387-1,534 kWh/kWp a year in the Mekong delta (vnanet.vn 7233682). Wind: 16 plants in Ca Mau, 870 MW, "
    "2.3 TWh a year (vietnam.vn, 2025); Tan Thuan 3, 25 MW, 61.5 GWh a year (vtcnews.vn, Oct 2025). Turbidity: pvlib "
    "(SoDa). Temperature, humidity and monthly seasons: assumptions, the seasons after the national ZNES profiles."
)
METHOD = (
    "Irradiance: Ineichen clear sky times a logistic of daily AR(1) cloudiness, hourly AR(1) and afternoon showers in "
    "the rainy season, split by Erbs. Temperature: seasonal and daily harmonics, daily AR(1), cooler under cloud. "
    "Humidity: AR(1) dew point. Wind: Weibull of two hourly AR(1), sea breeze, rare squalls and tropical storms. "
    "Factors common to all sites of one seed correlate them. Bisection brings cloudiness and wind of every month to "
    "their targets."
)
GENERATOR = "numpy PCG64, raw outputs, one stream a factor (capacity.weather.random_streams)"

_CLOUDIEST, _CLEAREST = 0.12, 1.03
_BISECTIONS = 25
_TOLERANCE = 0.002

Exposure = Annotated[float, Field(ge=0, le=1)]


class SyntheticSite(BaseModel):
    """What the model must know of a site. The capacity factors are yearly targets for the default plants."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    site_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name_vi: str
    name_en: str
    latitude_deg: Annotated[float, Field(ge=-66, le=66)]
    longitude_deg: Annotated[float, Field(ge=-180, le=180)]
    northeast_exposure: Exposure = Field(description="To the north-east monsoon, November to March")
    southwest_exposure: Exposure = Field(description="To the south-west monsoon, June to August")
    maritime: Exposure = Field(description="1 on the shore: smaller daily swing of temperature, more sea breeze")
    pv_capacity_factor: Annotated[float, Field(gt=0, lt=0.3)]
    wind_capacity_factor: Annotated[float, Field(gt=0, lt=0.6)]
    wind_basis: str = Field(description="Where the wind target comes from")
    seed_basis: str = Field(description="How the seed was chosen")
    temp_air_c: Annotated[float, Field(ge=0, le=40, description="Yearly mean")]
    relative_humidity_pct: Annotated[float, Field(ge=40, le=95, description="Yearly mean")]
    year: Annotated[int, Field(ge=1950, le=2100, description="Calendar that the hours are laid on")]
    created: dt.date


def synthesize(site: SyntheticSite, seed: int) -> WeatherYear:
    """One year of synthetic weather, rounded as it is written to a file. Same site and seed, same bytes.

    Raises ValueError when a target cannot be reached.
    """
    streams = Streams(seed)
    sun = sun_position(site.year, site.latitude_deg, site.longitude_deg)
    cloud = _cloudiness(site, streams)
    temp_air_c = np.round(_temperature(site, streams, cloud), 1)
    humidity_pct = np.round(_humidity(site, streams, temp_air_c), 1)
    wind_m_s = np.round(_wind(site, streams, temp_air_c), 2)
    ghi, dni, dhi = (np.round(part) for part in _irradiance(site, sun, cloud, temp_air_c, wind_m_s))
    weather = _year(site, temp_air_c, humidity_pct, wind_m_s, ghi, dni, dhi)
    pv, turbines = photovoltaics.pv_capacity_factor(weather).mean(), wind_capacity_factor(weather).mean()
    provenance = {
        "title": f"Hourly weather of {site.name_en} ({site.name_vi}), synthetic",
        "site": site.site_id,
        "standing": "synthetic",
        "notice_vi": NOTICE_VI,
        "notice_en": NOTICE_EN,
        "method": METHOD,
        "generator": GENERATOR,
        "seed": str(seed),
        "seed_basis": site.seed_basis,
        "parameters": site.model_dump_json(),
        "call": "capacity.weather.synthesize(SyntheticSite.model_validate_json(parameters), seed)",
        "calibration": (
            f"pv {pv:.4f} (target {site.pv_capacity_factor:g}; published 0.158-0.175; "
            f"tilt {photovoltaics.TILT_DEG:g}, azimuth {photovoltaics.AZIMUTH_DEG:g}, "
            f"DC/AC {photovoltaics.DC_AC_RATIO:g}, losses {photovoltaics.SYSTEM_LOSS_FRACTION:g}); "
            f"wind {turbines:.4f} (target {site.wind_capacity_factor:g}; {site.wind_basis}; "
            f"{wind.TURBINE}, hub {wind.HUB_HEIGHT_M:g} m, losses {wind.LOSS_FRACTION:g})"
        ),
        "source": SOURCE,
        "created": site.created.isoformat(),
        "licence": "Apache-2.0",
    }
    return _year(site, temp_air_c, humidity_pct, wind_m_s, ghi, dni, dhi, provenance)


def regenerate(weather: WeatherYear) -> WeatherYear:
    """The synthetic year that the provenance of a file describes, made again from its parameters and seed.

    Raises ValueError when the provenance holds no such description.
    """
    try:
        parameters, seed = weather.provenance["parameters"], int(weather.provenance["seed"])
    except KeyError as error:
        raise ValueError(f"provenance has no {error.args[0]}: not made by synthesize") from error
    return synthesize(SyntheticSite.model_validate_json(parameters), seed)


def _year(
    site: SyntheticSite,
    temp_air_c: Hours,
    humidity_pct: Hours,
    wind_m_s: Hours,
    ghi: Hours,
    dni: Hours,
    dhi: Hours,
    provenance: dict[str, str] | None = None,
) -> WeatherYear:
    return WeatherYear(
        site_id=site.site_id,
        year=site.year,
        ghi_w_m2=ghi,
        dni_w_m2=dni,
        dhi_w_m2=dhi,
        temp_air_c=temp_air_c,
        relative_humidity_pct=humidity_pct,
        wind_speed_m_s=wind_m_s,
        wind_height_m=WIND_HEIGHT_M,
        pressure_hpa=climate.MEAN_SEA_LEVEL_PRESSURE_HPA,
        latitude_deg=site.latitude_deg,
        longitude_deg=site.longitude_deg,
        provenance=provenance or {},
        is_synthetic=True,
    )


def _clock(year: int) -> Hours:
    """Middle of every hour on the clock, 0.5 to 23.5."""
    return np.asarray(np.arange(hours_of(year)) % 24 + 0.5, dtype=np.float64)


def _daily(values: Hours) -> Hours:
    return np.repeat(values, 24)


def _cloudiness(site: SyntheticSite, streams: Streams) -> Hours:
    """Logit of the clear-sky index of every hour before its monthly shift; higher is clearer."""
    hours = hours_of(site.year)
    rainy = climate.seasonal(climate.RAINY_SEASON, site.year)
    day = _daily(streams.shared("cloud of the day", site.site_id, hours // 24, 0.55, 0.75))
    hour = streams.shared("cloud of the hour", site.site_id, hours, 0.75, 0.35)
    shower = _daily(streams.uniforms(f"site:{site.site_id}:shower", hours // 24)) < 0.55
    afternoon = np.exp(-(((_clock(site.year) - 15.0) / 2.0) ** 2))
    return np.asarray((0.8 + 0.25 * rainy) * day + 0.65 * hour - 1.6 * rainy * shower * afternoon)


def _temperature(site: SyntheticSite, streams: Streams, cloud: Hours) -> Hours:
    """Dry bulb in °C: coolest before sunrise, warmest at two in the afternoon, cooler under cloud and showers."""
    days = hours_of(site.year) // 24
    anomaly = 0.65 * streams.shared("temperature of the day", site.site_id, days, 0.75, 0.9)
    clear_day = np.tanh(cloud.reshape(days, 24)[:, 8:16].mean(axis=1) / 2)
    swing = climate.seasonal(climate.DAILY_SWING_C, site.year) * (1.25 - 0.35 * site.maritime)
    angle = 2 * np.pi * (_clock(site.year) - 14) / 24
    course = (np.cos(angle) + 0.22 * np.cos(2 * angle)) / 1.1
    shower = np.clip(-cloud - 1.0, 0, 2) * np.clip(course, 0, 1)
    temp = climate.seasonal(climate.TEMP_AIR_C, site.year) + _daily(anomaly)
    temp = temp + swing * (1 + 0.18 * _daily(clear_day)) * course - 0.8 * shower
    return np.asarray(temp - temp.mean() + site.temp_air_c)


def _humidity(site: SyntheticSite, streams: Streams, temp_air_c: Hours) -> Hours:
    """Relative humidity in per cent; the dew point is shifted until the yearly mean is met."""
    hours = hours_of(site.year)
    dew_point = climate.seasonal(climate.DEW_POINT_C, site.year)
    dew_point = dew_point + streams.shared("dew point", site.site_id, hours, 0.98, 0.8)

    def humidity(shift: Hours) -> Hours:
        ratio = vapour_pressure_hpa(np.minimum(dew_point + shift, temp_air_c)) / vapour_pressure_hpa(temp_air_c)
        return np.asarray(np.clip(100 * ratio, 35.0, 98.0), dtype=np.float64)

    target = np.array([site.relative_humidity_pct])
    shift = _bisect(lambda shift: humidity(shift).mean(keepdims=True), target, -8.0, 8.0)
    return humidity(shift)


def _wind(site: SyntheticSite, streams: Streams, temp_air_c: Hours) -> Hours:
    """Wind speed in m/s at 100 m; the scale of every month is found by bisection on the turbine's output."""
    hours, month = hours_of(site.year), month_of_hours(site.year)
    shape = climate.wind_shape(site.northeast_exposure, site.southwest_exposure)
    synoptic = streams.shared("wind, synoptic", site.site_id, hours, 0.975, 0.9)
    local = streams.shared("wind, local", site.site_id, hours, 0.8, 0.55)
    normal = 0.75**0.5 * synoptic + 0.25**0.5 * local
    gustiness = climate.seasonal(climate.WEIBULL_SHAPE, site.year)
    breeze = 1 + (0.05 + 0.07 * site.maritime) * np.cos(2 * np.pi * (_clock(site.year) - 17) / 24)
    season = climate.seasonal((shape / shape.mean()) ** 0.45, site.year)
    unscaled = season * breeze * (-log_ndtr(-normal)) ** (1 / gustiness)
    storms = _storms(site, streams)
    still = np.zeros(hours)

    def speeds(scale: Hours) -> Hours:
        return np.asarray(np.maximum(scale[month] * unscaled, storms), dtype=np.float64)

    def by_month(scale: Hours) -> Hours:
        weather = _year(site, temp_air_c, still, speeds(scale), still, still, still)
        return _means(wind_capacity_factor(weather), month)

    targets = climate.monthly_targets(shape, site.wind_capacity_factor, site.year)
    return speeds(_bisect(by_month, targets, 2.0, 16.0))


def _storms(site: SyntheticSite, streams: Streams) -> Hours:
    """Wind of squalls and tropical storms in m/s, 0 in all other hours. Frequencies are assumptions.

    About two squalls a year in the region, one hour of 18 to 28 m/s on a rainy-season afternoon, seen by three sites in
    five; a tropical storm in one year of seven between mid-October and mid-December, a day long, 22 to 32 m/s.
    """
    days = hours_of(site.year) // 24
    speeds = np.zeros(days * 24)
    month = month_of_hours(site.year)[::24]
    squall = (streams.uniforms("region:squall", days) < 2 / 184) & (month >= 4) & (month <= 9)
    squall &= streams.uniforms(f"site:{site.site_id}:squall", days) < 0.6
    hour = 14 + (5 * streams.uniforms("region:squall hour", days)).astype(int)
    strength = 18 + 10 * streams.uniforms("region:squall strength", days)
    for day in np.flatnonzero(squall):
        speeds[24 * day + hour[day]] = strength[day]
    comes, when, strongest = streams.uniforms("region:tropical storm", 3)
    if comes < 1 / 7:
        middle = 24 * (288 + 61 * when)
        course = (18 + 14 * strongest + 4) * np.exp(-(((np.arange(days * 24) - middle) / 9) ** 2))
        speeds = np.maximum(speeds, np.where(course > 8, course, 0.0))
    return speeds


def _irradiance(
    site: SyntheticSite, sun: SunPosition, cloud: Hours, temp_air_c: Hours, wind_m_s: Hours
) -> tuple[Hours, Hours, Hours]:
    """Global, direct normal and diffuse irradiance in W/m2; the cloudiness of every month is found by bisection."""
    from pvlib import irradiance

    month = month_of_hours(site.year)
    clear = clear_sky(site.year, site.latitude_deg, site.longitude_deg, sun).ghi_w_m2
    wind_10_m_m_s = wind_m_s * (10 / WIND_HEIGHT_M) ** (1 / 7)

    def parts(shift: Hours) -> tuple[Hours, Hours, Hours]:
        ghi = clear * (_CLOUDIEST + (_CLEAREST - _CLOUDIEST) * expit(cloud + shift[month]))
        split = irradiance.erbs(ghi, sun.zenith_deg, sun.day_of_year)
        return ghi, np.nan_to_num(split["dni"]), np.minimum(np.nan_to_num(split["dhi"]), ghi)

    def by_month(shift: Hours) -> Hours:
        ghi, dni, dhi = parts(shift)
        output = ac_power(
            sun,
            ghi_w_m2=ghi,
            dni_w_m2=dni,
            dhi_w_m2=dhi,
            temp_air_c=temp_air_c,
            wind_speed_10_m_m_s=wind_10_m_m_s,
            tilt_deg=photovoltaics.TILT_DEG,
            azimuth_deg=photovoltaics.AZIMUTH_DEG,
            dc_ac_ratio=photovoltaics.DC_AC_RATIO,
            system_loss_fraction=photovoltaics.SYSTEM_LOSS_FRACTION,
        )
        return _means(output, month)

    targets = climate.monthly_targets(np.array(climate.PV_SHAPE), site.pv_capacity_factor, site.year)
    return parts(_bisect(by_month, targets, -5.0, 8.0))


def _means(values: Hours, month: npt.NDArray[np.intp]) -> Hours:
    return np.asarray(np.bincount(month, weights=values, minlength=12) / np.bincount(month, minlength=12))


def _bisect(rising: Callable[[Hours], Hours], targets: Hours, low: float, high: float) -> Hours:
    """Arguments at which a function meets its targets, entry by entry; each entry rises with its own argument only."""
    below, above = np.full(targets.shape, low), np.full(targets.shape, high)
    for _ in range(_BISECTIONS):
        middle = (below + above) / 2
        short = rising(middle) < targets
        below, above = np.where(short, middle, below), np.where(short, above, middle)
    found = (below + above) / 2
    missed = np.abs(rising(found) - targets) > _TOLERANCE * np.maximum(1.0, np.abs(targets))
    if missed.any():
        entry = int(np.argmax(missed))
        raise ValueError(f"target {targets[entry]:.4g} (entry {entry}) is out of reach between {low:g} and {high:g}")
    return np.asarray(found, dtype=np.float64)

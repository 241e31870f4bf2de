"""From what a source gives to a whole local year that can be planned with, and the account of everything done to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from capacity.weather.calibration import calibrated
from capacity.weather.gaps import LARGEST_FILLED_FRACTION, LONGEST_GAP_HOURS, Flags, interpolated, too_long
from capacity.weather.humid_air import relative_humidity_pct
from capacity.weather.irradiance import Completed, Irradiance, at_middle_of_hours, closed, completed
from capacity.weather.local_years import LocalYear, local_year, whole_years
from capacity.weather.photovoltaics import SunPosition, sun_position
from capacity.weather.problems import ChoiceError, Problems, SourceError
from capacity.weather.rows import RANGES, hour_span
from capacity.weather.samples import CALENDAR_YEAR, DEW_POINT, IRRADIANCES, MIDDLE_OF_THE_HOUR, PRESSURE, Samples
from capacity.weather.series import HOURLY, Hours, WeatherYear, hour_starts, hours_of
from capacity.weather.typical import ADVISED_YEARS, FEWEST_YEARS, WEIGHTS, joined_months, typical_months
from capacity.weather.words import Words, words

# Quantity: decimals in the file, and how far outside its range a value is an instrument's error that is set right.
_DECIMALS = dict.fromkeys((*IRRADIANCES, "relative_humidity_pct", PRESSURE), 1) | {
    "temp_air_c": 2,
    "wind_speed_m_s": 2,
}
_TOLERATED = dict.fromkeys(IRRADIANCES, 10.0) | {"relative_humidity_pct": 5.0, "wind_speed_m_s": 0.5}
_DEW_POINT_RANGE = (-70.0, 45.0)


@dataclass(frozen=True)
class Wanted:
    """What is asked of a source: one local year or a typical one, the longest gap to fill, known capacity factors."""

    year: int | None = None
    is_typical: bool = False
    longest_gap_hours: int = LONGEST_GAP_HOURS
    pv_capacity_factor: float | None = None
    wind_capacity_factor: float | None = None


@dataclass(frozen=True)
class Prepared:
    """The year, its provenance in it; steps are what was done, remarks what the person should know."""

    weather: WeatherYear
    steps: tuple[Words, ...]
    remarks: tuple[Words, ...]
    filled_hours: Mapping[str, int]


@dataclass
class _Year:
    """A year without gaps, and how it came to be so."""

    year: int
    columns: dict[str, Hours]
    steps: list[Words]
    filled: dict[str, int] = field(default_factory=dict)


def prepare(samples: Samples, site_id: str, wanted: Wanted, today: dt.date) -> Prepared:
    """The year that is wanted, or a typical one made of the years that the samples cover.

    Raises ChoiceError when the samples do not have it, SourceError with every gap that is too long and every value out
    of range.
    """
    remarks: list[Words] = []
    _check_quantities(samples)
    if wanted.is_typical and not samples.is_typical:
        found = _typical_year(samples, wanted, remarks)
    else:
        found = _whole(samples, local_year(samples, _chosen_year(samples, wanted)), wanted)
    pressure = found.columns[PRESSURE]
    weather = WeatherYear(
        site_id=site_id,
        year=found.year,
        wind_height_m=samples.wind_height_m,
        pressure_hpa=pressure if np.ptp(pressure) else float(pressure[0]),
        latitude_deg=samples.place.latitude_deg,
        longitude_deg=samples.place.longitude_deg,
        provenance={},
        is_synthetic=False,
        **{name: found.columns[name] for name in HOURLY},
    )
    scaled = calibrated(
        weather,
        pv_capacity_factor=wanted.pv_capacity_factor,
        wind_capacity_factor=wanted.wind_capacity_factor,
    )
    steps = (*samples.steps, *found.steps, *scaled.steps)
    is_typical = samples.is_typical or wanted.is_typical
    provenance = _provenance(samples, site_id, found, steps, today, is_typical=is_typical)
    return Prepared(_rounded(scaled.weather, provenance), steps, (*remarks, *scaled.remarks), dict(found.filled))


def _check_quantities(samples: Samples) -> None:
    """Raises SourceError with every quantity that the source neither has nor lets compute."""
    there = {name for name, values in samples.columns.items() if np.isfinite(values).any()}
    problems = Problems()
    if "ghi_w_m2" not in there and not there >= {"dni_w_m2", "dhi_w_m2"}:
        problems.add(0, "ghi_w_m2", words("csv.missing"), words("source.global"))
    if not there & {"relative_humidity_pct", DEW_POINT}:
        problems.add(0, "relative_humidity_pct", words("csv.missing"), words("source.humidity", dew_point=DEW_POINT))
    for name in ("temp_air_c", "wind_speed_m_s"):
        if name not in there:
            problems.add(0, name, words("csv.missing"), words("source.needed"))
    if problems.found:
        raise SourceError(problems.sorted())


def _chosen_year(samples: Samples, wanted: Wanted) -> int:
    if samples.is_typical:
        if wanted.year is not None:
            raise ChoiceError(words("choice.typical_has_no_year", year=wanted.year))
        return CALENDAR_YEAR
    if wanted.year is not None:
        return wanted.year
    years = whole_years(samples)
    if len(years) == 1:
        return years[0]
    if not years:
        first, last = (np.datetime_as_string(samples.starts[end], unit="h") for end in (0, -1))
        raise ChoiceError(words("choice.no_whole_year", first=first, last=last))
    raise ChoiceError(words("choice.several_years", years=", ".join(map(str, years))))


def _typical_year(samples: Samples, wanted: Wanted, remarks: list[Words]) -> _Year:
    """Typical months of the years that have no long gap."""
    whole: dict[int, _Year] = {}
    refused: SourceError | None = None
    years = whole_years(samples)
    for year in years:
        try:
            whole[year] = _whole(samples, local_year(samples, year), wanted)
        except SourceError as error:
            refused = error
            remarks.append(words("step.year_left_out", year=year, count=len(error.problems)))
    if len(whole) < FEWEST_YEARS:
        if refused is not None:
            raise refused
        names = ", ".join(map(str, years)) or "—"
        raise ChoiceError(words("choice.too_few_years", fewest=FEWEST_YEARS, years=names))
    if len(whole) < ADVISED_YEARS:
        remarks.append(words("step.few_years", count=len(whole), advised=ADVISED_YEARS))
    columns = {year: found.columns for year, found in whole.items()}
    chosen = typical_months(columns)
    filled: dict[str, int] = {}
    for year in set(chosen):
        for name, count in whole[year].filled.items():
            filled[name] = filled.get(name, 0) + count
    months = ", ".join(f"{month}: {year}" for month, year in enumerate(chosen, start=1))
    weights = ", ".join(f"{name} {weight:g}" for name, weight in WEIGHTS.items())
    step = words("step.typical", first=min(whole), last=max(whole), count=len(whole), months=months, weights=weights)
    shared = [step for step in whole[chosen[0]].steps if all(step in found.steps for found in whole.values())]
    return _Year(CALENDAR_YEAR, joined_months(columns, chosen), [*shared, step], filled)


def _whole(samples: Samples, local: LocalYear, wanted: Wanted) -> _Year:
    """A local year with every quantity in every hour. Raises SourceError."""
    place, year = samples.place, local.year
    columns = dict(local.columns)
    made = _Year(year, {}, list(local.steps))
    problems = Problems()
    _check_ranges(columns, year, problems, made.steps)
    sun = sun_position(year, place.latitude_deg, place.longitude_deg)
    nothing = np.full(hours_of(year), np.nan)
    given = Irradiance(*(columns.get(name, nothing) for name in IRRADIANCES))
    given = at_middle_of_hours(given, year, place, samples.irradiance_at_h, sun)
    if samples.irradiance_at_h != MIDDLE_OF_THE_HOUR:
        made.steps.append(words("step.instants", minutes=round(60 * samples.irradiance_at_h)))
    _check_gaps("ghi_w_m2", np.isnan(closed(given, sun).ghi_w_m2), year, wanted, problems)
    humidity = columns.get("relative_humidity_pct", nothing)
    if DEW_POINT in columns:
        humidity = _with_dew_point(humidity, columns, made.steps)
    series = {
        "temp_air_c": columns["temp_air_c"],
        "relative_humidity_pct": humidity,
        "wind_speed_m_s": columns["wind_speed_m_s"],
    }
    for name, values in series.items():
        _check_gaps(name, np.isnan(values), year, wanted, problems)
    if problems.found:
        raise SourceError(problems.sorted())
    done = completed(given, sun)
    _fill_irradiance(made, done, given, sun)
    for name, values in series.items():
        _fill(made, name, values)
    _fill_pressure(made, columns.get(PRESSURE, nothing), place.elevation_m, wanted)
    return made


def _check_ranges(columns: dict[str, Hours], year: int, problems: Problems, steps: list[Words]) -> None:
    """Small errors of instruments are set right and counted, other values out of range are problems."""
    times = hour_starts(year)
    for name, values in columns.items():
        low, high = RANGES.get(name, _DEW_POINT_RANGE)
        tolerated = _TOLERATED.get(name, 0.0)
        with np.errstate(invalid="ignore"):
            wrong = (values < low - tolerated) | (values > high + (tolerated if name.startswith("relative") else 0))
            slightly = ~wrong & ((values < low) | (values > high))
        for hour in np.flatnonzero(wrong).tolist():
            shown = words("source.value_at", value=f"{values[hour]:g}", time=np.datetime_as_string(times[hour], "m"))
            problems.add(0, name, shown, words("csv.range", low=f"{low:g}", high=f"{high:g}"))
        if wrong.any() or slightly.any():
            # a value that is told must not upset what is computed on the way to the other problems
            columns[name] = np.clip(values, low, high)
        if slightly.any():
            steps.append(words("step.set_right", name=name, count=int(slightly.sum())))


def _check_gaps(name: str, missing: Flags, year: int, wanted: Wanted, problems: Problems) -> None:
    times = np.datetime_as_string(hour_starts(year), unit="m").tolist()
    longest = wanted.longest_gap_hours
    gaps = too_long(missing, longest)
    for gap in gaps:
        span = hour_span(times[gap.first], times[gap.first + gap.hours - 1], gap.hours)
        problems.add(0, name, words("source.missing_hours", span=span), words("source.longest_gap", hours=longest))
    if not gaps and missing.sum() > LARGEST_FILLED_FRACTION * missing.size:
        most = int(LARGEST_FILLED_FRACTION * missing.size)
        problems.add(0, name, words("source.filled", hours=int(missing.sum())), words("source.most_filled", hours=most))


def _with_dew_point(humidity: Hours, columns: dict[str, Hours], steps: list[Words]) -> Hours:
    """Humidity, where it is missing, from the dew point."""
    computed = relative_humidity_pct(columns["temp_air_c"], columns[DEW_POINT])
    used = np.isnan(humidity) & np.isfinite(computed)
    if used.any():
        steps.append(words("step.dew_point", count=int(used.sum())))
    return np.where(used, computed, humidity)


def _fill_irradiance(made: _Year, done: Completed, given: Irradiance, sun: SunPosition) -> None:
    found = done.irradiance
    limit = RANGES["dhi_w_m2"][1]
    for name, values in zip(IRRADIANCES, (found.ghi_w_m2, found.dni_w_m2, found.dhi_w_m2), strict=True):
        made.columns[name] = np.clip(values, 0.0, limit if name == "dhi_w_m2" else RANGES[name][1])
    by_day = sun.zenith_deg < 90
    pairs = ((given.ghi_w_m2, "ghi_w_m2"), (given.dni_w_m2, "dni_w_m2"), (given.dhi_w_m2, "dhi_w_m2"))
    computed = [name for values, name in pairs if np.isnan(values[by_day]).all()]
    if computed and done.split_hours == 0:
        made.steps.append(words("step.third_irradiance", names=", ".join(computed)))
    if done.split_hours:
        made.steps.append(words("step.erbs", count=done.split_hours))
    if count := int(done.interpolated.sum()):
        made.filled["ghi_w_m2"] = count
        made.steps.append(words("step.filled", name="ghi_w_m2", count=count))


def _fill(made: _Year, name: str, values: Hours) -> None:
    made.columns[name] = interpolated(values)
    if count := int(np.isnan(values).sum()):
        made.filled[name] = count
        made.steps.append(words("step.filled", name=name, count=count))


def _fill_pressure(made: _Year, values: Hours, elevation_m: float | None, wanted: Wanted) -> None:
    """Pressure matters little: where it is missing for long, one value stands for all hours."""
    from pvlib import atmosphere

    if not np.isfinite(values).any():
        hpa = round(float(atmosphere.alt2pres(elevation_m or 0.0)) / 100, 1)
        made.steps.append(words("step.standard_pressure", hpa=hpa, elevation=elevation_m or 0.0))
        made.columns[PRESSURE] = np.full(values.size, hpa)
    elif too_long(np.isnan(values), wanted.longest_gap_hours):
        hpa = round(float(np.nanmean(values)), 1)
        made.steps.append(words("step.mean_pressure", hpa=hpa))
        made.columns[PRESSURE] = np.full(values.size, hpa)
    else:
        _fill(made, PRESSURE, values)


def _rounded(weather: WeatherYear, provenance: Mapping[str, str]) -> WeatherYear:
    columns = {name: np.round(getattr(weather, name), _DECIMALS[name]) for name in HOURLY}
    return WeatherYear(
        site_id=weather.site_id,
        year=weather.year,
        wind_height_m=weather.wind_height_m,
        pressure_hpa=np.round(weather.pressure_hpa, _DECIMALS[PRESSURE])
        if isinstance(weather.pressure_hpa, np.ndarray)
        else weather.pressure_hpa,
        latitude_deg=weather.latitude_deg,
        longitude_deg=weather.longitude_deg,
        provenance=provenance,
        is_synthetic=False,
        **columns,
    )


def _provenance(
    samples: Samples,
    site_id: str,
    found: _Year,
    steps: tuple[Words, ...],
    today: dt.date,
    *,
    is_typical: bool,
) -> dict[str, str]:
    given = dict(samples.provenance)
    name = given.pop("title", given.get("service", given["standing"]))
    period = [np.datetime_as_string(samples.starts[end], unit="h") + ":00Z" for end in (0, -1)]
    about = f"typical year on the calendar of {found.year}" if is_typical else str(found.year)
    return {
        "title": f"Hourly weather of {site_id}: {name}, {about}",
        "site": site_id,
        **given,
        **({} if samples.is_typical else {"period": f"{period[0]} to {period[1]}"}),
        "filled_hours": ", ".join(f"{name} {count}" for name, count in found.filled.items()) or "none",
        "transformations_vi": _numbered([step.vi for step in steps]),
        "transformations_en": _numbered([step.en for step in steps]),
        "created": today.isoformat(),
    }


def _numbered(texts: list[str]) -> str:
    return " ".join(f"({number}) {text}" for number, text in enumerate(texts, start=1)) or "none"

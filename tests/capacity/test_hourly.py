"""Facts of the hours by hand: prices of bands that cut an hour, calendars, slopes of halls, and the door to weather."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.hourly import (
    Hours,
    SiteHours,
    capacity_factor,
    emission_factor,
    hours_of_year,
    price_vnd_per_kwh,
    schedule_in_force,
    slope,
    tariff_in_force,
    utilisation,
)
from capacity.inputs import EnergyFile
from capacity.inputs.energy import EmissionFactor, Tariff, TimeOfUse
from capacity.weather import pv_capacity_factor, wet_bulb_c, wind_capacity_factor
from tests.factories import (
    SOURCE,
    make_cooling,
    make_energy,
    make_generation,
    make_hall,
    make_inputs,
    make_load_class,
    make_plant,
    make_site,
    make_tariff,
    make_weather,
)

OFF_PEAK, NORMAL, PEAK = 1000.0, 2000.0, 5000.0
TARIFF = make_tariff(off_peak=OFF_PEAK, normal=NORMAL, peak=PEAK)
NIGHT = ("off_peak", "all", "22:30", "04:15")
EVENING = ("peak", "monday_to_saturday", "17:30", "20:20")
SUNDAY_NOON = ("off_peak", "sunday", "12:00", "13:00")


def schedule(*windows: tuple[str, str, str, str], name: str = "windows", **overrides: Any) -> TimeOfUse:
    """A schedule of (band, days, start, end)."""
    rows = [dict(zip(("band", "days", "start", "end"), window, strict=True)) for window in windows]
    values = {"id": name, "valid_from": dt.date(2025, 1, 1), "windows": rows, "source": SOURCE}
    return TimeOfUse.model_validate({**values, **overrides})


def energy_of(*schedules: TimeOfUse, tariffs: tuple[Tariff, ...] = (TARIFF,)) -> EnergyFile:
    return make_energy(time_of_use=schedules, tariffs=tariffs)


def days_of(values: Hours) -> Hours:
    """Shape (days, 24)."""
    return values.reshape(-1, 24)


def day_of(values: Hours, day: dt.date) -> list[float]:
    return [float(value) for value in days_of(values)[day.timetuple().tm_yday - 1]]


WORK_DAY = [OFF_PEAK] * 4 + [1750.0] + [NORMAL] * 12 + [3500.0, PEAK, PEAK, 3000.0, NORMAL, 1500.0, OFF_PEAK]
SUNDAY = [OFF_PEAK] * 4 + [1750.0] + [NORMAL] * 7 + [OFF_PEAK] + [NORMAL] * 9 + [1500.0, OFF_PEAK]


def test_hours_that_a_window_cuts_have_the_price_of_their_minutes() -> None:
    """22:30 to 04:15 runs over midnight: half of hour 22 and a quarter of hour 4; 17:30 to 20:20 a third of hour 20."""
    prices = price_vnd_per_kwh(energy_of(schedule(NIGHT, EVENING, SUNDAY_NOON)), "business", 22.0, 2027)
    assert prices.shape == (8760,)
    assert day_of(prices, dt.date(2027, 1, 1)) == pytest.approx(WORK_DAY), "a Friday"
    assert day_of(prices, dt.date(2027, 1, 2)) == pytest.approx(WORK_DAY), "a Saturday has the peak of work days"
    assert day_of(prices, dt.date(2027, 1, 3)) == pytest.approx(SUNDAY)
    assert day_of(prices, dt.date(2027, 1, 4)) == pytest.approx(WORK_DAY), "a Monday"


@pytest.mark.parametrize("year", [2027, 2028])
def test_every_sunday_of_a_year_has_its_own_windows(year: int) -> None:
    prices = days_of(price_vnd_per_kwh(energy_of(schedule(NIGHT, EVENING, SUNDAY_NOON)), "business", 22.0, year))
    assert prices.size == (8784 if calendar.isleap(year) else 8760)
    first = dt.date(year, 1, 1)
    for index, found in enumerate(prices):
        sunday = (first + dt.timedelta(days=index)).isoweekday() == 7
        assert found.tolist() == pytest.approx(SUNDAY if sunday else WORK_DAY)


def test_hours_outside_all_windows_are_normal_and_a_window_may_last_all_day() -> None:
    none = price_vnd_per_kwh(energy_of(schedule()), "business", 22.0, 2027)
    assert set(none.tolist()) == {NORMAL}
    for start, end in (("06:00", "06:00"), ("00:00", "24:00")):
        always = price_vnd_per_kwh(energy_of(schedule(("peak", "all", start, end))), "business", 22.0, 2027)
        assert set(always.tolist()) == {PEAK}


def test_schedules_and_tariffs_change_on_their_days() -> None:
    before = schedule(EVENING, name="before", valid_to=dt.date(2027, 7, 1))
    after = schedule(("peak", "monday_to_saturday", "09:00", "10:00"), name="after", valid_from=dt.date(2027, 7, 1))
    old = TARIFF.model_copy(update={"valid_to": dt.date(2027, 3, 1)})
    new = TARIFF.model_copy(update={"valid_from": dt.date(2027, 3, 1), "normal_vnd_per_kwh": 2500.0})
    energy = energy_of(before, after, tariffs=(old, new))
    prices = price_vnd_per_kwh(energy, "business", 22.0, 2027)
    last_of_february, first_of_march = dt.date(2027, 2, 28), dt.date(2027, 3, 1)
    assert day_of(prices, last_of_february)[12] == NORMAL
    assert day_of(prices, first_of_march)[12] == 2500.0
    assert tariff_in_force(energy, "business", 22.0, last_of_february) is old
    assert tariff_in_force(energy, "business", 22.0, first_of_march) is new
    june, july = day_of(prices, dt.date(2027, 6, 30)), day_of(prices, dt.date(2027, 7, 1))
    assert (june[18], june[9]) == (PEAK, 2500.0)
    assert (july[18], july[9]) == (2500.0, PEAK)
    assert schedule_in_force(energy, dt.date(2027, 6, 30)) is before
    assert schedule_in_force(energy, dt.date(2027, 7, 1)) is after


def test_a_tariff_is_of_its_class_and_from_its_voltage_to_below_the_next() -> None:
    bands = {"low": (0.0, 6.0), "medium": (6.0, 110.0), "high": (110.0, None)}
    tariffs = [
        TARIFF.model_copy(update={"id": name, "voltage_from_kv": least, "voltage_below_kv": below})
        for name, (least, below) in bands.items()
    ]
    energy = energy_of(schedule(), tariffs=(make_tariff("production", 1, 1, 1), *tariffs[::-1]))
    found = {kv: tariff_in_force(energy, "business", kv, dt.date(2027, 1, 1)).id for kv in (0.4, 5.9, 6, 22, 109, 110)}
    assert found == {0.4: "low", 5.9: "low", 6: "medium", 22: "medium", 109: "medium", 110: "high"}
    assert tariff_in_force(energy, "production", 110.0, dt.date(2027, 1, 1)).id == "production"


def test_a_day_without_a_tariff_or_schedule_is_an_error() -> None:
    energy = energy_of(schedule(valid_to=dt.date(2027, 12, 31)))
    with pytest.raises(LookupError, match="no tariff of class production for 22 kV on 2027-01-01"):
        price_vnd_per_kwh(energy, "production", 22.0, 2027)
    with pytest.raises(LookupError, match="no time-of-use schedule on 2027-12-31"):
        price_vnd_per_kwh(energy, "business", 22.0, 2027)


def test_emission_factor_of_a_year_that_is_not_listed() -> None:
    """The latest listed year not after it, else the earliest; the order in the folder does not matter."""
    rows = ((2026, 0.6), (2023, 0.7), (2028, 0.5))
    factors = tuple(
        EmissionFactor.model_validate({"year": year, "tco2_per_mwh": value, "official": True, "source": SOURCE})
        for year, value in rows
    )
    energy = make_energy(emission_factors=factors)
    expected = {2020: 0.7, 2023: 0.7, 2025: 0.7, 2026: 0.6, 2027: 0.6, 2028: 0.5, 2040: 0.5}
    assert {year: emission_factor(energy, year) for year in expected} == expected
    inputs = make_inputs(energy=energy)
    assert SiteHours(inputs, inputs.site("khanh-an"), 2027).emission_factor == 0.6


@given(st.integers(2024, 2040))
def test_saturday_and_sunday_are_weekend(year: int) -> None:
    weekday, weekend = tuple(h / 24 for h in range(24)), tuple(1 - h / 24 for h in range(24))
    found = utilisation(make_load_class(weekday=weekday, weekend=weekend), year)
    assert found.size == hours_of_year(year) == 24 * (366 if calendar.isleap(year) else 365)
    first = dt.date(year, 1, 1)
    for index, day in enumerate(days_of(found)):
        is_weekend = (first + dt.timedelta(days=index)).isoweekday() > 5
        assert tuple(day.tolist()) == (weekend if is_weekend else weekday)


UPS = make_plant("ups-250", "ups", 250, loss_fraction_at_full_load=0.05, no_load_loss_fraction=0.01)
HEAT = 1 + 0.02 + 0.05 - 0.01


def temperatures(*degrees: float) -> Hours:
    """These, one an hour, and the last in the rest of the year."""
    return np.array([*degrees, *[degrees[-1]] * (8760 - len(degrees))])


def test_slope_by_hand_where_cooling_is_by_the_dry_bulb() -> None:
    """COP 5 - 0.2 (T - 25): 5 at 25 °C and 3 at 35 °C, clamped to 2.5 in the heat and to 5.5 in the cold."""
    cooling = make_cooling(temperature="dry_bulb", cop_per_degree=0.2, cop_min=2.5, cop_max=5.5, auxiliary_fraction=0.1)
    weather = make_weather(temp_air_c=temperatures(25.0, 35.0, 40.0, 10.0))
    found = slope(make_hall(cooling_model=cooling), UPS, weather)
    assert found.shape == (8760,)
    assert found[:4].tolist() == pytest.approx([HEAT * (1 + 1 / cop) + 0.1 for cop in (5.0, 3.0, 2.5, 5.5)])


def test_what_the_liquid_takes_has_the_cop_of_the_hour_and_the_air_its_own() -> None:
    """Four fifths of the heat go into the liquid: at COP 5 and 4 they cost 0.16 and 0.2, the rest 0.2 / 4 = 0.05."""
    cooling = make_cooling(
        temperature="dry_bulb", cop_per_degree=0.1, liquid_fraction=0.8, air_side_cop=4.0, auxiliary_fraction=0.03
    )
    weather = make_weather(temp_air_c=temperatures(25.0, 35.0))
    found = slope(make_hall(cooling="direct_liquid", cooling_model=cooling), UPS, weather)
    assert found[:2].tolist() == pytest.approx([HEAT * (1 + 0.16 + 0.05) + 0.03, HEAT * (1 + 0.2 + 0.05) + 0.03])


def test_a_cooling_tower_follows_the_wet_bulb() -> None:
    cooling = make_cooling(cop_per_degree=0.2)
    weather = make_weather(temp_air_c=temperatures(27.0, 33.0))
    wet = wet_bulb_c(weather.temp_air_c, weather.relative_humidity_pct)
    assert np.all(wet < weather.temp_air_c - 1)
    found = slope(make_hall(cooling_model=cooling), UPS, weather)
    np.testing.assert_allclose(found, HEAT * (1 + 1 / (5.0 - 0.2 * (wet - 25.0))) + 0.05)


def test_capacity_factor_is_that_of_the_technology_as_it_stands() -> None:
    weather = make_weather()
    module = make_generation("pv", tilt_deg=30.0, azimuth_deg=90.0, dc_ac_ratio=1.5, loss_fraction=0.2)
    panels: dict[str, Any] = {"tilt_deg": 30.0, "azimuth_deg": 90.0, "dc_ac_ratio": 1.5, "system_loss_fraction": 0.2}
    found = capacity_factor(module, weather, weather.year)
    np.testing.assert_array_equal(found, pv_capacity_factor(weather, **panels))
    for name in panels:
        left = {key: value for key, value in panels.items() if key != name}
        assert not np.array_equal(found, pv_capacity_factor(weather, **left)), f"{name} matters"
    turbine = make_generation("wind", hub_height_m=150.0, loss_fraction=0.05)
    blowing = capacity_factor(turbine, weather, weather.year)
    np.testing.assert_array_equal(blowing, wind_capacity_factor(weather, hub_height_m=150.0, loss_fraction=0.05))
    assert not np.array_equal(blowing, wind_capacity_factor(weather, loss_fraction=0.05))
    assert not np.array_equal(blowing, wind_capacity_factor(weather, hub_height_m=150.0))
    assert 0 < found.max() <= 1
    assert 0 < blowing.max() <= 1


def test_hours_of_a_site_are_those_of_its_tariff_weather_and_year() -> None:
    inputs = make_inputs()
    own, other = SiteHours(inputs, inputs.site("phong-may"), 2028), SiteHours(inputs, inputs.site("khanh-an"), 2028)
    assert (own.tariff_class, other.tariff_class) == ("administrative", "business")
    assert set(own.price(22.0).tolist()) == {2138.0}
    np.testing.assert_array_equal(other.price(22.0), price_vnd_per_kwh(inputs.energy, "business", 22.0, 2028))
    hall = inputs.hall("chilled")
    np.testing.assert_array_equal(other.slope("chilled"), slope(hall, inputs.plant(hall.ups), other.weather))
    np.testing.assert_array_equal(other.utilisation("batch"), utilisation(inputs.load_class("batch"), 2028))
    pv = inputs.energy.generation[0]
    np.testing.assert_array_equal(other.capacity_factor(pv), capacity_factor(pv, other.weather, other.year))
    for series in (other.price(22.0), other.slope("chilled"), other.utilisation("batch"), other.capacity_factor(pv)):
        assert series.size == other.hours == 8784
        assert not series.flags.writeable
    assert (other.weather.year, other.weather.site_id) == (2028, "khanh-an")
    assert other.price(22.0) is other.price(22.0)


def test_voltages_and_kinds_of_one_site_are_told_apart() -> None:
    """A hall and a load class may have one name, and each voltage its own tariff."""
    low, high = (
        TARIFF.model_copy(update={"id": name, "normal_vnd_per_kwh": price, **limits})
        for name, price, limits in (
            ("low", 3000.0, {"voltage_below_kv": 110.0}),
            ("high", 2000.0, {"voltage_from_kv": 110.0}),
        )
    )
    inputs = make_inputs(energy=energy_of(schedule(), tariffs=(low, high)), sites=(make_site(),))
    services = inputs.services.model_copy(update={"load_classes": (make_load_class("chilled"),)})
    hours = SiteHours(replace(inputs, services=services), inputs.site("khanh-an"), 2027)
    assert (hours.price(22.0)[0], hours.price(110.0)[0]) == (3000.0, 2000.0)
    assert hours.slope("chilled").min() > 1
    assert hours.utilisation("chilled").max() < 1

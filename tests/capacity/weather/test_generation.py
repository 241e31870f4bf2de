"""PV, wind and wet bulb: hand sums, limits and what must always hold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from capacity.weather import pv_capacity_factor, wet_bulb_c, wind_capacity_factor
from capacity.weather.photovoltaics import sun_position
from capacity.weather.wind import power_curve
from tests.capacity.weather.factories import shipped, weather_year

NOON = 80 * 24 + 11  # 22 March, 11:00 to 12:00
FEW = settings(max_examples=10, deadline=None)


@pytest.mark.parametrize(
    ("day", "declination_deg", "equation_of_time_min"), [(79, 0.1, -7.4), (171, 23.44, -1.8), (354, -23.43, 1.9)]
)
def test_the_sun_of_ca_mau(day: int, declination_deg: float, equation_of_time_min: float) -> None:
    """Spherical trigonometry at the equinox and both solstices, at 12:30 on the clock of UTC+7 (meridian 105° E)."""
    sun = sun_position(2025, 9.18, 105.15)
    angle = math.radians((30 + 4 * 0.15 + equation_of_time_min) / 4)
    latitude, declination = math.radians(9.18), math.radians(declination_deg)
    cosine = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(declination) * math.cos(angle)
    assert sun.zenith_deg[day * 24 + 12] == pytest.approx(math.degrees(math.acos(cosine)), abs=0.2)


def test_nights_are_dark() -> None:
    days = sun_position(2025, 9.18, 105.15).zenith_deg.reshape(365, 24)
    assert (days[:, :5] > 90).all()
    assert (days[:, 19:] > 90).all()


def test_pv_by_hand() -> None:
    """Flat module, 1,000 W/m2 diffuse, 25 °C, no wind: cell 25 + 1000 e^-3.56 + 3 = 56.4 °C (SAPM), 0.890 kW DC,
    0.765 kW after losses, 88 % of the inverter's input, whose efficiency is 0.961 there.
    """
    weather = weather_year(ghi_w_m2=1000.0, dhi_w_m2=1000.0, latitude_deg=0.0)
    cell_c = 25 + 1000 * math.exp(-3.56) + 3
    dc_kw = (1 - 0.0035 * (cell_c - 25)) * 0.86
    load = dc_kw / (1 / 1.2 / 0.96)
    efficiency = 0.96 / 0.9637 * (-0.0162 * load - 0.0059 / load + 0.9858)
    factor = pv_capacity_factor(weather, tilt_deg=0, azimuth_deg=180, dc_ac_ratio=1.2, system_loss_fraction=0.14)
    assert factor[NOON] == pytest.approx(dc_kw * efficiency, rel=1e-6)
    assert factor[NOON] == pytest.approx(0.7356, abs=1e-3)


def test_the_inverter_clips() -> None:
    weather = weather_year(ghi_w_m2=1200.0, dhi_w_m2=1000.0, dni_w_m2=300.0, temp_air_c=0.0)
    factor = pv_capacity_factor(weather, dc_ac_ratio=1.5, system_loss_fraction=0)
    assert factor[NOON] == pytest.approx(1 / 1.5)


@FEW
@given(
    st.floats(0, 1200), st.floats(0, 1000), st.floats(0, 800), st.floats(-10, 45), st.floats(0, 90), st.floats(0, 359)
)
@example(0.0, 0.0, 2.2250738585072014e-308, 0.0, 0.0, 0.0)  # overflowed in the inverter's formula
def test_pv_is_between_zero_and_the_inverter(
    ghi: float, dni: float, dhi: float, temp: float, tilt: float, azimuth: float
) -> None:
    weather = weather_year(ghi_w_m2=ghi, dni_w_m2=dni, dhi_w_m2=dhi, temp_air_c=temp)
    factor = pv_capacity_factor(weather, tilt_deg=tilt, azimuth_deg=azimuth)
    assert ((factor >= 0) & (factor <= 1 / 1.2)).all()


@FEW
@given(st.floats(1.0, 1.3), st.floats(0, 0.5), st.floats(0, 0.5))
def test_more_sun_gives_more_and_losses_give_less(brighter: float, first: float, second: float) -> None:
    weather = shipped("nam-can")
    more = weather_year(
        ghi_w_m2=weather.ghi_w_m2 * brighter,
        dni_w_m2=weather.dni_w_m2 * brighter,
        dhi_w_m2=weather.dhi_w_m2 * brighter,
        temp_air_c=weather.temp_air_c,
        wind_speed_m_s=weather.wind_speed_m_s,
        latitude_deg=weather.latitude_deg,
        longitude_deg=weather.longitude_deg,
    )
    assert (pv_capacity_factor(more) >= pv_capacity_factor(weather) - 1e-9).all()
    low, high = sorted((first, second))
    assert (
        pv_capacity_factor(weather, system_loss_fraction=high)
        <= pv_capacity_factor(weather, system_loss_fraction=low) + 1e-12
    ).all()


def test_heat_costs_pv_output() -> None:
    cool, hot = (weather_year(ghi_w_m2=800.0, dhi_w_m2=800.0, temp_air_c=degrees) for degrees in (20.0, 35.0))
    assert pv_capacity_factor(hot)[NOON] < pv_capacity_factor(cool)[NOON]


@pytest.mark.parametrize(
    "wrong", [{"dc_ac_ratio": 0.0}, {"system_loss_fraction": 1.1}, {"system_loss_fraction": math.nan}]
)
def test_wrong_pv_parameters_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        pv_capacity_factor(weather_year(), **wrong)


@pytest.mark.parametrize(("speed", "net"), [(0.0, 0.0), (2.0, 0.0), (15.0, 0.9), (24.9, 0.9), (25.1, 0.0), (60.0, 0.0)])
def test_wind_at_the_ends_of_the_curve(speed: float, net: float) -> None:
    factor = wind_capacity_factor(weather_year(wind_speed_m_s=speed), hub_height_m=100, loss_fraction=0.1)
    assert factor == pytest.approx(np.full(8760, net))


def test_wind_on_the_curve_at_standard_density() -> None:
    """At 1.225 kg/m3 the output is the curve's: a sound share (Betz: 0.593 at most) of the power on a 117 m rotor."""
    curve = power_curve("V117/3450")
    expected = float(np.interp(8.0, curve.wind_speed_m_s, curve.power_fraction))
    hub_c = 15.0 + 0.0065 * 98
    weather = weather_year(wind_speed_m_s=8.0, temp_air_c=hub_c, pressure_hpa=1013.25 + 100 / 8)
    factor = wind_capacity_factor(weather, hub_height_m=100, loss_fraction=0)
    assert factor[0] == pytest.approx(expected, rel=5e-3)
    wind_kw = 0.5 * 1.225 * math.pi * (117 / 2) ** 2 * 8.0**3 / 1000
    assert 0.4 < expected * 3450 / wind_kw < 0.5


def test_cut_out_can_be_set() -> None:
    weather = weather_year(wind_speed_m_s=21.0)
    assert wind_capacity_factor(weather, hub_height_m=100, cut_out_m_s=20).max() == 0
    assert wind_capacity_factor(weather, hub_height_m=100).min() > 0


@settings(max_examples=5, deadline=None)
@given(st.floats(0, 1), st.floats(10, 40))
def test_wind_output_holds_its_limits_and_rises_until_cut_out(loss: float, temp: float) -> None:
    rising = weather_year(wind_speed_m_s=np.linspace(0, 25, 8760), temp_air_c=temp)
    output = wind_capacity_factor(rising, hub_height_m=100, loss_fraction=loss)
    assert output[0] == 0
    assert (np.diff(output) >= -1e-12).all()
    assert output[-1] == pytest.approx(1 - loss)


def test_hub_height_raises_and_thin_air_lowers_output() -> None:
    weather = weather_year(wind_speed_m_s=8.0)
    low, high = (wind_capacity_factor(weather, hub_height_m=height)[0] for height in (80, 140))
    assert low < high
    thin = wind_capacity_factor(weather_year(wind_speed_m_s=8.0, pressure_hpa=np.full(8760, 800.0)), hub_height_m=80)
    assert thin[0] < low


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"loss_fraction": -0.1}, "loss_fraction"),
        ({"hub_height_m": 0.0}, "hub_height_m"),
        ({"turbine": "windmill"}, "windmill"),
    ],
)
def test_wrong_wind_parameters_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wind_capacity_factor(weather_year(), **wrong)  # type: ignore[arg-type]


def test_wet_bulb_of_the_paper() -> None:
    """Stull (2011), section 3: 20 °C and 50 % give 13.7 °C."""
    assert wet_bulb_c(np.array([20.0]), np.array([50.0]))[0] == pytest.approx(13.7, abs=0.05)


@pytest.mark.parametrize("temp_c", [10.0, 20.0, 27.0, 30.0, 35.0, 40.0])
@pytest.mark.parametrize("humidity_pct", [20.0, 50.0, 70.0, 82.0, 95.0])
def test_wet_bulb_agrees_with_the_psychrometer(temp_c: float, humidity_pct: float) -> None:
    """WMO No. 8, annex 4.B: e = es(tw) − 6.53e-4 (1 + 9.44e-4 tw) p (t − tw), solved for tw; Stull promises 1 °C."""

    def saturation(celsius: float) -> float:
        return 6.112 * math.exp(17.62 * celsius / (243.12 + celsius))

    vapour = humidity_pct / 100 * saturation(temp_c)
    low, high = -20.0, temp_c
    for _ in range(60):
        wet = (low + high) / 2
        if saturation(wet) - 6.53e-4 * (1 + 9.44e-4 * wet) * 1013.25 * (temp_c - wet) < vapour:
            low = wet
        else:
            high = wet
    assert wet_bulb_c(np.array([temp_c]), np.array([humidity_pct]))[0] == pytest.approx(low, abs=0.7)


@given(st.floats(-20, 50), st.floats(0, 100))
def test_wet_bulb_is_finite_and_not_above_the_dry_bulb(temp: float, humidity: float) -> None:
    wet = wet_bulb_c(np.array([temp]), np.array([humidity]))[0]
    assert temp - 35 < wet <= temp


@given(st.floats(10, 50), st.floats(10, 100), st.floats(10, 100), st.floats(0, 10))
def test_wet_bulb_rises_with_humidity_and_temperature(temp: float, first: float, second: float, more: float) -> None:
    low, high = sorted((first, second))
    dry, moist, hot = wet_bulb_c(np.array([temp, temp, temp + more]), np.array([low, high, high]))
    assert dry <= moist + 1e-9 <= hot + 2e-9

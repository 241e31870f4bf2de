"""Scenarios drawn from what `scenarios.yaml` says is uncertain: Latin hypercube samples, the same for the same seed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate
from typing import Any

import numpy as np
from pydantic import ValidationError

from capacity.demand import Demand, compute_demand
from capacity.inputs import CapacityInputs
from capacity.weather import SyntheticSite, WeatherYear, synthesize
from capacity.weather.random_streams import Streams
from orchestrator.province import FILES, Province, Text
from orchestrator.province.changes import Change, with_changes
from orchestrator.province.paths import item_names, split_path
from orchestrator.province.scenarios import BASE
from orchestrator.province.shapes import Shape, shape_at
from orchestrator.province.uncertain import (
    Spread,
    Uncertain,
    UncertainDelay,
    UncertainDemand,
    UncertainFigure,
    UncertainPrice,
    UncertainScenario,
    UncertainWeather,
)
from orchestrator.translate import to_capacity_inputs

Value = float | int | str
SEED_OF_WEATHER = 2**31
"""Weather years are seeded below this."""


class DrawError(ValueError):
    """Nothing can be drawn from what the folder says is uncertain; ``words`` say what is in the way."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True)
class Case:
    """One scenario to plan for: ``values`` are what was drawn, by the id of what is uncertain."""

    name: str
    probability: float
    inputs: CapacityInputs
    demand: Demand
    values: Mapping[str, Value] = field(default_factory=dict)


def drawn_cases(provinces: Mapping[str, Province], count: int, seed: int, name: str = "draw") -> list[Case]:
    """``count`` equally probable scenarios. ``provinces``: the folder in ``base`` and every scenario that is a value.

    Latin hypercube sampling (McKay, Beckman and Conover, Technometrics 21, 1979): of each quantity one draw lies in
    every of ``count`` equal shares of its distribution. Raises DrawError.
    """
    uncertain = provinces[BASE].uncertain
    if not uncertain:
        raise DrawError(
            Text(
                "scenarios.yaml has no 'uncertain': there is nothing to draw from",
                "scenarios.yaml không có 'uncertain': không có gì để rút mẫu",
            )
        )
    streams = Streams(seed)
    samples = {entry.id: _samples(streams, entry, count) for entry in uncertain}
    cases = []
    for index in range(count):
        values = {key: value for sample in samples.values() for key, value in sample[index].items()}
        cases.append(drawn_case(provinces, values, f"{name}-{index + 1}", 1 / count))
    return cases


def scenarios_named(uncertain: Sequence[Uncertain]) -> list[str]:
    """Ids of the scenarios that may be drawn, ``base`` first."""
    named = [name for entry in uncertain if isinstance(entry, UncertainScenario) for name in entry.values]
    return list(dict.fromkeys((BASE, *named)))


def _samples(streams: Streams, entry: Uncertain, count: int) -> list[dict[str, Value]]:
    """What one quantity is in each draw, by the name under which it is told."""

    def points(part: str) -> list[float]:
        place = np.argsort(np.argsort(streams.uniforms(f"{entry.id}:{part}:order", count), kind="stable"))
        return [float(each) for each in (place + streams.uniforms(f"{entry.id}:{part}", count)) / count]

    match entry:
        case UncertainWeather():
            years = streams.uniforms(f"{entry.id}:year", count) * SEED_OF_WEATHER
            sun = [_triangular(entry.sun, point) for point in points("sun")]
            wind = [_triangular(entry.wind, point) for point in points("wind")]
            return [
                {f"{entry.id}.year": int(year), f"{entry.id}.sun": s, f"{entry.id}.wind": w}
                for year, s, w in zip(years, sun, wind, strict=True)
            ]
        case UncertainDelay() | UncertainScenario():
            ends = list(accumulate(entry.probabilities))
            chosen = [
                next((i for i, end in enumerate(ends) if point < end), len(ends) - 1) for point in points("value")
            ]
            return [{entry.id: entry.values[index]} for index in chosen]
        case _:
            return [{entry.id: _triangular(entry.factor, point)} for point in points("factor")]


def _triangular(spread: Spread, point: float) -> float:
    """Inverse of the triangular distribution at a probability in (0, 1), in five digits."""
    low, mode, high = spread.low, spread.mode, spread.high
    if high == low:
        return low
    turn = (mode - low) / (high - low)
    if point < turn:
        return float(f"{low + (point * (high - low) * (mode - low)) ** 0.5:.5g}")
    return float(f"{high - ((1 - point) * (high - low) * (high - mode)) ** 0.5:.5g}")


def province_drawn(provinces: Mapping[str, Province], values: Mapping[str, Value]) -> Province:
    """The folder in the scenario that was drawn, in ``base`` where none is uncertain."""
    province = provinces[BASE]
    for entry in province.uncertain:
        if isinstance(entry, UncertainScenario):
            province = provinces[str(values[entry.id])]
    return province


def redrawn_case(provinces: Mapping[str, Province], values: Mapping[str, Value], name: str) -> Case:
    """A drawn scenario again, from what was drawn. Raises DrawError when the folder draws no such values."""
    words = Text(
        f"{name}: what is uncertain in scenarios.yaml gives no such values",
        f"{name}: những gì chưa chắc trong scenarios.yaml không cho các giá trị này",
    )
    try:
        case = drawn_case(provinces, values, name, 1.0)
        known = {key for entry in provinces[BASE].uncertain for key in _names(entry)}
    except DrawError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise DrawError(words) from error
    if known != set(values):
        raise DrawError(words)
    return case


def _names(entry: Uncertain) -> tuple[str, ...]:
    """Names under which the values of a quantity are told."""
    if isinstance(entry, UncertainWeather):
        return tuple(f"{entry.id}.{part}" for part in ("year", "sun", "wind"))
    return (entry.id,)


def drawn_case(provinces: Mapping[str, Province], values: Mapping[str, Value], name: str, probability: float) -> Case:
    """The scenario of drawn values. Raises DrawError when the folder does not allow them."""
    uncertain, province = provinces[BASE].uncertain, province_drawn(provinces, values)
    figures = [(entry, float(values[entry.id])) for entry in uncertain if isinstance(entry, UncertainFigure)]
    inputs = to_capacity_inputs(_with_figures(province, figures))
    factors: list[tuple[str | None, float]] = []
    for entry in uncertain:
        match entry:
            case UncertainPrice():
                inputs = _dearer(inputs, entry, float(values[entry.id]))
            case UncertainDelay():
                inputs = _late(inputs, entry, int(values[entry.id]))
            case UncertainWeather():
                seed, sun, wind = (values[f"{entry.id}.{part}"] for part in ("year", "sun", "wind"))
                inputs = _of_another_year(inputs, int(seed), float(sun), float(wind))
            case UncertainDemand():
                factors.append((entry.programme, float(values[entry.id])))
    drawn = json.dumps(values, sort_keys=True)
    digest = hashlib.sha256(f"{inputs.digest}{drawn}".encode()).hexdigest()
    inputs = replace(inputs, scenario=name, digest=digest, scenario_vi="", scenario_en="")
    demand, settings = compute_demand(inputs), inputs.settings
    for programme, factor in factors:
        demand = with_demand(demand, programme, factor, [year for year in demand.years if not settings.begun(year)])
    return Case(name, probability, inputs, demand, values)


def with_demand(demand: Demand, programme: str | None, factor: float, years: Collection[int]) -> Demand:
    """The needs of a programme (None: of all) in some years times a factor, in the pools that hold them.

    Systems that stand in a room until they move need what they need.
    """
    known = {pool.id for pool in demand.pools if pool.in_room}
    needs = tuple(
        replace(need, amount=need.amount * factor)
        if programme in (None, need.programme) and need.year in years and need.pool not in known
        else need
        for need in demand.needs
    )
    more: dict[tuple[str | None, int, str], float] = {}
    for before, after in zip(demand.needs, needs, strict=True):
        key = (before.pool, before.year, before.resource)
        more[key] = more.get(key, 0.0) + after.amount - before.amount
    pools = tuple(
        replace(
            pool,
            amounts={
                resource: tuple(
                    max(amount + more.get((pool.id, year, resource), 0.0), 0.0)
                    for year, amount in zip(demand.years, amounts, strict=True)
                )
                for resource, amounts in pool.amounts.items()
            },
        )
        for pool in demand.pools
    )
    return replace(demand, needs=needs, pools=pools)


def _with_figures(province: Province, figures: Sequence[tuple[UncertainFigure, float]]) -> Province:
    """The province with figures times their factors, held against all its rules. Raises DrawError."""
    changes = []
    for entry, factor in figures:
        stem, *steps = split_path(entry.path) or [""]
        file = next(name for name in province.book.sources if name.partition(".")[0] == stem)
        data: Any = province.book.sources[file].data
        shape: Shape | None = FILES[file].shape
        for step in steps:
            names = item_names(data) if isinstance(data, list) else list(data) if isinstance(data, dict) else []
            if step not in names:
                where = f"{entry.path} ({province.scenario})"
                raise DrawError(Text(f"there is no such figure: {where}", f"không có số liệu này: {where}"))
            place = names.index(step) if isinstance(data, list) else step
            shape, data = shape_at(shape, data, (place,)), data[place]
        changes.append(Change(file, tuple(steps), entry.path, data, _times(data, factor, shape), (None, None)))
    changed = with_changes(province, province, changes) if changes else province
    if changed is None:
        told = ", ".join(f"{entry.path} x {factor:g}" for entry, factor in figures)
        raise DrawError(
            Text(
                f"the folder does not allow what was drawn: {told}",
                f"thư mục không cho phép giá trị đã rút: {told}",
            )
        )
    return changed


def _times(value: Any, factor: float, shape: Shape | None) -> Any:
    """Every number of a figure times a factor; whole numbers stay whole."""
    if isinstance(value, dict):
        return {key: _times(inner, factor, shape_at(shape, value, (key,))) for key, inner in value.items()}
    if isinstance(value, list):
        return [_times(inner, factor, shape_at(shape, value, (place,))) for place, inner in enumerate(value)]
    return round(value * factor) if shape is not None and shape.kind == "integer" else value * factor


def _dearer(inputs: CapacityInputs, entry: UncertainPrice, factor: float) -> CapacityInputs:
    """The inputs with the prices of a kind times a factor."""

    def times(record: Any, *names: str) -> Any:
        return record.model_copy(update={name: getattr(record, name) * factor for name in names})

    energy, hardware = inputs.energy, inputs.hardware
    match entry.of:
        case "grid":
            names = ("off_peak_vnd_per_kwh", "normal_vnd_per_kwh", "peak_vnd_per_kwh", "capacity_vnd_per_kw_month")
            tariffs = tuple(times(tariff, *names) for tariff in energy.tariffs)
            return replace(inputs, energy=energy.model_copy(update={"tariffs": tariffs}))
        case "rent":
            prices = tuple(times(price, "price_vnd") for price in inputs.clouds.prices)
            return replace(inputs, clouds=inputs.clouds.model_copy(update={"prices": prices}))
        case "server":
            skus = tuple(times(sku, "price_vnd") for sku in hardware.skus)
            return replace(inputs, hardware=hardware.model_copy(update={"skus": skus}))
        case "hall":
            halls = tuple(times(hall, "capex_vnd") for hall in hardware.halls)
            plant = tuple(times(unit, "capex_vnd") for unit in hardware.plant)
            return replace(inputs, hardware=hardware.model_copy(update={"halls": halls, "plant": plant}))
        case "energy_asset":
            generation = tuple(times(each, "capex_vnd_per_mw") for each in energy.generation)
            battery = energy.battery
            battery = None if battery is None else times(battery, "capex_vnd_per_mw", "capex_vnd_per_mwh")
            update = {"generation": generation, "battery": battery}
            return replace(inputs, energy=energy.model_copy(update=update))
        case "diesel":
            return replace(inputs, energy=times(energy, "diesel_vnd_per_litre"))


def _late(inputs: CapacityInputs, entry: UncertainDelay, years: int) -> CapacityInputs:
    """The inputs with grid steps that come late."""
    sites = []
    for site in inputs.sites.sites:
        if entry.site in (None, site.id):
            steps = tuple(
                step.model_copy(update={"delay_years": years}) if entry.step in (None, step.id) else step
                for step in site.grid.steps
            )
            site = site.model_copy(update={"grid": site.grid.model_copy(update={"steps": steps})})
        sites.append(site)
    return replace(inputs, sites=inputs.sites.model_copy(update={"sites": tuple(sites)}))


def _of_another_year(inputs: CapacityInputs, seed: int, sun: float, wind: float) -> CapacityInputs:
    """The inputs with another synthetic year at every site. Raises DrawError for a site with other weather."""
    weather: dict[str, WeatherYear] = {}
    for site, year in inputs.weather.items():
        parameters = year.provenance.get("parameters")
        if parameters is None or not year.is_synthetic:
            raise DrawError(
                Text(
                    f"the weather of {site} was not made by the synthetic model, so no other year of it can be drawn: "
                    "give measured years as scenarios, and draw those (kind: scenario)",
                    f"khí tượng của {site} không do mô hình tổng hợp tạo ra nên không rút được năm khác: hãy khai các "
                    "năm đo được thành kịch bản và rút các kịch bản đó (kind: scenario)",
                )
            )
        weather[site] = replace(_synthetic(parameters, seed, sun, wind), site_id=year.site_id)
    return replace(inputs, weather=weather)


@cache
def _synthetic(parameters: str, seed: int, sun: float, wind: float) -> WeatherYear:
    """A synthetic year; sites that share a file share it."""
    site = SyntheticSite.model_validate_json(parameters)
    try:
        wanted = site.model_dump() | {
            "pv_capacity_factor": site.pv_capacity_factor * sun,
            "wind_capacity_factor": site.wind_capacity_factor * wind,
        }
        return synthesize(SyntheticSite.model_validate(wanted), seed)
    except (ValidationError, ValueError) as error:
        about = f"{site.site_id}: sun x {sun:g}, wind x {wind:g}"
        raise DrawError(
            Text(
                f"the synthetic model reaches no such weather year ({about})",
                f"mô hình tổng hợp không đạt được năm khí tượng như vậy ({about})",
            )
        ) from error

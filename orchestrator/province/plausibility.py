"""Ranges outside of which a figure is taken for one in another unit: W or MW typed as kW, kW typed as MW.

The ranges are wide on purpose. They are not rules of engineering: they catch a factor of a thousand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.province.catalogue import FILES
from orchestrator.province.nodes import Book, Node
from orchestrator.province.problems import Problem, Text
from orchestrator.province.shapes import walk
from orchestrator.province.words import shown


@dataclass(frozen=True, slots=True)
class Range:
    """A figure's plausible range in its ``unit``; below it looks like ``below``, above it like ``above``."""

    file: str
    pattern: str
    unit: str
    low: float
    high: float
    below: str
    above: str


RANGES = (
    Range("hardware.yaml", "skus.*.peak_kw", "kW", 0.02, 200, "MW", "W"),
    Range("hardware.yaml", "plant.*.unit_kw", "kW", 3, 10_000, "MW", "W"),
    Range("hardware.yaml", "halls.*.it_kw", "kW", 20, 20_000, "MW", "W"),
    Range("hardware.yaml", "halls.*.max_rack_kw", "kW", 1, 250, "MW", "W"),
    Range("hardware.yaml", "halls.*.fixed_loss_kw", "kW", 0, 2_000, "MW", "W"),
    Range("hardware.yaml", "fuel_tank.litres", "litres", 200, 5_000_000, "m3", "ml"),
    Range("sites.yaml", "sites.*.fuel_tank_limit_litres", "litres", 200, 100_000_000, "m3", "ml"),
    Range("sites.yaml", "sites.*.grid.existing_mw", "MW", 0, 5_000, "GW", "kW"),
    Range("sites.yaml", "sites.*.grid.voltage_kv", "kV", 0.2, 500, "MV", "V"),
    Range("sites.yaml", "sites.*.grid.steps.*.add_mw", "MW", 0, 5_000, "GW", "kW"),
    Range("sites.yaml", "sites.*.grid.steps.*.voltage_kv", "kV", 0.2, 500, "MV", "V"),
    Range("sites.yaml", "sites.*.energy_limits.*.max_mw", "MW", 0, 5_000, "GW", "kW"),
    Range("energy.yaml", "dppa.max_mw_per_site", "MW", 0, 5_000, "GW", "kW"),
    Range("energy.yaml", "tariffs.*.off_peak_vnd_per_kwh", "VND/kWh", 100, 100_000, "USD/kWh", "VND/MWh"),
    Range("energy.yaml", "tariffs.*.normal_vnd_per_kwh", "VND/kWh", 100, 100_000, "USD/kWh", "VND/MWh"),
    Range("energy.yaml", "tariffs.*.peak_vnd_per_kwh", "VND/kWh", 100, 100_000, "USD/kWh", "VND/MWh"),
    Range(
        "energy.yaml", "tariffs.*.capacity_vnd_per_kw_month", "VND/kW/month", 5e3, 1e7, "USD/kW/month", "VND/MW/month"
    ),
    Range("energy.yaml", "emission_factors.*.tco2_per_mwh", "tCO2/MWh", 0, 3, "ktCO2/MWh", "kgCO2/MWh"),
    Range("network.yaml", "links.*.round_trip_ms", "ms", 0.01, 1_000, "s", "µs"),
    Range("network.yaml", "links.*.capacity_mbps.*", "Mbps", 0.1, 100_000_000, "Gbps", "kbps"),
    Range("network.yaml", "links.*.lease.max_mbps", "Mbps", 0.1, 100_000_000, "Gbps", "kbps"),
    Range("network.yaml", "links.*.lease.vnd_per_mbps_month", "VND/Mbps/month", 10, 10_000_000, "kVND", "VND/Gbps"),
    Range("network.yaml", "traffic.*.round_trip_ms_max", "ms", 0.5, 5_000, "s", "µs"),
    Range("province.yaml", "usd_vnd", "VND/USD", 5_000, 200_000, "kVND/USD", "VND/1,000 USD"),
    Range("province.yaml", "minimum_wholesale_mw", "MW", 0, 1_000, "GW", "kW"),
)


LARGEST = 1e16
LARGEST_COUNT = 1e12
"""No figure of a province is larger: 1e16 VND are about what the country produces in a year."""


def figures_too_large(book: Book, file: str) -> Iterator[Problem]:
    """Numbers of a file beyond anything that a province has, where the model sets no bound of its own.

    They are slips of the keyboard, and their products leave the range of exact arithmetic.
    """
    if (source := book.sources.get(file)) is None:
        return
    for path, shape, value in walk(FILES[file].shape, source.data):
        if shape.kind not in ("number", "integer") or shape.upper is not None:
            continue
        most = LARGEST if shape.kind == "number" else LARGEST_COUNT
        number = _number(Node(source, path, value))
        if number is not None and abs(number) > most:
            yield source.problem(path, shown(value), Text(f"at most {most:g}", f"nhiều nhất {most:g}"))


def _number(node: Node) -> float | None:
    """The value as a number; cells of a register are texts."""
    if not (isinstance(node.value, str) and FILES[node.source.file].is_register):
        return node.number
    try:
        number = float(node.value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def implausible_figures(book: Book) -> Iterator[Problem]:
    """Figures that look as if they were in another unit."""
    for limits in RANGES:
        for node in book.nodes(limits.file, limits.pattern):
            number = node.number
            if number is None or number <= 0 or limits.low <= number <= limits.high:
                continue
            other = limits.below if number < limits.low else limits.above
            bounds = f"{limits.low:g}–{limits.high:g} {limits.unit}"
            yield node.problem(
                shown(node.value),
                Text(
                    f"{limits.unit} expected; looks like {other}: allowed is {bounds}",
                    f"đơn vị là {limits.unit}; trông như {other}: cho phép {bounds}",
                ),
            )

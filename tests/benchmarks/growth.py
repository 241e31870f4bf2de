"""How time and memory grow: a table, the exponent of a power law, and a chart as SVG beside RESULTS.md."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import vl_convert

from orchestrator.report.page import VEGA_LITE
from tests.benchmarks.runs import Run

QUANTITIES = {"solver_seconds": "seconds of the solver", "memory_mib": "peak memory, MiB"}


def exponent(runs: Mapping[int, Run], quantity: str) -> float:
    """b of a·sizeᵇ by least squares on logarithms: 1 is linear. NaN for fewer than two sizes."""
    if len(runs) < 2:
        return math.nan
    sizes = np.log(np.array(list(runs), dtype=np.float64))
    values = np.log(np.array([getattr(run, quantity) for run in runs.values()], dtype=np.float64))
    return float(np.polyfit(sizes, values, 1)[0])


def table(runs: Mapping[int, Run], of_what: str) -> list[str]:
    """A row per size, and the exponents."""
    rows = []
    for size, run in runs.items():
        gap = "-" if run.gap is None else f"{100 * run.gap:.3f} %"
        seconds = f"{run.solver_seconds:.1f} | {run.seconds:.1f} | {run.cpu_seconds:.1f}"
        rows.append(f"| {size} | {run.status} | {gap} | {seconds} | {run.memory_mib:.0f} |")
    exponents = ", ".join(f"{name} grow with the power {exponent(runs, key):.2f}" for key, name in QUANTITIES.items())
    heads = f"| {of_what} | status | gap | solver, s | with model, s | CPU, s | peak memory, MiB |"
    return [heads, "|---:|---|---:|---:|---:|---:|---:|", *rows, "", f"Of the number of {of_what}: {exponents}."]


def draw(runs: Mapping[int, Run], of_what: str, path: Path) -> None:
    """Both quantities over the size, all axes logarithmic, with a line of linear growth through the first point."""
    first = next(iter(runs))
    panels: list[dict[str, Any]] = []
    for key, name in QUANTITIES.items():
        start = getattr(runs[first], key)
        values = [
            {"size": size, "value": getattr(run, key), "linear": start * size / first} for size, run in runs.items()
        ]
        x = {"field": "size", "type": "quantitative", "title": of_what, "scale": {"type": "log", "base": 2}}

        def y(field: str, name: str = name) -> dict[str, Any]:
            return {"field": field, "type": "quantitative", "title": name, "scale": {"type": "log"}}

        panels.append({
            "data": {"values": values}, "width": 300, "height": 240,
            "layer": [
                {"mark": {"type": "line", "strokeDash": [4, 4], "color": "#888888"},
                 "encoding": {"x": x, "y": y("linear")}},
                {"mark": {"type": "line", "point": True, "color": "#1f77b4"}, "encoding": {"x": x, "y": y("value")}},
            ],
        })  # fmt: skip
    chart = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "hconcat": panels}
    path.write_text(vl_convert.vegalite_to_svg(chart, vl_version=VEGA_LITE), encoding="utf-8")

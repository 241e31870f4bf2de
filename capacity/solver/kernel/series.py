"""Loops over some hours of a series: contiguous in time, so that a processor works several hours at a time.

``start`` and ``stop`` are hours of the year; a lag of 1 is cyclic over it. Series are cut to these hours before the
loop: indices that begin at 0 need no look at their sign, without which no hours are worked together.
"""

from __future__ import annotations

import numpy as np

from capacity.solver.arrays import Places, Vector
from capacity.solver.kernel.compiled import compiled

LANES = 8


@compiled
def to_row(row: Vector, coefficient: Vector, column: Vector, lag: int, factor: float, start: int, stop: int) -> None:
    """row(t) += factor x coefficient(t) x column(t - lag)."""
    if lag == 0:
        add_product(row[start:stop], coefficient[start:stop], column[start:stop], factor)
    else:
        if start == 0:
            row[0] += factor * coefficient[0] * column[row.size - 1]
        first = max(start, 1)
        add_product(row[first:stop], coefficient[first:stop], column[first - 1 : stop - 1], factor)


@compiled
def to_column(
    column: Vector, coefficient: Vector, row: Vector, lag: int, weight: Vector, start: int, stop: int
) -> None:
    """column(t) += coefficient(t + lag) x row(t + lag) x weight(t)."""
    if lag == 0:
        add_three(column[start:stop], coefficient[start:stop], row[start:stop], weight[start:stop])
    else:
        last = min(stop, row.size - 1)
        ahead = slice(start + 1, last + 1)
        add_three(column[start:last], coefficient[ahead], row[ahead], weight[start:last])
        if stop == row.size:
            column[stop - 1] += coefficient[0] * row[0] * weight[stop - 1]


@compiled
def from_row(column: Vector, coefficient: Vector, row: Vector, lag: int, start: int, stop: int) -> None:
    """column(t) -= coefficient(t + lag) x row(t + lag)."""
    if lag == 0:
        add_product(column[start:stop], coefficient[start:stop], row[start:stop], -1.0)
    else:
        last = min(stop, row.size - 1)
        ahead = slice(start + 1, last + 1)
        add_product(column[start:last], coefficient[ahead], row[ahead], -1.0)
        if stop == row.size:
            column[stop - 1] -= coefficient[0] * row[0]


@compiled
def add(out: Vector, values: Vector, factor: float) -> None:
    """out += factor x values."""
    for t in range(out.size):
        out[t] += factor * values[t]


@compiled
def add_product(out: Vector, one: Vector, two: Vector, factor: float) -> None:
    """out += factor x one x two."""
    for t in range(out.size):
        out[t] += factor * one[t] * two[t]


@compiled
def add_three(out: Vector, one: Vector, two: Vector, three: Vector) -> None:
    """out += one x two x three."""
    for t in range(out.size):
        out[t] += one[t] * two[t] * three[t]


@compiled
def multiply(out: Vector, by: Vector) -> None:
    """out *= by."""
    for t in range(out.size):
        out[t] *= by[t]


@compiled
def dot(one: Vector, two: Vector) -> float:
    """Σ one x two."""
    total = 0.0
    for t in range(one.size):
        total += one[t] * two[t]
    return total


@compiled
def dot_sum(one: Vector, two: Vector, more: Vector) -> float:
    """Σ one x (two + more)."""
    total = 0.0
    for t in range(one.size):
        total += one[t] * (two[t] + more[t])
    return total


@compiled
def dot_three(one: Vector, two: Vector, three: Vector) -> float:
    """Σ one x two x three."""
    total = 0.0
    for t in range(one.size):
        total += one[t] * two[t] * three[t]
    return total


@compiled
def count_short(ratios: Vector, counts: Places) -> None:
    """Count steps 1 / ratio below 1 by their length, in as many bins as ``counts`` (bins,) has."""
    for t in range(ratios.size):
        if ratios[t] > 1.0:
            counts[min(int(counts.size / ratios[t]), counts.size - 1)] += 1


@compiled
def largest(values: Vector, least: float) -> float:
    """max(values, least); NaN is passed over. In lanes, for a processor compares several numbers at a time."""
    lanes = np.full(LANES, least)
    whole = values.size // LANES * LANES
    for t in range(0, whole, LANES):
        for lane in range(LANES):
            if values[t + lane] > lanes[lane]:
                lanes[lane] = values[t + lane]
    for t in range(whole, values.size):
        if values[t] > lanes[0]:
            lanes[0] = values[t]
    for lane in range(LANES):
        if lanes[lane] > least:
            least = lanes[lane]
    return least

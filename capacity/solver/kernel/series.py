"""Loops over one series: contiguous in time, so that a processor works several hours at a time."""

from __future__ import annotations

from capacity.solver.arrays import Vector
from capacity.solver.kernel.compiled import compiled


@compiled
def to_row(row: Vector, coefficient: Vector, column: Vector, lag: int, factor: float) -> None:
    """row(t) += factor x coefficient(t) x column(t - lag), cyclic."""
    hours = row.size
    if lag == 0:
        for t in range(hours):
            row[t] += factor * coefficient[t] * column[t]
    else:
        row[0] += factor * coefficient[0] * column[hours - 1]
        for t in range(1, hours):
            row[t] += factor * coefficient[t] * column[t - 1]


@compiled
def to_column(column: Vector, coefficient: Vector, row: Vector, lag: int, weight: Vector) -> None:
    """column(t - lag) += coefficient(t) x row(t) x weight(t - lag), cyclic."""
    hours = row.size
    if lag == 0:
        for t in range(hours):
            column[t] += coefficient[t] * row[t] * weight[t]
    else:
        column[hours - 1] += coefficient[0] * row[0] * weight[hours - 1]
        for t in range(1, hours):
            column[t - 1] += coefficient[t] * row[t] * weight[t - 1]


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

"""What a relaxation over all hours is asked for, and its answer."""

from __future__ import annotations

from dataclasses import dataclass

from capacity.solver.arrays import BlockLayout, Vector
from capacity.solver.iterate import BlockIterate
from capacity.solver.pace import BOLD, Pace


@dataclass(frozen=True)
class Relaxation:
    """master: values of its columns; row_duals: of its rows; duals and primals: per block, placed by ``layouts``.

    ``gap`` (relative complementarity) and ``infeasibility`` (largest scaled residual) say how far the method got.
    ``passed``: an iterate on the way there, for a relaxation that differs little.
    """

    master: Vector
    row_duals: Vector
    duals: list[Vector]
    layouts: list[BlockLayout]
    primals: list[Vector]
    objective: float
    gap: float
    infeasibility: float
    iterations: int
    has_converged: bool
    passed: Passed | None = None


@dataclass(frozen=True)
class Passed:
    """A well-centred iterate: values of the master's columns, shape (columns,), multipliers of its rows, shape (rows,),
    the state of the blocks by name, and μ."""

    master: Vector
    y: Vector
    blocks: dict[int, BlockIterate]
    mu: float


@dataclass(frozen=True)
class Limits:
    """When to stop: relative gap and largest residual, or wall seconds; ``threads`` blocks are worked on at a time.

    ``margin`` tightens connections and shares by that much, for plans whose hours must hold in whole watts.
    ``pace``: how bold the steps are.
    """

    gap: float
    infeasibility: float
    seconds: float
    threads: int
    margin: float = 0.0
    pace: Pace = BOLD

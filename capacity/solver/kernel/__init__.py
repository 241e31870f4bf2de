"""Compiled loops of the interior point on one block: hours are eliminated, a small border stays.

Write the block as  A x + B z - s = 0  hourly (s = 0 for equalities),  Y x + V z - t = 0  yearly,  l·z <= x <= h·z. With
κl = vl/(x - l z), κu = vu/(h z - x), θ = κl + κu and w = κl l + κu h a Newton step has

    θ dx = Aᵀdy + Yᵀdyy + w dz + g,    A dx + B dz + (s/y) dy = r.

Substituting dx leaves M dy + U v = r - A θ⁻¹ g with v = (dz, dx of the last hour of every lagged column, dyy) and M
block-tridiagonal in the hours: the last hour's lagged columns, which would couple the year's end to its beginning, stay
in the border. Within an hour the rows without lagged columns go first; the others form a chain over the hours of as
many rows as there are storages. What is left is K v = ρ, a system of the size of the border. Time is linear in hours.

``Stencil`` describes a block to the loops, ``Hours`` and ``Chain`` are their state. Nothing here is trusted: bounds and
plans come from ``cuts`` and ``dispatch``, which do not know this room.
"""

from capacity.solver.kernel.compiled import is_compiled
from capacity.solver.kernel.elimination import eliminate
from capacity.solver.kernel.shapes import (
    DIAGONAL,
    DIAGONAL_FROM_BEFORE,
    FARTHEST,
    LENGTHS,
    NONE,
    TO_BEFORE,
    Chain,
    Hours,
    Matrix,
    Stencil,
    chain_of,
    hours_of,
    scratch_of,
)
from capacity.solver.kernel.steps import aim_centred, aim_corrected, direct, measure, move
from capacity.solver.kernel.warm import make_ready

__all__ = [
    "DIAGONAL",
    "DIAGONAL_FROM_BEFORE",
    "FARTHEST",
    "LENGTHS",
    "NONE",
    "TO_BEFORE",
    "Chain",
    "Hours",
    "Matrix",
    "Stencil",
    "aim_centred",
    "aim_corrected",
    "chain_of",
    "direct",
    "eliminate",
    "hours_of",
    "is_compiled",
    "make_ready",
    "measure",
    "move",
    "scratch_of",
]

"""The least priced violation of the master under cuts of the hours, and proofs that it is positive.

Cuts ask the same whichever requirements are priced, so that one master serves all sets of them. A linear proof is
recomputed from the duals by arithmetic that does not know the solver; only where whole numbers are needed for it is
SCIP's bound taken, above what its tolerance can make of nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from capacity.model.linear import LinearModel
from capacity.solver.arrays import Arrays, Vector, whole_arrays
from capacity.solver.cuts import Cut, rows_of
from capacity.solver.integers import Master, MasterAnswer
from capacity.solver.linear import LinearFailureError, solve_linear

POSITIVE = 1e-3
"""Billion VND of priced violation below which a bound is not called positive (a million VND)."""
TOLERANCE = 1e-5
"""Units of the dearest column (MW, billion VND, a whole pool) that SCIP may miss without knowing."""
CAPPED = POSITIVE / TOLERANCE
"""Price, billion VND per unit, at which SCIP's tolerance comes to no more than what is called positive."""
ROUNDING = 1e-12
"""Of the sum of all that a recomputed bound adds up."""
DUAL = 1e-7


@dataclass(frozen=True)
class LinearProof:
    """``bound``: billion VND that any master costs at least, recomputed; ``columns``: those with a price that it needs
    (none when nothing was proved)."""

    bound: float
    columns: tuple[int, ...]


class ViolationMaster:
    """The master with cuts of its blocks' feasibility, at prices and upper bounds that change by question.

    Costs are in billion VND, shape (columns,), as are upper bounds.
    """

    def __init__(self, linear: LinearModel, blocks: int, seed: int) -> None:
        self.linear, self.blocks, self.seed = linear, blocks, seed
        self.cuts: list[Cut] = []
        self._master: Master | None = None
        self._arrays: Arrays | None = None

    def require(self, cuts: Sequence[Cut]) -> None:
        """Adds cuts, which hold for every question."""
        usable = [cut for cut in cuts if np.isfinite(cut.size) and cut.size > 0]
        self.cuts += usable
        if self._master is not None:
            self._master.require(usable)
        if usable:
            self._arrays = None

    def is_proved(self, cost: Vector, upper: Vector, *, seconds: float) -> bool:
        """Whether no master keeps all that has a cost: by linear duals, else by whole numbers."""
        if self.linear_proof(cost, upper, seconds=seconds).bound >= POSITIVE:
            return True
        answer = self.least(cost, upper, seconds=seconds)
        return self.is_positive(answer, cost) or self._capped(answer, cost, upper, seconds=seconds) >= POSITIVE

    def certified(self, answer: MasterAnswer, cost: Vector, upper: Vector, *, seconds: float) -> float:
        """Billion VND that every master misses at least, by what is known of SCIP's ``answer``; 0 where nothing is."""
        if answer.infeasible:
            return np.inf
        if self.is_positive(answer, cost):
            return answer.bound
        proof = self.linear_proof(cost, upper, seconds=seconds).bound
        return proof if proof >= POSITIVE else self._capped(answer, cost, upper, seconds=seconds)

    def _capped(self, answer: MasterAnswer, cost: Vector, upper: Vector, *, seconds: float) -> float:
        """The same with prices capped: SCIP's tolerance makes less of nothing, and it holds of the real ones too."""
        if not answer.bound >= POSITIVE or float(cost.max(initial=0.0)) <= CAPPED:
            return 0.0
        capped = np.minimum(cost, CAPPED)
        again = self.least(capped, upper, seconds=seconds)
        return again.bound if self.is_positive(again, capped) else 0.0

    def is_positive(self, answer: MasterAnswer, cost: Vector) -> bool:
        """Whether SCIP's answer is a proof."""
        return answer.infeasible or answer.bound >= POSITIVE + TOLERANCE * float(cost.max(initial=0.0))

    def linear_proof(self, cost: Vector, upper: Vector, *, seconds: float) -> LinearProof:
        """What the duals of the linear relaxation prove; nothing where GLOP found none."""
        if self._arrays is None:
            self._arrays = self._with_cuts()
        arrays = replace(self._arrays, cost=cost, upper=upper)
        try:
            answer = solve_linear(arrays, seconds=max(seconds, 1.0))
        except LinearFailureError:
            return LinearProof(0.0, ())
        bound = proved(arrays, answer.dual)
        if bound < POSITIVE:
            return LinearProof(bound, ())
        used = np.abs(arrays.matrix.T @ answer.dual)
        return LinearProof(bound, tuple(np.flatnonzero((cost > 0) & (used > DUAL * np.maximum(cost, 1e-3))).tolist()))

    def least(self, cost: Vector, upper: Vector, *, seconds: float) -> MasterAnswer:
        """The least cost with whole numbers, by SCIP."""
        if self._master is None:
            self._master = Master(self.linear, self.blocks, cost, 0.0, upper)
            self._master.require(self.cuts)
        else:
            self._master.ask(cost, np.array(self.linear.lower), upper)
        return self._master.solve(gap=1e-3, seconds=max(seconds, 1.0), seed=self.seed)

    def _with_cuts(self) -> Arrays:
        linear = self.linear
        nothing = np.zeros(len(linear.lower))
        arrays, _ = whole_arrays(linear, (), (), nothing, lower=np.array(linear.lower), upper=np.array(linear.upper))
        more, upper = rows_of(self.cuts, len(linear.lower))
        return replace(
            arrays,
            matrix=sp.csr_matrix(sp.vstack([arrays.matrix, more])),
            row_lower=np.concatenate([arrays.row_lower, np.full(len(self.cuts), -np.inf)]),
            row_upper=np.concatenate([arrays.row_upper, upper]),
        )


def proved(arrays: Arrays, dual: Vector) -> float:
    """A lower bound of the cost of every solution, from any duals; less what rounding can have added."""
    low, high = arrays.row_lower, arrays.row_upper
    dual = np.where((dual > 0) & ~np.isfinite(low), 0.0, np.where((dual < 0) & ~np.isfinite(high), 0.0, dual))
    ends = np.where(dual > 0, low, high)
    of_rows = dual[dual != 0] * ends[dual != 0]
    reduced = arrays.cost - arrays.matrix.T @ dual
    of_columns = np.minimum(reduced * arrays.lower, reduced * arrays.upper)
    size = abs(arrays.matrix).T @ np.abs(dual) @ np.maximum(np.abs(arrays.lower), np.abs(arrays.upper))
    rounding = ROUNDING * (float(np.abs(of_rows).sum()) + float(np.abs(of_columns).sum()) + float(size))
    return float(of_rows.sum() + of_columns.sum()) - rounding

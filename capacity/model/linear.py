"""A mixed-integer linear model as plain data: named columns with finite bounds, named rows, no solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

INFINITY = float("inf")
Key = tuple[str | int, ...]
Terms = Mapping[int, float]


@dataclass(slots=True)
class Expression:
    """A linear expression: column -> coefficient, and a constant."""

    terms: dict[int, float] = field(default_factory=dict)
    constant: float = 0.0

    def add(self, column: int, coefficient: float) -> Expression:
        """Add ``coefficient`` x column; returns self."""
        if coefficient:
            self.terms[column] = self.terms.get(column, 0.0) + coefficient
        return self

    def plus(self, other: Expression, factor: float = 1.0) -> Expression:
        """Add ``factor`` x another expression; returns self."""
        for column, coefficient in other.terms.items():
            self.add(column, factor * coefficient)
        self.constant += factor * other.constant
        return self

    def value(self, solution: npt.NDArray[np.float64]) -> float:
        """Value at a solution."""
        return self.constant + sum(float(solution[column]) * factor for column, factor in self.terms.items())


class LinearModel:
    """minimise cost x subject to row_lower <= A x <= row_upper, lower <= x <= upper, some x integer.

    Money in billion VND, power in MW. Every column has finite bounds (from the inputs), so a bound from any duals is
    finite. Rows are named by a key whose first entry says what they require: tests and reports find them by it.
    """

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.cost: list[float] = []
        self.integer: list[bool] = []
        self.columns: dict[Key, int] = {}
        self.rows: list[tuple[Key, dict[int, float], float, float]] = []
        self.offset = 0.0

    def column(self, key: Key, *, lower: float = 0.0, upper: float, cost: float = 0.0, integer: bool = False) -> int:
        """A new column. Raises ValueError for a key that exists or a bound that is not finite or empty."""
        if key in self.columns:
            raise ValueError(f"column {key} exists already")
        if not (np.isfinite(lower) and np.isfinite(upper) and lower <= upper):
            raise ValueError(f"column {key} needs finite bounds, not [{lower}, {upper}]")
        index = len(self.lower)
        self.columns[key] = index
        self.lower.append(lower)
        self.upper.append(upper)
        self.cost.append(cost)
        self.integer.append(integer)
        return index

    @property
    def keys(self) -> list[Key]:
        """Keys of the columns, in their order."""
        return list(self.columns)

    def row(self, key: Key, expression: Expression, *, lower: float = -INFINITY, upper: float = INFINITY) -> None:
        """lower <= expression <= upper; the expression's constant moves to the bounds."""
        self.rows.append((key, dict(expression.terms), lower - expression.constant, upper - expression.constant))

    def add_cost(self, expression: Expression, factor: float = 1.0) -> None:
        """Add ``factor`` x expression to the objective."""
        for column, coefficient in expression.terms.items():
            self.cost[column] += factor * coefficient
        self.offset += factor * expression.constant

    def find(self, *key: str | int) -> int | None:
        """The column with this key, or None."""
        return self.columns.get(key)

    def matching(self, name: str) -> Iterable[tuple[Key, int]]:
        """All columns whose key begins with ``name``."""
        return ((key, column) for key, column in self.columns.items() if key[0] == name)

    def matrix(self) -> tuple[sp.csr_matrix, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """A (rows x columns), row_lower, row_upper."""
        indptr = np.zeros(len(self.rows) + 1, dtype=np.int64)
        indptr[1:] = np.cumsum([len(terms) for _, terms, _, _ in self.rows])
        indices = np.fromiter((c for _, terms, _, _ in self.rows for c in terms), np.int64, int(indptr[-1]))
        data = np.fromiter((v for _, terms, _, _ in self.rows for v in terms.values()), np.float64, int(indptr[-1]))
        shape = (len(self.rows), len(self.lower))
        return (
            sp.csr_matrix((data, indices, indptr), shape=shape),
            np.array([low for _, _, low, _ in self.rows]),
            np.array([high for _, _, _, high in self.rows]),
        )

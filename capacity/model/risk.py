"""How costs of scenarios are judged: what is expected, and the mean of the dearest outcomes (CVaR)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
RISK_COLUMNS = ("scenario_cost", "hours_cost", "value_at_risk", "excess_cost")
"""First entries of the keys of the columns that a price of risk adds to the model."""


@dataclass(frozen=True)
class Risk:
    """minimise (1 − weight) · expected cost + weight · CVaR, the mean cost of the dearest ``tail`` of all outcomes.

    ``tail`` is 1 − α of the usual notation: 0.05 for CVaR at 95 %. With ``weight`` 1 nothing would hold down the cost
    of the other outcomes, so it stays below. Raises ValueError for other numbers.
    """

    weight: float = 0.0
    tail: float = 0.1

    def __post_init__(self) -> None:
        if not 0 <= self.weight < 1:
            raise ValueError(f"the weight of CVaR must be at least 0 and below 1, not {self.weight}")
        if not 0 < self.tail <= 1:
            raise ValueError(f"the tail of CVaR must be above 0 and at most 1, not {self.tail}")

    def value(self, costs: Vector, probabilities: Vector) -> float:
        """The objective of costs of scenarios, in their unit; shapes (scenarios,)."""
        expected = float(costs @ probabilities)
        if self.weight == 0:
            return expected
        return (1 - self.weight) * expected + self.weight * conditional_value_at_risk(costs, probabilities, self.tail)


NEUTRAL = Risk()
"""No price of risk: expected cost."""


def conditional_value_at_risk(costs: Vector, probabilities: Vector, tail: float) -> float:
    """Mean of the dearest outcomes that together have the probability ``tail``; the last of them counts in part.

    Equal to min over η of η + Σ p · max(0, cost − η) / tail (Rockafellar and Uryasev, Journal of Risk 2, 2000).
    """
    dearest = np.argsort(-costs, kind="stable")
    before = np.cumsum(probabilities[dearest]) - probabilities[dearest]
    taken = np.clip(tail - before, 0.0, probabilities[dearest])
    return float(costs[dearest] @ taken / taken.sum())

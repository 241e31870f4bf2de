"""How bold the interior point steps: half the iterations where it goes well, or with care."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """``start``: products per mean price; ``centring``: the most; ``correctors``: of centrality, at most, each for
    steps longer by ``reach``; ``keep``: share of the way to the nearest bound that is gone, as what comes too near to
    its bound too early stops every step after it; ``stopped``: share of all pairs that may be stopped there, hours, for
    the others to go on, up to ``stretch`` times as far (``stopped_beside``: of the pairs beside the hours); ``floor``:
    least product after a step, per goal; ``patience``: iterations in a row that hardly step before it is given up.
    """

    start: float
    centring: float
    correctors: int
    reach: float
    keep: float
    stopped: float
    stopped_beside: float
    stretch: float
    floor: float
    iterations: int
    patience: int


BOLD = Pace(
    start=2.0,
    centring=0.3,
    correctors=2,
    reach=0.3,
    keep=0.9,
    stopped=1e-5,
    stopped_beside=2e-3,
    stretch=5.0,
    floor=0.1,
    iterations=150,
    patience=8,
)
"""Half the iterations where it goes well."""
CAREFUL = Pace(
    start=0.5,
    centring=0.5,
    correctors=2,
    reach=0.1,
    keep=0.9,
    stopped=0.0,
    stopped_beside=0.0,
    stretch=1.0,
    floor=0.0,
    iterations=200,
    patience=200,
)
"""For what a bold start loses."""

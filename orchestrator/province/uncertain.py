"""`uncertain` of `scenarios.yaml`: what nobody knows when orders are placed, each with its distribution.

Factors follow a triangular distribution from ``low`` over ``mode`` to ``high`` and multiply what the folder has; other
quantities are lists of values with their probabilities. They are drawn independently of each other.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from capacity.inputs.base import Fraction, Identifier, Record, SourceText

Priced = Literal["grid", "rent", "server", "hall", "energy_asset", "diesel"]
Factor = Annotated[float, Field(ge=0.01, le=100)]


class Spread(Record):
    """A triangular distribution of a factor on what the folder has."""

    low: Factor
    mode: Factor
    high: Factor

    @model_validator(mode="after")
    def _rises(self) -> Spread:
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"mode {self.mode:g} must lie between low {self.low:g} and high {self.high:g}")
        return self


class _Uncertain(Record):
    """``source`` says where the distribution comes from."""

    id: Identifier
    name_vi: str
    name_en: str
    source: SourceText


class UncertainDemand(_Uncertain):
    """How much is needed, as a factor on the needs of a programme (without one: of all).

    Years that have begun before ``as_of``, and systems that stand in a room until they move, are known.
    """

    kind: Literal["demand"]
    programme: Identifier | None = None
    factor: Spread


class UncertainPrice(_Uncertain):
    """Prices of a kind, as a factor: of power from the grid, rented clouds, servers, halls with their plant, energy
    assets (generation and batteries), or diesel."""

    kind: Literal["price"]
    of: Priced
    factor: Spread


class UncertainFigure(_Uncertain):
    """A figure of a YAML file, or all figures of a table by year or of a list, as a factor; paths as in ``set``."""

    kind: Literal["figure"]
    path: Annotated[str, Field(description="<file without ending>.<key>.<list>[<id>].<key>")]
    factor: Spread


class UncertainWeather(_Uncertain):
    """Another synthetic year at every site, its sun and wind by a factor on the site's yearly capacity factors.

    Synthetic years of one site all have the capacity factors of its file, so the spread between years stands here.
    """

    kind: Literal["weather"]
    sun: Spread
    wind: Spread


class _Listed(_Uncertain):
    """``probabilities``: of the values one by one."""

    probabilities: Annotated[tuple[Fraction, ...], Field(min_length=1)]

    def _fits(self, values: int) -> None:
        if len(self.probabilities) != values or abs(math.fsum(self.probabilities) - 1) > 1e-9:
            raise ValueError("probabilities must be one for each of values and sum to 1")


class UncertainDelay(_Listed):
    """Years by which grid steps come late: a step of a site, all steps of one, or of all sites, together."""

    kind: Literal["grid_step_delay"]
    site: Identifier | None = None
    step: Identifier | None = None
    values: Annotated[tuple[Annotated[int, Field(ge=0, le=20)], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _has_probabilities(self) -> UncertainDelay:
        self._fits(len(self.values))
        if self.step is not None and self.site is None:
            raise ValueError("'step' goes with 'site'")
        return self


class UncertainScenario(_Listed):
    """One of the scenarios of the file, for what differs in more than one figure: measured weather years, say."""

    kind: Literal["scenario"]
    values: Annotated[tuple[Identifier, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _has_probabilities(self) -> UncertainScenario:
        self._fits(len(self.values))
        return self


Uncertain = Annotated[
    UncertainDemand | UncertainPrice | UncertainFigure | UncertainWeather | UncertainDelay | UncertainScenario,
    Field(discriminator="kind"),
]

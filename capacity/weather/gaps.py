"""Missing hours: short gaps are interpolated and counted, long ones are told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capacity.weather.series import Hours

LONGEST_GAP_HOURS = 3
LARGEST_FILLED_FRACTION = 0.05

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Gap:
    """Missing hours in a row: the first one's index and how many there are."""

    first: int
    hours: int


def gaps(missing: Flags) -> list[Gap]:
    """The runs of missing hours, in order."""
    edges = np.flatnonzero(np.diff(np.r_[False, missing, False].astype(np.int8)))
    return [Gap(int(first), int(end - first)) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def too_long(missing: Flags, longest_gap_hours: int) -> list[Gap]:
    """The gaps that are not filled."""
    return [gap for gap in gaps(missing) if gap.hours > longest_gap_hours]


def interpolated(values: Hours, scale: Hours | None = None) -> Hours:
    """Values with every missing one on the straight line between its neighbours, or like the nearest at either end.

    With ``scale`` (irradiance outside the atmosphere) the line is drawn through the ratio of the two where the scale is
    positive, so that an interpolated hour follows the sun; missing values where it is zero become zero.
    """
    hours = np.arange(values.size)
    missing = np.isnan(values)
    if not missing.any():
        return values
    if scale is None:
        known = ~missing
        return np.asarray(np.where(missing, np.interp(hours, hours[known], values[known]), values))
    known = ~missing & (scale > 0)
    ratios = values[known] / scale[known]
    line = np.interp(hours, hours[known], ratios) if known.any() else np.zeros(values.size)
    return np.asarray(np.where(missing, np.where(scale > 0, line * scale, 0.0), values))

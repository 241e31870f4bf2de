"""Named streams of random numbers that are the same on every machine and with every version of numpy."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from scipy.special import ndtri

from capacity.weather.series import Hours


@dataclass(frozen=True)
class Streams:
    """Independent streams by name from one seed.

    Each is numpy's PCG64 seeded by SeedSequence(seed, spawn_key=CRC-32 of the name). Only the raw 64-bit outputs are
    used, which numpy keeps the same for ever (its distributions it does not): a uniform is (raw >> 11) + ½ times 2⁻⁵³,
    a standard normal its inverse normal distribution.
    """

    seed: int

    def uniforms(self, name: str, count: int) -> Hours:
        """Uniform numbers in (0, 1), shape (count,)."""
        sequence = np.random.SeedSequence(self.seed, spawn_key=(zlib.crc32(name.encode()),))
        raw = np.asarray(np.random.PCG64(sequence).random_raw(count), dtype=np.uint64)
        return np.asarray(((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53)

    def normals(self, name: str, count: int) -> Hours:
        """Standard normal numbers, shape (count,)."""
        return np.asarray(ndtri(self.uniforms(name, count)), dtype=np.float64)

    def autoregressive(self, name: str, count: int, persistence: float) -> Hours:
        """Stationary AR(1) with zero mean, unit variance and the given lag-1 correlation, shape (count,)."""
        innovation = (1 - persistence**2) ** 0.5
        shocks = self.normals(name, count).tolist()
        return np.array(list(accumulate(shocks, lambda state, shock: persistence * state + innovation * shock)))

    def shared(self, name: str, site_id: str, count: int, persistence: float, share: float) -> Hours:
        """AR(1) of a site of which ``share`` of the variance is common to all sites: their correlation is ``share``."""
        common = self.autoregressive(f"region:{name}", count, persistence)
        own = self.autoregressive(f"site:{site_id}:{name}", count, persistence)
        return np.asarray(np.sqrt(share) * common + np.sqrt(1 - share) * own)

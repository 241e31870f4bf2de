"""Makes the machine code ready: loaded from where it is kept, or compiled, which takes half a minute once."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from functools import cache

import numpy as np

from capacity.solver.arrays import Places
from capacity.solver.kernel.compiled import folder, is_compiled, mark_compiled
from capacity.solver.kernel.elimination import eliminate
from capacity.solver.kernel.shapes import LENGTHS, Stencil, chain_of, hours_of, scratch_of
from capacity.solver.kernel.steps import aim_centred, aim_corrected, direct, measure, move


@cache
def make_ready() -> None:
    """Loads every function, which a process of its own has compiled first where they can be kept.

    Code that was just compiled is linked otherwise than the same code loaded, and its sums round otherwise: the first
    plan of an installation would differ in its last digits from all that follow.
    """
    if folder() is not None and not is_compiled():
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        compiling = [sys.executable, "-c", f"from {__name__} import call_all; call_all()"]
        with contextlib.suppress(OSError):  # where no process can be started, this one compiles
            subprocess.run(compiling, env=environment, capture_output=True, check=False)
    call_all()


def call_all() -> None:
    """Calls every function once, on two hours of one column 0 <= x <= 1 and one row x >= 0."""
    b = _smallest()
    h, chain, z, years = hours_of(b), chain_of(b), np.ones(1), np.zeros(0)
    h.x[:], h.y[:], h.s[:] = 0.5, 1.0, 0.5
    measure(b, h, z, years, np.zeros(0))
    eliminate(b, h, chain, scratch_of([b]), z, years, np.zeros((b.width, b.width)))
    short = np.zeros((2, LENGTHS), dtype=np.int64)
    for is_final in (False, True):
        direct(b, h, chain, z, np.zeros(1), years, years, np.zeros(b.border), short, is_final)
    aim_corrected(b, h, z, np.zeros(1), 1.0, 1.0)
    aim_centred(b, h, z, np.zeros(1), 1.0, 1.0, 1.0)
    move(b, h, z, z, np.zeros(1), 0.0, 0.0, 0.1, 0.0)
    mark_compiled()


def _smallest() -> Stencil:
    zero, one, none = _places(0), _places(1), _places()
    return Stencil(
        table=np.array([[0.0, 0.0], [1.0, 1.0]]),
        low=zero,
        high=one,
        cost=one,
        scale=zero,
        term_row=zero,
        term_column=zero,
        term_lag=zero,
        term_coefficient=one,
        seen_row=none,
        seen_master=none,
        seen_coefficient=none,
        year_row=none,
        year_column=none,
        year_coefficient=none,
        year_seen=np.zeros((0, 1)),
        unequal=np.array([True]),
        last=none,
        pair_target=zero,
        pair_kind=zero,
        pair_column=zero,
        pair_one=one,
        pair_two=one,
        mix_entry=zero,
        mix_coefficient=one,
        mix_column=zero,
        mix_lag=zero,
        mix_year_coefficient=_places(-1),
        entry_row=zero,
        entry_border=zero,
        local=1,
    )


def _places(*values: int) -> Places:
    return np.array(values, dtype=np.int64)

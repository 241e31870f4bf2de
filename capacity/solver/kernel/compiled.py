"""Machine code of the loops over hours, kept between runs where a folder for it can be written."""

from __future__ import annotations

import hashlib
import os
import platform
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite.binding
import numba

_Function = TypeVar("_Function", bound=Callable[..., object])
_MARKER = "complete"
_settings: Any = numba.config
"""Its names are made from the environment when numba is loaded."""


@cache
def folder() -> Path | None:
    """Where compiled code is kept: beside this package, else in the user's cache folder; None: neither is writable.

    It is named after all that the code depends on, other files of the package too, which numba would not look at.
    NUMBA_CACHE_DIR is respected.
    """
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(f"{source} {source.stat().st_mtime_ns} ".encode() + source.read_bytes())
    versions = (
        numba.__version__,
        llvmlite.__version__,
        platform.python_version(),
        llvmlite.binding.get_host_cpu_name(),
    )
    digest.update(" ".join(versions).encode())
    name = f"camau-dc-{digest.hexdigest()[:16]}"
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    given = _settings.CACHE_DIR
    places = [Path(given)] if given else [Path(__file__).parent / "__pycache__", home]
    return next((place / name for place in places if _writable(place / name)), None)


def _writable(place: Path) -> bool:
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False


def compiled(function: _Function) -> _Function:
    """``function`` as machine code that runs without Python's lock, compiled when it is first called."""
    place, given = folder(), _settings.CACHE_DIR
    _settings.CACHE_DIR = "" if place is None else str(place)
    try:
        made = numba.njit(
            function,
            cache=place is not None,
            nogil=True,
            error_model="numpy",
            fastmath={"reassoc", "contract", "arcp", "nsz"},
        )
    finally:
        _settings.CACHE_DIR = given
    return cast(_Function, made)


def is_compiled() -> bool:
    """Whether a run before this one has compiled everything."""
    place = folder()
    return place is not None and (place / _MARKER).exists()


def mark_compiled() -> None:
    """Everything has been compiled and kept."""
    place = folder()
    if place is not None:
        (place / _MARKER).touch()

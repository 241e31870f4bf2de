"""Hourly watts as text: what makes a plan with every hour of every site small enough to keep beside its folder.

Encoding ``int64-delta-zlib-base64``: the first value and then the difference of every hour to the one before, as
little-endian signed 64-bit integers; their eight byte planes one after the other (all lowest bytes, then the next, …);
compressed with zlib; in base64. An hour is a whole number of watts, so nothing is lost.
"""

from __future__ import annotations

import base64
import binascii
import zlib

import numpy as np
import numpy.typing as npt

from orchestrator.province.problems import Text

ENCODING = "int64-delta-zlib-base64"
DESCRIPTION = (
    "Whole watts of every hour: first value, then differences to the hour before, as little-endian int64; "
    "byte planes in order from lowest to highest; zlib; base64."
)
_BYTES = 8


class HoursError(ValueError):
    """The text is not an encoded series of the expected number of hours; ``words`` say it in both languages."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


def encode_watts(watts: npt.NDArray[np.int64]) -> str:
    """Text of one series of whole watts, shape (hours,)."""
    deltas = np.diff(watts, prepend=np.int64(0)).astype("<i8")
    planes = deltas.view(np.uint8).reshape(-1, _BYTES).T
    return base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode("ascii")


def decode_watts(text: str, hours: int) -> npt.NDArray[np.int64]:
    """Series of whole watts, shape (hours,). Raises HoursError when the text is damaged or has another length."""
    size = hours * _BYTES
    try:
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(base64.b64decode(text, validate=True), size + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        vi = f"không phải chuỗi mã hóa theo {ENCODING}"
        raise HoursError(Text(f"not a series encoded as {ENCODING}: {error}", vi)) from error
    if len(raw) != size or not unpacker.eof or unpacker.unused_data:
        en, vi = (
            f"a series must have {hours} hours of {_BYTES} bytes",
            f"chuỗi phải có {hours} giờ, mỗi giờ {_BYTES} byte",
        )
        raise HoursError(Text(en, vi))
    planes = np.frombuffer(raw, dtype=np.uint8).reshape(_BYTES, hours)
    deltas = np.ascontiguousarray(planes.T).reshape(-1).view("<i8")
    return np.cumsum(deltas, dtype=np.int64)

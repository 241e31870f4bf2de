"""The words of problems: what a place allows, with its unit, and which known key an unknown one is meant to be."""

from __future__ import annotations

import difflib
import json
import math
from typing import Any

from capacity.inputs.base import LARGEST
from orchestrator.province.problems import Text, joined, plain
from orchestrator.province.shapes import Shape

UNITS = {
    "usd_vnd": "VND/USD",
    "_vnd_per_kwh": "VND/kWh",
    "_vnd_per_kw_month": "VND/kW/month",
    "_vnd_per_mwh": "VND/MWh",
    "_vnd_per_mw_year": "VND/MW/year",
    "_vnd_per_mw": "VND/MW",
    "_vnd_per_litre": "VND/litre",
    "_vnd_per_tco2": "VND/tCO2",
    "_vnd_per_year": "VND/year",
    "_vnd_per_m3": "VND/m3",
    "_vnd": "VND",
    "_tco2_per_mwh": "tCO2/MWh",
    "_tco2_per_litre": "tCO2/litre",
    "_litre_per_kwh": "litre/kWh",
    "_litre_per_kwh_it": "litre/kWh",
    "_vnd_per_mbps_month": "VND/Mbps/month",
    "_gb_per_vcpu_month": "GB/month",
    "_gb_per_gpu_month": "GB/month",
    "_gb_per_tb_month": "GB/month",
    "mbps_per_vcpu": "Mbit/s",
    "mbps_per_gpu": "Mbit/s",
    "mbps_per_tb": "Mbit/s",
    "mbps_per_mw": "Mbit/s",
    "_mbps": "Mbit/s",
    "_ms": "ms",
    "_ms_max": "ms",
    "_mbps_per_household": "Mbit/s",
    "_mbps_per_mobile_user": "Mbit/s",
    "_m2_per_mw": "m2/MW",
    "_m3_per_year": "m3/year",
    "_mm_per_year": "mm/year",
    "_kw": "kW",
    "_mw": "MW",
    "_kv": "kV",
    "_m2": "m2",
    "_m": "m",
    "_kg": "kg",
    "_tb": "TB",
    "_gib": "GiB",
    "_kb": "kB",
    "_deg": "°",
    "_c": "°C",
    "_hours": "h",
    "_litres": "litres",
    "_minutes": "min",
    "_months": "months",
    "_years": "years",
    "_days": "days",
}
"""Unit by the end of a field's name; the longest end counts."""

_VIETNAMESE_UNITS = {"litres": "lít", "min": "phút", "months": "tháng", "years": "năm", "days": "ngày"}
_MAGNITUDES = (
    "_mwh",
    "_kwh",
    "_wh",
    "_mw",
    "_kw",
    "_w",
    "_gib",
    "_gb",
    "_tb",
    "_mib",
    "_mb",
    "_kb",
    "_usd",
    "_vnd",
    "_gbps",
    "_mbps",
    "_kbps",
)
_LONGEST_VALUE = 60
_LONGEST_LIST = 12
_MOST_COMPARED = 500


def unit(name: str) -> str:
    """The unit that a field's name says, empty when it says none."""
    ends = [end for end in UNITS if name.endswith(end)]
    return UNITS[max(ends, key=len)] if ends else ""


def shown(value: Any) -> Text:
    """A wrong value as it is shown."""
    if value is None:
        return Text("empty", "để trống")
    if isinstance(value, dict):
        return Text("a mapping", "một ánh xạ khóa: giá trị")
    if isinstance(value, list):
        return Text(f"a list of {len(value)}", f"danh sách {len(value)} mục")
    if isinstance(value, float) and not math.isfinite(value):
        return plain("NaN" if math.isnan(value) else "infinity" if value > 0 else "-infinity")
    if isinstance(value, float):
        return plain(f"{value:.12g}")
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value)
    return plain(text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…")


def allowed(shape: Shape | None) -> Text:
    """What may stand at a place."""
    if shape is None:
        return Text("nothing is known to stand here", "không có gì được phép ở đây")
    words = _allowed(shape)
    return joined(words, Text(" or nothing", " hoặc để trống")) if shape.nullable else words


def _allowed(shape: Shape) -> Text:
    if shape.kind in ("number", "integer"):
        return _number(shape)
    if shape.kind == "choice":
        return one_of(shape.choices)
    if shape.kind == "list":
        return _list(shape)
    if shape.kind == "text" and shape.pattern is not None:
        return _pattern(shape)
    if shape.kind == "map":
        return joined(
            Text("a mapping from ", "ánh xạ từ "), allowed(shape.key), Text(" to ", " sang "), allowed(shape.item)
        )
    if shape.kind == "variants":
        return joined(
            Text(f"a mapping whose '{shape.discriminator}' is ", f"ánh xạ có '{shape.discriminator}' là "),
            one_of(tuple(shape.variants or ())),
        )
    return {
        "text": Text("a text (quote it when it looks like a number)", "chuỗi (đặt trong dấu nháy nếu trông như số)"),
        "flag": Text("true or false", "true hoặc false"),
        "date": Text("a date as YYYY-MM-DD", "ngày dạng YYYY-MM-DD"),
        "time": Text(
            "a date and time with its zone, 2026-11-24T08:00:00+07:00",
            "ngày giờ kèm múi giờ, 2026-11-24T08:00:00+07:00",
        ),
        "record": Text("a mapping of keys and values", "ánh xạ khóa: giá trị"),
        "source": Text(
            "'ref:<reference id>[: note]', 'derived: how' or 'assumption: why', or one of these for each field",
            "'ref:<mã tài liệu>[: ghi chú]', 'derived: cách tính' hoặc 'assumption: lý do', hoặc riêng từng trường",
        ),
        "any": Text("any value", "giá trị bất kỳ"),
    }[shape.kind]


def allowed_in_full(shape: Shape) -> Text:
    """What may stand at a place, with the limit of all figures, which is noise beside any smaller value."""
    return _number(shape, full=True) if shape.kind in ("number", "integer") else allowed(shape)


def _number(shape: Shape, *, full: bool = False) -> Text:
    name = Text("a whole number", "số nguyên") if shape.kind == "integer" else Text("a number", "số")
    low, high = shape.lower, shape.upper if shape.upper != LARGEST or full else None
    if low is not None and high is not None and not (shape.lower_exclusive or shape.upper_exclusive):
        bounds = Text(f" from {low:g} to {high:g}", f" từ {low:g} đến {high:g}")
    else:
        parts = []
        if low is not None:
            above = Text(f"above {low:g}", f"lớn hơn {low:g}")
            parts.append(above if shape.lower_exclusive else Text(f"of at least {low:g}", f"từ {low:g} trở lên"))
        if high is not None:
            below = Text(f"below {high:g}", f"nhỏ hơn {high:g}")
            parts.append(below if shape.upper_exclusive else Text(f"at most {high:g}", f"nhiều nhất {high:g}"))
        words = Text(" and ".join(part.en for part in parts), " và ".join(part.vi for part in parts))
        bounds = joined(" ", words) if parts else plain("")
    measure = unit(shape.name)
    return joined(name, bounds, joined(" (", _unit_words(measure), ")") if measure else "")


def _unit_words(measure: str) -> Text:
    return Text(
        measure,
        _VIETNAMESE_UNITS.get(
            measure, measure.replace("/year", "/năm").replace("/month", "/tháng").replace("/litre", "/lít")
        ),
    )


def _list(shape: Shape) -> Text:
    item = joined(" (", allowed(shape.item), ")")
    if shape.fewest is not None and shape.fewest == shape.most:
        return joined(Text(f"a list of {shape.fewest}", f"danh sách đúng {shape.fewest} mục"), item)
    if shape.fewest:
        return joined(Text(f"a list of at least {shape.fewest}", f"danh sách ít nhất {shape.fewest} mục"), item)
    return joined(Text("a list", "danh sách"), item)


def _pattern(shape: Shape) -> Text:
    return {
        "^[A-Z]{2}$": Text(
            "a country code of two capital letters, VN for Viet Nam", "mã nước hai chữ hoa, VN là Việt Nam"
        ),
        "^[a-z0-9][a-z0-9-]*$": Text(
            "an id of small letters a-z, digits and hyphens, at most 64",
            "mã gồm chữ thường a-z, chữ số và dấu gạch nối, tối đa 64",
        ),
        "^sha256:[0-9a-f]{64}$": Text("'sha256:' and 64 digits of 0-9 and a-f", "'sha256:' và 64 ký tự 0-9, a-f"),
    }.get(shape.pattern or "", Text("a clock time as HH:MM, 00:00 to 24:00", "giờ dạng HH:MM, từ 00:00 đến 24:00"))


def one_of(choices: tuple[str, ...] | list[str], wrong: str | None = None) -> Text:
    """The choices; of a long list only those that come near the wrong value."""
    if not choices:
        return Text("there is none to choose from", "không có mục nào để chọn")
    if len(choices) > _LONGEST_LIST and wrong is not None:
        near = difflib.get_close_matches(wrong, choices[:_MOST_COMPARED], n=3, cutoff=0.4) or list(choices[:3])
        names = ", ".join(near)
        return Text(
            f"one of {len(choices)} known, e.g. {names}", f"một trong {len(choices)} mục đã khai, ví dụ {names}"
        )
    names = ", ".join(choices)
    return Text(f"one of {names}", f"một trong {names}") if len(choices) > 1 else Text(f"only {names}", f"chỉ {names}")


def nearest_key(wrong: str, keys: Shape | None) -> Text:
    """Which known key is meant: the same quantity in another unit, a misspelt one, or the list of all."""
    known = list(keys.known()) if keys is not None else []
    for key in known:
        if _quantity(key) == _quantity(wrong) and key != wrong and unit(key):
            return Text(
                f"the key is '{key}', in {unit(key)}: convert the value",
                f"khóa đúng là '{key}', đơn vị {_unit_words(unit(key)).vi}: hãy quy đổi giá trị",
            )
    near = [key for key in known if key.casefold() == wrong.casefold()]
    if near := near or difflib.get_close_matches(wrong, known, n=1, cutoff=0.6):
        return Text(f"did you mean '{near[0]}'?", f"có phải là '{near[0]}'?")
    names = ", ".join(known)
    return Text(f"known here: {names}", f"các khóa có ở đây: {names}")


def nearest_name(wrong: str, names: list[str]) -> Text:
    """The names that come near, or all of a few."""
    if near := difflib.get_close_matches(wrong, names[:_MOST_COMPARED], n=1, cutoff=0.6):
        return Text(f"did you mean '{near[0]}'?", f"có phải là '{near[0]}'?")
    return one_of(names, wrong)


def _quantity(key: str) -> str:
    """The name without its unit."""
    return next((key.removesuffix(end) for end in _MAGNITUDES if key.endswith(end)), key)

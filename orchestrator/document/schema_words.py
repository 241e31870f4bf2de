"""What breaks the schema of ``plan.json``, in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from jsonschema import ValidationError

from orchestrator.province.problems import Text

_LONGEST = 200
_TYPES = {
    "array": "danh sách",
    "boolean": "true hoặc false",
    "integer": "số nguyên",
    "null": "null",
    "number": "số",
    "object": "đối tượng",
    "string": "chuỗi",
}


def schema_words(error: ValidationError) -> Text:
    """The sentence of jsonschema, and the same in Vietnamese; both are cut when they are long."""
    return Text(_short(error.message), _short(_vietnamese(error)))


def _vietnamese(error: ValidationError) -> str:
    value: Any = error.instance
    limit: Any = error.validator_value
    kind = str(error.validator)
    if kind == "required":
        return f"thiếu khóa {_names(key for key in limit if key not in value)}"
    if kind == "additionalProperties" and isinstance(value, dict):
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        return f"khóa không có trong lược đồ: {_names(key for key in value if key not in known)}"
    shown = _shown(value)
    if kind == "type":
        kinds = [limit] if isinstance(limit, str) else list(limit)
        return f"{shown} không phải {' hoặc '.join(_TYPES.get(each, each) for each in kinds)}"
    return {
        "const": f"{shown} phải là {_shown(limit)}",
        "enum": f"{shown} không thuộc {_shown(limit)}",
        "minimum": f"{shown} nhỏ hơn {limit}",
        "maximum": f"{shown} lớn hơn {limit}",
        "exclusiveMinimum": f"{shown} phải lớn hơn {limit}",
        "exclusiveMaximum": f"{shown} phải nhỏ hơn {limit}",
        "minItems": f"{shown} có ít hơn {limit} mục",
        "maxItems": f"{shown} có nhiều hơn {limit} mục",
        "minLength": f"{shown} ngắn hơn {limit} ký tự",
        "maxLength": f"{shown} dài hơn {limit} ký tự",
        "pattern": f"{shown} không đúng mẫu {limit}",
        "anyOf": f"{shown} không đúng dạng nào được phép",
        "oneOf": f"{shown} không đúng dạng nào được phép",
    }.get(kind, f"{shown} không hợp lệ ({kind})")


def _names(keys: Iterable[str]) -> str:
    return ", ".join(repr(key) for key in keys)


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except ValueError:  # a whole number of thousands of digits
        text = "số quá dài"
    return text if len(text) <= _LONGEST // 2 else f"{text[: _LONGEST // 2]}…"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"

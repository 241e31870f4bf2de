"""A command line that is wrong, told in the language of the output."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer import rich_utils

from capacity.weather import by_pattern
from orchestrator.i18n import Language

UsageError: Any = typer.BadParameter.__base__
"""All that Typer finds wrong with a command line; of its errors it exports only the kind below."""
_INVALID = re.compile(r"Invalid value(?: for (?P<option>.*?))?: (?:Value error, )?(?P<what>.*)", re.DOTALL)
_REASONS = {
    r"Input should be less than or equal to (.*)": "nhiều nhất là {0}",
    r"Input should be greater than or equal to (.*)": "ít nhất là {0}",
    r"Input should be a valid number.*": "phải là một số",
    r"Input should be a finite number.*": "phải là số hữu hạn",
    r"Input should be a valid integer.*": "phải là số nguyên",
    r"(.*) is not one of (.*)\.": "{0} không phải một trong {1}",
}
_SENTENCES = {
    r"No such command (.*?)\.(?: Did you mean (.*)\?)?": "Không có lệnh {0}.",
    r"No such option: (\S+)": "Không có tùy chọn {0}.",
    r"No such option: (\S+) \(Possible options: (.*)\)": "Không có tùy chọn {0}. Có thể là: {1}.",
    r"No such option: (\S+) Did you mean (.*)\?": "Không có tùy chọn {0}. Có phải là {1}?",
    r"Missing command\.": "Thiếu lệnh.",
    r"Missing argument (.*)\.": "Thiếu tham số {0}.",
    r"Missing option (.*)\.": "Thiếu tùy chọn {0}.",
    r"Got unexpected extra argument\(s\) \((.*)\)": "Thừa tham số: {0}.",
    r"Option (.*) requires an argument\.": "Tùy chọn {0} cần một giá trị.",
    r"Option (.*) does not take a value\.": "Tùy chọn {0} không có giá trị.",
}


def usage_words(said: str) -> str:
    """Typer's sentence about a command line in Vietnamese; its own where it is not known here."""
    if (match := _INVALID.fullmatch(said)) is not None:
        option = (match["option"] or "").replace("env var:", "biến môi trường:")
        return f"Giá trị của {option} không hợp lệ: {by_pattern(match['what'], _REASONS)}."
    known = by_pattern(said, _SENTENCES)
    near = re.search(r"Did you mean (.*)\?$", said)
    return f"{known} Có phải là {near[1]}?" if near and known != said and near[1] not in known else known


def show_usage_error(error: Any, language: Language) -> int:
    """Prints what is wrong with the command line, as Typer does, and gives its exit code."""
    if language == "vi":
        said = usage_words(error.format_message())
        error.format_message = lambda: said
    rich_utils.rich_format_error(error)
    return int(error.exit_code)

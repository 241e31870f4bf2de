"""The report: one HTML file in both languages that opens offline and asks for nothing.

Texts are escaped by Jinja2; data stand in JSON blocks in which no ``<`` is left; the page's policy lets only its own
two scripts run, by their hashes, and lets nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from orchestrator.i18n import LANGUAGES, Language
from orchestrator.report.charts import source_names
from orchestrator.report.geography import NOWHERE, Geography
from orchestrator.report.hourly import NO_HOURS, HourlyFigures, hourly_data
from orchestrator.report.page_parts import Side, side

VEGA_LITE = "6.4"
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
_CONFIG = {
    "background": None,
    "font": _FONT,
    "view": {"stroke": None},
    "axis": {"labelFontSize": 11.5, "titleFontSize": 11.5, "titleFontWeight": "normal", "titlePadding": 10},
    "axisX": {"grid": False},
    "legend": {"labelFontSize": 12, "titleFontSize": 11.5, "titleFontWeight": "normal", "symbolType": "square"},
}
_NUMBERS: dict[Language, dict[str, Any]] = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\N{NO-BREAK SPACE}₫"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", "\N{NO-BREAK SPACE}VND"]},
}
_TIMES: dict[Language, dict[str, Any]] = {
    "vi": {
        "dateTime": "%d/%m/%Y %H:%M",
        "date": "%d/%m/%Y",
        "time": "%H:%M",
        "periods": ["SA", "CH"],
        "days": ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"],
        "shortDays": ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
        "months": [f"Tháng {month}" for month in range(1, 13)],
        "shortMonths": [f"Th{month}" for month in range(1, 13)],
    },
    "en": {
        "dateTime": "%d %b %Y %H:%M",
        "date": "%d %b %Y",
        "time": "%H:%M",
        "periods": ["AM", "PM"],
        "days": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
        "shortDays": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
        "months": [
            "January", "February", "March", "April", "May", "June",
            "July", "August", "September", "October", "November", "December",
        ],
        "shortMonths": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    },
}  # fmt: skip


def render_report(
    document: Mapping[str, Any],
    language: Language,
    hours: HourlyFigures = NO_HOURS,
    kinds: Mapping[str, str] | None = None,
    geography: Geography = NOWHERE,
) -> str:
    """HTML of the report of a document; ``language`` is shown first. ``kinds``: technology -> pv or wind.

    ``geography``: positions and links for the map; without positions there is none.
    """
    first: tuple[Language, ...] = (language, *(other for other in LANGUAGES if other != language))
    sides = [side(document, hours, kinds or {}, each, geography) for each in first]
    library, script = _library(), _asset("report.js")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            document=document,
            language=language,
            languages=LANGUAGES,
            sides=sides,
            by_language={each.language: each for each in sides},
            css=Markup(_asset("report.css")),
            hourly=json_block(hourly_data(hours)),
            drawings=json_block(_drawings(document, sides)),
            library=Markup(library),
            script=Markup(script),
            policy=(
                f"default-src 'none'; script-src {_hash(library)} {_hash(script)}; "
                "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
            ),
        )
    )


def _drawings(document: Mapping[str, Any], sides: list[Side]) -> dict[str, Any]:
    by_language: dict[str, Any] = {
        each.language: {
            "charts": each.charts,
            "sources": source_names(document, each.text),
            "sorry": each.text("report.no_charts"),
            "locale": {"number": _NUMBERS[each.language], "time": _TIMES[each.language]},
        }
        for each in sides
    }
    return {"config": _CONFIG, **by_language}


def json_block(value: Any) -> Markup:
    """JSON that cannot end or change the script element in which it stands."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026"))


@cache
def _library() -> str:
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE)


@cache
def _asset(name: str) -> str:
    return resources.files("orchestrator.report").joinpath("page", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("orchestrator.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"

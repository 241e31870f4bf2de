"""The catalogues: same keys and places in both languages, real Vietnamese, numbers and dates as a language has them."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import orchestrator
from orchestrator.i18n import MISSING, Messages, messages

PLACES = re.compile(r"{(\w+)}")
PACKAGES = Path(orchestrator.__file__).parents[1]
VI, EN = messages("vi"), messages("en")


def test_both_languages_have_the_same_keys() -> None:
    assert set(VI.texts) == set(EN.texts)


@pytest.mark.parametrize("key", sorted(VI.texts))
def test_both_languages_fill_the_same_places(key: str) -> None:
    assert sorted(set(PLACES.findall(VI.texts[key]))) == sorted(set(PLACES.findall(EN.texts[key])))
    assert VI.texts[key].strip() == VI.texts[key] != ""


def test_vietnamese_is_vietnamese() -> None:
    """Long texts have diacritics, and none is left in English."""
    long = {key: text for key, text in VI.texts.items() if len(PLACES.sub("", text)) > 14}
    without = {key for key, text in long.items() if not re.search(r"[à-ỹđ]", text, re.IGNORECASE)}
    assert without == set()
    assert {key for key, text in long.items() if text == EN.texts[key]} == set()


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    """Keys that are written out in code, templates and specifications."""
    folders = (
        "orchestrator/report/**/*.py",
        "orchestrator/report/**/*.j2",
        "orchestrator/document/*.py",
        "cli/plan*.py",
    )
    files = [*(file for folder in folders for file in PACKAGES.glob(folder)), PACKAGES / "orchestrator" / "notices.py"]
    used = {
        key
        for file in files
        for key in re.findall(r'\btext\(\s*"([a-z_]+(?:\.[a-z_0-9]+)+)"', file.read_text(encoding="utf-8"))
    }
    assert len(used) > 100
    assert {key for key in used if key not in VI.texts} == set()


def test_catalogues_repeat_no_key() -> None:
    """TOML itself refuses a key that is given twice."""
    for language in ("vi", "en"):
        text = (PACKAGES / "orchestrator" / "messages" / f"{language}.toml").read_text(encoding="utf-8")
        assert tomllib.loads(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (VI.number(1234.5, 1), "1.234,5"),
        (EN.number(1234.5, 1), "1,234.5"),
        (VI.number(-1602.34, 1), "−1.602,3"),
        (EN.number(0.0, 2), "0"),
        (EN.number(-0.0), "0"),
        (VI.number(0.04, 1), "0,04"),
        (EN.number(None, 2), MISSING),
        (VI.percent(0.4771), "47,7 %"),
        (EN.percent(-0.00004), "0.0 %"),
        (EN.percent(None), MISSING),
        (VI.billion(1_481_124_337_261), "1.481,1"),
        (EN.billion(None), MISSING),
        (EN.amount(3.0), "3"),
        (VI.amount(12.5), "12,5"),
        (EN.amount(0.1 + 0.2), "0.3"),
        (EN.significant(0.000041), "0.0000410"),
        (VI.significant(21.4), "21,4"),
        (VI.significant(31_234.0), "31.234"),
        (VI.date(dt.date(2026, 11, 4)), "04/11/2026"),
        (EN.date("2026-11-04"), "4 Nov 2026"),
        (EN.date(None), MISSING),
    ],
)
def test_numbers_and_dates_follow_the_language(text: str, shown: str) -> None:
    assert text == shown


@given(st.floats(-1e15, 1e15), st.integers(0, 4), st.sampled_from([VI, EN]))
def test_a_shown_number_reads_back(value: float, decimals: int, text: Messages) -> None:
    thousands, mark = (".", ",") if text.language == "vi" else (",", ".")
    shown = text.number(value, decimals)
    read = float(shown.replace("−", "-").replace(thousands, "").replace(mark, "."))
    assert read == pytest.approx(value, abs=0.51 * 10**-decimals, rel=1e-12)


@given(st.floats(1e-3, 1e12), st.sampled_from([VI, EN]))
def test_what_is_not_zero_is_never_shown_as_zero(value: float, text: Messages) -> None:
    assert re.search("[1-9]", text.number(value))


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        VI("no.such.key")
    assert VI.find("no.such.key", "so") == "so"

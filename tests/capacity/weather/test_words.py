"""The catalogues of the room: same keys and places in both languages, real Vietnamese, every key of the code known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import capacity.weather
from capacity.weather.words import Words, catalogue, words

PLACES = re.compile(r"{(\w+)}")
ROOM = Path(capacity.weather.__file__).parent
VI, EN = catalogue("vi"), catalogue("en")


def test_both_languages_have_the_same_keys() -> None:
    assert set(VI) == set(EN)


@pytest.mark.parametrize("key", sorted(EN))
def test_both_languages_fill_the_same_places(key: str) -> None:
    assert sorted(set(PLACES.findall(VI[key]))) == sorted(set(PLACES.findall(EN[key])))
    assert VI[key].strip() != ""


def test_vietnamese_is_vietnamese() -> None:
    long = {key: text for key, text in VI.items() if len(PLACES.sub("", text)) > 14}
    assert {key for key, text in long.items() if not re.search(r"[à-ỹđ]", text, re.IGNORECASE)} == set()
    assert {key for key, text in long.items() if text == EN[key]} == set()


def test_every_key_in_the_code_is_in_the_catalogue_and_the_other_way_round() -> None:
    folders = (ROOM, Path(capacity.weather.__file__).parents[2] / "orchestrator")
    code = "".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py"))
    used = set(re.findall(r'\bwords\(\s*f?"([a-z_]+\.[a-z_0-9{}.]+)"', code))
    patterns = {re.compile(re.sub(r"{[\w.]+}", "[a-z_]+", key)) for key in used}
    assert len(used) > 80
    assert {key for key in used if "{" not in key and key not in EN} == set()
    assert {key for key in EN if not any(pattern.fullmatch(key) for pattern in patterns)} == set()


def test_numbers_have_the_signs_of_the_language() -> None:
    said = words("step.unusual_factor", factor=1.5, low=0.75, high=1.33)
    assert said.en.startswith("the factor 1.5 is outside 0.75 to 1.33")
    assert said.vi.startswith("hệ số nhân 1,5 nằm ngoài 0,75 đến 1,33")
    assert (said.of("en"), said.of("vi")) == tuple(said)


def test_texts_of_files_stay_as_they_are() -> None:
    assert words("csv.range", low="0.5", high="1") == Words("a number from 0.5 to 1", "số từ 0.5 đến 1")


def test_words_in_words_keep_their_language() -> None:
    span = words("csv.span", first="a", last="b", hours=2)
    assert words("csv.missing_after", span=span) == Words(
        "missing after this line: a to b (2 hours)", "thiếu sau dòng này: a đến b (2 giờ)"
    )


def test_unknown_keys_and_places_are_errors() -> None:
    with pytest.raises(KeyError):
        words("csv.nothing")
    with pytest.raises(KeyError):
        words("csv.range", low="0")

"""Differences between two folders: one field is one difference, with the lines of both sides, and can be applied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.province import Province, load_province
from orchestrator.province.changes import Change, changes_between, with_changes
from tests.broken import template, write_folder

Folder = Callable[..., Province]

EDITS: dict[str, tuple[str, str, str, str]] = {
    "discount rate": ("province.yaml", "discount_rate: 0.08", "discount_rate: 0.10", "discount_rate"),
    "VAT": ("province.yaml", "2027: 0.10}", "2027: 0.08}", "vat.rate_by_year"),
    "population": ("province.yaml", "administrative: 1000000", "administrative: 1200000", "population.administrative"),
    "budget": ("province.yaml", "2027: 60e9", "2027: 70e9", "funding[state-recurrent].budget_vnd"),
    "land": ("sites.yaml", "land_m2: 20000", "land_m2: 25000", "sites[khu-cong-nghe-so].land_m2"),
    "grid step": ("sites.yaml", "add_mw: 2,", "add_mw: 3,", "sites[khu-cong-nghe-so].grid.steps[plus-2-mw].add_mw"),
    "server price": ("hardware.yaml", "price_vnd: 0.50e9", "price_vnd: 0.60e9", "skus[cpu-server].price_vnd"),
    "hall": ("hardware.yaml", "capex_vnd: 75e9", "capex_vnd: 80e9", "halls[chilled-n1].capex_vnd"),
    "GPU hours": (
        "services.yaml",
        "gpu_hours: {2027: 40000,",
        "gpu_hours: {2027: 60000,",
        "programmes[ai-assistants].sizing.gpu_hours",
    ),
    "officials": (
        "services.yaml",
        "officials: 5000",
        "officials: 9000",
        "programmes[digital-signatures].sizing.officials",
    ),
}
"""File, text, what takes its place, and the field that is named."""


def edited(folder: Path, *edits: tuple[str, str, str]) -> Province:
    """The template with texts replaced; each must be there once."""
    contents = dict(template())
    for file, old, new in edits:
        text = contents[file].decode()
        assert text.count(old) == 1, (file, old)
        contents[file] = text.replace(old, new).encode()
    return load_province(write_folder(folder, contents))


@pytest.fixture
def base(tmp_path: Path) -> Province:
    return edited(tmp_path / "base")


@pytest.mark.parametrize("edit", EDITS)
def test_one_field_is_one_difference_with_its_lines(edit: str, base: Province, tmp_path: Path) -> None:
    file, old, new, field = EDITS[edit]
    other = edited(tmp_path / "other", (file, old, new))
    (change,) = changes_between(base, other)
    assert (change.file, change.shown) == (file, field)
    line = template()[file].decode().split(old)[0].count("\n") + 1
    assert change.lines == (line, line)
    applied = with_changes(base, other, [change])
    assert applied is not None
    assert changes_between(applied, other) == ()
    assert (applied.settings, applied.sites, applied.hardware) == (other.settings, other.sites, other.hardware)
    assert applied.services == other.services
    assert len(changes_between(applied, base)) == 1


def test_a_row_that_is_there_on_one_side_only_is_one_difference(base: Province, tmp_path: Path) -> None:
    row = '      - {technology: battery, max_mw: 1.0, source: "assumption: space for two containers"}\n'
    other = edited(tmp_path / "other", ("sites.yaml", row, ""))
    (gone,) = changes_between(base, other)
    assert (gone.shown, gone.new, gone.lines[1]) == ("sites[khu-cong-nghe-so].energy_limits[battery]", None, None)
    (come,) = changes_between(other, base)
    assert (come.old, come.new["technology"]) == (None, "battery")
    for start, change, end in ((base, gone, other), (other, come, base)):
        applied = with_changes(start, end, [change])
        assert applied is not None
        assert applied.sites == end.sites


def test_sources_and_the_same_numbers_are_no_difference(base: Province, tmp_path: Path) -> None:
    other = edited(
        tmp_path / "other",
        ("sites.yaml", 'source: "assumption: sample site"', 'source: "assumption: surveyed"'),
        ("province.yaml", "discount_rate: 0.08", "discount_rate: 0.080"),
    )
    assert changes_between(base, other) == ()


def test_a_change_that_is_not_valid_by_itself_gives_no_province(base: Province) -> None:
    change = Change("hardware.yaml", ("halls", "chilled-n1", "ups"), "halls[chilled-n1].ups", "ups-250", "none", (1, 1))
    assert with_changes(base, base, [change]) is None


def test_the_weather_of_a_site_is_one_difference(base: Province, tmp_path: Path) -> None:
    file = "weather/khu-cong-nghe-so.csv"
    lines = template()[file].decode().splitlines(keepends=True)
    cells = lines[-1].split(",")
    contents = dict(template())
    contents[file] = ("".join(lines[:-1]) + ",".join([*cells[:-1], "3.3\n"])).encode()
    other = load_province(write_folder(tmp_path / "other", contents))
    (change,) = changes_between(base, other)
    assert (change.file, change.steps) == ("weather", ("khu-cong-nghe-so",))
    applied = with_changes(base, other, [change])
    assert applied is not None
    assert changes_between(applied, other) == ()

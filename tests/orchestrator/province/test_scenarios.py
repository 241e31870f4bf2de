"""Scenarios: values set on the parsed data, validated again."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from capacity.inputs.services import RegisterSystems
from orchestrator.province import load_province, read_province
from orchestrator.province.sources import figures
from tests.orchestrator.province.editing import edit, line_of

PV_2 = """  - {id: pv-2, name_vi: x, name_en: x, kind: pv, capex_vnd_per_mw: 1, operation_vnd_per_mw_year: 1,
     price_vnd_per_kwh: 0, lifetime_years: 20, lead_time_months: 1, land_m2_per_mw: 0, loss_fraction: 0.1,
     source: "assumption: x"}
"""


def scenario(folder: Path, *overrides: str) -> None:
    """Adds the scenario ``tried`` with these lines under ``set``."""
    lines = "".join(f"\n      - {override}" for override in overrides)
    tried = f"  - id: tried\n    name_vi: Thử\n    name_en: Tried\n    set:{lines or ' []'}\n"
    file = folder / "scenarios.yaml"
    before, behind, uncertain = file.read_text(encoding="utf-8").partition("\n# Điều chưa biết")
    file.write_text(f"{before}{tried}{behind}{uncertain}", encoding="utf-8")


def test_scenario_sets_its_values_and_base_keeps_its_own(shared_folder: Path) -> None:
    base, late = load_province(shared_folder), load_province(shared_folder, "late-portal")
    sizing = {p.scenario: p.services.programmes[0].sizing for p in (base, late)}
    assert isinstance(sizing["base"], RegisterSystems)
    assert isinstance(sizing["late-portal"], RegisterSystems)
    assert sizing["base"].growth_per_year == 0.10
    assert sizing["late-portal"].growth_per_year == 0.15
    moved = {p.scenario: p.systems[0].moves_on for p in (base, late)}
    assert moved == {"base": dt.date(2027, 6, 1), "late-portal": dt.date(2028, 6, 1)}
    assert base.digest != late.digest
    assert base.sites == late.sites


def test_figure_that_a_scenario_sets_is_placed_in_its_file(shared_folder: Path) -> None:
    late = load_province(shared_folder, "late-portal")
    found = {figure.path: figure for figure in figures(late.book) if figure.path.endswith("sizing.growth_per_year")}
    (figure,) = found.values()
    assert (figure.file, figure.value) == ("scenarios.yaml", 0.15)
    assert figure.line == line_of(shared_folder, "scenarios.yaml", "value: 0.15")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sites.sites[khu-cong-nghe-so].grid.existing_mw", "3"),
        ("sites.sites[khu-cong-nghe-so].grid.steps[plus-2-mw].capex_vnd", "1e9"),
        ("sites.sites[khu-cong-nghe-so].energy_limits[pv-rooftop].max_mw", "2"),
        ("sites.sites[khu-cong-nghe-so].tariff_class", "production"),
        ("energy.emission_factors[2023].tco2_per_mwh", "0.6"),
        ("province.carbon_price_vnd_per_tco2[2028]", "100000"),
        ("province.policies[pue-new-sites].by_year.2028", "1.3"),
        ("services.load_classes[ai-batch].weekday[3]", "0.5"),
        ("services.programmes[ai-assistants].sizing.gpu_hours", "{2027: 1000, 2029: 2000}"),
        ("energy.battery", "null"),
        ("systems[document-flow].vcpu", "48"),
        ("systems[document-flow].moves_on", "null"),
    ],
)
def test_paths_that_reach_their_value(folder: Path, path: str, value: str) -> None:
    if path == "energy.battery":
        edit(folder, "sites.yaml", "{technology: battery, max_mw: 1.0,", "{technology: pv-2, max_mw: 1.0,")
        edit(folder, "energy.yaml", "  - id: pv-rooftop", PV_2 + "  - id: pv-rooftop")
    before = load_province(folder)
    scenario(folder, f'{{path: "{path}", value: {value}}}')
    after = load_province(folder, "tried")
    stem = re.split(r"[.\[]", path)[0]
    parts = ("settings", "sites", "hardware", "energy", "clouds", "services", "systems")
    changed = [part for part in parts if getattr(before, part) != getattr(after, part)]
    assert changed == [{"province": "settings"}.get(stem, stem)]


def test_later_override_reaches_into_an_earlier_one(folder: Path) -> None:
    scenario(
        folder,
        '{path: "services.programmes[ai-assistants].sizing.gpu_hours", value: {2027: 1000}}',
        '{path: "services.programmes[ai-assistants].sizing.gpu_hours.2028", value: -5}',
    )
    (problem,) = read_province(folder).problems
    assert problem.field == "scenarios[tried].set[1].value"
    assert problem.line == line_of(folder, "scenarios.yaml", "value: -5")


def test_wrong_value_inside_a_set_mapping_has_its_own_line(folder: Path) -> None:
    path = "services.programmes[ai-assistants].sizing.gpu_hours"
    scenario(folder, f"path: {path}\n        value:\n          2027: 1\n          2029: many")
    (problem,) = read_province(folder).problems
    assert problem.line == line_of(folder, "scenarios.yaml", "2029: many")
    assert problem.value.en == "'many'"
    assert problem.allowed.en == f"a number of at least 0 (set for {path}.2029)"


def test_problem_of_the_base_is_not_repeated_for_every_scenario(folder: Path) -> None:
    edit(folder, "hardware.yaml", "    it_kw: 500", "    it_kw: -500")
    (problem,) = read_province(folder).problems
    assert problem.file == "hardware.yaml"


def test_scenario_that_makes_the_demand_impossible_is_told(folder: Path) -> None:
    scenario(folder, '{path: "services.programmes[ai-assistants].sizing.gpu_hours", value: {}}')
    (problem,) = read_province(folder).problems
    assert (problem.file, problem.field) == ("scenarios.yaml", "scenarios[tried].set[0].value")


def test_scenario_with_another_weather_file_reads_it(folder: Path) -> None:
    scenario(folder, '{path: "sites.sites[khu-cong-nghe-so].weather_file", value: weather/other.csv}')
    (problem,) = read_province(folder).problems
    assert problem.field == "scenarios[tried].set[0].value"
    text = (folder / "weather" / "khu-cong-nghe-so.csv").read_text(encoding="utf-8")
    (folder / "weather" / "other.csv").write_text(text.replace("# title: ", "# title: another "), encoding="utf-8")
    province = load_province(folder, "tried")
    assert province.weather["khu-cong-nghe-so"].provenance["title"].startswith("another ")


def test_value_may_not_be_missing(folder: Path) -> None:
    scenario(folder, "{path: energy.tariff_class}")
    (problem,) = read_province(folder).problems
    assert (problem.field, problem.value.en) == ("scenarios[tried].set[0].value", "missing")

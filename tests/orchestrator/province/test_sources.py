"""Where figures come from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from orchestrator.province import Figure, figures, load_province, plan_figures, read_province, standing_counts
from orchestrator.province.catalogue import FILES
from orchestrator.province.shapes import Shape
from orchestrator.province.sources import PROGRAM_DEFAULT
from tests.orchestrator.province.editing import edit, line_of


@pytest.fixture(scope="module")
def listed(shared_folder: Path) -> dict[str, Figure]:
    return {f"{figure.file} {figure.path}": figure for figure in figures(load_province(shared_folder).book)}


def test_figure_from_a_document(listed: dict[str, Figure], shared_folder: Path) -> None:
    assert listed["energy.yaml emission_factors[2023].tco2_per_mwh"] == Figure(
        file="energy.yaml",
        line=line_of(shared_folder, "energy.yaml", "0.6592"),
        path="emission_factors[2023].tco2_per_mwh",
        value=0.6592,
        standing="sourced",
        source="ref:grid-ef-2023",
        reference="grid-ef-2023",
        title="Hệ số phát thải lưới điện Việt Nam năm 2023",
        date=None,
    )


def test_derived_figure_names_the_document_it_mentions(listed: dict[str, Figure]) -> None:
    figure = listed["clouds.yaml prices[fpt-storage].price_vnd"]
    assert (figure.standing, figure.reference) == ("derived", "fpt-gpu-price")


def test_field_has_its_own_source_and_the_rest_the_default(listed: dict[str, Figure]) -> None:
    price = listed["hardware.yaml skus[h200-node].price_vnd"]
    power = listed["hardware.yaml skus[h200-node].peak_kw"]
    assert (price.standing, power.standing) == ("derived", "assumption")
    level = listed["clouds.yaml providers[fpt].zones[fpt-han].attested_level"]
    assert level.source == "assumption: no approval was published"


def test_date_of_the_document(listed: dict[str, Figure]) -> None:
    assert listed["energy.yaml tariffs[business-22].peak_vnd_per_kwh"].date == dt.date(2025, 5, 9)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("province.yaml usd_vnd", 26400),
        ("province.yaml policies[pue-new-sites].by_year.2028", 1.4),
        ("energy.yaml diesel_tco2_per_litre", 0.00268),
        ("services.yaml programmes[ai-assistants].sizing.gpu_hours.2029", 100000),
        ("services.yaml storage.log_months_by_level.3", 3),
        ("hardware.yaml halls[chilled-n1].cooling_model.cop_reference", 5.5),
        ("systems.csv systems[one-stop-portal].vcpu", "48"),
        ("sites.yaml sites[khu-cong-nghe-so].grid.steps[plus-2-mw].add_mw", 2),
    ],
)
def test_figures_of_every_depth_are_listed(listed: dict[str, Figure], key: str, value: object) -> None:
    assert listed[key].value == value


def test_shape_of_24_hours_is_one_figure(listed: dict[str, Figure]) -> None:
    value = listed["services.yaml load_classes[office-hours].weekday"].value
    assert len(value) == 24


def test_default_of_the_program_is_listed_as_an_assumption(listed: dict[str, Figure], shared_folder: Path) -> None:
    figure = listed["hardware.yaml halls[chilled-n1].cooling_model.air_side_cop"]
    assert (figure.value, figure.source, figure.standing) == (3.0, PROGRAM_DEFAULT, "assumption")
    assert figure.line == line_of(shared_folder, "hardware.yaml", "    cooling_model:")


@pytest.mark.parametrize("scenario", ["base", "late-portal"])
def test_counts_are_of_all_figures_that_a_plan_rests_on(
    scenario: str, listed: dict[str, Figure], shared_folder: Path
) -> None:
    """What a scenario sets counts, what is drawn from does not."""
    counts = standing_counts(plan_figures(load_province(shared_folder, scenario).book))
    spread = [name for name in listed if name.startswith("scenarios.yaml uncertain[")]
    assert spread
    migration = [name for name in listed if name.startswith(("waves.yaml ", "assessments.csv ", "waivers.yaml "))]
    assert migration
    assert sum(counts.values()) == len(listed) - len(spread) - len(migration)
    assert counts["derived"] == len([figure for figure in listed.values() if figure.standing == "derived"])


def test_figure_follows_its_file(folder: Path, listed: dict[str, Figure]) -> None:
    edit(folder, "hardware.yaml", "    racks: 30", "    racks: 31")
    changed = {f"{f.file} {f.path}": f.value for f in figures(load_province(folder).book)}
    assert [key for key in listed if changed[key] != listed[key].value] == ["hardware.yaml halls[chilled-n1].racks"]


def test_source_key_may_be_the_path_or_the_name_of_a_nested_field(folder: Path) -> None:
    old = '      storage_tb_per_gpu: 5\n    source: "assumption: sample sizing"'
    new = (
        '      storage_tb_per_gpu: 5\n    source:\n      sizing.utilisation: "assumption: ramp"\n'
        '      storage_tb_per_gpu: "assumption: disks"\n      default: "assumption: rest"'
    )
    edit(folder, "services.yaml", old, new)
    found = {f.path.removeprefix("programmes[ai-assistants]."): f.source for f in figures(load_province(folder).book)}
    assert found["sizing.utilisation.2029"] == "assumption: ramp"
    assert found["sizing.storage_tb_per_gpu"] == "assumption: disks"
    assert found["sizing.gpu_hours.2027"] == "assumption: rest"


def test_records_without_default_name_every_figure_that_lacks_a_source(folder: Path) -> None:
    edit(
        folder, "hardware.yaml", '      default: "assumption: published reference designs, 10.2 kW per node of 8"\n', ""
    )
    (problem,) = read_province(folder).problems
    assert problem.value.en == (
        "no source for vcpu, memory_gib, gpus, gpu_equivalent, idle_kw, peak_kw, fabric_power_fraction, "
        "fabric_price_fraction, servers_per_rack, rack_weight_kg, maintenance_fraction_per_year, lifetime_years, "
        "lead_time_months"
    )


def _uncovered(shape: Shape, path: str, covered: bool) -> list[str]:
    """Places of figures that no record with a source holds."""
    fields = shape.known()
    covered = covered or "source" in fields
    found = [path] if shape.is_figure and not covered else []
    for name, field in fields.items():
        beside = f"{name.partition('_')[0]}_source" in fields
        found += _uncovered(field, f"{path}.{name}", covered or beside)
    for inner in (shape.item, *(shape.variants or {}).values()):
        if inner is not None and not shape.is_figure:
            found += _uncovered(inner, f"{path}[]", covered)
    return found


def test_every_figure_that_a_file_can_hold_is_in_a_record_with_a_source() -> None:
    for file, kind in FILES.items():
        assert _uncovered(kind.shape, file, covered=False) == []

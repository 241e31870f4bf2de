from __future__ import annotations

import dataclasses
import json
import math

import pytest

from capacity.demand import RESOURCES, compute_demand
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.settings import Reference
from orchestrator.demand_view import (
    cited_references,
    demand_document,
    demand_tables,
    demand_words,
    explanations,
    population_line,
)
from orchestrator.i18n import Language
from orchestrator.report import Table
from tests.capacity.demand.factories import RULES, inputs, population, programme, system

MERGER = Reference(id="merger", title="Nghị quyết 202/2025/QH15", where="in the law gazette", confidence="high")
UNUSED = Reference(id="unused", title="Nothing", where="nowhere", confidence="low")


@pytest.fixture
def given() -> CapacityInputs:
    programmes = [programme(rule, name_en=rule, first_year=2026) for rule in RULES]
    return inputs(
        *programmes,
        programme("fixed_platform", "twin", payer="enterprise", name_en="twin"),
        systems=[system("a"), system("b", in_room_now=True)],
        references=(UNUSED, MERGER),
    )


def tables(given: CapacityInputs, year: int | None = None, language: Language = "en") -> dict[str, Table]:
    found = demand_tables(given, compute_demand(given), demand_words(language), year)
    return {table.key: table for table in found}


def test_document_holds_every_need_and_sums_up(given: CapacityInputs) -> None:
    demand = compute_demand(given)
    document = json.loads(json.dumps(demand_document(given, demand)))
    assert document["schema"] == "camau-dc/demand/1"
    assert document["years"] == [2025, 2026, 2027, 2028, 2029, 2030]
    assert len(document["needs"]) == len(demand.needs)
    assert [p["id"] for p in document["programmes"]] == [p.id for p in given.services.programmes]
    for index, year in enumerate(document["years"]):
        for resource in RESOURCES:
            needed = math.fsum(n["amount"] for n in document["needs"] if (n["year"], n["resource"]) == (year, resource))
            pooled = math.fsum(p["amounts"][resource][index] for p in document["pools"] if resource in p["amounts"])
            assert document["totals"][resource][index] == pytest.approx(needed)
            assert document["totals"][resource][index] == pytest.approx(pooled)


def test_document_traces_a_need(given: CapacityInputs) -> None:
    document = demand_document(given, compute_demand(given))
    need = next(n for n in document["needs"] if n["programme"] == "connected-things" and n["year"] == 2030)
    assert (need["resource"], need["system"], need["pool"]) == ("vcpu", None, "state-flat-l3")
    assert need["formula"].startswith("persons 2,606,672 × connections_per_person 4 × ")
    assert need["sources"]["persons"] == "ref:merger: head count"
    assert need["sources"]["peak_factor"] == "assumption: made for a test"
    assert [reference["id"] for reference in document["references"]] == ["merger"]


def test_document_of_one_year_is_a_part_of_the_whole(given: CapacityInputs) -> None:
    demand = compute_demand(given)
    whole, part = demand_document(given, demand), demand_document(given, demand, 2028)
    assert part["years"] == [2028]
    assert part["needs"] == [need for need in whole["needs"] if need["year"] == 2028]
    assert [pool["amounts"] for pool in part["pools"]] == [
        {resource: [amounts[3]] for resource, amounts in pool["amounts"].items()} for pool in whole["pools"]
    ]
    assert part["totals"] == {resource: [amounts[3]] for resource, amounts in whole["totals"].items()}


def test_year_outside_the_horizon_has_no_document(given: CapacityInputs) -> None:
    with pytest.raises(ValueError, match="not in"):
        demand_document(given, compute_demand(given), 2031)


def test_document_does_not_depend_on_the_order_of_the_register(given: CapacityInputs) -> None:
    turned = dataclasses.replace(given, systems=tuple(reversed(given.systems)))
    assert demand_document(turned, compute_demand(turned)) == demand_document(given, compute_demand(given))


def test_needs_table_has_a_row_for_each_programme_and_resource(given: CapacityInputs) -> None:
    needs = tables(given)["needs"]
    assert [column.heading for column in needs.columns] == [
        "Programme", "Resource", "2025", "2026", "2027", "2028", "2029", "2030"
    ]  # fmt: skip
    rows = {row[:2]: row[2:] for row in needs.rows}
    assert rows["connected_things", "Processors (vCPU)"] == ("—", "0.386", "0.531", "0.676", "0.821", "0.965")
    assert rows["twin", "Memory (GiB)"] == ("400", "480", "560", "640", "720", "800")
    assert rows["wholesale", "IT power to let (MW)"] == ("—", "0", "0", "0", "0", "20.0")


def test_systems_are_one_row_of_their_programme(given: CapacityInputs) -> None:
    rows = {row[:2]: row[2:] for row in tables(given)["needs"].rows}
    assert rows["register_systems", "Processors (vCPU)"] == ("—", "4.00", "4.00", "9.68", "10.6", "11.7")


def test_drivers_are_shown_by_year(given: CapacityInputs) -> None:
    drivers = {row[:2]: row[2:] for row in tables(given)["drivers"].rows}
    assert drivers["connected_things", "connections_per_person"] == ("—", "1.6", "2.2", "2.8", "3.4", "4")
    assert drivers["register_systems", "systems counted"] == ("—", "1", "1", "2", "2", "2")
    assert drivers["transactions", "growth_per_year"] == ("—", *["0.5"] * 5)
    assert drivers["wholesale", "it_mw.base"] == ("—", "0", "0", "0", "0", "20")
    empty = inputs(programme("wholesale", sizing={"case": "none"}))
    assert tables(empty, language="vi")["drivers"].rows == (
        ("Chương trình thử nghiệm", "phương án", *["không có"] * 6),
    )


def test_totals_are_those_of_the_payers(given: CapacityInputs) -> None:
    totals = tables(given, 2030)["totals"]
    rows = {row[:2]: row[2] for row in totals.rows}
    assert rows["Memory (GiB)", "Enterprise"] == "800"
    assert rows["Memory (GiB)", "State budget"] == "2,133"
    assert rows["Memory (GiB)", "Total"] == "2,933"
    assert [totals.rows[index][1] for index in sorted(totals.totals)] == ["Total"] * len(RESOURCES)


def test_pools_table_names_payer_and_amounts(given: CapacityInputs) -> None:
    rows = {row[:3]: row[3:] for row in tables(given, 2030)["pools"].rows}
    assert rows["enterprise-flat-l3", "Enterprise", "Processors (vCPU)"] == ("200",)


def test_tables_are_vietnamese_too(given: CapacityInputs) -> None:
    found = tables(given, language="vi")
    assert found["needs"].title == "Nhu cầu theo chương trình"
    row = found["needs"].rows[0]
    assert row[:2] == ("Chương trình thử nghiệm", "Bộ xử lý (vCPU)")
    assert row[-1] == "0,965"
    for table in found.values():
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_population_line_tells_both_counts(given: CapacityInputs) -> None:
    assert population_line(given, demand_words("en")) == (
        "Targets per person count 2,606,672 persons (administrative count);"
        " the other published figure is 2,140,000 (usual residents)."
    )
    resident = inputs(population=population(basis="resident"))
    assert "2.140.000 người (dân số thường trú)" in population_line(resident, demand_words("vi"))


def test_explanation_shows_formula_steps_and_sources(given: CapacityInputs) -> None:
    found = explanations(given, compute_demand(given), demand_words("en"), 2030)
    memory = next(each for each in found if each.heading == "connected_things · Memory · 2030: 3.86 GiB")
    assert memory.formula == "vcpu 0.965434 × memory_gib_per_vcpu 4"
    assert memory.steps[0].startswith("vcpu 0.965434 = persons 2,606,672 × ")
    assert memory.sources[0] == "persons: ref:merger: head count"
    assert memory.sources[1].endswith("memory_gib_per_vcpu: assumption: made for a test")


def test_explanations_name_each_system(given: CapacityInputs) -> None:
    found = explanations(given, compute_demand(given), demand_words("vi"), 2030)
    assert len(found) == len([n for n in compute_demand(given).needs if n.year == 2030])
    named = [each.heading for each in found if "Hệ thống thử nghiệm" in each.heading]
    assert len(named) == 10
    assert named[0] == "Chương trình thử nghiệm · Hệ thống thử nghiệm · Bộ xử lý · 2030: 5,86 vCPU"


def test_only_cited_documents_are_listed(given: CapacityInputs) -> None:
    assert cited_references(given, compute_demand(given).needs) == (MERGER,)

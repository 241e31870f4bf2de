from __future__ import annotations

import re

import pytest

from capacity.demand import RESOURCES, compute_demand
from capacity.inputs.bundle import CapacityInputs
from orchestrator.demand_view import demand_words
from orchestrator.demand_view.words import formula_lines
from tests.capacity.demand.factories import RULES, SIZINGS, inputs, programme, system

WHOLESALE = {"it_mw": {case: {2030: 20.0} for case in ("low", "base", "high")}}


def every_rule() -> CapacityInputs:
    others = [programme(rule, load_class="inference") for rule in RULES if rule != "wholesale"]
    halls = [programme("wholesale", case, {**WHOLESALE, "case": case}) for case in ("none", "low", "base", "high")]
    return inputs(*others, *halls, systems=[system("a"), system("b", in_room_now=True)])


def test_every_field_of_every_formula_has_a_vietnamese_name() -> None:
    text = demand_words("vi")
    for need in compute_demand(every_rule()).needs:
        for field in re.findall(r"\b([a-z][a-z0-9_.]*) \d", need.formula):
            assert f"field.{field}" in text.texts, need.formula
        for field, _ in need.cited:
            assert f"field.{field}" in text.texts
        for line in formula_lines(text, need.formula):
            assert not re.search(r"[a-z]_[a-z]", line), line


def test_both_catalogues_have_the_same_keys() -> None:
    vietnamese, english = (set(demand_words(language).texts) for language in ("vi", "en"))
    assert {key.split(".")[0] for key in vietnamese - english} == {"field"}
    assert english - vietnamese == set()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_rule_and_resource_has_words(language: str) -> None:
    text = demand_words("vi" if language == "vi" else "en")
    assert {f"rule.{rule}" for rule in SIZINGS} | {f"resource.{r}" for r in RESOURCES} <= set(text.texts)


def test_formula_in_vietnamese_has_vietnamese_signs() -> None:
    formula = (
        "max(persons 2,606,672 × platform_fraction 0.05 [2025: 0.5, 2030: 0.7], minimum_vcpu 4); usable_tb 1.5 = 1"
    )
    assert formula_lines(demand_words("vi"), formula) == (
        "max(dân số 2.606.672 × tỷ lệ qua nền tảng của tỉnh 0,05 [2025: 0,5; 2030: 0,7]; số vCPU tối thiểu 4)",
        "TB khả dụng 1,5 = 1",
    )


def test_formula_in_english_is_that_of_the_need() -> None:
    for need in compute_demand(every_rule()).needs:
        assert "; ".join(formula_lines(demand_words("en"), need.formula)) == need.formula

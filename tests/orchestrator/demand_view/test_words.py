from __future__ import annotations

import re

import pytest

from capacity.demand import RESOURCES, compute_demand, demand_problems
from capacity.inputs.bundle import CapacityInputs
from orchestrator.demand_view import demand_words, problem_words
from orchestrator.demand_view.words import formula_lines
from tests.capacity.demand.factories import RULES, SIZINGS, inputs, load_class, programme, storage_rule, system

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
    translated_only_in_vietnamese = {key for key in vietnamese if key.split(".")[0] in {"field", "wrong", "allowed"}}
    assert vietnamese - english <= translated_only_in_vietnamese
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


def test_problems_are_told_in_both_languages() -> None:
    wrong = inputs(
        programme("fixed_platform", sizing={"vcpu": {}}, security_level=4),
        programme("wholesale", "low", {"it_mw": {"base": {2030: 8.0}}}),
        programme("wholesale", "high", {"case": "high"}),
        programme("gpu_hours"),
        programme("gpu_hours", "state-office-hours-l2"),
        programme("register_systems", "a"),
        programme("register_systems", "b"),
        systems=[system("portal")],
        storage=storage_rule(log_months_by_level={2: 1, 3: 3}),
        load_classes=(load_class("flat", weekday=[0.0] * 24, weekend=[0.0] * 24, interactive=True),),
    )
    problems = {problem.kind: problem for problem in demand_problems(wrong)}
    assert len(problems) == 7
    assert problem_words(problems["wholesale_below_minimum"], "vi") == (
        "8 MW năm 2030",
        "0 hoặc ít nhất bằng minimum_wholesale_mw 10 (giữa các năm đã cho tính theo đường thẳng)",
    )
    for problem in problems.values():
        assert problem_words(problem, "en") == (problem.value, problem.allowed)
        value, allowed = problem_words(problem, "vi")
        assert value
        assert allowed != problem.allowed
        assert all(name in value + allowed for name in problem.named)

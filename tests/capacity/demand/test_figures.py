from __future__ import annotations

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from capacity.demand.figures import ONE, Figure, constant, given, given_by_year, value_in_year, written
from tests.capacity.demand.reading import claims, worked_out

UNHURRIED = settings(deadline=None)
"""A busy machine is no reason to fail."""

POSITIVE = st.floats(1e-6, 1e9)


def field(name: str, value: float) -> Figure:
    return given(name, value, f"assumption: {name}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2_606_672, "2,606,672"),
        (0, "0"),
        (0.05, "0.05"),
        (2.8, "2.8"),
        (1234.5678, "1,234.57"),
        (1 / 3, "0.333333"),
        (1.23456789e-7, "0.000000123457"),
        (2_606_672.4, "2,606,672"),
    ],
)
def test_numbers_keep_six_digits(value: float, text: str) -> None:
    assert written(value) == text


def test_products_sums_and_powers_are_written_as_they_are_computed() -> None:
    a, b, c = field("a", 2), field("b", 3), field("c", 5)
    figure = (a + b) * c / (a * b) + c.to_the(2)
    assert figure.text == "(a 2 + b 3) × c 5 ÷ (a 2 × b 3) + c 5^2"
    assert figure.value == pytest.approx(25 / 6 + 25)


def test_larger_of_two_is_taken() -> None:
    assert (field("a", 2) * ONE).or_at_least(field("b", 3)).value == 3
    assert field("a", 4).or_at_least(field("b", 3)).formula == "max(a 4, b 3)"
    assert field("a", 4).or_at_least(field("b", 3)).value == 4


def test_named_figure_keeps_its_arithmetic_as_a_step() -> None:
    gbps = (field("users", 4) * field("mbps", 6)).called("traffic")
    assert (gbps / constant("mbps_per_gbps", 1000) + gbps).formula == (
        "traffic 24 ÷ mbps_per_gbps 1,000 + traffic 24; traffic 24 = users 4 × mbps 6"
    )


def test_input_field_is_not_named_twice() -> None:
    assert field("vcpu", 8).called("vcpu") == field("vcpu", 8)


def test_sources_stand_behind_their_fields() -> None:
    shared = given("a", 1, "ref:x") * given("b", 2, "ref:x")
    assert shared.source == "ref:x"
    assert (shared * given("c", 3, "assumption: y")).source == "a, b: ref:x; c: assumption: y"


def test_interpolated_field_shows_the_given_years() -> None:
    table = {2030: 4.0, 2025: 1.0}
    assert given_by_year("k", table, 2025, "ref:x").text == "k 1"
    assert given_by_year("k", table, 2027, "ref:x").text == "k 2.2 [2025: 1, 2030: 4]"
    assert given_by_year("k", table, 2040, "ref:x").text == "k 4 [2025: 1, 2030: 4]"


@pytest.mark.parametrize(
    ("year", "value"), [(2020, 1), (2025, 1), (2026, 3), (2027, 5), (2028, 4), (2029, 3), (2030, 2), (2031, 2)]
)
def test_years_between_are_on_a_line_and_years_outside_hold(year: int, value: float) -> None:
    assert value_in_year({2030: 2, 2025: 1, 2027: 5}, year) == pytest.approx(value)


def test_table_without_years_is_refused() -> None:
    with pytest.raises(ValueError, match="no year"):
        value_in_year({}, 2025)


@UNHURRIED
@for_all(st.dictionaries(st.integers(2020, 2035), st.floats(0, 1e9), min_size=1), st.integers(2015, 2040))
def test_interpolation_stays_within_the_given_values(table: dict[int, float], year: int) -> None:
    value = value_in_year(table, year)
    most = max(table.values())
    assert min(table.values()) - 1e-9 * most <= value <= most * (1 + 1e-9)


@UNHURRIED
@for_all(POSITIVE, POSITIVE, POSITIVE, POSITIVE, st.integers(0, 6))
def test_formula_works_out_to_the_value(a: float, b: float, c: float, d: float, power: int) -> None:
    inner = (field("a", a) + field("b", b) / field("c", c)).called("inner")
    figure = (inner * (ONE + field("d", d)) / (field("b", b) * inner)).or_at_least(field("c", c)) + inner.to_the(1)
    grown = figure * (ONE + field("share", 0.1)).to_the(power)
    (_, total), (stated, step) = claims(grown.formula)
    assert total == pytest.approx(grown.value, rel=1e-4)
    assert step == pytest.approx(inner.value, rel=1e-4)
    assert stated == pytest.approx(inner.value, rel=1e-5)


def test_reader_of_formulas_knows_its_signs() -> None:
    assert worked_out("max(a_b 1,000 × (1 + c.d 0.5)^2 ÷ e 4 [2025: 1, 2030: 2], f 3)") == pytest.approx(562.5)

"""Values set from outside the folder: what is written means what it says, and what cannot be is told with its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.province import InvalidProvinceError, Province
from orchestrator.province.assignments import Written, assigned
from tests.orchestrator.province.test_changes import edited

LAND = "sites.sites[khu-cong-nghe-so].land_m2"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Province:
    return edited(tmp_path_factory.mktemp("provinces") / "base")


def set_to(base: Province, *texts: str) -> tuple[Province, list[tuple[str, Any, Any]]]:
    province, done = assigned(base, [Written(text, line=number) for number, text in enumerate(texts, start=1)])
    return province, [(each.field, each.old, each.new) for each in done]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{LAND}=25000", 25000.0),
        (f"{LAND}=+5000", 25000.0),
        (f"{LAND}=-5000", 15000.0),
        (f"{LAND}=-20%", 16000.0),
        (f" {LAND} = +1e3 ", 21000.0),
    ],
)
def test_a_value_is_set_or_changed(base: Province, text: str, expected: float) -> None:
    province, done = set_to(base, text)
    assert province.sites.sites[0].land_m2 == expected
    assert done == [("sites[khu-cong-nghe-so].land_m2", 20000, expected)]
    assert base.sites.sites[0].land_m2 == 20000, "the province itself stays as it is"
    assert province.digest == base.digest


def test_values_are_set_in_their_order(base: Province) -> None:
    province, _ = set_to(base, f"{LAND}=10000", f"{LAND}=+50%")
    assert province.sites.sites[0].land_m2 == 15000.0


def test_a_table_by_year_is_changed_in_every_year(base: Province) -> None:
    province, _ = set_to(base, "province.vat.rate_by_year=+10%")
    before = base.settings.vat.rate_by_year
    assert province.settings.vat.rate_by_year == pytest.approx({year: 1.1 * rate for year, rate in before.items()})


def test_a_short_key_means_all_numbers_that_begin_with_it(base: Province) -> None:
    province, done = set_to(base, "energy.battery.capex=-20%")
    assert base.energy.battery is not None
    assert province.energy.battery is not None
    assert [field for field, _, _ in done] == ["battery.capex_vnd_per_mw", "battery.capex_vnd_per_mwh"]
    assert province.energy.battery.capex_vnd_per_mwh == pytest.approx(0.8 * base.energy.battery.capex_vnd_per_mwh)
    assert set_to(base, "province.discount=0.1")[0].settings.discount_rate == 0.1


def test_a_register_and_a_value_that_is_no_number_can_be_set(base: Province) -> None:
    name = base.systems[0].id
    province, _ = set_to(base, f"systems[{name}].vcpu=+50%")
    assert province.systems[0].vcpu == pytest.approx(1.5 * base.systems[0].vcpu)
    province, _ = set_to(base, "sites.sites[khu-cong-nghe-so].allowed_halls=[]")
    assert province.sites.sites[0].allowed_halls == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "write path=value"),
        (LAND, "write path=value"),
        (f"{LAND}=", "write path=value"),
        ("=5", "write path=value"),
        ("land=5", "a path such as"),
        ("nowhere.land=5", "a path begins with"),
        ("sites.sites[khu-cong-nghe].land_m2=5", "did you mean 'khu-cong-nghe-so'?"),
        ("energy.battery.capx=-20%", "energy.battery has no 'capx'"),
        ("energy.battery.capex=5", "short for energy.battery.capex_vnd_per_mw, energy.battery.capex_vnd_per_mwh"),
        (f"{LAND}=many", "sites.yaml: sites[khu-cong-nghe-so].land_m2: 'many', a number"),
        (f"{LAND}=-200%", "-20000"),
        ("sites.sites[khu-cong-nghe-so].payer=+5", "a number, or a table of numbers by year, can be changed"),
        ("sites.sites[khu-cong-nghe-so].weather_file=other.csv", "a scenario of the folder can set it"),
        (f"{LAND}=[1", "set:1"),
        (f"{LAND}=5\nlatitude_deg: 3", "set:1"),
    ],
)
def test_what_cannot_be_is_told_in_both_languages(base: Province, text: str, words: str) -> None:
    with pytest.raises(InvalidProvinceError) as told:
        set_to(base, text)
    problem = told.value.problems[0]
    assert words in problem.text("en")
    assert problem.text("en").startswith("set:1: ")
    assert problem.text("vi") != problem.text("en")


def test_all_assignments_that_cannot_be_are_told_at_once(base: Province) -> None:
    with pytest.raises(InvalidProvinceError) as told:
        set_to(base, "a.b=1", f"{LAND}=+1", "c.d=2")
    assert [problem.line for problem in told.value.problems] == [1, 3]


@given(share=st.floats(-99, 400), amount=st.floats(0, 1e6))
def test_a_share_is_of_what_is_there(base: Province, share: float, amount: float) -> None:
    province, _ = set_to(base, f"{LAND}={amount:.6f}", f"{LAND}={share:+.6f}%")
    assert province.sites.sites[0].land_m2 == pytest.approx(round(amount, 6) * (1 + round(share, 6) / 100), abs=1e-5)


@given(text=st.text(max_size=40))
def test_any_text_is_set_or_told(base: Province, text: str) -> None:
    for written in (text, f"{LAND}={text}", f"energy.battery.{text}=-5%", f"{text}=1"):
        try:
            assigned(base, [Written(written)])
        except InvalidProvinceError as error:
            told = error.problems
        else:
            continue
        assert told

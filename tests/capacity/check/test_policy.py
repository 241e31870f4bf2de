"""Policies by hand: each holds at what the accounts find and is broken just beyond it, with the figure that is told."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from capacity.accounts import Accounts, compute_accounts
from capacity.accounts.records import ProvinceYear, SiteYear
from capacity.check.evidence import Rule
from capacity.check.policy import (
    carbon_stays_under_the_cap,
    hourly_carbon_free_share_is_reached,
    programmes_stand_in_the_province,
    pue_stays_under_the_limit,
    renewable_share_is_reached,
    water_is_enough,
    water_policy_holds,
)
from capacity.hourly import SiteHours
from capacity.inputs.settings import PolicyKind
from tests.capacity.check.breakers import MW, SITE, Case
from tests.capacity.check.judging import told, violations
from tests.factories import (
    Sizes,
    make_cooling,
    make_demand,
    make_energy,
    make_hall,
    make_hardware,
    make_inputs,
    make_plan,
    make_policy,
    make_room,
    make_shell,
)

ROOM = "phong-may"
YEARS = (2026, 2027, 2028)


@cache
def windy() -> Case:
    """A contract for 30 MW of wind, a third of it in hours that buy less; the State's room has no supply of its own."""
    inputs, demand = make_inputs(), make_demand()
    return Case(inputs, demand, make_plan(inputs, demand, Sizes(pv_mw=20.0, dppa_mw=30.0)))


@cache
def accounts() -> Accounts:
    return compute_accounts(windy().inputs, windy().demand, windy().plan)


def site_year(site: str = SITE, year: int = 2027) -> SiteYear:
    (found,) = [row for row in accounts().site_years if (row.site, row.year) == (site, year)]
    return found


def of_all(year: int = 2027) -> ProvinceYear:
    (found,) = [row for row in accounts().province_years if (row.scope, row.year) == ("all", year)]
    return found


def under(kind: PolicyKind, limit: float, **fields: str) -> Case:
    return windy().with_policy(kind, {2027: limit}, **fields)


def amount_told(rule: Rule, case: Case) -> dict[str, float]:
    return {where: amount for where, (amount, _) in told(rule, case).items()}


def test_renewable_share_counts_all_that_the_contract_makes() -> None:
    """1 - (bought - 30 MW x capacity factor) / load, also where nothing was bought to match."""
    case, row = windy(), site_year()
    wind = case.inputs.energy.generation[1]
    made = 30 * float(SiteHours(case.inputs, case.inputs.site(SITE), 2027).capacity_factor(wind).sum())
    dispatch = next(row for row in case.plan.dispatches if (row.site, row.year) == (SITE, 2027))
    assert made > dispatch.dppa_w.sum() / 1e6 + 1000, "a part of it is unmatched"
    share = 1 - (dispatch.grid_w.sum() / 1e6 - made) / row.facility_mwh
    assert told(renewable_share_is_reached, under("renewable_share_min", share - 1e-5)) == {}
    found = told(renewable_share_is_reached, under("renewable_share_min", share + 1e-5))
    assert found["renewable-share-min/2027"] == pytest.approx((share, share + 1e-5))


def test_hourly_share_counts_what_is_matched_alone() -> None:
    case, row = windy(), site_year()
    dispatch = next(row for row in case.plan.dispatches if (row.site, row.year) == (SITE, 2027))
    share = 1 - float((dispatch.grid_w - dispatch.dppa_w).sum()) / 1e6 / row.facility_mwh
    assert share < (row.renewable_share or 0) - 0.01
    assert told(hourly_carbon_free_share_is_reached, under("hourly_carbon_free_min", share - 1e-5)) == {}
    found = told(hourly_carbon_free_share_is_reached, under("hourly_carbon_free_min", share + 1e-5))
    assert found["hourly-carbon-free-min/2027"] == pytest.approx((share, share + 1e-5))


@pytest.mark.parametrize(
    ("rule", "kind", "field"),
    [
        (renewable_share_is_reached, "renewable_share_min", "renewable_share"),
        (hourly_carbon_free_share_is_reached, "hourly_carbon_free_min", "hourly_carbon_free"),
    ],
)
def test_a_share_of_all_sites_is_of_their_sum(rule: Rule, kind: PolicyKind, field: str) -> None:
    everywhere, candidates = getattr(of_all(), field), getattr(site_year(), field)
    assert everywhere < candidates - 1e-4, "the room of the State buys all that it needs"
    assert told(rule, under(kind, everywhere + 1e-5)) == {}, "of candidates alone"
    assert told(rule, under(kind, everywhere - 1e-5, scope="all")) == {}
    assert amount_told(rule, under(kind, everywhere + 1e-5, scope="all")) == {
        f"{kind.replace('_', '-')}/2027": pytest.approx(everywhere)
    }


def test_a_year_without_load_reaches_every_share() -> None:
    """The candidate has nothing in 2026."""
    case = windy().with_policy("renewable_share_min", {2026: 1.0, 2030: 1.0})
    assert told(renewable_share_is_reached, case) == {}


def test_carbon_cap_counts_import_and_the_tests_of_gensets() -> None:
    row = site_year()
    tests = sum(b.amount for b in windy().plan.builds if b.kind == "genset") * 12 * 1000 * 0.27 * 0.00268
    tonnes = 0.6592 * row.grid_mwh + tests
    assert tests > 100
    assert told(carbon_stays_under_the_cap, under("carbon_cap_tco2", tonnes + 0.1)) == {}
    found = told(carbon_stays_under_the_cap, under("carbon_cap_tco2", tonnes - 0.2))
    assert found["carbon-cap-tco2/2027"] == pytest.approx((tonnes, tonnes - 0.2), abs=1e-3)
    everywhere = under("carbon_cap_tco2", tonnes + 0.6592 * site_year(ROOM).grid_mwh - 0.2, scope="all")
    assert told(carbon_stays_under_the_cap, everywhere).keys() == {"carbon-cap-tco2/2027"}
    at_the_sum = under("carbon_cap_tco2", tonnes + 0.6592 * site_year(ROOM).grid_mwh + 0.1, scope="all")
    assert told(carbon_stays_under_the_cap, at_the_sum) == {}


def test_pue_is_of_every_site_by_itself() -> None:
    """5 kW of fixed losses are much in a room of 60 kW and nothing in 12 MW."""
    site, room = (site_year(name).facility_mwh / site_year(name).it_mwh for name in (SITE, ROOM))
    assert room > site + 0.1
    assert told(pue_stays_under_the_limit, under("pue_max", site + 1e-5)) == {}
    found = told(pue_stays_under_the_limit, under("pue_max", site - 1e-5))
    assert found == {f"pue-max/{SITE}/2027": pytest.approx((site, site - 1e-5))}
    everywhere = told(pue_stays_under_the_limit, under("pue_max", room - 0.01, scope="all"))
    assert everywhere == {f"pue-max/{ROOM}/2027": pytest.approx((room, room - 0.01))}
    assert told(pue_stays_under_the_limit, under("pue_max", room + 0.01, scope="all")) == {}


def test_a_site_that_draws_power_and_serves_nothing_has_no_pue_to_be_proud_of() -> None:
    nothing_waits = tuple(replace(row, deferred_w={}) for row in windy().plan.dispatches)
    idle = windy().with_plan(placements=(), dispatches=nothing_waits)
    found = violations(pue_stays_under_the_limit, idle.with_policy("pue_max", {2027: 1.5}))
    assert [row.where for row in found] == [f"pue-max/{SITE}/2027"]
    assert found[0].amount == float("inf")


@pytest.mark.parametrize(("more_kwh", "broken"), [(17.0, False), (18.5, True)])
def test_pue_of_a_small_room_may_be_off_by_two_watts_an_hour(more_kwh: float, broken: bool) -> None:
    """17.52 kWh in a year, and a millionth."""
    room = site_year(ROOM)
    limit = (room.facility_mwh - more_kwh / 1000) / room.it_mwh
    found = told(pue_stays_under_the_limit, under("pue_max", limit, scope="all"))
    assert found.keys() == ({f"pue-max/{ROOM}/2027"} if broken else set())


def wet() -> Case:
    """Two litres for a kWh in the small hall, one in that of the tenants."""
    hall = make_hall(cooling_model=make_cooling(water_litre_per_kwh_it=2.0))
    return windy().with_inputs(hardware=make_hardware(halls=(hall, make_shell(), make_room())))


def test_water_is_litres_by_hall_and_site() -> None:
    tenants = 12 * 8760
    used = 2 * (site_year().it_mwh - tenants) + tenants
    case = wet().with_sites(cooling_water_m3_per_year=used + 1)
    in_2027 = f"{SITE}/2027"
    assert in_2027 not in told(water_is_enough, case)
    found = told(water_is_enough, wet().with_sites(cooling_water_m3_per_year=used - 1))
    assert found[in_2027] == pytest.approx((used, used - 1))
    assert told(water_policy_holds, wet().with_policy("water_max_m3", {2027: used + 1})) == {}
    limited = told(water_policy_holds, wet().with_policy("water_max_m3", {2027: used - 1}))
    assert limited == {f"water-max-m3/{SITE}/2027": pytest.approx((used, used - 1))}
    room = site_year(ROOM).it_mwh
    everywhere = wet().with_policy("water_max_m3", {2027: room - 1}, scope="all")
    assert told(water_policy_holds, everywhere).keys() == {f"water-max-m3/{place}/2027" for place in (SITE, ROOM)}


def test_a_programme_counts_its_own_pools_and_targets_accumulate() -> None:
    """6.4 GPU servers of 11 kW and 0.8 storage servers of 0.88 kW; the target of 2027 holds in 2028 too."""
    megawatt = (6.4 * 11 + 0.8 * 0.88) / 1000
    for target, years in ((megawatt - 1e-5, set()), (megawatt + 1e-5, {2027, 2028})):
        case = windy().with_policy(MW, {2027: target}, programme="ai-dc")
        found = told(programmes_stand_in_the_province, case)
        assert found.keys() == {f"programme-in-province-mw-min/{year}" for year in years}
        for pair in found.values():
            assert pair == pytest.approx((megawatt, target))
    later = windy().with_policy(MW, {2028: 1.0, 2027: 0.05}, programme="ai-dc")
    assert told(programmes_stand_in_the_province, later).keys() == {"programme-in-province-mw-min/2028"}
    shrinking = windy().with_policy(MW, {2027: 1.0, 2028: 0.05}, programme="ai-dc")
    assert told(programmes_stand_in_the_province, shrinking) == {
        f"programme-in-province-mw-min/{year}": pytest.approx((megawatt, 1.0)) for year in (2027, 2028)
    }
    not_yet = windy().with_policy(MW, {2028: megawatt - 1e-5}, programme="ai-dc")
    assert told(programmes_stand_in_the_province, not_yet) == {}
    nobody = windy().with_policy(MW, {2027: 1.0}, programme="unheard-of")
    assert told(programmes_stand_in_the_province, nobody) == {}


def test_policies_of_years_that_the_plan_does_not_have_bind_nowhere() -> None:
    rule = make_policy("carbon_cap_tco2", {2025: 0.0, 2029: 0.0})
    assert told(carbon_stays_under_the_cap, windy().with_settings(policies=(rule,))) == {}


def test_emission_factor_of_the_year_counts() -> None:
    factors = make_energy().emission_factors
    later = factors[0].model_copy(update={"year": 2027, "tco2_per_mwh": 0.5})
    case = under("carbon_cap_tco2", 1.0).with_inputs(energy=make_energy(emission_factors=(*factors, later)))
    tests = site_year().genset_test_tco2
    expected = 0.5 * site_year().grid_mwh + tests
    assert np.isclose(told(carbon_stays_under_the_cap, case)["carbon-cap-tco2/2027"][0], expected)

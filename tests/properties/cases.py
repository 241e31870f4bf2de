"""Small provinces with every technology and constraint switched on and off."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from capacity.demand.needs import Demand
from capacity.inputs import CapacityInputs
from capacity.inputs.resilience import Resilience
from tests.factories import (
    make_funding,
    make_network,
    make_outage,
    make_pad,
    make_site_loss,
    recoverable_services,
    resilient_hardware,
)
from tests.properties.provinces import Province, inputs_of

RULES = ("outage", "pad", "autonomy", "site_loss")
EVERYTHING = ("hall", "server", "energy_asset", "grid", "rent", "network", "operation", "energy")


@dataclass(frozen=True)
class Case:
    """A province under rules of resilience, with a budget of every year (None: no limit) and over a network or not.

    ``lifetime_years``: of PV, wind and battery, when they do not last as long as usual.
    """

    province: Province
    rules: frozenset[str] = frozenset()
    budget_vnd: float | None = None
    network: bool = False
    lifetime_years: float | None = None


def inputs_of_case(case: Case) -> tuple[CapacityInputs, Demand]:
    """Inputs and demand of a case."""
    inputs, demand = inputs_of(case.province)
    given = Resilience(
        outage=make_outage() if "outage" in case.rules else None,
        pad=make_pad() if "pad" in case.rules else None,
        site_loss=make_site_loss() if "site_loss" in case.rules else None,
    )
    update: dict[str, object] = {"resilience": given}
    if case.budget_vnd is not None:
        funding = [make_funding(payer, payer, EVERYTHING, case.budget_vnd) for payer in ("enterprise", "state")]
        update["funding"] = tuple(funding)
    inputs = replace(inputs, settings=inputs.settings.model_copy(update=update))
    if case.rules:
        hardware = resilient_hardware(inputs.hardware, 5.0 if "autonomy" in case.rules else 0.0)
        inputs = replace(inputs, hardware=hardware, services=recoverable_services(inputs.services))
    if case.network:
        inputs = replace(inputs, network=make_network())
    if case.lifetime_years is not None:
        short = {"lifetime_years": case.lifetime_years}
        energy = inputs.energy
        shorter = {
            "generation": tuple(technology.model_copy(update=short) for technology in energy.generation),
            "battery": None if energy.battery is None else energy.battery.model_copy(update=short),
        }
        inputs = replace(inputs, energy=energy.model_copy(update=shorter))
    return inputs, demand


def _province(*, small: bool) -> st.SearchStrategy[Province]:
    """One site; or two, or two years. Limits are such that most provinces have a plan and many feel the limit."""
    return st.builds(
        Province,
        vcpu=st.sampled_from([0.0, 1000.0, 2000.0]),
        gpus=st.sampled_from([16.0, 48.0, 64.0]),
        tenants_mw=st.sampled_from([0.0, 0.0, 10.0]),
        systems_vcpu=st.sampled_from([0.0, 100.0]),
        years=st.just(1) if small else st.sampled_from([1, 1, 2]),
        second_site=st.just(False) if small else st.booleans(),
        grid_mw=st.sampled_from([0.5, 10.0, 40.0]),
        pv_mw=st.sampled_from([0.0, 2.0, 12.0]),
        wind_mw=st.sampled_from([0.0, 6.0]),
        battery_mw=st.sampled_from([0.0, 4.0]),
        dppa_mw=st.sampled_from([0.0, 8.0]),
        capacity_vnd=st.sampled_from([0.0, 200_000.0]),
        rent_quota_gpus=st.sampled_from([None, 8.0, 1000.0]),
        renewable_share=st.sampled_from([None, 0.1, 0.3]),
        carbon_free_share=st.sampled_from([None, 0.1, 0.25]),
        carbon_cap_t=st.sampled_from([None, 500.0, 60_000.0]),
        pue=st.sampled_from([None, 1.45, 1.6]),
        water_m3=st.sampled_from([None, 1e4, 150_000.0]),
        ai_mw=st.sampled_from([None, 0.02, 0.05]),
        tied=st.booleans(),
        extra_servers=st.booleans(),
        hall_price=st.sampled_from([1.0, 0.02]),
        seed=st.integers(1, 3),
    )


def cases(*, small: bool = False) -> st.SearchStrategy[Case]:
    """Every technology and constraint on and off; ``small``: one site and year."""
    return st.builds(
        Case,
        province=_province(small=small),
        rules=st.frozensets(st.sampled_from(RULES)),
        budget_vnd=st.sampled_from([None, None, 2e12, 200e9]),
        network=st.booleans(),
        lifetime_years=st.sampled_from([None, None, 1.0]),
    ).map(_consistent)


def _consistent(case: Case) -> Case:
    """The factory's network knows one site, and tenants at two sites take minutes."""
    if not case.province.second_site:
        return case
    return replace(case, network=False, province=replace(case.province, tenants_mw=0.0))

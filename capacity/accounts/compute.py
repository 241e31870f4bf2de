"""The accounts of a plan, and the hourly series of one site and year."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from capacity.accounts.catalogue import PLANT, nameplate_kw
from capacity.accounts.demand_charge import demand_charges
from capacity.accounts.hours import HourlyAccount, HourlyAccounts
from capacity.accounts.money import money_of, orders_of, rents_of
from capacity.accounts.network import egress_years, link_years, path_years
from capacity.accounts.origin import clean_kw
from capacity.accounts.records import (
    Accounts,
    FacilityYear,
    GenerationYear,
    ProvinceYear,
    Scope,
    SiteSeries,
    SiteYear,
)
from capacity.accounts.resilience import outage_years, pad_lines
from capacity.accounts.standby import Standbys
from capacity.accounts.standing import Standing
from capacity.accounts.unit_costs import unit_costs_of
from capacity.demand.needs import Demand
from capacity.demand.traffic import traffic_of
from capacity.hourly import Hours, emission_entry
from capacity.inputs.bundle import CapacityInputs
from capacity.plan import Plan

SCOPES: tuple[Scope, ...] = ("new", "all")


def compute_accounts(inputs: CapacityInputs, demand: Demand, plan: Plan) -> Accounts:
    """Recomputes every figure of a plan from its orders, placements, rents and dispatch, without a solver.

    Raises KeyError when the plan names what the folder does not hold, LookupError for a rent without a price.
    """
    standing = Standing(inputs, plan)
    return accounts_of(standing, demand, HourlyAccounts(inputs, demand, plan, standing))


def accounts_of(standing: Standing, demand: Demand, hourly: HourlyAccounts) -> Accounts:
    """The accounts, from what stands and the hourly accounts."""
    hours = hourly.all()
    orders, rents = orders_of(standing), rents_of(standing, demand)
    inputs, traffic = standing.inputs, traffic_of(standing.inputs, demand)
    links = tuple(link_years(inputs, demand, traffic, standing.plan))
    egress = tuple(egress_years(inputs, traffic, rents))
    standbys = Standbys(standing, demand)
    ready = tuple(standbys.rows())
    money = money_of(standing, orders, rents, hours, links, egress, ready)
    years = standing.plan.years
    site_years = tuple(site_year(standing, hour) for hour in hours)
    return Accounts(
        years=years,
        site_years=site_years,
        province_years=tuple(province_year(inputs, site_years, year, scope) for scope in SCOPES for year in years),
        facility_years=tuple(facility_years(standing, hourly)),
        orders=tuple(orders),
        rents=tuple(rents),
        costs=money.lines,
        parts=money.parts,
        objective_vnd=money.objective_vnd,
        unit_costs=tuple(unit_costs_of(standing, demand, hours)),
        programme_mw=programme_mw(standing, demand),
        carbon_free_hours=carbon_free_hours(hours),
        demand_charges=tuple(charge for hour in hours for charge in demand_charges(hour)),
        pads=tuple(pad_lines(standing)),
        outages=tuple(outage_years(standing, demand, hourly)),
        link_years=links,
        path_years=tuple(path_years(inputs, demand, traffic, standing.plan)),
        egress_years=egress,
        standbys=ready,
        site_losses=tuple(standbys.losses()),
    )


def ratio(part: float, whole: float) -> float | None:
    """part / whole, None when there is no whole."""
    return part / whole if whole > 0 else None


def share(taken: float, load: float) -> float | None:
    """1 - taken / load, None without load."""
    return 1 - taken / load if load > 0 else None


def genset_test_tco2(standing: Standing, site: str, year: int) -> float:
    """Emissions of the yearly genset tests of a site: hours x kW x litres per kWh x factor of diesel."""
    inputs, litres = standing.inputs, 0.0
    for hall in inputs.hardware.halls:
        for unit_id, units in standing.plant("genset", site, hall.id, year).items():
            unit = inputs.plant(unit_id)
            litres += units * unit.test_hours_per_year * unit.unit_kw * unit.fuel_litre_per_kwh
    return litres * inputs.energy.diesel_tco2_per_litre


def water_m3(standing: Standing, hour: HourlyAccount) -> float:
    """Cooling water of a site and year: litres per IT kWh of each hall x its IT energy."""
    litres = {hall.id: hall.cooling_model.water_litre_per_kwh_it for hall in standing.inputs.hardware.halls}
    return sum(litres[hall] * float(power.sum()) for hall, power in hour.it_kw_by_hall.items()) / 1000


def generation_years(standing: Standing, hour: HourlyAccount) -> tuple[GenerationYear, ...]:
    """Output by technology; what is curtailed in an hour is shared by the output of the hour."""
    produced = hour.produced_kw
    used_share = np.divide(hour.used_kw, produced, out=np.zeros_like(produced), where=produced > 0)
    rows = []
    for technology, mw in standing.generation_mw(hour.site.id, hour.year).items():
        output = hour.generation_kw[technology]
        total, used = float(output.sum()) / 1000, float(np.dot(output, used_share)) / 1000
        rows.append(GenerationYear(technology, mw, total, used, total - used))
    return tuple(rows)


def site_year(standing: Standing, hour: HourlyAccount) -> SiteYear:
    """Account of one site and year."""
    site, year = hour.site, hour.year
    load, it, grid = (float(series.sum()) / 1000 for series in (hour.load_kw, hour.it_kw, hour.grid_kw))
    matched, generated = float(hour.matched_kw.sum()) / 1000, float(hour.dppa_generated_kw.sum()) / 1000
    tests = genset_test_tco2(standing, site.id, year)
    halls = standing.halls(site.id, year)
    return SiteYear(
        site=site.id,
        year=year,
        candidate=site.status == "candidate",
        facility_mwh=load,
        it_mwh=it,
        grid_mwh=grid,
        generation=generation_years(standing, hour),
        battery_mw=hour.battery_mw,
        battery_mwh=hour.battery_mwh,
        ups_battery_mw=standing.ups_battery_mw(site.id, year),
        ups_reserve_mw=hour.reserve_mw,
        charge_mwh=float(hour.charge_kw.sum()) / 1000,
        discharge_mwh=float(hour.discharge_kw.sum()) / 1000,
        dppa_mw=standing.dppa_mw(site.id, year),
        dppa_generated_mwh=generated,
        dppa_matched_mwh=matched,
        connection_mw=hour.connection_mw,
        voltage_kv=hour.voltage_kv,
        peak_grid_mw=float(hour.grid_kw.max()) / 1000,
        peak_facility_mw=float(hour.load_kw.max()) / 1000,
        peak_it_mw=float(hour.it_kw.max()) / 1000,
        pue=ratio(load, it),
        renewable_share=share(grid - generated, load),
        hourly_carbon_free=share(grid - matched, load),
        tco2_location=hour.facts.emission_factor * grid + tests,
        tco2_market=hour.facts.emission_factor * (grid - matched) + tests,
        tco2_location_hourly=_by_the_hour(hour, tests),
        genset_test_tco2=tests,
        water_m3=water_m3(standing, hour),
        modules={hall: round(count) for hall in halls if (count := standing.modules(site.id, hall, year))},
        critical_it_kw=sum(standing.critical_it_kw(site.id, hall, year) for hall in halls),
    )


def _by_the_hour(hour: HourlyAccount, tests: float) -> float | None:
    """tCO2 of the import by the estimated factor of every hour, with those of genset tests."""
    factor = hour.facts.hourly_emission_factor
    return None if factor is None else float(np.dot(factor, hour.grid_kw)) / 1000 + tests


def province_year(inputs: CapacityInputs, site_years: Iterable[SiteYear], year: int, scope: Scope) -> ProvinceYear:
    """Sums over the sites of a scope in a year."""
    rows = [row for row in site_years if row.year == year and (scope == "all" or row.candidate)]
    load, it, grid = (
        sum(row.facility_mwh for row in rows),
        sum(row.it_mwh for row in rows),
        sum(row.grid_mwh for row in rows),
    )
    generated, matched = sum(row.dppa_generated_mwh for row in rows), sum(row.dppa_matched_mwh for row in rows)
    location, market = sum(row.tco2_location for row in rows), sum(row.tco2_market for row in rows)
    tests = sum(row.genset_test_tco2 for row in rows)
    error = emission_entry(inputs.energy, year).uncertainty_fraction

    def within(tonnes: float, sign: int) -> float | None:
        """Tonnes with the grid's factor at an end of its band; the diesel of tests has none."""
        return None if error is None else tonnes + sign * error * (tonnes - tests)

    estimated = inputs.energy.hourly_grid_carbon is not None
    return ProvinceYear(
        year=year,
        scope=scope,
        facility_mwh=load,
        it_mwh=it,
        grid_mwh=grid,
        generation_used_mwh=sum(row.generation_used_mwh for row in rows),
        generation_curtailed_mwh=sum(g.curtailed_mwh for row in rows for g in row.generation),
        dppa_generated_mwh=generated,
        dppa_matched_mwh=matched,
        pue=ratio(load, it),
        renewable_share=share(grid - generated, load),
        hourly_carbon_free=share(grid - matched, load),
        tco2_location=location,
        tco2_location_low=within(location, -1),
        tco2_location_high=within(location, 1),
        tco2_market=market,
        tco2_market_low=within(market, -1),
        tco2_market_high=within(market, 1),
        tco2_location_hourly=sum(row.tco2_location_hourly or 0.0 for row in rows) if estimated else None,
        water_m3=sum(row.water_m3 for row in rows),
    )


def facility_years(standing: Standing, hourly: HourlyAccounts) -> Iterable[FacilityYear]:
    """What stands in every facility and year."""
    for site, hall_id, year in standing.facilities():
        modules = standing.modules(site.id, hall_id, year)
        units = {kind: round(sum(standing.plant(kind, site.id, hall_id, year).values())) for kind in PLANT}
        servers = standing.servers(site.id, hall_id, year)
        yield FacilityYear(
            site=site.id,
            hall=hall_id,
            year=year,
            modules=round(modules),
            ups=units["ups"],
            gensets=units["genset"],
            chillers=units["chiller"],
            servers={sku.id: round(count) for sku, count in servers},
            placed=standing.placed(site.id, hall_id, year),
            racks={sku.id: math.ceil(count / sku.servers_per_rack - 1e-9) for sku, count in servers},
            wholesale_mw=standing.wholesale_mw(site.id, hall_id, year),
            critical_it_kw=standing.critical_it_kw(site.id, hall_id, year),
            it_capacity_kw=modules * standing.inputs.hall(hall_id).it_kw,
            peak_facility_kw=float(hourly.of(site, year).load_kw_by_hall[hall_id].max()),
        )


def programme_mw(standing: Standing, demand: Demand) -> dict[str, tuple[float, ...]]:
    """Nameplate IT MW in the province of each programme by year: servers placed with fabric, and MW let.

    What programmes share counts for each of them by its share of the needs.
    """
    years, plan = standing.plan.years, standing.plan
    programmes = {pool.id: pool.programmes for pool in demand.pools}
    totals = {name: dict.fromkeys(years, 0.0) for pool in demand.pools for name in pool.programmes}
    for row in plan.placements:
        megawatt, kind = row.wholesale_mw, None
        if row.sku is not None:
            sku = standing.inputs.sku(row.sku)
            kind = sku.kind
            megawatt += row.servers * nameplate_kw(sku) / 1000
        for programme in programmes[row.pool]:
            share = demand.programme_share(programme, row.pool, row.year, kind)
            totals[programme][row.year] += share * megawatt
    return {name: tuple(by_year[year] for year in years) for name, by_year in sorted(totals.items())}


def carbon_free_hours(hours: list[HourlyAccount]) -> dict[int, Hours]:
    """Year -> carbon-free fraction of what the candidates consume in every hour; NaN without load, else in [0, 1]."""
    found: dict[int, Hours] = {}
    for year in sorted({hour.year for hour in hours}):
        rows = [hour for hour in hours if hour.year == year and hour.site.status == "candidate"]
        load = sum((hour.load_kw for hour in rows), np.zeros(1))
        if not load.any():
            continue
        clean = sum((clean_kw(hour) for hour in rows), np.zeros(1))
        found[year] = np.divide(clean, load, out=np.full_like(load, np.nan), where=load > 0)
    return found


def site_series(inputs: CapacityInputs, demand: Demand, plan: Plan, site: str, year: int) -> SiteSeries:
    """Hourly series of one site and year. Raises KeyError for a site that the folder does not hold."""
    standing = Standing(inputs, plan)
    hour = HourlyAccounts(inputs, demand, plan, standing).of(inputs.site(site), year)
    generation = {technology: output / 1000 for technology, output in hour.generation_kw.items()}
    kinds = {technology.id: technology.kind for technology in inputs.energy.generation}

    def of_kind(kind: str) -> Hours:
        return sum((output for name, output in generation.items() if kinds[name] == kind), np.zeros(hour.facts.hours))

    return SiteSeries(
        site=site,
        year=year,
        it_mw=hour.it_kw / 1000,
        load_mw=hour.load_kw / 1000,
        grid_mw=hour.grid_kw / 1000,
        generation_mw=generation,
        pv_mw=of_kind("pv"),
        wind_mw=of_kind("wind"),
        curtailed_mw=(hour.produced_kw - hour.used_kw) / 1000,
        charge_mw=hour.charge_kw / 1000,
        discharge_mw=hour.discharge_kw / 1000,
        soc_mwh=hour.soc_kwh / 1000,
        dppa_matched_mw=hour.matched_kw / 1000,
        price_vnd_per_kwh=hour.price_vnd_per_kwh,
    )

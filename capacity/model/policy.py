"""Policy constraints: each may be missed only at a price, so that a conflict is told in the policy's own words."""

from __future__ import annotations

from functools import partial

import numpy as np

from capacity.hourly import SiteHours, emission_factor, hours_of_year
from capacity.inputs.settings import PolicyConstraint
from capacity.inputs.sites import Site
from capacity.model.blocks import Block, Term, YearRow, dppa_capacity_factor, load_factors_of
from capacity.model.frame import BILLION, AssetKey, Facility, Frame, Slack, belongs, fits, sku_serves
from capacity.model.linear import Expression
from capacity.plan import MissedTarget

SHARE_POINT, PUE_POINT = "percentage point", "0.01 PUE"
"""Units of slacks whose columns are MW: what they are of the load is known with a solution (``told_amount``); until
then, and for their price, a rough load of the year stands in."""
Blocks = dict[tuple[str, int], Block]


def in_scope(policy: PolicyConstraint, site: Site) -> bool:
    """Whether a site counts for a policy."""
    return policy.scope == "all" or site.status == "candidate"


def _active(frame: Frame, *kinds: str) -> list[tuple[PolicyConstraint, int, float]]:
    return [
        (policy, year, policy.by_year[year])
        for policy in frame.settings.policies
        if policy.kind in kinds
        for year in frame.years
        if year in policy.by_year
    ]


def load_terms(frame: Frame, hours: SiteHours, factor: float) -> tuple[list[Term], list[tuple[int, float]]]:
    """factor x mean facility load as terms of deferred work and of master columns."""
    terms: list[Term] = []
    master: list[tuple[int, float]] = [(frame.model.columns["fixed", hours.site.id, hours.year], factor)]
    for load in load_factors_of(frame, hours):
        master.append((load.column, factor * float((load.slope * load.fixed_utilisation).mean())))
        if load.deferrable_fraction > 0:
            terms.append(Term(f"done:{load.name}", factor * load.slope))
        if load.extra is not None:
            terms.append(Term(f"more:{load.name}", factor * load.slope))
    return terms, master


def _load_reference(frame: Frame, year: int) -> float:
    """Rough facility MW of a year, used only to turn MWh of a missed share into percentage points of a price."""
    megawatt = 1.0
    for _, amounts in frame.pools(year):
        megawatt += amounts.get("wholesale_mw", 0.0) + amounts.get("gpu_equivalent", 0.0) * 1e-3
        megawatt += amounts.get("vcpu", 0.0) * 5e-6
    return megawatt


def clean_energy_shares_are_reached(frame: Frame, blocks: Blocks) -> None:
    """Grid energy that is not clean stays within the share of the load that the targets leave, over the scope.

    Every site gets an allotment of the year; the allotments of a year sum to nothing. Renewable share counts what a
    DPPA generates in the year, unmatched too; hourly carbon-free energy only what is matched in the same hour.
    """
    for policy, year, target in _active(frame, "renewable_share_min", "hourly_carbon_free_min"):
        total = Expression()
        for block in blocks.values():
            site = block.site
            if block.year != year or not in_scope(policy, site):
                continue
            hours = frame.hours(site, year)
            terms, master = load_terms(frame, hours, 1 - target)
            grids = [name for name in block.columns if name.startswith("grid:")]
            terms += [Term(name, -1.0) for name in grids]
            matches = [name for name in block.columns if name.startswith("dppa:")]
            if matches and policy.kind == "hourly_carbon_free_min":
                terms += [Term(name, 1.0) for name in matches]
            elif matches and frame.inputs.energy.dppa is not None:
                contract = frame.model.columns["dppa_mw", site.id, frame.inputs.energy.dppa.generation, year]
                master.append((contract, float(dppa_capacity_factor(frame, year).mean())))
            most = sum(
                frame.model.upper[frame.model.columns["connection", site.id, index, year]]
                for index in range(len(grids))
            )
            load = sum(abs(v) * frame.model.upper[c] for c, v in master) + most
            load += sum(frame.model.upper[f.column] * float(f.slope.max() * f.arrivals.mean()) for f in block.loads)
            share = frame.model.column(("allotment", policy.id, site.id, year), lower=-load, upper=load)
            frame.allotments.add(share)
            master.append((share, 1.0))
            block.yearly[policy.id] = YearRow(tuple(terms), tuple(master))
            if policy.kind == "hourly_carbon_free_min" and target >= 1:
                block.whole.add(policy.id)
            total.add(share, 1.0)
        if total.terms:
            point = 0.01 * _load_reference(frame, year)
            price = policy.slack_price_vnd / BILLION / point
            slack = Slack(policy.id, year, None, SHARE_POINT, price, 1 / point)
            total.add(frame.elastic(slack, sum(frame.model.upper[c] for c in total.terms)), -1.0)
            frame.model.row(("clean_energy_shares_are_reached", policy.id, year), total, upper=0.0)


def carbon_stays_under_the_cap(frame: Frame, blocks: Blocks) -> None:
    """Grid emissions by location and those of genset tests stay under the cap of the year, sites in scope together."""
    energy = frame.inputs.energy
    for policy, year, cap in _active(frame, "carbon_cap_tco2"):
        total, tonnes = Expression(), emission_factor(energy, year) * hours_of_year(year)
        for block in blocks.values():
            if block.year != year or not in_scope(policy, block.site):
                continue
            grids = tuple(name for name in block.columns if name.startswith("grid:"))
            most = sum(frame.model.upper[block.columns[name].scale or 0] for name in grids)
            column = frame.model.column(("allotment", policy.id, block.site.id, year), upper=most)
            block.yearly[policy.id] = YearRow(tuple(Term(name, -1.0) for name in grids), ((column, 1.0),))
            frame.allotments.add(column)
            total.add(column, tonnes / 1000)
            for key in frame.assets:
                if key[:2] == ("genset", block.site.id):
                    unit = frame.inputs.plant(key[3])
                    litres = unit.test_hours_per_year * unit.unit_kw * unit.fuel_litre_per_kwh
                    total.plus(frame.standing(key, year), litres * energy.diesel_tco2_per_litre / 1000)
        if total.terms:
            slack = Slack(policy.id, year, None, "tCO2", policy.slack_price_vnd / BILLION * 1000, 1000.0)
            most = sum(max(0.0, v) * frame.model.upper[c] for c, v in total.terms.items())
            total.add(frame.elastic(slack, most), -1.0)
            frame.model.row(("carbon_stays_under_the_cap", policy.id, year), total, upper=cap / 1000)


def pue_stays_under_the_limit(frame: Frame, blocks: Blocks) -> None:
    """Annual facility energy of a site is at most the limit times its IT energy."""
    for policy, year, limit in _active(frame, "pue_max"):
        for block in blocks.values():
            if block.year != year or not in_scope(policy, block.site):
                continue
            hours = frame.hours(block.site, year)
            terms, master = load_terms(frame, hours, -1.0)
            loads = block.loads
            by_column = dict(master)
            for load in loads:
                by_column[load.column] = by_column.get(load.column, 0.0) + limit * float(load.utilisation.mean())
            it_most = sum(frame.model.upper[load.column] for load in loads)
            point = 0.01 * max(_load_reference(frame, year), 1.0)
            price = policy.slack_price_vnd / BILLION / point
            slack = Slack(policy.id, year, block.site.id, PUE_POINT, price, 1 / point)
            column = frame.elastic(slack, 2 * it_most + frame.model.upper[fixed_column(frame, hours)])
            block.yearly[policy.id] = YearRow(tuple(terms), (*by_column.items(), (column, 1.0)))


def fixed_column(frame: Frame, hours: SiteHours) -> int:
    """The column of the fixed load of a site and year."""
    return frame.model.columns["fixed", hours.site.id, hours.year]


def water_is_enough(frame: Frame, blocks: Blocks) -> None:
    """Cooling water of a year stays within what the site has, and within the policy's limit."""
    for block in blocks.values():
        used = Expression()
        for load in block.loads:
            litres = frame.inputs.hall(load.hall).cooling_model.water_litre_per_kwh_it
            used.add(load.column, litres * float(np.sum(load.utilisation)) / 1000)
        if not used.terms:
            continue
        row = ("water_is_enough", block.site.id, block.year)
        frame.model.row(row, used, upper=block.site.cooling_water_m3_per_year / 1000)
        for policy, year, limit in _active(frame, "water_max_m3"):
            if year == block.year and in_scope(policy, block.site):
                slack = Slack(policy.id, year, block.site.id, "m3", policy.slack_price_vnd / BILLION * 1000, 1000.0)
                most = sum(v * frame.model.upper[c] for c, v in used.terms.items())
                limited = Expression().plus(used).add(frame.elastic(slack, most), -1.0)
                frame.model.row(("water_policy", policy.id, *row[1:]), limited, upper=limit / 1000)


def _plant_can_stand(frame: Frame, facility: Facility, year: int) -> bool:
    units = (frame.inputs.plant(i) for i in (facility.hall.ups, facility.hall.genset, facility.hall.chiller) if i)
    return all(frame.most((unit.kind, facility.site.id, facility.hall.id, unit.id), year) > 0 for unit in units)


def first_possible_year(frame: Frame, programme: str) -> int | None:
    """First year in which lead times let any capacity of a programme stand in the province, else None."""
    pools = [pool for pool in frame.demand.pools if programme in pool.programmes]
    best: int | None = None
    for facility in frame.facilities:
        key: AssetKey = ("module", facility.site.id, facility.hall.id, facility.hall.id)
        for year in frame.years:
            asset = frame.assets[key]
            ordered = any(asset.serves(bought_for, year) for bought_for, _ in frame.bought(asset))
            halls = asset.existing.get(year, 0) > 0 or (ordered and _plant_can_stand(frame, facility, year))
            if not halls or (best is not None and year >= best):
                continue
            for pool in pools:
                if not belongs(pool, facility.site) or not frame.demand.is_needed(programme, pool.id, year):
                    continue
                if pool.kind == "wholesale":
                    possible = facility.hall.wholesale
                else:
                    possible = any(
                        sku.kind == pool.kind
                        and sku_serves(sku, pool)
                        and fits(sku, facility.hall)
                        and frame.most(("server", facility.site.id, facility.hall.id, sku.id), year) > 0
                        for sku in frame.inputs.hardware.skus
                    )
                if possible:
                    best = year
    return best


def programmes_stand_in_the_province(frame: Frame) -> list[MissedTarget]:
    """A programme has at least its target MW of IT in the province; what lead times rule out is missed.

    Of what programmes share, each counts its share of the needs.

    Returns the targets that can no longer be met in their year.
    """
    missed: list[MissedTarget] = []
    for policy in frame.settings.policies:
        if policy.kind != "programme_in_province_mw_min" or policy.programme is None:
            continue
        first = first_possible_year(frame, policy.programme)
        pools = {pool.id for pool in frame.demand.pools if policy.programme in pool.programmes}
        share = partial(frame.demand.programme_share, policy.programme)
        for year in frame.years:
            target = max((mw for since, mw in policy.by_year.items() if since <= year), default=0.0)
            if first is None or year < first:
                if policy.by_year.get(year, 0.0) > 0:
                    reason = f"no hall and server ordered on or after {frame.settings.as_of} can serve earlier"
                    missed.append(MissedTarget(policy.id, year, policy.by_year[year], first, reason))
                continue
            if target <= 0:
                continue
            standing = Expression()
            for key, column in frame.model.matching("placed"):
                if key[1] in pools and key[5] == year:
                    sku = frame.inputs.sku(str(key[4]))
                    nameplate = sku.peak_kw * (1 + sku.fabric_power_fraction) * 1e-3
                    standing.add(column, share(str(key[1]), year, sku.kind) * nameplate)
            for key, column in frame.model.matching("let"):
                if key[1] in pools and key[4] == year:
                    standing.add(column, share(str(key[1]), year, None))
            slack = Slack(policy.id, year, None, "MW", policy.slack_price_vnd / BILLION)
            standing.add(frame.elastic(slack, target), 1.0)
            frame.model.row(("programmes_stand_in_the_province", policy.id, year), standing, lower=target)
    return missed

"""The objective of the master, and the budgets of the funding sources."""

from __future__ import annotations

import numpy as np

from capacity.hourly import SiteHours
from capacity.inputs.settings import CostCategory, FundingSource, Payer
from capacity.model.blocks import dppa_capacity_factor, load_factors_of
from capacity.model.demand_charge import prudent_charge_per_mw
from capacity.model.frame import BILLION, AssetKey, Frame, Slack
from capacity.model.linear import Expression
from capacity.model.market import offers, rents
from capacity.model.network import network_cash
from capacity.model.policy import load_terms
from capacity.model.supply import VoltageGroup, voltage_groups
from capacity.model.timeline import discount, order_year, present_value_factor, vat_factor


def capital_is_paid(frame: Frame) -> None:
    """Everything bought is paid when ordered and leaves its straight-line salvage at the end of the horizon."""
    for asset in frame.assets.values():
        for year, column in frame.bought(asset):
            paid_in = order_year(frame.settings, year, asset.lead_time_months)
            vat = vat_factor(frame.settings, asset.site.payer, paid_in)
            factor = present_value_factor(frame.settings, year, asset.lead_time_months, asset.lifetime_years)
            frame.model.cost[column] += asset.unit_capex_vnd * vat * factor / BILLION


def operation_is_paid(frame: Frame) -> None:
    """Everything that stands is operated every year: staff, spares, maintenance, fuel of genset tests."""
    for year in frame.years:
        for key, asset in frame.assets.items():
            if asset.operation_vnd_per_year:
                vat = vat_factor(frame.settings, asset.site.payer, year)
                yearly = asset.operation_vnd_per_year * vat * discount(frame.settings, year) / BILLION
                frame.model.add_cost(frame.standing(key, year), yearly)


def energy_contracts_are_paid(frame: Frame) -> None:
    """Contracts are take-or-pay: every kWh that the contracted MW produce is paid, used or not."""
    energy = frame.inputs.energy
    for year in frame.years:
        for site in frame.inputs.sites.sites:
            hours = frame.hours(site, year)
            weight = discount(frame.settings, year) * vat_factor(frame.settings, site.payer, year) * 1000 / BILLION
            for technology in energy.generation:
                key: AssetKey = ("generation", site.id, "", technology.id)
                if technology.price_vnd_per_kwh and frame.most(key, year) > 0:
                    produced = float(np.sum(hours.capacity_factor(technology)))
                    paid = technology.price_vnd_per_kwh * produced * weight
                    frame.model.add_cost(frame.standing(key, year), paid)
            if energy.dppa is not None:
                contract: AssetKey = ("dppa_mw", site.id, "", energy.dppa.generation)
                if frame.most(contract, year) > 0:
                    produced = float(np.sum(dppa_capacity_factor(frame, year)))
                    paid = energy.dppa.price_vnd_per_kwh * produced * weight
                    frame.model.add_cost(frame.standing(contract, year), paid)


def _cash(frame: Frame, payer: Payer, year: int) -> dict[CostCategory, Expression]:
    """Cash of a payer in a year by category, billion VND with VAT; energy at the mean tariff x facility load.

    Energy is never below what the accounts find: the mean tariff is that of the dearest voltage, and work that waits
    counts at the hour in which a kW of it takes most. So does the capacity price: every part of the load counts in each
    month at its own largest hour.
    """
    cash: dict[CostCategory, Expression] = {}

    def of(category: CostCategory) -> Expression:
        return cash.setdefault(category, Expression())

    vat = vat_factor(frame.settings, payer, year)
    for key, asset in frame.assets.items():
        if asset.site.payer != payer:
            continue
        for bought_for, column in frame.bought(asset):
            if order_year(frame.settings, bought_for, asset.lead_time_months) == year:
                of(asset.category).add(column, asset.unit_capex_vnd * vat / BILLION)
        if asset.operation_vnd_per_year:
            of("operation").plus(frame.standing(key, year), asset.operation_vnd_per_year * vat / BILLION)
    for pool, amounts in frame.pools(year) if year in frame.years else ():
        if pool.payer == payer:
            for offer in rents(frame.inputs, pool, amounts, year):
                column = frame.model.columns["rent", pool.id, offer.location, offer.gpu_price or "", year]
                of("rent").add(column, offer.vnd_per_year / BILLION)
            for offer in offers(frame.inputs, pool, frame.standby.get((pool.id, year), {}), year):
                standby = frame.model.find("standby_rent", pool.id, offer.location, offer.gpu_price or "", year)
                if standby is not None:
                    of("rent").add(standby, offer.vnd_per_year / BILLION)
    of("network").plus(network_cash(frame, payer, year))
    for site in frame.open_sites(year):
        if site.payer == payer:
            hours = frame.hours(site, year)
            groups = voltage_groups(hours)
            if any(group.capacity_price.any() for group in groups):
                of("energy").plus(_prudent_charge(frame, hours, groups), vat / BILLION)
            price = max(float(group.price.mean()) for group in groups)
            weight = price * hours.hours * 1000 * vat / BILLION
            _, master = load_terms(frame, hours, 1.0)
            for column, mean in master:
                of("energy").add(column, mean * weight)
            for load in load_factors_of(frame, hours):
                of("energy").add(load.column, float(load.arrivals.mean()) * float(load.slope.max()) * weight)
    return {category: cost for category, cost in cash.items() if cost.terms or cost.constant}


def _prudent_charge(frame: Frame, hours: SiteHours, groups: list[VoltageGroup]) -> Expression:
    """VND a year before VAT for the capacity that the load of a site can take."""
    fixed = frame.model.columns["fixed", hours.site.id, hours.year]
    charge = Expression({fixed: prudent_charge_per_mw(groups, 1.0, hours.year)})
    for load in load_factors_of(frame, hours):
        # work that waits may be done at full load in any hour
        most = load.slope * (1.0 if load.deferrable_fraction > 0 else load.utilisation)
        charge.add(load.column, prudent_charge_per_mw(groups, most, hours.year))
        if load.extra is not None:
            charge.add(load.extra, prudent_charge_per_mw(groups, load.slope, hours.year))
    return charge


def budgets_hold(frame: Frame) -> None:
    """Every year each payer's cash is paid from its sources that cover the category, within their budgets.

    Orders of a horizon that begins after ``as_of`` may be paid in years before it: those have budgets too.
    """
    settings = frame.settings
    payers = {source.payer for source in frame.settings.funding}
    for payer in sorted(payers):
        sources = [source for source in frame.settings.funding if source.payer == payer]
        for year in range(min(settings.as_of.year, settings.first_year), settings.last_year + 1):
            _budgets_of(frame, payer, sources, year)


def _budgets_of(frame: Frame, payer: Payer, sources: list[FundingSource], year: int) -> None:
    model = frame.model
    cash = _cash(frame, payer, year)
    spent: dict[str, Expression] = {source.id: Expression() for source in sources}
    for category, cost in cash.items():
        paid = Expression().plus(cost, -1.0)
        most = sum(max(v * model.upper[c], v * model.lower[c]) for c, v in cost.terms.items()) + cost.constant
        for source in sources:
            if category in source.covers:
                limit = min(source.budget_vnd.get(year, 0.0) / BILLION, max(most, 0.0))
                column = model.column(("paid", source.id, category, year), upper=limit)
                paid.add(column, 1.0)
                spent[source.id].add(column, 1.0)
        slack = Slack(f"budget:{payer}:{category}", year, None, "VND", 1.0, BILLION)
        paid.add(frame.elastic(slack, max(most, 0.0)), 1.0)
        model.row(("budgets_hold", payer, category, year), paid, lower=0.0)
    for source in sources:
        if spent[source.id].terms:
            budget = source.budget_vnd.get(year, 0.0) / BILLION
            model.row(("source_is_not_overspent", source.id, year), spent[source.id], upper=budget)

"""Constraints of resilience: what a site survives alone, and what stands ready elsewhere when one is lost."""

from __future__ import annotations

from collections.abc import Iterator

from capacity.inputs.resilience import Outage
from capacity.inputs.sites import Site
from capacity.model.blocks import load_factors_of, recent_arrivals
from capacity.model.frame import BILLION, AssetKey, Facility, Frame, Slack
from capacity.model.linear import Expression
from capacity.model.placement import critical_it, hall_losses
from capacity.model.supply import autonomy_minutes

OUTAGE = "resilience:outage"


def _outage_years(frame: Frame) -> Iterator[tuple[Outage, int]]:
    rule = frame.settings.resilience.outage
    if rule is not None:
        yield from ((rule, year) for year in frame.years if year >= rule.from_year)


def _new_facilities(frame: Frame, site: Site, year: int) -> list[Facility]:
    """Facilities of halls that are ordered: existing ones bring their plant."""
    return [f for f in frame.open_facilities(year) if f.site.id == site.id and f.hall.orderable]


def gensets_survive_a_failure(frame: Frame) -> None:
    """With the rule's number of gensets failed, the others of a new hall carry the most that it can draw."""
    for rule, year in _outage_years(frame):
        for site in frame.open_sites(year):
            for facility in _new_facilities(frame, site, year):
                hall = facility.hall
                unit = frame.inputs.plant(hall.genset)
                need = critical_it(frame, site.id, hall, year)
                most = Expression().plus(need, float(frame.hours(site, year).slope(hall.id).max()))
                most.plus(hall_losses(frame, facility, year))
                opened = frame.model.columns["open", site.id, hall.id, year]
                most.add(opened, rule.failed_units * unit.unit_kw)
                units = frame.standing(("genset", site.id, hall.id, unit.id), year)
                lack = Expression().plus(most, 1e-3).plus(units, -unit.unit_kw * 1e-3)
                price = rule.slack_price_vnd / BILLION * rule.hours * unit.fuel_litre_per_kwh
                slack = Slack(OUTAGE, year, site.id, "MW of gensets", price)
                lack.add(frame.elastic(slack, _most(frame, lack), hall.id), -1.0)
                frame.model.row(("gensets_survive_a_failure", site.id, hall.id, year), lack, upper=0.0)


def _most(frame: Frame, expression: Expression) -> float:
    """Upper bound of an expression, not below zero."""
    upper, lower = frame.model.upper, frame.model.lower
    return max(0.0, expression.constant + sum(max(v * upper[c], v * lower[c]) for c, v in expression.terms.items()))


def credit_litre_per_kwh(frame: Frame, site: Site) -> float:
    """Fuel that a kWh of PV or of a battery saves: that of the thriftiest genset of the halls that the site allows."""
    halls = [hall for hall in frame.inputs.hardware.halls if hall.orderable and hall.id in site.allowed_halls]
    return min((frame.inputs.plant(hall.genset).fuel_litre_per_kwh for hall in halls), default=0.0)


def held_critical_it(frame: Frame, site: Site, year: int) -> Expression:
    """Nameplate IT MW of the new halls of a site whose UPS have an autonomy."""
    held = Expression()
    for facility in _new_facilities(frame, site, year):
        if frame.inputs.plant(facility.hall.ups).autonomy_minutes > 0:
            held.plus(critical_it(frame, site.id, facility.hall, year), 1e-3)
    return held


def ups_lack(frame: Frame, site: Site, year: int) -> Expression:
    """MW of critical load beyond what the UPS batteries hold: a reserve of the site's battery must hold it."""
    lack = held_critical_it(frame, site, year)
    battery = frame.inputs.hardware.ups_battery
    if battery is not None:
        lack.plus(frame.standing(("ups_battery", site.id, "", battery.id), year), -1.0)
    return lack


def ups_load_is_held(frame: Frame) -> None:
    """UPS batteries and a reserve of the site's battery hold the critical load of the new halls for its autonomy."""
    battery = frame.inputs.energy.battery
    for year in frame.years:
        for site in frame.open_sites(year):
            lack = ups_lack(frame, site, year)
            if not lack.terms or autonomy_minutes(frame.inputs, site) == 0:
                continue
            if battery is not None:
                power: AssetKey = ("battery_mw", site.id, "", battery.id)
                most = min(frame.most(power, year), _most(frame, held_critical_it(frame, site, year)))
                if most > 0:
                    lack.add(frame.model.column(("reserve", site.id, year), upper=most), -1.0)
            frame.model.row(("ups_load_is_held", site.id, year), lack, upper=0.0)


def fuel_lasts_the_outage(frame: Frame) -> None:
    """The tanks of a site hold the fuel of its new halls in the worst outage, less what storm-level PV and UPS save."""
    tank = frame.inputs.hardware.fuel_tank
    for rule, year in _outage_years(frame):
        for site in frame.open_sites(year):
            need = Expression()
            hours = frame.hours(site, year)
            burnt: dict[str, float] = {}
            for facility in _new_facilities(frame, site, year):
                litres = frame.inputs.plant(facility.hall.genset).fuel_litre_per_kwh
                burnt[facility.hall.id] = litres
                need.plus(hall_losses(frame, facility, year), rule.hours * litres / 1000)
            for load in load_factors_of(frame, hours):
                if load.hall in burnt:
                    worst = float(recent_arrivals(load.slope * load.utilisation, rule.hours).max())
                    need.add(load.column, worst * burnt[load.hall])
            if not need.terms:
                continue
            saved = credit_litre_per_kwh(frame, site)
            for facility in _new_facilities(frame, site, year):
                minutes = frame.inputs.plant(facility.hall.ups).autonomy_minutes
                held = critical_it(frame, site.id, facility.hall, year)
                need.plus(held, -minutes / 60 * saved / 1000)
            for technology in frame.inputs.energy.generation:
                share = rule.storm_pv_fraction if technology.kind == "pv" else float(rule.turbines_run)
                key: AssetKey = ("generation", site.id, "", technology.id)
                if share > 0 and frame.most(key, year) > 0:
                    least = float(recent_arrivals(hours.capacity_factor(technology), rule.hours).min())
                    need.plus(frame.standing(key, year), -share * least * saved)
            slack = Slack(OUTAGE, year, site.id, "m3 of fuel", rule.slack_price_vnd / BILLION)
            need.add(frame.elastic(slack, _most(frame, need)), -1.0)
            if tank is not None:
                need.plus(frame.standing(("fuel_tank", site.id, "", tank.id), year), -tank.litres / 1000)
            frame.model.row(("fuel_lasts_the_outage", site.id, year), need, upper=0.0)

"""Rules of resilience: what every site survives alone."""

from __future__ import annotations

from collections.abc import Iterator

from capacity.accounts.resilience import NewHalls
from capacity.check.evidence import CheckViolation, Evidence, Rule
from capacity.inputs.resilience import Outage


def _new_halls(evidence: Evidence) -> Iterator[tuple[Outage, NewHalls]]:
    """Sites with new halls in the years of the outage rule."""
    rule = evidence.inputs.settings.resilience.outage
    if rule is not None:
        for hour in evidence.hours:
            new = NewHalls(evidence.standing, evidence.demand, hour)
            if hour.year >= rule.from_year and new.halls:
                yield rule, new


def gensets_survive_a_failure(evidence: Evidence) -> Iterator[CheckViolation]:
    """With the rule's number of gensets failed, the others of a new hall carry the most that it can draw."""
    for rule, new in _new_halls(evidence):
        for hall in new.halls:
            present, most = new.surviving_genset_kw(hall.id, rule.failed_units), new.most_kw(hall.id)
            if evidence.exceeds(most, present):
                where = f"{new.site.id}/{hall.id}/{new.year}"
                yield CheckViolation(
                    "gensets_survive_a_failure",
                    where,
                    present,
                    "kW",
                    most,
                    f"{where}: with {rule.failed_units} gensets failed {present:,.0f} kW are left; the hall can draw "
                    f"{most:,.0f} kW ({rule.citation}).",
                    f"{where}: khi {rule.failed_units} máy phát hỏng chỉ còn {present:,.0f} kW; phòng máy có thể cần "
                    f"{most:,.0f} kW ({rule.citation}).",
                )


def fuel_lasts_the_outage(evidence: Evidence) -> Iterator[CheckViolation]:
    """The tanks of a site hold the fuel that its new halls need in the worst outage, less what generation saves."""
    for rule, new in _new_halls(evidence):
        needed, stored = new.fuel_litres(rule), evidence.standing.fuel_litres(new.site.id, new.year)
        if evidence.exceeds(needed, stored):
            where = f"{new.site.id}/{new.year}"
            yield CheckViolation(
                "fuel_lasts_the_outage",
                where,
                stored,
                "litres",
                needed,
                f"{where}: the tanks hold {stored:,.0f} litres; {rule.hours} hours need {needed:,.0f} litres "
                f"({rule.citation}).",
                f"{where}: các bồn chứa {stored:,.0f} lít dầu; {rule.hours} giờ cần {needed:,.0f} lít "
                f"({rule.citation}).",
            )


def fuel_tanks_are_allowed(evidence: Evidence) -> Iterator[CheckViolation]:
    """A site stores no more fuel than its limit."""
    for site in evidence.inputs.sites.sites:
        limit = site.fuel_tank_limit_litres
        for year in evidence.plan.years if limit is not None else ():
            stored = evidence.standing.fuel_litres(site.id, year)
            if limit is not None and evidence.exceeds(stored, limit):
                where = f"{site.id}/{year}"
                yield CheckViolation(
                    "fuel_tanks_are_allowed",
                    where,
                    stored,
                    "litres",
                    limit,
                    f"{where}: tanks for {stored:,.0f} litres; {limit:,.0f} litres may be stored.",
                    f"{where}: các bồn chứa {stored:,.0f} lít; chỉ được dự trữ {limit:,.0f} lít.",
                )


def ups_load_is_held(evidence: Evidence) -> Iterator[CheckViolation]:
    """UPS batteries and what the site's battery can hold back carry the critical load of new halls for its autonomy."""
    standing, battery = evidence.standing, evidence.inputs.energy.battery
    for hour in evidence.hours:
        needed = standing.autonomous_it_mw(hour.site.id, hour.year)
        bought = standing.ups_battery_mw(hour.site.id, hour.year)
        spare = hour.battery_mw
        if battery is not None and hour.reserve_mwh > 0:
            stored = (1 - battery.minimum_charge_fraction) * hour.battery_mwh
            spare = min(spare, stored * hour.reserve_mw / hour.reserve_mwh)
        if evidence.exceeds(needed, bought + spare):
            where = f"{hour.site.id}/{hour.year}"
            yield CheckViolation(
                "ups_load_is_held",
                where,
                bought + spare,
                "MW",
                needed,
                f"{where}: UPS batteries hold {bought:.3f} MW and the battery at most {spare:.3f} MW; the critical "
                f"load is {needed:.3f} MW.",
                f"{where}: ắc quy UPS giữ được {bought:.3f} MW, hệ thống pin nhiều nhất {spare:.3f} MW; tải thiết yếu "
                f"là {needed:.3f} MW.",
            )


def sites_can_be_lost(evidence: Evidence) -> Iterator[CheckViolation]:
    """Whichever site is lost, what must run again soon of its work stands ready where nothing fails with it."""
    rule = evidence.inputs.settings.resilience.site_loss
    for loss in evidence.standbys.losses() if rule is not None else ():
        if rule is not None and evidence.exceeds(loss.lost_fraction, loss.ready_fraction):
            where = f"{loss.pool}/{loss.site}/{loss.year}"
            yield CheckViolation(
                "sites_can_be_lost",
                where,
                loss.ready_fraction,
                "fraction",
                loss.lost_fraction,
                f"{where}: the loss of the site takes {loss.lost_fraction:.4%} of the pool; for "
                f"{loss.ready_fraction:.4%} what must run again soon stands ready elsewhere ({rule.citation}).",
                f"{where}: mất địa điểm này thì mất {loss.lost_fraction:.4%} nhóm tải; phần phải khôi phục sớm mới sẵn "
                f"sàng ở nơi khác cho {loss.ready_fraction:.4%} ({rule.citation}).",
            )


RESILIENCE_RULES: tuple[Rule, ...] = (
    gensets_survive_a_failure,
    fuel_lasts_the_outage,
    fuel_tanks_are_allowed,
    ups_load_is_held,
    sites_can_be_lost,
)

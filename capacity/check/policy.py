"""Rules of the policies: each constraint of the folder holds in its years, and what is missed is honest."""

from __future__ import annotations

from collections.abc import Iterator

from capacity.accounts.catalogue import fits, site_plant
from capacity.accounts.compute import genset_test_tco2, programme_mw, water_m3
from capacity.accounts.timing import earliest_service
from capacity.check.evidence import CheckViolation, Evidence, Rule
from capacity.demand.needs import Pool
from capacity.hourly import emission_factor
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.hardware import HallType
from capacity.inputs.settings import PolicyConstraint, PolicyKind
from capacity.inputs.sites import Site


def _targets(evidence: Evidence, kind: PolicyKind) -> Iterator[tuple[PolicyConstraint, int, float]]:
    for policy in evidence.inputs.settings.policies:
        if policy.kind == kind:
            for year in evidence.plan.years:
                if year in policy.by_year:
                    yield policy, year, policy.by_year[year]


def _broken(
    rule: str, policy: PolicyConstraint, where: str, amount: float, unit: str, allowed: float
) -> CheckViolation:
    return CheckViolation(
        rule,
        f"{policy.id}/{where}",
        amount,
        unit,
        allowed,
        f"{policy.id}/{where}: {policy.statement_en} ({policy.citation}) does not hold: {amount:,.6g} {unit}, "
        f"required {allowed:,.6g}.",
        f"{policy.id}/{where}: không đạt yêu cầu {policy.statement_vi} ({policy.citation}): {amount:,.6g} {unit}, "
        f"yêu cầu {allowed:,.6g}.",
    )


def _rounding_kwh(evidence: Evidence, year: int) -> float:
    """What whole watts of all sites may add up to in a year, kWh."""
    return sum(evidence.tolerances.watt * hour.facts.hours / 1000 for hour in evidence.hours if hour.year == year)


def renewable_share_is_reached(evidence: Evidence) -> Iterator[CheckViolation]:
    """1 - (grid import - DPPA generation) / facility load reaches the target, over the sites of the scope."""
    yield from _shares(evidence, "renewable_share_is_reached", "renewable_share_min", matched_only=False)


def hourly_carbon_free_share_is_reached(evidence: Evidence) -> Iterator[CheckViolation]:
    """1 - (grid import - what the DPPA matches in the same hour) / facility load reaches the target, over the scope."""
    yield from _shares(evidence, "hourly_carbon_free_share_is_reached", "hourly_carbon_free_min", matched_only=True)


def _shares(evidence: Evidence, rule: str, kind: PolicyKind, *, matched_only: bool) -> Iterator[CheckViolation]:
    for policy, year, target in _targets(evidence, kind):
        rows = evidence.hours_in_scope(policy, year)
        load = sum(float(row.load_kw.sum()) for row in rows)
        clean = sum(float((row.matched_kw if matched_only else row.dppa_generated_kw).sum()) for row in rows)
        taken = sum(float(row.grid_kw.sum()) for row in rows) - clean
        if taken > (1 - target + evidence.tolerances.share) * load + _rounding_kwh(evidence, year):
            yield _broken(rule, policy, str(year), 1 - taken / load if load else 0.0, "of the load", target)


def carbon_stays_under_the_cap(evidence: Evidence) -> Iterator[CheckViolation]:
    """Grid factor x import + diesel of genset tests stays under the cap, over the sites of the scope."""
    for policy, year, cap in _targets(evidence, "carbon_cap_tco2"):
        factor = emission_factor(evidence.inputs.energy, year)
        tonnes = 0.0
        for row in evidence.hours_in_scope(policy, year):
            tonnes += factor * float(row.grid_kw.sum()) / 1000
            tonnes += genset_test_tco2(evidence.standing, row.site.id, year)
        if evidence.exceeds(tonnes, cap, factor * _rounding_kwh(evidence, year) / 1000):
            yield _broken("carbon_stays_under_the_cap", policy, str(year), tonnes, "tCO2", cap)


def pue_stays_under_the_limit(evidence: Evidence) -> Iterator[CheckViolation]:
    """Annual facility energy of every site of the scope that has load is at most the limit times its IT energy."""
    for policy, year, limit in _targets(evidence, "pue_max"):
        for row in evidence.hours_in_scope(policy, year):
            load, it = float(row.load_kw.sum()), float(row.it_kw.sum())
            rounding = evidence.tolerances.watt * row.facts.hours / 1000
            if load > limit * it * (1 + evidence.tolerances.share) + rounding:
                where = f"{row.site.id}/{year}"
                yield _broken(
                    "pue_stays_under_the_limit", policy, where, load / it if it else float("inf"), "PUE", limit
                )


def water_is_enough(evidence: Evidence) -> Iterator[CheckViolation]:
    """Cooling water of a site in a year is at most what the site has."""
    for row in evidence.hours:
        used, limit = water_m3(evidence.standing, row), row.site.cooling_water_m3_per_year
        if evidence.exceeds(used, limit):
            where = f"{row.site.id}/{row.year}"
            yield CheckViolation(
                "water_is_enough",
                where,
                used,
                "m3",
                limit,
                f"{where}: {used:,.0f} m3 of cooling water are used; the site has {limit:,.0f} m3 a year.",
                f"{where}: sử dụng {used:,.0f} m3 nước làm mát; địa điểm chỉ có {limit:,.0f} m3 mỗi năm.",
            )


def water_policy_holds(evidence: Evidence) -> Iterator[CheckViolation]:
    """Cooling water of every site of the scope is at most the policy's limit."""
    for policy, year, limit in _targets(evidence, "water_max_m3"):
        for row in evidence.hours_in_scope(policy, year):
            used = water_m3(evidence.standing, row)
            if evidence.exceeds(used, limit):
                yield _broken("water_policy_holds", policy, f"{row.site.id}/{year}", used, "m3", limit)


def _earliest_hall(inputs: CapacityInputs, site: Site, hall: HallType) -> int | None:
    """First year in which an ordered module with its plant serves at a site, None when none may be ordered there."""
    sources = [source for source in inputs.settings.funding if source.payer == site.payer]
    funded = not sources or any("hall" in s.covers and sum(s.budget_vnd.values()) > 0 for s in sources)
    if not (hall.orderable and hall.id in site.allowed_halls and funded and hall.land_m2 <= site.land_m2):
        return None
    leads = [hall.lead_time_months, *(inputs.plant(unit).lead_time_months for unit in site_plant(hall).values())]
    return earliest_service(inputs.settings, max(leads))


def _can_stand(evidence: Evidence, pool: Pool, site: Site, hall: HallType, year: int) -> bool:
    """Whether lead times leave room for any capacity of a pool in a facility in a year."""
    inputs, standing = evidence.inputs, evidence.standing
    first = _earliest_hall(inputs, site, hall)
    if not (standing.existing_modules(site.id, hall.id, year) or (first is not None and first <= year)):
        return False
    if pool.kind == "wholesale":
        return hall.wholesale
    for sku in inputs.hardware.skus:
        if sku.kind == pool.kind:
            ordered = sku.orderable and fits(sku, hall)
            if ordered and earliest_service(inputs.settings, sku.lead_time_months) <= year:
                return True
            if standing.existing_servers(site.id, hall.id, sku.id, year):
                return True
    return False


def first_possible_year(evidence: Evidence, programme: str) -> int | None:
    """First year in which any capacity of a programme can stand in the province, by lead times and funding."""
    pools = [pool for pool in evidence.demand.pools if programme in pool.programmes]
    for year in evidence.plan.years:
        for pool in pools:
            if not evidence.demand.is_needed(programme, pool.id, year):
                continue
            for site in evidence.inputs.sites.sites:
                if (
                    site.payer == pool.payer
                    and pool.may_stand_at(site.id)
                    and any(_can_stand(evidence, pool, site, hall, year) for hall in evidence.inputs.hardware.halls)
                ):
                    return year
    return None


def programmes_stand_in_the_province(evidence: Evidence) -> Iterator[CheckViolation]:
    """From its year, or the first that lead times allow, a programme has its target MW of IT in the province."""
    megawatts = programme_mw(evidence.standing, evidence.demand)
    years = evidence.plan.years
    for policy in evidence.inputs.settings.policies:
        if policy.kind != "programme_in_province_mw_min" or policy.programme is None:
            continue
        first = first_possible_year(evidence, policy.programme)
        standing = megawatts.get(policy.programme, (0.0,) * len(years))
        for index, year in enumerate(years):
            target = max((mw for since, mw in policy.by_year.items() if since <= year), default=0.0)
            if first is not None and year >= first and evidence.exceeds(target, standing[index]):
                yield _broken("programmes_stand_in_the_province", policy, str(year), standing[index], "MW", target)


def missed_targets_are_honest(evidence: Evidence) -> Iterator[CheckViolation]:
    """Exactly the targets that lead times rule out are shown as missed, each with its first possible year."""
    policies = {policy.id: policy for policy in evidence.inputs.settings.policies}
    keys = [(row.policy, row.year) for row in evidence.plan.missed]
    for policy_id, year in sorted({key for key in keys if keys.count(key) > 1}):
        yield _dishonest(f"{policy_id}/{year}", 2, 1, "is shown more than once", "được nêu nhiều lần")
    shown = {(row.policy, row.year): row for row in evidence.plan.missed}
    for (policy_id, year), row in shown.items():
        policy = policies.get(policy_id)
        if policy is None or policy.programme is None or year not in policy.by_year:
            yield _dishonest(f"{policy_id}/{year}", 1, 0, "is no such target", "không có mục tiêu này")
            continue
        first = first_possible_year(evidence, policy.programme)
        place = f"{policy_id}/{year}"
        if first is not None and first <= year:
            yield _dishonest(place, year, first, f"can be met from {first}", f"có thể đạt từ năm {first}")
        elif row.earliest_year != first:
            yield _dishonest(
                place,
                row.earliest_year or 0,
                first or 0,
                f"is shown as possible from {row.earliest_year}, lead times say {first}",
                f"được nêu có thể đạt từ năm {row.earliest_year}, theo thời gian thực hiện là {first}",
            )
        elif abs(row.required - policy.by_year[year]) > evidence.tolerances.share * max(1.0, row.required):
            yield _dishonest(
                place,
                row.required,
                policy.by_year[year],
                f"requires {policy.by_year[year]:g} MW, not {row.required:g} MW",
                f"yêu cầu {policy.by_year[year]:g} MW, không phải {row.required:g} MW",
            )
    for policy, year, target in _targets(evidence, "programme_in_province_mw_min"):
        first = first_possible_year(evidence, policy.programme or "")
        if target > 0 and (first is None or year < first) and (policy.id, year) not in shown:
            place = f"{policy.id}/{year}"
            yield _dishonest(place, 0, 1, "is missed and not shown", "không đạt nhưng không được nêu")


def _dishonest(where: str, amount: float, allowed: float, en: str, vi: str) -> CheckViolation:
    return CheckViolation(
        "missed_targets_are_honest",
        where,
        amount,
        "target",
        allowed,
        f"The missed target {where} {en}.",
        f"Mục tiêu không đạt {where} {vi}.",
    )


POLICY_RULES: tuple[Rule, ...] = (
    renewable_share_is_reached,
    hourly_carbon_free_share_is_reached,
    carbon_stays_under_the_cap,
    pue_stays_under_the_limit,
    water_is_enough,
    water_policy_holds,
    programmes_stand_in_the_province,
    missed_targets_are_honest,
)

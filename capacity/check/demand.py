"""Rules of demand: who serves it, where, and whether that is lawful and possible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from capacity.accounts.renting import amounts_of, eligible_zones, entries, main_resource, rent_terms
from capacity.check.evidence import CheckViolation, Evidence, Rule, all_rents
from capacity.check.words import PAYER_VI, POOL_VI
from capacity.demand.contracts import contracted
from capacity.demand.needs import Pool
from capacity.hourly import hours_of_year, utilisation
from capacity.inputs.clouds import TENDER, RentResource
from capacity.inputs.hardware import Sku
from capacity.plan import Placement, Rent, Standby, StandbyRent


def gives(sku: Sku, pool: Pool) -> dict[str, float]:
    """What one server gives of each owned resource to a pool."""
    if sku.kind == "storage":
        return {"storage_tb": sku.raw_storage_tb}
    if sku.kind != pool.kind:
        return {}
    if sku.kind == "gpu":
        return {"gpu_equivalent": sku.gpus * sku.gpu_equivalent}
    return {"vcpu": sku.vcpu, "memory_gib": sku.memory_gib}


def owned_fractions(evidence: Evidence, pool: Pool, year: int) -> dict[str, float]:
    """Site -> fraction of the pool that its servers or let halls carry: the scarcest resource decides."""
    amounts = amounts_of(evidence.demand, pool, year)
    needed = [
        name for name in ("vcpu", "memory_gib", "storage_tb", "gpu_equivalent", "wholesale_mw") if name in amounts
    ]
    given: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in evidence.plan.placements:
        if row.pool == pool.id and row.year == year and evidence.inputs.site(row.site).payer == pool.payer:
            given[row.site]["wholesale_mw"] += row.wholesale_mw if pool.kind == "wholesale" else 0.0
            if row.sku is not None:
                for resource, amount in gives(evidence.inputs.sku(row.sku), pool).items():
                    given[row.site][resource] += row.servers * amount
    return {site: min((by[name] / amounts[name] for name in needed), default=0.0) for site, by in given.items()}


def demand_is_met(evidence: Evidence) -> Iterator[CheckViolation]:
    """The fractions of a pool carried by its payer's servers and halls, and rented, sum to one in every year."""
    tolerance = evidence.tolerances.share
    for pool in evidence.demand.pools:
        for year in evidence.plan.years:
            if not amounts_of(evidence.demand, pool, year):
                continue
            owned = sum(owned_fractions(evidence, pool, year).values())
            rented = sum(row.fraction for row in evidence.plan.rents if row.pool == pool.id and row.year == year)
            too_much = rented > 1 + tolerance or (pool.kind == "wholesale" and owned > 1 + tolerance)
            if too_much or owned + rented < 1 - tolerance:
                where = f"{pool.id}/{year}"
                yield CheckViolation(
                    "demand_is_met",
                    where,
                    owned + rented,
                    "fraction",
                    1,
                    f"{where}: {owned:.4%} is carried by own servers or halls and {rented:.4%} is rented; "
                    "together they must be 100 %.",
                    f"{where}: hạ tầng tự có đáp ứng {owned:.4%}, thuê {rented:.4%}; tổng phải bằng 100 %.",
                )


def pools_stand_where_their_payer_pays(evidence: Evidence) -> Iterator[CheckViolation]:
    """A pool is placed, and stands ready, only at sites of its own payer."""
    for row in _placed(evidence):
        pool, site = evidence.pools[row.pool], evidence.inputs.site(row.site)
        if pool.payer != site.payer:
            yield _misplaced(
                "pools_stand_where_their_payer_pays",
                row,
                f"the pool is paid by '{pool.payer}', the site by '{site.payer}'.",
                f"nhóm tải do {PAYER_VI[pool.payer]} chi trả nhưng địa điểm do {PAYER_VI[site.payer]} đầu tư.",
            )


def pools_stand_at_their_sites(evidence: Evidence) -> Iterator[CheckViolation]:
    """A pool that is tied to sites is placed, and stands ready, at no other ones."""
    for row in _placed(evidence):
        pool = evidence.pools[row.pool]
        if not pool.may_stand_at(row.site):
            allowed = ", ".join(pool.sites)
            yield _misplaced(
                "pools_stand_at_their_sites",
                row,
                f"the pool may stand at {allowed} only.",
                f"nhóm tải chỉ được đặt tại {allowed}.",
            )


def _placed(evidence: Evidence) -> list[Placement | Standby]:
    return [*evidence.plan.placements, *evidence.plan.standbys]


def _misplaced(rule: str, row: Placement | Standby, why: str, why_vi: str) -> CheckViolation:
    """A pool that stands where it may not, with what stands there."""
    where = f"{row.pool}/{row.site}/{row.year}"
    let_mw = row.wholesale_mw if isinstance(row, Placement) else 0.0
    unit = "servers" if row.sku else "MW"
    return CheckViolation(rule, where, row.servers or let_mw, unit, 0, f"{where}: {why}", f"{where}: {why_vi}")


def servers_serve_their_kind_of_pool(evidence: Evidence) -> Iterator[CheckViolation]:
    """A pool is served by servers of its kind and by storage servers; tenants are only in halls that may be let."""
    for row in evidence.plan.placements:
        pool = evidence.pools[row.pool]
        if pool.kind == "wholesale":
            right = row.sku is None and row.servers == 0 and evidence.inputs.hall(row.hall).wholesale
        else:
            right = row.sku is not None and row.wholesale_mw == 0 and bool(gives(evidence.inputs.sku(row.sku), pool))
        if not right:
            where = f"{row.pool}/{row.site}/{row.hall}/{row.year}"
            what, what_vi = row.sku or "let MW", row.sku or "công suất cho thuê"
            yield CheckViolation(
                "servers_serve_their_kind_of_pool",
                where,
                row.servers or row.wholesale_mw,
                "servers" if row.sku else "MW",
                0,
                f"{where}: a {pool.kind} pool cannot be served by {what} in this hall.",
                f"{where}: nhóm tải {POOL_VI[pool.kind]} không thể đặt trên {what_vi} trong loại phòng máy này.",
            )


def _rented_amounts(evidence: Evidence, rent: Rent | StandbyRent) -> dict[str, float]:
    """Amounts of which a fraction is rented: of the pool, or of what of it must stand ready."""
    if isinstance(rent, StandbyRent):
        return evidence.standbys.needed.get((rent.pool, rent.year), {})
    return amounts_of(evidence.demand, evidence.pools[rent.pool], rent.year)


def _is_eligible(evidence: Evidence, pool: Pool, main: RentResource | None, location: str, year: int) -> bool:
    """Whether the law lets a pool rent in a location; a tender is among eligible zones without a price of ``main``."""
    zones = [zone.id for zone in eligible_zones(evidence.inputs, pool.security_level)]
    if location == TENDER:
        return main is not None and any(not entries(evidence.inputs, main, zone, year) for zone in zones)
    return location in zones


def extra_servers_do_work_of_their_kind(evidence: Evidence) -> Iterator[CheckViolation]:
    """Servers beyond the need are of a kind that a pool there is served by, for a load class that allows them."""
    for row in evidence.plan.extras:
        site, sku = evidence.inputs.site(row.site), evidence.inputs.sku(row.sku)
        pools = [pool for pool in evidence.demand.pools if pool.load_class == row.load_class]
        work = [p for p in pools if p.payer == site.payer and p.may_stand_at(site.id) and p.kind == sku.kind]
        if not (work and evidence.inputs.load_class(row.load_class).extra_servers):
            where = f"{row.load_class}/{row.site}/{row.hall}/{row.year}"
            yield CheckViolation(
                "extra_servers_do_work_of_their_kind",
                where,
                row.servers,
                "servers",
                0,
                f"{where}: no waiting work there may run on extra servers {row.sku}.",
                f"{where}: ở đây không có việc hoãn được nào được chạy trên máy chủ bổ sung {row.sku}.",
            )


def rents_are_eligible(evidence: Evidence) -> Iterator[CheckViolation]:
    """Rent is from a domestic provider's zone that stands in Viet Nam and is attested for the pool's security level."""
    for rent in all_rents(evidence.plan):
        pool = evidence.pools[rent.pool]
        main = main_resource(_rented_amounts(evidence, rent))
        if rent.fraction > 0 and not _is_eligible(evidence, pool, main, rent.location, rent.year):
            where = f"{rent.pool}/{rent.location}/{rent.year}"
            yield CheckViolation(
                "rents_are_eligible",
                where,
                rent.fraction,
                "fraction",
                0,
                f"{where}: not a zone of a domestic provider in Viet Nam attested for level {pool.security_level}.",
                f"{where}: không phải vùng của nhà cung cấp trong nước, đặt tại Việt Nam và đạt cấp độ "
                f"{pool.security_level}.",
            )


def _peak_to_mean(evidence: Evidence, pool: Pool, year: int) -> float:
    """How many times its mean the busiest hour of interactive work takes; other work fills the hours."""
    load_class = evidence.inputs.load_class(pool.load_class)
    hours = utilisation(load_class, year)
    mean = float(hours.mean())
    return float(hours.max()) / mean if load_class.interactive and mean > 0 else 1.0


def zone_quotas_hold(evidence: Evidence) -> Iterator[CheckViolation]:
    """What is rented in a zone, standby too, stays within the GPUs (of the busiest hour) and vCPU that it gives.

    Years that have begun are as they are.
    """
    used: dict[tuple[str, int, str], float] = defaultdict(float)
    for rent in all_rents(evidence.plan):
        pool = evidence.pools[rent.pool]
        amounts = _rented_amounts(evidence, rent)
        terms = rent_terms(evidence.inputs, pool, amounts, rent.location, rent.gpu_price, rent.year)
        if terms is not None:
            mean = terms.gpu_hours / hours_of_year(rent.year)
            used[rent.location, rent.year, "GPU"] += rent.fraction * mean * _peak_to_mean(evidence, pool, rent.year)
            used[rent.location, rent.year, "vCPU"] += rent.fraction * terms.vcpu
    quotas = {
        (zone.id, name): quota
        for provider in evidence.inputs.clouds.providers
        for zone in provider.zones
        for name, quota in (("GPU", zone.quota_gpus), ("vCPU", zone.quota_vcpu))
    }
    for (location, year, name), amount in sorted(used.items()):
        quota = None if evidence.inputs.settings.begun(year) else quotas.get((location, name))
        if quota is not None and evidence.exceeds(amount, quota):
            where = f"{location}/{year}"
            yield CheckViolation(
                "zone_quotas_hold",
                where,
                amount,
                name,
                quota,
                f"{where}: {amount:,.1f} {name} are rented, the zone gives {quota:,.1f}.",
                f"{where}: thuê {amount:,.1f} {name}, hạn mức của vùng là {quota:,.1f}.",
            )


def systems_stay_until_they_move(evidence: Evidence) -> Iterator[CheckViolation]:
    """Systems that have not moved yet are not rented and stand in existing halls; those that have moved do not."""
    away: dict[tuple[str, int], float] = defaultdict(float)
    for rent in evidence.plan.rents:
        if evidence.pools[rent.pool].in_room:
            away[rent.pool, rent.year] += rent.fraction
    for pool in evidence.demand.pools:
        if pool.in_room or pool.id in evidence.demand.moved:
            for year in evidence.plan.years:
                for site, fraction in owned_fractions(evidence, pool, year).items():
                    if (evidence.inputs.site(site).status == "existing") != pool.in_room:
                        away[pool.id, year] += fraction
    for (pool_id, year), fraction in sorted(away.items()):
        if fraction > evidence.tolerances.share:
            where = f"{pool_id}/{year}"
            yield CheckViolation(
                "systems_stay_until_they_move",
                where,
                fraction,
                "fraction",
                0,
                f"{where}: {fraction:.4%} is where the dates of the moves do not put it.",
                f"{where}: {fraction:.4%} không ở nơi mà các ngày chuyển quy định.",
            )


def work_does_not_move_back(evidence: Evidence) -> Iterator[CheckViolation]:
    """The fraction of a pool in existing halls never rises from one year to the next."""
    inputs, standing = evidence.inputs, evidence.standing
    existing = [site.id for site in inputs.sites.sites if site.status == "existing"]
    for pool in evidence.demand.pools:
        needed = [year for year in evidence.plan.years if amounts_of(evidence.demand, pool, year)]
        for before, after in pairwise(needed):
            if pool.in_room or after != before + 1:
                continue
            was, now = owned_fractions(evidence, pool, before), owned_fractions(evidence, pool, after)
            for site in existing:
                if not any(standing.existing_modules(site, hall.id, before) for hall in inputs.hardware.halls):
                    continue
                # more servers than the work takes are no work
                earlier, later = was.get(site, 0.0), min(now.get(site, 0.0), 1.0)
                if later - earlier > evidence.tolerances.share:
                    where = f"{pool.id}/{site}/{after}"
                    yield CheckViolation(
                        "work_does_not_move_back",
                        where,
                        later,
                        "fraction",
                        earlier,
                        f"{where}: {later:.4%} is in existing halls, after {earlier:.4%} the year before.",
                        f"{where}: {later:.4%} ở phòng máy hiện có, năm trước đó là {earlier:.4%}.",
                    )


def _on_offer(evidence: Evidence, pool: Pool, location: str, gpu_price: str | None, year: int) -> bool:
    """Whether a pool may rent in a location in a year: an eligible one that has a price of all that it needs."""
    inputs, amounts = evidence.inputs, amounts_of(evidence.demand, pool, year)
    main = main_resource(amounts)
    if main is None or not _is_eligible(evidence, pool, main, location, year):
        return False
    prices = [price.id for price in entries(inputs, "gpu_hour", location, year)] if main == "gpu_hour" else [None]
    wanted = [price for price in prices if gpu_price in (None, price)]
    return any(rent_terms(inputs, pool, amounts, location, price, year) is not None for price in wanted)


def contracts_hold(evidence: Evidence) -> Iterator[CheckViolation]:
    """What contracts in force have rented is rented at least, where that is on offer."""
    for year in evidence.plan.years:
        for (pool, location, gpu_price), fraction in contracted(evidence.inputs, evidence.demand, year).items():
            rows = [
                row
                for row in evidence.plan.rents
                if (row.pool, row.location, row.year) == (pool, location, year) and gpu_price in (None, row.gpu_price)
            ]
            rented = sum(row.fraction for row in rows)
            on_offer = _on_offer(evidence, evidence.pools[pool], location, gpu_price, year)
            if on_offer and rented < fraction - evidence.tolerances.share:
                where = f"{pool}/{location}/{year}"
                yield CheckViolation(
                    "contracts_hold",
                    where,
                    rented,
                    "fraction",
                    fraction,
                    f"{where}: {rented:.4%} is rented, contracts in force have {fraction:.4%}.",
                    f"{where}: thuê {rented:.4%}, các hợp đồng đang có hiệu lực là {fraction:.4%}.",
                )


def wholesale_sites_have_the_minimum(evidence: Evidence) -> Iterator[CheckViolation]:
    """A site that lets halls to a wholesale pool lets the minimum size, or the whole pool when that is smaller."""
    let: dict[tuple[str, str, int], float] = defaultdict(float)
    for row in evidence.plan.placements:
        let[row.pool, row.site, row.year] += row.wholesale_mw
    for (pool_id, site, year), megawatt in sorted(let.items()):
        amount = amounts_of(evidence.demand, evidence.pools[pool_id], year).get("wholesale_mw", 0.0)
        least = min(evidence.inputs.settings.minimum_wholesale_mw, amount)
        if megawatt > evidence.tolerances.share and evidence.exceeds(least, megawatt):
            where = f"{pool_id}/{site}/{year}"
            yield CheckViolation(
                "wholesale_sites_have_the_minimum",
                where,
                megawatt,
                "MW",
                least,
                f"{where}: {megawatt:.3f} MW are let, at least {least:.3f} MW must be.",
                f"{where}: cho thuê {megawatt:.3f} MW, tối thiểu phải là {least:.3f} MW.",
            )


DEMAND_RULES: tuple[Rule, ...] = (
    demand_is_met,
    pools_stand_where_their_payer_pays,
    pools_stand_at_their_sites,
    servers_serve_their_kind_of_pool,
    extra_servers_do_work_of_their_kind,
    rents_are_eligible,
    zone_quotas_hold,
    systems_stay_until_they_move,
    contracts_hold,
    work_does_not_move_back,
    wholesale_sites_have_the_minimum,
)

"""Rules of orders: what may be ordered, by when, with whose money, and how much of it at a site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from capacity.accounts.timing import latest_order
from capacity.check.evidence import CheckViolation, Evidence, Rule
from capacity.check.words import KIND_VI, PAYER_VI
from capacity.plan import Build


def _where(build: Build) -> str:
    return f"{build.site}/{build.hall or build.item}/{build.year}"


def orders_are_of_the_catalogue(evidence: Evidence) -> Iterator[CheckViolation]:
    """Only what the folder offers for the site is ordered: allowed halls and their plant, technologies, DPPA."""
    for build, terms in evidence.standing.orders:
        if not terms.orderable and build.amount > 0:
            yield CheckViolation(
                "orders_are_of_the_catalogue",
                _where(build),
                build.amount,
                build.kind,
                0,
                f"{_where(build)}: {build.kind} {build.item} may not be ordered there.",
                f"{_where(build)}: không được đặt mua {KIND_VI[build.kind]} {build.item} tại đây.",
            )


def no_order_precedes_as_of(evidence: Evidence) -> Iterator[CheckViolation]:
    """Nothing is ordered before the date of the plan."""
    as_of = evidence.inputs.settings.as_of
    for build in evidence.plan.builds:
        early = (as_of - build.order_by).days
        if early > 0:
            yield CheckViolation(
                "no_order_precedes_as_of",
                _where(build),
                early,
                "days",
                0,
                f"{_where(build)}: {build.kind} {build.item} is ordered on {build.order_by}, before {as_of}.",
                f"{_where(build)}: đặt mua {KIND_VI[build.kind]} {build.item} ngày {build.order_by:%d/%m/%Y}, "
                f"trước ngày lập phương án {as_of:%d/%m/%Y}.",
            )


def orders_leave_the_lead_time(evidence: Evidence) -> Iterator[CheckViolation]:
    """Permit, procurement and delivery fit between an order and 1 January of its first year of service."""
    for build, terms in evidence.standing.orders:
        latest = latest_order(build.year, terms.lead_time_months)
        late = (build.order_by - latest).days
        if late > 0:
            yield CheckViolation(
                "orders_leave_the_lead_time",
                _where(build),
                late,
                "days",
                0,
                f"{_where(build)}: {build.kind} {build.item} takes {terms.lead_time_months:g} months: to be ordered by "
                f"{latest}, not {build.order_by}.",
                f"{_where(build)}: {KIND_VI[build.kind]} {build.item} cần {terms.lead_time_months:g} tháng, phải đặt "
                f"trước {latest:%d/%m/%Y}, không phải {build.order_by:%d/%m/%Y}.",
            )


def grid_steps_are_taken_once(evidence: Evidence) -> Iterator[CheckViolation]:
    """Each step of a grid connection is ordered at most once."""
    times: Counter[tuple[str, str]] = Counter()
    for build in evidence.plan.builds:
        if build.kind == "grid_step":
            times[build.site, build.item] += round(build.amount)
    for (site, step), count in times.items():
        if count > 1:
            where = f"{site}/{step}"
            yield CheckViolation(
                "grid_steps_are_taken_once",
                where,
                count,
                "orders",
                1,
                f"{where}: the grid step is ordered {count} times.",
                f"{where}: bước nâng cấp đấu nối được đặt {count} lần, chỉ được một lần.",
            )


def new_halls_are_funded(evidence: Evidence) -> Iterator[CheckViolation]:
    """Halls are ordered only by payers with a source that has money for halls, or by enterprises without any source."""
    settings = evidence.inputs.settings
    for build in evidence.plan.builds:
        if build.kind != "module" or build.amount <= 0:
            continue
        payer = evidence.inputs.site(build.site).payer
        sources = [source for source in settings.funding if source.payer == payer]
        money = sum(sum(source.budget_vnd.values()) for source in sources if "hall" in source.covers)
        if (sources or payer == "state") and money <= 0:
            yield CheckViolation(
                "new_halls_are_funded",
                _where(build),
                build.amount,
                "modules",
                0,
                f"{_where(build)}: no funding source of '{payer}' has money for halls.",
                f"{_where(build)}: không có nguồn vốn nào của {PAYER_VI[payer]} được chi cho phòng máy.",
            )


def energy_limits_hold(evidence: Evidence) -> Iterator[CheckViolation]:
    """Generation, battery power and the DPPA contract stay within the limits of the site."""
    inputs, standing = evidence.inputs, evidence.standing
    for site in inputs.sites.sites:
        limits = {limit.technology: limit.max_mw for limit in site.energy_limits}
        for year in evidence.plan.years:
            sizes = {name: (mw, limits.get(name, 0.0)) for name, mw in standing.generation_mw(site.id, year).items()}
            if inputs.energy.battery is not None:
                name = inputs.energy.battery.id
                sizes[name] = (standing.battery(site.id, year)[0], limits.get(name, 0.0))
            if inputs.energy.dppa is not None:
                sizes["DPPA"] = (standing.dppa_mw(site.id, year), inputs.energy.dppa.max_mw_per_site)
            for name, (megawatt, limit) in sizes.items():
                if evidence.exceeds(megawatt, limit):
                    where = f"{site.id}/{name}/{year}"
                    yield CheckViolation(
                        "energy_limits_hold",
                        where,
                        megawatt,
                        "MW",
                        limit,
                        f"{where}: {megawatt:.3f} MW, the limit is {limit:.3f} MW.",
                        f"{where}: {megawatt:.3f} MW, vượt giới hạn {limit:.3f} MW.",
                    )


def battery_hours_are_limited(evidence: Evidence) -> Iterator[CheckViolation]:
    """A battery stores at most its maximum hours of its power."""
    battery = evidence.inputs.energy.battery
    if battery is None:
        return
    for site in evidence.inputs.sites.sites:
        for year in evidence.plan.years:
            megawatt, megawatt_hours = evidence.standing.battery(site.id, year)
            limit = battery.maximum_hours * megawatt
            if evidence.exceeds(megawatt_hours, limit):
                where = f"{site.id}/{year}"
                yield CheckViolation(
                    "battery_hours_are_limited",
                    where,
                    megawatt_hours,
                    "MWh",
                    limit,
                    f"{where}: {megawatt_hours:.3f} MWh of battery for {megawatt:.3f} MW; at most {limit:.3f} MWh.",
                    f"{where}: pin lưu trữ {megawatt_hours:.3f} MWh cho {megawatt:.3f} MW; tối đa {limit:.3f} MWh.",
                )


ORDER_RULES: tuple[Rule, ...] = (
    orders_are_of_the_catalogue,
    no_order_precedes_as_of,
    orders_leave_the_lead_time,
    grid_steps_are_taken_once,
    new_halls_are_funded,
    energy_limits_hold,
    battery_hours_are_limited,
)

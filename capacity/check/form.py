"""Rules of form: without them nothing can be recomputed. When one is broken, the others are not judged."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from capacity.accounts.catalogue import WHOLE, terms_of
from capacity.accounts.renting import amounts_of, rent_terms
from capacity.check.evidence import CheckViolation, Evidence, Rule, all_rents
from capacity.check.words import KIND_VI
from capacity.hourly import hours_of_year
from capacity.plan import Dispatch, StandbyRent

Series = npt.NDArray[np.int64]


def years_are_of_the_horizon(evidence: Evidence) -> Iterator[CheckViolation]:
    """The plan covers the years of the horizon, and every order, placement, rent and hour is for one of them."""
    plan, years = evidence.plan, evidence.inputs.settings.years
    used = {row.year for row in plan.builds} | {row.year for row in plan.placements}
    used |= {row.year for row in plan.rents} | {row.year for row in plan.dispatches}
    used |= {row.year for row in plan.extras}
    used |= {row.year for row in plan.standbys} | {row.year for row in plan.standby_rents}
    wrong = (used - set(years)) | (set(plan.years) ^ set(years))
    if plan.years != years and not wrong:
        wrong = set(plan.years)
    for year in sorted(wrong):
        yield CheckViolation(
            "years_are_of_the_horizon",
            str(year),
            year,
            "year",
            years[-1],
            f"Year {year}: the plan must cover {years[0]}-{years[-1]} once, in order, and nothing else.",
            f"Năm {year}: phương án phải gồm đúng các năm {years[0]}-{years[-1]}, theo thứ tự, không có năm khác.",
        )


def names_are_known(evidence: Evidence) -> Iterator[CheckViolation]:
    """Every site, hall, item, pool, SKU, location and load class of the plan is in the province folder."""
    inputs, plan = evidence.inputs, evidence.plan
    known = {
        "site": {site.id for site in inputs.sites.sites},
        "hall": {hall.id for hall in inputs.hardware.halls},
        "sku": {sku.id for sku in inputs.hardware.skus},
        "pool": set(evidence.pools),
        "load_class": {load_class.id for load_class in inputs.services.load_classes},
    }
    wanted: list[tuple[str, str, str]] = []
    for placement in plan.placements:
        where = f"{placement.site}/{placement.hall}/{placement.year}"
        wanted += [(where, "pool", placement.pool), (where, "site", placement.site), (where, "hall", placement.hall)]
        if placement.sku is not None:
            wanted.append((where, "sku", placement.sku))
    for standby in plan.standbys:
        where = f"{standby.site}/{standby.hall}/{standby.year}"
        wanted += [(where, "pool", standby.pool), (where, "site", standby.site)]
        wanted += [(where, "hall", standby.hall), (where, "sku", standby.sku)]
    for extra in plan.extras:
        where = f"{extra.site}/{extra.hall}/{extra.year}"
        wanted += [(where, "load_class", extra.load_class), (where, "site", extra.site)]
        wanted += [(where, "hall", extra.hall), (where, "sku", extra.sku)]
    wanted += [(f"{rent.location}/{rent.year}", "pool", rent.pool) for rent in all_rents(plan)]
    for dispatch in plan.dispatches:
        where = f"{dispatch.site}/{dispatch.year}"
        wanted.append((where, "site", dispatch.site))
        for class_id, hall in dispatch.deferred_w:
            wanted += [(where, "load_class", class_id), (where, "hall", hall)]
    for build in plan.builds:
        try:
            KIND_VI[build.kind]
            terms_of(inputs, build)
        except KeyError as error:
            yield _unknown(f"{build.site}/{build.year}", f"{build.kind} {build.item}", str(error.args[0]))
    for where, kind, name in dict.fromkeys(wanted):
        if name not in known[kind]:
            yield _unknown(where, kind, name)


def _unknown(where: str, kind: str, name: str) -> CheckViolation:
    return CheckViolation(
        "names_are_known",
        where,
        1,
        "name",
        0,
        f"{where}: {kind} names '{name}', which is not in the province folder.",
        f"{where}: {kind} nêu '{name}', không có trong thư mục dữ liệu của tỉnh.",
    )


def hours_are_complete(evidence: Evidence) -> Iterator[CheckViolation]:
    """Every dispatch has one whole number for each hour of its year, and a site has one dispatch a year."""
    count = Counter((row.site, row.year) for row in evidence.plan.dispatches)
    for row in evidence.plan.dispatches:
        hours = hours_of_year(row.year)
        where = f"{row.site}/{row.year}"
        for name, series in _series(row):
            if series.shape != (hours,) or not np.issubdtype(series.dtype, np.integer):
                yield CheckViolation(
                    "hours_are_complete",
                    where,
                    series.size,
                    "hours",
                    hours,
                    f"{where}: {name} has {series.size} values of type {series.dtype}; "
                    f"it must have {hours} whole numbers.",
                    f"{where}: chuỗi {name} có {series.size} giá trị kiểu {series.dtype}; phải có {hours} số nguyên.",
                )
    for (site, year), times in count.items():
        if times > 1:
            yield CheckViolation(
                "hours_are_complete",
                f"{site}/{year}",
                times,
                "dispatches",
                1,
                f"{site}/{year} is dispatched {times} times; once is allowed.",
                f"{site}/{year} có {times} biểu đồ vận hành; chỉ được có một.",
            )


def _series(row: Dispatch) -> list[tuple[str, Series]]:
    named = [("grid", row.grid_w), ("charge", row.charge_w), ("discharge", row.discharge_w), ("dppa", row.dppa_w)]
    return named + [(f"deferred {class_id} in {hall}", power) for (class_id, hall), power in row.deferred_w.items()]


def nothing_is_negative(evidence: Evidence) -> Iterator[CheckViolation]:
    """Every amount, fraction and power of the plan is a finite number that is not negative."""
    plan = evidence.plan
    amounts = [(f"{b.site}/{b.year}", f"{b.kind} {b.item}", b.amount) for b in plan.builds]
    for p in plan.placements:
        where = f"{p.site}/{p.hall}/{p.year}"
        amounts += [(where, f"servers for {p.pool}", p.servers), (where, f"MW let to {p.pool}", p.wholesale_mw)]
    for s in plan.standbys:
        amounts.append((f"{s.site}/{s.hall}/{s.year}", f"standby servers for {s.pool}", s.servers))
    for e in plan.extras:
        amounts.append((f"{e.site}/{e.hall}/{e.year}", f"extra servers for {e.load_class}", e.servers))
    amounts += [(f"{r.location}/{r.year}", f"fraction of {r.pool}", r.fraction) for r in all_rents(plan)]
    for row in plan.dispatches:
        for name, series in _series(row):
            amounts.append((f"{row.site}/{row.year}", f"{name} (W)", float(series.min(initial=0))))
    for where, name, amount in amounts:
        if not math.isfinite(amount) or amount < 0:
            yield CheckViolation(
                "nothing_is_negative",
                where,
                amount,
                name,
                0,
                f"{where}: {name} is {amount:g}; it must be a finite number, at least 0.",
                f"{where}: {name} là {amount:g}; phải là số hữu hạn, không âm.",
            )


def whole_things_are_whole(evidence: Evidence) -> Iterator[CheckViolation]:
    """Modules, plant units, servers and grid steps are ordered in whole numbers."""
    for build in evidence.plan.builds:
        if build.kind in WHOLE and not float(build.amount).is_integer():
            where = f"{build.site}/{build.hall or build.item}/{build.year}"
            yield CheckViolation(
                "whole_things_are_whole",
                where,
                build.amount,
                build.kind,
                round(build.amount) if math.isfinite(build.amount) else 0,
                f"{where}: {build.amount:g} of {build.kind} {build.item} are ordered; only whole numbers can be.",
                f"{where}: đặt mua {build.amount:g} {KIND_VI[build.kind]} {build.item}; chỉ được đặt số nguyên.",
            )


def rents_have_a_price(evidence: Evidence) -> Iterator[CheckViolation]:
    """Every rent is of a pool that needs something that year, in a location with a price for all that it needs."""
    for rent in all_rents(evidence.plan):
        pool = evidence.pools.get(rent.pool)
        if pool is None or rent.year not in evidence.demand.years:
            continue
        amounts = amounts_of(evidence.demand, pool, rent.year)
        if isinstance(rent, StandbyRent):
            amounts = evidence.standbys.needed.get((rent.pool, rent.year), {})
        if rent_terms(evidence.inputs, pool, amounts, rent.location, rent.gpu_price, rent.year) is None:
            where = f"{rent.pool}/{rent.location}/{rent.year}"
            yield CheckViolation(
                "rents_have_a_price",
                where,
                rent.fraction,
                "fraction",
                0,
                f"{where}: {rent.fraction:.1%} is rented without a price in the price book for what the pool needs.",
                f"{where}: thuê {rent.fraction:.1%} nhưng bảng giá không có giá tại đây cho nhu cầu của nhóm tải.",
            )


FORM_RULES: tuple[Rule, ...] = (
    years_are_of_the_horizon,
    names_are_known,
    hours_are_complete,
    nothing_is_negative,
    whole_things_are_whole,
    rents_have_a_price,
)

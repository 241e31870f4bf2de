"""Rules of every hour: balance, connection, battery, backlog, DPPA and the number of load classes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from capacity.accounts.hours import DeferrableWork, HourlyAccount
from capacity.check.evidence import CheckViolation, Evidence, Rule
from capacity.hourly import Hours

LOAD_CLASSES_AT_MOST = 6
FLAT = "FLAT"
"""Idle power and work that never changes; no load class of the folder has capitals in its name."""


def _worst(
    rule: str, hour: HourlyAccount, excess_kw: Hours, allowed_kw: float, en: str, vi: str, where: str = ""
) -> Iterator[CheckViolation]:
    """One violation for a site and year with hours beyond rounding, with the worst hour and how many they are."""
    count = int(np.count_nonzero(excess_kw > allowed_kw))
    if count:
        worst = int(np.argmax(excess_kw))
        amount = float(excess_kw[worst])
        place = f"{hour.site.id}/{where + '/' if where else ''}{hour.year}"
        yield CheckViolation(
            rule,
            place,
            amount,
            "kW",
            allowed_kw,
            f"{place}: {en} in {count} hours, worst in hour {worst} by {amount:,.3f} kW.",
            f"{place}: {vi} trong {count} giờ, nặng nhất ở giờ {worst} là {amount:,.3f} kW.",
        )


def energy_balances(evidence: Evidence) -> Iterator[CheckViolation]:
    """In every hour grid, generation and discharge less charge cover the facility load; the rest is curtailed."""
    for hour in evidence.hours:
        supply = hour.grid_kw + hour.produced_kw + hour.discharge_kw - hour.charge_kw
        rounding = evidence.tolerances.watt / 1000 + 1e-9 * float(hour.load_kw.max(initial=0))
        yield from _worst(
            "energy_balances",
            hour,
            hour.load_kw - supply,
            rounding,
            "supply is below the load",
            "nguồn cấp thấp hơn phụ tải",
        )


def grid_stays_within_the_connection(evidence: Evidence) -> Iterator[CheckViolation]:
    """In every hour the grid import stays within the connection and its steps in service."""
    for hour in evidence.hours:
        yield from _worst(
            "grid_stays_within_the_connection",
            hour,
            hour.grid_kw - 1000 * hour.connection_mw,
            evidence.tolerances.watt / 1000,
            f"the import is above the connection of {hour.connection_mw:g} MW",
            f"công suất mua vượt công suất đấu nối {hour.connection_mw:g} MW",
        )


def battery_keeps_its_power(evidence: Evidence) -> Iterator[CheckViolation]:
    """In every hour charge stays within the MW of the battery, and discharge within those not held back for UPS."""
    for hour in evidence.hours:
        used = np.maximum(hour.charge_kw, hour.discharge_kw + 1000 * hour.reserve_mw)
        held = (f", {hour.reserve_mw:g} MW of it for UPS", f", trong đó {hour.reserve_mw:g} MW giữ cho bộ lưu điện")
        held = held if hour.reserve_mw else ("", "")
        yield from _worst(
            "battery_keeps_its_power",
            hour,
            used - 1000 * hour.battery_mw,
            evidence.tolerances.watt / 1000,
            f"charge or discharge is above {hour.battery_mw:g} MW{held[0]}",
            f"công suất nạp hoặc xả vượt {hour.battery_mw:g} MW{held[1]}",
        )


def _drift_kwh(evidence: Evidence, hour: HourlyAccount) -> float:
    """What whole watts may add up to over the hours of a year, kWh."""
    return evidence.tolerances.watt_hour * hour.facts.hours / 1000


def battery_keeps_its_energy(evidence: Evidence) -> Iterator[CheckViolation]:
    """From the lowest start that keeps minimum charge and reserve, the stored energy never passes the battery's MWh."""
    for hour in evidence.hours:
        stored, limit = float(hour.soc_kwh.max()), 1000 * hour.battery_mwh
        if stored > limit + _drift_kwh(evidence, hour):
            where = f"{hour.site.id}/{hour.year}"
            yield CheckViolation(
                "battery_keeps_its_energy",
                where,
                stored,
                "kWh",
                limit,
                f"{where}: {stored:,.1f} kWh must be stored at the least; the battery holds {limit:,.1f} kWh.",
                f"{where}: cần lưu trữ ít nhất {stored:,.1f} kWh; pin chỉ chứa {limit:,.1f} kWh.",
            )


def battery_returns_to_its_start(evidence: Evidence) -> Iterator[CheckViolation]:
    """Over the year, what is charged less losses equals what is discharged: the year ends as it begins."""
    for hour in evidence.hours:
        drift, allowed = float(hour.battery_change_kw.sum()), _drift_kwh(evidence, hour)
        if abs(drift) > allowed:
            where = f"{hour.site.id}/{hour.year}"
            yield CheckViolation(
                "battery_returns_to_its_start",
                where,
                drift,
                "kWh",
                allowed,
                f"{where}: the battery ends the year {drift:+,.1f} kWh from its start.",
                f"{where}: cuối năm pin lệch {drift:+,.1f} kWh so với đầu năm.",
            )


def _works(evidence: Evidence) -> Iterator[tuple[HourlyAccount, DeferrableWork, str]]:
    for hour in evidence.hours:
        for work in hour.deferrable:
            yield hour, work, f"{hour.site.id}/{work.load_class.id}@{work.hall}/{hour.year}"


def deferred_work_is_all_done(evidence: Evidence) -> Iterator[CheckViolation]:
    """Over the year, the deferrable work that is done equals the work that arrives."""
    for hour, work, where in _works(evidence):
        left, allowed = float((work.arrivals_kw - work.done_kw).sum()), _drift_kwh(evidence, hour)
        if abs(left) > allowed:
            yield CheckViolation(
                "deferred_work_is_all_done",
                where,
                left,
                "kWh",
                allowed,
                f"{where}: {left:+,.1f} kWh of deferrable work of the year is left over (negative: done twice).",
                f"{where}: khối lượng việc trì hoãn còn lại cuối năm là {left:+,.1f} kWh (âm: làm thừa).",
            )


def backlog_stays_within_its_window(evidence: Evidence) -> Iterator[CheckViolation]:
    """From the lowest start, the backlog never passes the arrivals of the last hours that work may wait."""
    for hour, work, where in _works(evidence):
        excess = work.backlog_kwh - work.allowed_backlog_kwh
        worst = int(np.argmax(excess))
        if excess[worst] > _drift_kwh(evidence, hour):
            waiting, allowed = float(work.backlog_kwh[worst]), float(work.allowed_backlog_kwh[worst])
            hours = work.load_class.deferrable_hours
            yield CheckViolation(
                "backlog_stays_within_its_window",
                where,
                waiting,
                "kWh",
                allowed,
                f"{where}: {waiting:,.1f} kWh wait in hour {worst}; the arrivals of the last {hours} hours are "
                f"{allowed:,.1f} kWh.",
                f"{where}: {waiting:,.1f} kWh việc đang chờ ở giờ {worst}; lượng việc đến trong {hours} giờ gần nhất "
                f"là {allowed:,.1f} kWh.",
            )


def work_never_passes_full_load(evidence: Evidence) -> Iterator[CheckViolation]:
    """In every hour, work that cannot wait and deferrable work done stay within full load of the servers for it.

    Those are the placed ones, and for waiting work those beyond the need.
    """
    for hour, work, _ in _works(evidence):
        yield from _worst(
            "work_never_passes_full_load",
            hour,
            work.steady_kw + work.done_kw - work.full_kw,
            evidence.tolerances.watt / 1000,
            f"work is above the full load of {work.full_kw:,.1f} kW",
            f"khối lượng việc vượt mức đầy tải {work.full_kw:,.1f} kW",
            where=f"{work.load_class.id}@{work.hall}",
        )


def dppa_is_matched_within_its_contract(evidence: Evidence) -> Iterator[CheckViolation]:
    """In every hour, matched DPPA energy is within the grid import and within what the contracted MW generate."""
    for hour in evidence.hours:
        yield from _worst(
            "dppa_is_matched_within_its_contract",
            hour,
            hour.matched_kw - np.minimum(hour.grid_kw, hour.dppa_generated_kw),
            evidence.tolerances.watt / 1000,
            "matched DPPA energy is above the import or the generation",
            "điện DPPA khớp theo giờ vượt điện mua từ lưới hoặc sản lượng hợp đồng",
        )


def _drawn_kw(evidence: Evidence, hour: HourlyAccount) -> Iterator[tuple[str, str, float]]:
    """Load class, hall type and kW of what stands: idle power and classes that never change are ``FLAT``."""
    for row in evidence.standing.placements(hour.site.id, hour.year):
        load_class = evidence.inputs.load_class(evidence.pools[row.pool].load_class)
        constant = len({*load_class.weekday, *load_class.weekend}) == 1 and load_class.deferrable_fraction == 0
        moving_kw = 1000 * row.wholesale_mw
        if row.sku is not None:
            sku = evidence.inputs.sku(row.sku)
            moving_kw += row.servers * (sku.peak_kw - sku.idle_kw)
            yield FLAT, row.hall, row.servers * sku.idle_kw
        yield FLAT if constant else load_class.id, row.hall, moving_kw
    for hall, idle_kw in evidence.standing.idle_kw(hour.site.id, hour.year).items():
        yield FLAT, hall, idle_kw


def load_classes_are_few(evidence: Evidence) -> Iterator[CheckViolation]:
    """A site has at most six pairs of load class and hall type in a year; all that never changes is one class."""
    for hour in evidence.hours:
        found = {(class_id, hall) for class_id, hall, drawn_kw in _drawn_kw(evidence, hour) if drawn_kw > 0}
        if len(found) > LOAD_CLASSES_AT_MOST:
            where = f"{hour.site.id}/{hour.year}"
            yield CheckViolation(
                "load_classes_are_few",
                where,
                len(found),
                "pairs",
                LOAD_CLASSES_AT_MOST,
                f"{where}: {len(found)} pairs of load class and hall type stand at the site; at most "
                f"{LOAD_CLASSES_AT_MOST} may.",
                f"{where}: địa điểm có {len(found)} cặp lớp tải và loại phòng máy; tối đa {LOAD_CLASSES_AT_MOST}.",
            )


HOUR_RULES: tuple[Rule, ...] = (
    energy_balances,
    grid_stays_within_the_connection,
    battery_keeps_its_power,
    battery_keeps_its_energy,
    battery_returns_to_its_start,
    deferred_work_is_all_done,
    backlog_stays_within_its_window,
    work_never_passes_full_load,
    dppa_is_matched_within_its_contract,
    load_classes_are_few,
)

"""Changes to a valid plan or its inputs that break the rules of extra servers and of pools that are tied to sites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from capacity.plan import Dispatch, Extra
from tests.capacity.check.breakers import BATCH, SITE, Case


def with_extra_servers(case: Case, *rows: Extra) -> Case:
    """Batch work may run on servers beyond the need; these are such."""
    classes = case.inputs.services.load_classes
    changed = tuple(c.model_copy(update={"extra_servers": c.deferrable_fraction > 0}) for c in classes)
    services = case.inputs.services.model_copy(update={"load_classes": changed})
    return case.with_inputs(services=services).with_plan(extras=rows)


def tied(case: Case, pool_id: str, *sites: str) -> Case:
    """The same with a pool that may stand at these sites only."""
    pools = tuple(replace(pool, sites=sites) if pool.id == pool_id else pool for pool in case.demand.pools)
    return replace(case, demand=replace(case.demand, pools=pools))


def with_four_hours_at_once(case: Case) -> Case:
    """Six GPU servers more, 5.4 of them usable, and the waiting work of four hours is done in the last of them."""
    plan = case.plan
    gpus = next(b for b in plan.builds if (b.kind, b.item, b.hall, b.year) == ("server", "gpu", "chilled", 2027))
    builds = tuple(replace(b, amount=b.amount + 6) if b is gpus else b for b in plan.builds)
    extras = tuple(Extra("batch", SITE, "chilled", year, "gpu", 5.4) for year in (2027, 2028))
    more = case.with_plan(builds=builds, extras=extras)

    def at_once(series: dict[str, Any], dispatch: Dispatch) -> None:
        done = dispatch.deferred_w[BATCH]
        done[3], done[:3] = done[:4].sum(), 0
        series["grid_w"] += 20_000
        series["grid_w"][3] += 100_000

    found = more.with_hours(at_once)
    rows = [
        replace(d, grid_w=d.grid_w + 20_000) if (d.site, d.year) == (SITE, 2028) else d for d in found.plan.dispatches
    ]
    return found.with_plan(dispatches=tuple(rows))


FLEXIBILITY_BREAKERS: tuple[tuple[str, str, Callable[[Case], Case]], ...] = (
    ("pools_stand_at_their_sites", "placed elsewhere", lambda c: tied(c, "office", "nam-can")),
    ("pools_stand_at_their_sites", "tenants elsewhere", lambda c: tied(c, "tenants", "nam-can")),
    (
        "extra_servers_do_work_of_their_kind",
        "class without any",
        lambda c: c.with_plan(extras=(Extra("batch", SITE, "chilled", 2027, "gpu", 0.1),)),
    ),
    (
        "extra_servers_do_work_of_their_kind",
        "CPU servers for AI",
        lambda c: with_extra_servers(c, Extra("batch", SITE, "chilled", 2027, "cpu", 0.1)),
    ),
    (
        "extra_servers_do_work_of_their_kind",
        "where its work may not stand",
        lambda c: with_extra_servers(c, Extra("batch", "phong-may", "room", 2027, "gpu", 0.1)),
    ),
    (
        "extra_servers_do_work_of_their_kind",
        "tied to another site",
        lambda c: tied(with_extra_servers(c, Extra("batch", SITE, "chilled", 2027, "gpu", 0.1)), "ai", "nam-can"),
    ),
    (
        "spares_are_kept",
        "all are extra",
        lambda c: with_extra_servers(c, Extra("batch", SITE, "chilled", 2027, "gpu", 3.0)),
    ),
)

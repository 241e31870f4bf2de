"""Changes to a valid plan or its inputs that break the rules of extra servers and of pools that are tied to sites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from capacity.plan import Extra
from tests.capacity.check.breakers import SITE, Case


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

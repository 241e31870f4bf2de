"""What the binding constraints cost: duals of the relaxation over all hours with the plan's integers fixed."""

from __future__ import annotations

from capacity.model.build import SizingModel
from capacity.plan import ShadowPrice
from capacity.solver.interior import Relaxation

VND = 1e9
OF_WHAT_STANDS = ("fuel_lasts_the_outage", "ups_load_is_held")
"""Rows that bind nothing where nothing stands: their duals are the price of asking for more than nothing."""
NOTHING = 0.02
"""MW or units up to which a relaxation has nothing."""
WORTH_TELLING = 1e7
"""VND per unit below which a price is noise of the interior point."""


def shadow_prices(model: SizingModel, relaxation: Relaxation, which: list[int]) -> tuple[ShadowPrice, ...]:
    """Present value saved by relaxing each binding constraint by one unit, dearest first.

    ``which`` are the blocks that the relaxation holds.
    """
    found: list[ShadowPrice] = []
    loads = _loads(model, relaxation)
    for (key, terms, _, _), dual in zip(model.frame.model.rows, relaxation.row_duals, strict=True):
        if key[0] in OF_WHAT_STANDS and not any(relaxation.master[column] > NOTHING for column in terms):
            continue
        told = _of_row(key, abs(float(dual)), loads)
        if told is not None and told.vnd_per_unit > WORTH_TELLING:
            found.append(told)
    for block, layout, duals in zip(
        [model.blocks[index] for index in which], relaxation.layouts, relaxation.duals, strict=True
    ):
        for policy in model.frame.settings.policies:
            if policy.kind == "pue_max" and policy.id in layout.yearly:
                load = sum(float(relaxation.master[f.column]) * float(f.utilisation.mean()) for f in block.loads)
                worth = float(duals[layout.yearly[policy.id]]) * load * 0.01 * VND
                if worth > WORTH_TELLING:
                    found.append(ShadowPrice(policy.id, block.year, block.site.id, "0.01 PUE", worth))
    return tuple(sorted(found, key=lambda p: (-p.vnd_per_unit, p.constraint, p.year or 0, p.site or "")))


def _loads(model: SizingModel, relaxation: Relaxation) -> dict[int, float]:
    """Mean facility MW of all sites by year."""
    loads: dict[int, float] = {}
    for block in model.blocks:
        columns = model.frame.model.columns
        megawatt = float(relaxation.master[columns["fixed", block.site.id, block.year]])
        for factor in block.loads:
            megawatt += float(relaxation.master[factor.column]) * float((factor.slope * factor.utilisation).mean())
        loads[block.year] = loads.get(block.year, 0.0) + megawatt
    return loads


def _of_row(key: tuple[str | int, ...], dual: float, loads: dict[int, float]) -> ShadowPrice | None:
    name = str(key[0])
    if name == "clean_energy_shares_are_reached":
        return ShadowPrice(str(key[1]), int(key[2]), None, "percentage point", dual * VND * 0.01 * loads[int(key[2])])
    if name == "carbon_stays_under_the_cap":
        return ShadowPrice(str(key[1]), int(key[2]), None, "tCO2", dual * VND / 1000)
    if name == "programmes_stand_in_the_province":
        return ShadowPrice(str(key[1]), int(key[2]), None, "MW", dual * VND)
    if name == "connection_follows_the_steps":
        return ShadowPrice("connection", int(key[2]), str(key[1]), "MW", dual * VND)
    if name == "land_is_enough":
        return ShadowPrice("land", int(key[2]), str(key[1]), "m2", dual * VND / 1000)
    if name == "water_is_enough":
        return ShadowPrice("water", int(key[2]), str(key[1]), "m3", dual * VND / 1000)
    if name == "energy_limits_hold" and key[1] in ("generation", "battery_mw"):
        return ShadowPrice(f"limit:{key[4]}", int(key[5]), str(key[2]), "MW", dual * VND)
    if name == "fuel_lasts_the_outage":
        return ShadowPrice("resilience:outage", int(key[2]), str(key[1]), "m3 of fuel", dual * VND)
    if name == "ups_load_is_held":
        return ShadowPrice(name, int(key[2]), str(key[1]), "MW", dual * VND)
    if name == "source_is_not_overspent":
        return ShadowPrice(f"budget:{key[1]}", int(key[2]), None, "bn VND", dual * VND)
    return None

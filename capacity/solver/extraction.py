"""From a master solution and its hours to the plan as data, and what policies still miss in it."""

from __future__ import annotations

from capacity.demand.contracts import contracted
from capacity.demand.needs import Pool
from capacity.inputs.clouds import TENDER
from capacity.model import market
from capacity.model.build import SizingModel
from capacity.model.network import leases_and_flows
from capacity.model.timeline import order_by
from capacity.plan import Build, Extra, Placement, Plan, Rent, Standby, StandbyRent
from capacity.solver.arrays import Vector
from capacity.solver.dispatch import BlockDispatch

SMALL = 1e-7
SAME_PRICE = 1e-12


def policy_shortfalls(model: SizingModel, master: Vector, hours: list[BlockDispatch]) -> list[str]:
    """Names of year-long requirements that the rebuilt hours miss: allotments of a year are summed over the sites."""
    missing: list[str] = []
    allotted: dict[tuple[str, int], float] = {}
    for block, part in zip(model.blocks, hours, strict=True):
        for name, value in part.year_rows.items():
            column = model.frame.model.find("allotment", name, block.site.id, block.year)
            if column is None:
                if value < -1e-9:
                    missing.append(f"{name} {block.site.id} {block.year}")
                continue
            # the site needs its allotment less what its row has to spare
            allotted[name, block.year] = allotted.get((name, block.year), 0.0) + float(master[column]) - value
    for key, terms, _, upper in model.frame.model.rows:
        if key[0] not in ("clean_energy_shares_are_reached", "carbon_stays_under_the_cap"):
            continue
        name, year = str(key[1]), int(key[2])
        factors = [v for c, v in terms.items() if c in model.frame.allotments]
        fixed = sum(v * float(master[c]) for c, v in terms.items() if c not in model.frame.allotments)
        if factors and allotted.get((name, year), 0.0) * factors[0] + fixed > upper + 1e-9:
            missing.append(f"{name} {year}")
    return missing


def among_equals(model: SizingModel, rents: list[Rent]) -> list[Rent]:
    """The same rents, in the first of the zones that nothing tells apart: price, node of the network, quota, contract.

    A solver splits work among equal zones as it likes, and otherwise every year.
    """
    frame, found = model.frame, dict[tuple[str, int, str, str | None], float]()
    pools = {(pool.id, year): (pool, amounts) for year in frame.years for pool, amounts in frame.pools(year)}
    zones = [zone for provider in frame.inputs.clouds.providers for zone in provider.zones]
    quotas = {zone.id for zone in zones if zone.quota_gpus is not None or zone.quota_vcpu is not None}
    bound = {(pool, year) for year in frame.years for pool, _, _ in contracted(frame.inputs, frame.demand, year)}
    for rent in rents:
        pool, amounts = pools[rent.pool, rent.year]
        chosen = (rent.location, rent.gpu_price)
        if rent.location not in quotas and (rent.pool, rent.year) not in bound:
            offered = {(o.location, o.gpu_price): o for o in market.rents(frame.inputs, pool, amounts, rent.year)}

            def ends(location: str, pool: Pool = pool, year: int = rent.year) -> tuple[str | None, float]:
                """The node of a location, and what traffic out of it costs."""
                return _node(model, location), market.egress_vnd_per_year(frame.inputs, pool, 1.0, location, year)

            own, here = offered[chosen].vnd_per_year, ends(rent.location)
            for key, offer in sorted(offered.items(), key=lambda item: (item[0][0], item[0][1] or "")):
                same = abs(offer.vnd_per_year - own) <= SAME_PRICE * own and ends(key[0]) == here
                if same and key[0] not in quotas:
                    chosen = key
                    break
        where = (rent.pool, rent.year, *chosen)
        found[where] = min(found.get(where, 0.0) + rent.fraction, 1.0)
    return [Rent(pool, location, year, amount, price) for (pool, year, location, price), amount in found.items()]


def _node(model: SizingModel, location: str) -> str | None:
    """Where traffic to a location goes: the node of its zone; a tender is nowhere in particular."""
    network = model.frame.inputs.network
    if location == TENDER:
        return TENDER
    return None if network is None else network.node_of(location)


def plan_of(model: SizingModel, master: Vector, hours: list[BlockDispatch]) -> Plan:
    """The plan: whole things as whole numbers, fractions of a pool and year summing to one."""
    frame = model.frame
    builds: list[Build] = []
    for asset in frame.assets.values():
        for year, column in frame.bought(asset):
            amount = float(master[column])
            if amount > SMALL:
                ordered = order_by(year, asset.lead_time_months)
                amount = float(round(amount)) if asset.whole else amount
                if amount > 0:
                    builds.append(
                        Build(asset.kind, asset.site.id, asset.item, year, amount, ordered, asset.hall or None)
                    )
    placements: list[Placement] = []
    for key, column in frame.model.matching("placed"):
        if master[column] > SMALL:
            pool, site, hall, sku = (str(part) for part in key[1:5])
            placements.append(Placement(pool, site, hall, int(key[5]), sku, float(master[column])))
    for key, column in frame.model.matching("let"):
        if master[column] > SMALL:
            pool, site, hall = (str(part) for part in key[1:4])
            placements.append(Placement(pool, site, hall, int(key[4]), None, 0.0, float(master[column])))
    rents: list[Rent] = []
    for key, column in frame.model.matching("rent"):
        if master[column] > SMALL:
            pool, location, gpu_price = (str(part) for part in key[1:4])
            rents.append(Rent(pool, location, int(key[4]), min(float(master[column]), 1.0), gpu_price or None))
    rents = among_equals(model, rents)
    leases, flows = leases_and_flows(frame, master, SMALL)
    standbys: list[Standby] = []
    for key, column in frame.model.matching("standby_servers"):
        if master[column] > SMALL:
            pool, site, hall, sku = (str(part) for part in key[1:5])
            standbys.append(Standby(pool, site, hall, int(key[5]), sku, float(master[column])))
    standby_rents: list[StandbyRent] = []
    for key, column in frame.model.matching("standby_rent"):
        if master[column] > SMALL:
            pool, location, gpu_price = (str(part) for part in key[1:4])
            rented = min(float(master[column]), 1.0)
            standby_rents.append(StandbyRent(pool, location, int(key[4]), rented, gpu_price or None))
    extras: list[Extra] = []
    for key, column in frame.model.matching("extra"):
        if master[column] > SMALL:
            load_class, site, hall, sku = (str(part) for part in key[1:5])
            extras.append(Extra(load_class, site, hall, int(key[5]), sku, float(master[column])))
    return Plan(
        frame.years,
        tuple(sorted(builds, key=lambda b: (b.year, b.site, b.hall or "", b.kind, b.item))),
        tuple(sorted(placements, key=lambda p: (p.year, p.pool, p.site, p.hall, p.sku or ""))),
        tuple(sorted(rents, key=lambda r: (r.year, r.pool, r.location, r.gpu_price or ""))),
        tuple(part.dispatch for part in hours),
        model.missed,
        tuple(leases),
        tuple(flows),
        tuple(sorted(standbys, key=lambda s: (s.year, s.pool, s.site, s.hall, s.sku))),
        tuple(sorted(standby_rents, key=lambda r: (r.year, r.pool, r.location, r.gpu_price or ""))),
        tuple(sorted(extras, key=lambda e: (e.year, e.load_class, e.site, e.hall, e.sku))),
    )

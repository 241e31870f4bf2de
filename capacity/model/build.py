"""Assembles the model: columns first, then every constraint of the registry, in this order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.model import (
    demand_charge,
    money,
    network,
    placement,
    policy,
    renting,
    resilience,
    standby,
    supply,
)
from capacity.model.blocks import Block, build_block
from capacity.model.frame import Frame
from capacity.plan import MissedTarget

MASTER_CONSTRAINTS: tuple[Callable[[Frame], None], ...] = (
    placement.demand_is_met,
    placement.work_does_not_move_back,
    placement.owned_servers_carry_their_share,
    standby.sites_can_be_lost,
    standby.standby_servers_carry_their_share,
    placement.placed_servers_are_installed,
    placement.tenants_are_housed,
    placement.hall_power_is_enough,
    placement.racks_fit_the_hall,
    placement.plant_is_redundant,
    placement.land_is_enough,
    renting.zone_quotas_hold,
    renting.contracts_hold,
    network.tenders_have_a_place,
    network.traffic_follows_the_work,
    network.links_carry_their_traffic,
    network.leases_stay_within_the_link,
    supply.grid_steps_are_taken_once,
    supply.connection_follows_the_steps,
    supply.energy_limits_hold,
    supply.battery_hours_are_limited,
    resilience.ups_load_is_held,
    supply.hours_see_the_master,
    resilience.gensets_survive_a_failure,
    resilience.fuel_lasts_the_outage,
)
BLOCK_CONSTRAINTS: tuple[Callable[[Frame, policy.Blocks], None], ...] = (
    policy.clean_energy_shares_are_reached,
    policy.carbon_stays_under_the_cap,
    policy.pue_stays_under_the_limit,
    policy.water_is_enough,
    demand_charge.monthly_peaks_are_charged,
)
MONEY: tuple[Callable[[Frame], None], ...] = (
    money.capital_is_paid,
    money.operation_is_paid,
    money.energy_contracts_are_paid,
    network.network_is_paid,
    money.budgets_hold,
)


@dataclass(frozen=True)
class SizingModel:
    """The whole model: the master in ``frame.model``, a block per site and year that can have load, missed targets."""

    frame: Frame
    blocks: tuple[Block, ...]
    missed: tuple[MissedTarget, ...]


def build_model(inputs: CapacityInputs, demand: Demand) -> SizingModel:
    """The model of the inputs. Raises TooManyLoadClassesError when a site has more than the hours have room for."""
    frame = Frame(inputs, demand)
    for constraint in MASTER_CONSTRAINTS:
        constraint(frame)
    blocks: policy.Blocks = {}
    for year in frame.years:
        for site in frame.open_sites(year):
            blocks[site.id, year] = build_block(frame, site, year)
    for block_constraint in BLOCK_CONSTRAINTS:
        block_constraint(frame, blocks)
    missed = policy.programmes_stand_in_the_province(frame)
    for rule in MONEY:
        rule(frame)
    return SizingModel(frame, tuple(blocks.values()), tuple(missed))

"""How the inputs read when a rule of the network or of resilience is relaxed: what a folder can say, in full years.

Rules of the network are off in one year, rules of resilience bind later, and a link is wider in all years: the folder
states one capacity of it. Where no path keeps the rules at all, inputs cannot say what would.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.network import Link, NetworkRule
from capacity.inputs.resilience import Resilience
from capacity.inputs.settings import Payer
from capacity.model.resilience import OUTAGE
from capacity.model.standby import SITE_LOSS


def wider_link(inputs: CapacityInputs, link_id: str, payer: str, mbps: float) -> CapacityInputs | None:
    """More Mbps of a link for one payer, in all years; None when there is no such link."""
    network = inputs.network
    if network is None or all(link.id != link_id for link in network.links):
        return None

    def wider(link: Link) -> Link:
        if link.id != link_id:
            return link
        who: Payer = "state" if payer == "state" else "enterprise"
        capacity = {**link.capacity_mbps, who: link.capacity_mbps.get(who, 0.0) + mbps}
        return link.model_copy(update={"capacity_mbps": capacity})

    links = tuple(wider(link) for link in network.links)
    return dataclasses.replace(inputs, network=network.model_copy(update={"links": links}))


def without_rule(inputs: CapacityInputs, rule_id: str, year: int) -> CapacityInputs | None:
    """A rule of the network off in one year, in force before and after it; None when there is no such rule."""
    network = inputs.network
    if network is None or all(rule.id != rule_id for rule in network.rules):
        return None
    start, end = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)

    def parts(rule: NetworkRule) -> Iterator[NetworkRule]:
        if rule.id != rule_id:
            yield rule
            return
        if rule.valid_from < start:
            yield rule.model_copy(update={"valid_to": min(start, rule.valid_to or start)})
        if rule.valid_to is None or rule.valid_to > end:
            yield rule.model_copy(update={"valid_from": max(end, rule.valid_from)})

    rules = tuple(part for rule in network.rules for part in parts(rule))
    return dataclasses.replace(inputs, network=network.model_copy(update={"rules": rules}))


def later_resilience(inputs: CapacityInputs, name: str, year: int) -> CapacityInputs | None:
    """The rule of an outage or of the loss of a site from the year after ``year``; None when it is not there."""
    rules = inputs.settings.resilience
    outage, site_loss = rules.outage, rules.site_loss
    later: Resilience
    if name == OUTAGE and outage is not None:
        moved = {"from_year": max(outage.from_year, year + 1)}
        later = rules.model_copy(update={"outage": outage.model_copy(update=moved)})
    elif name.startswith(f"{SITE_LOSS}:") and site_loss is not None:
        moved = {"from_year": max(site_loss.from_year, year + 1)}
        later = rules.model_copy(update={"site_loss": site_loss.model_copy(update=moved)})
    else:
        return None
    return dataclasses.replace(inputs, settings=inputs.settings.model_copy(update={"resilience": later}))

"""Names that people read, in both languages, of everything that a document names by its id."""

from __future__ import annotations

from typing import Any

from capacity.demand.needs import Demand
from capacity.inputs.bundle import CapacityInputs
from capacity.inputs.resilience import Outage, Resilience, SiteLoss
from capacity.inputs.services import LoadClass
from orchestrator.i18n import LANGUAGES, messages

TENDER = "tender"
Names = dict[str, str]


def _said(key: str, **amounts: float) -> Names:
    names: Names = {}
    for language in LANGUAGES:
        text = messages(language)
        names[language] = text(key, **{name: text.amount(amount) for name, amount in amounts.items()})
    return names


def _same(name: str) -> Names:
    return dict.fromkeys(LANGUAGES, name)


def _technologies(inputs: CapacityInputs) -> dict[str, Names]:
    technologies = {record.id: {"vi": record.name_vi, "en": record.name_en} for record in inputs.energy.generation}
    if inputs.energy.battery is not None:
        technologies[inputs.energy.battery.id] = _said("item.battery")
    return technologies


def _plant(inputs: CapacityInputs) -> dict[str, Names]:
    units = {unit.id: _said(f"item.{unit.kind}", kw=unit.unit_kw) for unit in inputs.hardware.plant}
    if (tank := inputs.hardware.fuel_tank) is not None:
        units[tank.id] = _said("item.fuel_tank", litres=tank.litres)
    if (battery := inputs.hardware.ups_battery) is not None:
        units[battery.id] = _said("item.ups_battery")
    return units


def resilience_labels(rules: Resilience) -> dict[str, dict[str, str | None]]:
    """The rules of resilience beside the policies, under ids that no policy has."""
    named: dict[str, Outage | SiteLoss | None] = {
        "resilience:outage": rules.outage,
        "resilience:site_loss": rules.site_loss,
    }
    return {
        key: {
            "kind": key.partition(":")[2],
            "vi": rule.statement_vi,
            "en": rule.statement_en,
            "citation": rule.citation,
            "programme": None,
        }
        for key, rule in named.items()
        if rule is not None
    }


def _locations(inputs: CapacityInputs) -> dict[str, Names]:
    zones = {
        zone.id: _same(f"{provider.name}, {zone.name}")
        for provider in inputs.clouds.providers
        for zone in provider.zones
    }
    return {**zones, TENDER: _said("location.tender")}


def _nodes(inputs: CapacityInputs) -> dict[str, Any]:
    """Nodes of the network by id; one without a position of its own stands where its site does."""
    sites = {site.id: site for site in inputs.sites.sites}
    found: dict[str, Any] = {}
    for node in inputs.network.nodes if inputs.network is not None else ():
        site = next((sites[place] for place in node.places if place in sites), None)
        latitude, longitude = node.latitude_deg, node.longitude_deg
        if latitude is None and site is not None:
            latitude, longitude = site.latitude_deg, site.longitude_deg
        position = {"latitude_deg": latitude, "longitude_deg": longitude}
        found[node.id] = {"vi": node.name_vi, "en": node.name_en, "kind": node.kind, **position}
    return found


def _links(inputs: CapacityInputs) -> dict[str, Any]:
    return {
        link.id: {"vi": link.name_vi, "en": link.name_en, "kind": link.kind, "start": link.start, "end": link.end}
        for link in (inputs.network.links if inputs.network is not None else ())
    }


def _network_rules(inputs: CapacityInputs) -> dict[str, Any]:
    return {
        rule.id: {
            "kind": f"network_{rule.kind}",
            "vi": rule.statement_vi,
            "en": rule.statement_en,
            "citation": rule.citation,
            "programme": None,
        }
        for rule in (inputs.network.rules if inputs.network is not None else ())
    }


def _load_class(load_class: LoadClass) -> dict[str, str]:
    return {"vi": load_class.name_vi or load_class.id, "en": load_class.name_en or load_class.id}


def labels(inputs: CapacityInputs, demand: Demand) -> dict[str, Any]:
    """Names by group and id; a grid step has the key ``site/step``."""
    return {
        "province": {"vi": inputs.settings.name_vi, "en": inputs.settings.name_en},
        "scenario": {"vi": inputs.scenario_vi or inputs.scenario, "en": inputs.scenario_en or inputs.scenario},
        "sites": {site.id: {"vi": site.name_vi, "en": site.name_en} for site in inputs.sites.sites},
        "halls": {hall.id: {"vi": hall.name_vi, "en": hall.name_en} for hall in inputs.hardware.halls},
        "skus": {
            sku.id: {"vi": sku.name_vi or sku.name, "en": sku.name_en or sku.name} for sku in inputs.hardware.skus
        },
        "plant": _plant(inputs),
        "technologies": _technologies(inputs),
        "grid_steps": {
            f"{site.id}/{step.id}": _said("item.grid_step", mw=step.add_mw, kv=step.voltage_kv)
            for site in inputs.sites.sites
            for step in site.grid.steps
        },
        "locations": _locations(inputs),
        "nodes": _nodes(inputs),
        "links": _links(inputs),
        "programmes": {p.id: {"vi": p.name_vi, "en": p.name_en} for p in inputs.services.programmes},
        "pools": {
            pool.id: {
                "kind": pool.kind,
                "payer": pool.payer,
                "security_level": pool.security_level,
                "in_room": pool.in_room,
                "load_class": _load_class(inputs.load_class(pool.load_class)),
                "programmes": list(pool.programmes),
                **({"sites": list(pool.sites)} if pool.sites else {}),
            }
            for pool in demand.pools
        },
        "funding": {source.id: {"vi": source.name_vi, "en": source.name_en} for source in inputs.settings.funding},
        "gpu_prices": {
            price.id: _same(price.gpu_model) for price in inputs.clouds.prices if price.gpu_model is not None
        },
        "policies": {
            policy.id: {
                "kind": policy.kind,
                "vi": policy.statement_vi,
                "en": policy.statement_en,
                "citation": policy.citation,
                "programme": policy.programme,
            }
            for policy in inputs.settings.policies
        }
        | resilience_labels(inputs.settings.resilience)
        | _network_rules(inputs),
    }

"""Where systems may stand: zones of clouds, sites of the province, and homes that the register names by their kind."""

from __future__ import annotations

from orchestrator.province import Province
from orchestrator.province.policy_checks import OWN_PLACES
from policies.facts import ZoneFacts


def places_of(province: Province) -> dict[str, ZoneFacts]:
    """All places by id, as rules read them."""
    zones = {
        zone.id: ZoneFacts(zone.id, "cloud", provider.id, zone.country, provider.domestic, zone.attested_level)
        for provider in province.clouds.providers
        for zone in provider.zones
    }
    sites = {
        site.id: ZoneFacts(site.id, "room" if site.existing_modules else "site", "", "VN", is_domestic=True)
        for site in province.sites.sites
    }
    own = {name: ZoneFacts(name, name, "", "VN", is_domestic=True) for name in OWN_PLACES}
    return {**zones, **sites, **own}


def place_of_hosting(hosting: str) -> ZoneFacts:
    """What is known of a place of which only the register's hosting is: of a cloud not even whose it is."""
    if hosting in OWN_PLACES:
        return ZoneFacts(hosting, hosting, "", "VN", is_domestic=True)
    return ZoneFacts("", hosting)

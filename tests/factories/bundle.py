"""Settings with funding and policies, and the whole of the inputs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from capacity.inputs import CapacityInputs, Settings, SitesFile
from capacity.inputs.settings import FundingSource, PolicyConstraint
from tests.factories.clouds import make_clouds
from tests.factories.constants import SOURCE, YEARS
from tests.factories.demand import make_services
from tests.factories.energy import make_energy
from tests.factories.hardware import make_hardware
from tests.factories.places import make_existing_site, make_site, make_weather


def make_funding(source_id: str, payer: str, covers: Iterable[str], budget_vnd: float) -> FundingSource:
    """The same budget in every year."""
    return FundingSource.model_validate(
        {
            "id": source_id,
            "name_vi": source_id,
            "name_en": source_id,
            "payer": payer,
            "covers": tuple(covers),
            "budget_vnd": dict.fromkeys(YEARS, budget_vnd),
            "source": SOURCE,
        }
    )


def make_policy(kind: str, by_year: dict[int, float], **overrides: Any) -> PolicyConstraint:
    """A policy of a kind; its id is the kind with hyphens."""
    values = {
        "id": kind.replace("_", "-"),
        "kind": kind,
        "statement_vi": f"Yêu cầu {kind}",
        "statement_en": f"Requirement {kind}",
        "citation": "Decision 1",
        "by_year": by_year,
        "slack_price_vnd": 1e9,
        "source": SOURCE,
    }
    return PolicyConstraint.model_validate({**values, **overrides})


def make_settings(**overrides: Any) -> Settings:
    """2026 to 2028 seen from 15 January 2026; every policy is there and mild; VAT is a cost to the state."""
    every = ("hall", "server", "energy_asset", "grid", "rent", "network", "operation", "energy")
    mild = {
        "renewable_share_min": 0.01,
        "hourly_carbon_free_min": 0.01,
        "carbon_cap_tco2": 1e6,
        "pue_max": 1.6,
        "water_max_m3": 1e6,
    }
    values = {
        "name_vi": "Cà Mau",
        "name_en": "Ca Mau",
        "as_of": dt.date(2026, 1, 15),
        "first_year": YEARS[0],
        "last_year": YEARS[-1],
        "price_year": 2026,
        "usd_vnd": 26_400.0,
        "discount_rate": 0.08,
        "carbon_price_vnd_per_tco2": {2028: 100_000.0},
        "vat": {"rate_by_year": {2025: 0.1}, "is_cost_to": ["state"], "source": SOURCE},
        "population": {
            "administrative": 2.6e6,
            "resident": 2.1e6,
            "basis": "administrative",
            "adult_share": 0.7,
            "persons_per_household": 3.8,
            "source": SOURCE,
        },
        "minimum_wholesale_mw": 10.0,
        "usable_server_fraction": 0.9,
        "references": (),
        "funding": (
            make_funding("recurrent", "state", ("rent", "network", "operation", "energy"), 50e9),
            make_funding("equity", "enterprise", every, 20e12),
        ),
        "policies": (
            *(make_policy(kind, {2027: value, 2028: value}) for kind, value in mild.items()),
            make_policy("programme_in_province_mw_min", {2026: 0.05, 2028: 0.06}, programme="ai-dc"),
        ),
        "source": SOURCE,
    }
    return Settings.model_validate({**values, **overrides})


def make_inputs(**overrides: Any) -> CapacityInputs:
    """A candidate site of the enterprise and the state's room. ``sites`` may be a sequence of sites."""
    sites = overrides.pop("sites", (make_site(), make_existing_site()))
    if not isinstance(sites, SitesFile):
        sites = SitesFile(sites=tuple(sites))
    values: dict[str, Any] = {
        "settings": make_settings(),
        "sites": sites,
        "hardware": make_hardware(),
        "energy": make_energy(),
        "clouds": make_clouds(),
        "services": make_services(),
        "systems": (),
        "weather": {site.id: make_weather(site.id) for site in sites.sites},
        "scenario": "test",
        "digest": "0" * 64,
    }
    return CapacityInputs(**{**values, **overrides})

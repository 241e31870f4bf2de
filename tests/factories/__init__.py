"""Small valid inputs, demand and a valid plan, with overrides: two sites, three years, one of everything.

``make_site(land_m2=...)`` and the like take fields; ``make_inputs(settings=..., sites=...)`` takes whole records. The
first year is too early to build in (``as_of`` and lead times); the last is a leap year. Values are round, not real.
"""

from tests.factories.bundle import make_funding, make_inputs, make_policy, make_settings
from tests.factories.clouds import make_clouds, make_contract, make_price, make_zone
from tests.factories.constants import FLAT_DAY, OFFICE_DAY, SOURCE, YEARS
from tests.factories.demand import (
    make_broadband,
    make_demand,
    make_gpu_pool,
    make_load_class,
    make_pool,
    make_services,
    make_state_pool,
    make_wholesale_pool,
)
from tests.factories.energy import (
    make_battery,
    make_dppa,
    make_energy,
    make_generation,
    make_hourly_grid_carbon,
    make_tariff,
    make_two_part_tariff,
)
from tests.factories.hardware import (
    make_cooling,
    make_gpu_sku,
    make_hall,
    make_hardware,
    make_plant,
    make_room,
    make_shell,
    make_sku,
    make_storage_sku,
)
from tests.factories.network import make_link, make_network, make_node, make_profile, make_rule
from tests.factories.places import make_existing_site, make_site, make_weather
from tests.factories.plans import Sizes, make_plan
from tests.factories.resilience import (
    make_fuel_tank,
    make_outage,
    make_pad,
    make_programme,
    make_resilience,
    make_resilient_inputs,
    make_site_loss,
    make_ups_battery,
    recoverable_services,
    resilient_hardware,
)

__all__ = [
    "FLAT_DAY",
    "OFFICE_DAY",
    "SOURCE",
    "YEARS",
    "Sizes",
    "make_battery",
    "make_broadband",
    "make_clouds",
    "make_contract",
    "make_cooling",
    "make_demand",
    "make_dppa",
    "make_energy",
    "make_existing_site",
    "make_fuel_tank",
    "make_funding",
    "make_generation",
    "make_gpu_pool",
    "make_gpu_sku",
    "make_hall",
    "make_hardware",
    "make_hourly_grid_carbon",
    "make_inputs",
    "make_link",
    "make_load_class",
    "make_network",
    "make_node",
    "make_outage",
    "make_pad",
    "make_plan",
    "make_plant",
    "make_policy",
    "make_pool",
    "make_price",
    "make_profile",
    "make_programme",
    "make_resilience",
    "make_resilient_inputs",
    "make_room",
    "make_rule",
    "make_services",
    "make_settings",
    "make_shell",
    "make_site",
    "make_site_loss",
    "make_sku",
    "make_state_pool",
    "make_storage_sku",
    "make_tariff",
    "make_two_part_tariff",
    "make_ups_battery",
    "make_weather",
    "make_wholesale_pool",
    "make_zone",
    "recoverable_services",
    "resilient_hardware",
]

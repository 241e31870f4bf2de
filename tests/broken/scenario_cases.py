"""Scenarios that set what is not there, or what is not allowed."""

from __future__ import annotations

from tests.broken.folders import Broken, Wrong

SCENARIOS = (
    Broken(
        "scenario path to no key",
        "scenarios.yaml",
        "[register-systems].sizing.growth_per_year",
        "[register-systems].sizing.growth",
        (
            Wrong(
                "sizing.growth",
                "scenarios[late-portal].set[1].path",
                "'services.programmes[register-systems].sizing.growth'",
                "services.programmes[register-systems].sizing has no 'growth': known here: rule, vcpu_overcommit, "
                "growth_per_year",
            ),
        ),
    ),
    Broken(
        "scenario path to no item",
        "scenarios.yaml",
        "systems[one-stop-portal]",
        "systems[one-stop]",
        (
            Wrong(
                "systems[one-stop]",
                "scenarios[late-portal].set[0].path",
                "'systems[one-stop].moves_on'",
                "systems has no item 'one-stop': did you mean 'one-stop-portal'?",
            ),
        ),
    ),
    Broken(
        "scenario path into no file",
        "scenarios.yaml",
        "energy.tariff_class",
        "energie.tariff_class",
        (
            Wrong(
                "energie",
                "scenarios[tariff-production].set[0].path",
                "'energie.tariff_class'",
                "a path begins with one of province, sites, hardware, energy, clouds, services, network, agencies, "
                "systems",
            ),
        ),
    ),
    Broken(
        "scenario path in no form",
        "scenarios.yaml",
        "energy.tariff_class",
        "energy..tariff_class",
        (
            Wrong(
                "energy..",
                "scenarios[tariff-production].set[0].path",
                "'energy..tariff_class'",
                "a path such as sites.sites[nam-can].grid.existing_mw",
            ),
        ),
    ),
    Broken(
        "scenario value that is not allowed",
        "scenarios.yaml",
        "value: production",
        "value: produktion",
        (
            Wrong(
                "produktion",
                "scenarios[tariff-production].set[0].value",
                "'produktion'",
                "one of production, business, administrative (set for energy.tariff_class)",
            ),
        ),
    ),
    Broken(
        "scenario with a consequence elsewhere",
        "scenarios.yaml",
        "value: production",
        "value: administrative",
        (
            Wrong(
                "- id: tariff-production",
                "scenarios[tariff-production]",
                "energy.yaml:10: tariffs: none of class administrative at 22 kV from 2027-01-01 to 2029-12-31",
                "a tariff for every day of the horizon, as khu-cong-nghe-so can buy so",
            ),
        ),
    ),
    Broken(
        "scenario that sets a path twice",
        "scenarios.yaml",
        "services.programmes[register-systems].sizing.growth_per_year",
        "systems[one-stop-portal].moves_on",
        (
            Wrong(
                'path: "systems[one-stop-portal].moves_on", value: 0.15',
                "scenarios[late-portal].set[1].path",
                "'systems[one-stop-portal].moves_on'",
                "each path once: line 19 sets it already",
            ),
        ),
    ),
    Broken(
        "no base",
        "scenarios.yaml",
        "  - id: base",
        "  - id: basis",
        (Wrong("scenarios:", "scenarios", "no scenario 'base'", "'base' is required, with set: []"),),
    ),
    Broken(
        "base that sets something",
        "scenarios.yaml",
        "    set: []",
        "    set: [{path: energy.tariff_class, value: production}]",
        (Wrong("    set: [{", "scenarios[base].set", "a list of 1", "'base' is required, with set: []"),),
    ),
    Broken(
        "probabilities above 1",
        "scenarios.yaml",
        "    set: []\n  - id: tariff-production\n",
        "    probability: 0.7\n    set: []\n  - id: tariff-production\n    probability: 0.6\n",
        (
            Wrong(
                "probability: 0.6",
                "scenarios[tariff-production].probability",
                "the sum is 1.3",
                "the probabilities must sum to 1 at most",
            ),
        ),
    ),
)

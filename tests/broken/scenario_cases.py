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
                "systems, assessments, waivers, waves",
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
    Broken(
        "uncertain factor that does not rise",
        "scenarios.yaml",
        "low: 0.7, mode: 0.9",
        "low: 0.95, mode: 0.9",
        (
            Wrong(
                "mode: 0.9",
                "uncertain[battery-price].factor.mode",
                "does not fit together",
                "mode 0.9 must lie between low 0.95 and high 1.1",
            ),
        ),
    ),
    Broken(
        "uncertain values without a probability",
        "scenarios.yaml",
        "probabilities: [0.7, 0.3]",
        "probabilities: [0.7, 0.2]",
        (
            Wrong(
                "[0.7, 0.2]",
                "uncertain[late-connection].probabilities",
                "does not fit together",
                "probabilities must be one for each of values and sum to 1",
            ),
        ),
    ),
    Broken(
        "uncertain thing of no kind",
        "scenarios.yaml",
        "kind: weather #",
        "kind: climate #",
        (
            Wrong(
                "kind: climate",
                "uncertain[weather-year].kind",
                "'climate'",
                "a mapping whose 'kind' is one of demand, price, figure, weather, grid_step_delay, scenario",
            ),
        ),
    ),
    Broken(
        "uncertain figure that is none",
        "scenarios.yaml",
        "path: energy.battery.capex_vnd_per_mwh",
        "path: energy.battery",
        (
            Wrong(
                "path: energy.battery",
                "uncertain[battery-price].path",
                "'energy.battery'",
                "a path to a number of a YAML file, or to a table or list of numbers",
            ),
        ),
    ),
    Broken(
        "uncertain figure that is nowhere",
        "scenarios.yaml",
        "path: energy.battery.capex_vnd_per_mwh",
        "path: energy.battery.capex_vnd_per_mw_hour",
        (
            Wrong(
                "path: energy.battery",
                "uncertain[battery-price].path",
                "'energy.battery.capex_vnd_per_mw_hour'",
                "energy.battery has no 'capex_vnd_per_mw_hour': did you mean 'capex_vnd_per_mwh'?",
            ),
        ),
    ),
    Broken(
        "late step of no site",
        "scenarios.yaml",
        "site: khu-cong-nghe-so\n",
        "site: khu-cong-nghe\n",
        (
            Wrong(
                "site: khu-cong-nghe\n",
                "uncertain[late-connection].site",
                "'khu-cong-nghe'",
                "only khu-cong-nghe-so (sites of sites.yaml)",
            ),
        ),
    ),
    Broken(
        "late step that its site has not",
        "scenarios.yaml",
        "site: khu-cong-nghe-so\n",
        "site: khu-cong-nghe-so\n    step: plus-3-mw\n",
        (Wrong("step: plus-3-mw", "uncertain[late-connection].step", "'plus-3-mw'", "only plus-2-mw"),),
    ),
    Broken(
        "uncertain scenario that is none",
        "scenarios.yaml",
        "    kind: grid_step_delay # site and step: of one connection / chỉ một đấu nối\n    site: khu-cong-nghe-so\n",
        "    kind: scenario\n",
        (
            Wrong(
                "values: [0, 1]",
                "uncertain[late-connection].values[0]",
                "0",
                "an id of small letters a-z, digits and hyphens, at most 64",
            ),
            Wrong(
                "values: [0, 1]",
                "uncertain[late-connection].values[1]",
                "1",
                "an id of small letters a-z, digits and hyphens, at most 64",
            ),
        ),
    ),
)

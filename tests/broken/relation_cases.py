"""Records that are wrong towards each other: ids, references, dates, successions."""

from __future__ import annotations

from tests.broken.folders import Broken, Wrong

_SYSTEMS = "one of one-stop-portal, data-exchange, document-flow, population-db (systems of systems.csv)"
_SCIENCE = "Department of Science and Technology,department,2008-01-01,,,"

_TANK = """fuel_tank:
  id: tank-10
  litres: 10000
  capex_vnd: 0.5e9
  operation_vnd_per_year: 0.02e9
  lifetime_years: 25
  lead_time_months: 6
  land_m2: 40
  source: "assumption: double-walled tank with bund and pumps"
"""

RELATIONS = (
    Broken(
        "duplicate id",
        "hardware.yaml",
        "  - id: storage-server",
        "  - id: cpu-server",
        (
            Wrong(
                "id: cpu-server\n    name: Storage",
                "skus[1].id",
                "'cpu-server'",
                "each of them once: it stands in line 5 already",
            ),
        ),
    ),
    Broken(
        "duplicate id in a register",
        "systems.csv",
        "document-flow,",
        "data-exchange,",
        (
            Wrong(
                "data-exchange,Quản",
                "systems[2].id",
                "'data-exchange'",
                "each of them once: it stands in line 6 already",
            ),
        ),
    ),
    Broken(
        "dangling hall",
        "sites.yaml",
        "allowed_halls: [chilled-n1]",
        "allowed_halls: [chilled-n2]",
        (
            Wrong(
                "chilled-n2",
                "sites[khu-cong-nghe-so].allowed_halls[0]",
                "'chilled-n2'",
                "only chilled-n1 (halls of hardware.yaml)",
            ),
        ),
    ),
    Broken(
        "genset for a UPS",
        "hardware.yaml",
        "    ups: ups-250",
        "    ups: genset-1000",
        (Wrong("ups: genset", "halls[chilled-n1].ups", "'genset-1000'", "only ups-250 (UPS of hardware.yaml)"),),
    ),
    Broken(
        "outage without a fuel tank",
        "hardware.yaml",
        _TANK,
        "",
        (
            Wrong(
                "  outage:",
                "resilience.outage",
                "no fuel tank can be bought",
                "the rule needs fuel_tank in hardware.yaml",
                file="province.yaml",
            ),
        ),
    ),
    Broken(
        "UPS without batteries",
        "hardware.yaml",
        r"ups_battery:\n(?:  .*\n)+",
        "",
        (
            Wrong(
                "autonomy_minutes: 5",
                "plant[ups-250].autonomy_minutes",
                "5",
                "0, or ups_battery in hardware.yaml to be bought for it",
            ),
        ),
        is_pattern=True,
    ),
    Broken(
        "site loss without failure domains",
        "sites.yaml",
        "    failure_domains: {substation: tba-1, flood_basin: luu-vuc-1, cable_routes: [tuyen-1]}\n",
        "",
        (
            Wrong(
                "  - id: khu-cong-nghe-so",
                "sites[khu-cong-nghe-so].failure_domains",
                "missing",
                "substation, flood_basin and cable_routes, which resilience.site_loss of province.yaml asks for",
            ),
        ),
    ),
    Broken(
        "dangling technology",
        "sites.yaml",
        "{technology: battery,",
        "{technology: batery,",
        (
            Wrong(
                "batery",
                "sites[khu-cong-nghe-so].energy_limits[batery].technology",
                "'batery'",
                "one of pv-rooftop, battery (generation and battery of energy.yaml)",
            ),
        ),
    ),
    Broken(
        "dangling zone",
        "clouds.yaml",
        "    zones: [fpt-han]\n    gpu_model",
        "    zones: [fpt-hn]\n    gpu_model",
        (Wrong("fpt-hn]", "prices[fpt-h100].zones[0]", "'fpt-hn'", "one of fpt-han, fpt-sgn (zones of clouds.yaml)"),),
    ),
    Broken(
        "dangling owner",
        "systems.csv",
        "(LGSP),so-khcn",
        "(LGSP),so-cntt",
        (
            Wrong(
                "so-cntt",
                "systems[data-exchange].owner",
                "'so-cntt'",
                "one of so-tttt, so-khcn, vp-ubnd (agencies of agencies.csv)",
            ),
        ),
    ),
    Broken(
        "state programme without an agency",
        "services.yaml",
        "    name_en: Shared assistants and model training\n    owner: so-khcn",
        "    name_en: Shared assistants and model training\n    owner: Sở Khoa học và Công nghệ",
        (
            Wrong(
                "owner: Sở",
                "programmes[ai-assistants].owner",
                "'Sở Khoa học và Công nghệ'",
                "one of so-tttt, so-khcn, vp-ubnd (agencies of agencies.csv)",
            ),
        ),
    ),
    Broken(
        "dangling dependency",
        "systems.csv",
        "office-hours,data-exchange,",
        "office-hours,data-exchange;soa,",
        (Wrong("soa", "systems[one-stop-portal].depends_on", "'soa'", _SYSTEMS),),
    ),
    Broken(
        "dependency on itself",
        "systems.csv",
        "office-hours,data-exchange,",
        "office-hours,one-stop-portal,",
        (
            Wrong(
                "one-stop-portal",
                "systems[one-stop-portal].depends_on",
                "'one-stop-portal'",
                "another system: this is its own id",
            ),
        ),
    ),
    Broken(
        "dependencies in a circle with two dates",
        "systems.csv",
        "office-hours,,2021-01-01,2027-03-01",
        "office-hours,population-db;one-stop-portal,2021-01-01,2027-03-01",
        (
            Wrong(
                "one-stop-portal,Hệ",
                "systems[one-stop-portal].depends_on",
                "'data-exchange'",
                "systems that depend on each other move on one day: one-stop-portal → data-exchange → one-stop-portal "
                "have moves_on 2027-03-01, 2027-06-01",
            ),
            Wrong(
                "- id: late-portal",
                "scenarios[late-portal]",
                "systems.csv:5: systems[one-stop-portal].depends_on: 'data-exchange'",
                "systems that depend on each other move on one day: one-stop-portal → data-exchange → one-stop-portal "
                "have moves_on 2027-03-01, 2028-06-01",
                file="scenarios.yaml",
            ),
        ),
    ),
    Broken(
        "in service before its owner",
        "systems.csv",
        "office-hours,,2021-01-01,",
        "office-hours,,1999-01-01,",
        (
            Wrong(
                "1999-01-01",
                "systems[data-exchange].in_service_from",
                "1999-01-01",
                "a day on which its owner 'so-khcn' existed: 2008-01-01…",
            ),
        ),
    ),
    Broken(
        "level by a document that is not listed",
        "systems.csv",
        "internal,2,,internal",
        "internal,2,decree-13,internal",
        (
            Wrong(
                "decree-13",
                "systems[document-flow].level_basis",
                "'decree-13'",
                "one of decision-1132, tariff-2025, tou-2026, vat-2025, grid-ef-2023, fpt-docs, fpt-gpu-price, "
                "sunteco-price, tcvn-14423 (references of province.yaml)",
            ),
        ),
    ),
    Broken(
        "no recovery objective for a level",
        "services.yaml",
        "rto_hours_by_level: {1: 72, 2: 24, 3: 4,",
        "rto_hours_by_level: {1: 72, 3: 4,",
        (
            Wrong(
                "rto_hours_by_level",
                "recovery.rto_hours_by_level",
                "level 2 is missing",
                "every level in use has one: 'document-flow' is of this level",
            ),
        ),
    ),
    Broken(
        "unknown data class",
        "systems.csv",
        "internal,2,,internal",
        "internal,2,,secret",
        (
            Wrong(
                "secret",
                "systems[document-flow].data_classes",
                "'secret'",
                "one of public, internal, personal, sensitive-personal",
            ),
        ),
    ),
    Broken(
        "dangling reference",
        "energy.yaml",
        '"ref:tou-2026"',
        '"ref:tou-2027"',
        (
            Wrong(
                "tou-2027",
                "time_of_use[tou-from-2026-04-22].source",
                "'tou-2027'",
                "one of decision-1132, tariff-2025, tou-2026, vat-2025, grid-ef-2023, fpt-docs, fpt-gpu-price, "
                "sunteco-price, tcvn-14423 (references of province.yaml)",
            ),
        ),
    ),
    Broken(
        "overlapping validity",
        "energy.yaml",
        "voltage_from_kv: 6, voltage_below_kv: 22",
        "voltage_from_kv: 6, voltage_below_kv: 35",
        (
            Wrong(
                "id: business-6",
                "tariffs[business-6].valid_from",
                "2025-05-10",
                "it overlaps with 'business-22' of line 11: one alone may apply on a day; end one by valid_to",
            ),
        ),
    ),
    Broken(
        "overlapping prices",
        "clouds.yaml",
        "  - {id: planning-vcpu,",
        "  - {id: planning-vcpu-2, resource: vcpu_month, price_vnd: 1, includes_vat: false, published: false, "
        'valid_from: 2026-06-01, source: "assumption: x"}\n  - {id: planning-vcpu,',
        (
            Wrong(
                "id: planning-vcpu-2",
                "prices[planning-vcpu-2].valid_from",
                "2026-06-01",
                "it overlaps with 'planning-vcpu' of line 33: one alone may apply on a day; end one by valid_to",
            ),
        ),
    ),
    Broken(
        "ends before it begins",
        "clouds.yaml",
        '    source: "ref:fpt-gpu-price: 2.31',
        '    valid_to: 2025-12-31\n    source: "ref:fpt-gpu-price: 2.31',
        (
            Wrong(
                "valid_to",
                "prices[fpt-h100].valid_to",
                "'2025-12-31'",
                "a date after valid_from 2026-01-01, or nothing",
            ),
        ),
    ),
    Broken(
        "gap between tariffs",
        "energy.yaml",
        "peak_vnd_per_kwh: 5025, valid_from: 2025-05-10",
        "peak_vnd_per_kwh: 5025, valid_from: 2027-03-01",
        (
            Wrong(
                "tariffs:",
                "tariffs",
                "none of class business at 22 kV from 2027-01-01 to 2027-02-28",
                "a tariff for every day of the horizon, as khu-cong-nghe-so can buy so",
            ),
        ),
    ),
    Broken(
        "schedule that ends",
        "energy.yaml",
        "    valid_from: 2026-04-22\n    windows",
        "    valid_from: 2026-04-22\n    valid_to: 2029-01-01\n    windows",
        (
            Wrong(
                "time_of_use:",
                "time_of_use",
                "none from 2029-01-01 to 2029-12-31",
                "a schedule for every day of the horizon",
            ),
        ),
    ),
    Broken(
        "orderable hall that stands already",
        "sites.yaml",
        "    existing_modules: []",
        '    existing_modules: [{hall: chilled-n1, modules: 1, from_date: 2020-01-01, source: "assumption: x"}]',
        (
            Wrong(
                "existing_modules: [{",
                "sites[khu-cong-nghe-so].existing_modules[chilled-n1].hall",
                "'chilled-n1'",
                "a hall with orderable: false, which brings its plant along",
            ),
        ),
    ),
    Broken(
        "hall that cannot be ordered",
        "hardware.yaml",
        "    tier: N+1",
        "    orderable: false\n    tier: N+1",
        (
            Wrong(
                "allowed_halls",
                "sites[khu-cong-nghe-so].allowed_halls[0]",
                "'chilled-n1'",
                "a hall that is orderable: this one has orderable: false",
                file="sites.yaml",
            ),
        ),
    ),
    Broken(
        "weather of another place",
        "sites.yaml",
        "    latitude_deg: 9.18",
        "    latitude_deg: 12.18",
        (
            Wrong(
                "weather_file",
                "sites[khu-cong-nghe-so].weather_file",
                "'weather/khu-cong-nghe-so.csv': weather of 9.18, 105.15, 334 km from the site",
                "weather of a place at most 100 km from the site",
            ),
        ),
    ),
)
